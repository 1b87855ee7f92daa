/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The training gives the same bits everywhere, so what it gives is written down. */
final class TrainingLoopTest {

  @Test
  void printsWhatItPrintedElsewhere() throws Exception {
    assertPrints("printed.txt", TrainingLoop::main);
  }

  @Test
  void distillingPrintsWhatItPrintedElsewhere() throws Exception {
    assertPrints("distilling.txt", Distilling::main);
  }

  private interface Program {
    void main(String[] arguments) throws IOException;
  }

  private void assertPrints(String file, Program program) throws IOException {
    PrintStream standard = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(printed, true, UTF_8)) {
      System.setOut(out);
      program.main(new String[0]);
    } finally {
      System.setOut(standard);
    }
    try (InputStream expected = getClass().getResourceAsStream(file)) {
      assertEquals(lines(expected.readAllBytes()), lines(printed.toByteArray()));
    }
  }

  private static List<String> lines(byte[] text) {
    return new String(text, UTF_8).lines().toList();
  }

  @Test
  void theDivergenceFallsInEveryEpoch() throws Exception {
    byte[] text = Arrays.copyOf(TrainingLoop.text(), 1000);
    TrainingLoop teacher = new TrainingLoop(TrainingLoop.MOST_CONTEXT);
    for (int epoch = 0; epoch < 5; epoch++) {
      teacher.train(text);
    }
    Distilling distilling = new Distilling(teacher);
    double before = Double.POSITIVE_INFINITY;
    for (int epoch = 0; epoch < 5; epoch++) {
      double divergence = distilling.train(text);
      assertTrue(divergence < before, divergence + " after " + before);
      before = divergence;
    }
  }

  @Test
  void lossFallsFromLn256ToTheRecordedBits() throws Exception {
    byte[] text = Arrays.copyOf(TrainingLoop.text(), 1000);
    TrainingLoop model = new TrainingLoop(TrainingLoop.MOST_CONTEXT);
    assertEquals(Math.log(256), model.evaluate(text).loss(), 1e-15);
    for (int epoch = 0; epoch < 10; epoch++) {
      model.train(text);
    }
    assertEquals("0x1.07811faee209bp1", Double.toHexString(model.evaluate(text).loss()));
  }
}
