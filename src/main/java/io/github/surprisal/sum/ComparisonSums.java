/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a {@code ComparisonReport} is computed from: exact sums over tokens, histograms and counts.
 * Each is added to its counterpart when two are merged, so that merging is associative and
 * commutative to the bit. Mutable.
 */
public final class ComparisonSums implements MergeableSums<ComparisonSums>, ComparisonSink {

  /** What begins the part of the serial form that is there only if tokens have byte counts. */
  private static final int BYTE_COUNTS = 16;

  private final PairedLosses losses;
  private final DocumentDifferences differences;
  private final DistributionSums divergences;
  private final DistributionSums deltaP;

  /** Of (Δp)², for the standard error of the root mean square of Δp. */
  private final Moments deltaPSquares;

  private final Optional<PairedAccuracy> accuracy;

  /** Of tokens with byte counts; there once a token has one. */
  private Optional<PairedByteLosses> byteLosses = Optional.empty();

  private FirstNan firstNan = new FirstNan();
  private long topAgreements;
  private long ignoredTokens;

  /** Sums with what either model predicts right, or without. */
  public ComparisonSums(boolean havePredictions) {
    this(
        havePredictions ? Optional.of(new PairedAccuracy()) : Optional.empty(),
        new PairedLosses(),
        new DocumentDifferences(),
        new DistributionSums(),
        new DistributionSums(),
        new Moments());
  }

  private ComparisonSums(
      Optional<PairedAccuracy> accuracy,
      PairedLosses losses,
      DocumentDifferences differences,
      DistributionSums divergences,
      DistributionSums deltaP,
      Moments deltaPSquares) {
    this.accuracy = accuracy;
    this.losses = losses;
    this.differences = differences;
    this.divergences = divergences;
    this.deltaP = deltaP;
    this.deltaPSquares = deltaPSquares;
  }

  /** Empty sums, with predictions if these have them. */
  public ComparisonSums empty() {
    return new ComparisonSums(accuracy.isPresent());
  }

  /** Places the token that is added next in the corpus; without, tokens count from 0. */
  public void startAt(long row) {
    firstNan.startAt(row);
  }

  /**
   * Adds a scored token.
   *
   * @throws IllegalArgumentException if a count would overflow; nothing is added then
   */
  @Override
  public void add(
      double lossP, double lossQ, double divergence, double change, boolean isSameTop, int bytes) {
    checkRoom(1);
    checkRoomForBytes(Math.max(bytes, 0));
    losses.add(lossP, lossQ);
    differences.add(lossP, lossQ);
    divergences.add(divergence);
    firstNan.add(divergence);
    deltaP.add(change);
    deltaPSquares.add(change * change);
    topAgreements += isSameTop ? 1 : 0;
    if (bytes != LossSink.NO_BYTE_COUNT) {
      ownByteLosses().add(lossP, lossQ, bytes);
    }
  }

  private PairedByteLosses ownByteLosses() {
    PairedByteLosses own = byteLosses.orElseGet(PairedByteLosses::new);
    byteLosses = Optional.of(own);
    return own;
  }

  @Override
  public void addCorrect(boolean isCorrectP, boolean isCorrectQ) {
    if (accuracy.isPresent()) {
      accuracy.get().add(isCorrectP, isCorrectQ);
    }
  }

  /**
   * Adds all tokens of a batch.
   *
   * @throws IllegalArgumentException if a count would overflow; nothing is added then
   */
  public void add(ComparisonBatch batch) {
    checkRoom(batch.tokens());
    checkRoomForBytes(batch.totalBytes());
    checkRoomForIgnored(batch.ignoredTokens());
    batch.forEach(this);
  }

  @Override
  public void endDocument() {
    differences.endDocument();
    accuracy.ifPresent(PairedAccuracy::endDocument);
    byteLosses.ifPresent(PairedByteLosses::endDocument);
  }

  @Override
  public void addIgnored() {
    checkRoomForIgnored(1);
    ignoredTokens++;
    firstNan.skip(1);
  }

  private void checkRoomForIgnored(long tokens) {
    Counts.checkRoom("ignored tokens", ignoredTokens, tokens, Long.MAX_VALUE);
  }

  private void checkRoomForBytes(long bytes) {
    Counts.checkRoom("bytes", bytes(), bytes, Long.MAX_VALUE);
  }

  private long bytes() {
    return byteLosses.isPresent() ? byteLosses.get().bytes() : 0;
  }

  /** No other count that grows with scored tokens can be larger. */
  private void checkRoom(long tokens) {
    Counts.checkRoom("scored tokens", divergences.tokens(), tokens, Counts.MOST_TOKENS);
  }

  /**
   * Adds all tokens of other sums, which follow on: their positions count from their own beginning.
   *
   * @throws IllegalArgumentException if a count would overflow; nothing is added then
   */
  public void append(ComparisonSums part) {
    addSums(part);
    firstNan.append(part.firstNan, part.rows());
  }

  @Override
  public void add(ComparisonSums other) {
    boolean hasRows = rows() > 0;
    boolean otherHasRows = other.rows() > 0;
    addSums(other);
    firstNan.add(other.firstNan, hasRows, otherHasRows);
  }

  private void addSums(ComparisonSums other) {
    checkRoom(other.divergences.tokens());
    checkRoomForBytes(other.bytes());
    checkRoomForIgnored(other.ignoredTokens);
    losses.add(other.losses);
    differences.add(other.differences);
    divergences.add(other.divergences);
    deltaP.add(other.deltaP);
    deltaPSquares.add(other.deltaPSquares);
    accuracy.ifPresent(sums -> other.accuracy.ifPresent(sums::add));
    other.byteLosses.ifPresent(others -> ownByteLosses().add(others));
    topAgreements += other.topAgreements;
    ignoredTokens += other.ignoredTokens;
  }

  public PairedLosses losses() {
    return losses;
  }

  public DocumentDifferences differences() {
    return differences;
  }

  public DistributionSums divergences() {
    return divergences;
  }

  public DistributionSums deltaP() {
    return deltaP;
  }

  public Moments deltaPSquares() {
    return deltaPSquares;
  }

  /** What either model predicts right, if that is added up. */
  public Optional<PairedAccuracy> accuracy() {
    return accuracy;
  }

  /** Losses of tokens with byte counts, if there are any. */
  public Optional<PairedByteLosses> byteLosses() {
    return byteLosses;
  }

  public long topAgreements() {
    return topAgreements;
  }

  public long ignoredTokens() {
    return ignoredTokens;
  }

  /** Scored and ignored tokens; the largest number if they are more. */
  private long rows() {
    long rows = divergences.tokens() + ignoredTokens;
    return rows < 0 ? Long.MAX_VALUE : rows;
  }

  /** Scored tokens whose divergence is NaN, as it is where either loss is. */
  public long nanTokens() {
    return divergences.nans();
  }

  /** The position in the corpus of the first such token, if it is known. */
  public OptionalLong firstNan() {
    return firstNan.position();
  }

  @Override
  public void writeTo(SerialWriter out) {
    losses.writeTo(out);
    differences.writeTo(out);
    divergences.writeTo(out);
    deltaP.writeTo(out);
    deltaPSquares.writeTo(out);
    out.writeLong(topAgreements);
    out.writeLong(ignoredTokens);
    accuracy.ifPresent(sums -> sums.writeTo(out));
    if (byteLosses.isPresent()) {
      out.writeByte(BYTE_COUNTS);
      byteLosses.get().writeTo(out);
    }
    firstNan.writeTo(out);
  }

  /**
   * Reads sums that {@link #writeTo} wrote, with predictions or without.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  public static ComparisonSums readFrom(SerialReader in, boolean havePredictions) {
    ComparisonSums sums =
        new ComparisonSums(
            havePredictions ? Optional.of(new PairedAccuracy()) : Optional.empty(),
            PairedLosses.readFrom(in),
            DocumentDifferences.readFrom(in),
            DistributionSums.readFrom(in),
            DistributionSums.readFrom(in),
            Moments.readFrom(in));
    sums.topAgreements = in.readCount("the number of agreements");
    sums.ignoredTokens = in.readCount("the number of ignored tokens");
    long tokens = sums.divergences.tokens();
    in.require(
        tokens <= Counts.MOST_TOKENS
            && sums.deltaP.tokens() == tokens
            && sums.differences.tokens() == tokens
            && sums.topAgreements <= tokens - sums.divergences.nans(),
        "its counts contradict each other");
    in.require(sums.losses.fit(tokens), "no tokens have such sums of losses");
    in.require(
        sums.differences.fit(sums.losses, NumberRange.PLAIN_LOSSES),
        "no documents have such sums of losses");
    in.require(
        sums.divergences.fit(NumberRange.PLAIN_LOSSES, 0, Double.POSITIVE_INFINITY),
        "no tokens have such sums and counts of divergences");
    in.require(sums.deltaPFits(), "no tokens have such sums and counts of differences of p");
    sums.accuracy.ifPresent(own -> own.add(sums.readAccuracy(in)));
    sums.readByteLosses(in);
    sums.firstNan = FirstNan.readFrom(in, sums.rows(), sums.nanTokens());
    return sums;
  }

  private PairedAccuracy readAccuracy(SerialReader in) {
    PairedAccuracy read = PairedAccuracy.readFrom(in);
    in.require(
        read.fit(divergences.tokens(), topAgreements), "no tokens have such sums of correct ones");
    in.require(
        read.differences().documents() == differences.documents(),
        "its counts contradict each other");
    return read;
  }

  private void readByteLosses(SerialReader in) {
    if (in.nextIs(BYTE_COUNTS)) {
      in.readByte();
      PairedByteLosses read = PairedByteLosses.readFrom(in);
      in.require(read.fit(losses, differences), "no tokens have such sums of losses and bytes");
      byteLosses = Optional.of(read);
    }
  }

  private boolean deltaPFits() {
    return deltaP.nans() == divergences.nans()
        && deltaP.fit(NumberRange.PROBABILITIES, -1, 1)
        && deltaPSquares.fit(NumberRange.PROBABILITIES, deltaP.tokens())
        && deltaPSquares.mayBeOfShares()
        && deltaP.haveSquares(deltaPSquares);
  }
}
