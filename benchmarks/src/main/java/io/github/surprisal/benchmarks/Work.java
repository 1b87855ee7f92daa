/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

/** A piece of work whose result has been checked and which is ready to be timed. */
@FunctionalInterface
interface Work {

  /** Does the work once, and returns something that depends on it. */
  double run();
}
