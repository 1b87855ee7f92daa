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
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** PyTorch on the CPU, called through DJL. */
@Fork(
    value = 2,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
public class PyTorch extends Timed {

  /** PyTorch computes in float: nats, and parts of a softmax. */
  private static final double TOLERANCE = 1e-4;

  /** Logits in native memory, and as a Java array. */
  @State(Scope.Benchmark)
  public static class Rows extends Batch {
    NDManager manager;
    Loss meanLoss;
    Shape axes;
    NDArray logits;
    NDArray targets;
    double loss;

    @Override
    void prepare() {
      System.setProperty("slf4j.internal.verbosity", "ERROR");
      System.setProperty("ai.djl.offline", "true");
      System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(Caller.THREADS));
      manager = NDManager.newBaseManager("PyTorch");
      meanLoss = Loss.softmaxCrossEntropyLoss();
      axes = new Shape(rows, classes);
      logits = manager.create(values, axes);
      targets = manager.create(labels).toType(DataType.INT64, true);
    }

    final NDArray meanLoss(NDArray of) {
      return meanLoss.evaluate(new NDList(targets), new NDList(of));
    }

    @Override
    void check(Reference reference) {
      reference.checkLoss(loss, 0, TOLERANCE);
    }
  }

  /** With the gradient, which is freed with what else a call has made, but for the check's own. */
  @State(Scope.Benchmark)
  public static class Gradient extends Rows {
    @Override
    void check(Reference reference) {
      float[] gradient = new float[values.length];
      loss = backward(gradient);
      super.check(reference);
      reference.checkGradient(gradient, TOLERANCE);
    }

    /**
     * The mean loss; the gradient is copied to an array that has elements. A fresh leaf each time,
     * so that no gradient has to be cleared or added to.
     */
    final double backward(float[] copy) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray leaf = logits.stopGradient();
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
          leaf.setRequiresGradient(true);
          NDArray mean = meanLoss(leaf);
          collector.backward(mean);
          if (copy.length > 0) {
            leaf.getGradient().toByteBuffer().asFloatBuffer().get(copy);
          }
          return mean.getFloat();
        }
      }
    }
  }

  /** With the entropy, the likeliest class and the rank of the target of each row. */
  @State(Scope.Benchmark)
  public static class Predicted extends Rows {

    /** The entropies, or the sum of the likeliest classes and ranks. */
    final long predict(double[] entropies) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray logProbs = logits.logSoftmax(-1);
        NDArray entropy = logProbs.exp().mul(logProbs).sum(new int[] {1}).neg();
        NDArray predicted = logits.argMax(-1);
        NDArray ofTargets = logits.gather(targets.expandDims(1), 1);
        NDArray larger = logits.gt(ofTargets).countNonzero(1);
        for (int row = 0; row < entropies.length; row++) {
          entropies[row] = entropy.getFloat(row);
        }
        return predicted.getLong(0) + larger.getLong(0);
      }
    }

    @Override
    void check(Reference reference) {
      double[] entropies = new double[rows];
      predict(entropies);
      reference.checkEntropies(entropies, TOLERANCE);
    }
  }

  /** With a teacher's logits. */
  @State(Scope.Benchmark)
  public static class Distilled extends Rows {
    NDArray teacher;

    @Override
    void prepare() {
      super.prepare();
      teacher = manager.create(Inputs.Distilled.teacherOf(values), axes);
    }

    /** The mean divergence; its gradient is copied to an array that has elements. */
    final double backward(float[] copy) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray leaf = logits.stopGradient();
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
          leaf.setRequiresGradient(true);
          NDArray logP = teacher.logSoftmax(-1);
          NDArray mean = logP.sub(leaf.logSoftmax(-1)).mul(logP.exp()).sum().div(rows);
          collector.backward(mean);
          if (copy.length > 0) {
            leaf.getGradient().toByteBuffer().asFloatBuffer().get(copy);
          }
          return mean.getFloat();
        }
      }
    }

    @Override
    void check(Reference reference) {
      float[] gradient = new float[values.length];
      double mean = backward(gradient);
      reference.checkDivergence(mean, gradient, Inputs.Distilled.teacherOf(values), 10 * TOLERANCE);
    }
  }

  /** With log-probabilities, in native memory and in a Java array. */
  @State(Scope.Benchmark)
  public static class LogSoftmax extends Rows {
    @Override
    void check(Reference reference) {
      reference.checkLogSoftmax(ofArray(), TOLERANCE);
    }

    final float[] ofArray() {
      try (NDArray in = manager.create(values, axes);
          NDArray out = in.logSoftmax(-1)) {
        return out.toFloatArray();
      }
    }
  }

  /** Whether PyTorch is in the jar: only the native part for this machine is. */
  static boolean isHere() {
    return PyTorch.class.getResource("/native/lib/pytorch.properties") != null;
  }

  /** The mean loss of logits in native memory. */
  @Benchmark
  public double loss(Rows in) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return in.loss = in.meanLoss(in.logits).getFloat();
    }
  }

  /** The mean loss of logits in a Java array. */
  @Benchmark
  public double lossFromArray(Rows in) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return in.loss = in.meanLoss(in.manager.create(in.values, in.axes)).getFloat();
    }
  }

  /** The mean loss and its gradient, forward and backward, in native memory. */
  @Benchmark
  public double gradient(Gradient in) {
    return in.backward(new float[0]);
  }

  /** Log-softmax, exponentials, products and their sums; the maxima; comparisons and their sums. */
  @Benchmark
  public long predictions(Predicted in) {
    return in.predict(new double[0]);
  }

  /** Two log-softmaxes, exponentials, products and their sum, and backward. */
  @Benchmark
  public double distillation(Distilled in) {
    return in.backward(new float[0]);
  }

  /** All log-probabilities, in native memory. */
  @Benchmark
  public long logSoftmax(LogSoftmax in) {
    try (NDArray out = in.logits.logSoftmax(-1)) {
      return out.size();
    }
  }

  /** All log-probabilities, from a Java array to a Java array. */
  @Benchmark
  public float[] logSoftmaxOfArray(LogSoftmax in) {
    return in.ofArray();
  }
}
