/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.rows.RowReader;
import java.util.Arrays;

/**
 * Sums over the classes of one row in which a logit stands beside a coefficient: Σ a·(reference −
 * x) with a = w, or with a = w·p for probabilities p, and then Σ a besides. Where a is 0 the class
 * counts 0 whatever its logit is, so that a class of weight 0 may be masked with −∞.
 *
 * <p>Mutable; belongs to one thread and one call.
 */
public final class RowGaps {

  private final RowKernels kernels;
  private final RowReader row;
  private final float[] weights;
  private final Scratch scratch;
  private double coefficients;
  private double gaps;

  /**
   * Sums over the rows of {@code row}.
   *
   * @param weights w, one a class; empty for 1 everywhere
   */
  public RowGaps(RowKernels kernels, RowReader row, float[] weights, Scratch scratch) {
    this.kernels = kernels;
    this.row = row;
    this.weights = weights;
    this.scratch = scratch;
  }

  /** Takes the gaps of the current row with a = w. */
  public void sum(double reference) {
    Arrays.fill(scratch.first, 0);
    for (int from = 0; from < row.classes(); from += row.runLength(from)) {
      row.read(from);
      add(from, row.offset(), row.runLength(from), reference);
    }
    end();
  }

  /**
   * Adds the gaps of some classes of the current row with a = w, which stand at an offset, to the
   * first lanes of the work space, which are 0 before all; to be followed by {@link #end}.
   */
  void add(int from, int offset, int length, double reference) {
    int step;
    for (int done = 0; done < length; done += step) {
      step = Math.min(length - done, Scratch.RUN);
      int start = from + done;
      kernels.addWeightedGaps(
          row.array(),
          offset + done,
          weightsArray(),
          weightsOffset(start),
          step,
          reference,
          scratch.first);
    }
  }

  void end() {
    gaps = Lanes.sum(scratch.first);
  }

  /** Takes the sums of the current row with a = w·p, p being the current row of another tensor. */
  public void sum(RowReader probabilities, double reference) {
    Arrays.fill(scratch.first, 0);
    Arrays.fill(scratch.second, 0);
    int step;
    for (int from = 0; from < row.classes(); from += step) {
      step = Math.min(stepAt(from), probabilities.runLength(from));
      row.read(from);
      probabilities.read(from);
      kernels.addGaps(
          row.array(),
          row.offset(),
          probabilities.array(),
          probabilities.offset(),
          weightsArray(),
          weightsOffset(from),
          step,
          reference,
          scratch.first,
          scratch.second);
    }
    coefficients = Lanes.sum(scratch.first);
    gaps = Lanes.sum(scratch.second);
  }

  /** Σ a of the last sum with probabilities. */
  public double coefficients() {
    return coefficients;
  }

  /** Σ a·(reference − x) of the last sum. */
  public double gaps() {
    return gaps;
  }

  /**
   * Subtracts w·(keep·p + spread) from results for the classes from {@code from} on.
   *
   * @param probabilities p
   */
  public void subtract(
      RowReader probabilities,
      int from,
      int length,
      float keep,
      float spread,
      float[] out,
      int offset) {
    int step;
    for (int done = 0; done < length; done += step) {
      int start = from + done;
      step = Math.min(Math.min(stepAt(start), probabilities.runLength(start)), length - done);
      probabilities.read(start);
      kernels.subtractTargets(
          probabilities.array(),
          probabilities.offset(),
          weightsArray(),
          weightsOffset(start),
          step,
          keep,
          spread,
          out,
          offset + done);
    }
  }

  /** Subtracts w·spread from results for the classes from {@code from} on. */
  public void subtract(int from, int length, float spread, float[] out, int offset) {
    int step;
    for (int done = 0; done < length; done += step) {
      int start = from + done;
      step = Math.min(stepAt(start), length - done);
      kernels.subtractTargets(
          weightsArray(),
          weightsOffset(start),
          Scratch.ones(),
          0,
          step,
          spread,
          0,
          out,
          offset + done);
    }
  }

  private int stepAt(int from) {
    return Math.min(row.runLength(from), Scratch.RUN);
  }

  private float[] weightsArray() {
    return weights.length == 0 ? Scratch.ones() : weights;
  }

  private int weightsOffset(int from) {
    return weights.length == 0 ? 0 : from;
  }
}
