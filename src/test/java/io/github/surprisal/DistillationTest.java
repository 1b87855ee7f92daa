/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static io.github.surprisal.DistillationOptions.Direction.FORWARD;
import static io.github.surprisal.DistillationOptions.Direction.JENSEN_SHANNON;
import static io.github.surprisal.DistillationOptions.Direction.REVERSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The divergence of a student from its teacher, and its gradient. */
final class DistillationTest {
  private static final DistillationOptions DEFAULTS = DistillationOptions.defaults();
  private static final float OUT = Float.NEGATIVE_INFINITY;

  /** Classes up to one tile, over one, and over all that are kept of a row. */
  private static final int BEYOND_KEPT = 256 * 1024 + 1500;

  private static float[] normal(int count, long seed) {
    return AdversarialRows.normal(count, new Random(seed), 3, 0);
  }

  private static double distil(
      float[] teacher, float[] student, DistillationOptions options, float[] out) {
    return Losses.klDivergenceWithGradient(
        FloatTensor.of(teacher), FloatTensor.of(student), options, out);
  }

  private static void check(float[] teacher, float[] student, DistillationOptions options) {
    FloatTensor p = FloatTensor.of(teacher);
    FloatTensor q = FloatTensor.of(student);
    double temperature = options.temperature();
    double factor = options.squaredTemperature() ? temperature * temperature : 1;
    double bound = Bounds.divergence(p, q, temperature) * factor;
    float[] gradient = new float[student.length];
    double got = Losses.klDivergenceWithGradient(p, q, options, gradient);
    ExactDivergence exact = ExactDivergence.of(options);
    String what = options + " of " + Arrays.toString(teacher) + ", " + Arrays.toString(student);
    assertThat(got)
        .as(what)
        .isCloseTo(exact.value(teacher, student) * factor, within(bound * (1 + got)))
        .isNotNegative();
    for (int c = 0; c < student.length; c++) {
      double slope = exact.slope(teacher, student, c) * factor;
      // a difference of order STEP² from the derivative, and the rounding of it to double
      double error = Bounds.roundedOnce(slope) + (bound + 1e-14 * factor) / temperature;
      assertThat((double) gradient[c]).as("%s: %s", c, what).isCloseTo(slope, within(error));
    }
  }

  @Test
  void isTheDerivativeOfTheDivergence() {
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      int classes = 1 + random.nextInt(40);
      float[] teacher = normal(classes, random.nextLong());
      float[] student = normal(classes, random.nextLong());
      double temperature = i % 3 == 0 ? 1 : 0.3 + 5 * random.nextDouble();
      DistillationOptions options =
          DEFAULTS.temperature(temperature).squaredTemperature(random.nextBoolean());
      check(teacher, student, options);
      check(teacher, student, options.direction(REVERSE));
      check(teacher, student, options.direction(JENSEN_SHANNON));
      double beta = 0.01 + 0.98 * random.nextDouble();
      check(teacher, student, options.direction(JENSEN_SHANNON).beta(beta));
    }
  }

  /** Where the value is far below the rounding of float, the gradient keeps its digits. */
  @Test
  void ofRowsThatAreNearlyEqual() {
    float[] teacher = normal(30, 2);
    float[] student = teacher.clone();
    student[3] = Math.nextUp(student[3]);
    student[17] += 1e-4f;
    for (DistillationOptions.Direction direction : DistillationOptions.Direction.values()) {
      check(teacher, student, DEFAULTS.direction(direction));
      float[] gradient = new float[30];
      assertThat(distil(teacher, teacher, DEFAULTS.direction(direction), gradient))
          .isCloseTo(0, within(1e-14));
      for (float slope : gradient) {
        assertThat(slope).isCloseTo(0, within(1e-15f));
      }
    }
  }

  /** By hand: P = (1/2, 1/2), Q = (1/4, 3/4). */
  @Test
  void ofTwoClasses() {
    float log3 = (float) Math.log(3);
    FloatTensor teacher = FloatTensor.of(0, 0);
    FloatTensor student = FloatTensor.of(0, log3);
    float[] gradient = new float[2];
    double forward = Losses.klDivergenceWithGradient(teacher, student, gradient);
    assertThat(forward).isCloseTo(0.5 * Math.log(4.0 / 3), within(1e-7));
    assertThat(gradient[0]).isCloseTo(-0.25f, within(1e-7f));
    assertThat(gradient[1]).isCloseTo(0.25f, within(1e-7f));
    double reverse =
        Losses.klDivergenceWithGradient(teacher, student, DEFAULTS.direction(REVERSE), gradient);
    double exact = 0.75 * Math.log(1.5) - 0.25 * Math.log(2);
    assertThat(reverse).isCloseTo(exact, within(1e-7));
    assertThat((double) gradient[1])
        .isCloseTo(0.75 * (Math.log(1.5) - exact), within(1e-7))
        .isCloseTo(-gradient[0], within(1e-7));
    double both =
        Losses.klDivergenceWithGradient(
            teacher, student, DEFAULTS.direction(JENSEN_SHANNON), gradient);
    double ofTeacher = 0.5 * Math.log(0.5 / 0.375) + 0.5 * Math.log(0.5 / 0.625);
    double ofStudent = 0.25 * Math.log(0.25 / 0.375) + 0.75 * Math.log(0.75 / 0.625);
    assertThat(both).isCloseTo((ofTeacher + ofStudent) / 2, within(1e-7));
    assertThat((double) gradient[1])
        .isCloseTo(0.5 * 0.75 * (Math.log(0.75 / 0.625) - ofStudent), within(1e-7));
  }

  @Test
  void theDefaultsHaveTheBitsOfTheDivergence() {
    for (int classes : new int[] {1, 7, 1024, 3000}) {
      FloatTensor p = FloatTensor.wrap(normal(5 * classes, 3), 5, classes);
      FloatTensor q = FloatTensor.wrap(normal(5 * classes, 4), 5, classes);
      float[] out = new float[5 * classes];
      assertThat(Losses.klDivergenceWithGradient(p, q, out)).isEqualTo(Losses.klDivergence(p, q));
      assertThat(Losses.klDivergenceWithGradient(p, q, DEFAULTS.direction(REVERSE), out))
          .isEqualTo(Losses.klDivergence(q, p));
    }
  }

  @Test
  void timesTheSquareOfTheTemperature() {
    float[] teacher = normal(50, 5);
    float[] student = normal(50, 6);
    for (DistillationOptions.Direction direction : DistillationOptions.Direction.values()) {
      DistillationOptions options = DEFAULTS.direction(direction).temperature(4);
      float[] scaled = new float[50];
      float[] plain = new float[50];
      double times16 = distil(teacher, student, options, scaled);
      assertThat(times16)
          .isEqualTo(16 * distil(teacher, student, options.squaredTemperature(false), plain));
      for (int c = 0; c < 50; c++) {
        assertThat(scaled[c]).isEqualTo(16 * plain[c]);
      }
    }
  }

  /** A teacher that is sure makes the cross-entropy of the class that it is sure of. */
  @Test
  void aTeacherWithOneClassIsATarget() {
    int classes = 2500;
    FloatTensor student = FloatTensor.wrap(normal(3 * classes, 7), 3, classes);
    float[] sure = new float[3 * classes];
    Arrays.fill(sure, OUT);
    int[] targets = {4, 1700, 2499};
    for (int row = 0; row < 3; row++) {
      sure[row * classes + targets[row]] = 100 * row;
    }
    FloatTensor teacher = FloatTensor.wrap(sure, 3, classes);
    float[] expected = new float[3 * classes];
    float[] gradient = new float[3 * classes];
    double loss = Losses.crossEntropyWithGradient(student, IntTensor.of(targets), expected);
    double got = Losses.klDivergenceWithGradient(teacher, student, gradient);
    assertThat(got).isCloseTo(loss, within(Bounds.loss(loss)));
    for (int i = 0; i < gradient.length; i++) {
      double slope = expected[i];
      assertThat((double) gradient[i])
          .isCloseTo(slope, within(Bounds.gradient(slope) + Bounds.roundedOnce(slope)));
    }
  }

  @Test
  void gradientsOfARowAddUpToZero() {
    for (int classes : new int[] {2, 1000, 5000, BEYOND_KEPT}) {
      float[] teacher = normal(classes, 8);
      float[] student = normal(classes, 9);
      for (DistillationOptions.Direction direction : DistillationOptions.Direction.values()) {
        float[] gradient = new float[classes];
        distil(teacher, student, DEFAULTS.direction(direction).temperature(1.7), gradient);
        double sum = 0;
        double magnitude = 0;
        for (float slope : gradient) {
          sum += slope;
          magnitude += Math.abs(slope);
        }
        assertThat(magnitude).isGreaterThan(0.01);
        assertThat(sum).isCloseTo(0, within(6e-8 * magnitude));
      }
    }
  }

  /** Classes behind those that are kept have the slopes that they have in front of them. */
  @Test
  void longRows() {
    int half = BEYOND_KEPT / 2048 * 1024;
    for (DistillationOptions.Direction direction : DistillationOptions.Direction.values()) {
      DistillationOptions options = DEFAULTS.direction(direction).temperature(2);
      float[] teacher = twice(normal(half, 10), 2 * half + 1024);
      float[] student = twice(normal(half, 11), 2 * half + 1024);
      float[] gradient = new float[teacher.length];
      distil(teacher, student, options, gradient);
      assertThat(Arrays.equals(gradient, 0, 1024, gradient, 2 * half, 2 * half + 1024)).isTrue();
      assertThat(2 * half).isGreaterThanOrEqualTo(256 * 1024);
    }
  }

  /** The numbers again and again. */
  private static float[] twice(float[] values, int length) {
    float[] repeated = new float[length];
    for (int i = 0; i < length; i++) {
      repeated[i] = values[i % values.length];
    }
    return repeated;
  }

  @Test
  void classesOfProbabilityZero() {
    float[] gradient = new float[3];
    float[] both = {OUT, 0, 1};
    float[] all = {0, 0, 1};
    for (DistillationOptions.Direction direction : DistillationOptions.Direction.values()) {
      float[] teacher = {0.5f, 2};
      float[] two = new float[2];
      double expected = distil(teacher, new float[] {0, 1}, DEFAULTS.direction(direction), two);
      double got =
          distil(new float[] {OUT, 0.5f, 2}, both, DEFAULTS.direction(direction), gradient);
      assertThat(got).isCloseTo(expected, within(1e-15));
      assertThat(gradient).containsExactly(0, two[0], two[1]);
    }
    // P > 0 where Q = 0
    assertThat(distil(all, both, DEFAULTS, gradient)).isEqualTo(Double.POSITIVE_INFINITY);
    float[] p = Losses.softmax(FloatTensor.of(all)).toArray();
    float[] q = Losses.softmax(FloatTensor.of(both)).toArray();
    for (int c = 0; c < 3; c++) {
      assertThat(gradient[c]).isCloseTo(q[c] - p[c], within(1e-7f));
    }
    assertThat(distil(all, both, DEFAULTS.direction(REVERSE), gradient)).isFinite();
    assertThat(gradient[0]).isZero();
    // Q > 0 where P = 0
    assertThat(distil(both, all, DEFAULTS, gradient)).isFinite();
    assertThat(distil(both, all, DEFAULTS.direction(REVERSE), gradient))
        .isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(gradient).containsOnly(Float.NaN);
  }

  /** P and Q share no class: the divergence is as large as it can be. */
  @Test
  void jensenShannonIsAlwaysFinite() {
    float[] gradient = new float[3];
    for (double beta : new double[] {0.5, 0.1, 1e-300, Double.MIN_VALUE, 1 - 0x1p-53}) {
      DistillationOptions options = DEFAULTS.direction(JENSEN_SHANNON).beta(beta);
      double got = distil(new float[] {1, OUT, OUT}, new float[] {OUT, 2, 2}, options, gradient);
      double most = -beta * Math.log(beta) - (1 - beta) * Math.log1p(-beta);
      assertThat(got).isCloseTo(most, within(1e-15 + 1e-14 * most));
      assertThat(gradient).containsExactly(0, 0, 0);
      double far = distil(new float[] {0, -5000, 9}, new float[] {9, 3, -7000}, options, gradient);
      assertThat(far).isFinite().isNotNegative();
      assertThat(gradient).doesNotContain(Float.NaN);
    }
  }

  @Test
  void rowsWithoutProbabilitiesAreNaN() {
    float[] fine = {0, 1};
    for (DistillationOptions.Direction direction : DistillationOptions.Direction.values()) {
      DistillationOptions options = DEFAULTS.direction(direction);
      for (float[] bad : new float[][] {{Float.NaN, 1}, {0, Float.POSITIVE_INFINITY}, {OUT, OUT}}) {
        for (boolean isTeacher : new boolean[] {true, false}) {
          float[] gradient = new float[4];
          FloatTensor teacher = rows(fine, isTeacher ? bad : fine);
          FloatTensor student = rows(new float[] {3, 3}, isTeacher ? fine : bad);
          assertThat(Losses.klDivergenceWithGradient(teacher, student, options, gradient)).isNaN();
          assertThat(Arrays.copyOf(gradient, 2)).doesNotContain(Float.NaN, 0f);
          assertThat(Arrays.copyOfRange(gradient, 2, 4)).containsOnly(Float.NaN);
        }
      }
    }
  }

  private static FloatTensor rows(float[] first, float[] second) {
    return FloatTensor.of(new float[][] {first, second});
  }

  @Test
  void extremeTemperatures() {
    float[] teacher = {1, 2, OUT};
    float[] student = {2, 1, 0};
    for (DistillationOptions.Direction direction : List.of(FORWARD, JENSEN_SHANNON)) {
      for (double temperature : new double[] {Double.MIN_VALUE, 1e-300, 1e300, Double.MAX_VALUE}) {
        float[] gradient = new float[3];
        DistillationOptions options = DEFAULTS.direction(direction).temperature(temperature);
        double got = distil(teacher, student, options.squaredTemperature(false), gradient);
        assertThat(got).as("%s", options).isNotNaN().isNotNegative();
        assertThat(gradient).as("%s", options).doesNotContain(Float.NaN);
        assertThat(distil(student, student, options, gradient)).isZero();
      }
    }
  }

  @Test
  void rowsThatDoNotCountAreNotRead() {
    float[] teacher = {1, 2, 3, Float.NaN, 5, 6, 0, 1, 0};
    float[] student = {3, 2, 0, 1, Float.POSITIVE_INFINITY, 1, 0, 0, 2};
    FloatTensor p = FloatTensor.wrap(teacher, 3, 3);
    FloatTensor q = FloatTensor.wrap(student, 3, 3);
    int[] kept = {0, 1, 2, 6, 7, 8};
    for (DistillationOptions.Direction direction : DistillationOptions.Direction.values()) {
      DistillationOptions options = DEFAULTS.direction(direction).temperature(1.5);
      float[] expected = new float[6];
      FloatTensor fewerP = FloatTensor.wrap(at(teacher, kept), 2, 3);
      FloatTensor fewerQ = FloatTensor.wrap(at(student, kept), 2, 3);
      double mean = Losses.klDivergenceWithGradient(fewerP, fewerQ, options, expected);
      for (DistillationOptions masked :
          List.of(
              options.ignoreWhere(IntTensor.of(9_999, -100, -7)),
              options.ignoreWhere(IntTensor.of(-100, 2, 0), 2))) {
        float[] gradient = new float[9];
        Arrays.fill(gradient, 7);
        assertThat(Losses.klDivergenceWithGradient(p, q, masked, gradient)).isEqualTo(mean);
        assertThat(at(gradient, kept)).isEqualTo(expected);
        assertThat(at(gradient, 3, 4, 5)).containsExactly(0, 0, 0);
      }
      float[] gradient = new float[9];
      Arrays.fill(gradient, 7);
      IntTensor none = IntTensor.of(-100, -100, -100);
      assertThat(Losses.klDivergenceWithGradient(p, q, options.ignoreWhere(none), gradient))
          .isNaN();
      assertThat(gradient).containsOnly(0);
    }
  }

  private static float[] at(float[] values, int... indexes) {
    float[] some = new float[indexes.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = values[indexes[i]];
    }
    return some;
  }

  /** A hash of every result of every recorded input: the same by every kernel and every route. */
  private static final Map<String, String> BITS =
      Map.of(
          "FORWARD", "3df4907508ed18b2",
          "REVERSE", "c042f7337326de89",
          "JENSEN_SHANNON", "20d84e7d9d27675d");

  @ParameterizedTest
  @EnumSource(Route.class)
  void everyRouteHasTheSameBits(Route route) {
    BitRecord all = new BitRecord("distillation");
    for (DistillationOptions.Direction direction : DistillationOptions.Direction.values()) {
      DistillationOptions options =
          DEFAULTS
              .direction(direction)
              .classAxis(route.options().classAxis())
              .parallel(route.options().parallel());
      double[] results =
          RecordedInputs.all().stream()
              .flatMapToDouble(
                  input ->
                      DoubleStream.concat(
                          results(input, route, options),
                          results(input, route, options.temperature(2.7))))
              .toArray();
      all.put(direction.name(), results);
    }
    BITS.forEach(
        (direction, bits) ->
            assertThat(all.bits()).containsEntry("distillation/" + direction, bits));
  }

  /** The value and the gradient. */
  private static DoubleStream results(
      RecordedInput input, Route route, DistillationOptions options) {
    int rows = input.rows();
    int classes = input.classes();
    FloatTensor teacher = route.tensor(input.others(), rows, classes);
    FloatTensor student = route.tensor(input.logits(), rows, classes);
    float[] gradient = new float[rows * classes];
    DistillationOptions masked = options.ignoreWhere(route.perRow(input.targets()));
    double value = Losses.klDivergenceWithGradient(teacher, student, masked, gradient);
    float[] byRow = route.rowMajor(gradient, rows, classes);
    return DoubleStream.concat(
        DoubleStream.of(value), IntStream.range(0, byRow.length).mapToDouble(i -> byRow[i]));
  }

  /** So a row depends on itself alone, apart from the number of rows. */
  @Test
  void rowsAloneAndTogetherOnSeveralThreads() {
    int rows = 64;
    int classes = 9_000;
    FloatTensor teacher = FloatTensor.wrap(normal(rows * classes, 12), rows, classes);
    FloatTensor student = FloatTensor.wrap(normal(rows * classes, 13), rows, classes);
    for (DistillationOptions.Direction direction : DistillationOptions.Direction.values()) {
      DistillationOptions options = DEFAULTS.direction(direction).temperature(3);
      float[] together = new float[rows * classes];
      float[] onOneThread = new float[rows * classes];
      double mean = Losses.klDivergenceWithGradient(teacher, student, options, together);
      assertThat(
              Losses.klDivergenceWithGradient(
                  teacher, student, options.parallel(false), onOneThread))
          .isEqualTo(mean);
      assertThat(Arrays.equals(together, onOneThread)).isTrue();
      float[] alone = new float[classes];
      for (int row = 0; row < rows; row += 9) {
        Losses.klDivergenceWithGradient(
            teacher.slice(row, row + 1), student.slice(row, row + 1), options, alone);
        for (int c = 0; c < classes; c++) {
          assertThat(together[row * classes + c]).isEqualTo(alone[c] / rows);
        }
      }
    }
  }

  @Test
  void theGradientMayTakeThePlaceOfTheStudent() {
    for (int classes : new int[] {3, 1500}) {
      FloatTensor teacher = FloatTensor.wrap(normal(4 * classes, 14), 4, classes);
      float[] own = normal(4 * classes, 15);
      for (DistillationOptions.Direction direction : DistillationOptions.Direction.values()) {
        DistillationOptions options = DEFAULTS.direction(direction);
        float[] apart = new float[own.length];
        float[] inPlace = own.clone();
        double expected =
            Losses.klDivergenceWithGradient(
                teacher, FloatTensor.wrap(own, 4, classes), options, apart);
        assertThat(
                Losses.klDivergenceWithGradient(
                    teacher, FloatTensor.wrap(inPlace, 4, classes), options, inPlace))
            .isEqualTo(expected);
        assertThat(inPlace).isEqualTo(apart);
      }
    }
  }

  private static void assertRefused(float[] out, Consumer<float[]> call, String message) {
    float[] before = out.clone();
    assertThatThrownBy(() -> call.accept(out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThat(out).isEqualTo(before);
  }

  @Test
  void badArgumentsAreRefusedBeforeAnythingIsWritten() {
    float[] memory = {1, 2, 3, 4, 5, 6, 7};
    FloatTensor x = FloatTensor.of(new float[][] {{1, 2}, {3, 4}});
    FloatTensor own = FloatTensor.wrapAt(memory, 0, 2, 2);
    assertRefused(
        memory,
        out -> Losses.klDivergenceWithGradient(own, x, out),
        "gradientOut is the array of the teacher's logits, expected another one");
    assertRefused(
        memory,
        out -> Losses.klDivergenceWithGradient(own, own, out),
        "gradientOut is the array of the teacher's logits, expected another one");
    assertRefused(
        memory,
        out -> Losses.klDivergenceWithGradient(x, FloatTensor.wrapAt(out, 2, 2, 2), out),
        "gradientOut is the array of the logits, which begin at its element 2, expected them to"
            + " begin at 0 or another array");
    assertRefused(
        new float[3],
        out -> Losses.klDivergenceWithGradient(x, x, out),
        "gradientOut has 3 elements, expected at least 4 for logits of shape (2, 2)");
    assertRefused(
        memory,
        out -> Losses.klDivergenceWithGradient(x, x.reshape(4), out),
        "studentLogits has shape (4), expected (2, 2), the shape of teacherLogits");
    assertRefused(
        memory,
        out -> Losses.klDivergenceWithGradient(x, x, DEFAULTS.classAxis(2), out),
        "class axis is 2, expected -2 <= axis < 2 for logits of shape (2, 2)");
    DistillationOptions masked = DEFAULTS.ignoreWhere(IntTensor.of(1, 2, 3));
    assertRefused(
        memory,
        out -> Losses.klDivergenceWithGradient(x, x, masked, out),
        "ignoreWhere has shape (3), expected (2) for logits of shape (2, 2)");
    assertRefused(
        memory,
        out -> Losses.klDivergenceWithGradient(x, x, DEFAULTS.beta(0.3), out),
        "beta is 0.3, expected 0.5: the direction FORWARD has no mixture; choose JENSEN_SHANNON,"
            + " or leave beta alone");
  }

  /** Memory that a read-only buffer hides is copied before it is written. */
  @Test
  void aTeacherInAReadOnlyBufferOfTheGradient() {
    float[] memory = {0.25f, 0.5f, 0.125f};
    FloatTensor teacher = FloatTensor.wrap(FloatBuffer.wrap(memory.clone()), 3);
    FloatTensor hidden = FloatTensor.wrap(FloatBuffer.wrap(memory).asReadOnlyBuffer(), 3);
    FloatTensor student = FloatTensor.of(2, 0.5f, -1);
    float[] expected = new float[3];
    double loss = Losses.klDivergenceWithGradient(teacher, student, expected);
    assertThat(Losses.klDivergenceWithGradient(hidden, student, memory)).isEqualTo(loss);
    assertThat(memory).isEqualTo(expected);
  }

  @Test
  void withoutRowsThereIsNoMean() {
    for (int[] shape : new int[][] {{0, 3}, {3, 0}, {1 << 16, 1 << 16, 0}}) {
      FloatTensor empty = FloatTensor.wrap(new float[0], shape);
      assertThat(Losses.klDivergenceWithGradient(empty, empty, new float[0])).isNaN();
    }
  }
}
