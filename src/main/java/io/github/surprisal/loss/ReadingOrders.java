/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import io.github.surprisal.kernel.KernelProvider;
import io.github.surprisal.kernel.ReadingOrder;

/** The reading order of each kind of pass over rows: what it writes takes memory's time as well. */
record ReadingOrders(
    ReadingOrder sums,
    ReadingOrder sumsAndLogits,
    ReadingOrder sumsAndTerms,
    ReadingOrder keptTerms,
    ReadingOrder stagedRows,
    ReadingOrder shortRows) {

  private static final ReadingOrders SHARED =
      new ReadingOrders(
          KernelProvider.readingOrder(),
          KernelProvider.newReadingOrder(),
          KernelProvider.newReadingOrder(),
          KernelProvider.newReadingOrder(),
          KernelProvider.newReadingOrder(),
          KernelProvider.newReadingOrder());

  /** What all work spaces of the kernel in use find out together. */
  static ReadingOrders shared() {
    return SHARED;
  }
}
