/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Collects losses batch by batch, for a {@link LossReport} over all of them.
 *
 * <p>Advantages: one corpus-wide loss, perplexity and bits per byte, divided once at the end, and
 * not a mean of batch means; any batches, in any order, combined in any way, give the same bits,
 * since all sums are exact. Disadvantage: not thread-safe; give each thread its own and {@link
 * #combine} them.
 *
 * <pre>{@code
 * LossAccumulator accumulator = new LossAccumulator();
 * for (Batch batch : corpus) {
 *   accumulator.add(batch.logits(), batch.targets(), batch.tokenBytes());
 * }
 * LossReport report = accumulator.report();
 * }</pre>
 */
public final class LossAccumulator {

  private final CrossEntropyOptions options;
  private final ExactSum losses = new ExactSum();
  private final ExactSum weights = new ExactSum();
  private final ExactSum lossSquares = new ExactSum();
  private final ExactSum lossTimesWeight = new ExactSum();
  private final ExactSum weightSquares = new ExactSum();
  private final ExactSum lossesOfBytes = new ExactSum();
  private long scoredTokens;
  private long ignoredTokens;
  private long scoredBytes;
  private long zeroByteTokens;

  /** An empty accumulator with the default options. */
  public LossAccumulator() {
    this(CrossEntropyOptions.defaults());
  }

  /**
   * An empty accumulator.
   *
   * @param options ignore index, smoothing, weights and class axis of all that is added; the
   *     reduction has no meaning here
   */
  public LossAccumulator(CrossEntropyOptions options) {
    this.options = options;
  }

  /**
   * The options of all that is added.
   *
   * @return the options
   */
  public CrossEntropyOptions options() {
    return options;
  }

  /**
   * Adds the losses of a batch, without byte counts.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return this
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor
   *     ignored; nothing is added then
   */
  public LossAccumulator add(FloatTensor logits, IntTensor targets) {
    IndexTargetLosses batch = IndexTargetLosses.of(logits, targets, options);
    addRows(batch, (part, row, loss) -> {});
    return this;
  }

  /**
   * Adds the losses of a batch with the bytes of text that each target token stands for.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param tokenBytes of the targets' shape, none negative; 0 for tokens that stand for no text
   * @return this
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or a number of bytes is negative; nothing is added then
   */
  public LossAccumulator add(FloatTensor logits, IntTensor targets, IntTensor tokenBytes) {
    IndexTargetLosses batch = IndexTargetLosses.of(logits, targets, options);
    checkTokenBytes(batch, targets, tokenBytes);
    addRows(batch, (part, row, loss) -> part.addBytes(tokenBytes.at(row), loss));
    return this;
  }

  /** What else is to be added for a scored row. */
  @FunctionalInterface
  private interface RowExtra {
    void addTo(LossAccumulator part, long row, double loss);
  }

  private void addRows(IndexTargetLosses batch, RowExtra extra) {
    RowRanges.forEach(
        batch.rows,
        options.parallel(),
        (from, to) -> {
          LossAccumulator part = new LossAccumulator(options);
          part.addRows(batch.onThisThread(), from, to, extra);
          synchronized (this) {
            combine(part);
          }
        });
  }

  private void addRows(IndexTargetLosses batch, long from, long to, RowExtra extra) {
    for (long row = from; row < to; row++) {
      if (batch.isScored(row)) {
        extra.addTo(this, row, addRow(batch, row));
      } else {
        ignoredTokens++;
      }
    }
  }

  private static void checkTokenBytes(
      IndexTargetLosses batch, IntTensor targets, IntTensor tokenBytes) {
    if (!tokenBytes.shape().equals(targets.shape())) {
      throw new IllegalArgumentException(
          "tokenBytes have shape "
              + tokenBytes.shape()
              + ", expected "
              + targets.shape()
              + ", that of the targets");
    }
    for (long row = 0; row < batch.rows.rows(); row++) {
      if (tokenBytes.at(row) < 0) {
        throw new IllegalArgumentException(
            "tokenBytes at index "
                + RowTargets.indexAt(targets.shape(), row)
                + " is "
                + tokenBytes.at(row)
                + ", expected 0 or more");
      }
    }
  }

  private double addRow(IndexTargetLosses batch, long row) {
    double loss = batch.loss(row);
    double weight = batch.divisorOf(row);
    scoredTokens++;
    losses.add(loss);
    weights.add(weight);
    lossSquares.addSquare(loss);
    if (batch.weights.length > 0) {
      lossTimesWeight.addProduct(loss, weight);
      weightSquares.addSquare(weight);
    }
    return loss;
  }

  private void addBytes(int bytes, double loss) {
    if (bytes == 0) {
      zeroByteTokens++;
    } else {
      scoredBytes += bytes;
      lossesOfBytes.add(loss);
    }
  }

  /**
   * Adds all that another accumulator holds, which stays as it is.
   *
   * @param other what to add
   * @return this
   * @throws IllegalArgumentException if its options differ in more than reduction and parallelism
   */
  public LossAccumulator combine(LossAccumulator other) {
    if (!options.scoresLike(other.options)) {
      throw new IllegalArgumentException(
          "other has the options " + other.options + ", expected " + options);
    }
    losses.add(other.losses);
    weights.add(other.weights);
    lossSquares.add(other.lossSquares);
    lossTimesWeight.add(other.lossTimesWeight);
    weightSquares.add(other.weightSquares);
    lossesOfBytes.add(other.lossesOfBytes);
    scoredTokens += other.scoredTokens;
    ignoredTokens += other.ignoredTokens;
    scoredBytes += other.scoredBytes;
    zeroByteTokens += other.zeroByteTokens;
    return this;
  }

  /**
   * The report over all that has been added so far.
   *
   * @return the report
   */
  public LossReport report() {
    return new LossReport(
        RowLosses.divided(losses.toDouble(), weights.toDouble()),
        losses.toDouble(),
        scoredTokens,
        ignoredTokens,
        scoredBytes,
        zeroByteTokens,
        scoredBytes == 0 ? Double.NaN : lossesOfBytes.toDouble() / (Metrics.LN2 * scoredBytes),
        standardError());
  }

  /**
   * Standard error of the (weighted) mean m = L / W: √(n/(n−1) · Σ(l − m·w)²) / |W|, from exact
   * sums and so without cancellation.
   */
  private double standardError() {
    if (scoredTokens < 2 || !losses.isFinite()) {
      return Double.NaN;
    }
    BigDecimal w = weights.toBigDecimal();
    if (w.signum() == 0) {
      return Double.NaN;
    }
    boolean weighted = options.classWeights().isPresent();
    BigDecimal l = losses.toBigDecimal();
    BigDecimal lw = weighted ? lossTimesWeight.toBigDecimal() : l;
    BigDecimal ww = weighted ? weightSquares.toBigDecimal() : w;
    BigDecimal n = BigDecimal.valueOf(scoredTokens);
    BigDecimal squares =
        lossSquares
            .toBigDecimal()
            .multiply(w.pow(2))
            .subtract(l.multiply(lw).multiply(w).multiply(BigDecimal.valueOf(2)))
            .add(l.pow(2).multiply(ww));
    BigDecimal variance =
        squares
            .multiply(n)
            .divide(w.pow(4).multiply(n.subtract(BigDecimal.ONE)), MathContext.DECIMAL128);
    return variance.sqrt(MathContext.DECIMAL64).doubleValue();
  }
}
