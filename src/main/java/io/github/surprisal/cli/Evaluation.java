/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.LossAccumulator;
import io.github.surprisal.LossReport;
import io.github.surprisal.TokenBytes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Logits, targets and token bytes in files that fit together, evaluated block by block of rows. */
final class Evaluation {

  /** Logits read at a time: enough work for all threads, little beside the heap. */
  static final int BLOCK_BYTES = 1 << 24;

  /** The most rows at a time, so that targets stay small, too, where the vocabulary is tiny. */
  private static final int BLOCK_ROWS = 1 << 16;

  private static final Set<ElementType> FLOATS =
      EnumSet.of(ElementType.FLOAT32, ElementType.FLOAT16, ElementType.BFLOAT16);
  private static final Set<ElementType> INTEGERS = EnumSet.of(ElementType.INT32, ElementType.INT64);

  private final NpyFile logits;
  private final NpyFile targets;
  private final Optional<NpyFile> tokenBytes;
  private final CrossEntropyOptions options;

  /** Columns of the logits, and how many of them are tokens. */
  private final int columns;

  private final int vocabulary;

  private Evaluation(
      NpyFile logits, NpyFile targets, Optional<NpyFile> tokenBytes, CrossEntropyOptions options)
      throws InputException {
    this.logits = logits;
    this.targets = targets;
    this.tokenBytes = tokenBytes;
    this.options = options;
    this.columns = columns(logits);
    this.vocabulary = vocabulary(options);
    checkShapes();
  }

  /** Opens the files and checks that their types and shapes fit together. */
  static Evaluation open(
      Path logits, Path targets, Optional<Path> tokenBytes, CrossEntropyOptions options)
      throws InputException {
    NpyFile logitsFile = NpyFile.open(logits, FLOATS);
    NpyFile targetsFile = NpyFile.open(targets, INTEGERS);
    Optional<NpyFile> bytesFile =
        tokenBytes.isPresent()
            ? Optional.of(NpyFile.open(tokenBytes.get(), INTEGERS))
            : Optional.empty();
    return new Evaluation(logitsFile, targetsFile, bytesFile, options);
  }

  /** Opens the logits of another model, which the same targets belong to. */
  Evaluation ofOther(Path path) throws InputException {
    NpyFile other = NpyFile.open(path, FLOATS);
    int itsColumns = columns(other);
    if (itsColumns != columns && options.vocabulary().isEmpty()) {
      throw other.wrong(
          "shape %s has a vocabulary (last axis) of %d, expected %d, as in %s: if columns are"
              + " padding, give the number of tokens as --vocabulary",
          NpyFile.text(other.shape()), itsColumns, columns, logits.path());
    }
    if (!fit(other, targets)) {
      throw doNotFit(other, targets, itsColumns);
    }
    return new Evaluation(other, targets, Optional.empty(), options);
  }

  private int vocabulary(CrossEntropyOptions options) throws InputException {
    int tokens = options.vocabulary().orElse(columns);
    if (tokens > columns) {
      throw logits.wrong(
          "shape %s has a last axis of %d, expected at least %d, the --vocabulary",
          NpyFile.text(logits.shape()), columns, tokens);
    }
    return tokens;
  }

  private static int columns(NpyFile logits) throws InputException {
    List<Long> shape = logits.shape();
    if (shape.isEmpty()) {
      throw logits.wrong("shape () has no axis, expected (..., vocabulary)");
    }
    long last = shape.get(shape.size() - 1);
    long most = Integer.MAX_VALUE / logits.type().bytes();
    if (last < 1 || last > most) {
      throw logits.wrong(
          "shape %s has a vocabulary (last axis) of %d, expected 1 to %d",
          NpyFile.text(shape), last, most);
    }
    return (int) last;
  }

  private void checkShapes() throws InputException {
    List<Long> rows = logits.shape().subList(0, logits.shape().size() - 1);
    if (rows.isEmpty() && targets.size() != 1) {
      throw doNotFit(logits, targets, "vocabulary");
    }
    if (!fit(logits, targets)) {
      throw targets.wrong(
          "shape %s does not fit logits of shape %s, expected %s",
          NpyFile.text(targets.shape()), NpyFile.text(logits.shape()), NpyFile.text(rows));
    }
    if (tokenBytes.isPresent() && !tokenBytes.get().shape().equals(targets.shape())) {
      throw tokenBytes
          .get()
          .wrong(
              "shape %s does not fit targets of shape %s, expected the same",
              NpyFile.text(tokenBytes.get().shape()), NpyFile.text(targets.shape()));
    }
  }

  private static boolean fit(NpyFile logits, NpyFile targets) {
    List<Long> shape = logits.shape();
    long vocabulary = shape.get(shape.size() - 1);
    return sameOrFlattened(shape.subList(0, shape.size() - 1), targets.shape())
        && logits.size() / vocabulary == targets.size();
  }

  private static InputException doNotFit(NpyFile logits, NpyFile targets, Object vocabulary) {
    String axes =
        Stream.concat(targets.shape().stream(), Stream.of(vocabulary))
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
    return logits.wrong(
        "shape %s does not fit targets of shape %s, expected (%s)",
        NpyFile.text(logits.shape()), NpyFile.text(targets.shape()), axes);
  }

  /** Axes of length 1 do not matter, and either side may have its axes flattened into one. */
  private static boolean sameOrFlattened(List<Long> first, List<Long> second) {
    List<Long> a = first.stream().filter(axis -> axis != 1).toList();
    List<Long> b = second.stream().filter(axis -> axis != 1).toList();
    return a.equals(b) || a.size() == 1 || b.size() == 1;
  }

  /**
   * Scores all rows. The sums are exact, so the report does not depend on the block size.
   *
   * @param blockBytes about how many bytes of logits to read at a time
   * @param progress is told the number of rows done after each block
   */
  LossReport run(int blockBytes, LongConsumer progress) throws InputException {
    LossAccumulator accumulator = new LossAccumulator(options);
    forEachBlock(
        rowsPerBlock(blockBytes), progress, (row, count) -> addBlock(accumulator, row, count));
    return accumulator.report();
  }

  /** What is done with a block of rows. */
  @FunctionalInterface
  interface Block {
    void accept(long row, int count) throws InputException;
  }

  /** How many rows are about {@code blockBytes} bytes of logits. */
  int rowsPerBlock(int blockBytes) {
    int rowBytes = columns * logits.type().bytes();
    return Math.min(BLOCK_ROWS, Math.max(1, blockBytes / rowBytes));
  }

  /** Goes through all rows once, block by block. */
  void forEachBlock(int rowsPerBlock, LongConsumer progress, Block block) throws InputException {
    for (long row = 0; row < rows(); row += rowsPerBlock) {
      int count = (int) Math.min(rowsPerBlock, rows() - row);
      block.accept(row, count);
      progress.accept(row + count);
    }
  }

  private void addBlock(LossAccumulator accumulator, long row, int count) throws InputException {
    IntTensor targetBlock = targetBlock(row, count);
    if (tokenBytes.isPresent()) {
      IntTensor bytesBlock = bytesBlock(tokenBytes.get(), row, count);
      accumulator.add(logitsBlock(row, count), targetBlock, bytesBlock);
    } else {
      accumulator.add(logitsBlock(row, count), targetBlock);
    }
  }

  FloatTensor logitsBlock(long row, int count) throws InputException {
    ByteBuffer data = logits.read(row * columns, count * columns);
    return switch (logits.type()) {
      case FLOAT32 -> FloatTensor.wrap(data.asFloatBuffer(), count, columns);
      case FLOAT16 -> FloatTensor.float16(data.asShortBuffer(), count, columns);
      case BFLOAT16 -> FloatTensor.bfloat16(data.asShortBuffer(), count, columns);
      case INT32, INT64 -> throw new AssertionError("integer logits were rejected before");
    };
  }

  IntTensor targetBlock(long row, int count) throws InputException {
    int ignoreIndex = options.ignoreIndex();
    long[] values = integers(targets, row, count);
    for (int i = 0; i < count; i++) {
      if (values[i] != ignoreIndex && (values[i] < 0 || values[i] >= vocabulary)) {
        throw targets.wrong(
            "target %d at position %d is outside the vocabulary of %d, expected 0 to %d or %d",
            values[i], row + i, vocabulary, vocabulary - 1, ignoreIndex);
      }
    }
    return IntTensor.copyOf(values, count);
  }

  private static IntTensor bytesBlock(NpyFile file, long row, int count) throws InputException {
    long[] values = integers(file, row, count);
    for (int i = 0; i < count; i++) {
      if (values[i] < 0 || values[i] > TokenBytes.MAX_BYTE_COUNT) {
        throw file.wrong(
            "byte count %d at position %d, expected 0 to %d: are --targets and --token-bytes"
                + " swapped?",
            values[i], row + i, TokenBytes.MAX_BYTE_COUNT);
      }
    }
    return IntTensor.copyOf(values, count);
  }

  private static long[] integers(NpyFile file, long row, int count) throws InputException {
    ByteBuffer data = file.read(row, count);
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = file.type() == ElementType.INT64 ? data.getLong() : data.getInt();
    }
    return values;
  }

  /** Returns the number of rows of logits. */
  long rows() {
    return logits.size() / columns;
  }

  /** Returns the number of bytes of the logits. */
  long logitBytes() {
    return logits.size() * logits.type().bytes();
  }

  /** Returns a line for each file. */
  List<String> describeFiles() {
    return Stream.concat(Stream.of(logits, targets), tokenBytes.stream())
        .map(NpyFile::describe)
        .toList();
  }

  /** Returns the number of columns of logits, padding included. */
  int columns() {
    return columns;
  }

  /** Returns the number of columns that are tokens. */
  int vocabulary() {
    return vocabulary;
  }

  NpyFile logits() {
    return logits;
  }

  NpyFile targets() {
    return targets;
  }

  Optional<NpyFile> tokenBytes() {
    return tokenBytes;
  }

  CrossEntropyOptions options() {
    return options;
  }
}
