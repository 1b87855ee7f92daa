/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Between a long text and the logits of its tokens: {@link io.github.surprisal.text.WindowPlan}
 * cuts a text into windows that fit the model's context, so that every token is scored once, and
 * {@link io.github.surprisal.text.WindowBatch} pads several of them to one batch.
 */
@NullMarked
package io.github.surprisal.text;

import org.jspecify.annotations.NullMarked;
