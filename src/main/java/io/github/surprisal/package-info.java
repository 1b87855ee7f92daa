/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Turns the logits of a language model into cross-entropy loss, perplexity and bits per byte.
 * {@link io.github.surprisal.FloatTensor} and {@link io.github.surprisal.IntTensor} describe the
 * caller's data without copying it, {@link io.github.surprisal.Targets} shifts and masks what the
 * model is asked to predict, {@link io.github.surprisal.text.WindowPlan} cuts long texts into
 * windows, {@link io.github.surprisal.TokenBytes} counts the bytes of tokens, {@link
 * io.github.surprisal.Losses} and {@link io.github.surprisal.Metrics} compute, and {@link
 * io.github.surprisal.LossAccumulator} adds batches up to a {@link io.github.surprisal.LossReport}.
 * Names, options and defaults are those of PyTorch. Every value is immutable unless its class says
 * otherwise, no argument or result is ever {@code null}, an argument that cannot be used is an
 * {@link java.lang.IllegalArgumentException} that names it, and the same input gives the same bits
 * on every machine.
 */
@NullMarked
package io.github.surprisal;

import org.jspecify.annotations.NullMarked;
