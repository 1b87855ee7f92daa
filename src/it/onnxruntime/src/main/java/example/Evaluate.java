/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import ai.onnxruntime.OrtException;
import io.github.surprisal.ByteAudit;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.LossAccumulator;
import io.github.surprisal.LossReport;
import io.github.surprisal.TokenBytes;
import io.github.surprisal.text.WindowBatch;
import io.github.surprisal.text.WindowPlan;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Prints loss, perplexity and bits per byte of a model on a text, cut into windows in some ways.
 *
 * <p>Most models do better with more context, and so with more overlap. The tiny one here does
 * worse: the text is far from what it was trained on, and beyond a few words context misleads it.
 *
 * <p>Run {@code mvn install} in the library's folder, then {@code mvn compile exec:java} in this
 * one.
 */
public final class Evaluate {
  private static final int BATCH_SIZE = 4;
  private static final int PAD = 0;

  private Evaluate() {}

  /**
   * Runs the example.
   *
   * @param arguments the folder of the model
   */
  public static void main(String[] arguments) throws IOException, OrtException {
    Path folder = Path.of(arguments[0]);
    TokenizedText text = TokenizedText.read(folder);
    ByteAudit audit = text.vocabulary().audit(text.textIds(), text.text());
    if (!audit.matches()) {
      throw new IllegalStateException(audit.toString());
    }
    try (OnnxLanguageModel model = new OnnxLanguageModel(folder.resolve("tiny-lm.onnx"))) {
      print("Disjoint windows", model, text, WindowPlan.disjoint(64));
      print("Half a window of overlap", model, text, WindowPlan.sliding(64, 32));
      print("All the context there is", model, text, WindowPlan.sliding(64, 1));
    }
  }

  private static void print(
      String title, OnnxLanguageModel model, TokenizedText text, WindowPlan plan)
      throws OrtException {
    System.out.println(title);
    System.out.println(evaluate(model, text.ids(), text.vocabulary(), plan));
    System.out.println();
  }

  /** The loss over all windows of a plan. */
  static LossReport evaluate(
      OnnxLanguageModel model, IntTensor ids, TokenBytes vocabulary, WindowPlan plan)
      throws OrtException {
    LossAccumulator accumulator = new LossAccumulator();
    for (WindowBatch batch : plan.batches(ids, BATCH_SIZE, PAD)) {
      FloatTensor logits = model.logits(batch.inputIds());
      accumulator.add(logits, batch.targets(), vocabulary.lengths(batch.targets()));
    }
    return accumulator.report();
  }
}
