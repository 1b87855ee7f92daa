/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.util.OptionalLong;

/**
 * The position in the corpus of the first row whose loss is NaN. Mutable.
 *
 * <p>A position is known where {@link #startAt} placed the row, and where rows are counted from 0
 * and nothing else was merged with them. So what is known after merging does not depend on its
 * order.
 */
final class FirstNan {

  private static final long UNKNOWN = -1;

  /** How the positions of all rows with NaN are known; later ones prevail over earlier ones. */
  private enum Source {
    NO_ROWS,
    PLACED,
    COUNTED,
    UNKNOWN
  }

  /** What stands for a source in a form. */
  private static final int PLACED = 1;

  private static final int COUNTED = 2;

  /** The position of the row that is added next, below 0 if it is unknown. */
  private long next;

  /** Whether {@link #next} follows from {@link #startAt}. */
  private boolean isPlaced;

  private Source source = Source.NO_ROWS;
  private long first = UNKNOWN;

  /** Places the row that is added next; the rows after it follow on. */
  void startAt(long row) {
    next = row;
    isPlaced = true;
  }

  /** Adds a row with this loss. */
  void add(double loss) {
    if (Double.isNaN(loss)) {
      addNan(next);
    }
    skip(1);
  }

  /** Adds rows without NaN. A position that would overflow is unknown. */
  void skip(long rows) {
    if (next >= 0) {
      next += rows;
    }
  }

  private void addNan(long position) {
    Source its = position < 0 ? Source.UNKNOWN : isPlaced ? Source.PLACED : Source.COUNTED;
    merge(its, position);
  }

  private void merge(Source its, long position) {
    first = source == Source.NO_ROWS ? position : Math.min(first, position);
    source = its.compareTo(source) > 0 ? its : source;
  }

  /** Adds rows that follow on, whose positions were counted from their own beginning. */
  void append(FirstNan part, long rows) {
    if (part.source != Source.NO_ROWS) {
      addNan(next < 0 ? UNKNOWN : next + part.first);
    }
    skip(rows);
  }

  /**
   * Merges all rows of another part of the corpus, which may be this one.
   *
   * @param hasRows whether this part has any rows, with NaN or without
   * @param otherHasRows whether the other one has
   */
  void add(FirstNan other, boolean hasRows, boolean otherHasRows) {
    if (!otherHasRows) {
      return;
    }
    if (!hasRows) {
      source = other.source;
      first = other.first;
    } else if (source == Source.COUNTED || other.source == Source.COUNTED) {
      source = Source.UNKNOWN;
    } else if (other.source != Source.NO_ROWS) {
      merge(other.source, other.first);
    }
    if (!isPlaced) {
      next = hasRows || other.isPlaced ? UNKNOWN : other.next;
    }
  }

  /** The position; empty if there is no such row, or it is not known which is the first. */
  OptionalLong position() {
    return isKnown() ? OptionalLong.of(first) : OptionalLong.empty();
  }

  private boolean isKnown() {
    return source == Source.PLACED || source == Source.COUNTED;
  }

  /** Writes how the position is known and the position, or nothing if it is not known. */
  void writeTo(SerialWriter out) {
    if (isKnown()) {
      out.writeByte(source == Source.PLACED ? PLACED : COUNTED);
      out.writeVariable(first);
    }
  }

  /**
   * Reads what {@link #writeTo} wrote at the end of a form.
   *
   * @param rows the number of rows
   * @param nans how many of them are NaN
   * @throws IllegalArgumentException if the bytes are no such form
   */
  static FirstNan readFrom(SerialReader in, long rows, long nans) {
    FirstNan read = new FirstNan();
    read.next = rows == 0 ? 0 : UNKNOWN;
    if (nans == 0) {
      return read;
    }
    read.source = Source.UNKNOWN;
    if (in.hasRemaining()) {
      int source = in.readByte();
      in.require(source == PLACED || source == COUNTED, "its first NaN has the source " + source);
      read.source = source == PLACED ? Source.PLACED : Source.COUNTED;
      read.first = in.readVariable("the position of the first NaN");
      boolean isCounted = read.source == Source.COUNTED;
      in.require(
          !isCounted || read.first <= rows - nans,
          "its first NaN is at " + read.first + ", but " + nans + " of " + rows + " rows are NaN");
      read.next = isCounted ? rows : UNKNOWN;
    }
    return read;
  }
}
