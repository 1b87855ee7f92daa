/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs methods of the vector kernel on made-up tiles, in a thread of its own, until HotSpot has
 * compiled them: those that loops have been called for a few times. A program that scores less, or
 * has no need of a method, does not pay for it.
 */
final class VectorWarmup {

  // The methods.
  static final int WRITE_TERMS = 0;
  static final int WRITE_TERMS_AT_FOUR_PLACES = 1;
  static final int WRITE_TERMS_OF_REFERENCES = 2;
  static final int WRITE_PAIRS = 3;
  static final int FOLD = 4;
  static final int ADD_TO_LANES = 5;
  static final int MULTIPLY = 6;
  static final int MULTIPLY_EACH = 7;
  static final int MAX = 8;
  static final int SUBTRACT = 9;
  static final int FIRST_ABOVE = 10;
  static final int WRITE_SMOOTHED = 11;
  static final int SUBTRACT_PRODUCTS = 12;
  static final int WIDEN_BFLOAT16 = 13;
  static final int WIDEN_FLOAT16 = 14;
  static final int SUM_LOGITS = 15;
  static final int ADD_WEIGHTED_GAPS = 16;
  static final int WRITE_DIFFERENCES = 17;
  static final int ADD_PRODUCTS = 18;
  static final int WRITE_EXP = 19;
  static final int WRITE_LOG1P = 20;
  static final int FOLD_WITH_GAPS = 21;
  static final int SCALE = 22;
  static final int MAX_TERM = 23;
  static final int METHODS = 24;

  /** Calls that loops take first: half a row of 50,000 classes. */
  static final int CALLS_BEFORE = 24;

  private static final int READY = -1;

  /** Calls that are timed at a time. */
  private static final int CALLS = 50;

  /**
   * Vectors take less for a tile on any machine once they are compiled, and ten times more before.
   */
  private static final long COMPILED_NANOS = 10_000;

  /** How many times in a row a method has to be as fast. */
  private static final int FAST_ROUNDS = 3;

  /** Rounds after which compilation has been asked for, and is waited for. */
  private static final int BUSY_ROUNDS = 16;

  /** After that time vectors are used, whatever is compiled by then. */
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final LazyVectors vectors;

  /** Of each method the calls so far, up to {@link #CALLS_BEFORE}; {@link #READY} if compiled. */
  private final AtomicIntegerArray calls = new AtomicIntegerArray(METHODS);

  /** Methods that are to be warmed up. */
  private final Queue<Integer> wanted = new ArrayDeque<>();

  private boolean isRunning;

  VectorWarmup(LazyVectors vectors) {
    this.vectors = vectors;
  }

  /** Vectors, whose classes take their time to load: in the thread that warms them up. */
  interface LazyVectors {

    /** What makes kernels; empty if vectors can't be used after all. */
    Optional<Supplier<TileKernel>> loaded();
  }

  /** Whether a method is compiled; to be asked before each call, which counts it. */
  boolean isReady(int method) {
    int count = calls.get(method);
    if (count == READY) {
      return true;
    }
    if (count < CALLS_BEFORE
        && calls.compareAndSet(method, count, count + 1)
        && count + 1 == CALLS_BEFORE) {
      want(method);
    }
    return false;
  }

  private synchronized void want(int method) {
    wanted.add(method);
    if (!isRunning) {
      isRunning = true;
      Thread thread = new Thread(null, this::run, "surprisal vector warm-up", 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(null); // or it might keep an application's classes
      try {
        thread.start();
      } catch (OutOfMemoryError noThread) { // loops go on
        isRunning = false;
      }
    }
  }

  /** The next method to be warmed up; none if the thread is to end. */
  private synchronized Optional<Integer> nextWanted() {
    Optional<Integer> next = Optional.ofNullable(wanted.poll());
    isRunning = next.isPresent();
    return next;
  }

  private void run() {
    Optional<Supplier<TileKernel>> loaded = vectors.loaded();
    if (loaded.isEmpty()) {
      return; // loops for ever
    }
    TileKernel kernel = loaded.get().get();
    WarmupTiles tiles = new WarmupTiles();
    Optional<Integer> method = nextWanted();
    while (method.isPresent()) {
      for (Consumer<TileKernel> work : tiles.works(method.get())) {
        warm(work, kernel, System.nanoTime() + PATIENCE_NANOS);
      }
      calls.set(method.get(), READY);
      method = nextWanted();
    }
  }

  private static void warm(Consumer<TileKernel> work, TileKernel kernel, long end) {
    int rounds = 0;
    int inARow = 0;
    while (inARow < FAST_ROUNDS && System.nanoTime() - end < 0) {
      inARow = nanos(work, kernel) <= CALLS * COMPILED_NANOS ? inARow + 1 : 0;
      rounds++;
      if (inARow == 0 && rounds > BUSY_ROUNDS) {
        leaveTheProcessor();
      }
    }
  }

  private static void leaveTheProcessor() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException nobodyDoes) {
      Thread.currentThread().interrupt();
    }
  }

  private static long nanos(Consumer<TileKernel> work, TileKernel kernel) {
    long start = System.nanoTime();
    for (int i = 0; i < CALLS; i++) {
      work.accept(kernel);
    }
    return System.nanoTime() - start;
  }

  /** Made-up tiles, and what is done with them. */
  private static final class WarmupTiles {
    private final float[] x = new float[TileKernel.TILE];
    private final float[] out = new float[Places.FOUR * TileKernel.TILE];
    private final float[] beyond = new float[TileKernel.TILE];
    private final TileStatistics statistics = new TileStatistics();
    private final short[] bits = new short[TileKernel.TILE];
    private final double[] doubles = new double[TileKernel.TILE];
    private final double[] ratios = new double[TileKernel.TILE];
    private final double[] logs = new double[TileKernel.TILE];
    private final double[] impossible = new double[TileKernel.TILE];
    private final double[] lanes = new double[TileKernel.LANES];
    private final References references = new References(TileKernel.TILE);
    private final Places one = new Places();
    private final Places four = new Places();

    WarmupTiles() {
      for (int i = 0; i < x.length; i++) {
        x[i] = i % 37 * 0.25f - 4;
        beyond[i] = i % 2 == 0 ? Float.NEGATIVE_INFINITY : 1e6f;
        bits[i] = (short) (0x3f80 + i % 64);
        ratios[i] = i + 0.5;
        logs[i] = -0.25 * i;
        impossible[i] = Double.NEGATIVE_INFINITY;
      }
      statistics.sums = new float[TileKernel.LANES];
      statistics.gaps = new float[TileKernel.LANES];
      four.count = Places.FOUR;
      for (int k = 0; k < Places.FOUR; k++) {
        four.set(k, 0, k, k * TileKernel.TILE);
      }
    }

    /** What a method is warmed up with. */
    List<Consumer<TileKernel>> works(int method) {
      int tile = TileKernel.TILE;
      int few = TileKernel.LANES;
      int uneven = tile - 7;
      return switch (method) {
        case WRITE_TERMS ->
            List.of(
                kernel -> kernel.writeTerms(x, one, uneven, out),
                kernel -> kernel.writeTerms(beyond, one, uneven, out));
        case WRITE_TERMS_AT_FOUR_PLACES ->
            List.of(kernel -> kernel.writeTerms(x, four, uneven, out));
        case WRITE_TERMS_OF_REFERENCES ->
            List.of(kernel -> kernel.writeTerms(x, 0, references, uneven, out, 0));
        case WRITE_PAIRS ->
            List.of(kernel -> kernel.writePairs(x, 0, 0, references, uneven, out, 0));
        case FOLD ->
            List.of(
                kernel -> kernel.fold(out, 0, tile, few, out, tile),
                kernel -> kernel.fold(out, 0, 8 * few, few, out, tile));
        case ADD_TO_LANES -> List.of(kernel -> kernel.addToLanes(out, few, new Lanes()));
        case MULTIPLY -> List.of(kernel -> kernel.multiply(x, 0, uneven, 0.5f, out, 0));
        case MULTIPLY_EACH -> List.of(kernel -> kernel.multiply(x, 0, uneven, x, out, 0));
        case MAX_TERM -> List.of(kernel -> kernel.maxTerm(out, 0, uneven));
        case MAX -> List.of(kernel -> kernel.max(x, 0, uneven));
        case SUBTRACT -> List.of(kernel -> kernel.subtract(x, 0, uneven, 1, 0, out, 0));
        case FIRST_ABOVE -> List.of(kernel -> kernel.firstAbove(x, 0, uneven, 0, 0, 1000));
        case WRITE_SMOOTHED ->
            List.of(kernel -> kernel.writeSmoothed(x, 0, uneven, 0.9f, 0.1f, out));
        case SUBTRACT_PRODUCTS ->
            List.of(kernel -> kernel.subtractProducts(x, 0, x, uneven, out, 0));
        case WIDEN_BFLOAT16 -> List.of(kernel -> kernel.widenBfloat16(bits, 0, uneven, out, 0));
        case WIDEN_FLOAT16 -> List.of(kernel -> kernel.widenFloat16(bits, 0, uneven, out, 0));
        case SUM_LOGITS ->
            List.of(
                kernel -> kernel.sumLogits(x, 0, uneven, lanes, 0),
                kernel -> kernel.sumLogits(beyond, 0, uneven, lanes, 0));
        case ADD_WEIGHTED_GAPS ->
            List.of(kernel -> kernel.addWeightedGaps(x, 0, x, 0, uneven, 1, lanes));
        case WRITE_DIFFERENCES ->
            List.of(kernel -> kernel.writeDifferences(x, 0, uneven, 1, doubles));
        case ADD_PRODUCTS -> List.of(kernel -> kernel.addProducts(ratios, ratios, uneven, lanes));
        case WRITE_EXP ->
            List.of(
                kernel -> kernel.writeExp(logs, uneven, doubles),
                kernel -> kernel.writeExp(impossible, uneven, doubles));
        case WRITE_LOG1P -> List.of(kernel -> kernel.writeLog1p(ratios, uneven, doubles));
        case FOLD_WITH_GAPS ->
            List.of(kernel -> kernel.foldWithGaps(out, 0, x, 0, tile, statistics));
        case SCALE -> List.of(kernel -> kernel.scale(x, 0, uneven, 0.7f, 0x1p-26f, out, 0));
        default -> throw new IllegalArgumentException("method " + method);
      };
    }
  }
}
