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

  /** Adds a scored token whose bytes are not known. */
  public void add(double loss, double weight) {
    open.add(loss, weight);
    ofTokens.add(loss, weight);
  }

  /** Adds a scored token that stands for so many bytes. */
  public void add(double loss, double weight, int bytes) {
    add(loss, weight);
    if (bytes == 0) {
      zeroByteTokens++;
    } else {
      open.addBytes(loss, bytes);
      ofTokensByBytes.add(loss, bytes);
    }
  }

  public void addIgnored() {
    ignoredTokens++;
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

  public void add(LossSums other) {
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
    return sums;
  }

  private boolean isConsistent() {
    long tokens = closed.tokens + open.tokens;
    long tokensWithBytes = closed.tokensWithBytes + open.tokensWithBytes;
    return ofTokens.units() == tokens
        && ofTokensByBytes.units() == tokensWithBytes
        && zeroByteTokens <= tokens - tokensWithBytes
        && ofDocuments.units() <= closed.tokens
        && (ofDocuments.units() > 0) == (closed.tokens > 0)
        && ofDocumentsByBytes.units() <= Math.min(ofDocuments.units(), closed.tokensWithBytes)
        && (ofDocumentsByBytes.units() > 0) == (closed.tokensWithBytes > 0);
  }
}
