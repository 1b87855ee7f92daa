/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.Divergences;
import io.github.surprisal.loss.IndexTargetLosses;
import io.github.surprisal.loss.LogitLosses;
import io.github.surprisal.loss.NllLosses;
import io.github.surprisal.loss.RowLosses;
import io.github.surprisal.loss.SoftTargetLosses;
import io.github.surprisal.loss.SoftmaxRows;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.RowTargets;
import java.util.Optional;

/**
 * Losses of language-model logits and their gradients, numerically stable and with the same bits on
 * every machine.
 *
 * <p>Logits are float32 (or narrower) values taken as exact, of shape (batch, seq, vocabulary) or
 * with any other leading axes; the class axis is the last unless an option says otherwise. Targets
 * are class indexes of the logits' shape without the class axis. All losses are in nats (natural
 * logarithm) and are returned in double.
 *
 * <p>Accuracy: the loss −log softmax(x)[t] of a row of up to 2<sup>20</sup> classes differs from
 * the exact value by at most 4e-7 · min(1, exact) nats; means and sums over rows are exact sums of
 * the rows' losses, rounded once. Where several classes have a part in the loss of a row, Σ a·(−log
 * softmax) with a coefficient for each by weights, smoothing or probabilities, the bound is 4e-7 ·
 * min(Σ |a|, Σ |a|·(−log softmax)), which for positive coefficients that add up to 1 is the same;
 * and no such loss is negative if no coefficient is. Every result has the same bits whatever the
 * batch split, the storage and the layout of the tensors, the JDK and the machine.
 *
 * <p>Rows (see {@link CrossEntropyOptions} for the options):
 *
 * <ul>
 *   <li>A row whose target is the ignore index never matters, whatever it holds: its loss and
 *       gradient are 0.
 *   <li>NaN or +∞ in a scored row, or nothing but −∞: its loss is NaN.
 *   <li>−∞ at the target: +∞; at another class: an ordinary finite loss, but +∞ with label
 *       smoothing, unless the class has weight 0.
 *   <li>A target probability that is NaN or infinite, or such a class weight that the loss of the
 *       row takes (the target's, or any with smoothing or probabilities): NaN, loss and gradient.
 *   <li>No scored row, or scored weights that add up to 0: the mean is NaN, the sum 0 or what it
 *       is.
 * </ul>
 *
 * <p>Rows are spread over threads where there is enough work: over the fork-join pool that a call
 * is made in, else over the common pool. {@link CrossEntropyOptions#parallel} forbids it, as does a
 * call from a pool of one thread; rows in memory that the calling thread alone may read, such as a
 * confined arena, stay on it. The result does not depend on it, and all methods may be called from
 * several threads at once.
 *
 * <p>Arguments are checked before anything is computed or written. Nothing ever writes to a tensor,
 * unless its array is given for results. Whether a read-only heap buffer lies in an array that is
 * given for results can't be seen: its elements are copied first. What is thrown while memory is
 * read, such as by an arena that is closed or a mapped file that is cut short meanwhile, leaves an
 * array for results partly written; nothing is written to it any more when the call has ended.
 */
public final class Losses {

  private Losses() {}

  /**
   * {@link #logSoftmax(FloatTensor, int)} over the last axis.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @return log-probabilities
   */
  public static FloatTensor logSoftmax(FloatTensor logits) {
    return logSoftmax(logits, -1);
  }

  /**
   * Log-probabilities of the classes: x − log Σ e<sup>x</sup> along an axis.
   *
   * <p>In nats, of the logits' shape, within 2 ulp of the rounded exact value plus 4e-7 · min(1,
   * |exact|). A −∞ stays −∞. A row that holds NaN or +∞, or nothing but −∞, becomes NaN. As {@code
   * torch.nn.functional.log_softmax}.
   *
   * @param logits any shape of rank 1 or more
   * @param axis the class axis; negative counts from the end
   * @return log-probabilities
   * @throws IllegalArgumentException if the logits have no such axis
   */
  public static FloatTensor logSoftmax(FloatTensor logits, int axis) {
    float[] out = newArray(logits);
    softmaxRows(logits, axis).ifPresent(rows -> rows.writeLogSoftmax(out));
    return FloatTensor.wrap(out, logits.shape().toArray());
  }

  /**
   * {@link #logSoftmax(FloatTensor)} into an array of the caller's, row-major from element 0 on.
   *
   * @param logits any shape of rank 1 or more; classes along the last axis
   * @param out at least as many elements as the logits; may be the array that the logits wrap from
   *     its beginning
   * @throws IllegalArgumentException if {@code out} is too short, or is an array in which the
   *     logits do not begin at 0
   */
  public static void logSoftmaxInto(FloatTensor logits, float[] out) {
    Optional<SoftmaxRows> rows = softmaxRows(logits.withVisibleArray(), -1);
    LogitArguments.checkOutput("out", logits, out);
    rows.ifPresent(some -> some.writeLogSoftmax(out));
  }

  /** The rows along a checked axis; none of an empty tensor, which may have billions of nothing. */
  private static Optional<SoftmaxRows> softmaxRows(FloatTensor logits, int axis) {
    int checked = LogitArguments.axis(logits.shape(), axis);
    return logits.size() == 0
        ? Optional.empty()
        : Optional.of(
            new SoftmaxRows(logits.data(), LogitArguments.of(logits.shape(), checked).rows()));
  }

  /**
   * {@link #softmax(FloatTensor, int)} over the last axis.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @return probabilities
   */
  public static FloatTensor softmax(FloatTensor logits) {
    return softmax(logits, -1);
  }

  /**
   * Probabilities of the classes: e<sup>x</sup> / Σ e<sup>x</sup> along an axis.
   *
   * <p>Of the logits' shape, within 2 ulp of the rounded exact value plus 4e-7 of it. A −∞ becomes
   * 0. A row that holds NaN or +∞, or nothing but −∞, becomes NaN. As {@code
   * torch.nn.functional.softmax}.
   *
   * @param logits any shape of rank 1 or more
   * @param axis the class axis; negative counts from the end
   * @return probabilities, which add up to 1 along the axis but for rounding
   * @throws IllegalArgumentException if the logits have no such axis
   */
  public static FloatTensor softmax(FloatTensor logits, int axis) {
    float[] out = newArray(logits);
    softmaxRows(logits, axis).ifPresent(rows -> rows.writeSoftmax(out));
    return FloatTensor.wrap(out, logits.shape().toArray());
  }

  /**
   * {@link #logSumExp(FloatTensor, int)} over the last axis.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @return one value a row
   */
  public static DoubleTensor logSumExp(FloatTensor logits) {
    return logSumExp(logits, -1);
  }

  /**
   * log Σ e<sup>x</sup> along an axis, in nats.
   *
   * <p>Within 4e-7 of the exact value, plus the rounding of the result to double. NaN for a row
   * that holds NaN, else +∞ for one that holds +∞; −∞ for one that holds nothing else, or nothing.
   * As {@code torch.logsumexp}.
   *
   * @param logits any shape of rank 1 or more
   * @param axis the class axis; negative counts from the end
   * @return one value a row, of the logits' shape without the axis
   * @throws IllegalArgumentException if the logits have no such axis
   */
  public static DoubleTensor logSumExp(FloatTensor logits, int axis) {
    LogitArguments arguments = LogitArguments.of(logits.shape(), axis);
    Layout.arrayLength(arguments.others());
    return arguments.results(new SoftmaxRows(logits.data(), arguments.rows()).logSumExp());
  }

  /**
   * {@link #crossEntropy(FloatTensor, IntTensor, CrossEntropyOptions)} with the defaults.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return the mean loss in nats, NaN if nothing is scored
   */
  public static double crossEntropy(FloatTensor logits, IntTensor targets) {
    return crossEntropy(logits, targets, CrossEntropyOptions.defaults());
  }

  /**
   * Cross-entropy loss against target classes, in nats: the mean, or the sum, over scored rows.
   *
   * <p>With w the class weights, e the label smoothing, C the classes and lp the log-softmax, a row
   * of target t has the loss
   *
   * <pre>{@code (1 − e)·w[t]·(−lp[t]) + e/C · Σ_c w[c]·(−lp[c])}</pre>
   *
   * and the mean is Σ loss / Σ w[t] over the scored rows. As {@code
   * torch.nn.functional.cross_entropy} and ONNX's SoftmaxCrossEntropyLoss.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, smoothing, weights, reduction, class axis
   * @return the mean (NaN if nothing is scored) or the sum (0 if nothing is scored)
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor ignored
   */
  public static double crossEntropy(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    return LogitArguments.losses(logits, targets, options).reduce();
  }

  /**
   * Cross-entropy loss against a distribution over the classes in each row, in nats: the mean, or
   * the sum, over rows.
   *
   * <p>With q = (1 − e)·p + e/C, the loss of a row is Σ<sub>c</sub> w[c]·q[c]·(−lp[c]); the mean
   * divides by the number of rows, whatever the weights. Where q is 0 the class counts 0, also if
   * its log-probability is −∞. The probabilities need not add up to 1. No row is ignored. As {@code
   * torch.nn.functional.cross_entropy} with probabilities.
   *
   * @param logits any shape of rank 1 or more
   * @param probabilities p, of the logits' shape
   * @param options smoothing, weights, reduction, class axis
   * @return the mean (NaN without rows) or the sum
   * @throws IllegalArgumentException if shapes don't fit, or the ignore index is not negative (no
   *     row can be ignored)
   */
  public static double crossEntropy(
      FloatTensor logits, FloatTensor probabilities, CrossEntropyOptions options) {
    return softTargetLosses(logits, probabilities, options).reduce();
  }

  /**
   * Cross-entropy loss of each row, as {@link #crossEntropy(FloatTensor, IntTensor,
   * CrossEntropyOptions)} defines it; 0 for ignored rows. PyTorch's {@code reduction="none"}.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, smoothing, weights, class axis
   * @return one loss a row in nats, of the targets' shape
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor ignored
   */
  public static DoubleTensor crossEntropyPerToken(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    IndexTargetLosses losses = LogitArguments.losses(logits, targets, options);
    return perToken(logits, options, losses);
  }

  /**
   * Cross-entropy loss of each row, as {@link #crossEntropy(FloatTensor, FloatTensor,
   * CrossEntropyOptions)} defines it.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @param options ignore index, smoothing, weights, class axis
   * @return one loss a row in nats, of the logits' shape without the class axis
   * @throws IllegalArgumentException if shapes don't fit, or the ignore index is not negative (no
   *     row can be ignored)
   */
  public static DoubleTensor crossEntropyPerToken(
      FloatTensor logits, FloatTensor probabilities, CrossEntropyOptions options) {
    SoftTargetLosses losses = softTargetLosses(logits, probabilities, options);
    return perToken(logits, options, losses);
  }

  /**
   * {@link #crossEntropy(FloatTensor, IntTensor, CrossEntropyOptions)} and its gradient by the
   * logits in one call.
   *
   * <p>Without weights and smoothing the gradient of a row is (softmax(x) − onehot(t)) / scored
   * rows for the mean. Rows that are ignored get 0, rows whose loss is NaN get NaN.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, smoothing, weights, class axis
   * @param gradientOut at least as many elements as the logits, in their layout from element 0 on;
   *     may be the array that the logits wrap from its beginning, which is then overwritten
   * @return the loss
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or {@code gradientOut} is too short or is an array in which the logits do not begin at 0;
   *     nothing is written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options, float[] gradientOut) {
    FloatTensor read = logits.withVisibleArray();
    LogitLosses losses = LogitArguments.losses(read, targets, options);
    LogitArguments.checkOutput("gradientOut", logits, gradientOut);
    return losses.reduceWithGradient(gradientOut);
  }

  /**
   * {@link #crossEntropy(FloatTensor, FloatTensor, CrossEntropyOptions)} and its gradient by the
   * logits in one call.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @param options ignore index, smoothing, weights, class axis
   * @param gradientOut as for target classes; must not be the array of the probabilities
   * @return the loss
   * @throws IllegalArgumentException if shapes don't fit, or {@code gradientOut} is too short or is
   *     an array in which the logits do not begin at 0, or that of the probabilities
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits,
      FloatTensor probabilities,
      CrossEntropyOptions options,
      float[] gradientOut) {
    FloatTensor read = logits.withVisibleArray();
    FloatTensor weighing = probabilities.withVisibleArray();
    LogitLosses losses = softTargetLosses(read, weighing, options);
    LogitArguments.checkOutput("gradientOut", logits, gradientOut);
    if (probabilities.liesIn(gradientOut)) {
      throw new IllegalArgumentException(
          "gradientOut is the array of the probabilities, expected another one");
    }
    return losses.reduceWithGradient(gradientOut);
  }

  /**
   * Negative log-likelihood of target classes, given log-probabilities that are taken as they are:
   * the mean of −w[t]·logProbs[t], divided by Σ w[t], or the sum, over scored rows.
   *
   * <p>In nats. As {@code torch.nn.functional.nll_loss} and ONNX's NegativeLogLikelihoodLoss.
   *
   * @param logProbs any shape of rank 1 or more
   * @param targets the shape of {@code logProbs} without the class axis
   * @param options ignore index, weights, reduction, class axis; no smoothing
   * @return the mean (NaN if nothing is scored) or the sum in nats
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or the options ask for label smoothing
   */
  public static double nllLoss(
      FloatTensor logProbs, IntTensor targets, CrossEntropyOptions options) {
    return logProbabilityLosses(logProbs, targets, options).reduce();
  }

  /**
   * Negative log-likelihood of each row, as {@link #nllLoss} defines it; 0 for ignored rows.
   *
   * @param logProbs log-probabilities, of any shape of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, smoothing, weights, class axis
   * @return one value a row in nats, of the targets' shape
   * @throws IllegalArgumentException as {@link #nllLoss}
   */
  public static DoubleTensor nllLossPerToken(
      FloatTensor logProbs, IntTensor targets, CrossEntropyOptions options) {
    NllLosses losses = logProbabilityLosses(logProbs, targets, options);
    return perToken(logProbs, options, losses);
  }

  /**
   * Kullback–Leibler divergence KL(P‖Q) of two models' distributions in nats: the mean over rows.
   *
   * <p>See {@link #klDivergencePerRow}. NaN without rows.
   *
   * @param logitsP logits of P, of any shape of rank 1 or more
   * @param logitsQ logits of Q, of the same shape
   * @return the mean over rows in nats
   * @throws IllegalArgumentException if the shapes differ
   */
  public static double klDivergence(FloatTensor logitsP, FloatTensor logitsQ) {
    LogitArguments.checkSameShape("logitsQ", logitsQ, "logitsP", logitsP);
    // Of rows of no class each is NaN, and there may be billions.
    return logitsP.size() == 0 ? Double.NaN : klDivergencePerRow(logitsP, logitsQ).mean();
  }

  /**
   * Kullback–Leibler divergence KL(P‖Q) = Σ p·(log p − log q) of each row in nats, for P =
   * softmax(logitsP) and Q = softmax(logitsQ) along the last axis.
   *
   * <p>Computed in double: within 1e-13 · (1 + the largest difference of a row's logits) of the
   * exact value, and never negative. A class with P = 0 counts 0; P &gt; 0 where Q = 0 gives +∞.
   * NaN or +∞ in a row of either, or nothing but −∞: NaN.
   *
   * @param logitsP any shape of rank 1 or more
   * @param logitsQ the same shape
   * @return one value a row, of the logits' shape without the last axis
   * @throws IllegalArgumentException if the shapes differ
   */
  public static DoubleTensor klDivergencePerRow(FloatTensor logitsP, FloatTensor logitsQ) {
    LogitArguments.checkSameShape("logitsQ", logitsQ, "logitsP", logitsP);
    LogitArguments arguments = LogitArguments.of(logitsP.shape(), -1);
    Layout.arrayLength(arguments.others());
    return arguments.results(Divergences.ofRows(logitsP.data(), logitsQ.data(), arguments.rows()));
  }

  /**
   * p·(log p − logProbs) of each element in nats; where p is 0 it is 0.
   *
   * <p>As {@code torch.nn.functional.kl_div} with {@code reduction="none"}; take {@link
   * DoubleTensor#sum()} or {@link DoubleTensor#mean()} of the result for the others.
   *
   * @param logProbs log q, taken as they are
   * @param probabilities p, of the same shape
   * @return one value an element in nats
   * @throws IllegalArgumentException if the shapes differ
   */
  public static DoubleTensor klDivPointwise(FloatTensor logProbs, FloatTensor probabilities) {
    LogitArguments.checkSameShape("probabilities", probabilities, "logProbs", logProbs);
    int count = Layout.arrayLength(logProbs.shape());
    double[] out = Divergences.pointwise(logProbs.data(), probabilities.data(), count);
    return DoubleTensor.wrap(out, logProbs.shape().toArray());
  }

  /**
   * {@link #klDivPointwise} for a target that is given as logarithms: e<sup>t</sup>·(t − logProbs)
   * of each element; where t is −∞ it is 0.
   *
   * @param logProbs log q, taken as they are
   * @param logTarget log p, of the same shape
   * @return one value an element in nats
   * @throws IllegalArgumentException if the shapes differ
   */
  public static DoubleTensor klDivPointwiseLogTarget(FloatTensor logProbs, FloatTensor logTarget) {
    LogitArguments.checkSameShape("logTarget", logTarget, "logProbs", logProbs);
    int count = Layout.arrayLength(logProbs.shape());
    double[] out = Divergences.pointwiseLogTarget(logProbs.data(), logTarget.data(), count);
    return DoubleTensor.wrap(out, logProbs.shape().toArray());
  }

  private static DoubleTensor perToken(
      FloatTensor logits, CrossEntropyOptions options, RowLosses losses) {
    LogitArguments arguments = LogitArguments.of(logits.shape(), options.classAxis());
    Layout.arrayLength(arguments.others());
    return arguments.results(losses.perToken());
  }

  private static SoftTargetLosses softTargetLosses(
      FloatTensor logits, FloatTensor probabilities, CrossEntropyOptions options) {
    ClassRows rows = LogitArguments.of(logits.shape(), options.classAxis()).rows();
    if (!probabilities.shape().equals(logits.shape())) {
      throw new IllegalArgumentException(
          "probabilities have shape "
              + probabilities.shape()
              + ", expected "
              + logits.shape()
              + ", that of the logits");
    }
    if (options.ignoreIndex() >= 0) {
      throw new IllegalArgumentException(
          "ignoreIndex is "
              + options.ignoreIndex()
              + ", expected a negative value: probability targets have no index to ignore");
    }
    return new SoftTargetLosses(
        logits.data(), rows, probabilities.data(), options.settings(rows.classes()));
  }

  private static NllLosses logProbabilityLosses(
      FloatTensor logProbs, IntTensor targets, CrossEntropyOptions options) {
    if (options.labelSmoothing() != 0) {
      throw new IllegalArgumentException(
          "labelSmoothing is "
              + options.labelSmoothing()
              + ", expected 0: log-probabilities are not smoothed");
    }
    LogitArguments arguments = LogitArguments.of(logProbs.shape(), options.classAxis());
    RowTargets checked = arguments.targets(targets, options.ignoreIndex());
    ClassRows rows = arguments.rows();
    return new NllLosses(logProbs.data(), rows, checked, options.settings(rows.classes()));
  }

  private static float[] newArray(FloatTensor tensor) {
    return new float[Layout.arrayLength(tensor.shape())];
  }
}
