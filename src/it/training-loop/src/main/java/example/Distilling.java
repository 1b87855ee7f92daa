/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import io.github.surprisal.DistillationOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.Losses;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Teaches a model that looks back at two bytes what a model that looks back at three has learned:
 * not which byte came next, but how likely the teacher holds each.
 */
public final class Distilling {
  private static final int EPOCHS_OF_TEACHER = 8;
  private static final int EPOCHS = 16;
  private static final DistillationOptions OPTIONS = DistillationOptions.defaults().temperature(2);

  private final TrainingLoop teacher;
  private final TrainingLoop student = new TrainingLoop(2);

  Distilling(TrainingLoop teacher) {
    this.teacher = teacher;
  }

  /**
   * Goes through the text once, in batches, and learns from the teacher what follows; returns the
   * mean divergence of the student from the teacher in nats, times the square of the temperature.
   */
  double train(byte[] text) {
    double sum = 0;
    int batches = 0;
    for (int from = TrainingLoop.MOST_CONTEXT; from < text.length; from += TrainingLoop.BATCH) {
      int to = Math.min(from + TrainingLoop.BATCH, text.length);
      float[] values = student.logits(text, from, to);
      // The gradient takes the place of the student's logits.
      sum +=
          Losses.klDivergenceWithGradient(
              tensor(teacher.logits(text, from, to)), tensor(values), OPTIONS, values);
      batches++;
      student.descend(text, from, to, values);
    }
    return sum / batches;
  }

  private static FloatTensor tensor(float[] logits) {
    return FloatTensor.wrap(
        logits, logits.length / TrainingLoop.VOCABULARY, TrainingLoop.VOCABULARY);
  }

  /** The loss of the student on a text. */
  double loss(byte[] text) {
    return student.evaluate(text).loss();
  }

  /** Prints how the student comes nearer to the teacher, and what its own loss is. */
  public static void main(String[] arguments) throws IOException {
    byte[] text = TrainingLoop.text();
    byte[] training = Arrays.copyOf(text, text.length * 4 / 5);
    byte[] heldOut = Arrays.copyOfRange(text, training.length, text.length);
    TrainingLoop teacher = new TrainingLoop(TrainingLoop.MOST_CONTEXT);
    for (int epoch = 0; epoch < EPOCHS_OF_TEACHER; epoch++) {
      teacher.train(training);
    }
    Distilling distilling = new Distilling(teacher);
    System.out.println("epoch  KL to teacher  loss, held out");
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      double divergence = distilling.train(training);
      if (Integer.bitCount(epoch) == 1) { // 1, 2, 4, 8 and so on
        System.out.println(
            String.format(
                Locale.ROOT, "%5d  %13.4f  %14.4f", epoch, divergence, distilling.loss(heldOut)));
      }
    }
    System.out.println(
        String.format(
            Locale.ROOT,
            "the teacher's own loss, held out: %.4f",
            teacher.evaluate(heldOut).loss()));
  }
}
