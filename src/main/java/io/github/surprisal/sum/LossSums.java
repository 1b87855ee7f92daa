/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a {@code LossReport} is computed from: exact sums over tokens and over documents, and
 * counts. Each is added to its counterpart when two are merged, so that merging is associative and
 * commutative to the bit. Mutable.
 */
public final class LossSums implements MergeableSums<LossSums>, LossSink {

  /** What begins the part of the serial form that is there only if tokens have weights. */
  private static final int TOKEN_WEIGHTS = 16;

  /** Totals of the finished documents, and of the tokens since the last one. */
  private final LossTotals closed = new LossTotals();

  private final LossTotals open = new LossTotals();

  /** Losses over weights, with a token or a document as the unit. */
  private final RatioMoments byToken = new RatioMoments();

  private final RatioMoments byDocument = new RatioMoments();

  /** Losses over bytes, of tokens with bytes. */
  private final RatioMoments bytesByToken = new RatioMoments();

  private final RatioMoments bytesByDocument = new RatioMoments();

  private final Optional<PredictionSums> predictions;

  /** Whether a token had another weight of its own than 1. */
  private boolean areTokensWeighted;

  private FirstNan firstNan = new FirstNan();
  private long ignoredTokens;
  private long zeroByteTokens;
  private long words;

  /** Sums without predictions. */
  public LossSums() {
    this(false);
  }

  /** Sums with predictions of every scored token, or without. */
  public LossSums(boolean havePredictions) {
    predictions = havePredictions ? Optional.of(new PredictionSums()) : Optional.empty();
  }

  /** Empty sums, with predictions if these have them. */
  public LossSums empty() {
    return new LossSums(predictions.isPresent());
  }

  /** Places the token that is added next in the corpus; without, tokens count from 0. */
  public void startAt(long row) {
    firstNan.startAt(row);
  }

  /** Adds a scored token of weight 1 without a byte count, given its class's weight. */
  public void add(double loss, double weight) {
    add(loss, weight, 1, NO_BYTE_COUNT);
  }

  /** Adds a scored token of weight 1 and {@code bytes} bytes, given its class's weight. */
  public void add(double loss, double weight, int bytes) {
    add(loss, weight, 1, bytes);
  }

  /**
   * Adds a scored token.
   *
   * @throws IllegalArgumentException if a count would overflow; nothing is added then
   */
  @Override
  public void add(double loss, double weight, double tokenWeight, int bytes) {
    checkRoom(1, Math.max(bytes, 0));
    areTokensWeighted |= tokenWeight != 1;
    open.add(loss, weight);
    byToken.add(loss, weight);
    firstNan.add(loss);
    if (bytes > 0) {
      double weighted = tokenWeight * bytes;
      open.addBytes(loss, bytes, weighted);
      bytesByToken.add(loss, weighted);
    } else if (bytes == 0) {
      zeroByteTokens++;
    }
  }

  @Override
  public void addPrediction(TokenPrediction prediction) {
    if (predictions.isPresent()) { // a lambda would be an object for each row
      predictions.get().add(prediction);
    }
  }

  @Override
  public void addIgnored() {
    checkRoomForIgnored(1);
    ignoredTokens++;
    firstNan.skip(1);
  }

  /**
   * Adds all tokens of a batch.
   *
   * @throws IllegalArgumentException if a count would overflow; nothing is added then
   */
  public void add(LossBatch batch) {
    checkRoom(batch.tokens(), batch.totalBytes());
    checkRoomForIgnored(batch.ignoredTokens());
    batch.forEach(this);
  }

  private void checkRoomForIgnored(long tokens) {
    Counts.checkRoom("ignored tokens", ignoredTokens, tokens, Long.MAX_VALUE);
  }

  /** No other count that grows with tokens can be larger than these. */
  private void checkRoom(long tokens, long bytes) {
    Counts.checkRoom("scored tokens", tokens(), tokens, Counts.MOST_TOKENS);
    Counts.checkRoom("bytes", bytes(), bytes, Long.MAX_VALUE);
  }

  /** Adds words of text, and returns whether there was room for them. */
  public boolean addWords(long count) {
    if (count > Long.MAX_VALUE - words) {
      return false;
    }
    words += count;
    return true;
  }

  @Override
  public void endDocument() {
    if (open.tokens == 0) {
      return;
    }
    byDocument.add(open.losses, open.weights);
    if (open.tokensWithBytes > 0) {
      bytesByDocument.add(open.lossesWithBytes, open.byteSum());
    }
    predictions.ifPresent(sums -> sums.endDocument(open.tokens));
    closed.add(open);
    open.clear();
  }

  /**
   * Adds all tokens of other sums, which follow on: their positions count from their own beginning.
   *
   * @throws IllegalArgumentException if a count would overflow; nothing is added then
   */
  public void append(LossSums part) {
    addSums(part);
    firstNan.append(part.firstNan, part.rows());
  }

  @Override
  public void add(LossSums other) {
    boolean hasRows = rows() > 0;
    boolean otherHasRows = other.rows() > 0;
    addSums(other);
    firstNan.add(other.firstNan, hasRows, otherHasRows);
  }

  private void addSums(LossSums other) {
    checkRoom(other.tokens(), other.bytes());
    checkRoomForIgnored(other.ignoredTokens);
    Counts.checkRoom("words", words, other.words, Long.MAX_VALUE);
    closed.add(other.closed);
    open.add(other.open);
    byToken.add(other.byToken);
    bytesByToken.add(other.bytesByToken);
    byDocument.add(other.byDocument);
    bytesByDocument.add(other.bytesByDocument);
    predictions.ifPresent(sums -> other.predictions.ifPresent(sums::add));
    areTokensWeighted |= other.areTokensWeighted;
    ignoredTokens += other.ignoredTokens;
    zeroByteTokens += other.zeroByteTokens;
    words += other.words;
  }

  /** The totals of all tokens, in finished documents and since. */
  public LossTotals totals() {
    LossTotals all = new LossTotals();
    all.add(closed);
    all.add(open);
    return all;
  }

  /** Scored tokens. */
  long tokens() {
    return closed.tokens + open.tokens;
  }

  /** The bytes of all scored tokens. */
  long bytes() {
    return closed.bytes + open.bytes;
  }

  /** Whether tokens have been added since the last document ended. */
  public boolean hasOpenDocument() {
    return open.tokens > 0;
  }

  /** Tokens that have been added since the last document ended. */
  long openTokens() {
    return open.tokens;
  }

  public RatioMoments byToken() {
    return byToken;
  }

  public RatioMoments bytesByToken() {
    return bytesByToken;
  }

  public RatioMoments byDocument() {
    return byDocument;
  }

  public RatioMoments bytesByDocument() {
    return bytesByDocument;
  }

  /** What the tokens' rows say besides, if that is added up. */
  public Optional<PredictionSums> predictions() {
    return predictions;
  }

  public long ignoredTokens() {
    return ignoredTokens;
  }

  /** Scored and ignored tokens; the largest number if they are more. */
  private long rows() {
    long rows = tokens() + ignoredTokens;
    return rows < 0 ? Long.MAX_VALUE : rows;
  }

  /** Scored tokens whose loss is NaN. */
  public long nanTokens() {
    return closed.losses.nans() + open.losses.nans();
  }

  /** The position in the corpus of the first scored token whose loss is NaN, if it is known. */
  public OptionalLong firstNan() {
    return firstNan.position();
  }

  /** Scored tokens that were added with a byte count of 0. */
  public long zeroByteTokens() {
    return zeroByteTokens;
  }

  /** Scored tokens that were added without a byte count. */
  public long tokensWithoutByteCount() {
    return tokens() - closed.tokensWithBytes - open.tokensWithBytes - zeroByteTokens;
  }

  public long words() {
    return words;
  }

  @Override
  public void writeTo(SerialWriter out) {
    writeSumsTo(out);
    firstNan.writeTo(out);
  }

  /** Writes all but positions. */
  void writeSumsTo(SerialWriter out) {
    closed.writeTo(out);
    open.writeTo(out);
    byToken.writeTo(out);
    bytesByToken.writeTo(out);
    byDocument.writeTo(out);
    bytesByDocument.writeTo(out);
    out.writeLong(ignoredTokens);
    out.writeLong(zeroByteTokens);
    out.writeLong(words);
    predictions.ifPresent(sums -> sums.writeTo(out));
    if (areTokensWeighted) {
      out.writeByte(TOKEN_WEIGHTS);
      closed.writeExcessBytes(out);
      open.writeExcessBytes(out);
    }
  }

  /**
   * Reads sums that {@link #writeTo} wrote, with predictions or without.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  public static LossSums readFrom(SerialReader in, boolean havePredictions) {
    LossSums sums = readSumsFrom(in, havePredictions);
    sums.firstNan = FirstNan.readFrom(in, sums.rows(), sums.nanTokens());
    return sums;
  }

  /** Reads what {@link #writeSumsTo} wrote. */
  static LossSums readSumsFrom(SerialReader in, boolean havePredictions) {
    LossSums sums = new LossSums(havePredictions);
    sums.closed.add(LossTotals.readFrom(in));
    sums.open.add(LossTotals.readFrom(in));
    sums.byToken.add(RatioMoments.readFrom(in));
    sums.bytesByToken.add(RatioMoments.readFrom(in));
    sums.byDocument.add(RatioMoments.readFrom(in));
    sums.bytesByDocument.add(RatioMoments.readFrom(in));
    sums.ignoredTokens = in.readCount("the number of ignored tokens");
    sums.zeroByteTokens = in.readCount("the number of tokens of 0 bytes");
    sums.words = in.readCount("the number of words");
    in.require(sums.isConsistent(), "its counts contradict each other");
    sums.predictions.ifPresent(own -> own.add(sums.readPredictions(in)));
    sums.readTokenWeights(in);
    in.require(sums.tokensFit(), "no tokens have such sums of losses and weights");
    in.require(sums.tokensWithBytesFit(), "no tokens have such sums of losses and bytes");
    in.require(sums.documentsFit(), "no documents have such sums of losses, weights and bytes");
    return sums;
  }

  private void readTokenWeights(SerialReader in) {
    if (in.nextIs(TOKEN_WEIGHTS)) {
      in.require(byToken.units() > 0, "it has weights of tokens, and no tokens");
      in.readByte();
      areTokensWeighted = true;
      closed.readExcessBytes(in);
      open.readExcessBytes(in);
    }
  }

  private PredictionSums readPredictions(SerialReader in) {
    return PredictionSums.readFrom(in, closed.tokens, open.tokens, byDocument.units());
  }

  private boolean tokensFit() {
    return byToken.feasibility(losses(), weights()).fit(closed.ofAll(), open.ofAll());
  }

  private boolean tokensWithBytesFit() {
    return bytesByToken.feasibility(losses(), counts()).fit(closed.ofBytes(), open.ofBytes())
        && bytesByToken.hasPositives(closed.ofBytes(), open.ofBytes())
        && (areTokensWeighted || bytesByToken.hasCounts(bytes(), Integer.MAX_VALUE))
        && othersFit();
  }

  private NumberRange losses() {
    return areTokensWeighted ? NumberRange.WEIGHTED_LOSSES : NumberRange.LOSSES;
  }

  private NumberRange weights() {
    return areTokensWeighted ? NumberRange.WEIGHTS_OF_TOKENS : NumberRange.WEIGHTS;
  }

  private NumberRange counts() {
    return areTokensWeighted ? NumberRange.WEIGHTED_COUNTS : NumberRange.COUNTS;
  }

  /** Whether there can be tokens without bytes that make up the rest. */
  private boolean othersFit() {
    LossTotals all = totals();
    ExactSum squares = byToken.squaresOfX().without(bytesByToken.squaresOfX());
    return losses()
            .mayHave(
                closed.losses.without(closed.lossesWithBytes),
                closed.tokens - closed.tokensWithBytes)
        && new Moments(all.losses.without(all.lossesWithBytes), squares)
            .fit(losses(), all.tokens - all.tokensWithBytes);
  }

  private boolean documentsFit() {
    return byDocument
            .feasibility(losses(), weights())
            .fitClusters(byDocument.units(), closed.losses, closed.weights)
        && bytesByDocument
            .feasibility(losses(), counts())
            .fitClusters(bytesByDocument.units(), closed.lossesWithBytes, closed.byteSum())
        && bytesByDocument.hasPositives(documents(bytesByDocument, closed.ofBytes()))
        && (areTokensWeighted || bytesByDocument.hasCounts(closed.bytes, closed.bytes));
  }

  /** The sums of documents, which equal the sums of their tokens. */
  private static PairFeasibility.Group documents(
      RatioMoments moments, PairFeasibility.Group tokens) {
    return new PairFeasibility.Group(moments.units(), tokens.x(), tokens.y());
  }

  /** Whether all weights, of tokens and of classes, are 1. */
  boolean areAllWeightsOne() {
    return !areTokensWeighted && areUnweighted();
  }

  /** Whether no token's class need have another weight than 1. */
  public boolean areClassesUnweighted() {
    return areTokensWeighted ? haveWeightsOfTokens() : areUnweighted();
  }

  private boolean haveWeightsOfTokens() {
    return byToken.hasPositives(closed.ofAll(), open.ofAll())
        && byToken.hasOtherThanOnes(totals().weights)
        && byDocument.hasPositives(documents(byDocument, closed.ofAll()));
  }

  private boolean areUnweighted() {
    LossTotals all = totals();
    return closed.weights.equals(ExactSum.ofCount(closed.tokens))
        && open.weights.equals(ExactSum.ofCount(open.tokens))
        && byToken.hasOnes(all.losses)
        && byDocument.hasCounts(closed.tokens, closed.tokens)
        && predictions.map(sums -> sums.mayBeOverTokensOf(byDocument)).orElse(true);
  }

  private boolean isConsistent() {
    long tokens = tokens();
    long tokensWithBytes = closed.tokensWithBytes + open.tokensWithBytes;
    return tokens >= 0
        && tokens <= Counts.MOST_TOKENS
        && closed.bytes <= Long.MAX_VALUE - open.bytes
        && byToken.units() == tokens
        && bytesByToken.units() == tokensWithBytes
        && zeroByteTokens <= tokens - tokensWithBytes
        && byDocument.units() <= closed.tokens
        && (byDocument.units() > 0) == (closed.tokens > 0)
        && bytesByDocument.units() <= Math.min(byDocument.units(), closed.tokensWithBytes)
        && (bytesByDocument.units() > 0) == (closed.tokensWithBytes > 0);
  }
}
