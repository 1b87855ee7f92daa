/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import static io.github.surprisal.sum.PredictionFigures.FIRST_SHARE;
import static io.github.surprisal.sum.PredictionTotals.BINS;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a report says of predictions is computed from: exact sums over tokens and over documents,
 * and counts. Mutable. The numbers of tokens and documents are kept by {@link LossSums}.
 */
public final class PredictionSums {

  /** Totals of the finished documents, and of the tokens since the last one. */
  private final PredictionTotals closed;

  private final PredictionTotals open;

  /** Squares over tokens: of entropies, of gaps, of reciprocal ranks, of residuals by bin. */
  private final ExactSum[] squares = new ExactSum[FIRST_SHARE];

  private final ExactSum[] residualSquares = new ExactSum[BINS];

  /** There once a document has ended. */
  private Optional<PredictionDocuments> documents = Optional.empty();

  PredictionSums() {
    this(new PredictionTotals(), new PredictionTotals());
  }

  private PredictionSums(PredictionTotals closed, PredictionTotals open) {
    this.closed = closed;
    this.open = open;
    Arrays.setAll(squares, i -> new ExactSum());
    Arrays.setAll(residualSquares, bin -> new ExactSum());
  }

  void add(TokenPrediction token) {
    double reciprocalRank = token.rank == 0 ? 0 : 1.0 / token.rank;
    double fromOne = 1 - token.probability;
    double rounded = 1 - fromOne; // to a multiple of 2^-53, so that both are exact
    open.add(token, reciprocalRank, rounded);
    squares[0].addSquare(token.entropy);
    squares[1].addSquare(token.gap);
    squares[2].addSquare(reciprocalRank);
    if (!Double.isNaN(rounded)) {
      ExactSum ofBin = residualSquares[PredictionTotals.bin(rounded)];
      ofBin.addSquare(token.isCorrect ? fromOne : rounded);
    }
  }

  /** Makes the tokens since the last call a document of {@code tokens} tokens. */
  void endDocument(long tokens) {
    PredictionDocuments all = documents.orElseGet(PredictionDocuments::new);
    all.add(open, tokens);
    documents = Optional.of(all);
    closed.add(open);
    open.clear();
  }

  /** Adds all of other sums, which may be these. */
  void add(PredictionSums other) {
    closed.add(other.closed);
    open.add(other.open);
    addAll(squares, other.squares);
    addAll(residualSquares, other.residualSquares);
    if (other.documents.isPresent()) {
      PredictionDocuments all = documents.orElseGet(PredictionDocuments::new);
      all.add(other.documents.get());
      documents = Optional.of(all);
    }
  }

  private static void addAll(ExactSum[] sums, ExactSum[] others) {
    for (int i = 0; i < sums.length; i++) {
      sums[i].add(others[i]);
    }
  }

  private PredictionTotals all() {
    PredictionTotals all = new PredictionTotals();
    all.add(closed);
    all.add(open);
    return all;
  }

  /** What is reported, over {@code tokens} tokens. */
  public PredictionFigures figures(long tokens) {
    PredictionTotals all = all();
    List<ExactSum> numerators = all.numerators();
    return PredictionFigures.of(
        i -> Mean.of(numerators.get(i).toDouble(), (double) tokens),
        all.areDefined()
            ? Mean.of(distance(all, signs(all)).toDouble(), (double) tokens)
            : Double.NaN);
  }

  /** The standard errors of it that take tokens as independent. */
  public PredictionFigures errorsByToken(long tokens) {
    PredictionTotals all = all();
    List<ExactSum> numerators = all.numerators();
    int[] signs = signs(all);
    ExactSum residuals = new ExactSum();
    for (int bin = 0; bin < BINS; bin++) {
      if (signs[bin] != 0) {
        residuals.add(residualSquares[bin]);
      }
    }
    Moments ofResiduals = new Moments(distance(all, signs), residuals);
    return PredictionFigures.of(
        i -> new Moments(numerators.get(i), squares(i, numerators)).standardError(tokens),
        all.areDefined() ? ofResiduals.standardError(tokens) : Double.NaN);
  }

  /** The squares of what a numerator adds up; of 0 and 1, they add up to the same. */
  private ExactSum squares(int i, List<ExactSum> numerators) {
    return i < FIRST_SHARE ? squares[i] : numerators.get(i);
  }

  /** The standard errors that take {@code units} documents as independent. */
  public PredictionFigures errorsByDocument(long tokens, long units) {
    if (documents.isEmpty()) {
      return PredictionFigures.UNDEFINED;
    }
    PredictionDocuments all = documents.get();
    List<ExactSum> numerators = closed.numerators();
    ExactSum n = ExactSum.ofCount(tokens);
    int[] signs = signs(closed);
    return PredictionFigures.of(
        i -> all.ratio(i, units).standardErrorOfRatio(numerators.get(i), n),
        closed.areDefined()
            ? all.ratio(signs, units).standardErrorOfRatio(distance(closed, signs), n)
            : Double.NaN);
  }

  /** The sign of the residual of each bin. */
  private static int[] signs(PredictionTotals totals) {
    return IntStream.range(0, BINS)
        .map(bin -> totals.residual(bin).toBigDecimal().signum())
        .toArray();
  }

  /** The sum of the bins' residuals without their signs. */
  private static ExactSum distance(PredictionTotals totals, int[] signs) {
    ExactSum distance = new ExactSum();
    for (int bin = 0; bin < BINS; bin++) {
      ExactSum residual = totals.residual(bin);
      distance.add(signs[bin] < 0 ? residual.negated() : residual);
    }
    return distance;
  }

  /** What a calibration diagram shows of one bin. */
  public record Bin(
      double low, double high, long tokens, double meanProbability, double accuracy) {}

  /** All bins of the probability of the likeliest class, by ascending probability. */
  public List<Bin> bins() {
    PredictionTotals all = all();
    return IntStream.range(0, BINS)
        .mapToObj(
            bin ->
                new Bin(
                    PredictionTotals.end(bin - 1),
                    PredictionTotals.end(bin),
                    all.tokens(bin),
                    all.meanProbability(bin),
                    all.accuracy(bin)))
        .toList();
  }

  void writeTo(SerialWriter out) {
    closed.writeTo(out);
    open.writeTo(out);
    for (ExactSum sum : squares) {
      sum.writeTo(out);
    }
    for (int bin = 0; bin < BINS; bin++) {
      if (closed.tokens(bin) + open.tokens(bin) > 0) {
        residualSquares[bin].writeTo(out);
      }
    }
    documents.ifPresent(all -> all.writeTo(out));
  }

  /**
   * Reads sums over these numbers of tokens, in finished documents and since.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  static PredictionSums readFrom(SerialReader in, long closedTokens, long openTokens, long units) {
    PredictionSums sums =
        new PredictionSums(
            PredictionTotals.readFrom(in, closedTokens), PredictionTotals.readFrom(in, openTokens));
    for (ExactSum sum : sums.squares) {
      sum.add(ExactSum.readFrom(in));
    }
    PredictionTotals all = sums.all();
    for (int bin = 0; bin < BINS; bin++) {
      if (all.tokens(bin) > 0) {
        sums.residualSquares[bin].add(ExactSum.readFrom(in));
      }
    }
    in.require(
        sums.squaresFit(all, closedTokens + openTokens), "no tokens have such sums of squares");
    if (units > 0) {
      PredictionDocuments read = PredictionDocuments.readFrom(in);
      in.require(read.fit(units, sums.closed, closedTokens), "no documents have such predictions");
      sums.documents = Optional.of(read);
    }
    return sums;
  }

  /** Whether documents have the numbers of tokens that others have as y. */
  boolean mayBeOverTokensOf(RatioMoments byDocument) {
    return documents.isEmpty()
        || documents.get().ratio(0, byDocument.units()).hasSquaresOfY(byDocument);
  }

  private boolean squaresFit(PredictionTotals all, long tokens) {
    Moments reciprocalRanks = new Moments(all.reciprocalRanks, squares[2]);
    return new Moments(all.entropies, squares[0]).fit(PredictionTotals.ENTROPIES, tokens)
        && new Moments(all.gaps, squares[1]).fit(NumberRange.PLAIN_LOSSES, tokens)
        && reciprocalRanks.fit(NumberRange.PROBABILITIES, tokens)
        && reciprocalRanks.mayBeOfShares()
        && IntStream.range(0, BINS)
            .allMatch(
                bin ->
                    new Moments(all.residual(bin), residualSquares[bin])
                        .fit(PredictionTotals.RESIDUALS, all.tokens(bin)));
  }
}
