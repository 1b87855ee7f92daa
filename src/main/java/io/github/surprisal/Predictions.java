/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.PredictedRows;
import io.github.surprisal.rows.RowTargets;
import java.util.Arrays;

/**
 * What the logits of a language model say besides the loss: how probable a token was, where it
 * stood among all, how sure the model was, and what it would have said.
 *
 * <pre>{@code
 * FloatTensor logits = FloatTensor.of(new float[][] {{2.0f, 0.5f, -1.0f}, {0.1f, 0.2f, 3.0f}});
 * TokenPredictions predictions = Predictions.of(logits, IntTensor.of(1, 2));
 * System.out.println(predictions.ranks()); // IntTensor(2)[2, 1]
 * System.out.println(predictions.entropies()); // DoubleTensor(2)[0.622, 0.405]
 * System.out.println(Predictions.topK(logits, 2).classes()); // IntTensor(2, 2)[[0, 1], [2, 1]]
 * }</pre>
 *
 * <p>Logits and targets have the same form as for {@link Losses}: the class axis is the last unless
 * an option says otherwise, and any leading axes are flattened. With p = softmax(x), all logarithms
 * are natural ones. Nothing of the size of the logits is allocated.
 *
 * <p>Accuracy: the log-probability of a class, or of a set of classes, differs from the exact value
 * by at most 4e-7 · min(1, |exact|) nats, and is never above 0. An entropy H is within 4e-7 · (1 +
 * H) of the exact value, and never negative. Equal logits have equal log-probabilities. Ranks,
 * predicted classes and the order of the likeliest are exact; −0 equals 0. Every result has the
 * same bits whatever the batch split, the threads, the storage and the layout of the tensors, the
 * JDK and the machine.
 *
 * <p>Rows: −∞ is an ordinary logit, of probability 0, where p·log p counts 0. A row that holds NaN
 * or +∞, or nothing but −∞, has no probabilities: log-probabilities and entropy are NaN, ranks 0,
 * classes −1.
 *
 * <p>With a temperature t all of this is of the logits x / t, rounded to float32: log-probabilities
 * may be off by the rounding of two logits more, and logits that become equal rank as equals.
 *
 * <p>Options: class axis, temperature, parallelism and, with targets, the ignore index are
 * honoured; the others are refused where they are set away from their defaults. All methods may be
 * called from several threads at once.
 */
public final class Predictions {

  private Predictions() {}

  /**
   * {@link #of(FloatTensor, IntTensor, CrossEntropyOptions)} with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return what the logits say of each target
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor ignored
   */
  public static TokenPredictions of(FloatTensor logits, IntTensor targets) {
    return of(logits, targets, CrossEntropyOptions.defaults());
  }

  /**
   * What the logits say of each target: its log-probability and rank, the entropy, and the
   * likeliest class with its log-probability. Ignored rows are not read.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, class axis, temperature, parallelism
   * @return what the logits say of each target, of the targets' shape
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or an option can't be honoured
   */
  public static TokenPredictions of(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    options.requireDefaultReduction(
        "every prediction is returned; take sum() or mean() of a tensor of them");
    options.requireNoLabelSmoothing("predictions are not smoothed; losses are, in Losses");
    options.requireNoClassWeights("predictions are not weighed; losses are, in Losses");
    options.requireNoZLoss("a prediction is no loss to add it to; losses are, in Losses");
    LogitArguments arguments = LogitArguments.of(logits.shape(), options);
    RowTargets checked = arguments.targets(targets, options.ignoreIndex());
    Layout.arrayLength(arguments.others());
    PredictedRows rows = rows(logits, arguments, options);
    return new TokenPredictions(rows.of(checked), arguments.others());
  }

  /**
   * {@link #perSequence(FloatTensor, IntTensor, CrossEntropyOptions)} with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 2 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return what the logits say of each sequence
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or the targets are a scalar
   */
  public static SequencePredictions perSequence(FloatTensor logits, IntTensor targets) {
    return perSequence(logits, targets, CrossEntropyOptions.defaults());
  }

  /**
   * What the logits say of each sequence, along the last axis of the targets, such as the
   * candidates for an answer: its log-probability, whether greedy decoding would have said it, and
   * the entropy, over its scored tokens.
   *
   * <pre>{@code
   * FloatTensor logits =
   *     FloatTensor.of(new float[][][] {{{2, 0, 1}, {0, 3, 1}}, {{2, 0, 1}, {0, 0, 0}}});
   * IntTensor candidates = IntTensor.of(new int[][] {{0, 1}, {2, -100}}); // the second is shorter
   * SequencePredictions predictions = Predictions.perSequence(logits, candidates);
   * System.out.println(predictions.logProbs()); // DoubleTensor(2)[-0.577, -1.408]
   * System.out.println(predictions.meanLogProbs()); // DoubleTensor(2)[-0.289, -1.408]
   * System.out.println(predictions.tokens()); // IntTensor(2)[2, 1]
   * System.out.println(predictions.greedyTokens()); // IntTensor(2)[2, 0]
   * }</pre>
   *
   * <p>The candidate with the largest log-probability, or the largest mean, is the model's choice.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 2 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, class axis, temperature, parallelism
   * @return what the logits say of each sequence, of the targets' shape without the last axis: of
   *     targets of rank 1, scalars
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     the targets are a scalar, or an option can't be honoured
   */
  public static SequencePredictions perSequence(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    SequenceLosses.requireSequences(targets);
    TokenPredictions predictions = of(logits, targets, options);
    return new SequencePredictions(predictions, targets, options.ignoreIndex());
  }

  /**
   * {@link #topK(FloatTensor, int, CrossEntropyOptions)} with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param k the number of classes wanted, from 1 to all of them
   * @return the classes and their log-probabilities, of shape (batch, seq, k)
   * @throws IllegalArgumentException if the logits are a scalar or there are no k classes
   */
  public static TopK topK(FloatTensor logits, int k) {
    return topK(logits, k, CrossEntropyOptions.defaults());
  }

  /**
   * The k likeliest classes of each row and their log-probabilities: by larger logit, and where
   * logits are equal, by smaller class. As {@code torch.topk} of the log-softmax, which leaves the
   * order of equal ones open.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param k the number of classes wanted, from 1 to all of them
   * @param options class axis, temperature, parallelism
   * @return the classes and their log-probabilities: k of them along a last axis, after the logits'
   *     shape without the class axis
   * @throws IllegalArgumentException if the logits have no such axis, there are no k classes, or an
   *     option can't be honoured
   */
  public static TopK topK(FloatTensor logits, int k, CrossEntropyOptions options) {
    LogitArguments arguments = arguments(logits, options);
    int classes = arguments.rows().classes();
    if (k < 1 || k > classes) {
      throw new IllegalArgumentException(
          "k is " + k + ", expected 1 to " + classes + ", the number of classes");
    }
    Shape shape = shapeOfSeveral(arguments, k);
    int length = Layout.arrayLength(shape);
    int[] top = new int[length];
    double[] logProbs = new double[length];
    rows(logits, arguments, options).writeTopK(k, top, logProbs);
    int[] axes = shape.toArray();
    return new TopK(IntTensor.wrap(top, axes), DoubleTensor.wrap(logProbs, axes));
  }

  /**
   * {@link #logProbs(FloatTensor, IntTensor, CrossEntropyOptions)} with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param classes one class a row, of shape (batch, seq), or several, of shape (batch, seq, m)
   * @return log-probabilities in nats, of the shape of the classes
   * @throws IllegalArgumentException if shapes don't fit or a class is out of range
   */
  public static DoubleTensor logProbs(FloatTensor logits, IntTensor classes) {
    return logProbs(logits, classes, CrossEntropyOptions.defaults());
  }

  /**
   * Log-probabilities of chosen classes: log p[c] = x[c] − log Σ e<sup>x</sup> in nats, 0 or less.
   * For a prompt with some answers of one token each, or for the tokens that a model has drawn.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param classes one class a row, of the logits' shape without the class axis; or m classes a
   *     row, along one more axis at the end
   * @param options class axis, temperature, parallelism
   * @return log-probabilities in nats, of the shape of the classes; −∞ of a logit of −∞, NaN in a
   *     row without probabilities
   * @throws IllegalArgumentException if shapes don't fit, a class is out of range, or an option
   *     can't be honoured
   */
  public static DoubleTensor logProbs(
      FloatTensor logits, IntTensor classes, CrossEntropyOptions options) {
    LogitArguments arguments = arguments(logits, options);
    int count = classesOfRow(arguments, classes.shape());
    for (long i = 0; i < classes.size(); i++) {
      requireClass(arguments, classes.at(i), classes.shape(), i);
    }
    double[] logProbs = rows(logits, arguments, options).logProbs(classes.data(), count);
    return DoubleTensor.wrap(logProbs, classes.shape().toArray());
  }

  /** How many classes are asked for in each row. */
  private static int classesOfRow(LogitArguments arguments, Shape classes) {
    Shape others = arguments.others();
    if (classes.equals(others)) {
      return 1;
    }
    int last = others.rank();
    if (classes.rank() == last + 1 && classes.without(last).equals(others)) {
      return classes.axis(last);
    }
    throw new IllegalArgumentException(
        "classes have shape "
            + classes
            + ", expected "
            + others
            + ", or that with one more axis at the end, for logits of shape "
            + arguments.logits());
  }

  /**
   * {@link #entropy(FloatTensor, CrossEntropyOptions)} with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @return one value a row in nats, of the logits' shape without the last axis
   * @throws IllegalArgumentException if the logits are a scalar
   */
  public static DoubleTensor entropy(FloatTensor logits) {
    return entropy(logits, CrossEntropyOptions.defaults());
  }

  /**
   * Entropy of each row's distribution in nats, H = −Σ p·log p: how unsure the model is, from 0 for
   * one likely class to log C for C equal ones.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param options class axis, temperature, parallelism
   * @return one value a row in nats, of the logits' shape without the class axis; NaN of a row
   *     without probabilities
   * @throws IllegalArgumentException if the logits have no such axis, or an option can't be
   *     honoured
   */
  public static DoubleTensor entropy(FloatTensor logits, CrossEntropyOptions options) {
    LogitArguments arguments = arguments(logits, options);
    Layout.arrayLength(arguments.others());
    return arguments.results(rows(logits, arguments, options).entropies());
  }

  /**
   * {@link #logProbOfAny(FloatTensor, CrossEntropyOptions, int...)} with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param classes the set of classes, in any order; one that is named twice counts once
   * @return one value a row in nats, of the logits' shape without the last axis
   * @throws IllegalArgumentException if the logits are a scalar or a class is out of range
   */
  public static DoubleTensor logProbOfAny(FloatTensor logits, int... classes) {
    return logProbOfAny(logits, CrossEntropyOptions.defaults(), classes);
  }

  /**
   * Log-probability that the token is any of a set of classes: log Σ p[c] over the set, such as all
   * spellings of one answer.
   *
   * <p>The relative error is small near 0 and far below it: all classes but a rare one may have
   * −1e-9. For all classes it is 0, for no class, or none of a probability above 0, −∞.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param options class axis, temperature, parallelism
   * @param classes the set of classes, in any order; one that is named twice counts once
   * @return one value a row in nats, of the logits' shape without the class axis; NaN of a row
   *     without probabilities
   * @throws IllegalArgumentException if the logits have no such axis, a class is out of range, or
   *     an option can't be honoured
   */
  public static DoubleTensor logProbOfAny(
      FloatTensor logits, CrossEntropyOptions options, int... classes) {
    LogitArguments arguments = arguments(logits, options);
    for (int i = 0; i < classes.length; i++) {
      requireClass(arguments, classes[i], Shape.of(classes.length), i);
    }
    Layout.arrayLength(arguments.others());
    int[] members = Arrays.stream(classes).sorted().distinct().toArray();
    return arguments.results(rows(logits, arguments, options).logProbsOfSet(members));
  }

  private static void requireClass(LogitArguments arguments, int value, Shape shape, long at) {
    int classes = arguments.rows().classes();
    if (value < 0 || value >= classes) {
      throw new IllegalArgumentException(
          "class at index "
              + LogitArguments.indexAt(shape, at)
              + " is "
              + value
              + ", expected 0 <= class < "
              + classes
              + (value == CrossEntropyOptions.DEFAULT_IGNORE_INDEX
                  ? "; only Predictions.of leaves out ignored rows"
                  : ""));
    }
  }

  /** Logits without targets. */
  private static LogitArguments arguments(FloatTensor logits, CrossEntropyOptions options) {
    RowDistributions.classAxis(options);
    return LogitArguments.of(logits.shape(), options);
  }

  private static PredictedRows rows(
      FloatTensor logits, LogitArguments arguments, CrossEntropyOptions options) {
    return new PredictedRows(
        logits.data(), arguments.rows(), options.temperatureOfLogits(), options.parallel());
  }

  /** The shape of several results a row. */
  private static Shape shapeOfSeveral(LogitArguments arguments, int count) {
    int[] others = arguments.others().toArray();
    int[] axes = Arrays.copyOf(others, others.length + 1);
    axes[others.length] = count;
    return Shape.of(axes);
  }
}
