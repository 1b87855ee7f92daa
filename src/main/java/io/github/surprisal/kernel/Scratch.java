/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Work space that one thread uses at a time: of constant size, whatever the vocabulary. What not
 * every call needs is made when it is needed.
 */
public final class Scratch {

  /** Elements of a staged run: a whole number of tiles, small enough for the first-level cache. */
  public static final int RUN = 2 * RowKernels.TILE;

  /** The most terms of a row that are kept: as a rule they stay in the second-level cache. */
  public static final int MAX_ROW_TERMS = 1 << 17;

  /** Tiles of a row, or short rows, that are taken at a time. */
  public static final int STREAMS = 4;

  /** From one tile of terms to the next: a little more than a tile, which is as long as a page. */
  public static final int STREAM = RowKernels.TILE + 80;

  /** How many times logits are not taken for ones within range after some were not. */
  private static final int WARY = 16;

  /** Tiles whose folded terms find room. */
  public static final int SUMS = 64;

  private static final float[] ONES = new float[RUN];

  static {
    Arrays.fill(ONES, 1f);
  }

  /** Lanes of a row's sum of exponentials. */
  public final Lanes lanes = new Lanes();

  /** A tile of logits and one of terms. */
  public final float[] logits = new float[RowKernels.TILE];

  public final float[] terms = new float[RowKernels.TILE];

  /**
   * Terms of {@link #STREAMS} tiles, {@link #STREAM} apart, or logits that are widened for them.
   */
  public final float[] streams = new float[STREAMS * STREAM];

  /** Where runs begin that are taken at a time, and the exponents of their terms. */
  public final int[] bases = new int[STREAMS];

  public final int[] exponents = new int[STREAMS];

  /** Folded terms of {@link #SUMS} tiles. */
  public final float[] sums = new float[SUMS * RowKernels.LANES];

  /** Sums of the logits of {@link #SUMS} tiles. */
  public final double[] tileSums = new double[SUMS * RowKernels.LANES];

  /** Blocks of 64 elements, 128, 256 and so on, made when they are needed. */
  private final @Nullable TermBlock[] blocks =
      new @Nullable
          TermBlock[1 + Integer.numberOfTrailingZeros(RowKernels.TILE / TermBlock.SMALLEST)];

  /** Double lanes, up to three sums at a time. */
  public final double[] first = new double[RowKernels.LANES];

  public final double[] second = new double[RowKernels.LANES];
  public final double[] third = new double[RowKernels.LANES];

  /** Logits, probabilities (or a second tensor's logits) and results, staged. */
  public final Stage logitsStage = new Stage();

  public final Stage secondStage = new Stage();
  public final Stage resultsStage = new Stage();

  /** Ones, for sums without weights or probabilities; not to be written. */
  public static float[] ones() {
    return ONES;
  }

  private int wary;

  /** For rows that are taken together, made when there are some. */
  private Optional<RowBlock> block = Optional.empty();

  /** For logits that are added up by plain loops, made when there are some. */
  private Optional<LogitBlock> logitBlock = Optional.empty();

  /** The smallest block that takes so many elements, at least one, or else the largest. */
  TermBlock blockFor(int elements) {
    int size = TermBlock.SMALLEST;
    int number = 0;
    while (size < elements && size < RowKernels.TILE) {
      size *= 2;
      number++;
    }
    TermBlock block = blocks[number];
    if (block == null) {
      block = new TermBlock(size);
      blocks[number] = block;
    }
    return block;
  }

  /**
   * Whether to take the next logits for ones within range, for which terms are computed with less
   * work: for a while not, which this counts, after some were beyond. Nothing but the speed depends
   * on it.
   */
  public boolean expectsWithinRange() {
    if (wary == 0) {
      return true;
    }
    wary--;
    return false;
  }

  /** To be called when logits taken for ones within range were not. */
  public void sawBeyondRange() {
    wary = WARY;
  }

  /** The block of the rows that are taken side by side. */
  public RowBlock block() {
    if (block.isEmpty()) {
      block = Optional.of(new RowBlock());
    }
    return block.get();
  }

  /** The block of a tile of logits that are added up by plain loops. */
  LogitBlock logitBlock() {
    if (logitBlock.isEmpty()) {
      logitBlock = Optional.of(new LogitBlock());
    }
    return logitBlock.get();
  }
}
