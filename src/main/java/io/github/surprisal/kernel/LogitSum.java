/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/**
 * How the logits of a tile are added up.
 *
 * <p>Element i of a tile is added to column {@code i mod COLUMNS} in float, and what each addition
 * drops to another float:
 *
 * <pre>{@code
 * next = sum + x                       // from sum = ANCHOR on
 * dropped = dropped + (x − (next − sum))
 * sum = next
 * }</pre>
 *
 * A sum stays within a factor of 2 and above every moderate logit, so {@code next − sum} is exact,
 * and so is what it leaves of x (Dekker 1971, Fast2Sum). {@code sum − ANCHOR} is a multiple of
 * 2<sup>−10</sup>: these are exact when the columns are folded by halves to {@link
 * TileKernel#LANES}, and become doubles there with what was dropped, at most 2<sup>−7</sup> for a
 * column. So the error of a tile is at most 2<sup>−32</sup> for each logit. A tile with a logit
 * that is not moderate is added up in double: element i to lane {@code i mod LANES}.
 */
public final class LogitSum {

  /** Columns of a tile's sum. */
  public static final int COLUMNS = 64;

  /** The largest logit that is moderate. */
  public static final float MODERATE = 256;

  /** Where the sum of a column begins: 16 moderate logits leave it between 2^13 and 2^14. */
  public static final float ANCHOR = 0x1.8p13f;

  private LogitSum() {}

  /** The least multiple of {@link #COLUMNS} from {@code count} on. */
  public static int wholeRounds(int count) {
    return (count + COLUMNS - 1) / COLUMNS * COLUMNS;
  }
}
