/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The loops over the vocabulary. A kernel sees a tile of logits as a {@code float[]} with an offset
 * and a length; it knows no row, tensor, target or option, and checks no argument. Every
 * implementation of {@link io.github.surprisal.kernel.TileKernel} gives the same bits. The package
 * is not exported.
 */
@NullMarked
package io.github.surprisal.kernel;

import org.jspecify.annotations.NullMarked;
