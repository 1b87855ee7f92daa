/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.FormFields.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * 100,000 made-up forms with right checksums: each is refused when it is read, with a message, or
 * gives an accumulator whose methods all work.
 */
final class FormFuzzTest {
  private static final int FORMS_EACH = 50_000;
  private static final int MODELS = 300;

  /** Uses everything that an accumulator has, which may be what nobody added. */
  private interface Use<T> {
    void of(T accumulator, byte[] form, boolean sameOptions, Random random);
  }

  @Test
  void lossesSurviveWhatIsAccepted() {
    fuzz(
        "LossAccumulator",
        random ->
            RandomAccumulators.losses(RandomAccumulators.options(random), random).toByteArray(),
        FormFields::ofLosses,
        LossAccumulator::fromByteArray,
        FormFuzzTest::use);
  }

  @Test
  void comparisonsSurviveWhatIsAccepted() {
    fuzz(
        "ComparisonAccumulator",
        random -> RandomAccumulators.comparison(random).toByteArray(),
        FormFields::ofComparison,
        ComparisonAccumulator::fromByteArray,
        FormFuzzTest::use);
  }

  private static <T> void fuzz(
      String type,
      Function<Random, byte[]> model,
      Function<byte[], List<Field>> fieldsOf,
      Function<byte[], T> reading,
      Use<T> use) {
    long seed = new Random().nextInt();
    List<byte[]> models = new ArrayList<>();
    for (int i = 0; i < MODELS; i++) {
      models.add(model.apply(new Random(seed + i)));
    }
    int accepted = 0;
    for (int trial = 0; trial < FORMS_EACH; trial++) {
      byte[] original = models.get(trial % MODELS);
      Random random = new Random(seed + trial);
      byte[] form;
      do {
        form = madeUp(original, fieldsOf, random);
      } while (Arrays.equals(form, original));
      try {
        T accumulator = read(form, type, reading);
        if (accumulator != null) {
          boolean sameOptions = fieldsOf.apply(form).get(0).isSame(fieldsOf.apply(original).get(0));
          use.of(accumulator, form, sameOptions, random);
          accepted++;
        }
      } catch (RuntimeException | AssertionError failed) {
        throw new AssertionError("seed " + seed + ", trial " + trial + " of a " + type, failed);
      }
    }
    System.out.printf(
        "%,d made-up forms of a %s, seed %d: %,d accepted%n", FORMS_EACH, type, seed, accepted);
    assertThat(accepted).isBetween(FORMS_EACH / 50, FORMS_EACH / 2);
  }

  private static byte[] madeUp(
      byte[] original, Function<byte[], List<Field>> fieldsOf, Random random) {
    if (random.nextInt(4) == 0) {
      byte[] form = original.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        int place = random.nextInt(form.length - FormFields.CHECKSUM);
        form[place] = (byte) (random.nextBoolean() ? random.nextInt() : form[place] + 1);
      }
      return FormFields.withRightChecksum(form);
    }
    List<Field> fields = new ArrayList<>(fieldsOf.apply(original));
    for (int i = random.nextInt(3); i >= 0; i--) {
      int place = random.nextInt(fields.size());
      fields.set(place, FormFields.other(fields.get(place), fields, random));
    }
    return FormFields.form(original, fields);
  }

  /** What was read, or null for a form that was refused. */
  private static <T> T read(byte[] form, String type, Function<byte[], T> reading) {
    try {
      return reading.apply(form);
    } catch (IllegalArgumentException refused) {
      assertThat(refused)
          .hasMessageMatching(
              "(?s)(the serial form of a "
                  + type
                  + " is malformed: |labelSmoothing|classAxis|reduction|temperature|zLoss|classWeights|vocabulary).*");
      return null;
    }
  }

  /** Runs what may find that a count would overflow. */
  private static void roomPermitting(Runnable adding) {
    try {
      adding.run();
    } catch (IllegalArgumentException full) {
      assertThat(full).hasMessageContaining(" in all");
    }
  }

  private static void use(
      LossAccumulator accumulator, byte[] form, boolean sameOptions, Random random) {
    assertThat(accumulator.toByteArray()).isEqualTo(form);
    LossReport report = accumulator.report();
    LossAccumulator same = LossAccumulator.fromByteArray(form);
    assertThat(same.report()).isEqualTo(report).hasSameHashCodeAs(report);
    callAll(report);
    callAll(report.standardErrorsByToken());
    callAll(report.standardErrorsByDocument());
    assertThat(report.toJson("loss", "intervals95")).isNotEmpty();
    roomPermitting(() -> accumulator.combine(same));
    accumulator.endDocument();
    if (sameOptions) {
      LossAccumulator other = RandomAccumulators.losses(accumulator.options(), random);
      roomPermitting(() -> accumulator.combine(other));
      roomPermitting(() -> RandomAccumulators.step(accumulator, random, 10));
    }
    byte[] goneOn = accumulator.toByteArray();
    assertThat(LossAccumulator.fromByteArray(goneOn).toByteArray()).isEqualTo(goneOn);
    assertThat(accumulator.report()).isNotNull();
  }

  private static void use(
      ComparisonAccumulator accumulator, byte[] form, boolean sameOptions, Random random) {
    assertThat(accumulator.toByteArray()).isEqualTo(form);
    ComparisonReport report = accumulator.report();
    ComparisonAccumulator same = ComparisonAccumulator.fromByteArray(form);
    assertThat(same.report()).isEqualTo(report).hasSameHashCodeAs(report);
    callAll(report);
    callAll(report.klDivergence());
    callAll(report.deltaP());
    if (sameOptions) {
      ComparisonAccumulator other = RandomAccumulators.comparison(accumulator.options(), random);
      roomPermitting(() -> accumulator.combine(other));
      roomPermitting(() -> RandomAccumulators.step(accumulator, random, 10));
    }
    roomPermitting(() -> accumulator.combine(same));
    accumulator.endDocument();
    byte[] goneOn = accumulator.toByteArray();
    assertThat(ComparisonAccumulator.fromByteArray(goneOn).toByteArray()).isEqualTo(goneOn);
    assertThat(accumulator.report()).isNotNull();
  }

  /** Calls every public method that takes nothing, or a probability. */
  private static void callAll(Object object) {
    for (Method method : object.getClass().getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers())) {
        Class<?>[] parameters = method.getParameterTypes();
        try {
          if (parameters.length == 0) {
            assertThat(method.invoke(object)).isNotNull();
          } else if (parameters.length == 1 && parameters[0] == double.class) {
            assertThat(method.invoke(object, 0.95)).isNotNull();
          }
        } catch (InvocationTargetException failed) {
          throw new AssertionError(method + " of a made-up form", failed.getCause());
        } catch (IllegalAccessException hidden) {
          throw new AssertionError(hidden);
        }
      }
    }
  }
}
