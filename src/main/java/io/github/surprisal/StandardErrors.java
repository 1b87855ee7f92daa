/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.format.JsonObject;
import io.github.surprisal.sum.LossTotals;
import io.github.surprisal.sum.Mean;
import io.github.surprisal.sum.Nats;
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
      double ofBitsPerByte) {}

  static StandardErrors of(Numbers numbers) {
    return new StandardErrors(numbers);
  }

  /** Errors that are undefined, as where tokens stand outside a finished document. */
  static StandardErrors undefined(long units, long unitsWithBytes) {
    return of(new Numbers(units, Double.NaN, Double.NaN, Double.NaN, unitsWithBytes, Double.NaN));
  }

  /** The errors of these totals. */
  static StandardErrors of(LossTotals totals, RatioMoments byWeight, RatioMoments byBytes) {
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
            natsPerByte / Nats.LN2));
  }

  /** The same errors, but for bits per byte, which is undefined. */
  StandardErrors withoutBitsPerByte() {
    return of(
        new Numbers(
            units(), ofLoss(), ofPerplexity(), ofBitsPerToken(), unitsWithBytes(), Double.NaN));
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
   * weights w (the number of tokens, without class weights) and the mean m = Σl / Σw.
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
   * with bytes, their losses l, bytes b, and r = Σl / Σb.
   *
   * @return the standard error in bits; NaN where the bits per byte are
   */
  public double ofBitsPerByte() {
    return numbers.ofBitsPerByte;
  }

  JsonObject json() {
    return new JsonObject()
        .put("units", units())
        .put("ofLoss", ofLoss())
        .put("ofPerplexity", ofPerplexity())
        .put("ofBitsPerToken", ofBitsPerToken())
        .put("unitsWithBytes", unitsWithBytes())
        .put("ofBitsPerByte", ofBitsPerByte());
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
    return "StandardErrors" + json();
  }
}
