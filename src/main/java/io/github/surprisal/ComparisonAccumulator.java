/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.ComparedRows;
import io.github.surprisal.rows.RowTargets;
import io.github.surprisal.sum.ComparisonSums;
import io.github.surprisal.sum.SerialReader;
import io.github.surprisal.sum.SerialWriter;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.function.BiConsumer;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Compares two language models with the same vocabulary on the same tokens, batch by batch, for a
 * {@link ComparisonReport} over all of them: a quantised model with its original, say, or a model
 * before and after fine-tuning.
 *
 * <p>P is the reference, such as the original, and Q the model that is judged by it, as in {@link
 * Losses#klDivergence}: KL(P‖Q) is what Q loses against P, and a loss of Q above that of P makes
 * {@code deltaNll} positive.
 *
 * <p>Advantages: the models are compared token by token, which shows differences that are far below
 * the standard errors of their losses; memory is constant, whatever the number of tokens (about 100
 * KiB, never more than 10 MiB); any batches, in any order, combined in any way, give the same bits.
 * Disadvantage: not thread-safe; give each thread its own and {@link #combine} them.
 *
 * <pre>{@code
 * ComparisonAccumulator accumulator = new ComparisonAccumulator();
 * for (Batch batch : corpus) {
 *   accumulator.add(batch.logits(original), batch.logits(quantised), batch.targets());
 * }
 * ComparisonReport report = accumulator.report();
 * }</pre>
 *
 * <p>A batch is added as a whole or not at all: whatever {@code add} throws, such as an error of
 * memory that is closed while it is read, the accumulator stays as it was.
 *
 * <p>An accumulator travels as some ten kilobytes, whatever it has seen, by Java serialization or
 * as {@link #toByteArray}.
 */
@SuppressWarnings("serial") // the fields are never written: the proxy is
public final class ComparisonAccumulator implements Serializable {
  private static final long serialVersionUID = 1;

  private static final int MAGIC = 0x53724361; // "SrCa"
  private static final int VERSION = 1;

  /** The options of all that is added; not written. */
  private final CrossEntropyOptions options;

  /** What was added; not written. */
  private final ComparisonSums sums;

  /** An empty accumulator with the default options. */
  public ComparisonAccumulator() {
    this(CrossEntropyOptions.defaults());
  }

  /**
   * An empty accumulator.
   *
   * @param options ignore index and class axis of all that is added; models are compared by their
   *     plain losses, without label smoothing and class weights; the reduction has no meaning here
   * @throws IllegalArgumentException if the options ask for label smoothing or class weights
   */
  public ComparisonAccumulator(CrossEntropyOptions options) {
    this(options, new ComparisonSums());
  }

  private ComparisonAccumulator(CrossEntropyOptions options, ComparisonSums sums) {
    checkPlain(options);
    this.options = options;
    this.sums = sums;
  }

  private static void checkPlain(CrossEntropyOptions options) {
    if (options.labelSmoothing() != 0) {
      throw new IllegalArgumentException(
          "labelSmoothing is "
              + options.labelSmoothing()
              + ", expected 0: models are compared by their plain losses");
    }
    if (options.classWeights().isPresent()) {
      throw new IllegalArgumentException(
          "classWeights are given, expected none: models are compared by their plain losses");
    }
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
   * @throws IllegalArgumentException if the options ask for label smoothing or class weights
   */
  public static <T> Collector<T, ?, ComparisonAccumulator> collector(
      CrossEntropyOptions options, BiConsumer<? super ComparisonAccumulator, ? super T> adder) {
    checkPlain(options);
    return Collector.of(
        () -> new ComparisonAccumulator(options),
        adder::accept,
        ComparisonAccumulator::combine,
        Collector.Characteristics.UNORDERED);
  }

  /**
   * The options of all that is added.
   *
   * @return the options
   */
  public CrossEntropyOptions options() {
    return options;
  }

  /**
   * Compares the models on a batch.
   *
   * @param logitsP logits of the reference: (batch, seq, vocabulary), or any shape of rank 1 or
   *     more
   * @param logitsQ logits of the other model, of the same shape
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return this
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor
   *     ignored; nothing is added then
   */
  public ComparisonAccumulator add(FloatTensor logitsP, FloatTensor logitsQ, IntTensor targets) {
    LogitArguments.checkSameShape("logitsQ", logitsQ, "logitsP", logitsP);
    LogitArguments arguments = LogitArguments.of(logitsP.shape(), options.classAxis());
    RowTargets checked = arguments.targets(targets, options.ignoreIndex());
    ComparedRows batch =
        new ComparedRows(arguments.rows(), logitsP.data(), logitsQ.data(), checked);
    batch.addTo(sums, options.parallel());
    return this;
  }

  /**
   * Makes the tokens that were added since the last call one document; nothing if none of them was
   * scored. Once there are documents, the interval of {@code deltaNll} takes documents for
   * independent, and not the tokens within one.
   *
   * <p>Parts of one document may come from several accumulators: combine them, then end it.
   *
   * @return this
   */
  public ComparisonAccumulator endDocument() {
    sums.endDocument();
    return this;
  }

  /**
   * Adds all that another accumulator holds, which stays as it is.
   *
   * @param other what to add
   * @return this
   * @throws IllegalArgumentException if its options differ in more than reduction and parallelism,
   *     or there are more tokens than can be counted in all; nothing is added then
   */
  public ComparisonAccumulator combine(ComparisonAccumulator other) {
    if (!options.scoresLike(other.options)) {
      throw new IllegalArgumentException(
          "other has the options " + other.options + ", expected " + options);
    }
    sums.add(other.sums);
    return this;
  }

  /**
   * The report over all that has been added so far.
   *
   * @return the report
   */
  public ComparisonReport report() {
    return ComparisonReport.of(sums);
  }

  /**
   * The options, all sums and counts in a compact form, for another process, machine or JDK. Equal
   * contents give equal bytes, however they were added: some ten kilobytes, as quantiles need the
   * counts.
   *
   * @return a form that {@link #fromByteArray} reads
   */
  public byte[] toByteArray() {
    SerialWriter out = new SerialWriter(MAGIC, VERSION);
    options.writeTo(out);
    sums.writeTo(out);
    return out.toByteArray();
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
    SerialReader in = new SerialReader(form, "ComparisonAccumulator", MAGIC, VERSION);
    CrossEntropyOptions options = CrossEntropyOptions.readFrom(in);
    ComparisonSums sums = ComparisonSums.readFrom(in);
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
    throw new InvalidObjectException("a ComparisonAccumulator is written as its proxy");
  }

  /** What Java serialization writes instead. */
  private static final class SerialForm implements Serializable {
    private static final long serialVersionUID = 1;

    private final byte @Nullable [] form;

    SerialForm(byte[] form) {
      this.form = form;
    }

    private Object readResolve() throws InvalidObjectException {
      if (form == null) {
        throw new InvalidObjectException("the serial form of a ComparisonAccumulator is missing");
      }
      try {
        return fromByteArray(form);
      } catch (IllegalArgumentException malformed) {
        InvalidObjectException invalid = new InvalidObjectException(malformed.getMessage());
        invalid.initCause(malformed);
        throw invalid;
      }
    }
  }
}
