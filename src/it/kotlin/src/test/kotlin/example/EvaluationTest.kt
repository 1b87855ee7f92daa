/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example

import io.github.surprisal.CrossEntropyOptions
import io.github.surprisal.FloatTensor
import io.github.surprisal.IntTensor
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** The expected numbers were computed in double with Python's math module. */
class EvaluationTest {
  private val text =
    Batch(
      FloatTensor.of(
        arrayOf(floatArrayOf(2f, .5f, -1f), floatArrayOf(.1f, .2f, 3f), floatArrayOf(1f, 1f, 1f))
      ),
      IntTensor.of(0, 2, 1),
      IntTensor.of(3, 1, 4),
    )

  private val smoothed = CrossEntropyOptions.defaults().labelSmoothing(0.1)

  @Test
  fun `a loss for each token`() {
    listOf(0.2413112967, 0.1096014648, 1.0986122887)
      .zip(text.losses())
      .forEach { (expected, loss) -> assertEquals(expected, loss, 4e-7) }
    assertEquals(3, text.losses().size)
  }

  @Test
  fun `label smoothing`() {
    assertEquals(0.5965083500, text.losses(smoothed).average(), 4e-7)
    assertEquals(0.5965083500, sequenceOf(text).evaluate(smoothed).loss(), 4e-7)
  }

  @Test
  fun `batches add up to the whole text`() {
    val batches =
      sequenceOf(0..<2, 2..<3).map { rows ->
        Batch(
          text.logits.slice(rows.first, rows.last + 1),
          text.targets.slice(rows.first, rows.last + 1),
          text.bytes.slice(rows.first, rows.last + 1),
        )
      }
    val report = batches.evaluate()
    assertEquals(sequenceOf(text).evaluate(), report)
    assertEquals(3, report.scoredTokens())
    assertEquals(8, report.scoredBytes())
    assertEquals(0.4831750167, report.loss(), 4e-7)
    assertEquals(1.6212136196, report.perplexity(), 1e-6)
    assertEquals(0.2614028252, report.bitsPerByte(), 4e-7)
  }

  @Test
  fun `two models on the same tokens`() {
    val original =
      FloatTensor.of(
        arrayOf(floatArrayOf(2f, .5f, -1f), floatArrayOf(.1f, .2f, 3f), floatArrayOf(1f, 1.5f, 0f))
      )
    val quantised =
      FloatTensor.of(
        arrayOf(
          floatArrayOf(1.9f, .6f, -1f),
          floatArrayOf(.1f, .1f, 2.8f),
          floatArrayOf(1.2f, 1.1f, .1f),
        )
      )
    val report = compare(original, quantised, text.targets)
    assertEquals(0.3183477889, report.lossP(), 4e-7)
    assertEquals(0.1199538398, report.deltaNll(), 4e-7)
    assertEquals(0.0152349850, report.klDivergence().mean(), 4e-7)
  }
}
