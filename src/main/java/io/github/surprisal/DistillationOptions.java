/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.DistillationSettings;
import io.github.surprisal.rows.RowTargets;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongPredicate;

/**
 * The options of distillation, for {@link Losses#klDivergenceWithGradient(FloatTensor, FloatTensor,
 * DistillationOptions, float[])}; immutable, each setter returns a new value:
 *
 * <pre>{@code
 * DistillationOptions options =
 *     DistillationOptions.defaults()
 *         .temperature(2)
 *         .direction(DistillationOptions.Direction.JENSEN_SHANNON);
 * System.out.println(options.temperature()); // 2.0
 * }</pre>
 *
 * <p>{@link #beta} is refused where it is set away from its default and the direction is another
 * than {@link Direction#JENSEN_SHANNON}: only there it means something. It may be set before the
 * direction; the loss refuses it.
 */
public final class DistillationOptions {

  private static final double DEFAULT_BETA = 0.5;

  private static final DistillationOptions DEFAULTS =
      new DistillationOptions(
          1,
          true,
          Direction.FORWARD,
          DEFAULT_BETA,
          Optional.empty(),
          -1,
          true,
          OptionalInt.empty());

  private final double temperature;
  private final boolean squaredTemperature;
  private final Direction direction;
  private final double beta;
  private final Optional<Mask> mask;
  private final int classAxis;
  private final boolean parallel;
  private final OptionalInt vocabulary;

  /** Which divergence of P = softmax(teacher / t) and Q = softmax(student / t) is the loss. */
  public enum Direction {
    /** KL(P‖Q) = Σ p·(log p − log q): the student has to cover all that the teacher may say. */
    FORWARD(DistillationSettings.Divergence.FORWARD),
    /** KL(Q‖P) = Σ q·(log q − log p): the student has to say nothing that the teacher would not. */
    REVERSE(DistillationSettings.Divergence.REVERSE),
    /** β·KL(P‖M) + (1 − β)·KL(Q‖M) with M = β·P + (1 − β)·Q: between both, and always finite. */
    JENSEN_SHANNON(DistillationSettings.Divergence.JENSEN_SHANNON);

    private final DistillationSettings.Divergence divergence;

    Direction(DistillationSettings.Divergence divergence) {
      this.divergence = divergence;
    }
  }

  /** Targets that say which rows don't count: those with the ignore index. */
  private record Mask(IntTensor targets, int ignoreIndex) {}

  private DistillationOptions(
      double temperature,
      boolean squaredTemperature,
      Direction direction,
      double beta,
      Optional<Mask> mask,
      int classAxis,
      boolean parallel,
      OptionalInt vocabulary) {
    this.temperature = temperature;
    this.squaredTemperature = squaredTemperature;
    this.direction = direction;
    this.beta = beta;
    this.mask = mask;
    this.classAxis = classAxis;
    this.parallel = parallel;
    this.vocabulary = vocabulary;
  }

  /**
   * Returns the defaults: temperature 1, results times its square, {@link Direction#FORWARD}, β
   * 0.5, every row counts, the class axis last, several threads where there is enough work, no
   * padding among the classes.
   *
   * @return the defaults
   */
  public static DistillationOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns options with another temperature t, by which the logits of both are divided: above 1
   * the distributions are flatter, and what the teacher holds unlikely counts more.
   *
   * @param value the temperature, finite and above 0
   * @return options that differ in this one
   * @throws IllegalArgumentException if the temperature is NaN, infinite, 0 or less
   */
  public DistillationOptions temperature(double value) {
    if (!(value > 0 && value <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "temperature is " + value + ", expected a finite number above 0");
    }
    return new DistillationOptions(
        value, squaredTemperature, direction, beta, mask, classAxis, parallel, vocabulary);
  }

  /**
   * Returns options that multiply the loss and its gradient by t², or leave them as they are.
   * Gradients shrink with 1/t², so times t² they have the size of those of other losses whatever
   * the temperature (Hinton, Vinyals and Dean 2015).
   *
   * @param isMultiplied whether to multiply by the square of the temperature
   * @return options that differ in this one
   */
  public DistillationOptions squaredTemperature(boolean isMultiplied) {
    return new DistillationOptions(
        temperature, isMultiplied, direction, beta, mask, classAxis, parallel, vocabulary);
  }

  /**
   * Returns options with another divergence.
   *
   * @param value which divergence is the loss
   * @return options that differ in this one
   */
  public DistillationOptions direction(Direction value) {
    return new DistillationOptions(
        temperature,
        squaredTemperature,
        Objects.requireNonNull(value),
        beta,
        mask,
        classAxis,
        parallel,
        vocabulary);
  }

  /**
   * Returns options with another weight β of the teacher in the mixture of {@link
   * Direction#JENSEN_SHANNON}. At 0 and at 1 the divergence would be 0 whatever the logits, so
   * these are refused; divided by β it becomes KL(P‖Q) near 0, and divided by 1 − β it becomes
   * KL(Q‖P) near 1.
   *
   * @param value the weight, above 0 and below 1
   * @return options that differ in this one
   * @throws IllegalArgumentException if the weight is NaN, 0 or less, or 1 or more
   */
  public DistillationOptions beta(double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(
          "beta is "
              + value
              + ", expected 0 < beta < 1: at the ends the divergence is 0; for one of its parts"
              + " take the direction FORWARD or REVERSE");
    }
    return new DistillationOptions(
        temperature, squaredTemperature, direction, value, mask, classAxis, parallel, vocabulary);
  }

  /**
   * {@link #ignoreWhere(IntTensor, int)} with the ignore index {@value
   * CrossEntropyOptions#DEFAULT_IGNORE_INDEX}.
   *
   * @param targets the logits' shape without the class axis
   * @return options that differ in this one
   */
  public DistillationOptions ignoreWhere(IntTensor targets) {
    return ignoreWhere(targets, CrossEntropyOptions.DEFAULT_IGNORE_INDEX);
  }

  /**
   * Returns options that leave out rows, such as padding: those with the ignore index in a tensor
   * of targets. They don't count and are not read, and their gradient is 0. Other targets mean
   * nothing here and may be any numbers.
   *
   * @param targets the logits' shape without the class axis; not to be written while the options
   *     are in use
   * @param ignoreIndex the target of the rows that don't count
   * @return options that differ in this one
   */
  public DistillationOptions ignoreWhere(IntTensor targets, int ignoreIndex) {
    Optional<Mask> other = Optional.of(new Mask(Objects.requireNonNull(targets), ignoreIndex));
    return new DistillationOptions(
        temperature, squaredTemperature, direction, beta, other, classAxis, parallel, vocabulary);
  }

  /**
   * Returns options with another class axis: 1 for PyTorch's layout {@code (N, C, d1, …)}.
   *
   * @param axis the axis of the logits that holds the classes; a negative one counts from the end
   * @return options that differ in this one
   * @throws IllegalArgumentException if no shape has such an axis
   */
  public DistillationOptions classAxis(int axis) {
    int checked = CrossEntropyOptions.defaults().classAxis(axis).classAxis();
    return new DistillationOptions(
        temperature, squaredTemperature, direction, beta, mask, checked, parallel, vocabulary);
  }

  /**
   * Returns options that allow or forbid to spread the rows over several threads, as {@link
   * CrossEntropyOptions#parallel(boolean)} does. Results do not depend on it.
   *
   * @param allowed whether other threads may be used
   * @return options that differ in this one
   */
  public DistillationOptions parallel(boolean allowed) {
    return new DistillationOptions(
        temperature, squaredTemperature, direction, beta, mask, classAxis, allowed, vocabulary);
  }

  /**
   * Returns options with the true size of the vocabulary, for models whose output layer is padded,
   * as {@link CrossEntropyOptions#vocabulary(int)}: classes from {@code classes} on are never read,
   * and the gradient there is 0. Teacher and student may then be padded differently.
   *
   * @param classes the number of classes that are not padding, 1 or more; where logits have fewer,
   *     there is an {@link IllegalArgumentException}
   * @return options that differ in this one
   * @throws IllegalArgumentException if the number is less than 1
   */
  public DistillationOptions vocabulary(int classes) {
    OptionalInt checked = CrossEntropyOptions.defaults().vocabulary(classes).vocabulary();
    return new DistillationOptions(
        temperature, squaredTemperature, direction, beta, mask, classAxis, parallel, checked);
  }

  /**
   * Returns what the logits are divided by.
   *
   * @return the temperature
   */
  public double temperature() {
    return temperature;
  }

  /**
   * Returns whether loss and gradient are multiplied by the square of the temperature.
   *
   * @return whether they are
   */
  public boolean squaredTemperature() {
    return squaredTemperature;
  }

  /**
   * Returns which divergence is the loss.
   *
   * @return the direction
   */
  public Direction direction() {
    return direction;
  }

  /**
   * Returns the weight of the teacher in the mixture of {@link Direction#JENSEN_SHANNON}.
   *
   * @return the weight β
   */
  public double beta() {
    return beta;
  }

  /**
   * Returns the targets that say which rows don't count, if there are any.
   *
   * @return the targets
   */
  public Optional<IntTensor> ignoreWhere() {
    return mask.map(Mask::targets);
  }

  /**
   * Returns the target of rows that don't count, where there are targets.
   *
   * @return the ignore index
   */
  public int ignoreIndex() {
    return mask.map(Mask::ignoreIndex).orElse(CrossEntropyOptions.DEFAULT_IGNORE_INDEX);
  }

  /**
   * Returns the axis of the logits that holds the classes.
   *
   * @return the class axis; a negative one counts from the end
   */
  public int classAxis() {
    return classAxis;
  }

  /**
   * Returns whether rows may be spread over several threads.
   *
   * @return whether other threads may be used
   */
  public boolean parallel() {
    return parallel;
  }

  /**
   * Returns the true size of the vocabulary, if it has been given.
   *
   * @return the number of classes that are not padding; empty if none is
   */
  public OptionalInt vocabulary() {
    return vocabulary;
  }

  /** What a loss needs to know; refuses β where it means nothing. */
  DistillationSettings settings() {
    if (beta != DEFAULT_BETA && direction != Direction.JENSEN_SHANNON) {
      throw new IllegalArgumentException(
          "beta is "
              + beta
              + ", expected "
              + DEFAULT_BETA
              + ": the direction "
              + direction
              + " has no mixture; choose JENSEN_SHANNON, or leave beta alone");
    }
    return new DistillationSettings(
        direction.divergence, temperature, squaredTemperature, beta, parallel);
  }

  /** Which rows count, of logits of a shape. */
  LongPredicate scoredRows(Shape logits, Shape others) {
    if (mask.isEmpty()) {
      return row -> true;
    }
    IntTensor targets = mask.get().targets();
    if (!targets.shape().equals(others)) {
      throw new IllegalArgumentException(
          "ignoreWhere has shape "
              + targets.shape()
              + ", expected "
              + others
              + " for logits of shape "
              + logits);
    }
    return new RowTargets(targets.data(), mask.get().ignoreIndex())::isScored;
  }

  /**
   * Compares by the value of every option.
   *
   * @param other the object to compare with
   * @return whether the other object holds equal options
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof DistillationOptions that
        && temperature == that.temperature
        && squaredTemperature == that.squaredTemperature
        && direction == that.direction
        && beta == that.beta
        && mask.equals(that.mask)
        && classAxis == that.classAxis
        && parallel == that.parallel
        && vocabulary.equals(that.vocabulary);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        temperature, squaredTemperature, direction, beta, mask, classAxis, parallel, vocabulary);
  }

  @Override
  public String toString() {
    return "DistillationOptions[temperature="
        + temperature
        + ", squaredTemperature="
        + squaredTemperature
        + ", direction="
        + direction
        + ", beta="
        + beta
        + ", ignoreWhere="
        + ignoreWhere().map(IntTensor::toString).orElse("none")
        + ", ignoreIndex="
        + ignoreIndex()
        + ", classAxis="
        + classAxis
        + ", parallel="
        + parallel
        + ", vocabulary="
        + (vocabulary.isPresent() ? vocabulary.getAsInt() : "none")
        + "]";
  }
}
