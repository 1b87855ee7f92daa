/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/**
 * The differences of two models' losses, loss Q − loss P, added up by document, for the
 * cluster-robust standard error of their mean: it takes documents for independent, and not the
 * tokens within one. Mutable.
 */
public final class DocumentDifferences {

  /** The sums over finished documents, and over the tokens since the last one. */
  private final ExactSum closed = new ExactSum();

  private final ExactSum open = new ExactSum();
  private final RatioMoments documents = new RatioMoments();
  private long closedTokens;
  private long openTokens;

  /** Adds the losses of one token. */
  public void add(double lossP, double lossQ) {
    openTokens++;
    open.add(lossQ);
    open.add(-lossP);
  }

  /** Makes the tokens since the last call one document, if there are any. */
  public void endDocument() {
    if (openTokens == 0) {
      return;
    }
    documents.add(open, ExactSum.ofCount(openTokens));
    closed.add(open);
    closedTokens += openTokens;
    open.clear();
    openTokens = 0;
  }

  /** Adds all of other differences, which may be these. */
  public void add(DocumentDifferences other) {
    closed.add(other.closed);
    open.add(other.open);
    documents.add(other.documents);
    closedTokens += other.closedTokens;
    openTokens += other.openTokens;
  }

  /** Tokens that have been added. */
  public long tokens() {
    return closedTokens + openTokens;
  }

  /** Tokens that stand outside a finished document. */
  long openTokens() {
    return openTokens;
  }

  /** Documents that are finished. */
  public long documents() {
    return documents.units();
  }

  /** Standard error of the mean difference; NaN where tokens stand outside a finished document. */
  public double standardError() {
    return openTokens > 0
        ? Double.NaN
        : documents.standardErrorOfRatio(closed, ExactSum.ofCount(closedTokens));
  }

  /** Writes all sums; equal ones give equal bytes. */
  public void writeTo(SerialWriter out) {
    out.writeLong(closedTokens);
    out.writeLong(openTokens);
    closed.writeTo(out);
    open.writeTo(out);
    documents.writeTo(out);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if the bytes are no such form
   */
  public static DocumentDifferences readFrom(SerialReader in) {
    DocumentDifferences differences = new DocumentDifferences();
    differences.closedTokens = in.readCount("the number of tokens in documents");
    differences.openTokens = in.readCount("the number of tokens outside documents");
    differences.closed.add(ExactSum.readFrom(in));
    differences.open.add(ExactSum.readFrom(in));
    differences.documents.add(RatioMoments.readFrom(in));
    in.require(
        differences.tokens() >= 0
            && differences.documents() <= differences.closedTokens
            && (differences.documents() > 0) == (differences.closedTokens > 0),
        "its counts contradict each other");
    return differences;
  }

  /** Whether documents of tokens with these losses, which are of a kind, can have these sums. */
  boolean fit(PairedLosses losses, NumberRange kind) {
    ExactSum all = closed.copy();
    all.add(open);
    return all.equals(losses.difference())
        && kind.mayHave(closed, 2 * closedTokens)
        && kind.mayHave(open, 2 * openTokens)
        && documents
            .feasibility(kind, NumberRange.COUNTS)
            .fitClusters(documents.units(), closed, ExactSum.ofCount(closedTokens))
        && documents.hasCounts(closedTokens, closedTokens);
  }
}
