/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.IntTensor;
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
  private final TargetBytes bytes;
  private final Optional<DocumentRows> documents;
  private final CrossEntropyOptions options;
  private final int vocabulary;
  private final LogitNotes logitNotes;

  private long row;

  private Corpus(
      List<LogitParts> models,
      TargetRows targets,
      TargetBytes bytes,
      Optional<DocumentRows> documents,
      CrossEntropyOptions options) {
    this.models = List.copyOf(models);
    this.targets = targets;
    this.bytes = bytes;
    this.documents = documents;
    this.options = options;
    this.vocabulary = options.vocabulary().orElse(models.get(0).columns());
    this.logitNotes = new LogitNotes(this.models);
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
    TargetBytes bytes = new TargetBytes(targets, tokenBytes, vocabularyFile, options.ignoreIndex());
    return new Corpus(models, targets, bytes, documents.map(DocumentRows::new), options);
  }

  private static Optional<IntegerParts> integers(OpenFiles files, List<String> names)
      throws IOException {
    return names.isEmpty() ? Optional.empty() : Optional.of(IntegerParts.of(files.tensors(names)));
  }

  private static void checkVocabulary(LogitParts logits, CrossEntropyOptions options)
      throws InputException {
    int tokens = options.vocabulary().orElse(logits.columns());
    if (tokens > logits.columns()) {
      throw InputException.of(
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

  /** The bytes of text of each target, if they are known. */
  TargetBytes bytes() {
    return bytes;
  }

  Optional<IntegerParts> documents() {
    return documents.map(DocumentRows::numbers);
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
    bytes.counts().ifPresent(counts -> all.addAll(counts.parts()));
    documents().ifPresent(numbers -> all.addAll(numbers.parts()));
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
    if (options.vocabulary().isEmpty()) { // or what they saw may be padding that is left out
      logitNotes.add(readers);
    }
  }

  /** Returns what may be wrong with the input, a sentence each. */
  List<String> notes() {
    Set<String> sorted = new TreeSet<>(logitNotes.doubts());
    sorted.addAll(bytes.notes());
    List<String> notes = new ArrayList<>(sorted);
    notes.addAll(logitNotes.padding());
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
    RowBlock block =
        block(
            documents.isPresent()
                ? documents.get().cut(row, count)
                : DocumentRows.Cut.ofRows(count));
    for (LogitParts.Reader reader : readers) {
      reader.choose(row, block.count());
    }
    row += block.count();
    return Optional.of(block);
  }

  private RowBlock block(DocumentRows.Cut cut) throws IOException {
    int[] ids = new int[cut.rows()];
    int[] byteCounts = new int[bytes.areKnown() ? ids.length : 0];
    long last = 0;
    for (int i = 0; i < ids.length; i++) {
      long target = targets.of(row + i);
      ids[i] = target == TargetRows.NONE ? options.ignoreIndex() : id(target);
      if (bytes.areKnown() && target != TargetRows.NONE) {
        byteCounts[i] = bytes.of(target, ids[i]);
      }
      last = Math.max(last, target);
    }
    forgetBefore(last);
    return new RowBlock(
        row,
        IntTensor.wrap(ids, ids.length),
        bytes.areKnown()
            ? Optional.of(IntTensor.wrap(byteCounts, byteCounts.length))
            : Optional.empty(),
        cut.ends(),
        cut.piece());
  }

  private void forgetBefore(long target) {
    targets.ids().forgetBefore(target);
    bytes.counts().ifPresent(counts -> counts.forgetBefore(target));
  }

  private int id(long target) throws IOException {
    long id = targets.ids().at(target);
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
}
