/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import static io.github.surprisal.sum.PredictionFigures.FIRST_SHARE;
import static io.github.surprisal.sum.PredictionFigures.RATIOS;
import static io.github.surprisal.sum.PredictionTotals.BINS;

import java.util.Arrays;
import java.util.List;

/**
 * The second moments over documents of what {@link PredictionTotals} adds up in each: what standard
 * errors by document need. Mutable. The number of documents is kept by whoever adds them.
 */
final class PredictionDocuments {

  /** Σx² and Σx·n over documents of n tokens, for the numerators of ratios. */
  private final ExactSum[] squares = new ExactSum[RATIOS];

  private final ExactSum[] products = new ExactSum[RATIOS];

  /** Of n and, after it, the residuals of the bins. */
  private final CrossMoments moments;

  PredictionDocuments() {
    this(new CrossMoments());
    Arrays.setAll(squares, i -> new ExactSum());
    Arrays.setAll(products, i -> new ExactSum());
  }

  private PredictionDocuments(CrossMoments moments) {
    this.moments = moments;
  }

  /** Adds a document of some tokens. */
  void add(PredictionTotals document, long tokens) {
    ExactSum n = ExactSum.ofCount(tokens);
    List<ExactSum> numerators = document.numerators();
    for (int i = 0; i < RATIOS; i++) {
      squares[i].addProduct(numerators.get(i), numerators.get(i));
      products[i].addProduct(numerators.get(i), n);
    }
    moments.add(vector(document, n));
  }

  private static ExactSum[] vector(PredictionTotals totals, ExactSum tokens) {
    ExactSum[] vector = new ExactSum[1 + BINS];
    vector[0] = tokens;
    for (int bin = 0; bin < BINS; bin++) {
      vector[1 + bin] = totals.residual(bin);
    }
    return vector;
  }

  /** Adds all other documents, which may be these. */
  void add(PredictionDocuments other) {
    for (int i = 0; i < RATIOS; i++) {
      squares[i].add(other.squares[i]);
      products[i].add(other.products[i]);
    }
    moments.add(other.moments);
  }

  private ExactSum squaresOfTokens() {
    return moments.at(0, 0);
  }

  /** The moments of the numerator of a ratio and the number of tokens over documents. */
  RatioMoments ratio(int i, long documents) {
    return new RatioMoments(documents, squares[i], products[i], squaresOfTokens());
  }

  /** The same for the sum of the bins' residuals, each with a sign. */
  RatioMoments ratio(int[] signsOfBins, long documents) {
    int[] signs = new int[1 + BINS];
    System.arraycopy(signsOfBins, 0, signs, 1, BINS);
    return new RatioMoments(
        documents, moments.combinedSquare(signs), moments.combined(signs, 0), squaresOfTokens());
  }

  void writeTo(SerialWriter out) {
    for (int i = 0; i < RATIOS; i++) {
      squares[i].writeTo(out);
      products[i].writeTo(out);
    }
    moments.writeTo(out);
  }

  static PredictionDocuments readFrom(SerialReader in) {
    ExactSum[] squares = new ExactSum[RATIOS];
    ExactSum[] products = new ExactSum[RATIOS];
    for (int i = 0; i < RATIOS; i++) {
      squares[i] = ExactSum.readFrom(in);
      products[i] = ExactSum.readFrom(in);
    }
    PredictionDocuments read = new PredictionDocuments(CrossMoments.readFrom(in, 1 + BINS));
    System.arraycopy(squares, 0, read.squares, 0, RATIOS);
    System.arraycopy(products, 0, read.products, 0, RATIOS);
    return read;
  }

  /** Whether documents with these totals can have such moments. */
  boolean fit(long documents, PredictionTotals totals, long tokens) {
    List<ExactSum> numerators = totals.numerators();
    ExactSum n = ExactSum.ofCount(tokens);
    for (int i = 0; i < RATIOS; i++) {
      if (!ratio(i, documents)
          .feasibility(kind(i), NumberRange.COUNTS)
          .fitClusters(documents, numerators.get(i), n)) {
        return false;
      }
    }
    return ratio(0, documents).hasCounts(tokens, tokens)
        && sharesAscend()
        && moments.fit(documents, vector(totals, n));
  }

  private static NumberRange kind(int ratio) {
    return switch (ratio) {
      case 0 -> PredictionTotals.ENTROPIES;
      case 1 -> NumberRange.PLAIN_LOSSES;
      case 2 -> NumberRange.PROBABILITIES;
      default -> NumberRange.COUNTS;
    };
  }

  /** Whether what is counted grows from each share to the next, and to all tokens. */
  private boolean sharesAscend() {
    for (int i = FIRST_SHARE; i < RATIOS; i++) {
      ExactSum nextSquare = i + 1 < RATIOS ? squares[i + 1] : squaresOfTokens();
      ExactSum nextProduct = i + 1 < RATIOS ? products[i + 1] : squaresOfTokens();
      if (isAbove(squares[i], nextSquare)
          || isAbove(products[i], nextProduct)
          || isAbove(squares[i], products[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAbove(ExactSum a, ExactSum b) {
    return a.toBigDecimal().compareTo(b.toBigDecimal()) > 0;
  }
}
