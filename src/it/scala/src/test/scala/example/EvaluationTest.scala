/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example

import io.github.surprisal.*
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** The expected numbers were computed in double with Python's math module. */
final class EvaluationTest:
  private val text = Batch(
    FloatTensor.of(Array(Array(2f, .5f, -1f), Array(.1f, .2f, 3f), Array(1f, 1f, 1f))),
    IntTensor.of(0, 2, 1),
    IntTensor.of(3, 1, 4)
  )

  private val smoothed = CrossEntropyOptions.defaults.labelSmoothing(0.1)

  @Test def aLossForEachToken(): Unit =
    val expected = Vector(0.2413112967, 0.1096014648, 1.0986122887)
    assertEquals(3, text.losses().size)
    for (loss, exact) <- text.losses().zip(expected) do assertEquals(exact, loss, 4e-7)

  @Test def labelSmoothing(): Unit =
    assertEquals(0.5965083500, text.losses(smoothed).sum / 3, 4e-7)
    assertEquals(0.5965083500, Iterator(text).evaluate(smoothed).loss, 4e-7)

  @Test def batchesAddUpToTheWholeText(): Unit =
    val batches =
      for (from, to) <- Iterator((0, 2), (2, 3))
      yield Batch(
        text.logits.slice(from, to),
        text.targets.slice(from, to),
        text.bytes.slice(from, to)
      )
    val report = batches.evaluate()
    assertEquals(Iterator(text).evaluate(), report)
    assertEquals(3, report.scoredTokens)
    assertEquals(8, report.scoredBytes)
    assertEquals(0.4831750167, report.loss, 4e-7)
    assertEquals(1.6212136196, report.perplexity, 1e-6)
    assertEquals(0.2614028252, report.bitsPerByte, 4e-7)

  @Test def twoModelsOnTheSameTokens(): Unit =
    val original =
      FloatTensor.of(Array(Array(2f, .5f, -1f), Array(.1f, .2f, 3f), Array(1f, 1.5f, 0f)))
    val quantised =
      FloatTensor.of(Array(Array(1.9f, .6f, -1f), Array(.1f, .1f, 2.8f), Array(1.2f, 1.1f, .1f)))
    val report = compare(original, quantised, text.targets)
    assertEquals(0.3183477889, report.lossP, 4e-7)
    assertEquals(0.1199538398, report.deltaNll, 4e-7)
    assertEquals(0.0152349850, report.klDivergence.mean, 4e-7)
