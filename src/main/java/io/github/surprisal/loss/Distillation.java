/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowReaders;
import io.github.surprisal.rows.RowWriter;
import io.github.surprisal.rows.RowWriters;
import io.github.surprisal.sum.ExactSum;
import io.github.surprisal.sum.Mean;
import java.util.function.LongPredicate;

/** A student's rows of logits compared with its teacher's, with arguments already checked. */
public final class Distillation {

  private final FloatData teacher;
  private final FloatData student;
  private final ClassRows teacherRows;
  private final ClassRows rows;
  private final LongPredicate isScored;
  private final DistillationSettings settings;

  /**
   * The rows of two tensors.
   *
   * @param teacherRows the teacher's rows: the student's but for their padding
   * @param isScored whether a row counts; others are not read
   */
  public Distillation(
      FloatData teacher,
      FloatData student,
      ClassRows teacherRows,
      ClassRows rows,
      LongPredicate isScored,
      DistillationSettings settings) {
    this.teacher = teacher;
    this.student = student;
    this.teacherRows = teacherRows;
    this.rows = rows;
    this.isScored = isScored;
    this.settings = settings;
  }

  /** The mean over scored rows in nats, with its gradient by the student's logits written. */
  public double meanWithGradient(float[] out) {
    double count = (double) scoredRows();
    double scale = settings.scale(count);
    double sum =
        WorkSpace.sumOfRanges(
            rows,
            rows.summed(),
            settings.isParallel(),
            (part, space, from, to) -> addWithGradient(part, space, from, to, scale, out),
            teacher,
            student);
    return settings.times(Mean.of(sum, count));
  }

  private long scoredRows() {
    long count = 0;
    for (long row = 0; row < rows.rows(); row++) {
      if (isScored.test(row)) {
        count++;
      }
    }
    return count;
  }

  /** Adds the divergences of some rows to a sum, and writes their gradients. */
  private void addWithGradient(
      ExactSum sum, WorkSpace space, long from, long to, double scale, float[] out) {
    RowReader p = RowReaders.of(teacherRows, teacher, space.logits);
    RowReader q = RowReaders.of(rows, student, space.second);
    RowWriter results = RowWriters.of(rows, out, space.results);
    DistilledRow distilled = distilledRow(p, q, space);
    for (long row = from; row < to; row++) {
      results.moveTo(row);
      if (isScored.test(row)) {
        p.moveTo(row);
        q.moveTo(row);
        sum.add(distilled.natsWithGradient(scale, results));
      } else {
        results.clear();
      }
    }
    results.finish();
  }

  private DistilledRow distilledRow(RowReader p, RowReader q, WorkSpace space) {
    double temperature = settings.temperature();
    return switch (settings.divergence()) {
      case FORWARD -> new ForwardRow(new PairTiles(p, q, temperature, true, space), space);
      case REVERSE -> new ReverseRow(new PairTiles(q, p, temperature, true, space), space);
      case JENSEN_SHANNON ->
          new JensenShannonRow(
              new PairTiles(p, q, temperature, true, space), settings.beta(), space);
    };
  }
}
