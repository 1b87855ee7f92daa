/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.format.JsonObject;
import io.github.surprisal.sum.LossTotals;
import io.github.surprisal.sum.Mean;
import io.github.surprisal.sum.Nats;
import io.github.surprisal.sum.PredictionFigures;
import io.github.surprisal.sum.RatioMoments;

/**
 * Standard errors of the numbers of a {@link LossReport}, where units are taken as independent
 * samples: single tokens, or whole documents (clusters of tokens). Immutable.
 *
 * <p>Every quantity is a ratio of sums over units, and its error is linearised (the delta method).
 * An error is NaN for fewer than two units, and where a loss is not finite.
 */
public final class StandardErrors {

  private final Numbers numbers;

  private StandardErrors(Numbers numbers) {
    this.numbers = numbers;
  }

  /** All numbers, to compare and to show them together. */
  record Numbers(
      long units,
      double ofLoss,
      double ofPerplexity,
      double ofBitsPerToken,
      long unitsWithBytes,
      double ofBitsPerByte,
      PredictionFigures ofPredictions) {}

  static StandardErrors of(Numbers numbers) {
    return new StandardErrors(numbers);
  }

  /** Errors that are undefined, as where tokens stand outside a finished document. */
  static StandardErrors undefined(long units, long unitsWithBytes) {
    return of(
        new Numbers(
            units,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            unitsWithBytes,
            Double.NaN,
            PredictionFigures.UNDEFINED));
  }

  /** The errors of these totals. */
  static StandardErrors of(
      LossTotals totals,
      RatioMoments byWeight,
      RatioMoments byBytes,
      PredictionFigures ofPredictions) {
    double loss = byWeight.standardErrorOfRatio(totals.losses, totals.weights);
    double natsPerByte = byBytes.standardErrorOfRatio(totals.lossesWithBytes, totals.byteSum());
    double mean = Mean.of(totals.losses.toDouble(), totals.weights.toDouble());
    return of(
        new Numbers(
            byWeight.units(),
            loss,
            Nats.perplexity(mean) * loss,
            Nats.bits(loss),
            byBytes.units(),
            natsPerByte / Nats.LN2,
            ofPredictions));
  }

  /** The same errors, but for bits per byte, which is undefined. */
  StandardErrors withoutBitsPerByte() {
    return of(
        new Numbers(
            units(),
            ofLoss(),
            ofPerplexity(),
            ofBitsPerToken(),
            unitsWithBytes(),
            Double.NaN,
            numbers.ofPredictions));
  }

  /**
   * The number of units that were scored.
   *
   * @return the number of tokens or documents
   */
  public long units() {
    return numbers.units;
  }

  /**
   * Standard error of the loss: √(n/(n−1) · Σ(l − m·w)²) / |Σw| with the n units' losses l, their
   * weights w (the number of tokens, without weights) and the mean m = Σl / Σw.
   *
   * @return the standard error in nats a token
   */
  public double ofLoss() {
    return numbers.ofLoss;
  }

  /**
   * Standard error of the perplexity, by the delta method: perplexity · {@link #ofLoss()}.
   *
   * @return the standard error
   */
  public double ofPerplexity() {
    return numbers.ofPerplexity;
  }

  /**
   * Standard error of the bits per token: {@link #ofLoss()} / ln 2.
   *
   * @return the standard error in bits
   */
  public double ofBitsPerToken() {
    return numbers.ofBitsPerToken;
  }

  /**
   * The number of units that stand for at least one byte of text.
   *
   * @return the number of tokens or documents
   */
  public long unitsWithBytes() {
    return numbers.unitsWithBytes;
  }

  /**
   * Standard error of the bits per byte: √(n/(n−1) · Σ(l − r·b)²) / (ln 2 · Σb) over the n units
   * with bytes, their losses l, bytes b (times the weights of their tokens, if any), and r = Σl /
   * Σb.
   *
   * @return the standard error in bits; NaN where the bits per byte are
   */
  public double ofBitsPerByte() {
    return numbers.ofBitsPerByte;
  }

  /**
   * Standard error of the accuracy: √(n/(n−1) · Σ(x − a·w)²) / Σw with the n units' numbers w of
   * scored tokens, x of which are predicted right, and the accuracy a. The others that follow have
   * the same formula, with the unit's sum of what they are the mean of as x.
   *
   * @return the standard error; NaN without {@linkplain CrossEntropyOptions#predictions(boolean)
   *     predictions}
   */
  public double ofAccuracy() {
    return numbers.ofPredictions.accuracy();
  }

  /**
   * Standard error of the top-k accuracy.
   *
   * @param k from 1 to 10
   * @return the standard error; NaN without predictions
   * @throws IllegalArgumentException if k is anything else
   */
  public double ofTopAccuracy(int k) {
    return topAccuracy(numbers.ofPredictions, k);
  }

  /** The figure of the top-k accuracy, for a k that a caller gives. */
  static double topAccuracy(PredictionFigures figures, int k) {
    if (k < 1 || k > PredictionFigures.MOST_RANK) {
      throw new IllegalArgumentException(
          "k is "
              + k
              + ", expected 1 to "
              + PredictionFigures.MOST_RANK
              + ": for larger ones, count the ranks of Predictions.of");
    }
    return figures.topAccuracy(k);
  }

  /**
   * Standard error of the mean entropy.
   *
   * @return the standard error in nats; NaN without predictions
   */
  public double ofEntropy() {
    return numbers.ofPredictions.entropy();
  }

  /**
   * Standard error of the calibration gap.
   *
   * @return the standard error in nats; NaN without predictions
   */
  public double ofCalibrationGap() {
    return numbers.ofPredictions.calibrationGap();
  }

  /**
   * Standard error of the calibration error: the formula of {@link #ofAccuracy()} where x is the
   * unit's Σ ±(correct − p) over its tokens, + in bins that hold more correct tokens than their
   * probabilities add up to, − in bins that hold fewer.
   *
   * <p>It takes these signs as fixed. Where many bins are as good as calibrated, or hold few
   * tokens, they are not: then this error is only a rough guide, and {@link
   * LossReport#calibrationError()} itself is too large.
   *
   * @return the standard error; NaN without predictions
   */
  public double ofCalibrationError() {
    return numbers.ofPredictions.calibrationError();
  }

  /**
   * Standard error of the mean reciprocal rank.
   *
   * @return the standard error; NaN without predictions
   */
  public double ofMeanReciprocalRank() {
    return numbers.ofPredictions.meanReciprocalRank();
  }

  JsonObject json() {
    return ofLosses()
        .put("ofAccuracy", ofAccuracy())
        .putNumbers("ofTopAccuracy", topAccuracies(numbers.ofPredictions))
        .put("ofEntropy", ofEntropy())
        .put("ofCalibrationGap", ofCalibrationGap())
        .put("ofCalibrationError", ofCalibrationError())
        .put("ofMeanReciprocalRank", ofMeanReciprocalRank());
  }

  private JsonObject ofLosses() {
    return new JsonObject()
        .put("units", units())
        .put("ofLoss", ofLoss())
        .put("ofPerplexity", ofPerplexity())
        .put("ofBitsPerToken", ofBitsPerToken())
        .put("unitsWithBytes", unitsWithBytes())
        .put("ofBitsPerByte", ofBitsPerByte());
  }

  /** The figures of the top-k accuracies from k = 1 on. */
  static double[] topAccuracies(PredictionFigures figures) {
    return figures.topAccuracies().stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * Compares by value; NaN equals NaN.
   *
   * @param other the object to compare with
   * @return whether the other object holds the same errors
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof StandardErrors that && numbers.equals(that.numbers);
  }

  @Override
  public int hashCode() {
    return numbers.hashCode();
  }

  @Override
  public String toString() {
    boolean areAll = !numbers.ofPredictions.equals(PredictionFigures.UNDEFINED);
    return "StandardErrors" + (areAll ? json() : ofLosses());
  }
}
