/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.LossSettings;
import io.github.surprisal.rows.Temperature;
import io.github.surprisal.sum.SerialReader;
import io.github.surprisal.sum.SerialWriter;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The options of cross-entropy; immutable, each setter returns a new value. Names, meanings and
 * defaults are PyTorch's, of {@code cross_entropy}; it has no temperature, no z-loss and no
 * vocabulary:
 *
 * <pre>{@code
 * CrossEntropyOptions options =
 *     CrossEntropyOptions.defaults().ignoreIndex(0).labelSmoothing(0.1).reduction(Reduction.SUM);
 * System.out.println(options.labelSmoothing()); // 0.1
 * }</pre>
 *
 * <p>Some methods can't honour every option, since it means nothing there. For all of them one rule
 * holds: <strong>an option that would change what a method returns, and can't be honoured there, is
 * refused if it is set away from its default</strong>, with an {@link IllegalArgumentException}
 * that names the option, its value and what to do instead. {@link #parallel} changes no result and
 * is honoured everywhere, and {@link #predictions} changes reports alone. Nor does a negative
 * {@link #ignoreIndex} change anything where there are no target classes, as it is no class, nor a
 * {@link #vocabulary(int)} where there are no logits.
 *
 * <table>
 * <caption>What is refused</caption>
 * <tr><th>methods</th><th>refused options</th></tr>
 * <tr><td>all forms per token and per sequence</td><td>{@link Reduction#SUM}</td></tr>
 * <tr><td>cross-entropy against probabilities</td><td>an ignore index of 0 or more</td></tr>
 * <tr><td>negative log-likelihood</td><td>label smoothing, temperature, z-loss</td></tr>
 * <tr><td>divergences</td><td>label smoothing, class weights, z-loss, and without targets an ignore
 *     index of 0 or more</td></tr>
 * <tr><td>softmax, log-softmax, log-sum-exp</td><td>an ignore index of 0 or more, label smoothing,
 *     class weights, z-loss, {@link Reduction#SUM}</td></tr>
 * <tr><td>reports and perplexity, in {@link Metrics} and {@link LossAccumulator}</td><td>z-loss,
 *     {@link Reduction#SUM}</td></tr>
 * <tr><td>comparisons, in {@link ComparisonAccumulator}</td><td>{@link Reduction#SUM}, label
 *     smoothing, class weights, z-loss</td></tr>
 * <tr><td>log-probabilities without logits, in {@link LossAccumulator}</td><td>label smoothing,
 *     class weights, temperature, predictions</td></tr>
 * <tr><td>single rows, in either accumulator</td><td>a class axis other than −1 and 0</td></tr>
 * <tr><td>{@link Predictions} with targets</td><td>label smoothing, class weights, z-loss,
 *     {@link Reduction#SUM}</td></tr>
 * <tr><td>{@link Predictions} without targets</td><td>an ignore index of 0 or more, label
 *     smoothing, class weights, z-loss, {@link Reduction#SUM}</td></tr>
 * <tr><td>all</td><td>z-loss together with class weights; class weights of another number than the
 *     vocabulary has</td></tr>
 * </table>
 */
public final class CrossEntropyOptions {

  // This file is long because it is mostly documentation, and because each option is named in the
  // serial form, in comparisons and in the messages that refuse it.

  /** The target value that marks a position as not to be scored, unless another one is chosen. */
  public static final int DEFAULT_IGNORE_INDEX = -100;

  private static final float[] NO_WEIGHTS = {};

  private static final double LEAST_TEMPERATURE = 1e-30;
  private static final double LARGEST_TEMPERATURE = 1e30;

  private static final CrossEntropyOptions DEFAULTS = new CrossEntropyOptions(new Draft());

  /** Flags of the serial form. */
  private static final int SUMS = 1;

  private static final int PARALLEL = 2;
  private static final int WEIGHTED = 4;
  private static final int TEMPERED = 8;
  private static final int Z_LOSS = 16;
  private static final int PREDICTIONS = 32;
  private static final int VOCABULARY = 64;

  private final int ignoreIndex;
  private final double labelSmoothing;
  private final Optional<FloatTensor> classWeights;
  private final double temperature;
  private final double zLoss;
  private final Reduction reduction;
  private final int classAxis;
  private final boolean parallel;
  private final boolean predictions;
  private final OptionalInt vocabulary;
  private final LossSettings settings;

  private CrossEntropyOptions(Draft draft) {
    ignoreIndex = draft.ignoreIndex;
    labelSmoothing = draft.labelSmoothing;
    classWeights = draft.classWeights;
    temperature = draft.temperature;
    zLoss = draft.zLoss;
    reduction = draft.reduction;
    classAxis = draft.classAxis;
    parallel = draft.parallel;
    predictions = draft.predictions;
    vocabulary = draft.vocabulary;
    if (zLoss != 0) {
      requireNoClassWeights(
          "the mean of a weighted loss is divided by weights, but zLoss "
              + zLoss
              + " counts each row alike; leave out either, or take the z-loss from logSumExp");
    }
    if (vocabulary.isPresent()) {
      requireWeightOfEach(vocabulary.getAsInt());
    }
    settings =
        new LossSettings(
            classWeights.map(FloatTensor::array).orElse(NO_WEIGHTS),
            labelSmoothing,
            new Temperature(temperature),
            zLoss,
            reduction == Reduction.MEAN,
            parallel);
  }

  /** The values of options to be made: at first the defaults, or those of other options. */
  private static final class Draft {
    int ignoreIndex = DEFAULT_IGNORE_INDEX;
    double labelSmoothing;
    Optional<FloatTensor> classWeights = Optional.empty();
    double temperature = 1;
    double zLoss;
    Reduction reduction = Reduction.MEAN;
    int classAxis = -1;
    boolean parallel = true;
    boolean predictions;
    OptionalInt vocabulary = OptionalInt.empty();

    Draft() {}

    Draft(CrossEntropyOptions options) {
      ignoreIndex = options.ignoreIndex;
      labelSmoothing = options.labelSmoothing;
      classWeights = options.classWeights;
      temperature = options.temperature;
      zLoss = options.zLoss;
      reduction = options.reduction;
      classAxis = options.classAxis;
      parallel = options.parallel;
      predictions = options.predictions;
      vocabulary = options.vocabulary;
    }
  }

  /** Options that differ from these in what is changed. */
  private CrossEntropyOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new CrossEntropyOptions(draft);
  }

  /**
   * Returns the defaults: ignore index {@value #DEFAULT_IGNORE_INDEX}, no label smoothing, no class
   * weights, temperature 1, no z-loss, the mean, the class axis last, several threads where there
   * is enough work, no predictions in reports, no padding among the classes.
   *
   * @return the defaults
   */
  public static CrossEntropyOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns options with another ignore index: positions with this target are not scored, and their
   * logits are not read. Any value will do, a valid class too.
   *
   * @param value the target value to ignore
   * @return options that differ in this one
   */
  public CrossEntropyOptions ignoreIndex(int value) {
    return with(draft -> draft.ignoreIndex = value);
  }

  /**
   * Returns options with another label smoothing: this share of the target's probability is spread
   * evenly over all classes, the target's own included. 0.1 over 5 classes leaves 0.92 for the
   * target and gives 0.02 to each other class.
   *
   * @param share the share, from 0 to 1
   * @return options that differ in this one
   * @throws IllegalArgumentException if the share is NaN or outside [0, 1]
   */
  public CrossEntropyOptions labelSmoothing(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("labelSmoothing is " + share + ", expected 0 to 1");
    }
    return with(draft -> draft.labelSmoothing = share + 0.0); // −0 becomes 0
  }

  /**
   * Returns options with class weights, which multiply the loss of each class. They are copied. Any
   * value will do, as in PyTorch: a weight that is NaN or infinite makes every loss that it enters
   * NaN, and its gradient.
   *
   * @param weights one weight for each class: shape {@code (classes)}
   * @return options that differ in this one
   * @throws IllegalArgumentException if the weights are not of rank 1, there is a z-loss, or there
   *     is a vocabulary of another size
   */
  public CrossEntropyOptions classWeights(FloatTensor weights) {
    if (weights.rank() != 1) {
      throw new IllegalArgumentException(
          "classWeights have shape " + weights.shape() + ", expected rank 1");
    }
    FloatTensor copy = FloatTensor.wrap(weights.toArray(), (int) weights.size());
    return with(draft -> draft.classWeights = Optional.of(copy));
  }

  /**
   * {@link #classWeights(FloatTensor)} of a few numbers.
   *
   * @param weights one weight for each class
   * @return options that differ in this one
   */
  public CrossEntropyOptions classWeights(float... weights) {
    return classWeights(FloatTensor.of(weights));
  }

  /**
   * Returns options with another temperature t: every loss is of the logits y = x / t instead of x,
   * and so is every probability. A gradient stays by the logits x that were given: it is 1/t times
   * the one by y.
   *
   * <p>y is x / t in float32, rounded to the nearest, and so exact for a power of two. By that a
   * loss of a target may be off besides its bound: half an ulp of the largest |x / t|, and where
   * other classes have a part in it, half an ulp more of their part. −∞ stays −∞; NaN and +∞ make a
   * row NaN as ever, and so does a logit for which x / t is above the largest float.
   *
   * @param t what logits are divided by, from 1e-30 to 1e30; 1 leaves them as they are
   * @return options that differ in this one
   * @throws IllegalArgumentException if t is NaN or outside [1e-30, 1e30]
   */
  public CrossEntropyOptions temperature(double t) {
    if (!(t >= LEAST_TEMPERATURE && t <= LARGEST_TEMPERATURE)) {
      throw new IllegalArgumentException(
          "temperature is "
              + t
              + ", expected 1e-30 to 1e30"
              + (t == 0 ? ": for the likeliest class, take Predictions.topK(logits, 1)" : ""));
    }
    return with(draft -> draft.temperature = t);
  }

  /**
   * Returns options with another z-loss: w·(log Σ e<sup>y</sup>)² is added to the loss of each
   * scored row, y being the logits over the {@link #temperature(double)}. It keeps the sum of
   * exponentials near 1 in training. The gradient by y gets 2·w·log Σ e<sup>y</sup>·softmax(y)
   * more; the mean is divided by the number of scored rows, the z-loss with it. Where a loss is +∞,
   * it stays so.
   *
   * <p>Sources: A. Chowdhery et al., PaLM: Scaling Language Modeling with Pathways, 2022, with w =
   * 1e-4; B. Zoph et al., ST-MoE: Designing Stable and Transferable Sparse Expert Models, 2022, for
   * the logits of a router.
   *
   * @param weight the weight w, 0 or more; 0 adds nothing
   * @return options that differ in this one
   * @throws IllegalArgumentException if the weight is negative, NaN or infinite, or is not 0 where
   *     there are class weights
   */
  public CrossEntropyOptions zLoss(double weight) {
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "zLoss is " + weight + ", expected a finite number, 0 or more");
    }
    return with(draft -> draft.zLoss = weight + 0.0);
  }

  /**
   * Returns options with another reduction.
   *
   * @param value how the losses of all rows become one number
   * @return options that differ in this one
   */
  public CrossEntropyOptions reduction(Reduction value) {
    Objects.requireNonNull(value);
    return with(draft -> draft.reduction = value);
  }

  /**
   * Returns options with another class axis: 1 for PyTorch's layout {@code (N, C, d1, …)}.
   *
   * @param axis the axis of the logits that holds the classes; a negative one counts from the end
   * @return options that differ in this one
   * @throws IllegalArgumentException if no shape has such an axis
   */
  public CrossEntropyOptions classAxis(int axis) {
    if (axis < -Shape.MAX_RANK || axis >= Shape.MAX_RANK) {
      throw new IllegalArgumentException(
          "classAxis is " + axis + ", expected " + -Shape.MAX_RANK + " to " + (Shape.MAX_RANK - 1));
    }
    return with(draft -> draft.classAxis = axis);
  }

  /**
   * Returns options that allow or forbid to spread the rows over several threads. They are spread
   * only where there is enough work: over the pool that the call runs in, or else over the common
   * pool. Results do not depend on it.
   *
   * @param allowed whether other threads may be used
   * @return options that differ in this one
   */
  public CrossEntropyOptions parallel(boolean allowed) {
    return with(draft -> draft.parallel = allowed);
  }

  /**
   * Returns options that ask reports for more than losses: accuracy, rank, entropy and calibration,
   * in a {@link LossReport} and, of accuracy, in a {@link ComparisonReport}. It takes more time. No
   * loss depends on it, and no method that returns losses or gradients.
   *
   * @param wanted whether reports tell of predictions
   * @return options that differ in this one
   */
  public CrossEntropyOptions predictions(boolean wanted) {
    return with(draft -> draft.predictions = wanted);
  }

  /**
   * Returns options with the true size of the vocabulary, for models whose output layer is padded,
   * such as 50,304 columns for 50,257 tokens: the classes from {@code classes} on are padding.
   *
   * <p>Padding is never read, so that NaN there does no harm, and counts nowhere: everything is to
   * the bit as for a tensor without it. No target lies there, label smoothing is spread over the
   * classes before it, and class weights are one for each of these. Results of the shape of the
   * logits have 0 there, log-probabilities −∞. Log-probabilities and target probabilities, too,
   * have the shape of the padded logits.
   *
   * <pre>{@code
   * FloatTensor padded = FloatTensor.of(2, 1, 0.5f, Float.NaN); // three tokens, four columns
   * CrossEntropyOptions options = CrossEntropyOptions.defaults().vocabulary(3);
   * System.out.println(Losses.softmax(padded, options)); // FloatTensor(4)[0.629, 0.231, 0.14, 0.0]
   * }</pre>
   *
   * @param classes the number of classes that are not padding, 1 or more; where logits have fewer,
   *     there is an {@link IllegalArgumentException}
   * @return options that differ in this one
   * @throws IllegalArgumentException if the number is less than 1, or there are class weights of
   *     another number
   */
  public CrossEntropyOptions vocabulary(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException(
          "vocabulary is " + classes + ", expected 1 or more: the number of tokens");
    }
    return with(draft -> draft.vocabulary = OptionalInt.of(classes));
  }

  /**
   * Returns the target value that marks a position as not to be scored.
   *
   * @return the ignore index
   */
  public int ignoreIndex() {
    return ignoreIndex;
  }

  /**
   * Returns the share of probability that is spread over all classes.
   *
   * @return the label smoothing, from 0 to 1
   */
  public double labelSmoothing() {
    return labelSmoothing;
  }

  /**
   * Returns the weights of the classes, if any.
   *
   * @return the weights, of shape {@code (classes)}
   */
  public Optional<FloatTensor> classWeights() {
    return classWeights;
  }

  /**
   * Returns what logits are divided by.
   *
   * @return the temperature, from 1e-30 to 1e30
   */
  public double temperature() {
    return temperature;
  }

  /**
   * Returns the weight of the squared log-sum-exp in each loss.
   *
   * @return the weight, 0 or more
   */
  public double zLoss() {
    return zLoss;
  }

  /**
   * Returns how the losses of all rows become one number.
   *
   * @return the reduction
   */
  public Reduction reduction() {
    return reduction;
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
   * Returns whether reports tell of predictions.
   *
   * @return whether accuracy, rank, entropy and calibration are taken besides losses
   */
  public boolean predictions() {
    return predictions;
  }

  /**
   * Returns the true size of the vocabulary, if it has been given.
   *
   * @return the number of classes that are not padding; empty if none is
   */
  public OptionalInt vocabulary() {
    return vocabulary;
  }

  /**
   * Refuses another reduction than the default.
   *
   * @param instead why it can't be honoured, and what to do instead
   */
  void requireDefaultReduction(String instead) {
    if (reduction != DEFAULTS.reduction) {
      throw new IllegalArgumentException(
          "reduction is " + reduction + ", expected " + DEFAULTS.reduction + ": " + instead);
    }
  }

  /** Refuses a class axis that a single row does not have. */
  void requireAxisOfRow(String instead) {
    if (classAxis != -1 && classAxis != 0) {
      throw new IllegalArgumentException(
          "classAxis is " + classAxis + ", expected -1 or 0: " + instead);
    }
  }

  /** Refuses an ignore index that could be a class; any other one ignores nothing. */
  void requireNoIgnoreIndex(String instead) {
    if (ignoreIndex >= 0) {
      throw new IllegalArgumentException(
          "ignoreIndex is " + ignoreIndex + ", expected a negative value: " + instead);
    }
  }

  /** Refuses label smoothing. */
  void requireNoLabelSmoothing(String instead) {
    if (labelSmoothing != 0) {
      throw new IllegalArgumentException(
          "labelSmoothing is " + labelSmoothing + ", expected 0: " + instead);
    }
  }

  /** Refuses class weights. */
  void requireNoClassWeights(String instead) {
    if (classWeights.isPresent()) {
      throw new IllegalArgumentException(
          "classWeights is " + classWeights.get() + ", expected none: " + instead);
    }
  }

  /** Refuses another temperature than 1. */
  void requireNoTemperature(String instead) {
    if (temperature != 1) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + ", expected 1: " + instead);
    }
  }

  /** Refuses predictions. */
  void requireNoPredictions(String instead) {
    if (predictions) {
      throw new IllegalArgumentException("predictions is true, expected false: " + instead);
    }
  }

  /** Refuses a z-loss. */
  void requireNoZLoss(String instead) {
    if (zLoss != 0) {
      throw new IllegalArgumentException("zLoss is " + zLoss + ", expected 0: " + instead);
    }
  }

  /**
   * Whether losses with these options and those may be added: the options that change a row's loss
   * are the same.
   */
  boolean scoresLike(CrossEntropyOptions that) {
    return equals(that.reduction(reduction).parallel(parallel));
  }

  /** The vocabulary for messages. */
  String vocabularyText() {
    return vocabulary.isPresent() ? Integer.toString(vocabulary.getAsInt()) : "none";
  }

  /** What logits are divided by. */
  Temperature temperatureOfLogits() {
    return settings.temperature();
  }

  /** What losses over some classes need to know. */
  LossSettings settings(int classes) {
    requireWeightOfEach(classes);
    return settings;
  }

  private void requireWeightOfEach(int classes) {
    if (classWeights.isPresent() && classWeights.get().size() != classes) {
      throw new IllegalArgumentException(
          "classWeights has "
              + classWeights.get().size()
              + " elements, expected one for each of the "
              + classes
              + " classes");
    }
  }

  /** Writes all options; equal ones give equal bytes. */
  void writeTo(SerialWriter out) {
    out.writeInt(ignoreIndex);
    out.writeDouble(labelSmoothing);
    out.writeByte(classAxis);
    out.writeByte(
        (reduction == Reduction.SUM ? SUMS : 0)
            | (parallel ? PARALLEL : 0)
            | (classWeights.isPresent() ? WEIGHTED : 0)
            | (temperature != 1 ? TEMPERED : 0)
            | (zLoss != 0 ? Z_LOSS : 0)
            | (predictions ? PREDICTIONS : 0)
            | (vocabulary.isPresent() ? VOCABULARY : 0));
    classWeights.ifPresent(weights -> out.writeFloats(weights.toArray()));
    if (temperature != 1) {
      out.writeDouble(temperature);
    }
    if (zLoss != 0) {
      out.writeDouble(zLoss);
    }
    vocabulary.ifPresent(out::writeInt);
  }

  /**
   * Reads options that {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if they are not such a form
   */
  static CrossEntropyOptions readFrom(SerialReader in) {
    int ignoreIndex = in.readInt();
    double smoothing = in.readDouble();
    in.require(!Double.valueOf(-0.0).equals(smoothing), "the label smoothing is -0.0");
    CrossEntropyOptions options =
        defaults()
            .ignoreIndex(ignoreIndex)
            .labelSmoothing(smoothing)
            .classAxis((byte) in.readByte());
    int flags = in.readByte();
    in.require(
        flags <= (SUMS | PARALLEL | WEIGHTED | TEMPERED | Z_LOSS | PREDICTIONS | VOCABULARY),
        "the options have the flags " + flags);
    if ((flags & WEIGHTED) != 0) {
      options = options.classWeights(FloatTensor.of(in.readFloats("classWeights")));
    }
    if ((flags & TEMPERED) != 0) {
      options = options.temperature(in.readDouble());
      in.require(options.temperature() != 1, "the temperature is written, and is 1");
    }
    if ((flags & Z_LOSS) != 0) {
      options = options.zLoss(in.readDouble());
      in.require(options.zLoss() != 0, "the z-loss is written, and is 0");
    }
    if ((flags & VOCABULARY) != 0) {
      options = options.vocabulary(in.readInt());
    }
    return options
        .reduction((flags & SUMS) != 0 ? Reduction.SUM : Reduction.MEAN)
        .parallel((flags & PARALLEL) != 0)
        .predictions((flags & PREDICTIONS) != 0);
  }

  /**
   * Compares by the value of every option.
   *
   * @param other the object to compare with
   * @return whether the other object holds equal options
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof CrossEntropyOptions that
        && ignoreIndex == that.ignoreIndex
        && labelSmoothing == that.labelSmoothing
        && classWeights.equals(that.classWeights)
        && temperature == that.temperature
        && zLoss == that.zLoss
        && reduction == that.reduction
        && classAxis == that.classAxis
        && parallel == that.parallel
        && predictions == that.predictions
        && vocabulary.equals(that.vocabulary);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        ignoreIndex,
        labelSmoothing,
        classWeights,
        temperature,
        zLoss,
        reduction,
        classAxis,
        parallel,
        predictions,
        vocabulary);
  }

  @Override
  public String toString() {
    return "CrossEntropyOptions[ignoreIndex="
        + ignoreIndex
        + ", labelSmoothing="
        + labelSmoothing
        + ", classWeights="
        + classWeights.map(FloatTensor::toString).orElse("none")
        + ", temperature="
        + temperature
        + ", zLoss="
        + zLoss
        + ", reduction="
        + reduction
        + ", classAxis="
        + classAxis
        + ", parallel="
        + parallel
        + ", predictions="
        + predictions
        + ", vocabulary="
        + vocabularyText()
        + "]";
  }
}
