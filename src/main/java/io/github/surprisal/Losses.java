/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.Distillation;
import io.github.surprisal.loss.DistillationSettings;
import io.github.surprisal.loss.Divergences;
import io.github.surprisal.loss.LogitLosses;
import io.github.surprisal.loss.RowLosses;
import io.github.surprisal.loss.SoftmaxRows;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.RowTargets;
import io.github.surprisal.sum.Mean;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongPredicate;

/**
 * Losses of language-model logits and their gradients, numerically stable and with the same bits on
 * every machine.
 *
 * <table>
 * <caption>Where to look</caption>
 * <tr><th>for</th><th>see</th></tr>
 * <tr><td>the loss of logits, one number</td><td>{@link #crossEntropy(FloatTensor, IntTensor)},
 *     {@link #crossEntropy(FloatTensor, FloatTensor)}</td></tr>
 * <tr><td>the loss of every token</td><td>{@link #crossEntropyPerToken(FloatTensor,
 *     IntTensor)}</td></tr>
 * <tr><td>the loss of every sequence</td><td>{@link #perSequence(FloatTensor, IntTensor)}</td></tr>
 * <tr><td>the gradient that trains a model</td><td>{@link #crossEntropyWithGradient(FloatTensor,
 *     IntTensor, float[])}</td></tr>
 * <tr><td>a loss in which each token has a weight</td><td>{@link #crossEntropy(FloatTensor,
 *     IntTensor, FloatTensor, CrossEntropyOptions)}</td></tr>
 * <tr><td>the loss of log-probabilities</td><td>{@link #nllLoss(FloatTensor, IntTensor)}</td></tr>
 * <tr><td>probabilities of logits</td><td>{@link #softmax(FloatTensor)}, {@link
 *     #logSoftmax(FloatTensor)}, {@link #logSumExp(FloatTensor)}</td></tr>
 * <tr><td>how far one model is from another</td><td>{@link #klDivergence(FloatTensor,
 *     FloatTensor)}; with all that goes with it, {@link ComparisonAccumulator}</td></tr>
 * <tr><td>the gradient that makes a model like another</td><td>{@link
 *     #klDivergenceWithGradient(FloatTensor, FloatTensor, DistillationOptions, float[])}</td></tr>
 * <tr><td>perplexity, bits per byte, standard errors</td><td>{@link Metrics}, {@link
 *     LossAccumulator}</td></tr>
 * </table>
 *
 * <pre>{@code
 * FloatTensor logits = FloatTensor.of(new float[][] {{2.0f, 0.5f, -1.0f}, {0.1f, 0.2f, 3.0f}});
 * IntTensor targets = IntTensor.of(0, 2);
 * System.out.println(Losses.crossEntropy(logits, targets)); // 0.1755
 * System.out.println(Losses.crossEntropyPerToken(logits, targets)); // DoubleTensor(2)[0.241, 0.110]
 * }</pre>
 *
 * <p>Logits are float32 (or narrower) values taken as exact, of shape (batch, seq, vocabulary) or
 * with any other leading axes; the class axis is the last unless an axis or an option says
 * otherwise. Targets are class indexes of the logits' shape without the class axis. All losses are
 * in nats (natural logarithm) and are returned in double. A form without options takes the {@link
 * CrossEntropyOptions#defaults}; an option that a method can't honour is refused, by the rule in
 * {@link CrossEntropyOptions}.
 *
 * <p>Accuracy: the loss −log softmax(x)[t] of a row of up to 2<sup>20</sup> classes differs from
 * the exact value by at most 4e-7 · min(1, exact) nats; means and sums over rows are exact sums of
 * the rows' losses, rounded once. Where several classes have a part in the loss of a row, Σ a·(−log
 * softmax) with a coefficient for each by weights, smoothing or probabilities, the bound is 4e-7 ·
 * min(Σ |a|, Σ |a|·(−log softmax)), which for positive coefficients that add up to 1 is the same;
 * and no such loss is negative if no coefficient is. A temperature t adds the rounding of x / t to
 * float32, half an ulp of the largest, and half an ulp more of the part that other classes than the
 * target have; the log-sum-exp in a z-loss has the error of {@link #logSumExp(FloatTensor, int)}.
 * Every result has the same bits whatever the batch split, the storage and the layout of the
 * tensors, the JDK and the machine.
 *
 * <p>Token weights, where a form takes them, are one number v for each row: 0 for a prompt, 1 for
 * an answer, 0.1 for the output of a tool. The loss of a row is multiplied by its weight, and the
 * mean is Σ v·loss / Σ v·w[t] with the class weights w, and Σ v·loss / Σ v against probabilities.
 *
 * <p>Rows:
 *
 * <ul>
 *   <li>A row whose target is the ignore index never matters, whatever it holds: its loss and
 *       gradient are 0. Nor does a row of token weight 0, which is ignored like it.
 *   <li>NaN or +∞ in a scored row, or nothing but −∞: its loss is NaN.
 *   <li>−∞ at the target: +∞; at another class: an ordinary finite loss, but +∞ with label
 *       smoothing, unless the class has weight 0.
 *   <li>A target probability that is NaN or infinite, or such a class weight that the loss of the
 *       row takes (the target's, or any with smoothing or probabilities): NaN, loss and gradient.
 *   <li>No scored row, or scored weights that add up to 0: the mean is NaN, and the sum is still
 *       the sum, 0 of no row.
 * </ul>
 *
 * <p>Rows are spread over threads where there is enough work: over the fork-join pool that a call
 * is made in, else over the common pool. {@link CrossEntropyOptions#parallel parallel(false)}
 * forbids it in every form that takes options, and a call from a pool of one thread does in any;
 * rows in memory that the calling thread alone may read, such as a confined arena, stay on it. The
 * result does not depend on it, and all methods may be called from several threads at once.
 *
 * <p>Arguments are checked before anything is computed or written. Nothing ever writes to a tensor,
 * unless its array is given for results. Whether a read-only heap buffer lies in an array that is
 * given for results can't be seen: its elements are copied first. What is thrown while memory is
 * read, such as by an arena that is closed or a mapped file that is cut short meanwhile, leaves an
 * array for results partly written; nothing is written to it any more when the call has ended.
 */
public final class Losses {

  // This file is long because it is mostly documentation: users find every loss in one class, each
  // form has its own contract, and the code of a form is a line or a few.

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
    return RowDistributions.written(
        logits, axis, CrossEntropyOptions.defaults(), SoftmaxRows::writeLogSoftmax);
  }

  /**
   * {@link #logSoftmax(FloatTensor, int)} along the options' class axis.
   *
   * @param logits any shape of rank 1 or more
   * @param options class axis, temperature, parallelism
   * @return log-probabilities
   * @throws IllegalArgumentException if the logits have no such axis, or an option can't be
   *     honoured
   */
  public static FloatTensor logSoftmax(FloatTensor logits, CrossEntropyOptions options) {
    return RowDistributions.written(
        logits, RowDistributions.classAxis(options), options, SoftmaxRows::writeLogSoftmax);
  }

  /**
   * {@link #logSoftmax(FloatTensor)} into an array of the caller's.
   *
   * @param logits any shape of rank 1 or more; classes along the last axis
   * @param out takes the result, in the logits' layout from element 0 on: at least as many elements
   *     as the logits; may be the array that the logits wrap from its beginning
   * @throws IllegalArgumentException if the logits are a scalar, or {@code out} is too short or is
   *     an array in which the logits do not begin at 0; nothing is written then
   */
  public static void logSoftmaxInto(FloatTensor logits, float[] out) {
    logSoftmaxInto(logits, -1, out);
  }

  /**
   * {@link #logSoftmax(FloatTensor, int)} into an array of the caller's.
   *
   * @param logits any shape of rank 1 or more
   * @param axis the class axis; negative counts from the end
   * @param out takes the result, in the logits' layout from element 0 on: at least as many elements
   *     as the logits; may be the array that the logits wrap from its beginning
   * @throws IllegalArgumentException if the logits have no such axis, or {@code out} is too short
   *     or is an array in which the logits do not begin at 0; nothing is written then
   */
  public static void logSoftmaxInto(FloatTensor logits, int axis, float[] out) {
    RowDistributions.write(
        logits, axis, CrossEntropyOptions.defaults(), SoftmaxRows::writeLogSoftmax, out);
  }

  /**
   * {@link #logSoftmax(FloatTensor, CrossEntropyOptions)} into an array of the caller's.
   *
   * @param logits any shape of rank 1 or more
   * @param options class axis, temperature, parallelism
   * @param out takes the result, in the logits' layout from element 0 on: at least as many elements
   *     as the logits; may be the array that the logits wrap from its beginning
   * @throws IllegalArgumentException if the logits have no such axis, an option can't be honoured,
   *     or {@code out} is too short or is an array in which the logits do not begin at 0; nothing
   *     is written then
   */
  public static void logSoftmaxInto(FloatTensor logits, CrossEntropyOptions options, float[] out) {
    RowDistributions.write(
        logits, RowDistributions.classAxis(options), options, SoftmaxRows::writeLogSoftmax, out);
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
   * @return probabilities, which add up to 1 along the axis, apart from rounding
   * @throws IllegalArgumentException if the logits have no such axis
   */
  public static FloatTensor softmax(FloatTensor logits, int axis) {
    return RowDistributions.written(
        logits, axis, CrossEntropyOptions.defaults(), SoftmaxRows::writeSoftmax);
  }

  /**
   * {@link #softmax(FloatTensor, int)} along the options' class axis.
   *
   * @param logits any shape of rank 1 or more
   * @param options class axis, temperature, parallelism
   * @return probabilities
   * @throws IllegalArgumentException if the logits have no such axis, or an option can't be
   *     honoured
   */
  public static FloatTensor softmax(FloatTensor logits, CrossEntropyOptions options) {
    return RowDistributions.written(
        logits, RowDistributions.classAxis(options), options, SoftmaxRows::writeSoftmax);
  }

  /**
   * {@link #softmax(FloatTensor)} into an array of the caller's.
   *
   * @param logits any shape of rank 1 or more; classes along the last axis
   * @param out takes the result, in the logits' layout from element 0 on: at least as many elements
   *     as the logits; may be the array that the logits wrap from its beginning
   * @throws IllegalArgumentException if the logits are a scalar, or {@code out} is too short or is
   *     an array in which the logits do not begin at 0; nothing is written then
   */
  public static void softmaxInto(FloatTensor logits, float[] out) {
    softmaxInto(logits, -1, out);
  }

  /**
   * {@link #softmax(FloatTensor, int)} into an array of the caller's.
   *
   * @param logits any shape of rank 1 or more
   * @param axis the class axis; negative counts from the end
   * @param out takes the result, in the logits' layout from element 0 on: at least as many elements
   *     as the logits; may be the array that the logits wrap from its beginning
   * @throws IllegalArgumentException if the logits have no such axis, or {@code out} is too short
   *     or is an array in which the logits do not begin at 0; nothing is written then
   */
  public static void softmaxInto(FloatTensor logits, int axis, float[] out) {
    RowDistributions.write(
        logits, axis, CrossEntropyOptions.defaults(), SoftmaxRows::writeSoftmax, out);
  }

  /**
   * {@link #softmax(FloatTensor, CrossEntropyOptions)} into an array of the caller's.
   *
   * @param logits any shape of rank 1 or more
   * @param options class axis, temperature, parallelism
   * @param out takes the result, in the logits' layout from element 0 on: at least as many elements
   *     as the logits; may be the array that the logits wrap from its beginning
   * @throws IllegalArgumentException if the logits have no such axis, an option can't be honoured,
   *     or {@code out} is too short or is an array in which the logits do not begin at 0; nothing
   *     is written then
   */
  public static void softmaxInto(FloatTensor logits, CrossEntropyOptions options, float[] out) {
    RowDistributions.write(
        logits, RowDistributions.classAxis(options), options, SoftmaxRows::writeSoftmax, out);
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
    return RowDistributions.logSumExp(logits, axis, CrossEntropyOptions.defaults());
  }

  /**
   * {@link #logSumExp(FloatTensor, int)} along the options' class axis.
   *
   * @param logits any shape of rank 1 or more
   * @param options class axis, temperature, parallelism
   * @return one value a row, of the logits' shape without the axis
   * @throws IllegalArgumentException if the logits have no such axis, or an option can't be
   *     honoured
   */
  public static DoubleTensor logSumExp(FloatTensor logits, CrossEntropyOptions options) {
    return RowDistributions.logSumExp(logits, RowDistributions.classAxis(options), options);
  }

  /**
   * {@link #crossEntropy(FloatTensor, IntTensor, CrossEntropyOptions)} with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return the mean loss in nats, NaN if nothing is scored
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor ignored
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
   * and the mean is Σ loss / Σ w[t] over the scored rows. With a temperature the log-softmax is of
   * x / t; a z-loss adds z·(log Σ e<sup>x/t</sup>)² to each scored row. As {@code
   * torch.nn.functional.cross_entropy} and ONNX's SoftmaxCrossEntropyLoss, which have neither.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, smoothing, weights, temperature, z-loss, reduction, class axis,
   *     parallelism
   * @return the mean (NaN if nothing is scored) or the sum (0 if nothing is scored)
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor ignored
   */
  public static double crossEntropy(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    return LogitArguments.losses(logits, targets, options).reduce();
  }

  /**
   * {@link #crossEntropy(FloatTensor, IntTensor, CrossEntropyOptions)} with a weight for each
   * token: the mean Σ v·loss / Σ v·w[t] over scored rows, or the sum Σ v·loss.
   *
   * <p>v are the token weights, w the class weights, and the loss is the one of a row as it would
   * be without v. Without class weights it is PyTorch's {@code (loss * v).sum() / v.sum()}, with
   * {@code reduction="none"} for the loss. A row of weight 0 is ignored: its logits are not read,
   * so that NaN there does no harm, but its target has to be a class or the ignore index all the
   * same. To the bit, weights of 1 give the loss without weights, and weights of 0 and 1 the loss
   * in which the rows of 0 have the ignore index.
   *
   * <pre>{@code
   * FloatTensor logits = FloatTensor.of(new float[][] {{2, 0, 1}, {0, 3, 0}, {0, 0, 0}});
   * FloatTensor weights = FloatTensor.of(0, 1, 0.1f); // a prompt, an answer, the output of a tool
   * CrossEntropyOptions options = CrossEntropyOptions.defaults();
   * System.out.println(Losses.crossEntropy(logits, IntTensor.of(0, 1, 2), weights, options)); // 0.1862
   * }</pre>
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param tokenWeights one weight for each row, of the targets' shape: finite, 0 or more
   * @param options ignore index, smoothing, weights, temperature, z-loss, reduction, class axis,
   *     parallelism
   * @return the mean (NaN if nothing is scored, or every weight is 0) or the sum (0 then)
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or a token weight is negative, NaN or infinite
   */
  public static double crossEntropy(
      FloatTensor logits,
      IntTensor targets,
      FloatTensor tokenWeights,
      CrossEntropyOptions options) {
    return LogitArguments.losses(logits, targets, Optional.of(tokenWeights), options).reduce();
  }

  /**
   * {@link #crossEntropy(FloatTensor, FloatTensor, CrossEntropyOptions)} with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @return the mean loss in nats, NaN without rows
   * @throws IllegalArgumentException if shapes don't fit
   */
  public static double crossEntropy(FloatTensor logits, FloatTensor probabilities) {
    return crossEntropy(logits, probabilities, CrossEntropyOptions.defaults());
  }

  /**
   * Cross-entropy loss against a distribution over the classes in each row, in nats: the mean, or
   * the sum, over rows.
   *
   * <p>With q = (1 − e)·p + e/C, the loss of a row is Σ<sub>c</sub> w[c]·q[c]·(−lp[c]); the mean
   * divides by the number of rows, whatever the weights. Where q is 0 the class counts 0, also if
   * its log-probability is −∞. The probabilities need not add up to 1. No row is ignored.
   * Temperature and z-loss count as for target classes. As {@code
   * torch.nn.functional.cross_entropy} with probabilities.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities p, a distribution over the classes in each row, of the logits' shape
   * @param options smoothing, weights, temperature, z-loss, reduction, class axis, parallelism
   * @return the mean (NaN without rows) or the sum
   * @throws IllegalArgumentException if shapes don't fit, or the ignore index is 0 or more
   */
  public static double crossEntropy(
      FloatTensor logits, FloatTensor probabilities, CrossEntropyOptions options) {
    return LogitArguments.losses(logits, probabilities, options).reduce();
  }

  /**
   * {@link #crossEntropy(FloatTensor, FloatTensor, CrossEntropyOptions)} with a weight for each
   * token: the mean Σ v·loss / Σ v over rows, whatever the class weights, or the sum Σ v·loss.
   *
   * <p>A row of weight v = 0 is ignored: neither its logits nor its probabilities are read.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @param tokenWeights one weight for each row, of the logits' shape without the class axis:
   *     finite, 0 or more
   * @param options smoothing, weights, temperature, z-loss, reduction, class axis, parallelism
   * @return the mean (NaN if every weight is 0) or the sum (0 then)
   * @throws IllegalArgumentException if shapes don't fit, the ignore index is 0 or more, or a token
   *     weight is negative, NaN or infinite
   */
  public static double crossEntropy(
      FloatTensor logits,
      FloatTensor probabilities,
      FloatTensor tokenWeights,
      CrossEntropyOptions options) {
    return LogitArguments.softLosses(logits, probabilities, Optional.of(tokenWeights), options)
        .reduce();
  }

  /**
   * {@link #crossEntropyPerToken(FloatTensor, IntTensor, CrossEntropyOptions)} with the default
   * options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return one loss a row in nats, of the targets' shape
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor ignored
   */
  public static DoubleTensor crossEntropyPerToken(FloatTensor logits, IntTensor targets) {
    return crossEntropyPerToken(logits, targets, CrossEntropyOptions.defaults());
  }

  /**
   * Cross-entropy loss of each row, as {@link #crossEntropy(FloatTensor, IntTensor,
   * CrossEntropyOptions)} defines it; 0 for ignored rows. PyTorch's {@code reduction="none"}.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, smoothing, weights, temperature, z-loss, class axis, parallelism
   * @return one loss a row in nats, of the targets' shape
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or the reduction is not the default
   */
  public static DoubleTensor crossEntropyPerToken(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    return perToken(logits, options, LogitArguments.losses(logits, targets, options));
  }

  /**
   * Cross-entropy loss of each row times its weight, as {@link #crossEntropy(FloatTensor,
   * IntTensor, FloatTensor, CrossEntropyOptions)} defines it; 0 for ignored rows and rows of weight
   * 0.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param tokenWeights one weight for each row, of the targets' shape: finite, 0 or more
   * @param options ignore index, smoothing, weights, temperature, z-loss, class axis, parallelism
   * @return one weighted loss a row in nats, of the targets' shape
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     a token weight is negative, NaN or infinite, or the reduction is not the default
   */
  public static DoubleTensor crossEntropyPerToken(
      FloatTensor logits,
      IntTensor targets,
      FloatTensor tokenWeights,
      CrossEntropyOptions options) {
    return perToken(
        logits,
        options,
        LogitArguments.losses(logits, targets, Optional.of(tokenWeights), options));
  }

  /**
   * {@link #perSequence(FloatTensor, IntTensor, CrossEntropyOptions)} with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 2 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return the losses of each sequence
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or the targets are a scalar
   */
  public static SequenceLosses perSequence(FloatTensor logits, IntTensor targets) {
    return perSequence(logits, targets, CrossEntropyOptions.defaults());
  }

  /**
   * Cross-entropy loss of each sequence, along the last axis of the targets: the sum and the mean
   * of {@link #crossEntropyPerToken(FloatTensor, IntTensor, CrossEntropyOptions)} over its scored
   * tokens.
   *
   * <p>For sequences of several lengths in one batch: the mean of each is over its own tokens, not
   * over the padding.
   *
   * <pre>{@code
   * FloatTensor logits =
   *     FloatTensor.of(new float[][][] {{{2, 0}, {0, 1}, {3, 0}}, {{1, 0}, {0, 0}, {0, 0}}});
   * IntTensor targets = IntTensor.of(new int[][] {{0, 1, 0}, {0, -100, -100}});
   * SequenceLosses losses = Losses.perSequence(logits, targets);
   * System.out.println(losses.means()); // DoubleTensor(2)[0.163, 0.313]
   * System.out.println(losses.tokens()); // IntTensor(2)[3, 1]
   * }</pre>
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 2 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, smoothing, weights, temperature, z-loss, class axis, parallelism
   * @return the losses of each sequence, of the targets' shape without the last axis: of targets of
   *     rank 1, scalars
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     the targets are a scalar, or the reduction is not the default
   */
  public static SequenceLosses perSequence(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options) {
    SequenceLosses.requireSequences(targets);
    return new SequenceLosses(crossEntropyPerToken(logits, targets, options), targets, options);
  }

  /**
   * {@link #crossEntropyPerToken(FloatTensor, FloatTensor, CrossEntropyOptions)} with the default
   * options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @return one loss a row in nats, of the logits' shape without the class axis
   * @throws IllegalArgumentException if shapes don't fit
   */
  public static DoubleTensor crossEntropyPerToken(FloatTensor logits, FloatTensor probabilities) {
    return crossEntropyPerToken(logits, probabilities, CrossEntropyOptions.defaults());
  }

  /**
   * Cross-entropy loss of each row, as {@link #crossEntropy(FloatTensor, FloatTensor,
   * CrossEntropyOptions)} defines it.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @param options smoothing, weights, temperature, z-loss, class axis, parallelism
   * @return one loss a row in nats, of the logits' shape without the class axis
   * @throws IllegalArgumentException if shapes don't fit, the ignore index is 0 or more, or the
   *     reduction is not the default
   */
  public static DoubleTensor crossEntropyPerToken(
      FloatTensor logits, FloatTensor probabilities, CrossEntropyOptions options) {
    return perToken(logits, options, LogitArguments.losses(logits, probabilities, options));
  }

  /**
   * Cross-entropy loss of each row times its weight, as {@link #crossEntropy(FloatTensor,
   * FloatTensor, FloatTensor, CrossEntropyOptions)} defines it; 0 for rows of weight 0.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @param tokenWeights one weight for each row, of the logits' shape without the class axis:
   *     finite, 0 or more
   * @param options smoothing, weights, temperature, z-loss, class axis, parallelism
   * @return one weighted loss a row in nats, of the logits' shape without the class axis
   * @throws IllegalArgumentException if shapes don't fit, the ignore index is 0 or more, a token
   *     weight is negative, NaN or infinite, or the reduction is not the default
   */
  public static DoubleTensor crossEntropyPerToken(
      FloatTensor logits,
      FloatTensor probabilities,
      FloatTensor tokenWeights,
      CrossEntropyOptions options) {
    return perToken(
        logits,
        options,
        LogitArguments.softLosses(logits, probabilities, Optional.of(tokenWeights), options));
  }

  /**
   * {@link #crossEntropyWithGradient(FloatTensor, IntTensor, CrossEntropyOptions, float[])} with
   * the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param gradientOut takes the gradient, in the logits' layout from element 0 on: at least as
   *     many elements as the logits; may be the array that the logits wrap from its beginning,
   *     which is then overwritten
   * @return the mean loss in nats, NaN if nothing is scored
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or {@code gradientOut} is too short or another array than allowed; nothing is written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits, IntTensor targets, float[] gradientOut) {
    return crossEntropyWithGradient(logits, targets, CrossEntropyOptions.defaults(), gradientOut);
  }

  /**
   * {@link #crossEntropy(FloatTensor, IntTensor, CrossEntropyOptions)} and the gradient of what it
   * returns by the logits, in one call.
   *
   * <p>With the reduction {@link Reduction#MEAN} it is the gradient of the mean, with {@link
   * Reduction#SUM} of the sum: of each row's own loss. Without weights and smoothing the gradient
   * of a row is softmax(x) − onehot(t) for the sum, and that divided by the number of scored rows
   * for the mean. Rows that are ignored get 0, rows whose loss is NaN get NaN; of a mean of no
   * scored row all get 0.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, smoothing, weights, temperature, z-loss, reduction, class axis,
   *     parallelism
   * @param gradientOut takes the gradient, in the logits' layout from element 0 on: at least as
   *     many elements as the logits; may be the array that the logits wrap from its beginning,
   *     which is then overwritten
   * @return the mean loss (NaN if nothing is scored) or the sum (0 if nothing is scored) in nats
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or {@code gradientOut} is too short or is an array in which the logits do not begin at 0;
   *     nothing is written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options, float[] gradientOut) {
    return withGradient(logits, targets, Optional.empty(), options, gradientOut);
  }

  /**
   * {@link #crossEntropy(FloatTensor, IntTensor, FloatTensor, CrossEntropyOptions)} and the
   * gradient of what it returns by the logits, in one call.
   *
   * <p>Without class weights and smoothing the gradient of a row is v·(softmax(x) − onehot(t)) for
   * the sum, and that divided by Σ v for the mean. Rows that are ignored get 0, rows of weight 0
   * with them; rows whose loss is NaN get NaN.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param tokenWeights one weight for each row, of the targets' shape: finite, 0 or more
   * @param options ignore index, smoothing, weights, temperature, z-loss, reduction, class axis,
   *     parallelism
   * @param gradientOut takes the gradient, in the logits' layout from element 0 on: at least as
   *     many elements as the logits; may be the array that the logits wrap from its beginning,
   *     which is then overwritten
   * @return the mean loss (NaN if nothing is scored, or every weight is 0) or the sum (0 then) in
   *     nats
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     a token weight is negative, NaN or infinite, or {@code gradientOut} is too short or is an
   *     array in which the logits do not begin at 0; nothing is written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits,
      IntTensor targets,
      FloatTensor tokenWeights,
      CrossEntropyOptions options,
      float[] gradientOut) {
    return withGradient(logits, targets, Optional.of(tokenWeights), options, gradientOut);
  }

  private static double withGradient(
      FloatTensor logits,
      IntTensor targets,
      Optional<FloatTensor> tokenWeights,
      CrossEntropyOptions options,
      float[] gradientOut) {
    FloatTensor read = logits.withVisibleArray();
    LogitLosses losses = LogitArguments.losses(read, targets, tokenWeights, options);
    LogitArguments.checkOutput("gradientOut", logits, gradientOut);
    return losses.reduceWithGradient(gradientOut);
  }

  /**
   * {@link #crossEntropyWithGradient(FloatTensor, IntTensor, CrossEntropyOptions, FloatBuffer)}
   * with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param gradientOut takes the gradient, in the logits' layout from its position on, where at
   *     least as many elements remain as the logits have; position and limit are left alone
   * @return the mean loss in nats, NaN if nothing is scored
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or {@code gradientOut} is too short or read-only; nothing is written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits, IntTensor targets, FloatBuffer gradientOut) {
    return crossEntropyWithGradient(logits, targets, CrossEntropyOptions.defaults(), gradientOut);
  }

  /**
   * {@link #crossEntropyWithGradient(FloatTensor, IntTensor, CrossEntropyOptions, float[])} with
   * the gradient in a buffer, heap or direct; {@code FloatBuffer.wrap(array, offset, length)} is an
   * array from an offset on.
   *
   * <p>The gradient may take the place of the logits, wherever these begin: it is put into the
   * buffer when all of it has been computed, and takes an array of its size meanwhile. An array
   * apart from them that is wrapped from its beginning needs no other one.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, smoothing, weights, temperature, z-loss, reduction, class axis,
   *     parallelism
   * @param gradientOut takes the gradient, in the logits' layout from its position on, where at
   *     least as many elements remain as the logits have; position and limit are left alone
   * @return the mean loss or the sum in nats
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or {@code gradientOut} is too short or read-only; nothing is written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits, IntTensor targets, CrossEntropyOptions options, FloatBuffer gradientOut) {
    LogitLosses losses = LogitArguments.losses(logits, targets, options);
    return withGradient(losses, gradientOut, logits);
  }

  /**
   * {@link #crossEntropyWithGradient(FloatTensor, IntTensor, FloatTensor, CrossEntropyOptions,
   * float[])} with the gradient in a buffer, as for {@link #crossEntropyWithGradient(FloatTensor,
   * IntTensor, CrossEntropyOptions, FloatBuffer)}.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param tokenWeights one weight for each row, of the targets' shape: finite, 0 or more
   * @param options ignore index, smoothing, weights, temperature, z-loss, reduction, class axis,
   *     parallelism
   * @param gradientOut takes the gradient, in the logits' layout from its position on, where at
   *     least as many elements remain as the logits have; position and limit are left alone
   * @return the mean loss or the sum in nats
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     a token weight is negative, NaN or infinite, or {@code gradientOut} is too short or
   *     read-only; nothing is written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits,
      IntTensor targets,
      FloatTensor tokenWeights,
      CrossEntropyOptions options,
      FloatBuffer gradientOut) {
    LogitLosses losses = LogitArguments.losses(logits, targets, Optional.of(tokenWeights), options);
    return withGradient(losses, gradientOut, logits);
  }

  /**
   * {@link #crossEntropyWithGradient(FloatTensor, FloatTensor, CrossEntropyOptions, float[])} with
   * the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @param gradientOut takes the gradient, in the logits' layout from element 0 on: at least as
   *     many elements as the logits; may be the array that the logits wrap from its beginning,
   *     which is then overwritten; must not be the array of the probabilities
   * @return the mean loss in nats, NaN without rows
   * @throws IllegalArgumentException if shapes don't fit, or {@code gradientOut} is too short or
   *     another array than allowed; nothing is written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits, FloatTensor probabilities, float[] gradientOut) {
    return crossEntropyWithGradient(
        logits, probabilities, CrossEntropyOptions.defaults(), gradientOut);
  }

  /**
   * {@link #crossEntropy(FloatTensor, FloatTensor, CrossEntropyOptions)} and the gradient of what
   * it returns by the logits, in one call.
   *
   * <p>With the reduction {@link Reduction#MEAN} it is the gradient of the mean, with {@link
   * Reduction#SUM} of the sum: of each row's own loss. Without weights and smoothing the gradient
   * of a row is Σp · softmax(x) − p for the sum, and that divided by the number of rows for the
   * mean. Rows whose loss is NaN get NaN.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @param options smoothing, weights, temperature, z-loss, reduction, class axis, parallelism
   * @param gradientOut takes the gradient, in the logits' layout from element 0 on: at least as
   *     many elements as the logits; may be the array that the logits wrap from its beginning,
   *     which is then overwritten; must not be the array of the probabilities
   * @return the mean loss (NaN without rows) or the sum in nats
   * @throws IllegalArgumentException if shapes don't fit, the ignore index is 0 or more, or {@code
   *     gradientOut} is too short, is an array in which the logits do not begin at 0, or is the
   *     array of the probabilities; nothing is written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits,
      FloatTensor probabilities,
      CrossEntropyOptions options,
      float[] gradientOut) {
    return withGradient(logits, probabilities, Optional.empty(), options, gradientOut);
  }

  /**
   * {@link #crossEntropy(FloatTensor, FloatTensor, FloatTensor, CrossEntropyOptions)} and the
   * gradient of what it returns by the logits, in one call.
   *
   * <p>Without class weights and smoothing the gradient of a row is v·(Σp · softmax(x) − p) for the
   * sum, and that divided by Σ v for the mean. Rows of weight 0 get 0, rows whose loss is NaN get
   * NaN.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @param tokenWeights one weight for each row, of the logits' shape without the class axis:
   *     finite, 0 or more
   * @param options smoothing, weights, temperature, z-loss, reduction, class axis, parallelism
   * @param gradientOut takes the gradient, in the logits' layout from element 0 on: at least as
   *     many elements as the logits; may be the array that the logits wrap from its beginning,
   *     which is then overwritten; must not be the array of the probabilities
   * @return the mean loss (NaN if every weight is 0) or the sum (0 then) in nats
   * @throws IllegalArgumentException if shapes don't fit, the ignore index is 0 or more, a token
   *     weight is negative, NaN or infinite, or {@code gradientOut} is too short, is an array in
   *     which the logits do not begin at 0, or is the array of the probabilities; nothing is
   *     written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits,
      FloatTensor probabilities,
      FloatTensor tokenWeights,
      CrossEntropyOptions options,
      float[] gradientOut) {
    return withGradient(logits, probabilities, Optional.of(tokenWeights), options, gradientOut);
  }

  private static double withGradient(
      FloatTensor logits,
      FloatTensor probabilities,
      Optional<FloatTensor> tokenWeights,
      CrossEntropyOptions options,
      float[] gradientOut) {
    FloatTensor read = logits.withVisibleArray();
    FloatTensor weighing = probabilities.withVisibleArray();
    LogitLosses losses = LogitArguments.softLosses(read, weighing, tokenWeights, options);
    LogitArguments.checkOutput("gradientOut", logits, gradientOut);
    if (probabilities.liesIn(gradientOut)) {
      throw new IllegalArgumentException(
          "gradientOut is the array of the probabilities, expected another one");
    }
    return losses.reduceWithGradient(gradientOut);
  }

  /**
   * {@link #crossEntropyWithGradient(FloatTensor, FloatTensor, CrossEntropyOptions, FloatBuffer)}
   * with the default options.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @param gradientOut takes the gradient, in the logits' layout from its position on, where at
   *     least as many elements remain as the logits have; position and limit are left alone
   * @return the mean loss in nats, NaN without rows
   * @throws IllegalArgumentException if shapes don't fit, or {@code gradientOut} is too short or
   *     read-only; nothing is written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits, FloatTensor probabilities, FloatBuffer gradientOut) {
    return crossEntropyWithGradient(
        logits, probabilities, CrossEntropyOptions.defaults(), gradientOut);
  }

  /**
   * {@link #crossEntropyWithGradient(FloatTensor, FloatTensor, CrossEntropyOptions, float[])} with
   * the gradient in a buffer, heap or direct; {@code FloatBuffer.wrap(array, offset, length)} is an
   * array from an offset on.
   *
   * <p>The gradient is put into the buffer when all of it has been computed, so it may take the
   * place of the logits or the probabilities, wherever these begin. That takes an array of its size
   * meanwhile.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @param options smoothing, weights, temperature, z-loss, reduction, class axis, parallelism
   * @param gradientOut takes the gradient, in the logits' layout from its position on, where at
   *     least as many elements remain as the logits have; position and limit are left alone
   * @return the mean loss or the sum in nats
   * @throws IllegalArgumentException if shapes don't fit, the ignore index is 0 or more, or {@code
   *     gradientOut} is too short or read-only; nothing is written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits,
      FloatTensor probabilities,
      CrossEntropyOptions options,
      FloatBuffer gradientOut) {
    LogitLosses losses = LogitArguments.losses(logits, probabilities, options);
    return withGradient(losses, gradientOut, logits, probabilities);
  }

  /**
   * {@link #crossEntropyWithGradient(FloatTensor, FloatTensor, FloatTensor, CrossEntropyOptions,
   * float[])} with the gradient in a buffer, as for {@link #crossEntropyWithGradient(FloatTensor,
   * FloatTensor, CrossEntropyOptions, FloatBuffer)}.
   *
   * @param logits logits of shape (batch, seq, vocabulary), or any other of rank 1 or more
   * @param probabilities a distribution over the classes in each row, of the logits' shape
   * @param tokenWeights one weight for each row, of the logits' shape without the class axis:
   *     finite, 0 or more
   * @param options smoothing, weights, temperature, z-loss, reduction, class axis, parallelism
   * @param gradientOut takes the gradient, in the logits' layout from its position on, where at
   *     least as many elements remain as the logits have; position and limit are left alone
   * @return the mean loss or the sum in nats
   * @throws IllegalArgumentException if shapes don't fit, the ignore index is 0 or more, a token
   *     weight is negative, NaN or infinite, or {@code gradientOut} is too short or read-only;
   *     nothing is written then
   */
  public static double crossEntropyWithGradient(
      FloatTensor logits,
      FloatTensor probabilities,
      FloatTensor tokenWeights,
      CrossEntropyOptions options,
      FloatBuffer gradientOut) {
    LogitLosses losses =
        LogitArguments.softLosses(logits, probabilities, Optional.of(tokenWeights), options);
    return withGradient(losses, gradientOut, logits, probabilities);
  }

  private static double withGradient(
      LogitLosses losses, FloatBuffer gradientOut, FloatTensor logits, FloatTensor... others) {
    LogitArguments.checkOutput("gradientOut", logits, gradientOut);
    if (LogitArguments.isArrayApart(gradientOut, logits)
        && LogitArguments.isArrayApart(gradientOut, others)) {
      return losses.reduceWithGradient(gradientOut.array());
    }
    float[] gradient = new float[Layout.arrayLength(logits.shape())];
    double loss = losses.reduceWithGradient(gradient);
    gradientOut.put(gradientOut.position(), gradient);
    return loss;
  }

  /**
   * {@link #nllLoss(FloatTensor, IntTensor, CrossEntropyOptions)} with the default options.
   *
   * @param logProbs log-probabilities, of any shape of rank 1 or more
   * @param targets the shape of {@code logProbs} without the class axis
   * @return the mean in nats, NaN if nothing is scored
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or the log-probability of a target is above 1e-5
   */
  public static double nllLoss(FloatTensor logProbs, IntTensor targets) {
    return nllLoss(logProbs, targets, CrossEntropyOptions.defaults());
  }

  /**
   * Negative log-likelihood of target classes, given log-probabilities that are taken as they are:
   * the mean of −w[t]·logProbs[t], divided by Σ w[t], or the sum, over scored rows.
   *
   * <p>In nats. As {@code torch.nn.functional.nll_loss} and ONNX's NegativeLogLikelihoodLoss,
   * except that a log-probability above 1e-5 at a target is refused: it is a logit. The others are
   * not read.
   *
   * @param logProbs log-probabilities, of any shape of rank 1 or more
   * @param targets the shape of {@code logProbs} without the class axis
   * @param options ignore index, weights, reduction, class axis, parallelism
   * @return the mean (NaN if nothing is scored) or the sum in nats
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     the log-probability of a target is above 1e-5, or the options ask for label smoothing, a
   *     temperature or a z-loss
   */
  public static double nllLoss(
      FloatTensor logProbs, IntTensor targets, CrossEntropyOptions options) {
    return LogitArguments.logProbabilityLosses(logProbs, targets, Optional.empty(), options)
        .reduce();
  }

  /**
   * {@link #nllLoss(FloatTensor, IntTensor, CrossEntropyOptions)} with a weight v for each token:
   * the mean of −v·w[t]·logProbs[t], divided by Σ v·w[t], or the sum, over scored rows.
   *
   * <p>A row of weight 0 is ignored, and its log-probabilities are not read.
   *
   * @param logProbs log-probabilities, of any shape of rank 1 or more
   * @param targets the shape of {@code logProbs} without the class axis
   * @param tokenWeights one weight for each row, of the targets' shape: finite, 0 or more
   * @param options ignore index, weights, reduction, class axis, parallelism
   * @return the mean (NaN if nothing is scored, or every weight is 0) or the sum in nats
   * @throws IllegalArgumentException as {@link #nllLoss(FloatTensor, IntTensor,
   *     CrossEntropyOptions)}, or if a token weight is negative, NaN or infinite
   */
  public static double nllLoss(
      FloatTensor logProbs,
      IntTensor targets,
      FloatTensor tokenWeights,
      CrossEntropyOptions options) {
    return LogitArguments.logProbabilityLosses(
            logProbs, targets, Optional.of(tokenWeights), options)
        .reduce();
  }

  /**
   * {@link #nllLossPerToken(FloatTensor, IntTensor, CrossEntropyOptions)} with the default options.
   *
   * @param logProbs log-probabilities, of any shape of rank 1 or more
   * @param targets the shape of {@code logProbs} without the class axis
   * @return one value a row in nats, of the targets' shape
   * @throws IllegalArgumentException as {@link #nllLoss(FloatTensor, IntTensor)}
   */
  public static DoubleTensor nllLossPerToken(FloatTensor logProbs, IntTensor targets) {
    return nllLossPerToken(logProbs, targets, CrossEntropyOptions.defaults());
  }

  /**
   * Negative log-likelihood of each row, as {@link #nllLoss(FloatTensor, IntTensor,
   * CrossEntropyOptions)} defines it; 0 for ignored rows.
   *
   * @param logProbs log-probabilities, of any shape of rank 1 or more
   * @param targets the shape of {@code logProbs} without the class axis
   * @param options ignore index, weights, class axis, parallelism
   * @return one value a row in nats, of the targets' shape
   * @throws IllegalArgumentException as {@link #nllLoss(FloatTensor, IntTensor,
   *     CrossEntropyOptions)}, or if the reduction is not the default
   */
  public static DoubleTensor nllLossPerToken(
      FloatTensor logProbs, IntTensor targets, CrossEntropyOptions options) {
    return perToken(
        logProbs,
        options,
        LogitArguments.logProbabilityLosses(logProbs, targets, Optional.empty(), options));
  }

  /**
   * Negative log-likelihood of each row times its weight, as {@link #nllLoss(FloatTensor,
   * IntTensor, FloatTensor, CrossEntropyOptions)} defines it; 0 for ignored rows and rows of weight
   * 0.
   *
   * @param logProbs log-probabilities, of any shape of rank 1 or more
   * @param targets the shape of {@code logProbs} without the class axis
   * @param tokenWeights one weight for each row, of the targets' shape: finite, 0 or more
   * @param options ignore index, weights, class axis, parallelism
   * @return one weighted value a row in nats, of the targets' shape
   * @throws IllegalArgumentException as {@link #nllLoss(FloatTensor, IntTensor, FloatTensor,
   *     CrossEntropyOptions)}, or if the reduction is not the default
   */
  public static DoubleTensor nllLossPerToken(
      FloatTensor logProbs,
      IntTensor targets,
      FloatTensor tokenWeights,
      CrossEntropyOptions options) {
    return perToken(
        logProbs,
        options,
        LogitArguments.logProbabilityLosses(logProbs, targets, Optional.of(tokenWeights), options));
  }

  private static DoubleTensor perToken(
      FloatTensor logits, CrossEntropyOptions options, RowLosses losses) {
    requirePerToken(options);
    LogitArguments arguments = LogitArguments.of(logits.shape(), options);
    Layout.arrayLength(arguments.others());
    return arguments.results(losses.perToken());
  }

  private static void requirePerToken(CrossEntropyOptions options) {
    options.requireDefaultReduction("every loss is returned; take sum() or mean() of the result");
  }

  /**
   * {@link #klDivergence(FloatTensor, FloatTensor, CrossEntropyOptions)} with the default options.
   *
   * @param logitsP logits of P, the reference, of any shape of rank 1 or more
   * @param logitsQ logits of Q, of the same shape
   * @return the mean over rows in nats, NaN without rows
   * @throws IllegalArgumentException if the shapes differ
   */
  public static double klDivergence(FloatTensor logitsP, FloatTensor logitsQ) {
    return klDivergence(logitsP, logitsQ, CrossEntropyOptions.defaults());
  }

  /**
   * Kullback–Leibler divergence KL(P‖Q) of two models' distributions in nats: the mean, or the sum,
   * over rows of {@link #klDivergencePerToken(FloatTensor, FloatTensor, CrossEntropyOptions)}.
   *
   * @param logitsP logits of P, the reference, of any shape of rank 1 or more
   * @param logitsQ logits of Q, of the same shape
   * @param options reduction, class axis, temperature, parallelism
   * @return the mean over rows (NaN without rows) or the sum in nats
   * @throws IllegalArgumentException if the shapes differ or an option can't be honoured
   */
  public static double klDivergence(
      FloatTensor logitsP, FloatTensor logitsQ, CrossEntropyOptions options) {
    LogitArguments arguments = LogitArguments.ofDivergence(logitsP, logitsQ, options);
    boolean isMean = options.reduction() == Reduction.MEAN;
    if (logitsP.size() == 0) { // of rows of no class each is NaN, and there may be billions
      return isMean || arguments.rows().rows() > 0 ? Double.NaN : 0;
    }
    DoubleTensor perToken = arguments.divergences(logitsP, logitsQ, row -> true, options);
    return isMean ? perToken.mean() : perToken.sum();
  }

  /**
   * {@link #klDivergence(FloatTensor, FloatTensor, IntTensor, CrossEntropyOptions)} with the
   * default options.
   *
   * @param logitsP logits of P, the reference, of any shape of rank 1 or more
   * @param logitsQ logits of Q, of the same shape
   * @param targets the logits' shape without the last axis: classes, or the ignore index
   * @return the mean over scored rows in nats, NaN if nothing is scored
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor ignored
   */
  public static double klDivergence(FloatTensor logitsP, FloatTensor logitsQ, IntTensor targets) {
    return klDivergence(logitsP, logitsQ, targets, CrossEntropyOptions.defaults());
  }

  /**
   * Kullback–Leibler divergence KL(P‖Q) of two models' distributions in nats, without padding: the
   * mean, or the sum, over the rows whose target is not the ignore index.
   *
   * <p>Ignored rows are neither read nor counted. Which class a scored row has as its target means
   * nothing.
   *
   * @param logitsP logits of P, the reference, of any shape of rank 1 or more
   * @param logitsQ logits of Q, of the same shape
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, reduction, class axis, temperature, parallelism
   * @return the mean (NaN if nothing is scored) or the sum (0 if nothing is scored) in nats
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or an option can't be honoured
   */
  public static double klDivergence(
      FloatTensor logitsP, FloatTensor logitsQ, IntTensor targets, CrossEntropyOptions options) {
    double sum = maskedDivergences(logitsP, logitsQ, targets, options).sum();
    return options.reduction() == Reduction.MEAN
        ? Mean.of(sum, (double) (targets.size() - targets.count(options.ignoreIndex())))
        : sum;
  }

  /**
   * {@link #klDivergencePerToken(FloatTensor, FloatTensor, CrossEntropyOptions)} with the default
   * options.
   *
   * @param logitsP logits of P, the reference, of any shape of rank 1 or more
   * @param logitsQ logits of Q, of the same shape
   * @return one value a row in nats, of the logits' shape without the last axis
   * @throws IllegalArgumentException if the shapes differ
   */
  public static DoubleTensor klDivergencePerToken(FloatTensor logitsP, FloatTensor logitsQ) {
    return klDivergencePerToken(logitsP, logitsQ, CrossEntropyOptions.defaults());
  }

  /**
   * Kullback–Leibler divergence KL(P‖Q) = Σ p·(log p − log q) of each row in nats, for P =
   * softmax(logitsP / t) and Q = softmax(logitsQ / t) along the class axis, with the temperature t.
   *
   * <p>Computed in double, the quotients too: within 1e-13 · (1 + the largest difference of a row's
   * logits / t) of the exact value, and never negative. A class with P = 0 counts 0; P &gt; 0 where
   * Q = 0 gives +∞. NaN or +∞ in a row of either, or nothing but −∞: NaN.
   *
   * @param logitsP logits of P, the reference, of any shape of rank 1 or more
   * @param logitsQ logits of Q, of the same shape
   * @param options class axis, temperature, parallelism
   * @return one value a row in nats, of the logits' shape without the class axis
   * @throws IllegalArgumentException if the shapes differ or an option can't be honoured
   */
  public static DoubleTensor klDivergencePerToken(
      FloatTensor logitsP, FloatTensor logitsQ, CrossEntropyOptions options) {
    requirePerToken(options);
    LogitArguments arguments = LogitArguments.ofDivergence(logitsP, logitsQ, options);
    return arguments.divergences(logitsP, logitsQ, row -> true, options);
  }

  /**
   * {@link #klDivergencePerToken(FloatTensor, FloatTensor, IntTensor, CrossEntropyOptions)} with
   * the default options.
   *
   * @param logitsP logits of P, the reference, of any shape of rank 1 or more
   * @param logitsQ logits of Q, of the same shape
   * @param targets the logits' shape without the last axis: classes, or the ignore index
   * @return one value a row in nats, of the targets' shape
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor ignored
   */
  public static DoubleTensor klDivergencePerToken(
      FloatTensor logitsP, FloatTensor logitsQ, IntTensor targets) {
    return klDivergencePerToken(logitsP, logitsQ, targets, CrossEntropyOptions.defaults());
  }

  /**
   * {@link #klDivergencePerToken(FloatTensor, FloatTensor, CrossEntropyOptions)}, but 0 for rows
   * whose target is the ignore index, which are not read.
   *
   * @param logitsP logits of P, the reference, of any shape of rank 1 or more
   * @param logitsQ logits of Q, of the same shape
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param options ignore index, class axis, temperature, parallelism
   * @return one value a row in nats, of the targets' shape
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or an option can't be honoured
   */
  public static DoubleTensor klDivergencePerToken(
      FloatTensor logitsP, FloatTensor logitsQ, IntTensor targets, CrossEntropyOptions options) {
    requirePerToken(options);
    return maskedDivergences(logitsP, logitsQ, targets, options);
  }

  private static DoubleTensor maskedDivergences(
      FloatTensor logitsP, FloatTensor logitsQ, IntTensor targets, CrossEntropyOptions options) {
    LogitArguments arguments = LogitArguments.ofMaskedDivergence(logitsP, logitsQ, options);
    RowTargets checked = arguments.targets(targets, options.ignoreIndex());
    return arguments.divergences(logitsP, logitsQ, checked::isScored, options);
  }

  /**
   * {@link #klDivergenceWithGradient(FloatTensor, FloatTensor, DistillationOptions, float[])} with
   * the default options: KL(P‖Q) at temperature 1.
   *
   * @param teacherLogits logits of the teacher, of any shape of rank 1 or more
   * @param studentLogits logits of the student, of the same shape
   * @param gradientOut takes the gradient, in the logits' layout from element 0 on: at least as
   *     many elements as the logits; may be the array that the student's logits wrap from its
   *     beginning, which is then overwritten; must not be the array of the teacher's
   * @return the mean over rows in nats, NaN without rows
   * @throws IllegalArgumentException if the shapes differ, or {@code gradientOut} is too short or
   *     another array than allowed; nothing is written then
   */
  public static double klDivergenceWithGradient(
      FloatTensor teacherLogits, FloatTensor studentLogits, float[] gradientOut) {
    return klDivergenceWithGradient(
        teacherLogits, studentLogits, DistillationOptions.defaults(), gradientOut);
  }

  /**
   * Distillation: how far a student's distributions are from its teacher's, and the gradient of
   * what is returned by the student's logits, in one call.
   *
   * <p>With the temperature t, P = softmax(teacher / t), Q = softmax(student / t) and M = β·P + (1
   * − β)·Q, a row has by the options' direction the divergence D:
   *
   * <ul>
   *   <li>forward: KL(P‖Q) = Σ p·(log p − log q), with the gradient (q − p) / t
   *   <li>reverse: KL(Q‖P), with the gradient q·(log q − log p − D) / t
   *   <li>Jensen–Shannon: β·KL(P‖M) + (1 − β)·KL(Q‖M), with the gradient (1 − β)·q·(log(q / m) −
   *       KL(Q‖M)) / t
   * </ul>
   *
   * <p>The result is the mean of D over the rows that count, in nats, times t² unless {@link
   * DistillationOptions#squaredTemperature(boolean)} is off; so is the gradient. The forward one of
   * a matrix is PyTorch's {@code t * t * F.kl_div(F.log_softmax(student / t, 1), F.softmax(teacher
   * / t, 1), reduction="batchmean")}.
   *
   * <p>Computed in double: D is within 1e-13 · (1 + the largest difference of a row's logits / t)
   * of the exact value, and never negative. Before they are multiplied by anything, so are the
   * elements of the gradient, times t; then they are rounded to float, once. With the default
   * options the value has the bits of {@link #klDivergence(FloatTensor, FloatTensor)}. A teacher
   * with one finite logit a row gives the cross-entropy and its gradient, within the bounds of
   * both.
   *
   * <p>−∞ is an ordinary logit, of probability 0, and 0·∞ counts 0. P &gt; 0 where Q = 0 makes the
   * forward divergence +∞, and its gradient stays q − p; Q &gt; 0 where P = 0 makes the reverse one
   * +∞, which has no gradient: NaN. Jensen–Shannon is always finite, at most −β·log β − (1 −
   * β)·log(1 − β). NaN or +∞ in a row of either that counts, or nothing but −∞: NaN, value and
   * gradient. Rows that don't count get the gradient 0, whatever they hold; so do all if none
   * counts.
   *
   * <pre>{@code
   * FloatTensor teacher = FloatTensor.of(new float[][] {{2, 0.5f, -1}, {0, 0, 0}});
   * FloatTensor student = FloatTensor.of(new float[][] {{1, 1, -1}, {0, 1, 2}});
   * IntTensor targets = IntTensor.of(0, -100); // the second row is padding
   * DistillationOptions options =
   *     DistillationOptions.defaults().temperature(2).ignoreWhere(targets);
   * float[] gradient = new float[6];
   * double loss = Losses.klDivergenceWithGradient(teacher, student, options, gradient);
   * System.out.println(loss); // 0.2371
   * System.out.println(FloatTensor.of(gradient)); // FloatTensor(6)[-0.335, 0.287, 0.048, 0.0, 0.0, 0.0]
   * }</pre>
   *
   * @param teacherLogits logits of the teacher, of any shape of rank 1 or more
   * @param studentLogits logits of the student, of the same shape; with a vocabulary, of the same
   *     but for the padding along the class axis
   * @param options temperature, direction, rows that don't count, class axis, vocabulary,
   *     parallelism
   * @param gradientOut takes the gradient, in the logits' layout from element 0 on: at least as
   *     many elements as the logits; may be the array that the student's logits wrap from its
   *     beginning, which is then overwritten; must not be the array of the teacher's
   * @return the mean over the rows that count in nats, NaN if none does
   * @throws IllegalArgumentException if the shapes differ, the targets to ignore by have another
   *     shape than the logits without the class axis, an option can't be honoured, or {@code
   *     gradientOut} is too short, is an array in which the student's logits do not begin at 0, or
   *     is the array of the teacher's; nothing is written then
   */
  public static double klDivergenceWithGradient(
      FloatTensor teacherLogits,
      FloatTensor studentLogits,
      DistillationOptions options,
      float[] gradientOut) {
    FloatTensor teacher = teacherLogits.withVisibleArray();
    FloatTensor student = studentLogits.withVisibleArray();
    DistillationSettings settings = options.settings();
    int axis = options.classAxis();
    OptionalInt vocabulary = options.vocabulary();
    LogitArguments.checkComparable(
        "teacherLogits", teacher, "studentLogits", student, axis, vocabulary);
    LogitArguments arguments = LogitArguments.of("logits", student.shape(), axis, vocabulary);
    LongPredicate scored = options.scoredRows(student.shape(), arguments.others());
    LogitArguments.checkOutput("gradientOut", studentLogits, gradientOut);
    if (teacherLogits.liesIn(gradientOut)) {
      throw new IllegalArgumentException(
          "gradientOut is the array of the teacher's logits, expected another one");
    }
    if (student.size() == 0) { // of rows of no class each is NaN, and there may be billions
      return Double.NaN;
    }
    ClassRows teacherRows = LogitArguments.of("logits", teacher.shape(), axis, vocabulary).rows();
    return new Distillation(
            teacher.data(), student.data(), teacherRows, arguments.rows(), scored, settings)
        .meanWithGradient(gradientOut);
  }

  /**
   * What each class adds to KL(P‖Q), given P and log Q: p·(log p − log q) of each element in nats;
   * where p is 0 it is 0.
   *
   * <p>As {@code torch.nn.functional.kl_div} with {@code reduction="none"}, which takes Q first;
   * take {@link DoubleTensor#sum()} or {@link DoubleTensor#mean()} of the result for the others.
   *
   * @param probabilitiesP p, taken as they are; NaN of a negative one
   * @param logProbsQ log q, taken as they are, of the same shape
   * @return one value an element in nats
   * @throws IllegalArgumentException if the shapes differ, or P and Q look swapped: some of P are
   *     negative and some of log Q positive
   */
  public static DoubleTensor klDivergencePointwise(
      FloatTensor probabilitiesP, FloatTensor logProbsQ) {
    LogitArguments.checkSameShape("logProbsQ", logProbsQ, "probabilitiesP", probabilitiesP);
    int count = Layout.arrayLength(probabilitiesP.shape());
    LogitArguments.checkNotSwapped(probabilitiesP, logProbsQ);
    double[] out = Divergences.pointwise(probabilitiesP.data(), logProbsQ.data(), count);
    return DoubleTensor.wrap(out, probabilitiesP.shape().toArray());
  }

  /**
   * What each class adds to KL(P‖Q), given log P and log Q: e<sup>log p</sup>·(log p − log q) of
   * each element in nats; where log p is −∞ it is 0.
   *
   * <p>As {@code torch.nn.functional.kl_div} with {@code reduction="none"} and {@code
   * log_target=True}, which takes Q first.
   *
   * @param logProbsP log p, taken as they are
   * @param logProbsQ log q, taken as they are, of the same shape
   * @return one value an element in nats
   * @throws IllegalArgumentException if the shapes differ
   */
  public static DoubleTensor klDivergencePointwiseOfLogs(
      FloatTensor logProbsP, FloatTensor logProbsQ) {
    LogitArguments.checkSameShape("logProbsQ", logProbsQ, "logProbsP", logProbsP);
    int count = Layout.arrayLength(logProbsP.shape());
    double[] out = Divergences.pointwiseOfLogs(logProbsP.data(), logProbsQ.data(), count);
    return DoubleTensor.wrap(out, logProbsP.shape().toArray());
  }
}
