/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/** Losses, weights, bytes and counts, added up over scored tokens. Mutable. */
public final class LossTotals {

  public final ExactSum losses = new ExactSum();
  public final ExactSum weights = new ExactSum();

  /** The losses of tokens with at least one byte. */
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

  /** Adds all of other totals, which may be these. */
  public void add(LossTotals other) {
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

  /** Whether each token with bytes can have from 1 to 2^31 − 1 of them. */
  private boolean bytesFit() {
    return tokensWithBytes <= bytes
        && (bytes == 0 || (bytes - 1) / Integer.MAX_VALUE < tokensWithBytes);
  }

  public PairFeasibility.Group ofAll() {
    return new PairFeasibility.Group(tokens, losses, weights);
  }

  public PairFeasibility.Group ofBytes() {
    return new PairFeasibility.Group(tokensWithBytes, lossesWithBytes, byteSum());
  }

  public void writeTo(SerialWriter out) {
    out.writeLong(tokens);
    out.writeLong(tokensWithBytes);
    out.writeLong(bytes);
    losses.writeTo(out);
    weights.writeTo(out);
    lossesWithBytes.writeTo(out);
  }

  public static LossTotals readFrom(SerialReader in) {
    LossTotals totals = new LossTotals();
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
