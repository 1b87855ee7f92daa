/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/**
 * Which tokens two models predict right, 1 if so and 0 if not: exact sums by token and by document.
 * Mutable.
 */
public final class PairedAccuracy {

  /** Differences of zeros and ones. */
  private static final NumberRange DIFFERENCES = new NumberRange(0, 0);

  private final PairedLosses hits;
  private final DocumentDifferences differences;

  PairedAccuracy() {
    this(new PairedLosses(), new DocumentDifferences());
  }

  private PairedAccuracy(PairedLosses hits, DocumentDifferences differences) {
    this.hits = hits;
    this.differences = differences;
  }

  void add(boolean isCorrectP, boolean isCorrectQ) {
    double hitP = isCorrectP ? 1 : 0;
    double hitQ = isCorrectQ ? 1 : 0;
    hits.add(hitP, hitQ);
    differences.add(hitP, hitQ);
  }

  void endDocument() {
    differences.endDocument();
  }

  /** Adds all of other tokens, which may be these. */
  void add(PairedAccuracy other) {
    hits.add(other.hits);
    differences.add(other.differences);
  }

  /** The tokens as losses, where 1 is a token that is predicted right. */
  public PairedLosses hits() {
    return hits;
  }

  public DocumentDifferences differences() {
    return differences;
  }

  void writeTo(SerialWriter out) {
    hits.writeTo(out);
    differences.writeTo(out);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  static PairedAccuracy readFrom(SerialReader in) {
    return new PairedAccuracy(PairedLosses.readFrom(in), DocumentDifferences.readFrom(in));
  }

  /** Whether {@code n} tokens, with the same prediction for some, can have these sums. */
  boolean fit(long n, long samePredictions) {
    return differences.tokens() == n
        && hits.areHits(n, samePredictions)
        && differences.fit(hits, DIFFERENCES);
  }
}
