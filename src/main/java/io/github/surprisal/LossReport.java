/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.Locale;
import java.util.StringJoiner;

/**
 * The loss of a language model on some text, and what follows from it.
 *
 * @param loss mean loss in nats a scored token (weighted by class weights, if any); NaN for none
 * @param totalNats sum of the losses of all scored tokens in nats
 * @param scoredTokens tokens whose prediction counts
 * @param ignoredTokens positions with the ignore index
 * @param scoredBytes bytes of text that the scored tokens stand for; 0 if no byte counts were given
 * @param zeroByteTokens scored tokens that stand for no byte; they count neither nats nor bytes in
 *     bits per byte
 * @param bitsPerByte Σ nats / (ln 2 · Σ bytes) over the scored tokens with bytes; NaN for 0 bytes
 * @param standardError standard error of {@code loss}, taking tokens as independent; NaN for fewer
 *     than two scored tokens
 */
public record LossReport(
    double loss,
    double totalNats,
    long scoredTokens,
    long ignoredTokens,
    long scoredBytes,
    long zeroByteTokens,
    double bitsPerByte,
    double standardError) {

  /**
   * Perplexity e<sup>loss</sup>, the effective vocabulary size; +∞ for a loss above 709.78.
   *
   * @return the perplexity, 1 or more
   */
  public double perplexity() {
    return Metrics.perplexity(loss);
  }

  /**
   * Bits per token, loss / ln 2.
   *
   * @return bits per token
   */
  public double bitsPerToken() {
    return Metrics.bitsPerToken(loss);
  }

  /** The report in a few lines for people; bits per byte only if there are bytes. */
  @Override
  public String toString() {
    StringJoiner lines = new StringJoiner("\n");
    lines.add(text("scored tokens   %,d (ignored %,d)", scoredTokens, ignoredTokens));
    lines.add("loss            " + number(loss) + " nats per token, ± " + number(standardError));
    lines.add("perplexity      " + number(perplexity()));
    lines.add("bits per token  " + number(bitsPerToken()));
    if (scoredBytes > 0) {
      lines.add("bits per byte   " + number(bitsPerByte) + text(" over %,d bytes", scoredBytes));
    }
    if (zeroByteTokens > 0) {
      lines.add(text("                leaving out %,d tokens of 0 bytes", zeroByteTokens));
    }
    return lines.toString();
  }

  /** Six decimals, or an exponent where they would show nothing or too much. */
  private static String number(double value) {
    boolean plain = value == 0 || (value >= 1e-3 && value < 1e9) || !Double.isFinite(value);
    return text(plain ? "%.6f" : "%.6e", value);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
