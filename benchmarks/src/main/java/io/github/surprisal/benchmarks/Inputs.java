/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.DoubleTensor;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.Losses;
import io.github.surprisal.TokenPredictions;
import io.github.surprisal.TopK;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What this library is given in each benchmark, and the check of its results. */
public final class Inputs {

  /** The error that the library promises: nats, and parts of a softmax. */
  private static final double BOUND = 4e-7;

  private Inputs() {}

  /** An array of floats, classes last. */
  @State(Scope.Benchmark)
  public static class Rows extends Batch {
    FloatTensor logits;
    IntTensor targets;
    double loss;

    @Override
    void prepare() {
      logits = FloatTensor.wrap(values, rows, classes);
      targets = IntTensor.wrap(labels, rows);
    }

    @Override
    void check(Reference reference) {
      reference.checkLoss(loss, 0, BOUND);
    }
  }

  /** With label smoothing. */
  @State(Scope.Benchmark)
  public static class Smoothed extends Rows {
    static final double SMOOTHING = 0.1;

    @Override
    void check(Reference reference) {
      reference.checkLoss(loss, SMOOTHING, BOUND);
    }
  }

  /** With an array for as many results as there are logits. */
  @State(Scope.Benchmark)
  public static class LogSoftmax extends Rows {
    float[] out;

    @Override
    void prepare() {
      super.prepare();
      out = new float[values.length];
    }

    @Override
    void check(Reference reference) {
      reference.checkLogSoftmax(out, BOUND);
    }
  }

  /** The same for the gradient. */
  @State(Scope.Benchmark)
  public static class Gradient extends LogSoftmax {
    @Override
    void check(Reference reference) {
      reference.checkLoss(loss, 0, BOUND);
      reference.checkGradient(out, BOUND);
    }
  }

  /** With the gradient over the logits, which are brought back for the check. */
  @State(Scope.Benchmark)
  public static class InPlace extends Gradient {
    @Override
    void prepare() {
      super.prepare();
      System.arraycopy(values, 0, out, 0, values.length);
      logits = FloatTensor.wrap(out, rows, classes);
    }

    @Override
    void check(Reference reference) {
      System.arraycopy(values, 0, out, 0, values.length);
      CrossEntropyOptions options = CrossEntropyOptions.defaults();
      loss = Losses.crossEntropyWithGradient(logits, targets, options, out);
      super.check(reference);
    }
  }

  /** Every second class of each row is −∞, in no order that a processor could foresee. */
  @State(Scope.Benchmark)
  public static class Masked extends Rows {
    @Override
    void prepare() {
      super.prepare();
      for (int i = 0; i < values.length; i++) {
        int row = i / classes;
        int index = i % classes;
        if (index != labels[row] && (index * 0x9E3779B9 + row) * 0x85EBCA6B < 0) {
          values[i] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }

  /** bfloat16, rounded to nearest, ties to even. */
  @State(Scope.Benchmark)
  public static class Bfloat16 extends Rows {
    @Override
    void prepare() {
      super.prepare();
      short[] bits = new short[values.length];
      for (int i = 0; i < bits.length; i++) {
        int exact = Float.floatToRawIntBits(values[i]);
        int rounded = (exact + 0x7FFF + (exact >>> 16 & 1)) >>> 16;
        bits[i] = (short) rounded;
        values[i] = Float.intBitsToFloat(rounded << 16);
      }
      logits = FloatTensor.bfloat16(ShortBuffer.wrap(bits), rows, classes);
    }
  }

  /** IEEE half precision, rounded to nearest, ties to even. */
  @State(Scope.Benchmark)
  public static class Float16 extends Rows {
    @Override
    void prepare() {
      super.prepare();
      short[] bits = new short[values.length];
      for (int i = 0; i < bits.length; i++) {
        int exponent = Math.max(Math.getExponent(values[i]), -14);
        double units = Math.rint(Math.scalb((double) values[i], 10 - exponent));
        int magnitude = (exponent + 15 << 10) + (int) Math.abs(units) - (1 << 10);
        bits[i] = (short) (units < 0 ? magnitude | 1 << 15 : magnitude);
        values[i] = (float) Math.scalb(units, exponent - 10);
      }
      logits = FloatTensor.float16(ShortBuffer.wrap(bits), rows, classes);
    }
  }

  /** A direct buffer. */
  @State(Scope.Benchmark)
  public static class DirectBuffer extends Rows {
    @Override
    void prepare() {
      super.prepare();
      ByteBuffer bytes = ByteBuffer.allocateDirect(values.length * Float.BYTES);
      logits =
          FloatTensor.wrap(
              bytes.order(ByteOrder.nativeOrder()).asFloatBuffer().put(values).flip(),
              rows,
              classes);
    }
  }

  /** The shape (batch, classes, positions), with an array of that shape for the gradient. */
  @State(Scope.Benchmark)
  public static class GradientClassAxis1 extends Gradient {

    /** A sequence, if there are as many rows. */
    private static final int POSITIONS = 1024;

    @Override
    void prepare() {
      super.prepare();
      int positions = Math.min(POSITIONS, rows);
      float[] byClass = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        byClass[inClassOrder(i)] = values[i];
      }
      logits = FloatTensor.wrap(byClass, rows / positions, classes, positions);
      targets = IntTensor.wrap(labels, rows / positions, positions);
    }

    @Override
    void check(Reference reference) {
      float[] byClass = out.clone();
      for (int i = 0; i < out.length; i++) {
        out[i] = byClass[inClassOrder(i)];
      }
      super.check(reference);
    }

    /** Where an element stands whose place is {@code index} when the classes are last. */
    private int inClassOrder(int index) {
      int positions = Math.min(POSITIONS, rows);
      int row = index / classes;
      return (row / positions * classes + index % classes) * positions + row % positions;
    }
  }

  /** The same without the gradient. */
  @State(Scope.Benchmark)
  public static class ClassAxis1 extends GradientClassAxis1 {
    @Override
    void check(Reference reference) {
      reference.checkLoss(loss, 0, BOUND);
    }
  }

  /** With what is predicted in each row. */
  @State(Scope.Benchmark)
  public static class Predicted extends Rows {
    TokenPredictions predictions;

    @Override
    void check(Reference reference) {
      reference.checkEntropies(predictions.entropies().toArray(), BOUND);
      reference.checkRanks(predictions.ranks().toArray());
    }
  }

  /** With the entropy of each row. */
  @State(Scope.Benchmark)
  public static class Entropies extends Rows {
    DoubleTensor entropies;

    @Override
    void check(Reference reference) {
      reference.checkEntropies(entropies.toArray(), BOUND);
    }
  }

  /** With the likeliest classes of each row. */
  @State(Scope.Benchmark)
  public static class Likeliest extends Rows {
    static final int K = 20;
    TopK top;

    @Override
    void check(Reference reference) {
      reference.checkLikeliest(top.classes().toArray(), K);
    }
  }

  /** A student's logits, its teacher's, which are the same moved on by some, and a gradient. */
  @State(Scope.Benchmark)
  public static class Distilled extends LogSoftmax {
    static final int DISTANCE = 17;
    FloatTensor teacher;

    @Override
    void prepare() {
      super.prepare();
      teacher = FloatTensor.wrap(teacherOf(values), rows, classes);
    }

    static float[] teacherOf(float[] values) {
      float[] moved = new float[values.length];
      for (int i = 0; i < moved.length; i++) {
        moved[i] = values[(i + DISTANCE) % values.length];
      }
      return moved;
    }

    @Override
    void check(Reference reference) {
      reference.checkDivergence(loss, out, teacherOf(values), BOUND);
    }
  }

  /** With token lengths. */
  @State(Scope.Benchmark)
  public static class Evaluation extends Rows {
    IntTensor tokenBytes;

    @Override
    void prepare() {
      super.prepare();
      int[] lengths = new int[rows];
      Arrays.fill(lengths, 4);
      tokenBytes = IntTensor.wrap(lengths, rows);
    }
  }
}
