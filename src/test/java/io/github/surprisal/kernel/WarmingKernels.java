/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.util.function.BooleanSupplier;

/** Lets tests of other packages change kernels in the middle of a row. */
public final class WarmingKernels {

  private WarmingKernels() {}

  /** The kernel in use wherever {@code isReady} says so, and {@code first} elsewhere. */
  public static TileKernel goingOver(TileKernel first, BooleanSupplier isReady) {
    return new WarmingKernel(first, KernelProvider::newKernel, method -> isReady.getAsBoolean());
  }
}
