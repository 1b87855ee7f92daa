/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/** Totals over scored tokens. Mutable. */
public final class TokenTotals {

  public final ExactSum losses = new ExactSum();
  public final ExactSum weights = new ExactSum();

  /** Of the losses, what belongs to tokens with bytes. */
  public final ExactSum lossesWithBytes = new ExactSum();

  public long tokens;
  long tokensWithBytes;
  public long bytes;

  public void add(double loss, double weight) {
    tokens++;
    losses.add(loss);
    weights.add(weight);
  }

  public void addBytes(double loss, int count) {
    tokensWithBytes++;
    bytes += count;
    lossesWithBytes.add(loss);
  }

  public void add(TokenTotals other) {
    losses.add(other.losses);
    weights.add(other.weights);
    lossesWithBytes.add(other.lossesWithBytes);
    tokens += other.tokens;
    tokensWithBytes += other.tokensWithBytes;
    bytes += other.bytes;
  }

  public void clear() {
    losses.clear();
    weights.clear();
    lossesWithBytes.clear();
    tokens = 0;
    tokensWithBytes = 0;
    bytes = 0;
  }

  /** The number of bytes as a sum. */
  public ExactSum byteSum() {
    return ExactSum.ofCount(bytes);
  }

  /** Whether each token with bytes may have at least 1 and at most 2^31 − 1 of them. */
  private boolean bytesFit() {
    return tokensWithBytes <= bytes
        && (bytes == 0 || (bytes - 1) / Integer.MAX_VALUE < tokensWithBytes);
  }

  public PairSums.Group ofAll() {
    return new PairSums.Group(tokens, losses, weights);
  }

  public PairSums.Group ofBytes() {
    return new PairSums.Group(tokensWithBytes, lossesWithBytes, byteSum());
  }

  public void writeTo(SerialWriter out) {
    out.writeLong(tokens);
    out.writeLong(tokensWithBytes);
    out.writeLong(bytes);
    losses.writeTo(out);
    weights.writeTo(out);
    lossesWithBytes.writeTo(out);
  }

  public static TokenTotals readFrom(SerialReader in) {
    TokenTotals totals = new TokenTotals();
    totals.tokens = in.readCount("the number of tokens");
    totals.tokensWithBytes = in.readCount("the number of tokens with bytes");
    totals.bytes = in.readCount("the number of bytes");
    totals.losses.add(ExactSum.readFrom(in));
    totals.weights.add(ExactSum.readFrom(in));
    totals.lossesWithBytes.add(ExactSum.readFrom(in));
    in.require(
        totals.tokensWithBytes <= totals.tokens && totals.bytesFit(),
        totals.tokensWithBytes
            + " tokens with bytes of "
            + totals.tokens
            + " tokens do not fit "
            + totals.bytes
            + " bytes");
    return totals;
  }
}
