/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.kernel.Lanes;
import io.github.surprisal.kernel.RowKernels;
import io.github.surprisal.kernel.RowSoftmax;
import io.github.surprisal.kernel.Scratch;
import java.util.function.IntConsumer;

/**
 * −log softmax at the targets of rows along an axis that is not the last, too long for a panel to
 * hold enough of them: neighbouring rows are summed side by side, one tile of each after the other,
 * so that memory is read once and in long pieces.
 */
final class RowsSideBySide {

  private final ClassRows rows;
  private final long end;
  private final RowTargets targets;
  private final TransposedRowReader reader;
  private final RowSoftmax[] softmaxes = new RowSoftmax[ClassRows.MAX_NEIGHBOURS];
  private final double[] nlls = new double[ClassRows.MAX_NEIGHBOURS];
  private long first;
  private int count;

  /**
   * Work space for rows before {@code end}.
   *
   * @param reader of the logits
   */
  RowsSideBySide(
      ClassRows rows,
      long end,
      RowTargets targets,
      TransposedRowReader reader,
      RowKernels kernels,
      Scratch scratch) {
    this.rows = rows;
    this.end = end;
    this.targets = targets;
    this.reader = reader;
    for (int i = 0; i < softmaxes.length; i++) {
      softmaxes[i] = new RowSoftmax(kernels, reader, new Lanes(), scratch);
    }
  }

  /** −log softmax of a scored row at its target, in nats. */
  double nll(long row) {
    if (row < first || row >= first + count) {
      first = row;
      count = rows.neighbours(row, (int) Math.min(ClassRows.MAX_NEIGHBOURS, end - row));
      takeNlls();
    }
    return nlls[(int) (row - first)];
  }

  private void takeNlls() {
    forEachScored(i -> softmaxes[i].begin(targets.at(first + i)));
    for (int from = 0; from < rows.classes(); from += RowKernels.TILE) {
      int start = from;
      reader.readTile(first, count, start);
      forEachScored(i -> softmaxes[i].add(start));
    }
    forEachScored(i -> nlls[i] = softmaxes[i].end());
  }

  private void forEachScored(IntConsumer action) {
    for (int i = 0; i < count; i++) {
      if (targets.isScored(first + i)) {
        reader.moveTo(first + i);
        action.accept(i);
      }
    }
  }
}
