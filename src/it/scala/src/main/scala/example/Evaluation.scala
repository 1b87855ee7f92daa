/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example

import io.github.surprisal.*

/** Logits (n, vocabulary) of a model, the correct tokens, and the bytes of each. */
final case class Batch(logits: FloatTensor, targets: IntTensor, bytes: IntTensor):

  /** The loss of each token, in nats. */
  def losses(options: CrossEntropyOptions = CrossEntropyOptions.defaults): Vector[Double] =
    Losses.crossEntropyPerToken(logits, targets, options).toArray.toVector

extension (batches: Iterator[Batch])

  /** Loss, perplexity and bits per byte of all batches. */
  def evaluate(options: CrossEntropyOptions = CrossEntropyOptions.defaults): LossReport =
    batches
      .foldLeft(LossAccumulator(options))((sum, batch) =>
        sum.add(batch.logits, batch.targets, batch.bytes))
      .report()

/** How far `judged` is from `reference` on the same tokens. */
def compare(reference: FloatTensor, judged: FloatTensor, targets: IntTensor): ComparisonReport =
  ComparisonAccumulator().add(reference, judged, targets).report()
