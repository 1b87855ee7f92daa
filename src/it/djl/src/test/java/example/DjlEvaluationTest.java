/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import static example.DjlEvaluation.floats;
import static example.DjlEvaluation.ints;
import static example.DjlEvaluation.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.loss.Loss;
import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.LossAccumulator;
import io.github.surprisal.LossReport;
import io.github.surprisal.Losses;
import io.github.surprisal.Metrics;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What DJL's own loss says, where it is right, and where it differs. */
@EnabledOnOs(
    value = OS.LINUX,
    architectures = "amd64",
    disabledReason = "the native code of this project is for Linux on x86-64")
final class DjlEvaluationTest {
  /** DJL computes a mean of hundreds of losses in float32. */
  private static final double FLOAT32 = 1e-6;

  private NDManager manager;
  private NDArray logits;
  private NDArray targets;

  @BeforeEach
  void readModel() throws IOException {
    manager = NDManager.newBaseManager();
    logits = read(manager, "logits");
    targets = read(manager, "targets");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static double djlLoss(NDArray targets, NDArray logits) {
    return Loss.softmaxCrossEntropyLoss()
        .evaluate(new NDList(targets), new NDList(logits))
        .getFloat();
  }

  /** The numbers were computed in float64 by NumPy; they lie beside the logits. */
  @ParameterizedTest
  @CsvSource({
    "targets, 387, 4.510751053049981, 90.99013126967363, 2.08136857330082",
    "targets_masked, 291, 4.549442726041114, 94.57968682962336, 2.129282510327039",
  })
  void theReportIsThatOfTheReference(
      String file, long scored, double loss, double perplexity, double bitsPerByte)
      throws IOException {
    LossReport report =
        Metrics.evaluate(
            floats(logits),
            ints(read(manager, file)),
            ints(read(manager, "token_bytes")),
            CrossEntropyOptions.defaults());
    assertEquals(scored, report.scoredTokens());
    assertEquals(loss, report.loss(), 1e-8);
    assertEquals(perplexity, report.perplexity(), 1e-6);
    assertEquals(bitsPerByte, report.bitsPerByte(), 1e-8);
  }

  @Test
  void theMemoryOfTheArrayIsReadAndNotACopy() {
    assertTrue(logits.toByteBuffer(true).isDirect());
    FloatTensor view = floats(logits);
    logits.muli(0);
    assertEquals(Math.log(2048), Losses.crossEntropy(view, ints(targets)), 1e-14);
  }

  @Test
  void djlAgreesOnOneRowForEachToken() {
    assertEquals(
        djlLoss(targets, logits), Losses.crossEntropy(floats(logits), ints(targets)), FLOAT32);
  }

  @Test
  void djlAgreesOnABatchIfItsTargetsHaveAnAxisMore() {
    NDArray batch = logits.get("0:384").reshape(6, 64, 2048);
    NDArray batchTargets = targets.get("0:384").reshape(6, 64);
    assertThrows(EngineException.class, () -> djlLoss(batchTargets, batch));
    assertEquals(
        djlLoss(batchTargets.expandDims(-1), batch),
        Losses.crossEntropy(floats(batch), ints(batchTargets)),
        FLOAT32);
  }

  @Test
  void halvesGiveTheBitsOfTheFloatsThatTheyStandFor() {
    NDArray halves = logits.toType(DataType.FLOAT16, true);
    NDArray widened = halves.toType(DataType.FLOAT32, true);
    assertEquals(
        Losses.crossEntropy(floats(widened), ints(targets)),
        Losses.crossEntropy(floats(halves), ints(targets)));
  }

  /** DJL's accumulator divides by the number of batches, so a short last batch counts too much. */
  @Test
  void unlikeDjlsAShortBatchCountsByItsTokens() {
    Loss djl = Loss.softmaxCrossEntropyLoss();
    djl.addAccumulator("text");
    LossAccumulator ours = new LossAccumulator();
    for (String rows : new String[] {"0:256", "256:384", "384:387"}) {
      djl.updateAccumulator("text", new NDList(targets.get(rows)), new NDList(logits.get(rows)));
      ours.add(floats(logits.get(rows)), ints(targets.get(rows)));
    }
    assertEquals(Losses.crossEntropy(floats(logits), ints(targets)), ours.report().loss());
    assertEquals(4.772644, djl.getAccumulator("text"), FLOAT32);
  }

  /** DJL has no ignore index, and its masked loss does not run on this engine. */
  @Test
  void unlikeDjlsTargetsMayBeIgnored() throws IOException {
    NDArray masked = read(manager, "targets_masked");
    assertThrows(EngineException.class, () -> djlLoss(masked, logits));
    NDList targetsAndLength = new NDList(targets, manager.create(new float[] {291}));
    assertThrows(
        UnsupportedOperationException.class,
        () -> Loss.maskedSoftmaxCrossEntropyLoss().evaluate(targetsAndLength, new NDList(logits)));

    assertEquals(
        djlLoss(targets.get("96:387"), logits.get("96:387")),
        Losses.crossEntropy(floats(logits), ints(masked)),
        FLOAT32);
  }
}
