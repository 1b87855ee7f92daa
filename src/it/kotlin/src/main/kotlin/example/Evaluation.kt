/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example

import io.github.surprisal.ComparisonAccumulator
import io.github.surprisal.ComparisonReport
import io.github.surprisal.CrossEntropyOptions
import io.github.surprisal.FloatTensor
import io.github.surprisal.IntTensor
import io.github.surprisal.LossAccumulator
import io.github.surprisal.LossReport
import io.github.surprisal.Losses

/** Logits (n, vocabulary) of a model, the correct tokens, and the bytes of each. */
data class Batch(val logits: FloatTensor, val targets: IntTensor, val bytes: IntTensor)

/** The loss of each token, in nats. */
fun Batch.losses(options: CrossEntropyOptions = CrossEntropyOptions.defaults()): List<Double> =
  Losses.crossEntropyPerToken(logits, targets, options).toArray().toList()

/** Loss, perplexity and bits per byte of all batches. */
fun Sequence<Batch>.evaluate(
  options: CrossEntropyOptions = CrossEntropyOptions.defaults()
): LossReport =
  fold(LossAccumulator(options)) { sum, (logits, targets, bytes) ->
    sum.add(logits, targets, bytes)
  }.report()

/** How far [judged] is from [reference] on the same tokens. */
fun compare(reference: FloatTensor, judged: FloatTensor, targets: IntTensor): ComparisonReport =
  ComparisonAccumulator().add(reference, judged, targets).report()
