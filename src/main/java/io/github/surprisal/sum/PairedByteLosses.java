/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.math.BigDecimal;

/**
 * The losses of two models on tokens with byte counts, for the bits per byte of either model and
 * for their difference. Mutable.
 */
public final class PairedByteLosses {

  /** The largest relative error of a number that is rounded to double: 2^-53. */
  private static final BigDecimal HALF_ULP = BigDecimal.ONE.divide(BigDecimal.valueOf(1L << 53));

  /** The losses of tokens of one byte or more. */
  private final ExactSum lossesP;

  private final ExactSum lossesQ;

  /** The differences loss Q − loss P, rounded to double, with bytes: for the standard errors. */
  private final LossSums differences;

  PairedByteLosses() {
    this(new ExactSum(), new ExactSum(), new LossSums());
  }

  private PairedByteLosses(ExactSum lossesP, ExactSum lossesQ, LossSums differences) {
    this.lossesP = lossesP;
    this.lossesQ = lossesQ;
    this.differences = differences;
  }

  /** Adds a token of {@code bytes} bytes, 0 or more. */
  void add(double lossP, double lossQ, int bytes) {
    differences.add(lossQ - lossP, 1, bytes);
    if (bytes > 0) {
      lossesP.add(lossP);
      lossesQ.add(lossQ);
    }
  }

  void endDocument() {
    differences.endDocument();
  }

  /** Adds all tokens of others, which may be these. */
  void add(PairedByteLosses other) {
    differences.add(other.differences);
    lossesP.add(other.lossesP);
    lossesQ.add(other.lossesQ);
  }

  /** The number of tokens, with bytes or of 0 bytes. */
  public long tokens() {
    return differences.tokens();
  }

  public long bytes() {
    return differences.bytes();
  }

  public long zeroByteTokens() {
    return differences.zeroByteTokens();
  }

  /** Finished documents with bytes. */
  public long documents() {
    return differences.bytesByDocument().units();
  }

  /** Tokens with bytes. */
  public long tokensWithBytes() {
    return differences.bytesByToken().units();
  }

  public double bitsPerByteP() {
    return perByte(lossesP);
  }

  public double bitsPerByteQ() {
    return perByte(lossesQ);
  }

  /** Bits per byte of Q less bits per byte of P, from the exact difference of the sums. */
  public double deltaBitsPerByte() {
    ExactSum difference = lossesP.negated();
    difference.add(lossesQ);
    return perByte(difference);
  }

  private double perByte(ExactSum nats) {
    return Mean.of(nats.toDouble(), Nats.LN2 * bytes());
  }

  /** Standard error of the difference in bits per byte, taking tokens as independent. */
  public double errorByToken() {
    return error(differences.bytesByToken());
  }

  /**
   * Standard error of the difference in bits per byte, taking documents as independent; NaN where
   * tokens stand outside a finished document.
   */
  public double errorByDocument() {
    return differences.hasOpenDocument() ? Double.NaN : error(differences.bytesByDocument());
  }

  private double error(RatioMoments moments) {
    LossTotals all = differences.totals();
    return Nats.bits(moments.standardErrorOfRatio(all.lossesWithBytes, all.byteSum()));
  }

  /** Writes all sums; equal ones give equal bytes. */
  void writeTo(SerialWriter out) {
    lossesP.writeTo(out);
    lossesQ.writeTo(out);
    differences.writeSumsTo(out);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  static PairedByteLosses readFrom(SerialReader in) {
    return new PairedByteLosses(
        ExactSum.readFrom(in), ExactSum.readFrom(in), LossSums.readSumsFrom(in, false));
  }

  /** Whether tokens among others with these losses, in these documents, can have these sums. */
  boolean fit(PairedLosses losses, DocumentDifferences documents) {
    long open = differences.openTokens();
    return tokens() > 0
        && differences.ignoredTokens() == 0
        && differences.words() == 0
        && differences.areAllWeightsOne()
        && open <= documents.openTokens()
        && tokens() - open <= documents.tokens() - documents.openTokens()
        && differences.byDocument().units() <= documents.documents()
        && arePartOf(losses.p.sum, documents.tokens(), lossesP)
        && arePartOf(losses.q.sum, documents.tokens(), lossesQ)
        && differencesFit();
  }

  /** Whether tokens with bytes can have such losses, and the others of {@code tokens} the rest. */
  private boolean arePartOf(ExactSum all, long tokens, ExactSum part) {
    ExactSum others = all.without(part);
    return isSumOfLosses(part, tokensWithBytes())
        && isSumOfLosses(others, tokens - tokensWithBytes());
  }

  private static boolean isSumOfLosses(ExactSum sum, long tokens) {
    return NumberRange.PLAIN_LOSSES.mayHave(sum, tokens) && PairedLosses.isNotNegative(sum);
  }

  /** Whether the differences can be the ones of the losses, each rounded to double. */
  private boolean differencesFit() {
    ExactSum rounded = differences.totals().lossesWithBytes;
    long notFinite = rounded.nonFinite();
    if (notFinite < Math.max(lossesP.nonFinite(), lossesQ.nonFinite())
        || notFinite > lossesP.nonFinite() + lossesQ.nonFinite()) {
      return false;
    }
    BigDecimal p = lossesP.toBigDecimal();
    BigDecimal q = lossesQ.toBigDecimal();
    BigDecimal error = rounded.toBigDecimal().subtract(q.subtract(p)).abs();
    return notFinite > 0 || error.compareTo(p.add(q).multiply(HALF_ULP)) <= 0;
  }
}
