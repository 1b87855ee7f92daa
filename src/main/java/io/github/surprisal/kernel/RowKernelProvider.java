/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/** Chooses the kernel, once. */
public final class RowKernelProvider {

  private static final RowKernels KERNELS = new LoopRowKernels();

  private RowKernelProvider() {}

  /** The kernel in use. */
  public static RowKernels kernels() {
    return KERNELS;
  }
}
