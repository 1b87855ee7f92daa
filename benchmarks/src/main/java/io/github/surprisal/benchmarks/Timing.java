/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

/**
 * What one fork of a case gives.
 *
 * @param nanosPerLogit the nanoseconds for each logit of the least disturbed call
 * @param bytes what one call allocates on the heap
 */
record Timing(double nanosPerLogit, double bytes) {}
