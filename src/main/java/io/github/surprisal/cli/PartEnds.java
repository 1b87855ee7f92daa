/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.file.StoredTensor;
import java.util.List;
import java.util.function.ToLongFunction;

/** Where parts that follow each other begin and end, counted in elements or in rows. */
final class PartEnds {

  private final long[] ends;

  /** The ends of parts of these sizes. */
  PartEnds(List<StoredTensor> parts, ToLongFunction<StoredTensor> size) {
    ends = new long[parts.size()];
    long end = 0;
    for (int part = 0; part < ends.length; part++) {
      end += size.applyAsLong(parts.get(part));
      ends[part] = end;
    }
  }

  /** The size of all parts together. */
  long total() {
    return ends[ends.length - 1];
  }

  /** The part that holds an index. */
  int partOf(long index) {
    int low = 0;
    int high = ends.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (index < ends[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The first index of a part. */
  long startOf(int part) {
    return part == 0 ? 0 : ends[part - 1];
  }

  /** The index after the last one of a part. */
  long endOf(int part) {
    return ends[part];
  }
}
