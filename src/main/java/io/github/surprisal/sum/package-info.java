/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Exact sums over tokens and what a report is made of: moments, quantiles, standard errors, and the
 * serial forms. It knows no tensor and no row. The package is not exported.
 */
@NullMarked
package io.github.surprisal.sum;

import org.jspecify.annotations.NullMarked;
