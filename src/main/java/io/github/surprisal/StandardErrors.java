/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.sum.LossTotals;
import io.github.surprisal.sum.Mean;
import io.github.surprisal.sum.RatioMoments;

/**
 * Standard errors of what a {@link LossReport} says, for units that are taken as independent
 * samples: single tokens, or whole documents (clusters of tokens). An error is NaN for fewer than
 * two units, and where a loss is not finite.
 *
 * @param units tokens or documents that were scored
 * @param loss of the loss in nats: √(n/(n−1) · Σ(l − m·w)²) / |Σw| with the units' losses l, their
 *     weights w (the number of tokens, without class weights) and the mean m = Σl / Σw
 * @param perplexity of the perplexity, by the delta method: perplexity · {@code loss}
 * @param bitsPerToken of the bits per token: {@code loss} / ln 2
 * @param unitsWithBytes units that stand for bytes of text
 * @param bitsPerByte of the bits per byte, a ratio of sums: √(n/(n−1) · Σ(l − r·b)²) / (ln 2 · Σb)
 *     over units with b bytes, r = Σl / Σb
 */
public record StandardErrors(
    long units,
    double loss,
    double perplexity,
    double bitsPerToken,
    long unitsWithBytes,
    double bitsPerByte) {

  /** Errors that are undefined, as where tokens stand outside a finished document. */
  static StandardErrors undefined(long units, long unitsWithBytes) {
    return new StandardErrors(
        units, Double.NaN, Double.NaN, Double.NaN, unitsWithBytes, Double.NaN);
  }

  /** The errors of these totals. */
  static StandardErrors of(LossTotals totals, RatioMoments ofLoss, RatioMoments ofBytes) {
    double loss = ofLoss.standardErrorOfRatio(totals.losses, totals.weights);
    double natsPerByte = ofBytes.standardErrorOfRatio(totals.lossesWithBytes, totals.byteSum());
    double mean = Mean.of(totals.losses.toDouble(), totals.weights.toDouble());
    return new StandardErrors(
        ofLoss.units(),
        loss,
        Nats.perplexity(mean) * loss,
        Nats.bits(loss),
        ofBytes.units(),
        natsPerByte / Nats.LN2);
  }

  JsonObject json() {
    return new JsonObject()
        .put("units", units)
        .put("loss", loss)
        .put("perplexity", perplexity)
        .put("bitsPerToken", bitsPerToken)
        .put("unitsWithBytes", unitsWithBytes)
        .put("bitsPerByte", bitsPerByte);
  }
}
