/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.DoubleTensor;
import io.github.surprisal.LossAccumulator;
import io.github.surprisal.Losses;
import io.github.surprisal.Predictions;
import io.github.surprisal.Surprisal;
import io.github.surprisal.TokenPredictions;
import io.github.surprisal.TopK;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What this library does. {@link LoopKernel} and {@link VectorKernel} run all of it. */
@State(Scope.Benchmark)
public abstract class LibraryBenchmark extends Timed {

  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final CrossEntropyOptions SMOOTHED =
      DEFAULTS.labelSmoothing(Inputs.Smoothed.SMOOTHING);
  private static final CrossEntropyOptions CLASS_AXIS_1 = DEFAULTS.classAxis(1);

  private static final CrossEntropyOptions WITH_PREDICTIONS = DEFAULTS.predictions(true);

  private final String kernel;

  LibraryBenchmark(String kernel) {
    this.kernel = kernel;
  }

  /** Fails unless the kernel that is to be measured is the one in use. */
  @Setup
  public final void requireKernel() {
    if (!Surprisal.kernels().startsWith(kernel)) {
      throw new IllegalStateException(
          "the kernel in use is " + Surprisal.kernels() + ", expected " + kernel);
    }
  }

  /** The mean loss. */
  @Benchmark
  public double loss(Inputs.Rows in) {
    return in.loss = Losses.crossEntropy(in.logits, in.targets);
  }

  /** The mean loss and its gradient in a second array. */
  @Benchmark
  public double gradient(Inputs.Gradient in) {
    return in.loss = Losses.crossEntropyWithGradient(in.logits, in.targets, DEFAULTS, in.out);
  }

  /**
   * The mean loss and its gradient in the array of the logits. From the second call on, the logits
   * are what the call before has left there: small numbers, as much work as any others.
   */
  @Benchmark
  public double gradientInPlace(Inputs.InPlace in) {
    return Losses.crossEntropyWithGradient(in.logits, in.targets, DEFAULTS, in.out);
  }

  /** The mean loss with label smoothing. */
  @Benchmark
  public double labelSmoothing(Inputs.Smoothed in) {
    return in.loss = Losses.crossEntropy(in.logits, in.targets, SMOOTHED);
  }

  /** The mean loss where half of each row is −∞. */
  @Benchmark
  public double masked(Inputs.Masked in) {
    return in.loss = Losses.crossEntropy(in.logits, in.targets);
  }

  /** All log-probabilities, into an array. */
  @Benchmark
  public float[] logSoftmax(Inputs.LogSoftmax in) {
    Losses.logSoftmaxInto(in.logits, in.out);
    return in.out;
  }

  /** The mean loss of bfloat16 logits. */
  @Benchmark
  public double bfloat16(Inputs.Bfloat16 in) {
    return in.loss = Losses.crossEntropy(in.logits, in.targets);
  }

  /** The mean loss of float16 logits. */
  @Benchmark
  public double float16(Inputs.Float16 in) {
    return in.loss = Losses.crossEntropy(in.logits, in.targets);
  }

  /** The mean loss of logits in a direct buffer. */
  @Benchmark
  public double directBuffer(Inputs.DirectBuffer in) {
    return in.loss = Losses.crossEntropy(in.logits, in.targets);
  }

  /** The mean loss of logits of the shape (batch, classes, positions). */
  @Benchmark
  public double classAxis1(Inputs.ClassAxis1 in) {
    return in.loss = Losses.crossEntropy(in.logits, in.targets, CLASS_AXIS_1);
  }

  /** The mean loss and its gradient, both of the shape (batch, classes, positions). */
  @Benchmark
  public double gradientClassAxis1(Inputs.GradientClassAxis1 in) {
    return in.loss = Losses.crossEntropyWithGradient(in.logits, in.targets, CLASS_AXIS_1, in.out);
  }

  /** Log-probability, rank and entropy of each target, and the likeliest class. */
  @Benchmark
  public TokenPredictions predictions(Inputs.Predicted in) {
    return in.predictions = Predictions.of(in.logits, in.targets);
  }

  /** The entropy of each row. */
  @Benchmark
  public DoubleTensor entropy(Inputs.Entropies in) {
    return in.entropies = Predictions.entropy(in.logits);
  }

  /** The likeliest classes of each row. */
  @Benchmark
  public TopK topK(Inputs.Likeliest in) {
    return in.top = Predictions.topK(in.logits, Inputs.Likeliest.K);
  }

  /** The mean divergence of a student from its teacher, and its gradient. */
  @Benchmark
  public double distillation(Inputs.Distilled in) {
    return in.loss = Losses.klDivergenceWithGradient(in.teacher, in.logits, in.out);
  }

  /** All sums of an evaluation with token lengths and predictions. */
  @Benchmark
  public double evaluationWithPredictions(Inputs.Evaluation in) {
    return in.loss =
        new LossAccumulator(WITH_PREDICTIONS)
            .add(in.logits, in.targets, in.tokenBytes)
            .report()
            .loss();
  }

  /** All sums of an evaluation with token lengths. */
  @Benchmark
  public double evaluation(Inputs.Evaluation in) {
    return in.loss =
        new LossAccumulator().add(in.logits, in.targets, in.tokenBytes).report().loss();
  }
}
