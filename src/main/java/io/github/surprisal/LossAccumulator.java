/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.IndexTargetLosses;
import io.github.surprisal.loss.LossSettings;
import io.github.surprisal.loss.SingleRowLoss;
import io.github.surprisal.sum.LossSums;
import io.github.surprisal.sum.SerialReader;
import io.github.surprisal.sum.SerialWriter;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Collects losses, batch by batch or row by row, for a {@link LossReport} over all of them.
 *
 * <p>Advantages: one corpus-wide loss, perplexity and bits per byte, divided once at the end, and
 * not a mean of batch means; any batches, in any order, combined in any way, on any number of
 * threads and machines, give the same bits, since all sums are exact. Disadvantage: not
 * thread-safe; give each thread its own and {@link #combine} them.
 *
 * <pre>{@code
 * LossAccumulator accumulator = new LossAccumulator();
 * for (Batch batch : corpus) {
 *   accumulator.add(batch.logits(), batch.targets(), batch.tokenBytes());
 * }
 * LossReport report = accumulator.report();
 * }</pre>
 *
 * <p>Tokens of one text are not independent, and standard errors that take them so are too small.
 * Where the corpus consists of documents, call {@link #endDocument} after each.
 *
 * <p>A batch is added as a whole or not at all: whatever {@code add} throws, such as an error of
 * memory that is closed while it is read, the accumulator stays as it was.
 *
 * <p>An accumulator travels as some hundred bytes, whatever it has seen, by Java serialization or
 * as {@link #toByteArray}.
 */
@SuppressWarnings("serial") // the fields are never written: the proxy is
public final class LossAccumulator implements Serializable {
  private static final long serialVersionUID = 1;

  private static final int MAGIC = 0x53724c61; // "SrLa"
  private static final int VERSION = 1;

  /** The options of all that is added; not written. */
  private final CrossEntropyOptions options;

  /** What was added; not written. */
  private final LossSums sums;

  /** An empty accumulator with the default options. */
  public LossAccumulator() {
    this(CrossEntropyOptions.defaults());
  }

  /**
   * An empty accumulator.
   *
   * @param options ignore index, smoothing, weights and class axis of all that is added; the
   *     reduction has no meaning here
   */
  public LossAccumulator(CrossEntropyOptions options) {
    this(Objects.requireNonNull(options), new LossSums());
  }

  private LossAccumulator(CrossEntropyOptions options, LossSums sums) {
    this.options = options;
    this.sums = sums;
  }

  /**
   * A collector for streams, parallel ones too, whose result has taken in every element. Merging
   * accumulators is {@code collector(options, LossAccumulator::combine)}; for documents, let the
   * elements be whole documents and the adder end each.
   *
   * <pre>{@code
   * LossReport report =
   *     corpus.parallelStream()
   *         .collect(LossAccumulator.collector(options, (sum, batch) ->
   *             sum.add(batch.logits(), batch.targets())))
   *         .report();
   * }</pre>
   *
   * @param options the options of the accumulator
   * @param adder adds an element to an accumulator
   * @param <T> the elements of the stream
   * @return the collector
   */
  public static <T> Collector<T, ?, LossAccumulator> collector(
      CrossEntropyOptions options, BiConsumer<? super LossAccumulator, ? super T> adder) {
    return Collector.of(
        () -> new LossAccumulator(options),
        adder::accept,
        LossAccumulator::combine,
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
   * Adds the losses of a batch, without byte counts.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return this
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor
   *     ignored; nothing is added then
   */
  public LossAccumulator add(FloatTensor logits, IntTensor targets) {
    IndexTargetLosses batch = LogitArguments.losses(logits, targets, options);
    batch.addTo(sums, Optional.empty());
    return this;
  }

  /**
   * Adds the losses of a batch with the bytes of text that each target token stands for.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param tokenBytes of the targets' shape, none negative; 0 for tokens that stand for no text
   * @return this
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or a number of bytes is negative; nothing is added then
   */
  public LossAccumulator add(FloatTensor logits, IntTensor targets, IntTensor tokenBytes) {
    IndexTargetLosses batch = LogitArguments.losses(logits, targets, options);
    checkTokenBytes(targets, tokenBytes);
    batch.addTo(sums, Optional.of(tokenBytes.data()));
    return this;
  }

  private static void checkTokenBytes(IntTensor targets, IntTensor tokenBytes) {
    if (!tokenBytes.shape().equals(targets.shape())) {
      throw new IllegalArgumentException(
          "tokenBytes have shape "
              + tokenBytes.shape()
              + ", expected "
              + targets.shape()
              + ", that of the targets");
    }
    for (long row = 0; row < tokenBytes.size(); row++) {
      if (tokenBytes.at(row) < 0) {
        throw new IllegalArgumentException(
            "tokenBytes at index "
                + LogitArguments.indexAt(targets.shape(), row)
                + " is "
                + tokenBytes.at(row)
                + ", expected 0 or more");
      }
    }
  }

  /**
   * Adds the loss of one row of logits, without a byte count. For loops that get one row after the
   * other in the same array: the row is read where it stands, nothing is allocated for it, and it
   * counts to the bit as it would in a batch.
   *
   * @param logits holds the row, which is not kept
   * @param offset where in {@code logits} the row begins
   * @param length classes of the row
   * @param target the row's class, or the ignore index: then the row is not read
   * @return this
   * @throws IllegalArgumentException if the row does not lie within the array, the target is
   *     neither a class nor ignored, or there are class weights, but not so many; nothing is added
   *     then
   */
  public LossAccumulator addRow(float[] logits, int offset, int length, int target) {
    checkRow(logits, offset, length, target);
    if (target == options.ignoreIndex()) {
      sums.addIgnored();
      return this;
    }
    LossSettings settings = options.settings(length);
    double loss = SingleRowLoss.of(settings, logits, offset, length, target);
    sums.add(loss, settings.weight(target));
    return this;
  }

  /**
   * {@link #addRow(float[], int, int, int)} with the bytes of text that the target stands for.
   *
   * @param logits holds the row, which is not kept
   * @param offset where in {@code logits} the row begins
   * @param length classes of the row
   * @param target the row's class, or the ignore index: then the row is not read
   * @param bytes UTF-8 length of the target token, 0 if it stands for no text
   * @return this
   * @throws IllegalArgumentException as for a row without bytes, or if the number of bytes is
   *     negative
   */
  public LossAccumulator addRow(float[] logits, int offset, int length, int target, int bytes) {
    checkRow(logits, offset, length, target);
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes is " + bytes + ", expected 0 or more");
    }
    if (target == options.ignoreIndex()) {
      sums.addIgnored();
      return this;
    }
    LossSettings settings = options.settings(length);
    double loss = SingleRowLoss.of(settings, logits, offset, length, target);
    sums.add(loss, settings.weight(target), bytes);
    return this;
  }

  private void checkRow(float[] logits, int offset, int length, int target) {
    if (offset < 0 || length < 0 || length > logits.length - offset) {
      throw new IllegalArgumentException(
          "the row of length "
              + length
              + " at offset "
              + offset
              + " does not lie within logits of length "
              + logits.length);
    }
    if (target != options.ignoreIndex() && (target < 0 || target >= length)) {
      throw new IllegalArgumentException(
          "target is "
              + target
              + ", expected 0 <= target < "
              + length
              + " or the ignore index "
              + options.ignoreIndex());
    }
  }

  /**
   * Makes the tokens that were added since the last call one document; nothing if none of them was
   * scored. Once there are documents, standard errors take documents for independent, and not the
   * tokens within one.
   *
   * <p>Parts of one document may come from several accumulators: combine them, then end it.
   *
   * @return this
   */
  public LossAccumulator endDocument() {
    sums.endDocument();
    return this;
  }

  /**
   * Adds words of the text, by which {@link LossReport#wordPerplexity} divides; what a word is, is
   * up to the caller.
   *
   * @param words so many more, 0 or more
   * @return this
   * @throws IllegalArgumentException if they are negative, or more than a {@code long} in all
   */
  public LossAccumulator addWords(long words) {
    if (words < 0 || !sums.addWords(words)) {
      throw new IllegalArgumentException(
          "words is " + words + ", expected 0 or more, and at most 2^63 - 1 in all");
    }
    return this;
  }

  /**
   * Adds all that another accumulator holds, which stays as it is.
   *
   * @param other what to add
   * @return this
   * @throws IllegalArgumentException if its options differ in more than reduction and parallelism,
   *     or there are more tokens, bytes or words than can be counted in all; nothing is added then
   */
  public LossAccumulator combine(LossAccumulator other) {
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
  public LossReport report() {
    return LossReport.of(sums);
  }

  /**
   * The options and all sums in a compact form, for another process, machine or JDK. Equal contents
   * give equal bytes, however they were added: some hundred bytes, and 4 for each class weight.
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
   * checksum too, before anything is made of them, and no memory is taken that they don't fill.
   *
   * @param form what {@link #toByteArray} returned
   * @return an accumulator with equal options and sums
   * @throws IllegalArgumentException if it is anything else: truncated, corrupted, too long, of
   *     another version
   */
  public static LossAccumulator fromByteArray(byte[] form) {
    SerialReader in = new SerialReader(form, "LossAccumulator", MAGIC, VERSION);
    CrossEntropyOptions options = CrossEntropyOptions.readFrom(in);
    LossSums sums = LossSums.readFrom(in);
    in.end();
    in.require(
        options.classWeights().isPresent() || sums.isUnweighted(),
        "its tokens have weights, but there are no class weights");
    return new LossAccumulator(options, sums);
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
    throw new InvalidObjectException("a LossAccumulator is written as its proxy");
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
        throw new InvalidObjectException("the serial form of a LossAccumulator is missing");
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
