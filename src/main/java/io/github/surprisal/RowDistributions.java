/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.SoftmaxRows;
import io.github.surprisal.rows.ClassRows;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The distribution over the classes in each row of logits: softmax, log-softmax, log-sum-exp. */
final class RowDistributions {
  private RowDistributions() {}

  /** log Σ e^x of each row. */
  static DoubleTensor logSumExp(FloatTensor logits, int axis, CrossEntropyOptions options) {
    LogitArguments arguments = arguments(logits, axis, options);
    Layout.arrayLength(arguments.others());
    return arguments.results(softmaxRows(logits, arguments.rows(), options).logSumExp());
  }

  /** The class axis; refuses options that mean nothing without targets. */
  static int classAxis(CrossEntropyOptions options) {
    options.requireDefaultReduction("there is no loss here to reduce");
    options.requireNoIgnoreIndex("there are no targets here; leave those rows out");
    options.requireNoLabelSmoothing("there are no targets here to smooth");
    options.requireNoClassWeights("there are no targets here to weigh");
    options.requireNoZLoss("there is no loss here to add it to");
    return options.classAxis();
  }

  /** What is written of each row, in a new tensor of the shape of the logits. */
  static FloatTensor written(
      FloatTensor logits,
      int axis,
      CrossEntropyOptions options,
      BiConsumer<SoftmaxRows, float[]> writer) {
    float[] out = newArray(logits);
    softmaxRows(logits, axis, options).ifPresent(rows -> writer.accept(rows, out));
    return FloatTensor.wrap(out, logits.shape().toArray());
  }

  private static float[] newArray(FloatTensor tensor) {
    return new float[Layout.arrayLength(tensor.shape())];
  }

  /** Writes something of each row to an array. */
  static void write(
      FloatTensor logits,
      int axis,
      CrossEntropyOptions options,
      BiConsumer<SoftmaxRows, float[]> writer,
      float[] out) {
    Optional<SoftmaxRows> rows = softmaxRows(logits.withVisibleArray(), axis, options);
    LogitArguments.checkOutput("out", logits, out);
    rows.ifPresent(some -> writer.accept(some, out));
  }

  /** The rows along a checked axis; none of an empty tensor, which may have billions of nothing. */
  private static Optional<SoftmaxRows> softmaxRows(
      FloatTensor logits, int axis, CrossEntropyOptions options) {
    int checked = LogitArguments.axis(logits.shape(), axis);
    if (logits.size() == 0) {
      LogitArguments.classes("logits", logits.shape().axis(checked), options.vocabulary());
      return Optional.empty();
    }
    ClassRows rows = arguments(logits, checked, options).rows();
    return Optional.of(softmaxRows(logits, rows, options));
  }

  private static LogitArguments arguments(
      FloatTensor logits, int axis, CrossEntropyOptions options) {
    return LogitArguments.of("logits", logits.shape(), axis, options.vocabulary());
  }

  private static SoftmaxRows softmaxRows(
      FloatTensor logits, ClassRows rows, CrossEntropyOptions options) {
    return new SoftmaxRows(logits.data(), rows, options.temperatureOfLogits(), options.parallel());
  }
}
