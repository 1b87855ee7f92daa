/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

/**
 * What one look at a case gives.
 *
 * @param nanos the shortest time of one call
 * @param bytes what one call allocates on the heap, on its own thread
 */
record Timing(double nanos, long bytes) {}
