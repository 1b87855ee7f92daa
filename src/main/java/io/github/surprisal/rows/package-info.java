/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Where rows of logits come from and where results go: storage, class axis, readers and writers,
 * checked targets, and the spread of rows over threads. This is the only package that knows strides
 * and buffers. It is not exported.
 */
@NullMarked
package io.github.surprisal.rows;

import org.jspecify.annotations.NullMarked;
