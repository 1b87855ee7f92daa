/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.loss.IndexTargetLosses;
import io.github.surprisal.loss.LossSettings;
import io.github.surprisal.loss.SingleRowLoss;
import io.github.surprisal.rows.IntData;
import io.github.surprisal.sum.LossSums;
import io.github.surprisal.sum.SerialReader;
import io.github.surprisal.sum.TokenPrediction;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Collects losses, batch by batch or row by row, for a {@link LossReport} over all of them; not
 * thread-safe.
 *
 * <pre>{@code
 * LossAccumulator accumulator = new LossAccumulator();
 * for (Batch batch : corpus) {
 *   accumulator.add(batch.logits(), batch.targets(), vocabulary);
 * }
 * LossReport report = accumulator.report();
 * }</pre>
 *
 * <p>There is one corpus-wide loss, perplexity and bits per byte, divided once at the end, and not
 * a mean of batch means. Any batches, in any order, combined in any way, on any number of threads
 * and machines, give the same bits, since all sums are exact. For the place of the first NaN,
 * {@link #startAt} has to tell accumulators which part of the corpus they get.
 *
 * <p>Give each thread an accumulator of its own and {@link #combine} them, or use {@link
 * #collector}. Two threads that are inside one accumulator at once would lose tokens; where that is
 * noticed, and it mostly is, there is a {@link java.util.ConcurrentModificationException}.
 *
 * <p>Tokens of one text are not independent, and standard errors that take them so are too small.
 * Where the corpus consists of documents, call {@link #endDocument} after each.
 *
 * <p>A batch is added as a whole or not at all: whatever {@code add} throws, such as an error of
 * memory that is closed while it is read, the accumulator stays as it was.
 *
 * <p>Bits per byte need the bytes of every scored token: from a {@link TokenBytes} vocabulary, or
 * as counts. If some tokens are added without, bits per byte are NaN, and {@link
 * LossReport#tokensWithoutByteCount} says how many.
 *
 * <p>Where there are no logits, but the log-probabilities of the tokens, as from a server, {@link
 * #addLogProb(double)} takes these.
 *
 * <p>An accumulator travels in a few hundred bytes, whatever it has seen, by Java serialization or
 * as {@link #toByteArray}; with {@linkplain CrossEntropyOptions#predictions(boolean) predictions}
 * in at most a few thousand.
 */
@SuppressWarnings("serial") // the fields are never written: the proxy is
public final class LossAccumulator implements Serializable {

  // This file is long because it is mostly documentation: rows come in arrays, buffers and tensors,
  // with bytes in several forms or none, and each form has its own contract.

  private static final long serialVersionUID = 1;

  private static final String TYPE = "LossAccumulator";
  private static final int MAGIC = 0x53724c61; // "SrLa"
  private static final int VERSION = 1;

  private static final int NO_BYTE_COUNT = -1;

  /** Options and sums; not written. */
  private final AccumulatorState<LossSums> state;

  /** What the row that is being added says of its token; not written. */
  private final TokenPrediction prediction = new TokenPrediction();

  /** An empty accumulator with the default options. */
  public LossAccumulator() {
    this(CrossEntropyOptions.defaults());
  }

  /**
   * An empty accumulator.
   *
   * @param options ignore index, smoothing, weights, temperature, class axis and vocabulary of all
   *     that is added, and whether the report tells of predictions
   * @throws IllegalArgumentException if there is a z-loss, of which there is no perplexity, or the
   *     reduction is not the mean: a report has both, the mean and the sum
   */
  public LossAccumulator(CrossEntropyOptions options) {
    this(options, new LossSums(options.predictions()));
  }

  private LossAccumulator(CrossEntropyOptions options, LossSums sums) {
    options.requireDefaultReduction("a report has the mean as loss() and the sum as totalNats()");
    options.requireNoZLoss("a loss with a z-loss has no perplexity; Losses.crossEntropy takes it");
    state = new AccumulatorState<>(TYPE, options, sums);
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
   * @throws IllegalArgumentException as {@link #LossAccumulator(CrossEntropyOptions)}
   */
  public static <T> Collector<T, ?, LossAccumulator> collector(
      CrossEntropyOptions options, BiConsumer<? super LossAccumulator, ? super T> adder) {
    return AccumulatorState.collector(
        () -> new LossAccumulator(options), adder, LossAccumulator::combine);
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
   * Adds the losses of a batch, without byte counts.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @return this
   * @throws IllegalArgumentException if shapes don't fit or a target is neither a class nor
   *     ignored; nothing is added then
   */
  public LossAccumulator add(FloatTensor logits, IntTensor targets) {
    return add(LogitArguments.losses(logits, targets, options()), Optional.empty());
  }

  /**
   * {@link #add(FloatTensor, IntTensor)} with a weight for each token.
   *
   * <p>The loss of a token is multiplied by its weight v, and the report has the mean Σ v·loss / Σ
   * v·w[t], with the class weights w. A token of weight 0 is ignored, and counted as such; its
   * logits are not read, but its target has to be a class or the ignore index all the same. To the
   * bit, weights of 1 give the report without weights. {@link LossReport} tells what the weights do
   * to its other numbers. A row alone goes as {@code add(row, IntTensor.scalar(target),
   * FloatTensor.scalar(weight))}.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param tokenWeights one weight for each token, of the targets' shape: finite, 0 or more
   * @return this
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or a token weight is negative, NaN or infinite; nothing is added then
   */
  public LossAccumulator add(FloatTensor logits, IntTensor targets, FloatTensor tokenWeights) {
    return add(weighted(logits, targets, tokenWeights), Optional.empty());
  }

  private IndexTargetLosses weighted(
      FloatTensor logits, IntTensor targets, FloatTensor tokenWeights) {
    return LogitArguments.losses(logits, targets, Optional.of(tokenWeights), options());
  }

  /**
   * Adds the losses of a batch with the bytes of text that each target token stands for.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param vocabulary the bytes of each token
   * @return this
   * @throws IllegalArgumentException if shapes don't fit, or a target is neither ignored nor a
   *     class and a token of the vocabulary; nothing is added then
   */
  public LossAccumulator add(FloatTensor logits, IntTensor targets, TokenBytes vocabulary) {
    IndexTargetLosses batch = LogitArguments.losses(logits, targets, options());
    return add(batch, targets, vocabulary);
  }

  /**
   * {@link #add(FloatTensor, IntTensor, FloatTensor)} with the bytes of text that each target token
   * stands for. Bits per byte are Σ v·loss / (ln 2 · Σ v·bytes) then.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param tokenWeights one weight for each token, of the targets' shape: finite, 0 or more
   * @param vocabulary the bytes of each token
   * @return this
   * @throws IllegalArgumentException if shapes don't fit, a target is neither ignored nor a class
   *     and a token of the vocabulary, or a token weight is negative, NaN or infinite; nothing is
   *     added then
   */
  public LossAccumulator add(
      FloatTensor logits, IntTensor targets, FloatTensor tokenWeights, TokenBytes vocabulary) {
    return add(weighted(logits, targets, tokenWeights), targets, vocabulary);
  }

  private LossAccumulator add(IndexTargetLosses batch, IntTensor targets, TokenBytes vocabulary) {
    return add(batch, Optional.of(vocabulary.lengths(targets, options().ignoreIndex()).data()));
  }

  /**
   * Adds the losses of a batch with byte counts, for where they don't follow from the token alone.
   *
   * <p>Targets and byte counts are both integers of one shape. A swap is noticed if one of the
   * targets is negative or above {@value TokenBytes#MAX_BYTE_COUNT}, or a byte count is no class.
   * It can't be noticed if the targets all look like byte counts, as in a tiny vocabulary: there,
   * {@link #add(FloatTensor, IntTensor, TokenBytes)} is safe.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param tokenBytes of the targets' shape, each from 0, for tokens that stand for no text, to
   *     {@value TokenBytes#MAX_BYTE_COUNT}
   * @return this
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     or a byte count is out of range; nothing is added then
   */
  public LossAccumulator add(FloatTensor logits, IntTensor targets, IntTensor tokenBytes) {
    IndexTargetLosses batch = LogitArguments.losses(logits, targets, options());
    return add(batch, targets, tokenBytes);
  }

  /**
   * {@link #add(FloatTensor, IntTensor, FloatTensor, TokenBytes)} with byte counts, for where they
   * don't follow from the token alone; {@link #add(FloatTensor, IntTensor, IntTensor)} tells which
   * swaps are noticed.
   *
   * @param logits (batch, seq, vocabulary), or any shape of rank 1 or more
   * @param targets the logits' shape without the class axis: classes, or the ignore index
   * @param tokenWeights one weight for each token, of the targets' shape: finite, 0 or more
   * @param tokenBytes of the targets' shape, each from 0, for tokens that stand for no text, to
   *     {@value TokenBytes#MAX_BYTE_COUNT}
   * @return this
   * @throws IllegalArgumentException if shapes don't fit, a target is neither a class nor ignored,
   *     a token weight is negative, NaN or infinite, or a byte count is out of range; nothing is
   *     added then
   */
  public LossAccumulator add(
      FloatTensor logits, IntTensor targets, FloatTensor tokenWeights, IntTensor tokenBytes) {
    return add(weighted(logits, targets, tokenWeights), targets, tokenBytes);
  }

  private LossAccumulator add(IndexTargetLosses batch, IntTensor targets, IntTensor tokenBytes) {
    TokenBytes.checkCounts(tokenBytes, targets);
    return add(batch, Optional.of(tokenBytes.data()));
  }

  private LossAccumulator add(IndexTargetLosses batch, Optional<IntData> tokenBytes) {
    state.update(sums -> batch.addTo(sums, tokenBytes));
    return this;
  }

  /**
   * Adds the loss of one row of logits, without a byte count. For loops that get one row after the
   * other in the same array: the row is read where it stands, nothing is allocated for it, and it
   * counts to the bit as it would in a batch.
   *
   * @param row the logits of all classes, which are not kept
   * @param target the row's class, or the ignore index: then the row is not read
   * @return this
   * @throws IllegalArgumentException if the target is neither a class nor ignored, the class axis
   *     is not the row's only one, or the number of class weights is another; nothing is added then
   */
  public LossAccumulator addRow(float[] row, int target) {
    int classes = checkRow(row.length, target);
    return addRowInArray(row, 0, classes, target, NO_BYTE_COUNT);
  }

  /**
   * {@link #addRow(float[], int)} with the bytes of text that the target stands for.
   *
   * @param row the logits of all classes, which are not kept
   * @param target the row's class, or the ignore index: then the row is not read
   * @param vocabulary the bytes of each token
   * @return this
   * @throws IllegalArgumentException as for a row without bytes, or if the target is not a token of
   *     the vocabulary; nothing is added then
   */
  public LossAccumulator addRow(float[] row, int target, TokenBytes vocabulary) {
    int classes = checkRow(row.length, target);
    return addRowInArray(row, 0, classes, target, bytes(target, vocabulary));
  }

  /**
   * {@link #addRow(float[], int)} for a row in a buffer, heap or direct, from its position to its
   * limit, which stay.
   *
   * @param row the logits of all classes
   * @param target the row's class, or the ignore index: then the row is not read
   * @return this
   * @throws IllegalArgumentException as for a row in an array
   */
  public LossAccumulator addRow(FloatBuffer row, int target) {
    return addRow(FloatTensor.wrap(row, row.remaining()), target);
  }

  /**
   * {@link #addRow(float[], int, TokenBytes)} for a row in a buffer.
   *
   * @param row the logits of all classes
   * @param target the row's class, or the ignore index: then the row is not read
   * @param vocabulary the bytes of each token
   * @return this
   * @throws IllegalArgumentException as for a row in an array
   */
  public LossAccumulator addRow(FloatBuffer row, int target, TokenBytes vocabulary) {
    return addRow(FloatTensor.wrap(row, row.remaining()), target, vocabulary);
  }

  /**
   * {@link #addRow(float[], int)} for a row anywhere: a slice of a tensor, or {@link
   * FloatTensor#wrapAt} for a row in the middle of an array.
   *
   * @param row the logits of all classes, of rank 1
   * @param target the row's class, or the ignore index: then the row is not read
   * @return this
   * @throws IllegalArgumentException if the row is not of rank 1, or as for a row in an array
   */
  public LossAccumulator addRow(FloatTensor row, int target) {
    checkRow(RowArguments.classes("row", row), target);
    return add(row, IntTensor.scalar(target));
  }

  /**
   * {@link #addRow(float[], int, TokenBytes)} for a row anywhere.
   *
   * @param row the logits of all classes, of rank 1
   * @param target the row's class, or the ignore index: then the row is not read
   * @param vocabulary the bytes of each token
   * @return this
   * @throws IllegalArgumentException if the row is not of rank 1, or as for a row in an array
   */
  public LossAccumulator addRow(FloatTensor row, int target, TokenBytes vocabulary) {
    checkRow(RowArguments.classes("row", row), target);
    bytes(target, vocabulary);
    return add(row, IntTensor.scalar(target), vocabulary);
  }

  /**
   * Adds the loss of one row of several in an array, with a byte count. Rows lie one after the
   * other, so an offset is 0, or no less than the length.
   *
   * <p>Four integers side by side are easily swapped. Offset and length, offset and target, and
   * length and target can't be without an exception; target and bytes can if each could be the
   * other. The other forms take fewer integers.
   *
   * @param logits holds the row, and is not kept
   * @param offset where in {@code logits} the row begins
   * @param length classes of the row, padding included
   * @param target the row's class, or the ignore index: then the row is not read
   * @param bytes UTF-8 length of the target token, from 0, if it stands for no text, to {@value
   *     TokenBytes#MAX_BYTE_COUNT}
   * @return this
   * @throws IllegalArgumentException as {@link #addRow(float[], int)}, or if the row does not lie
   *     within the array, or bytes are out of range; nothing is added then
   */
  public LossAccumulator addRow(float[] logits, int offset, int length, int target, int bytes) {
    RowArguments.checkWithin(logits, offset, length);
    int classes = checkRow(length, target);
    TokenBytes.checkCount("bytes", bytes);
    return addRowInArray(logits, offset, classes, target, bytes);
  }

  private LossAccumulator addRowInArray(
      float[] logits, int offset, int classes, int target, int bytes) {
    LossSums sums = state.sums();
    state.enter();
    try {
      if (target == options().ignoreIndex()) {
        sums.addIgnored();
        return this;
      }
      LossSettings settings = options().settings(classes);
      double weight = settings.weight(target);
      if (options().predictions()) {
        double loss = SingleRowLoss.of(settings, logits, offset, classes, target, prediction);
        add(sums, loss, weight, bytes);
        sums.addPrediction(prediction);
      } else {
        add(sums, SingleRowLoss.of(settings, logits, offset, classes, target), weight, bytes);
      }
    } finally {
      state.exit();
    }
    return this;
  }

  private static void add(LossSums sums, double loss, double weight, int bytes) {
    if (bytes == NO_BYTE_COUNT) {
      sums.add(loss, weight);
    } else {
      sums.add(loss, weight, bytes);
    }
  }

  /** Returns the number of classes of the row that are no padding. */
  private int checkRow(int extent, int target) {
    return RowArguments.check("the row", extent, target, options());
  }

  private int bytes(int target, TokenBytes vocabulary) {
    return target == options().ignoreIndex() ? 0 : vocabulary.lengthOfTarget(target);
  }

  /**
   * Adds the loss of one token by its log-probability, without a byte count. For programs that get
   * log-probabilities of the chosen tokens and no logits, as from a server.
   *
   * <p>The loss is −logProb, and counts to the bit like that of a row of logits with this loss. No
   * ignore index applies: leave out what is not to be scored.
   *
   * @param logProb natural logarithm of the probability of the token: 0 or less, where rounding up
   *     to 1e-5 above 0 counts 0; −∞ is a loss of +∞
   * @return this
   * @throws IllegalArgumentException if the log-probability is NaN, above 1e-5 or finite and below
   *     that of any row of logits, −2 · {@link Float#MAX_VALUE}; if the options have label
   *     smoothing, class weights, a temperature or predictions, which need logits and targets; or
   *     if a count would overflow; nothing is added then
   */
  public LossAccumulator addLogProb(double logProb) {
    checkPlainLosses();
    double loss = RowArguments.loss("logProb", logProb);
    state.update(sums -> sums.add(loss, 1));
    return this;
  }

  /**
   * {@link #addLogProb(double)} with the bytes of text that the token stands for.
   *
   * @param logProb natural logarithm of the probability of the token, 0 or less
   * @param bytes UTF-8 length of the token, from 0, if it stands for no text, to {@value
   *     TokenBytes#MAX_BYTE_COUNT}
   * @return this
   * @throws IllegalArgumentException as for a token without bytes, or if bytes are out of range;
   *     nothing is added then
   */
  public LossAccumulator addLogProb(double logProb, int bytes) {
    checkPlainLosses();
    double loss = RowArguments.loss("logProb", logProb);
    TokenBytes.checkCount("bytes", bytes);
    state.update(sums -> sums.add(loss, 1, bytes));
    return this;
  }

  /**
   * {@link #addLogProb(double)} of several tokens, all of them or none.
   *
   * @param logProbs natural logarithms of the probabilities of the tokens, each 0 or less
   * @return this
   * @throws IllegalArgumentException as for a single token, with the index of the first that is
   *     refused; nothing is added then
   */
  public LossAccumulator addLogProbs(double[] logProbs) {
    checkPlainLosses();
    LossSums part = new LossSums();
    for (double loss : RowArguments.losses(logProbs)) {
      part.add(loss, 1);
    }
    state.update(sums -> sums.append(part));
    return this;
  }

  /**
   * {@link #addLogProb(double, int)} of several tokens, all of them or none.
   *
   * @param logProbs natural logarithms of the probabilities of the tokens, each 0 or less
   * @param bytes UTF-8 length of each token, from 0 to {@value TokenBytes#MAX_BYTE_COUNT}
   * @return this
   * @throws IllegalArgumentException if the arrays have different lengths, or as for a single
   *     token, with the index of the first that is refused; nothing is added then
   */
  public LossAccumulator addLogProbs(double[] logProbs, int[] bytes) {
    checkPlainLosses();
    if (bytes.length != logProbs.length) {
      throw new IllegalArgumentException(
          "bytes have length "
              + bytes.length
              + ", expected one for each of the "
              + logProbs.length
              + " logProbs");
    }
    double[] losses = RowArguments.losses(logProbs);
    int[] counts = TokenBytes.checkedCounts("bytes", bytes);
    LossSums part = new LossSums();
    for (int i = 0; i < losses.length; i++) {
      part.add(losses[i], 1, counts[i]);
    }
    state.update(sums -> sums.append(part));
    return this;
  }

  private void checkPlainLosses() {
    options()
        .requireNoLabelSmoothing(
            "there are no logits to smooth; use another accumulator for log-probabilities");
    options()
        .requireNoTemperature(
            "there are no logits to divide; use another accumulator for log-probabilities");
    options()
        .requireNoPredictions("they need logits; use another accumulator for log-probabilities");
    options()
        .requireNoClassWeights(
            "there are no target classes to weight; use another accumulator for"
                + " log-probabilities");
  }

  /**
   * Sets the position in the corpus of the row that is added next. The rows after it follow on,
   * ignored ones too, until this is called again.
   *
   * <p>Only {@link LossReport#firstNan} depends on it. Where the parts of a corpus go to several
   * accumulators, on threads or machines, call it before each part, or before each batch. Without,
   * an accumulator counts its rows from 0. After {@link #combine} and {@link #fromByteArray} the
   * positions of rows that are added are unknown until it is called.
   *
   * @param row the position, counted from 0
   * @return this
   * @throws IllegalArgumentException if the position is negative
   */
  public LossAccumulator startAt(long row) {
    AccumulatorState.checkPosition(row);
    state.update(sums -> sums.startAt(row));
    return this;
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
    state.update(LossSums::endDocument);
    return this;
  }

  /**
   * Adds words of the text, by which {@link LossReport#wordPerplexity} divides; what a word is, is
   * up to the caller.
   *
   * @param words the number of words to add, 0 or more
   * @return this
   * @throws IllegalArgumentException if the number is negative, or there would be more than 2^63 −
   *     1 words in all
   */
  public LossAccumulator addWords(long words) {
    if (words < 0 || !state.apply(sums -> sums.addWords(words))) {
      throw new IllegalArgumentException(
          "words is " + words + ", expected 0 or more, and at most 2^63 - 1 in all");
    }
    return this;
  }

  /**
   * Adds all that another accumulator holds, which stays as it is.
   *
   * <p>Returns nothing, so that {@code parallel().reduce(new LossAccumulator(),
   * LossAccumulator::combine)}, which would share one accumulator among threads, does not compile:
   * use {@link #collector}.
   *
   * @param other what to add
   * @throws IllegalArgumentException if its options differ in more than parallelism, which the
   *     message names, or a count would overflow; nothing is added then
   */
  public void combine(LossAccumulator other) {
    state.combine(other.state);
  }

  /**
   * The report over all that has been added so far.
   *
   * @return the report
   */
  public LossReport report() {
    return state.apply(LossReport::of);
  }

  /**
   * The options and all sums in a compact form, for another process, machine or JDK. Equal contents
   * give equal bytes, however they were added: a few hundred, with predictions a few thousand, and
   * 4 for each class weight.
   *
   * @return a form that {@link #fromByteArray} reads
   */
  public byte[] toByteArray() {
    return state.toByteArray(MAGIC, VERSION);
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
    SerialReader in = new SerialReader(form, TYPE, MAGIC, VERSION);
    CrossEntropyOptions options = CrossEntropyOptions.readFrom(in);
    LossSums sums = LossSums.readFrom(in, options.predictions());
    in.end();
    in.require(
        options.classWeights().isPresent() || sums.areClassesUnweighted(),
        "its tokens have weights, but there are no class weights, and no tokens can have these");
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
      return AccumulatorState.resolve(TYPE, form, LossAccumulator::fromByteArray);
    }
  }
}
