/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.RowKernelProvider;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.Scratch;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowReaders;
import io.github.surprisal.rows.RowTargets;

/**
 * The rows of two models' logits for the same targets, with arguments already checked.
 *
 * <p>Belongs to one call and to the thread that made it; {@link #onThisThread} is for the others.
 */
public final class ComparedRows {

  public final ClassRows rows;
  private final FloatData logitsP;
  private final FloatData logitsQ;
  private final RowTargets targets;
  private final RowReader p;
  private final RowReader q;
  private final RowDivergence divergence;
  private final RowSoftmax softmaxP;
  private final RowSoftmax softmaxQ;

  private double nats;
  private boolean sameTop;
  private double lossP;
  private double lossQ;

  public ComparedRows(ClassRows rows, FloatData logitsP, FloatData logitsQ, RowTargets targets) {
    this.rows = rows;
    this.logitsP = logitsP;
    this.logitsQ = logitsQ;
    this.targets = targets;
    RowKernels kernels = RowKernelProvider.kernels();
    Scratch scratch = Scratch.ofThisThread();
    p = RowReaders.of(rows, logitsP, scratch.logitsStage);
    q = RowReaders.of(rows, logitsQ, scratch.secondStage);
    divergence = new RowDivergence(kernels, p, q, scratch);
    softmaxP = new RowSoftmax(kernels, p, scratch);
    softmaxQ = new RowSoftmax(kernels, q, scratch);
  }

  /** The same rows, for use on the current thread. */
  public ComparedRows onThisThread() {
    return new ComparedRows(rows, logitsP, logitsQ, targets);
  }

  public boolean isScored(long row) {
    return targets.isScored(row);
  }

  /** Compares the models on a scored row, for the methods below. */
  public void compare(long row) {
    p.moveTo(row);
    q.moveTo(row);
    nats = divergence.nats();
    sameTop = divergence.sameLargest();
    lossP = softmaxP.nll(targets.at(row));
    lossQ = softmaxQ.nll(targets.at(row));
  }

  /** The loss of P in nats. */
  public double lossP() {
    return lossP;
  }

  /** The loss of Q in nats. */
  public double lossQ() {
    return lossQ;
  }

  /** KL(P‖Q) in nats. */
  public double divergence() {
    return nats;
  }

  /** The probability that Q gives the target less the one that P gives it. */
  public double deltaP() {
    return StrictMath.exp(-lossQ) - StrictMath.exp(-lossP);
  }

  /** Whether the most likely class is the same, the first of several; not where KL is NaN. */
  public boolean sameTop() {
    return sameTop;
  }
}
