/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static io.github.surprisal.kernel.TileKernel.TILE;

import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.rows.RowReader;
import java.util.ArrayList;
import java.util.List;

/**
 * Two rows of logits over a temperature, tile by tile, in double: e<sup>y − max y</sup> of each,
 * and how far the y of the first stand above those of the second, both less their maxima.
 *
 * <p>Where rows are gone through several times, the tiles of their first {@link #MOST_KEPT} · 1,024
 * classes are kept, in the caches of the processor, and those behind are computed again: to the
 * same bits.
 *
 * <p>Mutable; belongs to the thread whose work space it uses.
 */
final class PairTiles {

  /** Tiles that are kept at the most. */
  private static final int MOST_KEPT = 256;

  /** A tile of a pair of rows. */
  private static final class Tile {
    private final double[] a;
    private final double[] b;
    private final double[] c;

    Tile(double[] a, double[] b, double[] c) {
      this.a = a;
      this.b = b;
      this.c = c;
    }
  }

  /** Tiles of any pair of rows. */
  private static final class Memory {
    private final List<Tile> tiles = new ArrayList<>();

    /** y − max y of either row of a tile while it is computed. */
    private final double[] logsP = new double[TILE];

    private final double[] logsQ = new double[TILE];

    Tile tile(int number) {
      while (number >= tiles.size()) {
        tiles.add(new Tile(new double[TILE], new double[TILE], new double[TILE]));
      }
      return tiles.get(number);
    }
  }

  private final WorkSpace space;
  private final TileKernel kernel;
  private final RowReader p;
  private final RowReader q;
  private final double temperature;
  private final int mostKept;
  private final Tile shared;
  private final Memory memory;
  private float maxP;
  private float maxQ;
  private int computed;

  /** e^(y − max y) of the first row's tile. */
  double[] a;

  /** The same of the second row's. */
  double[] b;

  /** y − max y of the first row less that of the second; +∞ where that is −∞, of both too. */
  double[] c;

  /**
   * Pairs of the rows that two readers stand at.
   *
   * @param temperature what the logits are divided by
   * @param isKept whether tiles are kept, as far as there is room, to be taken again
   */
  PairTiles(RowReader p, RowReader q, double temperature, boolean isKept, WorkSpace space) {
    this.p = p;
    this.q = q;
    this.temperature = temperature;
    mostKept = isKept ? MOST_KEPT : 0;
    this.space = space;
    kernel = space.kernel;
    DoubleTiles tiles = space.part(DoubleTiles.class, any -> new DoubleTiles());
    shared = new Tile(tiles.a, tiles.b, tiles.c);
    memory = space.part(Memory.class, any -> new Memory());
    a = shared.a;
    b = shared.b;
    c = shared.c;
  }

  int classes() {
    return p.classes();
  }

  /** Begins with the rows that the readers stand at. */
  void begin() {
    maxP = RowMaximum.max(space, p, -1);
    maxQ = RowMaximum.max(space, q, -1);
    computed = 0;
  }

  /** Whether both rows have probabilities: no NaN, no +∞, and not −∞ alone. */
  boolean areDefined() {
    return Float.isFinite(maxP) && Float.isFinite(maxQ);
  }

  /** The number of classes of the tile that begins at a class. */
  int length(int from) {
    return Math.min(TILE, p.classes() - from);
  }

  /**
   * Takes the tile of the classes from {@code from} on; each tile in turn, then any number of
   * times.
   *
   * @return whether it has been computed now, and not kept
   */
  boolean take(int from) {
    int number = from / TILE;
    boolean isKept = number < mostKept;
    Tile tile = isKept ? memory.tile(number) : shared;
    a = tile.a;
    b = tile.b;
    c = tile.c;
    if (isKept && number < computed) {
      return false;
    }
    compute(from, length(from));
    computed = number + 1;
    return true;
  }

  private void compute(int from, int length) {
    writeLogs(p, maxP, from, length, memory.logsP);
    writeLogs(q, maxQ, from, length, memory.logsQ);
    DoubleTiles.subtractLogs(memory.logsP, memory.logsQ, length, c);
    kernel.writeExp(memory.logsP, length, a);
    kernel.writeExp(memory.logsQ, length, b);
  }

  /** Writes y − max y. */
  private void writeLogs(RowReader row, double max, int from, int length, double[] logs) {
    row.read(from, length, space.staging, 0);
    kernel.writeDifferences(row.array(), row.offset(), length, max, logs);
    if (temperature != 1) {
      DoubleTiles.divide(logs, length, temperature);
    }
  }

  /** The first class with the largest logit of the first row; −1 if it has no probabilities. */
  int largestP() {
    return largest(maxP, p);
  }

  /** The same of the second row. */
  int largestQ() {
    return largest(maxQ, q);
  }

  private int largest(float max, RowReader row) {
    return Float.isFinite(max) ? RowMaximum.indexOf(max, space, row) : -1;
  }
}
