/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.format.JsonObject;
import io.github.surprisal.format.NumberText;
import io.github.surprisal.sum.LossSums;
import io.github.surprisal.sum.LossTotals;
import io.github.surprisal.sum.Mean;
import io.github.surprisal.sum.Nats;
import java.util.StringJoiner;

/**
 * The loss of a language model on some text, and what follows from it: perplexity, bits per token
 * and bits per byte, with standard errors and confidence intervals. Immutable.
 *
 * <pre>{@code
 * FloatTensor logits = FloatTensor.of(new float[][] {{2.0f, 0.5f, -1.0f}, {0.1f, 0.2f, 3.0f}});
 * TokenBytes vocabulary = TokenBytes.of(new byte[][] {{'O', 'n'}, {' ', 'a'}, {'e'}});
 * LossReport report = Metrics.evaluate(logits, IntTensor.of(0, 2), vocabulary);
 * System.out.println(report.loss()); // 0.1755
 * System.out.println(report.perplexity()); // 1.192
 * System.out.println(report.bitsPerByte()); // 0.169
 * System.out.println(report.standardError()); // 0.066
 * System.out.println(report.lossInterval(0.95)); // [0.0, 1.01]
 * }</pre>
 *
 * <table>
 * <caption>What a report says</caption>
 * <tr><th>about</th><th>methods</th></tr>
 * <tr><td>how much was scored</td><td>{@link #scoredTokens}, {@link #ignoredTokens}, {@link
 * #scoredBytes}, {@link #zeroByteTokens}, {@link #tokensWithoutByteCount}, {@link #words}, {@link
 * #documents}</td></tr>
 * <tr><td>the loss</td><td>{@link #loss}, {@link #totalNats}</td></tr>
 * <tr><td>what follows from it</td><td>{@link #perplexity}, {@link #bitsPerToken}, {@link
 * #bitsPerByte}, {@link #wordPerplexity}</td></tr>
 * <tr><td>how far off it may be</td><td>{@link #standardError}, {@link #standardErrors}, {@link
 * #lossInterval} and an interval for each number that follows</td></tr>
 * </table>
 *
 * <p>Standard errors and intervals take documents for independent samples where documents were
 * marked ({@link LossAccumulator#endDocument}), and otherwise tokens. Methods whose names say by
 * which have either.
 *
 * <p>Every number is a function of exact sums, so that equal tokens give an equal report, bit by
 * bit, however they were cut into batches, ordered, and merged.
 */
public final class LossReport {

  private static final double USUAL_LEVEL = 0.95;

  private final Numbers numbers;

  private LossReport(Numbers numbers) {
    this.numbers = numbers;
  }

  /** All numbers that are not functions of others. */
  record Numbers(
      double loss,
      double totalNats,
      long scoredTokens,
      long ignoredTokens,
      long scoredBytes,
      long zeroByteTokens,
      long tokensWithoutByteCount,
      double bitsPerByte,
      long words,
      StandardErrors byToken,
      StandardErrors byDocument) {}

  static LossReport of(Numbers numbers) {
    return new LossReport(numbers);
  }

  static LossReport of(LossSums sums) {
    LossTotals all = sums.totals();
    double nats = all.losses.toDouble();
    boolean areBytesComplete = all.bytes > 0 && sums.tokensWithoutByteCount() == 0;
    StandardErrors byToken = StandardErrors.of(all, sums.byToken(), sums.bytesByToken());
    StandardErrors byDocument =
        sums.hasOpenDocument()
            ? StandardErrors.undefined(sums.byDocument().units(), sums.bytesByDocument().units())
            : StandardErrors.of(all, sums.byDocument(), sums.bytesByDocument());
    return of(
        new Numbers(
            Mean.of(nats, all.weights.toDouble()),
            nats,
            all.tokens,
            sums.ignoredTokens(),
            all.bytes,
            sums.zeroByteTokens(),
            sums.tokensWithoutByteCount(),
            areBytesComplete ? bitsPerByte(all) : Double.NaN,
            sums.words(),
            areBytesComplete ? byToken : byToken.withoutBitsPerByte(),
            areBytesComplete ? byDocument : byDocument.withoutBitsPerByte()));
  }

  private static double bitsPerByte(LossTotals all) {
    return all.lossesWithBytes.toDouble() / (Nats.LN2 * all.bytes);
  }

  /**
   * The mean loss, weighted by class weights, if any.
   *
   * @return the loss in nats a scored token; NaN for no scored token
   */
  public double loss() {
    return numbers.loss;
  }

  /**
   * The sum of the losses of all scored tokens.
   *
   * @return the sum in nats; 0 for no scored token
   */
  public double totalNats() {
    return numbers.totalNats;
  }

  /**
   * The number of tokens whose prediction counts.
   *
   * @return the number of scored tokens
   */
  public long scoredTokens() {
    return numbers.scoredTokens;
  }

  /**
   * The number of positions with the ignore index.
   *
   * @return the number of ignored tokens
   */
  public long ignoredTokens() {
    return numbers.ignoredTokens;
  }

  /**
   * The bytes of text that the scored tokens stand for.
   *
   * @return the number of bytes; 0 if no byte counts were given
   */
  public long scoredBytes() {
    return numbers.scoredBytes;
  }

  /**
   * The number of scored tokens that stand for no text, by their byte count of 0. They add neither
   * nats nor bytes to bits per byte.
   *
   * @return the number of scored tokens of 0 bytes
   */
  public long zeroByteTokens() {
    return numbers.zeroByteTokens;
  }

  /**
   * The number of scored tokens that were added without a byte count. If there are any, bits per
   * byte is undefined: it would leave out a part of the text.
   *
   * @return the number of scored tokens without a byte count
   */
  public long tokensWithoutByteCount() {
    return numbers.tokensWithoutByteCount;
  }

  /**
   * Bits per byte, Σ nats / (ln 2 · Σ bytes) over the scored tokens with bytes. It alone compares
   * models with different tokenizers.
   *
   * @return bits per byte; NaN for 0 bytes, and if scored tokens came {@linkplain
   *     #tokensWithoutByteCount without a byte count}
   */
  public double bitsPerByte() {
    return numbers.bitsPerByte;
  }

  /**
   * The number of words of the text.
   *
   * @return the number of words; 0 if they were not counted
   */
  public long words() {
    return numbers.words;
  }

  /**
   * Perplexity e<sup>loss</sup>, the effective vocabulary size; +∞ for a loss above 709.78.
   *
   * @return the perplexity, 1 or more
   */
  public double perplexity() {
    return Nats.perplexity(loss());
  }

  /**
   * Bits per token, loss / ln 2.
   *
   * @return bits per token
   */
  public double bitsPerToken() {
    return Nats.bits(loss());
  }

  /**
   * Word-level perplexity e<sup>totalNats / words</sup>: like bits per byte it compares models with
   * different tokenizers.
   *
   * @return the perplexity a word; NaN if no words were counted
   */
  public double wordPerplexity() {
    return words() == 0 ? Double.NaN : Nats.perplexity(totalNats() / words());
  }

  /**
   * The number of finished documents with at least one scored token.
   *
   * @return the number of documents; 0 if none were marked
   */
  public long documents() {
    return standardErrorsByDocument().units();
  }

  /**
   * Standard error of the loss, from which {@link #lossInterval} is made: {@code
   * standardErrors().ofLoss()}.
   *
   * @return the standard error in nats; NaN for fewer than two documents or tokens, or where tokens
   *     stand outside a finished document
   */
  public double standardError() {
    return standardErrors().ofLoss();
  }

  /**
   * The standard errors that intervals are made of: {@link #standardErrorsByDocument} if documents
   * were marked, otherwise {@link #standardErrorsByToken}.
   *
   * @return the standard errors to go by
   */
  public StandardErrors standardErrors() {
    return documents() > 0 ? standardErrorsByDocument() : standardErrorsByToken();
  }

  /**
   * Standard errors that take tokens as independent. They are too small where tokens come from
   * documents that are hard or easy as a whole.
   *
   * @return the standard errors by token
   */
  public StandardErrors standardErrorsByToken() {
    return numbers.byToken;
  }

  /**
   * Standard errors that take documents as independent, and not the tokens within one.
   *
   * @return the standard errors by document; NaN if no documents were marked or tokens stand
   *     outside a finished one
   */
  public StandardErrors standardErrorsByDocument() {
    return numbers.byDocument;
  }

  /**
   * Confidence interval of the loss: loss ± t · {@link #standardError()}, with Student's t for one
   * degree of freedom less than there are documents or tokens. A loss is not negative, so the
   * interval ends at 0 (unless negative class weights made the loss itself negative).
   *
   * @param level probability that such an interval covers the true loss, as 0.95
   * @return the interval in nats; NaN where the standard error is
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public Interval lossInterval(double level) {
    StandardErrors errors = standardErrors();
    return interval(loss(), errors.ofLoss(), errors.units(), level);
  }

  private static Interval interval(double estimate, double error, long units, double level) {
    Interval interval = Interval.around(estimate, error, units - 1, level);
    return estimate < 0 ? interval : interval.notNegative();
  }

  /**
   * Confidence interval of the perplexity: e to the power of both ends of the loss's interval, so
   * that it ends at 1.
   *
   * @param level probability that such an interval covers the true perplexity
   * @return the interval; NaN where the standard error of the loss is
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public Interval perplexityInterval(double level) {
    Interval nats = lossInterval(level);
    return Interval.of(Nats.perplexity(nats.low()), Nats.perplexity(nats.high()));
  }

  /**
   * Confidence interval of the bits per token: both ends of the loss's interval / ln 2, so that it
   * ends at 0.
   *
   * @param level probability that such an interval covers the true bits per token
   * @return the interval; NaN where the standard error of the loss is
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public Interval bitsPerTokenInterval(double level) {
    Interval nats = lossInterval(level);
    return Interval.of(Nats.bits(nats.low()), Nats.bits(nats.high()));
  }

  /**
   * Confidence interval of the bits per byte: bits per byte ± t · standard error, by {@link
   * #standardErrors()} and Student's t for one degree of freedom less than there are documents or
   * tokens with bytes. It ends at 0.
   *
   * @param level probability that such an interval covers the true bits per byte
   * @return the interval; NaN where the standard error is
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public Interval bitsPerByteInterval(double level) {
    StandardErrors errors = standardErrors();
    return interval(bitsPerByte(), errors.ofBitsPerByte(), errors.unitsWithBytes(), level);
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
        .put("loss", loss())
        .put("perplexity", perplexity())
        .put("bitsPerToken", bitsPerToken())
        .put("bitsPerByte", bitsPerByte())
        .put("wordPerplexity", wordPerplexity())
        .put("totalNats", totalNats())
        .put("scoredTokens", scoredTokens())
        .put("ignoredTokens", ignoredTokens())
        .put("scoredBytes", scoredBytes())
        .put("zeroByteTokens", zeroByteTokens())
        .put("tokensWithoutByteCount", tokensWithoutByteCount())
        .put("words", words())
        .put("documents", documents())
        .put("standardError", standardError())
        .put("standardErrorsByToken", standardErrorsByToken().json())
        .put("standardErrorsByDocument", standardErrorsByDocument().json())
        .put(
            "intervals95",
            new JsonObject()
                .putNumbers("loss", lossInterval(USUAL_LEVEL).ends())
                .putNumbers("perplexity", perplexityInterval(USUAL_LEVEL).ends())
                .putNumbers("bitsPerToken", bitsPerTokenInterval(USUAL_LEVEL).ends())
                .putNumbers("bitsPerByte", bitsPerByteInterval(USUAL_LEVEL).ends()));
  }

  /**
   * The report in a few lines for people; bytes, words and documents only if there are any, and
   * standard errors with 95 % intervals only where they are defined.
   */
  @Override
  public String toString() {
    StandardErrors errors = standardErrors();
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        NumberText.text("scored tokens    %,d (ignored %,d)", scoredTokens(), ignoredTokens()));
    Interval nats = lossInterval(USUAL_LEVEL);
    lines.add(line("loss", loss(), errors.ofLoss(), nats) + " nats per token");
    Interval ofPerplexity = perplexityInterval(USUAL_LEVEL);
    lines.add(line("perplexity", perplexity(), errors.ofPerplexity(), ofPerplexity));
    Interval bits = bitsPerTokenInterval(USUAL_LEVEL);
    lines.add(line("bits per token", bitsPerToken(), errors.ofBitsPerToken(), bits));
    addBytes(lines);
    if (words() > 0) {
      String perplexity = NumberText.number(wordPerplexity());
      lines.add(NumberText.text("word perplexity  %s over %,d words", perplexity, words()));
    }
    if (!Double.isNaN(errors.ofLoss())) {
      String units =
          documents() > 0
              ? NumberText.text("%,d independent documents", documents())
              : "independent tokens";
      lines.add("                 ± standard error [95 % interval], from " + units);
    }
    return lines.toString();
  }

  private void addBytes(StringJoiner lines) {
    long without = tokensWithoutByteCount();
    if (without > 0 && without < scoredTokens()) {
      lines.add(
          NumberText.text(
              "bits per byte    NaN: %,d of %,d scored tokens came without a byte count",
              without, scoredTokens()));
    } else if (scoredBytes() > 0) {
      double error = standardErrors().ofBitsPerByte();
      Interval interval = bitsPerByteInterval(USUAL_LEVEL);
      String bits = line("bits per byte", bitsPerByte(), error, interval);
      lines.add(bits + NumberText.text(" over %,d bytes", scoredBytes()));
    }
    if (zeroByteTokens() > 0) {
      lines.add(
          NumberText.text("                 leaving out %,d tokens of 0 bytes", zeroByteTokens()));
    }
  }

  private static String line(String name, double value, double error, Interval interval) {
    String line = NumberText.text("%-17s%s", name, NumberText.number(value));
    return Double.isNaN(error)
        ? line
        : line + " ± " + NumberText.number(error) + " " + interval.text();
  }

  /**
   * Compares by value; NaN equals NaN.
   *
   * @param other the object to compare with
   * @return whether the other object is a report of the same numbers
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof LossReport that && numbers.equals(that.numbers);
  }

  @Override
  public int hashCode() {
    return numbers.hashCode();
  }
}
