/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static io.github.surprisal.format.NumberText.estimate;
import static io.github.surprisal.format.NumberText.number;
import static io.github.surprisal.format.NumberText.percent;
import static io.github.surprisal.format.NumberText.positions;
import static io.github.surprisal.format.NumberText.text;

import io.github.surprisal.format.JsonObject;
import io.github.surprisal.sum.ComparisonSums;
import io.github.surprisal.sum.DocumentDifferences;
import io.github.surprisal.sum.Mean;
import io.github.surprisal.sum.Nats;
import io.github.surprisal.sum.PairedAccuracy;
import io.github.surprisal.sum.PairedByteLosses;
import io.github.surprisal.sum.PairedLosses;
import java.util.OptionalLong;
import java.util.StringJoiner;

/**
 * How a language model Q differs from a reference P on the same tokens, and how sure that is.
 * Immutable.
 *
 * <p>The quantities are the ones that llama.cpp's perplexity tool prints with {@code
 * --kl-divergence}, where P is the base model: its "ln(PPL(Q)/PPL(base))" is {@link #deltaNll()},
 * "KLD" {@link #klDivergence()}, "Δp" {@link #deltaP()} (here a difference and not a percentage)
 * and "Same top p" {@link #topAgreement()}.
 *
 * <p>The intervals and the standard errors of the three differences, {@link
 * #deltaNllStandardError()}, {@link #deltaBitsPerByteStandardError()} and {@link
 * #accuracyDifferenceStandardError()}, take documents for independent samples where documents were
 * marked ({@link ComparisonAccumulator#endDocument}), and otherwise tokens. All other standard
 * errors take tokens for independent.
 *
 * <p>A token at which the logits of either model hold NaN, +∞ or nothing but −∞ makes NaN of every
 * number that it enters, and counts as one on whose top class the models do not agree. A token to
 * which a model gives probability 0 has the loss +∞. A class to which only P gives probability
 * makes the divergence +∞: the mean and the maximum with it, but only the quantiles above.
 */
public final class ComparisonReport {

  // This file is long because it is mostly documentation: each number of a report has a method with
  // its formula and its special cases, and the code of a method is a line or a few.

  private static final double USUAL_LEVEL = 0.95;

  private final Numbers numbers;

  private ComparisonReport(Numbers numbers) {
    this.numbers = numbers;
  }

  /** All numbers that are not functions of others. */
  record Numbers(
      long scoredTokens,
      long ignoredTokens,
      long nanTokens,
      OptionalLong firstNan,
      double lossP,
      double lossPErrorByToken,
      double lossQ,
      double lossQErrorByToken,
      double deltaNll,
      double deltaNllErrorByToken,
      long documents,
      double deltaNllErrorByDocument,
      double lossCorrelation,
      TokenStatistics klDivergence,
      TokenStatistics deltaP,
      double deltaPRmsStandardError,
      long topAgreements,
      Accuracies accuracies,
      ByteNumbers bytes) {}

  /**
   * Bits per byte of either model, and of Q less P.
   *
   * @param scored bytes of the scored tokens
   * @param tokens scored tokens with a byte count
   * @param zeroByteTokens scored tokens with a byte count of 0
   * @param units documents with bytes or, if none were marked, tokens
   */
  record ByteNumbers(
      long scored,
      long tokens,
      long zeroByteTokens,
      double bitsP,
      double bitsQ,
      double delta,
      double deltaError,
      long units) {

    static final ByteNumbers NONE =
        new ByteNumbers(0, 0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);

    private static ByteNumbers of(PairedByteLosses sums, long scoredTokens, boolean areDocuments) {
      long tokens = sums.tokens();
      if (sums.bytes() == 0 || tokens < scoredTokens) {
        double none = Double.NaN;
        return new ByteNumbers(
            sums.bytes(), tokens, sums.zeroByteTokens(), none, none, none, none, 0);
      }
      return new ByteNumbers(
          sums.bytes(),
          tokens,
          sums.zeroByteTokens(),
          sums.bitsPerByteP(),
          sums.bitsPerByteQ(),
          sums.deltaBitsPerByte(),
          areDocuments ? sums.errorByDocument() : sums.errorByToken(),
          areDocuments ? sums.documents() : sums.tokensWithBytes());
    }
  }

  /** How often either model is right. */
  record Accuracies(
      double p, double q, double difference, double errorByToken, double errorByDocument) {

    static final Accuracies UNDEFINED =
        new Accuracies(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    private static Accuracies of(PairedAccuracy sums, long n) {
      PairedLosses hits = sums.hits();
      return new Accuracies(
          hits.p.mean(n),
          hits.q.mean(n),
          hits.meanDifference(n),
          hits.standardErrorOfDifference(n),
          sums.differences().standardError());
    }
  }

  static ComparisonReport of(Numbers numbers) {
    return new ComparisonReport(numbers);
  }

  static ComparisonReport of(ComparisonSums sums) {
    PairedLosses losses = sums.losses();
    DocumentDifferences differences = sums.differences();
    long n = sums.divergences().tokens();
    TokenStatistics deltaP = TokenStatistics.of(sums.deltaP());
    return of(
        new Numbers(
            n,
            sums.ignoredTokens(),
            sums.nanTokens(),
            sums.firstNan(),
            losses.p.mean(n),
            losses.p.standardError(n),
            losses.q.mean(n),
            losses.q.standardError(n),
            losses.meanDifference(n),
            losses.standardErrorOfDifference(n),
            differences.documents(),
            differences.standardError(),
            losses.correlation(n),
            TokenStatistics.of(sums.divergences()),
            deltaP,
            standardErrorOfRoot(deltaP.rootMeanSquare(), sums.deltaPSquares().standardError(n)),
            sums.topAgreements(),
            sums.accuracy().map(its -> Accuracies.of(its, n)).orElse(Accuracies.UNDEFINED),
            sums.byteLosses()
                .map(its -> ByteNumbers.of(its, n, differences.documents() > 0))
                .orElse(ByteNumbers.NONE)));
  }

  /** Standard error of a root mean square, from the error of the mean square: the delta method. */
  private static double standardErrorOfRoot(double root, double standardError) {
    return standardError == 0 ? 0 : standardError / (2 * root);
  }

  /**
   * The number of tokens on which the models are compared.
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
   * The number of scored tokens on which the divergence is NaN, as it is where either model's loss
   * is: a row of P or of Q holds NaN, +∞ or nothing but −∞.
   *
   * @return the number of scored tokens with NaN
   */
  public long nanTokens() {
    return numbers.nanTokens;
  }

  /**
   * Where the first row is on which the divergence is NaN. It is known if each such row has the
   * position that {@link ComparisonAccumulator#startAt} gave it, or if all rows were added to one
   * accumulator and none combined from others.
   *
   * @return the position in the corpus, counted from 0 over scored and ignored rows; empty for no
   *     such row, or if the first of them is not known
   */
  public OptionalLong firstNan() {
    return numbers.firstNan;
  }

  /**
   * The mean loss of P.
   *
   * @return the loss in nats a token; NaN for no tokens
   */
  public double lossP() {
    return numbers.lossP;
  }

  /**
   * Standard error of {@link #lossP()}, taking tokens as independent.
   *
   * @return the standard error in nats; NaN for fewer than two tokens
   */
  public double lossPStandardErrorByToken() {
    return numbers.lossPErrorByToken;
  }

  /**
   * The mean loss of Q.
   *
   * @return the loss in nats a token; NaN for no tokens
   */
  public double lossQ() {
    return numbers.lossQ;
  }

  /**
   * Standard error of {@link #lossQ()}, taking tokens as independent.
   *
   * @return the standard error in nats; NaN for fewer than two tokens
   */
  public double lossQStandardErrorByToken() {
    return numbers.lossQErrorByToken;
  }

  /**
   * The mean of loss Q − loss P: positive if Q is worse.
   *
   * @return the mean difference in nats a token; NaN for no tokens
   */
  public double deltaNll() {
    return numbers.deltaNll;
  }

  /**
   * Paired standard error of {@link #deltaNll()}, from which its interval is made: {@link
   * #deltaNllStandardErrorByDocument()} if documents were marked, otherwise {@link
   * #deltaNllStandardErrorByToken()}.
   *
   * @return the standard error in nats
   */
  public double deltaNllStandardError() {
    return documents() > 0 ? deltaNllStandardErrorByDocument() : deltaNllStandardErrorByToken();
  }

  /**
   * Paired standard error of {@link #deltaNll()} that takes tokens as independent, √(Σ(d − mean d)²
   * / (n·(n − 1))) for the differences d of the n tokens.
   *
   * @return the standard error in nats; NaN for fewer than two tokens
   */
  public double deltaNllStandardErrorByToken() {
    return numbers.deltaNllErrorByToken;
  }

  /**
   * Paired standard error of {@link #deltaNll()} that takes documents as independent, and not the
   * tokens within one: √(m/(m−1) · Σ(D − n·mean d)²) / Σn over m documents of n tokens and the
   * difference D.
   *
   * @return the standard error in nats; NaN for fewer than two documents or if tokens stand outside
   *     a finished one
   */
  public double deltaNllStandardErrorByDocument() {
    return numbers.deltaNllErrorByDocument;
  }

  /**
   * The number of finished documents with at least one scored token.
   *
   * @return the number of documents; 0 if none were marked
   */
  public long documents() {
    return numbers.documents;
  }

  /**
   * Pearson's correlation of the losses of P and Q.
   *
   * @return the correlation, from −1 to 1; NaN for fewer than two tokens, or if the losses of one
   *     model are all the same
   */
  public double lossCorrelation() {
    return numbers.lossCorrelation;
  }

  /**
   * The divergence KL(P‖Q) of the tokens.
   *
   * @return its statistics in nats
   */
  public TokenStatistics klDivergence() {
    return numbers.klDivergence;
  }

  /**
   * The probability of the target by Q less the probability by P, from −1 to 1: negative if Q is
   * worse.
   *
   * @return its statistics
   */
  public TokenStatistics deltaP() {
    return numbers.deltaP;
  }

  /**
   * Standard error of {@code deltaP().rootMeanSquare()}, by the delta method.
   *
   * @return the standard error; NaN for fewer than two tokens
   */
  public double deltaPRmsStandardError() {
    return numbers.deltaPRmsStandardError;
  }

  /**
   * The number of tokens for which both models hold the same class most likely; of several that are
   * equally likely, the first counts.
   *
   * @return the number of agreements
   */
  public long topAgreements() {
    return numbers.topAgreements;
  }

  /**
   * Share of the tokens that P predicts right: its likeliest class, the first of several equal
   * ones, is the target. A row without probabilities counts as wrong. A temperature changes
   * nothing: logits are compared as they are.
   *
   * @return the share, from 0 to 1; NaN for no tokens, and without {@linkplain
   *     CrossEntropyOptions#predictions(boolean) predictions}
   */
  public double accuracyP() {
    return numbers.accuracies.p;
  }

  /**
   * Share of the tokens that Q predicts right.
   *
   * @return the share, from 0 to 1; NaN for no tokens, and without predictions
   */
  public double accuracyQ() {
    return numbers.accuracies.q;
  }

  /**
   * Accuracy of Q − accuracy of P: negative if Q is worse.
   *
   * @return the difference, from −1 to 1; NaN for no tokens, and without predictions
   */
  public double accuracyDifference() {
    return numbers.accuracies.difference;
  }

  /**
   * Paired standard error of {@link #accuracyDifference()}: {@link
   * #accuracyDifferenceStandardErrorByDocument()} if documents were marked, otherwise {@link
   * #accuracyDifferenceStandardErrorByToken()}.
   *
   * @return the standard error
   */
  public double accuracyDifferenceStandardError() {
    return documents() > 0
        ? accuracyDifferenceStandardErrorByDocument()
        : accuracyDifferenceStandardErrorByToken();
  }

  /**
   * Paired standard error of {@link #accuracyDifference()} that takes tokens as independent, with
   * the formula of {@link #deltaNllStandardErrorByToken()}.
   *
   * @return the standard error; NaN for fewer than two tokens, and without predictions
   */
  public double accuracyDifferenceStandardErrorByToken() {
    return numbers.accuracies.errorByToken;
  }

  /**
   * Paired standard error of {@link #accuracyDifference()} that takes documents as independent, and
   * not the tokens within one, with the formula of {@link #deltaNllStandardErrorByDocument()}.
   *
   * @return the standard error; NaN for fewer than two documents, if tokens stand outside a
   *     finished one, and without predictions
   */
  public double accuracyDifferenceStandardErrorByDocument() {
    return numbers.accuracies.errorByDocument;
  }

  /**
   * Perplexity of P, e<sup>lossP</sup>.
   *
   * @return the perplexity, 1 or more
   */
  public double perplexityP() {
    return Nats.perplexity(lossP());
  }

  /**
   * Perplexity of Q, e<sup>lossQ</sup>.
   *
   * @return the perplexity, 1 or more
   */
  public double perplexityQ() {
    return Nats.perplexity(lossQ());
  }

  /**
   * The bytes of text that the scored tokens stand for.
   *
   * @return the number of bytes; 0 if no byte counts were given
   */
  public long scoredBytes() {
    return numbers.bytes.scored;
  }

  /**
   * The number of scored tokens that stand for no text, by their byte count of 0. They add neither
   * nats nor bytes to bits per byte.
   *
   * @return the number of scored tokens of 0 bytes
   */
  public long zeroByteTokens() {
    return numbers.bytes.zeroByteTokens;
  }

  /**
   * The number of scored tokens that were added without a byte count. If there are any, bits per
   * byte are undefined: they would leave out a part of the text.
   *
   * @return the number of scored tokens without a byte count
   */
  public long tokensWithoutByteCount() {
    return scoredTokens() - numbers.bytes.tokens;
  }

  /**
   * Bits per byte of P, Σ nats / (ln 2 · Σ bytes) over the scored tokens with bytes, as {@link
   * LossReport#bitsPerByte()}.
   *
   * @return bits per byte; NaN for 0 bytes, if scored tokens came {@linkplain
   *     #tokensWithoutByteCount without a byte count}, and if a loss of P is NaN; +∞ if P gives
   *     probability 0 to a token with bytes
   */
  public double bitsPerByteP() {
    return numbers.bytes.bitsP;
  }

  /**
   * Bits per byte of Q.
   *
   * @return bits per byte; NaN and +∞ as for P
   */
  public double bitsPerByteQ() {
    return numbers.bytes.bitsQ;
  }

  /**
   * Bits per byte of Q less bits per byte of P: positive if Q is worse. It comes from the exact
   * difference of the sums of losses.
   *
   * @return the difference in bits per byte; NaN where either model's bits per byte are, or both
   *     are +∞
   */
  public double deltaBitsPerByte() {
    return numbers.bytes.delta;
  }

  /**
   * Paired standard error of {@link #deltaBitsPerByte()}: √(n/(n−1) · Σ(d − r·b)²) / (ln 2 · Σb)
   * over n units with the differences d of their losses, their bytes b above 0, and r = Σd / Σb.
   * Units are documents if documents were marked, otherwise tokens.
   *
   * @return the standard error in bits per byte; NaN for fewer than two units with bytes, if
   *     documents were marked and tokens with byte counts stand outside of them, and where the
   *     difference is not finite
   */
  public double deltaBitsPerByteStandardError() {
    return numbers.bytes.deltaError;
  }

  /**
   * Confidence interval of {@link #deltaBitsPerByte()}: the difference ± t · standard error, with
   * Student's t for one degree of freedom less than there are units with bytes.
   *
   * @param level the probability of covering the true value, such as 0.95
   * @return the interval; NaN at both ends if the standard error is NaN
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public Interval deltaBitsPerByteInterval(double level) {
    return Interval.around(
        deltaBitsPerByte(), deltaBitsPerByteStandardError(), numbers.bytes.units - 1, level);
  }

  /**
   * Confidence interval of {@link #deltaNll()}, which is also ln(perplexity of Q / perplexity of
   * P): deltaNll ± t · {@link #deltaNllStandardError()}, with Student's t for one degree of freedom
   * less than there are documents or, if none were marked, tokens.
   *
   * @param level the probability of covering the true value, such as 0.95
   * @return the interval; NaN at both ends if the standard error is NaN
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public Interval deltaNllInterval(double level) {
    long units = documents() > 0 ? documents() : scoredTokens();
    return Interval.around(deltaNll(), deltaNllStandardError(), units - 1, level);
  }

  /**
   * Perplexity of Q / perplexity of P, e<sup>deltaNll</sup>: above 1 if Q is worse. It comes from
   * the difference of the losses, and so is good where both perplexities overflow.
   *
   * @return the ratio
   */
  public double perplexityRatio() {
    return StrictMath.exp(deltaNll());
  }

  /**
   * Confidence interval of the ratio of the perplexities: e to the power of the ends of {@link
   * #deltaNllInterval}. 1 outside of it means that the models differ.
   *
   * @param level the probability of covering the true value, such as 0.95
   * @return the interval; NaN at both ends if the standard error is NaN
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public Interval perplexityRatioInterval(double level) {
    Interval interval = deltaNllInterval(level);
    return Interval.of(StrictMath.exp(interval.low()), StrictMath.exp(interval.high()));
  }

  /**
   * {@link TokenStatistics#quantile} of {@code klDivergence}: the divergence that a share q of the
   * tokens does not exceed, within 1/256 of itself.
   *
   * @param q the share, from 0 to 1
   * @return KL(P‖Q) in nats
   * @throws IllegalArgumentException if q is NaN or outside [0, 1]
   */
  public double klQuantile(double q) {
    return klDivergence().quantile(q);
  }

  /**
   * Share of the tokens for which both models hold the same class most likely; NaN for no tokens.
   *
   * @return the share, from 0 to 1
   */
  public double topAgreement() {
    return Mean.of((double) topAgreements(), (double) scoredTokens());
  }

  /**
   * Standard error of {@link #topAgreement()} a: √(a·(1 − a) / (n − 1)); NaN for fewer than two
   * tokens.
   *
   * @return the standard error
   */
  public double topAgreementStandardError() {
    double others = scoredTokens() - topAgreements();
    return scoredTokens() < 2
        ? Double.NaN
        : Math.sqrt(topAgreement() * (others / scoredTokens()) / (scoredTokens() - 1));
  }

  /**
   * The report as one line of JSON: an object with the numbers under the names of their methods,
   * the statistics of divergence and Δp as objects, and in {@code intervals95} the ends of the 95 %
   * intervals. NaN and the infinities are null, and told in {@code notNumbers}, as by {@link
   * LossReport#toJson()}.
   *
   * @return a JSON object
   */
  public String toJson() {
    return new JsonObject()
        .put("scoredTokens", scoredTokens())
        .put("ignoredTokens", ignoredTokens())
        .put("nanTokens", nanTokens())
        .put("firstNan", firstNan())
        .put("lossP", lossP())
        .put("lossPStandardErrorByToken", lossPStandardErrorByToken())
        .put("lossQ", lossQ())
        .put("lossQStandardErrorByToken", lossQStandardErrorByToken())
        .put("perplexityP", perplexityP())
        .put("perplexityQ", perplexityQ())
        .put("deltaNll", deltaNll())
        .put("deltaNllStandardError", deltaNllStandardError())
        .put("deltaNllStandardErrorByToken", deltaNllStandardErrorByToken())
        .put("deltaNllStandardErrorByDocument", deltaNllStandardErrorByDocument())
        .put("documents", documents())
        .put("perplexityRatio", perplexityRatio())
        .put("bitsPerByteP", bitsPerByteP())
        .put("bitsPerByteQ", bitsPerByteQ())
        .put("deltaBitsPerByte", deltaBitsPerByte())
        .put("deltaBitsPerByteStandardError", deltaBitsPerByteStandardError())
        .put("scoredBytes", scoredBytes())
        .put("zeroByteTokens", zeroByteTokens())
        .put("tokensWithoutByteCount", tokensWithoutByteCount())
        .put("lossCorrelation", lossCorrelation())
        .put("klDivergence", klDivergence().json())
        .put("deltaP", deltaP().json())
        .put("deltaPRmsStandardError", deltaPRmsStandardError())
        .put("topAgreements", topAgreements())
        .put("topAgreement", topAgreement())
        .put("topAgreementStandardError", topAgreementStandardError())
        .put("accuracyP", accuracyP())
        .put("accuracyQ", accuracyQ())
        .put("accuracyDifference", accuracyDifference())
        .put("accuracyDifferenceStandardError", accuracyDifferenceStandardError())
        .put("accuracyDifferenceStandardErrorByToken", accuracyDifferenceStandardErrorByToken())
        .put(
            "accuracyDifferenceStandardErrorByDocument",
            accuracyDifferenceStandardErrorByDocument())
        .put(
            "intervals95",
            new JsonObject()
                .putNumbers("deltaNll", deltaNllInterval(USUAL_LEVEL).ends())
                .putNumbers("perplexityRatio", perplexityRatioInterval(USUAL_LEVEL).ends())
                .putNumbers("deltaBitsPerByte", deltaBitsPerByteInterval(USUAL_LEVEL).ends()))
        .toString();
  }

  /** The report in some lines for people; Δp and the agreement in percent. */
  @Override
  public String toString() {
    Interval ratio = perplexityRatioInterval(USUAL_LEVEL);
    StringJoiner lines = new StringJoiner("\n");
    lines.add(text("scored tokens     %,d (ignored %,d)", scoredTokens(), ignoredTokens()));
    if (nanTokens() > 0) {
      lines.add("NaN               " + positions(nanTokens(), firstNan()));
    }
    lines.add(
        "loss of P         " + estimate(lossP(), lossPStandardErrorByToken()) + " nats per token");
    lines.add(
        "loss of Q         " + estimate(lossQ(), lossQStandardErrorByToken()) + " nats per token");
    lines.add("loss Q - loss P   " + difference());
    lines.add("perplexity of P   " + number(perplexityP()));
    lines.add("perplexity of Q   " + number(perplexityQ()));
    lines.add("perplexity Q / P  " + number(perplexityRatio()) + " " + ratio.text());
    addBytes(lines);
    lines.add(
        "KL(P||Q)          "
            + estimate(klDivergence().mean(), klDivergence().standardError())
            + " nats per token");
    lines.add("  median          " + number(klDivergence().median()));
    lines.add("  90 %, 95 %      " + number(klQuantile(0.9)) + ", " + number(klQuantile(0.95)));
    lines.add("  99 %, 99.9 %    " + number(klQuantile(0.99)) + ", " + number(klQuantile(0.999)));
    lines.add("  maximum         " + number(klDivergence().maximum()));
    lines.add("target's p Q - P  " + percent(deltaP().mean(), deltaP().standardError()));
    lines.add("  RMS             " + percent(deltaP().rootMeanSquare(), deltaPRmsStandardError()));
    lines.add("same top token    " + percent(topAgreement(), topAgreementStandardError()));
    if (!Double.isNaN(accuracyDifference())) {
      lines.add("accuracy of P     " + text("%.4f %%", 100 * accuracyP()));
      lines.add("accuracy of Q     " + text("%.4f %%", 100 * accuracyQ()));
      lines.add(
          "accuracy Q - P    " + percent(accuracyDifference(), accuracyDifferenceStandardError()));
    }
    lines.add("                  ± standard error [95 % interval] of independent tokens");
    if (documents() > 0) {
      lines.add("                  but Q - P and Q / P: of independent documents");
    }
    return lines.toString();
  }

  private void addBytes(StringJoiner lines) {
    if (numbers.bytes.tokens > 0 && tokensWithoutByteCount() > 0) {
      lines.add(
          text(
              "bits per byte     NaN: %,d of %,d scored tokens came without a byte count",
              tokensWithoutByteCount(), scoredTokens()));
    } else if (scoredBytes() > 0) {
      lines.add("bits per byte, P  " + number(bitsPerByteP()));
      lines.add("bits per byte, Q  " + number(bitsPerByteQ()));
      lines.add(
          "  Q - P           "
              + estimate(deltaBitsPerByte(), deltaBitsPerByteStandardError())
              + " "
              + deltaBitsPerByteInterval(USUAL_LEVEL).text()
              + text(", paired, over %,d bytes", scoredBytes()));
    } else if (zeroByteTokens() > 0) {
      lines.add("bits per byte     NaN: there are 0 bytes");
    }
    if (zeroByteTokens() > 0) {
      lines.add(text("                  leaving out %,d tokens of 0 bytes", zeroByteTokens()));
    }
  }

  private String difference() {
    String paired = estimate(deltaNll(), deltaNllStandardError()) + ", paired";
    return documents() > 0 ? paired + text(", of %,d documents", documents()) : paired;
  }

  /**
   * Compares by value; NaN equals NaN.
   *
   * @param other the object to compare with
   * @return whether the other object is a report of the same numbers
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof ComparisonReport that && numbers.equals(that.numbers);
  }

  @Override
  public int hashCode() {
    return numbers.hashCode();
  }
}
