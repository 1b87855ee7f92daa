/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import static io.github.surprisal.sum.PredictionFigures.MOST_RANK;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What rows of logits say of their tokens, added up. Mutable. */
final class PredictionTotals {

  /** The number of equal bins of the probability of the likeliest class. */
  static final int BINS = 15;

  /** Entropies in nats: log 2^31 at most. */
  static final NumberRange ENTROPIES = new NumberRange(NumberRange.PROBABILITIES.least(), 5);

  /** Probabilities as they are added, and their distances from 0 or 1. */
  static final NumberRange RESIDUALS = new NumberRange(-53, 0);

  final ExactSum entropies = new ExactSum();
  final ExactSum gaps = new ExactSum();
  final ExactSum reciprocalRanks = new ExactSum();

  /** Tokens of rank 1, of rank 2, and so on. */
  private final long[] ranked = new long[MOST_RANK];

  /** Tokens in each bin, how many of them are predicted right, and the sum of probabilities. */
  private final long[] tokens = new long[BINS];

  private final long[] hits = new long[BINS];
  private final ExactSum[] probabilities = new ExactSum[BINS];

  PredictionTotals() {
    Arrays.setAll(probabilities, bin -> new ExactSum());
  }

  /** The upper end of a bin, which belongs to it; the lower end is the upper one before. */
  static double end(int bin) {
    return (bin + 1) / (double) BINS;
  }

  /** The bin of a probability. */
  static int bin(double probability) {
    int bin = 0;
    while (bin < BINS - 1 && probability > end(bin)) {
      bin++;
    }
    return bin;
  }

  /** Adds a token, with its probability rounded so that its distance from 1 is exact. */
  void add(TokenPrediction token, double reciprocalRank, double rounded) {
    entropies.add(token.entropy);
    gaps.add(token.gap);
    reciprocalRanks.add(reciprocalRank);
    if (token.rank >= 1 && token.rank <= MOST_RANK) {
      ranked[token.rank - 1]++;
    }
    if (!Double.isNaN(rounded)) {
      int bin = bin(rounded);
      tokens[bin]++;
      hits[bin] += token.isCorrect ? 1 : 0;
      probabilities[bin].add(rounded);
    }
  }

  void add(PredictionTotals other) {
    entropies.add(other.entropies);
    gaps.add(other.gaps);
    reciprocalRanks.add(other.reciprocalRanks);
    Arrays.setAll(ranked, i -> ranked[i] + other.ranked[i]);
    Arrays.setAll(tokens, bin -> tokens[bin] + other.tokens[bin]);
    Arrays.setAll(hits, bin -> hits[bin] + other.hits[bin]);
    for (int bin = 0; bin < BINS; bin++) {
      probabilities[bin].add(other.probabilities[bin]);
    }
  }

  void clear() {
    entropies.clear();
    gaps.clear();
    reciprocalRanks.clear();
    Arrays.fill(ranked, 0);
    Arrays.fill(tokens, 0);
    Arrays.fill(hits, 0);
    for (ExactSum sum : probabilities) {
      sum.clear();
    }
  }

  /** What the mean figures are ratios of, in their order: sums over tokens. */
  List<ExactSum> numerators() {
    List<ExactSum> sums = new ArrayList<>(List.of(entropies, gaps, reciprocalRanks));
    sums.add(ExactSum.ofCount(Arrays.stream(hits).sum()));
    long upTo = 0;
    for (long count : ranked) {
      upTo += count;
      sums.add(ExactSum.ofCount(upTo));
    }
    return sums;
  }

  long tokens(int bin) {
    return tokens[bin];
  }

  double accuracy(int bin) {
    return Mean.of((double) hits[bin], (double) tokens[bin]);
  }

  double meanProbability(int bin) {
    return Mean.of(probabilities[bin].toDouble(), (double) tokens[bin]);
  }

  /** Σ (1 − p) over the tokens of a bin that are predicted right, and of −p over the others. */
  ExactSum residual(int bin) {
    ExactSum residual = probabilities[bin].negated();
    residual.add(ExactSum.ofCount(hits[bin]));
    return residual;
  }

  /** Whether every token has a row with probabilities. */
  boolean areDefined() {
    return entropies.isFinite();
  }

  void writeTo(SerialWriter out) {
    entropies.writeTo(out);
    gaps.writeTo(out);
    reciprocalRanks.writeTo(out);
    for (long count : ranked) {
      out.writeVariable(count);
    }
    for (int bin = 0; bin < BINS; bin++) {
      out.writeVariable(tokens[bin]);
      if (tokens[bin] > 0) {
        out.writeVariable(hits[bin]);
        probabilities[bin].writeTo(out);
      }
    }
  }

  /**
   * Reads totals of {@code count} tokens.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  static PredictionTotals readFrom(SerialReader in, long count) {
    PredictionTotals totals = new PredictionTotals();
    totals.entropies.add(ExactSum.readFrom(in));
    totals.gaps.add(ExactSum.readFrom(in));
    totals.reciprocalRanks.add(ExactSum.readFrom(in));
    in.require(totals.natsFit(count), "no tokens have such sums of entropies");
    long defined = count - totals.entropies.nans();
    totals.readRanks(in, defined);
    totals.readBins(in, defined);
    return totals;
  }

  private boolean natsFit(long count) {
    return ENTROPIES.mayHave(entropies, count)
        && entropies.positiveInfinities() == 0
        && entropies.negativeInfinities() == 0
        && entropies.toBigDecimal().signum() >= 0
        && NumberRange.PLAIN_LOSSES.mayHave(gaps, count)
        && gaps.nans() == entropies.nans()
        && gaps.negativeInfinities() == 0
        && gaps.toBigDecimal().compareTo(entropiesOf(count - gaps.nonFinite()).negate()) >= 0;
  }

  /** The largest sum of entropies. */
  private static BigDecimal entropiesOf(long count) {
    return BigDecimal.valueOf(count).multiply(BigDecimal.valueOf(1L << ENTROPIES.most()));
  }

  private void readRanks(SerialReader in, long defined) {
    BigDecimal least = BigDecimal.ZERO;
    long rest = defined;
    for (int i = 0; i < MOST_RANK; i++) {
      ranked[i] = in.readVariable("the number of tokens of a rank");
      in.require(ranked[i] <= rest, "its ranks contradict its counts");
      rest -= ranked[i];
      least = least.add(shares(ranked[i], i + 1));
    }
    BigDecimal most = least.add(shares(rest, MOST_RANK + 1));
    BigDecimal sum = reciprocalRanks.toBigDecimal();
    in.require(
        reciprocalRanks.isFinite() && sum.compareTo(least) >= 0 && sum.compareTo(most) <= 0,
        "no tokens have such sums of ranks");
  }

  /** The sum of 1 / rank over tokens of a rank. */
  private static BigDecimal shares(long count, int rank) {
    return new BigDecimal(1.0 / rank).multiply(BigDecimal.valueOf(count));
  }

  private void readBins(SerialReader in, long defined) {
    long rest = defined;
    for (int bin = 0; bin < BINS; bin++) {
      tokens[bin] = in.readVariable("the number of tokens of a bin");
      in.require(tokens[bin] <= rest, "its bins contradict its counts");
      rest -= tokens[bin];
      if (tokens[bin] > 0) {
        hits[bin] = in.readVariable("the number of correct tokens of a bin");
        in.require(hits[bin] <= tokens[bin], "its bins contradict its counts");
        probabilities[bin].add(ExactSum.readFrom(in));
        in.require(isOfBin(bin), "no tokens have such sums of probabilities");
      }
    }
    long correct = Arrays.stream(hits).sum();
    in.require(rest == 0 && correct <= ranked[0], "its bins contradict its counts");
  }

  private boolean isOfBin(int bin) {
    ExactSum sum = probabilities[bin];
    BigDecimal count = BigDecimal.valueOf(tokens[bin]);
    BigDecimal least = bin == 0 ? BigDecimal.ZERO : new BigDecimal(end(bin - 1)).multiply(count);
    BigDecimal most = new BigDecimal(end(bin)).multiply(count);
    return sum.isFinite()
        && RESIDUALS.mayHave(sum, tokens[bin])
        && sum.toBigDecimal().compareTo(least) > 0
        && sum.toBigDecimal().compareTo(most) <= 0;
  }
}
