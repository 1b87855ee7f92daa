/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.sum.Mean;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.LongPredicate;

/**
 * The losses of sequences, as {@link Losses#perSequence(FloatTensor, IntTensor)} finds them: of
 * each row of a batch, say. Every tensor has the shape of the targets without their last axis,
 * along which the tokens of a sequence lie. Immutable.
 *
 * <p>Ignored tokens, such as padding, count nowhere: a mean is over the scored tokens, not over the
 * length of the batch.
 */
public final class SequenceLosses {
  private final DoubleTensor sums;
  private final DoubleTensor means;
  private final IntTensor tokens;

  /** The losses of sequences of tokens whose losses are known, 0 for ignored ones. */
  SequenceLosses(DoubleTensor perToken, IntTensor targets, CrossEntropyOptions options) {
    int ignoreIndex = options.ignoreIndex();
    sums = sums(perToken);
    DoubleTensor weights = sums(weights(targets, ignoreIndex, options.classWeights()));
    means = quotients(sums, weights::at);
    tokens = counts(targets, i -> targets.at(i) != ignoreIndex);
  }

  /** The weight of each target's class; 0 for ignored ones. */
  private static DoubleTensor weights(
      IntTensor targets, int ignoreIndex, Optional<FloatTensor> classWeights) {
    double[] weights = new double[(int) targets.size()];
    for (int i = 0; i < weights.length; i++) {
      int target = targets.at(i);
      if (target != ignoreIndex) {
        weights[i] = classWeights.isPresent() ? classWeights.get().at(target) : 1;
      }
    }
    return DoubleTensor.wrap(weights, targets.shape().toArray());
  }

  /** Refuses targets without an axis along which tokens lie. */
  static void requireSequences(IntTensor targets) {
    if (targets.rank() == 0) {
      throw new IllegalArgumentException(
          "targets have shape (), expected a last axis with the tokens of a sequence; for a token"
              + " alone, take the form per token");
    }
  }

  /** The shape of one result a sequence. */
  private static Shape shape(Shape perToken) {
    return perToken.without(perToken.rank() - 1);
  }

  /** Exact sums along the last axis, rounded once. */
  static DoubleTensor sums(DoubleTensor perToken) {
    Shape shape = shape(perToken.shape());
    double[] sums = new double[Layout.arrayLength(shape)];
    DoubleTensor rows = perToken.reshape(sums.length, perToken.shape().axis(shape.rank()));
    for (int i = 0; i < sums.length; i++) {
      sums[i] = rows.slice(i, i + 1).sum();
    }
    return DoubleTensor.wrap(sums, shape.toArray());
  }

  /** How many of the tokens of each sequence have a property, by their row-major positions. */
  static IntTensor counts(IntTensor targets, LongPredicate property) {
    Shape shape = shape(targets.shape());
    int[] counts = new int[Layout.arrayLength(shape)];
    int length = targets.shape().axis(shape.rank());
    for (int i = 0; i < targets.size(); i++) {
      if (property.test(i)) {
        counts[i / length]++;
      }
    }
    return IntTensor.wrap(counts, shape.toArray());
  }

  /** Sums divided by something; NaN where that is 0. */
  static DoubleTensor quotients(DoubleTensor sums, IntToDoubleFunction divisors) {
    double[] quotients = sums.toArray();
    for (int i = 0; i < quotients.length; i++) {
      quotients[i] = Mean.of(quotients[i], divisors.applyAsDouble(i));
    }
    return DoubleTensor.wrap(quotients, sums.shape().toArray());
  }

  /**
   * Returns the sum of the losses of each sequence's scored tokens: an exact sum, rounded once.
   *
   * @return sums in nats, 0 where nothing is scored
   */
  public DoubleTensor sums() {
    return sums;
  }

  /**
   * Returns the mean loss of each sequence: {@link #sums}, divided by the class weights of its
   * scored targets, or without weights by their number.
   *
   * @return means in nats, NaN where nothing is scored or the weights add up to 0
   */
  public DoubleTensor means() {
    return means;
  }

  /**
   * Returns how many tokens of each sequence are scored.
   *
   * @return numbers of tokens
   */
  public IntTensor tokens() {
    return tokens;
  }

  /**
   * All of it.
   *
   * @return text for people to read, whose form may change
   */
  @Override
  public String toString() {
    return "SequenceLosses[sums=" + sums + ", means=" + means + ", tokens=" + tokens + "]";
  }
}
