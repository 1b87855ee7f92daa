/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.sum.ComparisonSums;
import io.github.surprisal.sum.DocumentDifferences;
import io.github.surprisal.sum.Mean;
import io.github.surprisal.sum.PairedLosses;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * How a language model Q differs from a reference P on the same tokens, and how sure that is.
 *
 * <p>The quantities are those that llama.cpp's perplexity tool prints with {@code --kl-divergence},
 * where P is the base model: its "ln(PPL(Q)/PPL(base))" is {@code deltaNll}, "KLD" {@code
 * klDivergence}, "Δp" {@code deltaP} (here a difference and not a percentage) and "Same top p"
 * {@link #topAgreement()}. All standard errors take tokens as independent, but {@code
 * deltaNllDocumentStandardError}.
 *
 * <p>A token at which the logits of either model hold NaN, +∞ or nothing but −∞ makes NaN of every
 * number that it enters, and counts as one on whose top class the models do not agree. A token to
 * which a model gives probability 0 has the loss +∞. A class to which only P gives probability
 * makes the divergence +∞: the mean and the maximum with it, but only the quantiles above.
 *
 * @param scoredTokens tokens on which the models are compared
 * @param ignoredTokens positions with the ignore index
 * @param lossP mean loss of P in nats a token; NaN for no tokens
 * @param standardErrorP standard error of {@code lossP}; NaN for fewer than two tokens
 * @param lossQ mean loss of Q in nats a token; NaN for no tokens
 * @param standardErrorQ standard error of {@code lossQ}; NaN for fewer than two tokens
 * @param deltaNll mean of loss Q − loss P in nats a token: positive if Q is worse
 * @param deltaNllStandardError paired standard error of {@code deltaNll}, √(Σ(d − mean d)² / (n·(n
 *     − 1))) for the differences d of the tokens; NaN for fewer than two tokens
 * @param documents documents that were marked and have scored tokens
 * @param deltaNllDocumentStandardError standard error of {@code deltaNll} that takes documents as
 *     independent, and not the tokens of one: √(m/(m−1) · Σ(D − n·mean d)²) / Σn over m documents
 *     of n tokens and the difference D; NaN for fewer than two documents or if tokens stand outside
 *     a finished one
 * @param lossCorrelation Pearson's correlation of the losses of P and Q, from −1 to 1; NaN for
 *     fewer than two tokens, or if the losses of one model are all the same
 * @param klDivergence KL(P‖Q) of the tokens in nats
 * @param deltaP probability of the target by Q − that by P, from −1 to 1: negative if Q is worse
 * @param deltaPRmsStandardError standard error of {@code deltaP.rootMeanSquare()}, to first order;
 *     NaN for fewer than two tokens
 * @param topAgreements tokens for which both models hold the same class most likely; of several
 *     that are equally likely, the first counts
 */
public record ComparisonReport(
    long scoredTokens,
    long ignoredTokens,
    double lossP,
    double standardErrorP,
    double lossQ,
    double standardErrorQ,
    double deltaNll,
    double deltaNllStandardError,
    long documents,
    double deltaNllDocumentStandardError,
    double lossCorrelation,
    TokenStatistics klDivergence,
    TokenStatistics deltaP,
    double deltaPRmsStandardError,
    long topAgreements) {

  private static final double USUAL_LEVEL = 0.95;

  static ComparisonReport of(ComparisonSums sums) {
    PairedLosses losses = sums.losses();
    DocumentDifferences differences = sums.differences();
    long n = sums.divergences().tokens();
    TokenStatistics deltaP = TokenStatistics.of(sums.deltaP());
    return new ComparisonReport(
        n,
        sums.ignoredTokens(),
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
        sums.topAgreements());
  }

  /** Of a root mean square, given the standard error of the mean square: the delta method. */
  private static double standardErrorOfRoot(double root, double standardError) {
    return standardError == 0 ? 0 : standardError / (2 * root);
  }

  /**
   * Perplexity of P, e<sup>lossP</sup>.
   *
   * @return the perplexity, 1 or more
   */
  public double perplexityP() {
    return Nats.perplexity(lossP);
  }

  /**
   * Perplexity of Q, e<sup>lossQ</sup>.
   *
   * @return the perplexity, 1 or more
   */
  public double perplexityQ() {
    return Nats.perplexity(lossQ);
  }

  /**
   * Confidence interval of {@code deltaNll}, which is also ln(perplexity of Q / perplexity of P):
   * deltaNll ± t·(standard error), with t from Student's distribution: that by documents if
   * documents were marked, else that by tokens.
   *
   * @param level the probability of covering the true value, such as 0.95
   * @return the interval; NaN at both ends if the standard error is NaN
   * @throws IllegalArgumentException unless 0 &lt; level &lt; 1
   */
  public Interval deltaNllInterval(double level) {
    return documents > 0
        ? Interval.around(deltaNll, deltaNllDocumentStandardError, documents - 1, level)
        : Interval.around(deltaNll, deltaNllStandardError, scoredTokens - 1, level);
  }

  /**
   * Perplexity of Q / perplexity of P, e<sup>deltaNll</sup>: above 1 if Q is worse. It comes from
   * the difference of the losses, and so is good where both perplexities overflow.
   *
   * @return the ratio
   */
  public double perplexityRatio() {
    return StrictMath.exp(deltaNll);
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
    return new Interval(StrictMath.exp(interval.low()), StrictMath.exp(interval.high()));
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
    return klDivergence.quantile(q);
  }

  /**
   * Share of the tokens for which both models hold the same class most likely; NaN for no tokens.
   *
   * @return the share, from 0 to 1
   */
  public double topAgreement() {
    return Mean.of((double) topAgreements, (double) scoredTokens);
  }

  /**
   * Standard error of {@link #topAgreement()} a: √(a·(1 − a) / (n − 1)); NaN for fewer than two
   * tokens.
   *
   * @return the standard error
   */
  public double topAgreementStandardError() {
    double others = scoredTokens - topAgreements;
    return scoredTokens < 2
        ? Double.NaN
        : Math.sqrt(topAgreement() * (others / scoredTokens) / (scoredTokens - 1));
  }

  /**
   * The report as one line of JSON: an object with the numbers under the names of their methods,
   * those of divergence and Δp as objects, and in {@code intervals95} the ends of the 95 %
   * intervals. NaN and the infinities, which JSON has no numbers for, are the strings "NaN",
   * "Infinity" and "-Infinity".
   *
   * @return a JSON object
   */
  public String toJson() {
    return new JsonObject()
        .put("scoredTokens", scoredTokens)
        .put("ignoredTokens", ignoredTokens)
        .put("lossP", lossP)
        .put("standardErrorP", standardErrorP)
        .put("lossQ", lossQ)
        .put("standardErrorQ", standardErrorQ)
        .put("perplexityP", perplexityP())
        .put("perplexityQ", perplexityQ())
        .put("deltaNll", deltaNll)
        .put("deltaNllStandardError", deltaNllStandardError)
        .put("documents", documents)
        .put("deltaNllDocumentStandardError", deltaNllDocumentStandardError)
        .put("perplexityRatio", perplexityRatio())
        .put("lossCorrelation", lossCorrelation)
        .put("klDivergence", klDivergence.json())
        .put("deltaP", deltaP.json())
        .put("deltaPRmsStandardError", deltaPRmsStandardError)
        .put("topAgreements", topAgreements)
        .put("topAgreement", topAgreement())
        .put("topAgreementStandardError", topAgreementStandardError())
        .put(
            "intervals95",
            new JsonObject()
                .put("deltaNll", deltaNllInterval(USUAL_LEVEL))
                .put("perplexityRatio", perplexityRatioInterval(USUAL_LEVEL)))
        .toString();
  }

  /** The report in some lines for people; Δp and the agreement in percent. */
  @Override
  public String toString() {
    Interval ratio = perplexityRatioInterval(USUAL_LEVEL);
    StringJoiner lines = new StringJoiner("\n");
    lines.add(text("scored tokens     %,d (ignored %,d)", scoredTokens, ignoredTokens));
    lines.add("loss of P         " + estimate(lossP, standardErrorP) + " nats per token");
    lines.add("loss of Q         " + estimate(lossQ, standardErrorQ) + " nats per token");
    lines.add("loss Q - loss P   " + difference());
    lines.add("perplexity of P   " + number(perplexityP()));
    lines.add("perplexity of Q   " + number(perplexityQ()));
    lines.add(
        text(
            "perplexity Q / P  %s [%s, %s]",
            number(perplexityRatio()), number(ratio.low()), number(ratio.high())));
    lines.add(
        "KL(P||Q)          "
            + estimate(klDivergence.mean(), klDivergence.standardError())
            + " nats per token");
    lines.add("  median          " + number(klDivergence.median()));
    lines.add("  90 %, 95 %      " + number(klQuantile(0.9)) + ", " + number(klQuantile(0.95)));
    lines.add("  99 %, 99.9 %    " + number(klQuantile(0.99)) + ", " + number(klQuantile(0.999)));
    lines.add("  maximum         " + number(klDivergence.maximum()));
    lines.add("target's p Q - P  " + percent(deltaP.mean(), deltaP.standardError()));
    lines.add("  RMS             " + percent(deltaP.rootMeanSquare(), deltaPRmsStandardError));
    lines.add("same top token    " + percent(topAgreement(), topAgreementStandardError()));
    lines.add("                  ± standard error [95 % interval] of independent tokens");
    if (documents > 0) {
      lines.add("                  but Q - P and Q / P: of independent documents");
    }
    return lines.toString();
  }

  private String difference() {
    return documents > 0
        ? estimate(deltaNll, deltaNllDocumentStandardError)
            + text(", paired, of %,d documents", documents)
        : estimate(deltaNll, deltaNllStandardError) + ", paired";
  }

  private static String number(double value) {
    return text(format(value), value);
  }

  private static String estimate(double value, double standardError) {
    double size = Math.abs(value);
    String format = format(standardError > size ? standardError : size); // which may be NaN
    return text(format + " ± " + format, value, standardError);
  }

  /** Six decimals, or an exponent where they would show too little or too much. */
  private static String format(double value) {
    double size = Math.abs(value);
    boolean plain = size == 0 || (size >= 1e-3 && size < 1e9) || !Double.isFinite(size);
    return plain ? "%.6f" : "%.6e";
  }

  private static String percent(double value, double standardError) {
    return text("%.4f %% ± %.4f %%", 100 * value, 100 * standardError);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
