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
import io.github.surprisal.sum.PredictionFigures;
import io.github.surprisal.sum.PredictionSums;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
 * #scoredBytes}, {@link #zeroByteTokens}, {@link #tokensWithoutByteCount}, {@link #nanTokens}, {@link
 * #firstNan}, {@link #words}, {@link #documents}</td></tr>
 * <tr><td>the loss</td><td>{@link #loss}, {@link #totalNats}</td></tr>
 * <tr><td>what follows from it</td><td>{@link #perplexity}, {@link #bitsPerToken}, {@link
 * #bitsPerByte}, {@link #wordPerplexity}</td></tr>
 * <tr><td>predictions, if {@linkplain CrossEntropyOptions#predictions(boolean) asked
 * for}</td><td>{@link #accuracy}, {@link #topAccuracy}, {@link #meanReciprocalRank}, {@link
 * #entropy}, {@link #calibrationGap}, {@link #calibrationError}, {@link #calibrationBins}</td></tr>
 * <tr><td>how far off it may be</td><td>{@link #standardError}, {@link #standardErrors}, {@link
 * #lossInterval} and an interval for each number that follows</td></tr>
 * </table>
 *
 * <p>Standard errors and intervals take documents for independent samples where documents were
 * marked ({@link LossAccumulator#endDocument}), and otherwise tokens. Methods whose names say by
 * which have either.
 *
 * <p>Where {@linkplain LossAccumulator#add(FloatTensor, IntTensor, FloatTensor) tokens have
 * weights} v, they enter the sums on both sides of the loss and of bits per byte, with their
 * standard errors: Σ v·loss / Σ v and Σ v·loss / (ln 2 · Σ v·bytes). So a corpus of weight 2
 * throughout has the same loss and bits per byte as one of weight 1. Numbers of tokens and bytes,
 * and all about predictions, count each token alike that has a weight above 0.
 *
 * <p>Every number is a function of exact sums, so that equal tokens give an equal report, bit by
 * bit, however they were cut into batches, ordered, and merged; but for {@link #firstNan}, which
 * also depends on positions.
 */
public final class LossReport {

  // This file is long because it is mostly documentation: each number of a report has a method with
  // its formula and its special cases, and the code of a method is a line or a few.

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
      long nanTokens,
      OptionalLong firstNan,
      double bitsPerByte,
      long words,
      StandardErrors byToken,
      StandardErrors byDocument,
      PredictionFigures predictions,
      List<CalibrationBin> calibrationBins) {}

  static LossReport of(Numbers numbers) {
    return new LossReport(numbers);
  }

  static LossReport of(LossSums sums) {
    LossTotals all = sums.totals();
    double nats = all.losses.toDouble();
    boolean areBytesComplete = all.bytes > 0 && sums.tokensWithoutByteCount() == 0;
    Optional<PredictionSums> predictions = sums.predictions();
    StandardErrors byToken =
        StandardErrors.of(
            all,
            sums.byToken(),
            sums.bytesByToken(),
            predictions
                .map(its -> its.errorsByToken(all.tokens))
                .orElse(PredictionFigures.UNDEFINED));
    StandardErrors byDocument = byDocument(sums, all);
    return of(
        new Numbers(
            Mean.of(nats, all.weights.toDouble()),
            nats,
            all.tokens,
            sums.ignoredTokens(),
            all.bytes,
            sums.zeroByteTokens(),
            sums.tokensWithoutByteCount(),
            sums.nanTokens(),
            sums.firstNan(),
            areBytesComplete ? bitsPerByte(all) : Double.NaN,
            sums.words(),
            areBytesComplete ? byToken : byToken.withoutBitsPerByte(),
            areBytesComplete ? byDocument : byDocument.withoutBitsPerByte(),
            predictions.map(its -> its.figures(all.tokens)).orElse(PredictionFigures.UNDEFINED),
            predictions.map(CalibrationBin::all).orElse(List.of())));
  }

  private static StandardErrors byDocument(LossSums sums, LossTotals all) {
    long documents = sums.byDocument().units();
    if (sums.hasOpenDocument()) {
      return StandardErrors.undefined(documents, sums.bytesByDocument().units());
    }
    return StandardErrors.of(
        all,
        sums.byDocument(),
        sums.bytesByDocument(),
        sums.predictions()
            .map(its -> its.errorsByDocument(all.tokens, documents))
            .orElse(PredictionFigures.UNDEFINED));
  }

  private static double bitsPerByte(LossTotals all) {
    return all.lossesWithBytes.toDouble() / (Nats.LN2 * all.byteSum().toDouble());
  }

  /**
   * The mean loss, weighted by class weights and weights of tokens, if any.
   *
   * @return the loss in nats a scored token; NaN for no scored token
   */
  public double loss() {
    return numbers.loss;
  }

  /**
   * The sum of the losses of all scored tokens, each times its weight, if any.
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
   * The number of positions with the ignore index or a weight of 0.
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
   * The number of scored tokens whose loss is NaN: their rows of logits hold NaN, +∞ or nothing but
   * −∞. Any makes the loss NaN.
   *
   * @return the number of scored tokens with a loss of NaN
   */
  public long nanTokens() {
    return numbers.nanTokens;
  }

  /**
   * Where the first row is whose loss is NaN. It is known if each such row has the position that
   * {@link LossAccumulator#startAt} gave it, or if all rows were added to one accumulator and none
   * combined from others.
   *
   * @return the position in the corpus, counted from 0 over scored and ignored rows; empty for no
   *     such row, or if the first of them is not known
   */
  public OptionalLong firstNan() {
    return numbers.firstNan;
  }

  /**
   * Bits per byte, Σ nats / (ln 2 · Σ bytes) over the scored tokens with bytes. It alone compares
   * models with different tokenizers. Weights of tokens multiply nats and bytes, class weights nats
   * alone.
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
   * different tokenizers. Words have no weights, so where tokens have others than 0 and 1 it means
   * nothing.
   *
   * @return the perplexity a word; NaN if no words were counted
   */
  public double wordPerplexity() {
    return words() == 0 ? Double.NaN : Nats.perplexity(totalNats() / words());
  }

  /**
   * Share of the scored tokens that are predicted right: the likeliest class, the first of several
   * equal ones, is the target. A row without probabilities (NaN, +∞, nothing but −∞) counts as
   * wrong.
   *
   * <p>Here, in the other numbers of predictions and in their standard errors every scored token
   * counts the same, whatever the class weights and the weights of tokens.
   *
   * @return the share, from 0 to 1; NaN for no scored token, and without {@linkplain
   *     CrossEntropyOptions#predictions(boolean) predictions}
   */
  public double accuracy() {
    return numbers.predictions.accuracy();
  }

  /**
   * Share of the scored tokens whose target is among the k likeliest classes: fewer than k classes
   * have a larger logit. Classes with an equal logit do not count against the target, so that
   * {@code topAccuracy(1)} is above {@link #accuracy()} where the target ties with an earlier
   * class. A row without probabilities counts as wrong.
   *
   * @param k from 1 to 10
   * @return the share, from 0 to 1; NaN for no scored token, and without predictions
   * @throws IllegalArgumentException if k is anything else
   */
  public double topAccuracy(int k) {
    return StandardErrors.topAccuracy(numbers.predictions, k);
  }

  /**
   * Mean of 1 / rank over the scored tokens, where the rank of a target is 1 + the number of
   * classes with a larger logit. A row without probabilities counts 0.
   *
   * @return the mean, from 0 to 1; NaN for no scored token, and without predictions
   */
  public double meanReciprocalRank() {
    return numbers.predictions.meanReciprocalRank();
  }

  /**
   * Mean entropy −Σ p·log p of the predicted distributions: the loss that the model itself expects.
   *
   * @return the mean in nats a scored token; NaN for no scored token, without predictions, and if a
   *     row has no probabilities
   */
  public double entropy() {
    return numbers.predictions.entropy();
  }

  /**
   * Mean of −log P(target) − entropy over the scored tokens: above 0 if the model is surer than it
   * should be, below 0 if it is less sure. Without weights and label smoothing it is {@link
   * #loss()} − {@link #entropy()}, apart from rounding.
   *
   * @return the mean in nats a scored token; +∞ if a target has probability 0; NaN for no scored
   *     token, without predictions, and if a row has no probabilities
   */
  public double calibrationGap() {
    return numbers.predictions.calibrationGap();
  }

  /**
   * Expected calibration error: Σ |Σ (correct − p)| / n over the bins of {@link #calibrationBins()}
   * and the n scored tokens, where p is the probability of the likeliest class, and correct is 1 if
   * that is the target and 0 if not. See C. Guo et al., <i>On calibration of modern neural
   * networks</i>, ICML 2017.
   *
   * <p>It is not below 0, and so above the true error on average: the more so, the fewer tokens
   * there are in a bin.
   *
   * @return the error, from 0 to 1; NaN for no scored token, without predictions, and if a row has
   *     no probabilities
   */
  public double calibrationError() {
    return numbers.predictions.calibrationError();
  }

  /**
   * What a calibration diagram shows: 15 equal bins of the probability p of the likeliest class, by
   * ascending p. The upper end of a bin belongs to it. Rows without probabilities are in none.
   *
   * @return 15 bins, an unmodifiable list; an empty one without predictions
   */
  public List<CalibrationBin> calibrationBins() {
    return numbers.calibrationBins;
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
   * the standard errors and calibration bins as objects, the top-k accuracies from k = 1 on as an
   * array, and in {@code intervals95} the ends of the 95 % intervals.
   *
   * <p>JSON has no numbers for NaN and the infinities: they are null. An object that holds any has
   * a last member {@code notNumbers}, an object that gives the name of each such member the string
   * "NaN", "Infinity" or "-Infinity", or for an array an array of such strings, with null where the
   * array has a number.
   *
   * @return a JSON object
   */
  public String toJson() {
    return json().toString();
  }

  /**
   * Some members of the object that {@link #toJson()} gives, with {@code notNumbers} for them.
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
        .put("nanTokens", nanTokens())
        .put("firstNan", firstNan())
        .put("words", words())
        .put("documents", documents())
        .put("accuracy", accuracy())
        .putNumbers("topAccuracy", StandardErrors.topAccuracies(numbers.predictions))
        .put("meanReciprocalRank", meanReciprocalRank())
        .put("entropy", entropy())
        .put("calibrationGap", calibrationGap())
        .put("calibrationError", calibrationError())
        .putObjects(
            "calibrationBins", calibrationBins().stream().map(CalibrationBin::json).toList())
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
   * standard errors with 95 % intervals only where they are defined, predictions only if they were
   * asked for.
   */
  @Override
  public String toString() {
    StandardErrors errors = standardErrors();
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        NumberText.text("scored tokens    %,d (ignored %,d)", scoredTokens(), ignoredTokens()));
    if (nanTokens() > 0) {
      lines.add("NaN              " + NumberText.positions(nanTokens(), firstNan()));
    }
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
    if (!calibrationBins().isEmpty()) {
      addPredictions(lines, errors);
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

  private void addPredictions(StringJoiner lines, StandardErrors errors) {
    lines.add(line("accuracy", accuracy(), errors.ofAccuracy()));
    lines.add(line("top-5 accuracy", topAccuracy(5), errors.ofTopAccuracy(5)));
    lines.add(line("reciprocal rank", meanReciprocalRank(), errors.ofMeanReciprocalRank()));
    lines.add(line("entropy", entropy(), errors.ofEntropy()) + " nats per token");
    lines.add(line("calibration gap", calibrationGap(), errors.ofCalibrationGap()) + " nats");
    lines.add(line("ECE of 15 bins", calibrationError(), errors.ofCalibrationError()));
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
    } else if (zeroByteTokens() > 0) {
      lines.add("bits per byte    NaN: there are 0 bytes");
    }
    if (zeroByteTokens() > 0) {
      lines.add(
          NumberText.text("                 leaving out %,d tokens of 0 bytes", zeroByteTokens()));
    }
  }

  private static String line(String name, double value, double error, Interval interval) {
    String line = line(name, value, error);
    return Double.isNaN(error) ? line : line + " " + interval.text();
  }

  private static String line(String name, double value, double error) {
    String line = NumberText.text("%-17s%s", name, NumberText.number(value));
    return Double.isNaN(error) ? line : line + " ± " + NumberText.number(error);
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

  /**
   * One of the bins of the probability of the likeliest class that a {@link LossReport} counts
   * tokens in. Immutable.
   */
  public static final class CalibrationBin {
    private final PredictionSums.Bin bin;

    private CalibrationBin(PredictionSums.Bin bin) {
      this.bin = bin;
    }

    private static List<CalibrationBin> all(PredictionSums sums) {
      return sums.bins().stream().map(CalibrationBin::new).toList();
    }

    /**
     * The lower end of the probabilities of the bin, which belongs to the bin below.
     *
     * @return the probability, 0 for the first bin
     */
    public double low() {
      return bin.low();
    }

    /**
     * The upper end of the probabilities of the bin, which belongs to it.
     *
     * @return the probability, 1 for the last bin
     */
    public double high() {
      return bin.high();
    }

    /**
     * The number of scored tokens whose likeliest class has a probability within the bin.
     *
     * @return the number of tokens
     */
    public long tokens() {
      return bin.tokens();
    }

    /**
     * The mean probability of the likeliest class over the tokens of the bin.
     *
     * @return the mean; NaN for no tokens
     */
    public double meanProbability() {
      return bin.meanProbability();
    }

    /**
     * Share of the tokens of the bin whose likeliest class is the target: of a calibrated model, it
     * is near {@link #meanProbability()}.
     *
     * @return the share, from 0 to 1; NaN for no tokens
     */
    public double accuracy() {
      return bin.accuracy();
    }

    private JsonObject json() {
      return new JsonObject()
          .put("low", low())
          .put("high", high())
          .put("tokens", tokens())
          .put("meanProbability", meanProbability())
          .put("accuracy", accuracy());
    }

    /**
     * Compares by value; NaN equals NaN.
     *
     * @param other the object to compare with
     * @return whether the other object is a bin of the same numbers
     */
    @Override
    public boolean equals(Object other) {
      return other instanceof CalibrationBin that && bin.equals(that.bin);
    }

    @Override
    public int hashCode() {
      return bin.hashCode();
    }

    @Override
    public String toString() {
      return "CalibrationBin" + json();
    }
  }
}
