/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Arrays;

/** The methods of a kernel, each as a function from arguments to bits. */
enum KernelOperation {
  ADD_EXPONENTIALS {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      int skip = a.skipFrom(from);
      kernels.addExponentials(
          s.x, a.offset + from, count, skip, a.shift, a.exponent, s.lanes, s.scratch);
    }
  },
  ADD_AND_WRITE_EXPONENTIALS {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      int skip = a.skipFrom(from);
      int outOffset = s.outOffset + from;
      kernels.addAndWriteExponentials(
          s.x, a.offset + from, count, skip, a.exponent, s.lanes, s.out, outOffset, s.scratch);
    }
  },
  WRITE_MULTIPLES {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      kernels.writeMultiples(s.x, a.offset + from, count, a.factor, s.out, s.outOffset + from);
    }
  },
  MAX {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      int skip = a.skipFrom(from);
      s.max = Math.max(s.max, kernels.max(s.x, a.offset + from, count, skip));
    }
  },
  ADD_LOGITS {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      kernels.addLogits(s.x, s.arguments.offset + from, count, s.first, s.scratch);
    }
  },
  ADD_EXPONENTIALS_OF_BFLOAT16 {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      int skip = a.skipFrom(from);
      kernels.addExponentialsOfBfloat16(
          a.bfloat16, a.offset + from, count, skip, a.exponent, s.lanes, s.scratch);
    }
  },
  ADD_EXPONENTIALS_AND_LOGITS {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      int skip = a.skipFrom(from);
      kernels.addExponentialsAndLogits(
          s.x, a.offset + from, count, skip, a.exponent, s.lanes, s.first, s.scratch);
    }
  },
  ADD_WEIGHTED_GAPS {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      kernels.addWeightedGaps(
          s.x, a.offset + from, a.w, a.wOffset + from, count, a.reference, s.second);
    }
  },
  ADD_GAPS {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      kernels.addGaps(
          s.x,
          a.offset + from,
          a.p,
          a.pOffset + from,
          a.w,
          a.wOffset + from,
          count,
          a.reference,
          s.first,
          s.second);
    }
  },
  WRITE_SOFTMAX {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      kernels.writeSoftmax(
          s.x,
          a.offset + from,
          count,
          a.shift,
          a.exponent,
          a.factor,
          s.out,
          s.outOffset + from,
          s.scratch);
    }
  },
  SUBTRACT_TARGETS {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      kernels.subtractTargets(
          a.p,
          a.pOffset + from,
          a.w,
          a.wOffset + from,
          count,
          a.keep,
          a.spread,
          s.out,
          s.outOffset + from);
    }
  },
  WRITE_SHIFTED {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      kernels.writeShifted(s.x, a.offset + from, count, a.high, a.low, s.out, s.outOffset + from);
    }
  },
  FIRST_SHIFTED_ABOVE {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      int start = Math.min(Math.max(a.start - from, 0), count);
      if (s.found == from) {
        s.found +=
            kernels.firstShiftedAbove(s.x, a.offset + from, start, count, a.high, a.low, a.limit);
      }
    }
  },
  ADD_DIVERGENCE {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      float[] p = KernelArguments.usable(a.x);
      float[] q = KernelArguments.usable(a.p);
      kernels.addDivergence(
          p,
          a.offset + from,
          a.maximum(p, a.offset),
          q,
          a.pOffset + from,
          a.maximum(q, a.pOffset),
          count,
          s.first,
          s.second,
          s.third);
    }
  },
  WIDEN_BFLOAT16 {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      kernels.widenBfloat16(a.halves, a.offset + from, count, s.out, s.outOffset + from);
    }
  },
  WIDEN_FLOAT16 {
    @Override
    void run(RowKernels kernels, State s, int from, int count) {
      KernelArguments a = s.arguments;
      kernels.widenFloat16(a.halves, a.offset + from, count, s.out, s.outOffset + from);
    }
  };

  /** Stands for the bits of a number that is not finite: those of no finite ones. */
  private static final long NOT_FINITE = Long.MAX_VALUE;

  /** All kernels work in one: what they expect of the next logits is kept there. */
  static final Scratch SCRATCH = new Scratch();

  /** What a method may change. */
  static final class State {
    final KernelArguments arguments;
    final float[] x;
    final float[] out;
    final int outOffset;
    final double[] first = new double[RowKernels.LANES];
    final double[] second = new double[RowKernels.LANES];
    final double[] third = new double[RowKernels.LANES];
    final Lanes lanes = new Lanes();
    final Scratch scratch = KernelOperation.SCRATCH;
    float max = Float.NEGATIVE_INFINITY;
    int found;

    State(KernelArguments arguments) {
      this.arguments = arguments;
      x = arguments.x.clone();
      out = arguments.inPlace ? x : arguments.out.clone();
      outOffset = arguments.inPlace ? arguments.offset : arguments.outOffset;
      // What an earlier call left in the work space must not matter.
      Arrays.fill(scratch.logits, Float.NaN);
      Arrays.fill(scratch.terms, Float.NaN);
      Arrays.fill(scratch.streams, Float.NaN);
      Arrays.fill(scratch.sums, Float.NaN);
      Arrays.fill(scratch.tileSums, Double.NaN);
      Arrays.fill(lanes.high, Float.NaN);
      Arrays.fill(lanes.low, Float.NaN);
      lanes.tiles = arguments.lanesInUse ? 2 : 0;
      for (int j = 0; arguments.lanesInUse && j < RowKernels.LANES; j++) {
        first[j] = j - 0.3;
        second[j] = -0.0;
        third[j] = 1e-9 / (j + 1);
        lanes.high[j] = 0x1.234568p0f * j;
        lanes.low[j] = -0x1.abcdep-30f * j;
      }
    }

    /** All of it as bits, in which every NaN is alike; last, whether a sum is to be trusted. */
    private long[] bits() {
      long[] bits = new long[x.length + out.length + 4 * RowKernels.LANES + 4];
      int at = 0;
      for (float value : x) {
        bits[at++] = Float.floatToIntBits(value);
      }
      for (float value : out) {
        bits[at++] = Float.floatToIntBits(value);
      }
      for (int j = 0; j < RowKernels.LANES; j++) {
        bits[at++] = Double.doubleToLongBits(first[j]);
        bits[at++] = Double.doubleToLongBits(second[j]);
        bits[at++] = Double.doubleToLongBits(third[j]);
        bits[at++] = KernelOperation.bits(lanes, j);
      }
      bits[at++] = Float.floatToIntBits(max);
      bits[at++] = found;
      double sum = lanes.sum();
      bits[at++] = Double.isFinite(sum) ? Double.doubleToLongBits(sum) : NOT_FINITE;
      bits[at] = sum >= 0 && sum < Exponential.OVERFLOW ? 1 : 0;
      return bits;
    }
  }

  /** Runs the method on elements {@code from … from + count} of the arguments. */
  abstract void run(RowKernels kernels, State state, int from, int count);

  /** What the method gives, as bits, when the row comes in runs of that length. */
  long[] inRuns(RowKernels kernels, KernelArguments arguments, int runLength) {
    State state = new State(arguments);
    for (int from = 0; from < arguments.length; from += runLength) {
      run(kernels, state, from, Math.min(runLength, arguments.length - from));
    }
    return state.bits();
  }

  /** What the method gives, as bits, when the row comes in one run. */
  long[] inOneRun(RowKernels kernels, KernelArguments arguments) {
    State state = new State(arguments);
    run(kernels, state, 0, arguments.length);
    return state.bits();
  }

  /** The bits of a lane and of what it dropped, which are free if it is not finite. */
  static long bits(Lanes lanes, int j) {
    long high = Float.floatToIntBits(lanes.high[j]);
    long low = Integer.toUnsignedLong(Float.floatToIntBits(lanes.low[j]));
    return Float.isFinite(lanes.high[j] + lanes.low[j]) ? high << 32 | low : NOT_FINITE;
  }

  /** Whether bits say that the sum they belong to is to be trusted. */
  static boolean isTrusted(long[] bits) {
    return bits[bits.length - 1] != 0;
  }
}
