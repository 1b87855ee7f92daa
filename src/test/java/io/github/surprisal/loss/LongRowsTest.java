/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.ArrayRowReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counting the tiles of rows overflows for none. */
final class LongRowsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "1023, 1",
    "1024, 1",
    "1025, 2",
    "2147482624, 2097151",
    "2147482625, 2097152",
    "2147483647, 2097152"
  })
  void tilesOfRows(int classes, int tiles) {
    assertThat(TileKernel.TILE).isEqualTo(1024);
    assertThat(TermSum.tiles(new Row(classes))).isEqualTo(tiles);
  }

  private static final class Row extends ArrayRowReader {
    Row(int classes) {
      super(classes, new float[0]);
    }

    @Override
    public void moveTo(long row) {}
  }
}
