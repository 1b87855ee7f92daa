/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The loops over the vocabulary. A kernel sees one row of logits as a {@code float[]} with an
 * offset and a length; it knows no tensor, no target and no option, checks no argument, and walks
 * the row in one fixed order, so that every implementation of {@link
 * io.github.surprisal.kernel.TileKernel} gives the same bits. The package is not exported.
 */
@NullMarked
package io.github.surprisal.kernel;

import org.jspecify.annotations.NullMarked;
