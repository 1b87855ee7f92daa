/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.Divergences;
import io.github.surprisal.loss.IndexTargetLosses;
import io.github.surprisal.loss.NllLosses;
import io.github.surprisal.loss.SoftTargetLosses;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.RowTargets;
import io.github.surprisal.rows.RowWeights;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongPredicate;

/**
 * Checks what is given beside logits: everything, before anything is computed or written.
 *
 * @param name what the caller knows the logits as
 * @param logits the shape of the logits
 * @param rows how they fall into rows along the class axis
 * @param others the shape of results of one number a row: without the class axis
 */
record LogitArguments(String name, Shape logits, ClassRows rows, Shape others) {

  // This file is long because every argument that stands beside logits is checked here, each with a
  // message that names it, its value, what was expected and what may have been meant.

  /** Rounding may make a log-probability of nearly 0 positive, but not more. */
  private static final float MOST_LOG_PROBABILITY = 1e-5f;

  /** Logits of a shape, with their classes along the class axis. */
  static LogitArguments of(Shape logits, CrossEntropyOptions options) {
    return of("logits", logits, options);
  }

  /** Logits, or log-probabilities, of a shape and a name. */
  private static LogitArguments of(String name, Shape logits, CrossEntropyOptions options) {
    return of(name, logits, options.classAxis(), options.vocabulary());
  }

  /**
   * Logits of a shape and a name, with their classes along an axis.
   *
   * @param vocabulary how many of them are no padding; empty for all
   */
  static LogitArguments of(String name, Shape logits, int classAxis, OptionalInt vocabulary) {
    int axis = axis(name, logits, classAxis);
    int extent = logits.axis(axis);
    int classes = classes(name, extent, vocabulary);
    Shape others = logits.without(axis);
    ClassRows rows = new ClassRows(classes, extent, logits.stride(axis), others.size());
    return new LogitArguments(name, logits, rows, others);
  }

  /** How many of the classes along an axis are no padding. */
  static int classes(String name, int extent, OptionalInt vocabulary) {
    int classes = vocabulary.orElse(extent);
    if (classes > extent) {
      throw new IllegalArgumentException(
          "vocabulary is "
              + classes
              + ", expected at most "
              + extent
              + ", the number of classes in "
              + name
              + ": give the number of tokens, or choose another class axis if the classes are along"
              + " that one");
    }
    return classes;
  }

  /** The class axis counted from 0. */
  static int axis(Shape logits, int classAxis) {
    return axis("logits", logits, classAxis);
  }

  private static int axis(String name, Shape logits, int classAxis) {
    int rank = logits.rank();
    if (rank == 0) {
      throw new IllegalArgumentException(name + " have shape (), expected a class axis");
    }
    int axis = classAxis < 0 ? classAxis + rank : classAxis;
    if (axis < 0 || axis >= rank) {
      throw new IllegalArgumentException(
          "class axis is "
              + classAxis
              + ", expected "
              + -rank
              + " <= axis < "
              + rank
              + " for "
              + name
              + " of shape "
              + logits);
    }
    return axis;
  }

  /** The losses of logits against index targets. */
  static IndexTargetLosses losses(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    return losses(logits, targets, Optional.empty(), options);
  }

  /** The same with a weight for each row, if they are given. */
  static IndexTargetLosses losses(
      FloatTensor logits,
      IntTensor targets,
      Optional<FloatTensor> tokenWeights,
      CrossEntropyOptions options) {
    LogitArguments checked = of(logits.shape(), options);
    RowTargets rowTargets = checked.targets(targets, options.ignoreIndex());
    RowWeights weights = checked.rowWeights(tokenWeights);
    return new IndexTargetLosses(
        logits.data(),
        checked.rows,
        weights.scored(rowTargets),
        weights,
        options.settings(checked.rows.classes()));
  }

  /** The losses of logits against a distribution over the classes in each row. */
  static SoftTargetLosses losses(
      FloatTensor logits, FloatTensor probabilities, CrossEntropyOptions options) {
    return softLosses(logits, probabilities, Optional.empty(), options);
  }

  /** The same with a weight for each row, if they are given. */
  static SoftTargetLosses softLosses(
      FloatTensor logits,
      FloatTensor probabilities,
      Optional<FloatTensor> tokenWeights,
      CrossEntropyOptions options) {
    options.requireNoIgnoreIndex(
        "probability targets have no index to ignore; leave those rows out of both tensors");
    LogitArguments checked = of(logits.shape(), options);
    if (!probabilities.shape().equals(logits.shape())) {
      throw new IllegalArgumentException(
          "probabilities have shape "
              + probabilities.shape()
              + ", expected "
              + logits.shape()
              + ", the shape of the logits"
              + checked.hintAtClassIds(probabilities));
    }
    ClassRows rows = checked.rows;
    return new SoftTargetLosses(
        logits.data(),
        rows,
        probabilities.data(),
        checked.rowWeights(tokenWeights),
        options.settings(rows.classes()));
  }

  /** Says that what has a number for each row has another shape. */
  private IllegalArgumentException unfit(String what, Shape shape, String hint) {
    return new IllegalArgumentException(
        what
            + " have shape "
            + shape
            + ", expected "
            + others
            + " for "
            + name
            + " of shape "
            + logits
            + hint);
  }

  /** A copy of the weights of rows, if they are given: each finite, and 0 or more. */
  private RowWeights rowWeights(Optional<FloatTensor> tokenWeights) {
    if (tokenWeights.isEmpty()) {
      return RowWeights.NONE;
    }
    Shape given = tokenWeights.get().shape();
    if (!given.equals(others)) {
      throw unfit("tokenWeights", given, ": one for each row");
    }
    float[] weights = tokenWeights.get().toArray();
    for (int row = 0; row < weights.length; row++) {
      if (!(weights[row] >= 0 && weights[row] < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "tokenWeights at index "
                + indexAt(others, row)
                + " is "
                + weights[row]
                + ", expected a finite number, 0 or more: 0 where a token is not to count");
      }
    }
    return new RowWeights(weights);
  }

  /** What to do where class ids were given as floats. */
  private String hintAtClassIds(FloatTensor probabilities) {
    if (probabilities.size() != others.size()) {
      return "";
    }
    for (long i = 0; i < probabilities.size(); i++) {
      float value = probabilities.at(i);
      if (value != Math.rint(value)) {
        return "";
      }
    }
    return "; whole numbers, one a row, look like classes: these go into an IntTensor";
  }

  /** The losses of log-probabilities against index targets. */
  static NllLosses logProbabilityLosses(
      FloatTensor logProbs,
      IntTensor targets,
      Optional<FloatTensor> tokenWeights,
      CrossEntropyOptions options) {
    options.requireNoLabelSmoothing(
        "log-probabilities are not smoothed; give the logits to crossEntropy");
    options.requireNoTemperature(
        "log-probabilities have no temperature; give the logits to crossEntropy");
    options.requireNoZLoss(
        "log-probabilities have no log-sum-exp; give the logits to crossEntropy");
    LogitArguments checked = of("logProbs", logProbs.shape(), options);
    RowWeights weights = checked.rowWeights(tokenWeights);
    RowTargets rowTargets = weights.scored(checked.targets(targets, options.ignoreIndex()));
    checked.checkLogProbabilities(logProbs, rowTargets);
    return new NllLosses(
        logProbs.data(),
        checked.rows,
        rowTargets,
        weights,
        options.settings(checked.rows.classes()));
  }

  private void checkLogProbabilities(FloatTensor logProbs, RowTargets targets) {
    for (long row = 0; row < rows.rows(); row++) {
      if (!targets.isScored(row)) {
        continue;
      }
      float value = logProbs.at(rows.start(row) + targets.at(row) * rows.stride());
      if (value > MOST_LOG_PROBABILITY) {
        throw new IllegalArgumentException(
            "the log-probability of target "
                + targets.at(row)
                + " at index "
                + indexAt(others, row)
                + " is "
                + value
                + ", expected 0 or less: logProbs look like logits, which go to crossEntropy");
      }
    }
  }

  /** Logits of two models without targets; refuses options that a divergence cannot honour. */
  static LogitArguments ofDivergence(
      FloatTensor logitsP, FloatTensor logitsQ, CrossEntropyOptions options) {
    options.requireNoIgnoreIndex("a divergence without targets ignores no row; give the targets");
    return ofMaskedDivergence(logitsP, logitsQ, options);
  }

  /** Logits of two models; refuses options that a divergence cannot honour. */
  static LogitArguments ofMaskedDivergence(
      FloatTensor logitsP, FloatTensor logitsQ, CrossEntropyOptions options) {
    options.requireNoLabelSmoothing("a divergence compares distributions, not targets to smooth");
    options.requireNoClassWeights("a divergence compares distributions, not targets to weigh");
    options.requireNoZLoss("a divergence is no loss to add it to");
    checkSameShape("logitsQ", logitsQ, "logitsP", logitsP);
    return of("logitsP", logitsP.shape(), options);
  }

  /** The divergence of each row; 0 for rows that are not scored. */
  DoubleTensor divergences(
      FloatTensor logitsP,
      FloatTensor logitsQ,
      LongPredicate isScored,
      CrossEntropyOptions options) {
    Layout.arrayLength(others);
    return results(
        Divergences.ofRows(
            logitsP.data(),
            logitsQ.data(),
            rows,
            isScored,
            options.temperature(),
            options.parallel()));
  }

  /** Targets of the rows: each a class, or the ignore index. */
  RowTargets targets(IntTensor targets, int ignoreIndex) {
    if (!targets.shape().equals(others)) {
      throw unfit("targets", targets.shape(), hintAtShapes(targets.shape()));
    }
    for (long row = 0; row < rows.rows(); row++) {
      int target = targets.at(row);
      if (!isTarget(target, rows.classes(), ignoreIndex)) {
        throw new IllegalArgumentException(
            "target at index "
                + indexAt(others, row)
                + unusableTarget(target, rows.classes(), ignoreIndex)
                + hintAtByteOrder(target));
      }
    }
    return new RowTargets(targets.data(), ignoreIndex);
  }

  /** Whether a target is a class or the ignore index. */
  static boolean isTarget(int target, int classes, int ignoreIndex) {
    return (0 <= target && target < classes) || target == ignoreIndex;
  }

  /** What to say of a target that is neither, after its name. */
  static String unusableTarget(int target, int classes, int ignoreIndex) {
    return " is "
        + target
        + ", expected 0 <= target < "
        + classes
        + " or the ignore index "
        + ignoreIndex;
  }

  /** What to do where a target would be a class with its bytes in the other order. */
  private String hintAtByteOrder(int target) {
    int reversed = Integer.reverseBytes(target);
    return target != reversed && 0 <= reversed && reversed < rows.classes()
        ? "; in the other byte order it is "
            + reversed
            + ": set the order of a ByteBuffer before asIntBuffer"
        : "";
  }

  /** What to do where the targets fit another class axis, or are one position off. */
  private String hintAtShapes(Shape targets) {
    for (int axis = 0; axis < logits.rank(); axis++) {
      if (logits.without(axis).equals(targets)) {
        int named = axis == logits.rank() - 1 ? -1 : axis;
        return "; if the classes are along axis "
            + axis
            + ", set classAxis("
            + named
            + ") in CrossEntropyOptions";
      }
    }
    return isOnePositionOff(targets)
        ? "; Targets.nextToken(tokens) has a target for every position: keep the logits of all"
        : "";
  }

  private boolean isOnePositionOff(Shape targets) {
    int last = others.rank() - 1;
    return last >= 0
        && targets.rank() == others.rank()
        && targets.without(last).equals(others.without(last))
        && Math.abs((long) targets.axis(last) - others.axis(last)) == 1;
  }

  /** Results of one double a row. */
  DoubleTensor results(double[] values) {
    return DoubleTensor.wrap(values, others.toArray());
  }

  /** The indexes of a row-major position in a shape as text, such as {@code (1, 3)}. */
  static String indexAt(Shape shape, long flat) {
    int[] index = new int[shape.rank()];
    long rest = flat;
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = (int) (rest % shape.axis(axis));
      rest /= shape.axis(axis);
    }
    return Shape.text(index);
  }

  /**
   * Refuses logits of two models for different rows. Their numbers of classes may differ where
   * there is a vocabulary, which each has.
   */
  static void checkComparable(
      String nameP,
      FloatTensor logitsP,
      String nameQ,
      FloatTensor logitsQ,
      int classAxis,
      OptionalInt vocabulary) {
    Shape p = logitsP.shape();
    Shape q = logitsQ.shape();
    boolean mayDiffer = vocabulary.isPresent();
    if (!mayDiffer && p.equals(q)) {
      return;
    }
    Shape rowsP = of(nameP, p, classAxis, vocabulary).others;
    boolean areSameRows = rowsP.equals(of(nameQ, q, classAxis, vocabulary).others);
    if (!mayDiffer || !areSameRows) {
      throw otherShape(nameQ, q, nameP, p, hintAtPadding(mayDiffer, areSameRows));
    }
  }

  private static String hintAtPadding(boolean mayDiffer, boolean areSameRows) {
    if (mayDiffer) {
      return ", up to padding along the class axis";
    }
    return areSameRows
        ? "; for models of one vocabulary that are padded differently, set the option"
            + " vocabulary(n)"
        : "";
  }

  static void checkSameShape(String name, FloatTensor tensor, String otherName, FloatTensor other) {
    if (!tensor.shape().equals(other.shape())) {
      throw otherShape(name, tensor.shape(), otherName, other.shape(), "");
    }
  }

  private static IllegalArgumentException otherShape(
      String name, Shape shape, String otherName, Shape other, String hint) {
    return new IllegalArgumentException(
        name
            + " has shape "
            + shape
            + ", expected "
            + other
            + ", the shape of "
            + otherName
            + hint);
  }

  /** Refuses P as logarithms and Q as probabilities: the order is P, then Q. */
  static void checkNotSwapped(FloatTensor probabilitiesP, FloatTensor logProbsQ) {
    if (isAnyAbove(MOST_LOG_PROBABILITY, logProbsQ, 1) && isAnyAbove(0, probabilitiesP, -1)) {
      throw new IllegalArgumentException(
          "probabilitiesP has negative elements and logProbsQ positive ones, expected P first, as"
              + " probabilities, then Q, as logarithms");
    }
  }

  private static boolean isAnyAbove(float least, FloatTensor tensor, int sign) {
    for (long i = 0; i < tensor.size(); i++) {
      if (sign * tensor.at(i) > least) {
        return true;
      }
    }
    return false;
  }

  static void checkOutput(String name, FloatTensor logits, FloatBuffer out) {
    checkRoom(name, logits, out.remaining());
    if (out.isReadOnly()) {
      throw new IllegalArgumentException(name + " is read-only, expected a buffer to write to");
    }
  }

  /** Whether a buffer is an array, from its beginning, in which nothing lies that is read. */
  static boolean isArrayApart(FloatBuffer out, FloatTensor... read) {
    if (!out.hasArray() || out.arrayOffset() + out.position() != 0) {
      return false;
    }
    for (FloatTensor tensor : read) {
      if (tensor.data().mayHideArray() || tensor.liesIn(out.array())) {
        return false;
      }
    }
    return true;
  }

  private static void checkRoom(String name, FloatTensor logits, int elements) {
    if (elements < logits.size()) {
      throw new IllegalArgumentException(
          name
              + " has "
              + elements
              + " elements, expected at least "
              + logits.size()
              + " for logits of shape "
              + logits.shape());
    }
  }

  static void checkOutput(String name, FloatTensor logits, float[] out) {
    checkRoom(name, logits, out.length);
    if (logits.liesIn(out) && logits.arrayOffset() != 0) {
      throw new IllegalArgumentException(
          name
              + " is the array of the logits, which begin at its element "
              + logits.arrayOffset()
              + ", expected them to begin at 0 or another array");
    }
  }
}
