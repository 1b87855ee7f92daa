/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.FloatTensor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Scores the rows of a corpus on several threads. Each takes the next block, reads its logits, and
 * adds their losses to sums of its own: a block is small, so that it is still in the cache of the
 * core that read it. The sums are exact, so no result depends on blocks or threads.
 *
 * @param <S> sums of losses
 */
final class Scoring<S> {

  /** Logits of each model that a thread reads at a time: they stay in the second-level cache. */
  private static final int BLOCK_BYTES = 1 << 19;

  /** How losses are added up. */
  interface Sums<S> {

    S empty();

    /** Adds a range of a block's rows. */
    void add(S sums, RowBlock block, List<FloatTensor> logits, int from, int to);

    void endDocument(S sums);

    void combine(S sums, S others);
  }

  private final Corpus corpus;
  private final int rowsPerBlock;
  private final Sums<S> kind;
  private final LongConsumer progress;

  private final S total;
  private final Map<LongDocument, S> longDocuments = new HashMap<>();
  private long rowsDone;

  /** What went wrong first in the order of rows, and in which row's block. */
  private Optional<Throwable> failure = Optional.empty();

  private long failedRow = Long.MAX_VALUE;

  private Scoring(Corpus corpus, int rowsPerBlock, Sums<S> kind, LongConsumer progress) {
    this.corpus = corpus;
    this.rowsPerBlock = rowsPerBlock;
    this.kind = kind;
    this.progress = progress;
    this.total = kind.empty();
  }

  /**
   * Scores all rows.
   *
   * @param threads how many threads to use at most
   * @param progress is told the number of rows done after each block
   */
  static <S> S run(Corpus corpus, Sums<S> kind, int threads, LongConsumer progress)
      throws IOException {
    return run(corpus, kind, threads, corpus.rowsPerBlock(BLOCK_BYTES), progress);
  }

  /**
   * Scores all rows.
   *
   * @param rowsPerBlock how many rows a thread takes at a time at most
   */
  static <S> S run(
      Corpus corpus, Sums<S> kind, int threads, int rowsPerBlock, LongConsumer progress)
      throws IOException {
    Scoring<S> scoring = new Scoring<>(corpus, rowsPerBlock, kind, progress);
    long blocks = (corpus.rows() + rowsPerBlock - 1) / rowsPerBlock;
    scoring.spread((int) Math.max(1, Math.min(threads, blocks)));
    return scoring.total();
  }

  private void spread(int threads) throws IOException {
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      Thread other = new Thread(this::work, "surprisal-" + i);
      other.setDaemon(true);
      other.start();
      others.add(other);
    }
    work();
    try {
      for (Thread other : others) {
        other.join();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while rows were being scored");
    }
  }

  private S total() throws IOException {
    if (failure.isPresent()) {
      if (failure.get() instanceof IOException failed) {
        throw failed;
      }
      if (failure.get() instanceof OutOfMemoryError tooMuch) {
        throw new InputException(
            corpus.models().get(0).first().label(),
            "needs more memory than there is ("
                + tooMuch.getMessage()
                + "), expected Java with"
                + " more (-Xmx)");
      }
      if (failure.get() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure.get();
    }
    return total;
  }

  private void work() {
    long row = 0;
    try {
      S own = kind.empty();
      List<LogitParts.Reader> readers = corpus.readers();
      Optional<RowBlock> block = next(readers);
      while (block.isPresent()) {
        row = block.get().row();
        add(own, block.get(), readers);
        block = next(readers);
      }
      synchronized (this) {
        kind.combine(total, own);
        corpus.add(readers);
      }
    } catch (Throwable failed) { // of whatever kind: the caller's thread throws it
      fail(row, failed);
    }
  }

  private synchronized Optional<RowBlock> next(List<LogitParts.Reader> readers) {
    if (failure.isPresent()) {
      return Optional.empty();
    }
    try {
      return corpus.next(rowsPerBlock, readers);
    } catch (Throwable failed) {
      fail(corpus.row(), failed);
      return Optional.empty();
    }
  }

  private synchronized void fail(long row, Throwable failed) {
    if (row < failedRow) {
      failedRow = row;
      failure = Optional.of(failed);
    }
  }

  private void add(S own, RowBlock block, List<LogitParts.Reader> readers) throws IOException {
    List<FloatTensor> logits = new ArrayList<>();
    for (LogitParts.Reader reader : readers) {
      logits.add(reader.logits());
    }
    if (block.piece().isPresent()) {
      S piece = kind.empty();
      kind.add(piece, block, logits, 0, block.count());
      addPiece(own, block.piece().get(), piece);
    } else if (block.documentEnds().isEmpty()) {
      kind.add(own, block, logits, 0, block.count());
    } else {
      int from = 0;
      for (int end : block.documentEnds()) {
        kind.add(own, block, logits, from, end);
        kind.endDocument(own);
        from = end;
      }
    }
    done(block.count());
  }

  private synchronized void addPiece(S own, LongDocument document, S piece) {
    S sums = longDocuments.computeIfAbsent(document, absent -> kind.empty());
    kind.combine(sums, piece);
    if (document.end()) {
      longDocuments.remove(document);
      kind.endDocument(sums);
      kind.combine(own, sums);
    }
  }

  private synchronized void done(int rows) {
    rowsDone += rows;
    progress.accept(rowsDone);
  }
}
