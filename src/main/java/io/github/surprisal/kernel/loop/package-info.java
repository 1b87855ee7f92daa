/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/** The kernel in plain Java loops. The package is not exported. */
@NullMarked
package io.github.surprisal.kernel.loop;

import org.jspecify.annotations.NullMarked;
