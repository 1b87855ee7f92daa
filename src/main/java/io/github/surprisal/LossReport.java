/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.sum.LossSums;
import io.github.surprisal.sum.LossTotals;
import io.github.surprisal.sum.Mean;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * The loss of a language model on some text, and what follows from it.
 *
 * <p>Every number is a function of exact sums, so that equal tokens give an equal report, bit by
 * bit, however they were cut into batches, ordered, and merged.
 *
 * @param loss mean loss in nats a scored token (weighted by class weights, if any); NaN for none
 * @param totalNats sum of the losses of all scored tokens in nats
 * @param scoredTokens tokens whose prediction counts
 * @param ignoredTokens positions with the ignore index
 * @param scoredBytes bytes of text that the scored tokens stand for; 0 if no byte counts were given
 * @param zeroByteTokens scored tokens that stand for no byte; they count neither nats nor bytes in
 *     bits per byte
 * @param bitsPerByte Σ nats / (ln 2 · Σ bytes) over the scored tokens with bytes; NaN for 0 bytes
 * @param words words of the text; 0 if they were not counted
 * @param tokenErrors standard errors that take tokens as independent
 * @param documentErrors standard errors that take documents as independent, and not the tokens of
 *     one; NaN if no documents were marked or tokens stand outside a finished one
 */
public record LossReport(
    double loss,
    double totalNats,
    long scoredTokens,
    long ignoredTokens,
    long scoredBytes,
    long zeroByteTokens,
    double bitsPerByte,
    long words,
    StandardErrors tokenErrors,
    StandardErrors documentErrors) {

  private static final double USUAL_LEVEL = 0.95;

  static LossReport of(LossSums sums) {
    LossTotals all = sums.totals();
    double nats = all.losses.toDouble();
    double natsWithBytes = all.lossesWithBytes.toDouble();
    return new LossReport(
        Mean.of(nats, all.weights.toDouble()),
        nats,
        all.tokens,
        sums.ignoredTokens(),
        all.bytes,
        sums.zeroByteTokens(),
        all.bytes == 0 ? Double.NaN : natsWithBytes / (Nats.LN2 * all.bytes),
        sums.words(),
        StandardErrors.of(all, sums.byToken(), sums.bytesByToken()),
        documentErrors(sums, all));
  }

  private static StandardErrors documentErrors(LossSums sums, LossTotals all) {
    return sums.hasOpenDocument()
        ? StandardErrors.undefined(sums.byDocument().units(), sums.bytesByDocument().units())
        : StandardErrors.of(all, sums.byDocument(), sums.bytesByDocument());
  }

  /**
   * Perplexity e<sup>loss</sup>, the effective vocabulary size; +∞ for a loss above 709.78.
   *
   * @return the perplexity, 1 or more
   */
  public double perplexity() {
    return Nats.perplexity(loss);
  }

  /**
   * Bits per token, loss / ln 2.
   *
   * @return bits per token
   */
  public double bitsPerToken() {
    return Nats.bits(loss);
  }

  /**
   * Word-level perplexity e<sup>totalNats / words</sup>: like bits per byte it compares models with
   * different tokenizers.
   *
   * @return the perplexity a word; NaN if no words were counted
   */
  public double wordPerplexity() {
    return words == 0 ? Double.NaN : Nats.perplexity(totalNats / words);
  }

  /**
   * Finished documents with at least one scored token.
   *
   * @return the number of documents; 0 if none were marked
   */
  public long documents() {
    return documentErrors.units();
  }

  /**
   * Standard error of {@code loss}, taking tokens as independent.
   *
   * @return the standard error in nats; NaN for fewer than two scored tokens
   */
  public double standardError() {
    return tokenErrors.loss();
  }

  /**
   * The standard errors to go by: {@code documentErrors} if documents were marked, otherwise {@code
   * tokenErrors}.
   *
   * @return the standard errors that intervals are made of
   */
  public StandardErrors standardErrors() {
    return documents() > 0 ? documentErrors : tokenErrors;
  }

  /**
   * Confidence interval of the loss: loss ± t · standard error, by {@link #standardErrors()} and
   * Student's t with one degree of freedom less than there are units (tokens or documents).
   *
   * @param level probability that such an interval covers the true loss, as 0.95
   * @return the interval in nats; NaN where the standard error is
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public Interval lossInterval(double level) {
    StandardErrors errors = standardErrors();
    return Interval.around(loss, errors.loss(), errors.units() - 1, level);
  }

  /**
   * Confidence interval of the perplexity: e to the power of both ends of that of the loss.
   *
   * @param level probability that such an interval covers the true perplexity
   * @return the interval; NaN where the standard error of the loss is
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public Interval perplexityInterval(double level) {
    Interval nats = lossInterval(level);
    return new Interval(Nats.perplexity(nats.low()), Nats.perplexity(nats.high()));
  }

  /**
   * Confidence interval of the bits per token: both ends of that of the loss / ln 2.
   *
   * @param level probability that such an interval covers the true bits per token
   * @return the interval; NaN where the standard error of the loss is
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public Interval bitsPerTokenInterval(double level) {
    Interval nats = lossInterval(level);
    return new Interval(Nats.bits(nats.low()), Nats.bits(nats.high()));
  }

  /**
   * Confidence interval of the bits per byte: bits per byte ± t · standard error, by {@link
   * #standardErrors()} and Student's t with one degree of freedom less than there are units (tokens
   * or documents) with bytes.
   *
   * @param level probability that such an interval covers the true bits per byte
   * @return the interval; NaN where the standard error is
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public Interval bitsPerByteInterval(double level) {
    StandardErrors errors = standardErrors();
    return Interval.around(bitsPerByte, errors.bitsPerByte(), errors.unitsWithBytes() - 1, level);
  }

  /**
   * The report as one line of JSON: an object with the numbers under the names of their methods,
   * the standard errors as objects, and in {@code intervals95} the ends of the 95 % intervals. NaN
   * and the infinities, which JSON has no numbers for, are the strings "NaN", "Infinity" and
   * "-Infinity".
   *
   * @return a JSON object
   */
  public String toJson() {
    return json().toString();
  }

  /**
   * Some members of the object that {@link #toJson()} gives.
   *
   * @param keys the members' names, in the order wanted
   * @return a JSON object
   * @throws IllegalArgumentException if there is no member of such a name, or a key is null
   */
  public String toJson(String... keys) {
    return json().only(keys).toString();
  }

  private JsonObject json() {
    return new JsonObject()
        .put("loss", loss)
        .put("perplexity", perplexity())
        .put("bitsPerToken", bitsPerToken())
        .put("bitsPerByte", bitsPerByte)
        .put("wordPerplexity", wordPerplexity())
        .put("totalNats", totalNats)
        .put("scoredTokens", scoredTokens)
        .put("ignoredTokens", ignoredTokens)
        .put("scoredBytes", scoredBytes)
        .put("zeroByteTokens", zeroByteTokens)
        .put("words", words)
        .put("documents", documents())
        .put("standardError", standardError())
        .put("tokenErrors", tokenErrors.json())
        .put("documentErrors", documentErrors.json())
        .put(
            "intervals95",
            new JsonObject()
                .put("loss", lossInterval(USUAL_LEVEL))
                .put("perplexity", perplexityInterval(USUAL_LEVEL))
                .put("bitsPerToken", bitsPerTokenInterval(USUAL_LEVEL))
                .put("bitsPerByte", bitsPerByteInterval(USUAL_LEVEL)));
  }

  /**
   * The report in a few lines for people; bytes, words and documents only if there are any, and
   * standard errors with 95 % intervals only where they are defined.
   */
  @Override
  public String toString() {
    StandardErrors errors = standardErrors();
    StringJoiner lines = new StringJoiner("\n");
    lines.add(text("scored tokens    %,d (ignored %,d)", scoredTokens, ignoredTokens));
    String loss = line("loss", this.loss, errors.loss(), lossInterval(USUAL_LEVEL));
    lines.add(loss + " nats per token");
    lines.add(
        line("perplexity", perplexity(), errors.perplexity(), perplexityInterval(USUAL_LEVEL)));
    lines.add(
        line(
            "bits per token",
            bitsPerToken(),
            errors.bitsPerToken(),
            bitsPerTokenInterval(USUAL_LEVEL)));
    if (scoredBytes > 0) {
      Interval interval = bitsPerByteInterval(USUAL_LEVEL);
      String bits = line("bits per byte", bitsPerByte, errors.bitsPerByte(), interval);
      lines.add(bits + text(" over %,d bytes", scoredBytes));
    }
    if (zeroByteTokens > 0) {
      lines.add(text("                 leaving out %,d tokens of 0 bytes", zeroByteTokens));
    }
    if (words > 0) {
      lines.add(text("word perplexity  %s over %,d words", number(wordPerplexity()), words));
    }
    if (!Double.isNaN(errors.loss())) {
      String units =
          documents() > 0 ? text("%,d independent documents", documents()) : "independent tokens";
      lines.add("                 ± standard error [95 % interval], from " + units);
    }
    return lines.toString();
  }

  private static String line(String name, double value, double error, Interval interval) {
    String line = text("%-17s%s", name, number(value));
    return Double.isNaN(error)
        ? line
        : text(
            "%s ± %s [%s, %s]",
            line, number(error), number(interval.low()), number(interval.high()));
  }

  /** Six decimals, or an exponent where they would show nothing or too much. */
  private static String number(double value) {
    double size = Math.abs(value);
    boolean plain = value == 0 || (size >= 1e-3 && size < 1e9) || !Double.isFinite(value);
    return text(plain ? "%.6f" : "%.6e", value);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
