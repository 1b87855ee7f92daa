/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/**
 * Where the logits stand that a kernel takes at a time, and where their terms go: at one place, or
 * at {@link #FOUR}: then the kernel takes a vector from each place in turn.
 */
public final class Places {

  /** One place: logits are read from front to back. */
  public static final int ONE = 1;

  /** Four places, as a rule each on a page of its own. */
  public static final int FOUR = 4;

  /** How many places there are: {@link #ONE} or {@link #FOUR}. */
  public int count = ONE;

  /** Where the logits of each place begin. */
  public final int[] offsets = new int[FOUR];

  /** The reference exponent of the terms at each place. */
  public final int[] exponents = new int[FOUR];

  /** Where the terms of each place are to begin. */
  public final int[] termsOffsets = new int[FOUR];

  /** Places that are not set yet. */
  public Places() {}

  /** Sets one of the places. */
  public void set(int place, int offset, int exponent, int termsOffset) {
    offsets[place] = offset;
    exponents[place] = exponent;
    termsOffsets[place] = termsOffset;
  }
}
