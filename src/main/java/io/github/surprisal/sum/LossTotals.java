/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.util.Optional;

/** Losses, weights, bytes and counts, added up over scored tokens. Mutable. */
public final class LossTotals {

  public final ExactSum losses = new ExactSum();
  public final ExactSum weights = new ExactSum();

  /** The losses of tokens with at least one byte. */
  public final ExactSum lossesWithBytes = new ExactSum();

  public long tokens;
  long tokensWithBytes;
  public long bytes;

  /** Σ (weight − 1)·bytes; there once a token with bytes had another weight of its own than 1. */
  private Optional<ExactSum> excessBytes = Optional.empty();

  public void add(double loss, double weight) {
    tokens++;
    losses.add(loss);
    weights.add(weight);
  }

  /** Adds the bytes of a token, which count {@code weighted}: as many, times its own weight. */
  public void addBytes(double loss, int count, double weighted) {
    tokensWithBytes++;
    bytes += count;
    lossesWithBytes.add(loss);
    if (weighted != count) {
      ExactSum excess = excessBytes();
      excess.add(weighted);
      excess.add(-(double) count);
    }
  }

  private ExactSum excessBytes() {
    ExactSum excess = excessBytes.orElseGet(ExactSum::new);
    excessBytes = Optional.of(excess);
    return excess;
  }

  /** Adds all of other totals, which may be these. */
  public void add(LossTotals other) {
    losses.add(other.losses);
    weights.add(other.weights);
    lossesWithBytes.add(other.lossesWithBytes);
    tokens += other.tokens;
    tokensWithBytes += other.tokensWithBytes;
    bytes += other.bytes;
    if (other.excessBytes.isPresent()) {
      excessBytes().add(other.excessBytes.get());
    }
  }

  public void clear() {
    losses.clear();
    weights.clear();
    lossesWithBytes.clear();
    tokens = 0;
    tokensWithBytes = 0;
    bytes = 0;
    excessBytes = Optional.empty();
  }

  /** Σ weight·bytes, with the weights of tokens alone: the number of bytes, if all are 1. */
  public ExactSum byteSum() {
    ExactSum sum = ExactSum.ofCount(bytes);
    excessBytes.ifPresent(sum::add);
    return sum;
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

  /** Writes what weights of tokens add, which {@link #readExcessBytes} reads. */
  void writeExcessBytes(SerialWriter out) {
    excessBytes.orElseGet(ExactSum::new).writeTo(out);
  }

  void readExcessBytes(SerialReader in) {
    excessBytes = Optional.of(ExactSum.readFrom(in));
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
