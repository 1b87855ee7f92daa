/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The command {@code surprisal}. It reads logits and targets from NumPy files, or replies of
 * servers from JSON, streams them through a {@link io.github.surprisal.LossAccumulator} and prints
 * the report as a table or as JSON. It uses the library as any other program would, through its
 * exported package, and is packed with its own dependencies into the jar with the classifier {@code
 * cli}; the library's jar does not contain it.
 */
@NullMarked
package io.github.surprisal.cli;

import org.jspecify.annotations.NullMarked;
