/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.surprisal.ByteAudit;
import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.LossReport;
import io.github.surprisal.Losses;
import io.github.surprisal.Metrics;
import io.github.surprisal.Shape;
import io.github.surprisal.text.WindowBatch;
import io.github.surprisal.text.WindowPlan;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The evaluation against numbers from another run of the model, in Python and float64. */
final class EvaluateTest {
  /** Logits differ in their last bits between versions of the runtime and processors. */
  private static final double MEAN_TOLERANCE = 1e-5;

  private static final double TOKEN_TOLERANCE = 1e-4;

  /** What the library promises for the loss of one token, given the logits, in nats. */
  private static final double LIBRARY_BOUND = 4e-7;

  private static final Path FOLDER = Path.of(System.getProperty("model.dir"));

  private static TokenizedText text;
  private static JsonNode pride;
  private static OnnxLanguageModel model;

  @BeforeAll
  static void load() throws Exception {
    text = TokenizedText.read(FOLDER);
    pride = new ObjectMapper().readTree(FOLDER.resolve("pride.json").toFile());
    model = new OnnxLanguageModel(FOLDER.resolve("tiny-lm.onnx"));
  }

  @AfterAll
  static void close() throws OrtException {
    model.close();
  }

  private static void assertExpected(String name, LossReport report) {
    JsonNode expected = pride.get("expected").get(name);
    assertEquals(expected.get("scoredTokens").asLong(), report.scoredTokens());
    assertEquals(expected.get("scoredBytes").asLong(), report.scoredBytes());
    assertEquals(0, report.zeroByteTokens());
    assertEquals(
        expected.get("ceSum").asDouble(),
        report.totalNats(),
        MEAN_TOLERANCE * report.scoredTokens());
    assertEquals(expected.get("ceMean").asDouble(), report.loss(), MEAN_TOLERANCE);
    double perplexity = expected.get("perplexity").asDouble();
    assertEquals(perplexity, report.perplexity(), perplexity * MEAN_TOLERANCE);
    assertEquals(expected.get("bitsPerByte").asDouble(), report.bitsPerByte(), MEAN_TOLERANCE);
  }

  private static LossReport evaluate(IntTensor ids, WindowPlan plan) throws OrtException {
    return Evaluate.evaluate(model, ids, text.vocabulary(), plan);
  }

  @Test
  void aPaddedBatch() throws OrtException {
    WindowPlan plan = WindowPlan.disjoint(64);
    assertExpected("batch", evaluate(text.ids(), plan));

    // The same as one batch, the last row padded on the right.
    WindowBatch all = plan.batches(text.ids(), 100, 0).get(0);
    assertEquals(Shape.of(7, 64), all.inputIds().shape());
    IntTensor bytes = text.vocabulary().lengths(all.targets());
    FloatTensor logits = model.logits(all.inputIds());
    assertExpected(
        "batch", Metrics.evaluate(logits, all.targets(), bytes, CrossEntropyOptions.defaults()));
  }

  @Test
  void labelsShiftedInsideEachRow() throws OrtException {
    assertExpected("batchShiftedInside", evaluate(text.ids(), WindowPlan.huggingFace(64, 64)));
  }

  @Test
  void slidingWindows() throws OrtException {
    assertExpected("sliding", evaluate(text.ids(), WindowPlan.sliding(64, 32)));
    // The start token as a prefix of the text is the same.
    assertExpected("sliding", evaluate(text.textIds(), WindowPlan.sliding(64, 32).prefixToken(10)));
  }

  @Test
  void slidingWindowsWithTheLastOnePulledBack() throws OrtException {
    WindowPlan plan = WindowPlan.sliding(64, 32).fullLastWindow(true);
    assertExpected("slidingLastPulledBack", evaluate(text.ids(), plan));
    assertExpected(
        "slidingLastPulledBack",
        evaluate(text.textIds(), WindowPlan.lmEvaluationHarness(10, 64, 33)));
  }

  /** Each token's loss: against the other run, and against plain arithmetic on these logits. */
  private static void assertTokens(String name, WindowPlan plan) throws OrtException {
    JsonNode expected = pride.get("perTokenLoss").get(name);
    int token = 0;
    for (WindowBatch batch : plan.batches(text.ids(), 5, 0)) {
      FloatTensor logits = model.logits(batch.inputIds());
      double[] losses =
          Losses.crossEntropyPerToken(logits, batch.targets(), CrossEntropyOptions.defaults())
              .toArray();
      int[] targets = batch.targets().toArray();
      int vocabulary = logits.shape().axis(2);
      FloatTensor rows = logits.reshape(-1, vocabulary);
      for (int row = 0; row < targets.length; row++) {
        if (targets[row] != -100) {
          assertEquals(expected.get(token++).asDouble(), losses[row], TOKEN_TOLERANCE);
          assertEquals(
              plain(rows.slice(row, row + 1).toArray(), targets[row]), losses[row], LIBRARY_BOUND);
        }
      }
    }
    assertEquals(expected.size(), token);
  }

  private static double plain(float[] logits, int target) {
    double[] z = new double[logits.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = logits[i];
    }
    double max = DoubleStream.of(z).max().orElseThrow();
    return max - z[target] + Math.log(DoubleStream.of(z).map(x -> Math.exp(x - max)).sum());
  }

  @Test
  void theLossOfEachToken() throws OrtException {
    assertTokens("batch", WindowPlan.disjoint(64));
    assertTokens("sliding", WindowPlan.sliding(64, 32));
  }

  @Test
  void theVocabularyFitsTheText() {
    ByteAudit audit = text.vocabulary().audit(text.textIds(), text.text());
    assertTrue(audit.matches(), audit::toString);
    assertEquals(pride.get("textBytes").asLong(), audit.tokenBytes());
  }

  @Test
  void theProgramPrintsAReportForEachPlan() throws Exception {
    PrintStream standard = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Evaluate.main(new String[] {FOLDER.toString()});
    } finally {
      System.setOut(standard);
    }
    List<String> losses =
        printed.toString(StandardCharsets.UTF_8).lines().filter(l -> l.startsWith("loss")).toList();
    assertEquals(3, losses.size());
    assertTrue(losses.get(0).contains(" 4.5185"), losses::toString);
    assertTrue(losses.get(1).contains(" 4.5821"), losses::toString);
  }
}
