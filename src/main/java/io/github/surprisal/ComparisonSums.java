/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/**
 * All that a {@link ComparisonReport} is made of: exact sums over tokens, histograms and counts.
 * Each is added to its counterpart when two are merged, so that merging is associative and
 * commutative to the bit. Mutable.
 */
final class ComparisonSums {

  private final PairedLosses losses;
  private final DocumentDifferences differences;
  private final TokenSums divergences;
  private final TokenSums deltaP;

  /** Of the squares of Δp, for the standard error of their root mean. */
  private final Moments deltaPSquares;

  private long topAgreements;
  private long ignoredTokens;

  ComparisonSums() {
    this(
        new PairedLosses(),
        new DocumentDifferences(),
        new TokenSums(),
        new TokenSums(),
        new Moments());
  }

  private ComparisonSums(
      PairedLosses losses,
      DocumentDifferences differences,
      TokenSums divergences,
      TokenSums deltaP,
      Moments deltaPSquares) {
    this.losses = losses;
    this.differences = differences;
    this.divergences = divergences;
    this.deltaP = deltaP;
    this.deltaPSquares = deltaPSquares;
  }

  /**
   * Adds the row that was compared last.
   *
   * @throws IllegalArgumentException if more can't be counted; nothing is added then
   */
  void add(ComparedRows row) {
    checkRoom(1);
    losses.add(row.lossP(), row.lossQ());
    differences.add(row.lossP(), row.lossQ());
    divergences.add(row.divergence());
    double difference = row.deltaP();
    deltaP.add(difference);
    deltaPSquares.add(difference * difference);
    topAgreements += row.sameTop() ? 1 : 0;
  }

  /** Makes the tokens since the last call one document, if there are any. */
  void endDocument() {
    differences.endDocument();
  }

  void addIgnored() {
    Counts.checkRoom("ignored tokens", ignoredTokens, 1, Long.MAX_VALUE);
    ignoredTokens++;
  }

  /** All other counts that grow with tokens are at most these. */
  private void checkRoom(long tokens) {
    Counts.checkRoom("scored tokens", divergences.tokens(), tokens, Counts.MOST_TOKENS);
  }

  /**
   * Adds all of others, which may be these.
   *
   * @throws IllegalArgumentException if so many can't be counted; nothing is added then
   */
  void add(ComparisonSums other) {
    checkRoom(other.divergences.tokens());
    Counts.checkRoom("ignored tokens", ignoredTokens, other.ignoredTokens, Long.MAX_VALUE);
    losses.add(other.losses);
    differences.add(other.differences);
    divergences.add(other.divergences);
    deltaP.add(other.deltaP);
    deltaPSquares.add(other.deltaPSquares);
    topAgreements += other.topAgreements;
    ignoredTokens += other.ignoredTokens;
  }

  ComparisonReport report() {
    long n = divergences.tokens();
    TokenStatistics deltaPStatistics = deltaP.statistics();
    return new ComparisonReport(
        n,
        ignoredTokens,
        losses.p.mean(n),
        losses.p.standardError(n),
        losses.q.mean(n),
        losses.q.standardError(n),
        losses.meanDifference(n),
        losses.standardErrorOfDifference(n),
        differences.documents(),
        differences.standardError(),
        losses.correlation(n),
        divergences.statistics(),
        deltaPStatistics,
        standardErrorOfRoot(deltaPStatistics.rootMeanSquare(), deltaPSquares.standardError(n)),
        topAgreements);
  }

  /** That of √m, given that of m, as the slope of the root has it; 0 where m cannot vary. */
  private static double standardErrorOfRoot(double root, double standardError) {
    return standardError == 0 ? 0 : standardError / (2 * root);
  }

  /** Writes everything; equal sums give equal bytes. */
  void writeTo(SerialWriter out) {
    losses.writeTo(out);
    differences.writeTo(out);
    divergences.writeTo(out);
    deltaP.writeTo(out);
    deltaPSquares.writeTo(out);
    out.writeLong(topAgreements);
    out.writeLong(ignoredTokens);
  }

  /**
   * Reads sums that {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if they are not such a form
   */
  static ComparisonSums readFrom(SerialReader in) {
    ComparisonSums sums =
        new ComparisonSums(
            PairedLosses.readFrom(in),
            DocumentDifferences.readFrom(in),
            TokenSums.readFrom(in),
            TokenSums.readFrom(in),
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
    in.require(sums.differences.fit(sums.losses), "no documents have such sums of losses");
    in.require(
        sums.divergences.fit(NumberRange.PLAIN_LOSSES, 0, Double.POSITIVE_INFINITY),
        "no tokens have such sums and counts of divergences");
    in.require(sums.deltaPFits(), "no tokens have such sums and counts of differences of p");
    return sums;
  }

  private boolean deltaPFits() {
    return deltaP.nans() == divergences.nans()
        && deltaP.fit(NumberRange.PROBABILITIES, -1, 1)
        && deltaPSquares.fit(NumberRange.PROBABILITIES, deltaP.tokens())
        && deltaPSquares.mayBeOfShares()
        && deltaP.haveSquares(deltaPSquares);
  }
}
