/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.LossAccumulator;
import io.github.surprisal.Losses;
import io.github.surprisal.Surprisal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** What this library does. Each result is within the bound that the library promises. */
final class LibraryWork {

  private static final CrossEntropyOptions DEFAULTS = CrossEntropyOptions.defaults();
  private static final double BOUND = 4e-7;
  private static final double SMOOTHING = 0.1;

  /** Positions that lie side by side when the class axis is not the last one: a sequence. */
  private static final int POSITIONS = 1024;

  private LibraryWork() {}

  /** Prepares and checks a piece of work. */
  static Work of(String name, Batch batch) {
    return switch (name) {
      case "loss" -> loss(batch, FloatTensor.wrap(batch.logits(), batch.rows(), batch.classes()));
      case "gradient" -> gradient(batch, new float[batch.logits().length]);
      case "gradientInPlace" -> gradientInPlace(batch);
      case "labelSmoothing" -> labelSmoothing(batch);
      case "masked" -> masked(batch);
      case "logSoftmax" -> logSoftmax(batch);
      case "bfloat16" -> bfloat16(batch);
      case "float16" -> float16(batch);
      case "directBuffer" -> directBuffer(batch);
      case "classAxis1" -> classAxis1(batch);
      case "gradientClassAxis1" -> gradientClassAxis1(batch);
      case "evaluation" -> evaluation(batch);
      default -> throw new IllegalArgumentException("no work of the library is called " + name);
    };
  }

  /** Fails unless this kernel is the one in use. */
  static void requireKernel(String kernel) {
    if (!Surprisal.kernels().startsWith(kernel)) {
      throw new IllegalStateException(
          "the kernel in use is " + Surprisal.kernels() + ", expected " + kernel);
    }
  }

  private static Work loss(Batch batch, FloatTensor logits) {
    IntTensor targets = IntTensor.wrap(batch.targets(), batch.rows());
    return checked(batch, 0, same -> Losses.crossEntropy(logits, targets));
  }

  private static Work checked(Batch batch, double smoothing, ToDoubleFunction<Batch> loss) {
    Reference.of(batch).checkLoss(loss.applyAsDouble(batch), smoothing, BOUND);
    return () -> loss.applyAsDouble(batch);
  }

  private static Work gradient(Batch batch, float[] gradient) {
    Reference reference = Reference.of(batch);
    FloatTensor logits = FloatTensor.wrap(batch.logits(), batch.rows(), batch.classes());
    IntTensor targets = IntTensor.wrap(batch.targets(), batch.rows());
    Work work = () -> Losses.crossEntropyWithGradient(logits, targets, DEFAULTS, gradient);
    reference.checkLoss(work.run(), 0, BOUND);
    reference.checkGradient(gradient, BOUND);
    return work;
  }

  /**
   * From the second call on, the logits are what the call before has left there: small numbers, as
   * much work as any others.
   */
  private static Work gradientInPlace(Batch batch) {
    float[] array = batch.logits().clone();
    FloatTensor logits = FloatTensor.wrap(array, batch.rows(), batch.classes());
    IntTensor targets = IntTensor.wrap(batch.targets(), batch.rows());
    Work work = () -> Losses.crossEntropyWithGradient(logits, targets, DEFAULTS, array);
    Reference reference = Reference.of(batch);
    reference.checkLoss(work.run(), 0, BOUND);
    reference.checkGradient(array, BOUND);
    return work;
  }

  private static Work labelSmoothing(Batch batch) {
    FloatTensor logits = FloatTensor.wrap(batch.logits(), batch.rows(), batch.classes());
    IntTensor targets = IntTensor.wrap(batch.targets(), batch.rows());
    CrossEntropyOptions options = DEFAULTS.labelSmoothing(SMOOTHING);
    return checked(batch, SMOOTHING, same -> Losses.crossEntropy(logits, targets, options));
  }

  /** Every second class of each row is −∞, in no order that a processor could foresee. */
  private static Work masked(Batch batch) {
    batch.change(
        (row, index, logit) ->
            index != batch.targets()[row] && (index * 0x9E3779B9 + row) * 0x85EBCA6B < 0
                ? Float.NEGATIVE_INFINITY
                : logit);
    return loss(batch, FloatTensor.wrap(batch.logits(), batch.rows(), batch.classes()));
  }

  private static Work logSoftmax(Batch batch) {
    float[] out = new float[batch.logits().length];
    FloatTensor logits = FloatTensor.wrap(batch.logits(), batch.rows(), batch.classes());
    Losses.logSoftmaxInto(logits, out);
    Reference.of(batch).checkLogSoftmax(out, BOUND);
    return () -> {
      Losses.logSoftmaxInto(logits, out);
      return out[0];
    };
  }

  private static Work bfloat16(Batch batch) {
    batch.change((row, index, logit) -> Float.intBitsToFloat(bfloat16Bits(logit) << 16));
    short[] bits = new short[batch.logits().length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) bfloat16Bits(batch.logits()[i]);
    }
    return loss(batch, FloatTensor.bfloat16(ShortBuffer.wrap(bits), batch.rows(), batch.classes()));
  }

  /** Rounded to nearest, ties to even. */
  private static int bfloat16Bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16;
  }

  private static Work float16(Batch batch) {
    short[] bits = new short[batch.logits().length];
    for (int i = 0; i < bits.length; i++) {
      float logit = batch.logits()[i];
      int exponent = Math.max(Math.getExponent(logit), -14);
      double units = Math.rint(Math.scalb((double) logit, 10 - exponent));
      int magnitude = (exponent + 15 << 10) + (int) Math.abs(units) - (1 << 10);
      bits[i] = (short) (units < 0 ? magnitude | 1 << 15 : magnitude);
      batch.logits()[i] = (float) Math.scalb(units, exponent - 10);
    }
    return loss(batch, FloatTensor.float16(ShortBuffer.wrap(bits), batch.rows(), batch.classes()));
  }

  private static Work directBuffer(Batch batch) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(batch.logits().length * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer()
            .put(batch.logits())
            .flip();
    return loss(batch, FloatTensor.wrap(buffer, batch.rows(), batch.classes()));
  }

  private static Work classAxis1(Batch batch) {
    FloatTensor logits = FloatTensor.wrap(byClass(batch.logits(), batch), classAxis1Shape(batch));
    IntTensor targets = targetsOfClassAxis1(batch);
    CrossEntropyOptions options = DEFAULTS.classAxis(1);
    return checked(batch, 0, same -> Losses.crossEntropy(logits, targets, options));
  }

  private static Work gradientClassAxis1(Batch batch) {
    FloatTensor logits = FloatTensor.wrap(byClass(batch.logits(), batch), classAxis1Shape(batch));
    IntTensor targets = targetsOfClassAxis1(batch);
    CrossEntropyOptions options = DEFAULTS.classAxis(1);
    float[] gradient = new float[batch.logits().length];
    Work work = () -> Losses.crossEntropyWithGradient(logits, targets, options, gradient);
    Reference reference = Reference.of(batch);
    reference.checkLoss(work.run(), 0, BOUND);
    reference.checkGradient(byRow(gradient, batch), BOUND);
    return work;
  }

  /** The shape (batch, classes, positions). */
  private static int[] classAxis1Shape(Batch batch) {
    int positions = positions(batch);
    return new int[] {batch.rows() / positions, batch.classes(), positions};
  }

  private static int positions(Batch batch) {
    return Math.min(POSITIONS, batch.rows());
  }

  private static IntTensor targetsOfClassAxis1(Batch batch) {
    int positions = positions(batch);
    return IntTensor.wrap(batch.targets(), batch.rows() / positions, positions);
  }

  private static float[] byClass(float[] byRow, Batch batch) {
    float[] byClass = new float[byRow.length];
    forEachElement(batch, (inRow, inClass) -> byClass[inClass] = byRow[inRow]);
    return byClass;
  }

  private static float[] byRow(float[] byClass, Batch batch) {
    float[] byRow = new float[byClass.length];
    forEachElement(batch, (inRow, inClass) -> byRow[inRow] = byClass[inClass]);
    return byRow;
  }

  /** Where an element stands if the classes lie together, and if the positions do. */
  private interface ElementAction {
    void apply(int inRow, int inClass);
  }

  private static void forEachElement(Batch batch, ElementAction action) {
    int positions = positions(batch);
    int classes = batch.classes();
    for (int row = 0; row < batch.rows(); row++) {
      int first = row / positions * classes * positions + row % positions;
      for (int i = 0; i < classes; i++) {
        action.apply(row * classes + i, first + i * positions);
      }
    }
  }

  private static Work evaluation(Batch batch) {
    FloatTensor logits = FloatTensor.wrap(batch.logits(), batch.rows(), batch.classes());
    IntTensor targets = IntTensor.wrap(batch.targets(), batch.rows());
    int[] lengths = new int[batch.rows()];
    Arrays.fill(lengths, 4);
    IntTensor tokenBytes = IntTensor.wrap(lengths, batch.rows());
    return checked(
        batch, 0, same -> new LossAccumulator().add(logits, targets, tokenBytes).report().loss());
  }
}
