/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/**
 * All that a {@link LossReport} is made of: exact sums over tokens and over documents, and counts.
 * Each is added to its counterpart when two are merged, so that merging is associative and
 * commutative to the bit. Mutable.
 */
public final class LossSums {

  /** Totals of the documents that are finished, and of the tokens since. */
  private final TokenTotals closed = new TokenTotals();

  private final TokenTotals open = new TokenTotals();

  /** Losses against weights and against bytes, of each token and of each document. */
  private final RatioError ofTokens = new RatioError();

  private final RatioError ofTokensByBytes = new RatioError();
  private final RatioError ofDocuments = new RatioError();
  private final RatioError ofDocumentsByBytes = new RatioError();

  private long ignoredTokens;
  private long zeroByteTokens;
  private long words;

  /**
   * Adds a scored token whose bytes are not known.
   *
   * @throws IllegalArgumentException if more can't be counted; nothing is added then
   */
  public void add(double loss, double weight) {
    checkRoom(1, 0);
    open.add(loss, weight);
    ofTokens.add(loss, weight);
  }

  /** Adds a scored token that stands for so many bytes. */
  public void add(double loss, double weight, int bytes) {
    checkRoom(1, bytes);
    add(loss, weight);
    if (bytes == 0) {
      zeroByteTokens++;
    } else {
      open.addBytes(loss, bytes);
      ofTokensByBytes.add(loss, bytes);
    }
  }

  public void addIgnored() {
    Counts.checkRoom("ignored tokens", ignoredTokens, 1, Long.MAX_VALUE);
    ignoredTokens++;
  }

  /** All other counts that grow with tokens are at most these. */
  private void checkRoom(long tokens, long bytes) {
    Counts.checkRoom("scored tokens", closed.tokens + open.tokens, tokens, Counts.MOST_TOKENS);
    Counts.checkRoom("bytes", closed.bytes + open.bytes, bytes, Long.MAX_VALUE);
  }

  /** Adds words of text, and returns whether so many could be counted. */
  public boolean addWords(long count) {
    if (count > Long.MAX_VALUE - words) {
      return false;
    }
    words += count;
    return true;
  }

  /** Makes the tokens since the last call one document, if there are any. */
  public void endDocument() {
    if (open.tokens == 0) {
      return;
    }
    ofDocuments.add(open.losses, open.weights);
    if (open.tokensWithBytes > 0) {
      ofDocumentsByBytes.add(open.lossesWithBytes, open.byteSum());
    }
    closed.add(open);
    open.clear();
  }

  /**
   * Adds all of others, which may be these.
   *
   * @throws IllegalArgumentException if so many can't be counted; nothing is added then
   */
  public void add(LossSums other) {
    checkRoom(other.closed.tokens + other.open.tokens, other.closed.bytes + other.open.bytes);
    Counts.checkRoom("ignored tokens", ignoredTokens, other.ignoredTokens, Long.MAX_VALUE);
    Counts.checkRoom("words", words, other.words, Long.MAX_VALUE);
    closed.add(other.closed);
    open.add(other.open);
    ofTokens.add(other.ofTokens);
    ofTokensByBytes.add(other.ofTokensByBytes);
    ofDocuments.add(other.ofDocuments);
    ofDocumentsByBytes.add(other.ofDocumentsByBytes);
    ignoredTokens += other.ignoredTokens;
    zeroByteTokens += other.zeroByteTokens;
    words += other.words;
  }

  /** The totals of all tokens, those of the open document too. */
  public TokenTotals totals() {
    TokenTotals all = new TokenTotals();
    all.add(closed);
    all.add(open);
    return all;
  }

  /** Whether tokens have been added since the last document ended. */
  public boolean hasOpenDocument() {
    return open.tokens > 0;
  }

  public RatioError ofTokens() {
    return ofTokens;
  }

  public RatioError ofTokensByBytes() {
    return ofTokensByBytes;
  }

  public RatioError ofDocuments() {
    return ofDocuments;
  }

  public RatioError ofDocumentsByBytes() {
    return ofDocumentsByBytes;
  }

  public long ignoredTokens() {
    return ignoredTokens;
  }

  public long zeroByteTokens() {
    return zeroByteTokens;
  }

  public long words() {
    return words;
  }

  public void writeTo(SerialWriter out) {
    closed.writeTo(out);
    open.writeTo(out);
    ofTokens.writeTo(out);
    ofTokensByBytes.writeTo(out);
    ofDocuments.writeTo(out);
    ofDocumentsByBytes.writeTo(out);
    out.writeLong(ignoredTokens);
    out.writeLong(zeroByteTokens);
    out.writeLong(words);
  }

  /**
   * Reads sums that {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if they are not such a form
   */
  public static LossSums readFrom(SerialReader in) {
    LossSums sums = new LossSums();
    sums.closed.add(TokenTotals.readFrom(in));
    sums.open.add(TokenTotals.readFrom(in));
    sums.ofTokens.add(RatioError.readFrom(in));
    sums.ofTokensByBytes.add(RatioError.readFrom(in));
    sums.ofDocuments.add(RatioError.readFrom(in));
    sums.ofDocumentsByBytes.add(RatioError.readFrom(in));
    sums.ignoredTokens = in.readCount("the number of ignored tokens");
    sums.zeroByteTokens = in.readCount("the number of tokens of 0 bytes");
    sums.words = in.readCount("the number of words");
    in.require(sums.isConsistent(), "its counts contradict each other");
    in.require(sums.tokensFit(), "no tokens have such sums of losses and weights");
    in.require(sums.tokensWithBytesFit(), "no tokens have such sums of losses and bytes");
    in.require(sums.documentsFit(), "no documents have such sums of losses, weights and bytes");
    return sums;
  }

  private boolean tokensFit() {
    return ofTokens.sums(NumberRange.LOSSES, NumberRange.WEIGHTS).fit(closed.ofAll(), open.ofAll());
  }

  private boolean tokensWithBytesFit() {
    return ofTokensByBytes
            .sums(NumberRange.LOSSES, NumberRange.COUNTS)
            .fit(closed.ofBytes(), open.ofBytes())
        && ofTokensByBytes.hasCounts(closed.bytes + open.bytes, Integer.MAX_VALUE)
        && othersFit();
  }

  /** Whether there may be tokens without bytes that make up the rest. */
  private boolean othersFit() {
    TokenTotals all = totals();
    ExactSum squares = ofTokens.squaresOfX().without(ofTokensByBytes.squaresOfX());
    return NumberRange.LOSSES.mayHave(
            closed.losses.without(closed.lossesWithBytes), closed.tokens - closed.tokensWithBytes)
        && new Moments(all.losses.without(all.lossesWithBytes), squares)
            .fit(NumberRange.LOSSES, all.tokens - all.tokensWithBytes);
  }

  private boolean documentsFit() {
    return ofDocuments
            .sums(NumberRange.LOSSES, NumberRange.WEIGHTS)
            .fitClusters(ofDocuments.units(), closed.losses, closed.weights)
        && ofDocumentsByBytes
            .sums(NumberRange.LOSSES, NumberRange.COUNTS)
            .fitClusters(ofDocumentsByBytes.units(), closed.lossesWithBytes, closed.byteSum())
        && ofDocumentsByBytes.hasCounts(closed.bytes, closed.bytes);
  }

  /** Whether each token may have weight 1, as where there are no class weights. */
  public boolean isUnweighted() {
    TokenTotals all = totals();
    return closed.weights.equals(ExactSum.ofCount(closed.tokens))
        && open.weights.equals(ExactSum.ofCount(open.tokens))
        && ofTokens.hasOnes(all.losses)
        && ofDocuments.hasCounts(closed.tokens, closed.tokens);
  }

  private boolean isConsistent() {
    long tokens = closed.tokens + open.tokens;
    long tokensWithBytes = closed.tokensWithBytes + open.tokensWithBytes;
    return tokens >= 0
        && tokens <= Counts.MOST_TOKENS
        && closed.bytes <= Long.MAX_VALUE - open.bytes
        && ofTokens.units() == tokens
        && ofTokensByBytes.units() == tokensWithBytes
        && zeroByteTokens <= tokens - tokensWithBytes
        && ofDocuments.units() <= closed.tokens
        && (ofDocuments.units() > 0) == (closed.tokens > 0)
        && ofDocumentsByBytes.units() <= Math.min(ofDocuments.units(), closed.tokensWithBytes)
        && (ofDocumentsByBytes.units() > 0) == (closed.tokensWithBytes > 0);
  }
}
