/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/**
 * What a row of logits says of its token besides the loss.
 *
 * @param isCorrect whether the likeliest class is the target
 * @param rank 1 + the number of classes with a larger logit than the target's; 0 if the row has no
 *     probabilities
 * @param entropy the entropy of the row in nats; NaN if the row has no probabilities
 * @param gap −log P(target) − entropy in nats; NaN if the row has no probabilities
 * @param probability the probability of the likeliest class; NaN if the row has none
 */
public record TokenPrediction(
    boolean isCorrect, int rank, double entropy, double gap, double probability) {}
