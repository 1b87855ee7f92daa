/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.ComparedRows;
import io.github.surprisal.rows.IntData;
import io.github.surprisal.rows.RowTargets;
import io.github.surprisal.sum.ComparisonSums;
import io.github.surprisal.sum.SerialReader;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Compares two language models with the same vocabulary on the same tokens, batch by batch, for a
 * {@link ComparisonReport} over all of them; not thread-safe. The models may be a quantised model
 * and its original, or a model before and after fine-tuning. With {@link
 * CrossEntropyOptions#vocabulary(int)} their output layers may be padded to different sizes.
 *
 * <p>P is the reference, such as the original, and Q the model that is judged by it, as in {@link
 * Losses#klDivergence}: KL(P‖Q) is what Q loses against P, and a larger loss of Q makes {@link
 * ComparisonReport#deltaNll()} positive.
 *
 * <pre>{@code
 * ComparisonAccumulator accumulator = new ComparisonAccumulator();
 * for (Batch batch : corpus) {
 *   accumulator.add(batch.logits(original), batch.logits(quantised), batch.targets());
 * }
 * ComparisonReport report = accumulator.report();
 * }</pre>
 *
 * <p>The models are compared token by token, which shows differences that are far below the
 * standard errors of their losses. Memory is constant, whatever the number of tokens: about 100
 * KiB, never more than 10 MiB. Any batches, in any order, combined in any way, give the same bits.
 * For the place of the first NaN, {@link #startAt} has to tell accumulators which part of the
 * corpus they get.
 *
 * <p>Give each thread an accumulator of its own and {@link #combine} them, or use {@link
 * #collector}. Two threads that are inside one accumulator at once would lose tokens; where that is
 * noticed, and it mostly is, there is a {@link java.util.ConcurrentModificationException}.
 *
 * <p>A batch is added as a whole or not at all: whatever {@code add} throws, such as an error of
 * memory that is closed while it is read, the accumulator stays as it was.
 *
 * <p>An accumulator travels in about ten kilobytes, whatever it has seen, by Java serialization or
 * as {@link #toByteArray}.
 */
@SuppressWarnings("serial") // the field is never written: the proxy is
public final class ComparisonAccumulator implements Serializable {
  private static final long serialVersionUID = 1;

  private static final String TYPE = "ComparisonAccumulator";
  private static final int MAGIC = 0x53724361; // "SrCa"
  private static final int VERSION = 1;

  /** Options and sums; not written. */
  private final AccumulatorState<ComparisonSums> state;

  /** An empty accumulator with the default options. */
  public ComparisonAccumulator() {
    this(CrossEntropyOptions.defaults());
  }

  /**
   * An empty accumulator.
   *
   * @param options ignore index, class axis, vocabulary and temperature of all that is added, and
   *     whether the report tells of predictions; models are compared by their plain losses, without
   *     label smoothing and class weights
   * @throws IllegalArgumentException if the options ask for label smoothing, class weights, a
   *     z-loss or another reduction than the mean
   */
  public ComparisonAccumulator(CrossEntropyOptions options) {
    this(options, new ComparisonSums(options.predictions()));
  }

  private ComparisonAccumulator(CrossEntropyOptions options, ComparisonSums sums) {
    options.requireNoLabelSmoothing(
        "models are compared by their plain losses; use a LossAccumulator for each model to smooth"
            + " labels");
    options.requireNoClassWeights(
        "models are compared by their plain losses; use a LossAccumulator for each model to weight"
            + " classes");
    options.requireNoZLoss("models are compared by their plain losses; leave it out");
    options.requireDefaultReduction("a comparison has means, and the number of scored tokens");
    state = new AccumulatorState<>(TYPE, options, sums);
  }

  /**
   * A collector for streams, parallel ones too, whose result has taken in every element. Merging
   * accumulators is {@code collector(options, ComparisonAccumulator::combine)}; for documents, let
   * the elements be whole documents and the adder end each.
   *
   * <pre>{@code
   * ComparisonReport report =
   *     corpus.parallelStream()
   *         .collect(ComparisonAccumulator.collector(options, (sum, batch) ->
   *             sum.add(batch.logits(original), batch.logits(quantised), batch.targets())))
   *         .report();
   * }</pre>
   *
   * @param options the options of the accumulator
   * @param adder adds an element to an accumulator
   * @param <T> the elements of the stream
   * @return the collector
   * @throws IllegalArgumentException as {@link #ComparisonAccumulator(CrossEntropyOptions)}
   */
  public static <T> Collector<T, ?, ComparisonAccumulator> collector(
      CrossEntropyOptions options, BiConsumer<? super ComparisonAccumulator, ? super T> adder) {
    return AccumulatorState.collector(
        () -> new ComparisonAccumulator(options), adder, ComparisonAccumulator::combine);
  }

  /**
   * The options of all that is added.
   *
   * @return the options
   */
  public CrossEntropyOptions options() {
    return state.options();
  }

  /**
   * Compares the models on a batch.
   *
   * @param logitsP logits of the reference: (batch, seq, vocabulary), or any shape of rank 1 or
   *     more
   * @param logitsQ logits of the other model, of the same shape; with a vocabulary, of the same but
   *     for the padding along the class axis
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return this
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor
   *     ignored; nothing is added then
   */
  public ComparisonAccumulator add(FloatTensor logitsP, FloatTensor logitsQ, IntTensor targets) {
    return add(compared(logitsP, logitsQ, targets), Optional.empty());
  }

  /**
   * {@link #add(FloatTensor, FloatTensor, IntTensor)} with the bytes of text that each target
   * stands for. One row with bytes is a batch of logits of rank 1 and a target of rank 0.
   *
   * @param logitsP logits of the reference: (batch, seq, vocabulary), or any shape of rank 1 or
   *     more
   * @param logitsQ logits of the other model, of the same shape; with a vocabulary, of the same but
   *     for the padding along the class axis
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param vocabulary the bytes of each token
   * @return this
   * @throws IllegalArgumentException if shapes don't fit or a target is neither ignored nor a class
   *     and a token of the vocabulary; nothing is added then
   */
  public ComparisonAccumulator add(
      FloatTensor logitsP, FloatTensor logitsQ, IntTensor targets, TokenBytes vocabulary) {
    ComparedRows batch = compared(logitsP, logitsQ, targets);
    IntTensor lengths = vocabulary.lengths(targets, options().ignoreIndex());
    return add(batch, Optional.of(lengths.data()));
  }

  /**
   * {@link #add(FloatTensor, FloatTensor, IntTensor, TokenBytes)} with byte counts, for where they
   * don't follow from the token alone; {@link LossAccumulator#add(FloatTensor, IntTensor,
   * IntTensor)} tells which swaps with the targets are noticed.
   *
   * @param logitsP logits of the reference: (batch, seq, vocabulary), or any shape of rank 1 or
   *     more
   * @param logitsQ logits of the other model, of the same shape; with a vocabulary, of the same but
   *     for the padding along the class axis
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param tokenBytes of the targets' shape, each from 0, for tokens that stand for no text, to
   *     {@value TokenBytes#MAX_BYTE_COUNT}
   * @return this
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or a byte count is out of range; nothing is added then
   */
  public ComparisonAccumulator add(
      FloatTensor logitsP, FloatTensor logitsQ, IntTensor targets, IntTensor tokenBytes) {
    ComparedRows batch = compared(logitsP, logitsQ, targets);
    TokenBytes.checkCounts(tokenBytes, targets);
    return add(batch, Optional.of(tokenBytes.data()));
  }

  private ComparedRows compared(FloatTensor logitsP, FloatTensor logitsQ, IntTensor targets) {
    LogitArguments.checkComparable(
        "logitsP", logitsP, "logitsQ", logitsQ, options().classAxis(), options().vocabulary());
    LogitArguments arguments = LogitArguments.of(logitsP.shape(), options());
    RowTargets checked = arguments.targets(targets, options().ignoreIndex());
    return new ComparedRows(
        arguments.rows(),
        LogitArguments.of(logitsQ.shape(), options()).rows(),
        logitsP.data(),
        logitsQ.data(),
        checked,
        options().temperatureOfLogits());
  }

  private ComparisonAccumulator add(ComparedRows batch, Optional<IntData> tokenBytes) {
    state.update(sums -> batch.addTo(sums, tokenBytes, options().parallel()));
    return this;
  }

  /**
   * Compares the models on one row of logits.
   *
   * @param rowP logits of the reference for all classes, which are not kept
   * @param rowQ logits of the other model for as many classes; with a vocabulary, for any number
   *     that has room for it
   * @param target the row's class, or the ignore index: then the rows are not read
   * @return this
   * @throws IllegalArgumentException if the rows have different lengths without a vocabulary, the
   *     target is neither a class nor ignored, or the class axis is not the rows' only one; nothing
   *     is added then
   */
  public ComparisonAccumulator addRow(float[] rowP, float[] rowQ, int target) {
    return addRow(FloatTensor.wrap(rowP, rowP.length), FloatTensor.wrap(rowQ, rowQ.length), target);
  }

  /**
   * {@link #addRow(float[], float[], int)} for rows in buffers, heap or direct, from their
   * positions to their limits, which stay.
   *
   * @param rowP logits of the reference for all classes
   * @param rowQ logits of the other model for as many classes
   * @param target the row's class, or the ignore index: then the rows are not read
   * @return this
   * @throws IllegalArgumentException as for rows in arrays
   */
  public ComparisonAccumulator addRow(FloatBuffer rowP, FloatBuffer rowQ, int target) {
    return addRow(
        FloatTensor.wrap(rowP, rowP.remaining()), FloatTensor.wrap(rowQ, rowQ.remaining()), target);
  }

  /**
   * {@link #addRow(float[], float[], int)} for rows anywhere: slices of tensors, or {@link
   * FloatTensor#wrapAt} for rows in the middle of arrays.
   *
   * @param rowP logits of the reference for all classes, of rank 1
   * @param rowQ logits of the other model for as many classes
   * @param target the row's class, or the ignore index: then the rows are not read
   * @return this
   * @throws IllegalArgumentException if the rows are not of rank 1, or as for rows in arrays
   */
  public ComparisonAccumulator addRow(FloatTensor rowP, FloatTensor rowQ, int target) {
    int classes = RowArguments.classes("rowP", rowP);
    if (options().vocabulary().isPresent()) {
      LogitArguments.classes("rowQ", RowArguments.classes("rowQ", rowQ), options().vocabulary());
    } else {
      LogitArguments.checkSameShape("rowQ", rowQ, "rowP", rowP);
    }
    RowArguments.check("rowP", classes, target, options());
    return add(rowP, rowQ, IntTensor.scalar(target));
  }

  /**
   * Sets the position in the corpus of the row that is added next. The rows after it follow on,
   * ignored ones too, until this is called again.
   *
   * <p>Only {@link ComparisonReport#firstNan} depends on it. Where the parts of a corpus go to
   * several accumulators, on threads or machines, call it before each part, or before each batch.
   * Without, an accumulator counts its rows from 0. After {@link #combine} and {@link
   * #fromByteArray} the positions of rows that are added are unknown until it is called.
   *
   * @param row the position, counted from 0
   * @return this
   * @throws IllegalArgumentException if the position is negative
   */
  public ComparisonAccumulator startAt(long row) {
    AccumulatorState.checkPosition(row);
    state.update(sums -> sums.startAt(row));
    return this;
  }

  /**
   * Makes the tokens that were added since the last call one document; nothing if none of them was
   * scored. Once there are documents, the errors of the differences take documents for independent,
   * and not the tokens within one.
   *
   * <p>Parts of one document may come from several accumulators: combine them, then end it.
   *
   * @return this
   */
  public ComparisonAccumulator endDocument() {
    state.update(ComparisonSums::endDocument);
    return this;
  }

  /**
   * Adds all that another accumulator holds, which stays as it is.
   *
   * <p>Returns nothing, so that {@code parallel().reduce(new ComparisonAccumulator(),
   * ComparisonAccumulator::combine)}, which would share one accumulator among threads, does not
   * compile: use {@link #collector}.
   *
   * @param other what to add
   * @throws IllegalArgumentException if its options differ in more than parallelism, which the
   *     message names, or a count would overflow; nothing is added then
   */
  public void combine(ComparisonAccumulator other) {
    state.combine(other.state);
  }

  /**
   * The report over all that has been added so far.
   *
   * @return the report
   */
  public ComparisonReport report() {
    return state.apply(ComparisonReport::of);
  }

  /**
   * The options, all sums and counts in a compact form, for another process, machine or JDK. Equal
   * contents give equal bytes, however they were added: about ten kilobytes, as quantiles need
   * counts.
   *
   * @return a form that {@link #fromByteArray} reads
   */
  public byte[] toByteArray() {
    return state.toByteArray(MAGIC, VERSION);
  }

  /**
   * Reads an accumulator back. The bytes are not trusted: they are checked in every respect, by a
   * checksum too, and never take more memory than an accumulator may.
   *
   * @param form what {@link #toByteArray} returned
   * @return an accumulator with equal options and sums
   * @throws IllegalArgumentException if it is anything else: truncated, corrupted, too long, of
   *     another version
   */
  public static ComparisonAccumulator fromByteArray(byte[] form) {
    SerialReader in = new SerialReader(form, TYPE, MAGIC, VERSION);
    CrossEntropyOptions options = CrossEntropyOptions.readFrom(in);
    ComparisonSums sums = ComparisonSums.readFrom(in, options.predictions());
    in.end();
    return new ComparisonAccumulator(options, sums);
  }

  /**
   * Writes a proxy instead, which holds the bytes of {@link #toByteArray}.
   *
   * @return the proxy
   */
  private Object writeReplace() {
    return new SerialForm(toByteArray());
  }

  /**
   * Refuses a stream without the proxy.
   *
   * @param in not read
   * @throws InvalidObjectException always
   */
  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw AccumulatorState.withoutProxy(TYPE);
  }

  /** What Java serialization writes instead. */
  private static final class SerialForm implements Serializable {
    private static final long serialVersionUID = 1;

    private final byte @Nullable [] form;

    SerialForm(byte[] form) {
      this.form = form;
    }

    private Object readResolve() throws InvalidObjectException {
      return AccumulatorState.resolve(TYPE, form, ComparisonAccumulator::fromByteArray);
    }
  }
}
