/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;

/**
 * PyTorch on the CPU, called through DJL, on logits that are in native memory already (but for the
 * works whose name says otherwise).
 */
final class TorchWork {

  /** PyTorch computes in float: nats, and parts of a softmax. */
  private static final double TOLERANCE = 1e-4;

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final Loss loss = Loss.softmaxCrossEntropyLoss();
  private final Batch batch;
  private final Shape shape;
  private final NDArray targets;

  private TorchWork(Batch batch) {
    this.batch = batch;
    this.shape = new Shape(batch.rows(), batch.classes());
    this.targets = manager.create(batch.targets()).toType(DataType.INT64, true);
  }

  /** Whether PyTorch is in the jar: only the native part for this machine is. */
  static boolean isHere() {
    return TorchWork.class.getResource("/native/lib/pytorch.properties") != null;
  }

  /** Prepares and checks a piece of work; to be called once, as threads can't be set later. */
  static Work of(String name, Batch batch, int threads) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    TorchWork torch = new TorchWork(batch);
    return switch (name) {
      case "loss" -> torch.loss();
      case "lossFromArray" -> torch.lossFromArray();
      case "gradient" -> torch.gradient();
      case "logSoftmax" -> torch.logSoftmax();
      case "logSoftmaxOfArray" -> torch.logSoftmaxOfArray();
      default -> throw new IllegalArgumentException("no work of PyTorch is called " + name);
    };
  }

  private Work loss() {
    NDArray logits = manager.create(batch.logits(), shape);
    return checkedLoss(() -> meanLoss(logits));
  }

  private Work lossFromArray() {
    return checkedLoss(() -> meanLoss(manager.create(batch.logits(), shape)));
  }

  /** Whatever is made meanwhile is freed at the end. */
  private Work checkedLoss(Work body) {
    Work work =
        () -> {
          try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return body.run();
          }
        };
    Reference.of(batch).checkLoss(work.run(), 0, TOLERANCE);
    return work;
  }

  private double meanLoss(NDArray logits) {
    return loss.evaluate(new NDList(targets), new NDList(logits)).getFloat();
  }

  /** A fresh leaf each time, so that no gradient has to be cleared or added to. */
  private Work gradient() {
    NDArray logits = manager.create(batch.logits(), shape);
    float[] gradient = new float[batch.logits().length];
    backward(logits, gradient);
    Reference.of(batch).checkGradient(gradient, TOLERANCE);
    return () -> backward(logits, new float[0]);
  }

  /** The loss; the gradient is copied to an array that has elements. */
  private double backward(NDArray logits, float[] copy) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray leaf = logits.stopGradient();
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        leaf.setRequiresGradient(true);
        NDArray mean = loss.evaluate(new NDList(targets), new NDList(leaf));
        collector.backward(mean);
        if (copy.length > 0) {
          leaf.getGradient().toByteBuffer().asFloatBuffer().get(copy);
        }
        return mean.getFloat();
      }
    }
  }

  private Work logSoftmax() {
    NDArray logits = manager.create(batch.logits(), shape);
    try (NDArray out = logits.logSoftmax(-1)) {
      Reference.of(batch).checkLogSoftmax(out.toFloatArray(), TOLERANCE);
    }
    return () -> {
      try (NDArray out = logits.logSoftmax(-1)) {
        return out.size();
      }
    };
  }

  private Work logSoftmaxOfArray() {
    Reference.of(batch).checkLogSoftmax(logSoftmax(batch.logits()), TOLERANCE);
    return () -> logSoftmax(batch.logits())[0];
  }

  private float[] logSoftmax(float[] array) {
    try (NDArray logits = manager.create(array, shape);
        NDArray out = logits.logSoftmax(-1)) {
      return out.toFloatArray();
    }
  }
}
