/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Arrays;

/** Every method of a kernel, called with {@link KernelArguments}. */
enum KernelOperation {
  WRITE_TERMS {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      s.places.count = Places.ONE;
      s.places.set(0, a.offset, a.exponent, a.outOffset);
      kernel.writeTerms(s.x, s.places, a.length, s.out);
    }
  },
  WRITE_TERMS_AT_FOUR_PLACES {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      int quarter = a.length / 4;
      s.places.count = Places.FOUR;
      for (int k = 0; k < Places.FOUR; k++) {
        s.places.set(k, a.offset + k * quarter, a.exponent + k, a.outOffset + k * quarter);
      }
      kernel.writeTerms(s.x, s.places, quarter, s.out);
    }
  },
  WRITE_TERMS_OF_REFERENCES {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.writeTerms(s.x, a.offset, a.references(), a.length, s.out, a.outOffset);
    }
  },
  WRITE_PAIRS {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      int half = a.length / 2;
      int other = a.offset + a.length - half;
      kernel.writePairs(s.x, a.offset, other, a.references(), half, s.out, a.outOffset);
    }
  },
  FOLD {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      int length = Math.max(Integer.highestOneBit(a.length), 32);
      kernel.fold(s.terms, a.pOffset, length, TileKernel.LANES, s.folded, 5);
    }
  },
  FOLD_TO_MORE_LANES {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      int lanes = TileKernel.LANES * (1 + a.length % 5);
      int length = lanes * (2 << a.length % 4);
      kernel.fold(s.terms, a.pOffset, length, lanes, s.folded, 3);
    }
  },
  FOLD_IN_PLACE {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      int lanes = TileKernel.LANES * (1 + a.length % 7);
      kernel.fold(s.terms, a.pOffset, 2 * lanes, lanes, s.terms, a.pOffset);
    }
  },
  FOLD_WITH_GAPS {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      TileStatistics statistics = new TileStatistics();
      statistics.reference = Double.isFinite(a.reference) ? (float) a.reference : 1;
      statistics.limit = a.limit > Float.NEGATIVE_INFINITY ? a.limit : 2;
      statistics.sums = s.folded;
      statistics.gaps = new float[3 + TileKernel.LANES];
      statistics.at = 3;
      float[] x = KernelArguments.usable(s.x);
      kernel.foldWithGaps(s.terms, a.pOffset, x, a.offset, a.length, statistics);
      System.arraycopy(statistics.gaps, 3, s.folded, 40, TileKernel.LANES);
      s.found = statistics.above;
    }
  },
  ADD_TO_LANES {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      int tiles = 1 + a.length % (TileKernel.TILE / TileKernel.LANES);
      kernel.addToLanes(s.terms, tiles, s.lanes);
    }
  },
  MULTIPLY {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.multiply(s.x, a.offset, a.length, a.factor, s.out, s.outOffset);
    }
  },
  MULTIPLY_EACH {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.multiply(s.x, a.offset, a.length, a.p, s.out, s.outOffset);
    }
  },
  SCALE {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.scale(s.x, a.offset, a.length, a.high, a.low, s.out, s.outOffset);
    }
  },
  MAX_TERM {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      s.max = kernel.maxTerm(s.terms, a.pOffset, a.length);
    }
  },
  MAX {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      s.max = kernel.max(s.x, a.offset, a.length);
    }
  },
  SUBTRACT {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.subtract(s.x, a.offset, a.length, a.high, a.low, s.out, s.outOffset);
    }
  },
  FIRST_ABOVE {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      s.found = kernel.firstAbove(s.x, a.offset, a.length, a.high, a.low, a.limit);
    }
  },
  WRITE_SMOOTHED {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.writeSmoothed(a.p, a.pOffset, a.length, a.keep, a.spread, s.out);
    }
  },
  SUBTRACT_PRODUCTS {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.subtractProducts(a.w, a.wOffset, a.p, a.length, s.out, s.outOffset);
    }
  },
  WIDEN_BFLOAT16 {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.widenBfloat16(a.halves, a.offset, a.length, s.out, s.outOffset);
    }
  },
  WIDEN_FLOAT16 {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.widenFloat16(a.halves, a.offset, a.length, s.out, s.outOffset);
    }
  },
  SUM_LOGITS {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.sumLogits(s.x, a.offset, a.length, s.doubles, a.pOffset);
    }
  },
  ADD_WEIGHTED_GAPS {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.addWeightedGaps(s.x, a.offset, a.w, a.wOffset, a.length, a.reference, s.doubleLanes);
    }
  },
  WRITE_DIFFERENCES {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.writeDifferences(s.x, a.offset, a.length, a.reference, s.doubles);
    }
  },
  ADD_PRODUCTS {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.addProducts(
          a.doubles(a.p, a.pOffset), a.doubles(a.w, a.wOffset), a.length, s.doubleLanes);
    }
  },
  WRITE_EXP {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.writeExp(a.gaps(), a.length, s.doubles);
    }
  },
  WRITE_LOG1P {
    @Override
    void run(TileKernel kernel, State s, KernelArguments a) {
      kernel.writeLog1p(a.ratios(), a.length, s.doubles);
    }
  };

  /** Stands for the bits of any number that is not finite; no finite number has these bits. */
  private static final long NOT_FINITE = Long.MAX_VALUE;

  /** What a method may change. */
  static final class State {
    final float[] x;
    final float[] out;
    final int outOffset;
    final float[] terms;
    final float[] folded = new float[TileKernel.TILE];
    final Places places = new Places();
    final double[] doubles;
    final double[] doubleLanes = new double[TileKernel.LANES];
    final Lanes lanes = new Lanes();
    float max;
    int found;

    State(KernelArguments arguments) {
      x = arguments.x.clone();
      out = arguments.inPlace ? x : arguments.out.clone();
      outOffset = arguments.inPlace ? arguments.offset : arguments.outOffset;
      terms = arguments.terms();
      doubles = new double[arguments.length + TileKernel.LANES + KernelArguments.OFFSETS];
      Arrays.fill(doubles, Double.NaN);
      Arrays.fill(lanes.high, Float.NaN);
      Arrays.fill(lanes.low, Float.NaN);
      lanes.tiles = arguments.lanesInUse ? 2 : 0;
      for (int j = 0; arguments.lanesInUse && j < TileKernel.LANES; j++) {
        doubleLanes[j] = j - 0.3;
        lanes.high[j] = 0x1.234568p0f * j;
        lanes.low[j] = -0x1.abcdep-30f * j;
      }
    }

    /** All of it as bits, in which every number that is not finite is alike where it is a term. */
    private long[] bits(boolean areTerms) {
      long[] bits =
          new long
              [x.length
                  + out.length
                  + terms.length
                  + folded.length
                  + doubles.length
                  + 2 * lanes.high.length
                  + 3];
      int at = 0;
      for (float value : x) {
        bits[at++] = Float.floatToIntBits(value);
      }
      for (float value : out) {
        boolean isFree = areTerms && !Float.isFinite(value);
        bits[at++] = isFree ? NOT_FINITE : Float.floatToIntBits(value);
      }
      for (float value : terms) {
        bits[at++] = Float.floatToIntBits(value);
      }
      for (float value : folded) {
        bits[at++] = Float.floatToIntBits(value);
      }
      for (double value : doubles) {
        bits[at++] = Double.doubleToLongBits(value);
      }
      for (int j = 0; j < TileKernel.LANES; j++) {
        bits[at++] = Double.doubleToLongBits(doubleLanes[j]);
        bits[at++] = KernelOperation.bits(lanes, j);
      }
      bits[at++] = Float.floatToIntBits(max);
      bits[at++] = found;
      bits[at] = lanes.tiles;
      return bits;
    }
  }

  /** Calls the method. */
  abstract void run(TileKernel kernel, State state, KernelArguments arguments);

  /** What the method gives, as bits. */
  long[] bits(TileKernel kernel, KernelArguments arguments) {
    State state = new State(arguments);
    run(kernel, state, arguments);
    return state.bits(writesTerms());
  }

  /** Whether results are terms: of one that is not finite no more is laid down. */
  boolean writesTerms() {
    return name().startsWith("WRITE_TERMS") || this == WRITE_PAIRS;
  }

  /** The bits of a lane and of what it dropped, which are free if it is not finite. */
  static long bits(Lanes lanes, int j) {
    long high = Float.floatToIntBits(lanes.high[j]);
    long low = Integer.toUnsignedLong(Float.floatToIntBits(lanes.low[j]));
    return Float.isFinite(lanes.high[j] + lanes.low[j]) ? high << 32 | low : NOT_FINITE;
  }
}
