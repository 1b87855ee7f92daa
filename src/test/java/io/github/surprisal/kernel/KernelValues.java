/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.Random;

/** Families of elements that a kernel may meet in one run. */
public enum KernelValues {
  NORMAL {
    @Override
    public float next(Random random) {
      return (float) random.nextGaussian() * 3;
    }
  },
  WIDE {
    @Override
    public float next(Random random) {
      return (float) random.nextGaussian() * (1 << random.nextInt(10));
    }
  },
  SHIFTED {
    @Override
    public float next(Random random) {
      return 1e4f + (float) random.nextGaussian();
    }
  },
  AROUND_THE_LARGEST_MODERATE {
    @Override
    public float next(Random random) {
      return LogitSum.MODERATE - 6 + (float) random.nextGaussian() * 2;
    }
  },
  POSITIVE {
    @Override
    public float next(Random random) {
      return random.nextInt(4) == 0 ? 0f : random.nextFloat();
    }
  },
  ZEROS {
    @Override
    public float next(Random random) {
      return random.nextBoolean() ? 0f : -0f;
    }
  },
  SUBNORMAL {
    @Override
    public float next(Random random) {
      return Float.intBitsToFloat(random.nextInt() & 0x807fffff);
    }
  },
  HALF_MASKED {
    @Override
    public float next(Random random) {
      return random.nextBoolean() ? Float.NEGATIVE_INFINITY : NORMAL.next(random);
    }
  },
  ALL_MASKED {
    @Override
    public float next(Random random) {
      return Float.NEGATIVE_INFINITY;
    }
  },
  MASKED_WITH_FINITE_NUMBERS {
    @Override
    public float next(Random random) {
      return random.nextBoolean() ? MASKS[random.nextInt(MASKS.length)] : NORMAL.next(random);
    }
  },
  HUGE {
    @Override
    public float next(Random random) {
      return random.nextBoolean() ? 3.4e38f : -3.4e38f;
    }
  },
  RARELY_NOT_FINITE {
    @Override
    public float next(Random random) {
      return random.nextInt(300) == 0 ? SPECIAL.next(random) : NORMAL.next(random);
    }
  },
  SPECIAL {
    @Override
    public float next(Random random) {
      return SPECIALS[random.nextInt(SPECIALS.length)];
    }
  },
  ANY_BITS {
    @Override
    public float next(Random random) {
      return Float.intBitsToFloat(random.nextInt());
    }
  };

  private static final float[] MASKS = {-1e4f, -1e9f, -3e38f, -Float.MAX_VALUE, -2.1e6f};

  private static final float[] SPECIALS = {
    Float.NaN,
    Float.intBitsToFloat(0xffc00123),
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    RowDefinition.FLOOR,
    Math.nextDown(RowDefinition.FLOOR),
    Exponential.DIRECT_LIMIT,
    88.8f,
    -87.4f,
    0f,
    -0f
  };

  /** One more element. */
  public abstract float next(Random random);
}
