/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * What the loss of a row of logits is: against an index, against probabilities, of
 * log-probabilities, and the divergence between two rows; and what else a row says of its classes.
 * Each class leads a kernel along the rows that the package {@code rows} delivers, and adds up
 * through the package {@code sum}. It knows no tensor and checks no argument. The package is not
 * exported.
 */
@NullMarked
package io.github.surprisal.loss;

import org.jspecify.annotations.NullMarked;
