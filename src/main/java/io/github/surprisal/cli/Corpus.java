/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.IntTensor;
import io.github.surprisal.TokenBytes;
import io.github.surprisal.file.StoredTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Rows of logits of one model or two, with their targets and what else is known of them, handed out
 * block by block, from front to back; not thread-safe.
 */
final class Corpus {

  /** The most rows at a time, so that targets stay small, too, where the vocabulary is tiny. */
  private static final int MOST_ROWS = 1 << 16;

  private final List<LogitParts> models;
  private final TargetRows targets;
  private final Optional<IntegerParts> tokenBytes;
  private final Optional<Vocabulary> vocabularyFile;
  private final Optional<IntegerParts> documents;
  private final CrossEntropyOptions options;
  private final int vocabulary;

  private long row;

  /** The document that goes on after the last block. */
  private Optional<LongDocument> unfinished = Optional.empty();

  private final NumberRanges finishedDocuments = new NumberRanges();

  /** Targets of which no bytes are known. */
  private final Set<Integer> holes = new TreeSet<>();

  /** What was found strange. */
  private final Set<String> doubts = new TreeSet<>();

  /** What readers saw of the columns of each model. */
  private final List<ConstantColumns> constantColumns = new ArrayList<>();

  private Corpus(
      List<LogitParts> models,
      TargetRows targets,
      Optional<IntegerParts> tokenBytes,
      Optional<Vocabulary> vocabularyFile,
      Optional<IntegerParts> documents,
      CrossEntropyOptions options) {
    this.models = List.copyOf(models);
    this.targets = targets;
    this.tokenBytes = tokenBytes;
    this.vocabularyFile = vocabularyFile;
    this.documents = documents;
    this.options = options;
    this.vocabulary = options.vocabulary().orElse(models.get(0).columns());
    models.forEach(model -> constantColumns.add(new ConstantColumns()));
  }

  /**
   * Opens files and checks that their types and shapes fit together.
   *
   * @param files keeps them open
   */
  static Corpus open(OpenFiles files, InputNames names, CrossEntropyOptions options)
      throws IOException {
    List<LogitParts> models = new ArrayList<>();
    for (List<String> model : names.models()) {
      models.add(LogitParts.of(files.tensors(model), names.dtype()));
    }
    LogitParts logits = models.get(0);
    IntegerParts ids = IntegerParts.of(files.tensors(names.targets()));
    if (names.areTokens()) {
      CorpusShapes.checkTokens(logits, ids);
    } else {
      CorpusShapes.checkTargets(logits, ids);
    }
    TargetRows targets =
        names.areTokens() ? TargetRows.ofTokens(ids, logits) : TargetRows.ofTargets(ids);
    for (LogitParts other : models.subList(1, models.size())) {
      CorpusShapes.checkOther(logits, other, targets, options.vocabulary().isPresent());
    }
    for (LogitParts model : models) {
      checkVocabulary(model, options);
    }
    Optional<IntegerParts> tokenBytes = integers(files, names.tokenBytes());
    if (tokenBytes.isPresent()) {
      CorpusShapes.checkBeside(tokenBytes.get(), ids, names.areTokens() ? "tokens" : "targets");
    }
    Optional<IntegerParts> documents = integers(files, names.documents());
    if (documents.isPresent()) {
      CorpusShapes.checkRows(documents.get(), logits.rows());
    }
    Optional<Vocabulary> vocabularyFile =
        names.vocabularyFile().isPresent()
            ? Optional.of(files.vocabulary(names.vocabularyFile().get()))
            : Optional.empty();
    return new Corpus(models, targets, tokenBytes, vocabularyFile, documents, options);
  }

  private static Optional<IntegerParts> integers(OpenFiles files, List<String> names)
      throws IOException {
    return names.isEmpty() ? Optional.empty() : Optional.of(IntegerParts.of(files.tensors(names)));
  }

  private static void checkVocabulary(LogitParts logits, CrossEntropyOptions options)
      throws InputException {
    int tokens = options.vocabulary().orElse(logits.columns());
    if (tokens > logits.columns()) {
      throw LogitParts.wrong(
          logits.first(),
          "shape %s has a last axis of %d, expected at least %d, the --vocabulary",
          logits.first().shapeText(),
          logits.columns(),
          tokens);
    }
  }

  List<LogitParts> models() {
    return models;
  }

  TargetRows targets() {
    return targets;
  }

  Optional<IntegerParts> tokenBytes() {
    return tokenBytes;
  }

  Optional<Vocabulary> vocabularyFile() {
    return vocabularyFile;
  }

  /** Whether the bytes of text of each target are known. */
  boolean hasBytes() {
    return tokenBytes.isPresent() || vocabularyFile.isPresent();
  }

  Optional<IntegerParts> documents() {
    return documents;
  }

  CrossEntropyOptions options() {
    return options;
  }

  /** The number of rows that were handed out. */
  long row() {
    return row;
  }

  long rows() {
    return models.get(0).rows();
  }

  /** The bytes of all models' logits. */
  long logitBytes() {
    long bytes = 0;
    for (LogitParts model : models) {
      for (StoredTensor part : model.parts()) {
        bytes += part.size() * part.type().bytes();
      }
    }
    return bytes;
  }

  /** Returns a line for each file: name, type and shape. */
  List<String> files() {
    return tensors().map(StoredTensor::toString).toList();
  }

  private Stream<StoredTensor> tensors() {
    List<StoredTensor> all = new ArrayList<>();
    models.forEach(model -> all.addAll(model.parts()));
    all.addAll(targets.ids().parts());
    tokenBytes.ifPresent(bytes -> all.addAll(bytes.parts()));
    documents.ifPresent(numbers -> all.addAll(numbers.parts()));
    return all.stream();
  }

  /** The number of columns that are tokens. */
  int vocabulary() {
    return vocabulary;
  }

  /** Returns new readers of the models' logits. */
  List<LogitParts.Reader> readers() {
    return models.stream().map(LogitParts::reader).toList();
  }

  /** The number of rows that are about {@code blockBytes} bytes of logits of a model. */
  int rowsPerBlock(long blockBytes) {
    long rows = MOST_ROWS;
    for (LogitParts model : models) {
      rows = Math.min(rows, blockBytes / model.rowBytes());
    }
    return (int) Math.max(1, rows);
  }

  /** Takes in what readers that have come to their end saw of the logits. */
  void add(List<LogitParts.Reader> readers) {
    for (int i = 0; i < readers.size(); i++) {
      constantColumns.get(i).add(readers.get(i).constantColumns());
      if (options.vocabulary().isEmpty()) { // or what is seen may be padding
        doubts.addAll(readers.get(i).doubts());
      }
    }
  }

  /** Returns what may be wrong with the input, a sentence each. */
  List<String> notes() {
    List<String> notes = new ArrayList<>(doubts);
    for (int i = 0; i < models.size(); i++) {
      int padding = constantColumns.get(i).padding();
      if (padding > 0 && options.vocabulary().isEmpty()) {
        notes.add(
            "The last "
                + padding
                + " columns of "
                + models.get(i).first().label()
                + " are the same in all rows: if they pad the vocabulary, --vocabulary "
                + (models.get(i).columns() - padding)
                + " leaves them out.");
      }
    }
    return notes;
  }

  /**
   * Returns the next rows, or nothing at the end.
   *
   * @param most the most rows that the block may have
   * @param readers of the models' logits; the rows are chosen in them
   */
  Optional<RowBlock> next(int most, List<LogitParts.Reader> readers) throws IOException {
    if (row == rows()) {
      return Optional.empty();
    }
    int count = (int) Math.min(most, rows() - row);
    for (LogitParts model : models) {
      count = (int) Math.min(count, model.rowsInPart(row));
    }
    RowBlock block = documents.isPresent() ? withDocuments(documents.get(), count) : block(count);
    for (LogitParts.Reader reader : readers) {
      reader.choose(row, block.count());
    }
    row += block.count();
    return Optional.of(block);
  }

  private RowBlock block(int count) throws IOException {
    return block(count, List.of(), Optional.empty());
  }

  /** Returns whole documents, or a piece of one that is longer than a block. */
  private RowBlock withDocuments(IntegerParts numbers, int count) throws IOException {
    List<Integer> ends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (endsAt(numbers, row + i)) {
        ends.add(i + 1);
        if (unfinished.isPresent()) { // its last piece stands alone
          return piece(i + 1, true);
        }
      }
    }
    if (ends.isEmpty()) {
      return piece(count, false);
    }
    RowBlock block = block(ends.get(ends.size() - 1), ends, Optional.empty());
    numbers.forgetBefore(row + block.count());
    return block;
  }

  private RowBlock piece(int count, boolean isLast) throws IOException {
    LongDocument document = unfinished.orElseGet(LongDocument::new);
    document.begin(isLast);
    unfinished = isLast ? Optional.empty() : Optional.of(document);
    documents.orElseThrow().forgetBefore(row + count);
    return block(count, List.of(), Optional.of(document));
  }

  /** Whether a document ends with a row; no row may belong to one that ended before. */
  private boolean endsAt(IntegerParts numbers, long last) throws IOException {
    long number = numbers.at(last);
    if (last + 1 < rows() && numbers.at(last + 1) == number) {
      return false;
    }
    if (!finishedDocuments.add(number)) {
      throw numbers.wrongAt(
          last,
          "document " + number,
          " appeared before, expected the rows of a document to follow each other");
    }
    return true;
  }

  private RowBlock block(int count, List<Integer> documentEnds, Optional<LongDocument> piece)
      throws IOException {
    int[] ids = new int[count];
    int[] bytes = new int[hasBytes() ? count : 0];
    long next = 0;
    for (int i = 0; i < count; i++) {
      long target = targets.next();
      ids[i] = target == TargetRows.NONE ? options.ignoreIndex() : id(target);
      if (hasBytes() && target != TargetRows.NONE) {
        bytes[i] = bytes(target, ids[i]);
      }
      next = Math.max(next, target);
    }
    long gone = next;
    targets.ids().forgetBefore(gone);
    tokenBytes.ifPresent(file -> file.forgetBefore(gone));
    return new RowBlock(
        row,
        IntTensor.wrap(ids, count),
        hasBytes() ? Optional.of(IntTensor.wrap(bytes, count)) : Optional.empty(),
        documentEnds,
        piece);
  }

  private int id(long target) throws IOException {
    long id = targets.id(target);
    if (id != options.ignoreIndex() && (id < 0 || id >= vocabulary)) {
      throw targets
          .ids()
          .wrongAt(
              target,
              (targets.areShifted() ? "token " : "target ") + id,
              " is outside the vocabulary of "
                  + vocabulary
                  + ", expected 0 to "
                  + (vocabulary - 1)
                  + " or "
                  + options.ignoreIndex());
    }
    return (int) id;
  }

  private int bytes(long target, int id) throws IOException {
    return tokenBytes.isPresent()
        ? counted(tokenBytes.get(), target)
        : spelled(vocabularyFile.orElseThrow(), target, id);
  }

  private int spelled(Vocabulary tokens, long target, int id) throws InputException {
    if (id == options.ignoreIndex()) {
      return 0;
    }
    if (!tokens.has(id)) {
      if (holes.add(id)) {
        String hole = targets.ids().placeOf(target, "token " + id);
        doubts.add(hole + " is not in " + tokens.file() + ", and counts no bytes.");
      }
      return 0;
    }
    if (tokens.unknown().isPresent() && tokens.unknown().getAsInt() == id) {
      throw targets.ids().wrongAt(target, "token " + id, tokens.unknownProblem());
    }
    return tokens.tokens().length(id);
  }

  private static int counted(IntegerParts file, long target) throws IOException {
    long count = file.at(target);
    if (count < 0 || count > TokenBytes.MAX_BYTE_COUNT) {
      throw file.wrongAt(
          target,
          "byte count " + count,
          ", expected 0 to "
              + TokenBytes.MAX_BYTE_COUNT
              + ": are --targets and --token-bytes swapped?");
    }
    return (int) count;
  }
}
