/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.file.ElementType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DtypeAdviceTest {

  private static final int COLUMNS = 1000;
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  private static final String BFLOAT16 =
      "values look like bfloat16 bits read as float16: try --dtype bfloat16";
  private static final String FLOAT16 =
      "values look like float16 bits read as bfloat16: try --dtype float16";

  @ParameterizedTest
  @EnumSource(names = {"FLOAT64", "FLOAT32", "FLOAT16", "BFLOAT16"})
  void noAdviceOnWhatIsRight(ElementType type) throws IOException {
    for (FloatTensor rows : rightRows()) {
      FloatTensor read = RealLogits.read(RealLogits.bytes(rows, type), type, rows);
      assertThat(DtypeAdvice.of(read, type)).as("%s %s", type, rows).isEmpty();
    }
  }

  private static List<FloatTensor> rightRows() throws IOException {
    Random random = new Random(3);
    List<FloatTensor> all = new ArrayList<>();
    for (FloatTensor logits : realLogits()) {
      FloatTensor logProbs = RealLogits.logProbs(logits);
      all.addAll(List.of(logits, logProbs, RealLogits.exp(logProbs)));
      for (float mask : new float[] {-INFINITY, -1e9f, -65504, -10_000, -3.4e38f}) {
        all.add(masked(logits, mask, random));
        all.add(masked(logProbs, mask, random));
      }
      all.add(shifted(logits, -10_000, random));
      for (float scale : new float[] {0.001f, 0.01f, 0.1f, 3, 10}) {
        all.add(scaled(logits, scale));
        all.add(RealLogits.logProbs(scaled(logits, scale)));
        all.add(RealLogits.exp(RealLogits.logProbs(scaled(logits, scale))));
      }
    }
    for (double scale : new double[] {0.001, 0.02, 0.1, 0.3, 1, 2, 5, 30}) {
      for (double mean : new double[] {0, 1, -2.5, -40, 15}) {
        all.add(rows(() -> mean + scale * random.nextGaussian()));
      }
    }
    all.add(rows(() -> random.nextDouble()));
    all.add(rows(() -> 20 * random.nextDouble() - 10));
    all.add(rows(() -> random.nextInt(100) == 0 ? 1 : 0)); // one-hot, nearly
    all.add(rows(() -> random.nextInt(10) == 0 ? random.nextGaussian() : 0));
    all.add(rows(() -> random.nextInt(20)));
    all.add(rows(() -> 0));
    all.add(rows(() -> -Math.log(COLUMNS)));
    all.add(rows(() -> -INFINITY));
    all.add(rows(() -> Float.NaN));
    all.add(FloatTensor.wrap(new float[0], 0, 5));
    all.add(FloatTensor.of(new float[][] {{1, 2}, {3, -4}}));
    return all;
  }

  @Test
  void bfloat16BitsReadAsFloat16() throws IOException {
    for (FloatTensor logits : realLogits()) {
      for (float scale : new float[] {0.1f, 1, 3}) {
        assertThat(reread(scaled(logits, scale), ElementType.BFLOAT16, ElementType.FLOAT16))
            .contains(BFLOAT16);
      }
      assertThat(
              reread(
                  masked(logits, -INFINITY, new Random(1)),
                  ElementType.BFLOAT16,
                  ElementType.FLOAT16))
          .contains(BFLOAT16);
    }
  }

  /** Logits of some models are all negative and far from zero. */
  @Test
  void bitsOfLogitsOfOneSign() {
    Random random = new Random(4);
    FloatTensor rows = rows(() -> -40 + 8 * random.nextGaussian());
    assertThat(reread(rows, ElementType.BFLOAT16, ElementType.FLOAT16)).contains(BFLOAT16);
    assertThat(reread(rows, ElementType.FLOAT16, ElementType.BFLOAT16)).contains(FLOAT16);
  }

  @Test
  void float16BitsReadAsBfloat16() throws IOException {
    for (FloatTensor logits : realLogits()) {
      for (float scale : new float[] {0.1f, 1, 3}) {
        assertThat(reread(scaled(logits, scale), ElementType.FLOAT16, ElementType.BFLOAT16))
            .contains(FLOAT16);
      }
      for (float mask : new float[] {-INFINITY, -65504}) {
        FloatTensor masked = masked(logits, mask, new Random(1));
        assertThat(reread(masked, ElementType.FLOAT16, ElementType.BFLOAT16)).contains(FLOAT16);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT16", "BFLOAT16"})
  void theOtherByteOrder(ElementType type) throws IOException {
    for (FloatTensor logits : realLogits()) {
      byte[] bytes = RealLogits.reversed(RealLogits.bytes(logits, type), type.bytes());
      assertThat(DtypeAdvice.of(RealLogits.read(bytes, type, logits), type))
          .contains(
              "values look like "
                  + type
                  + " in the other byte order: save them with"
                  + " numpy.save(FILE, array.byteswap())");
    }
  }

  @ParameterizedTest
  @CsvSource({"INT32, FLOAT32, 50000", "INT16, BFLOAT16, 2000"})
  void integers(ElementType written, ElementType read, int bound) {
    Random random = new Random(5);
    FloatTensor ids = rows(() -> random.nextInt(20) == 0 ? -100 : random.nextInt(bound));
    assertThat(reread(ids, written, read))
        .contains("values look like integers read as " + read + ": expected logits");
  }

  @Test
  void noiseIsNoLogits() {
    Random random = new Random(6);
    byte[] noise = new byte[4 * 20 * COLUMNS];
    random.nextBytes(noise);
    for (ElementType type : List.of(ElementType.FLOAT32, ElementType.BFLOAT16)) {
      byte[] bytes = Arrays.copyOf(noise, type.bytes() * 20 * COLUMNS);
      FloatTensor like = FloatTensor.wrap(new float[20 * COLUMNS], 20, COLUMNS);
      assertThat(DtypeAdvice.of(RealLogits.read(bytes, type, like), type))
          .contains(
              "values of type "
                  + type
                  + " are spread as no logits are: expected another type or byte order");
    }
  }

  private static Optional<String> reread(FloatTensor rows, ElementType written, ElementType read) {
    return DtypeAdvice.of(RealLogits.read(RealLogits.bytes(rows, written), read, rows), read);
  }

  private static List<FloatTensor> realLogits() throws IOException {
    return List.of(RealLogits.read("bytes256"), RealLogits.read("bpe2048"));
  }

  private static FloatTensor rows(DoubleSupplier values) {
    float[] array = new float[20 * COLUMNS];
    for (int i = 0; i < array.length; i++) {
      array[i] = (float) values.getAsDouble();
    }
    return FloatTensor.wrap(array, 20, COLUMNS);
  }

  private static FloatTensor scaled(FloatTensor rows, float scale) {
    float[] array = rows.toArray();
    for (int i = 0; i < array.length; i++) {
      array[i] *= scale;
    }
    return FloatTensor.wrap(array, rows.shape().toArray());
  }

  private static FloatTensor masked(FloatTensor rows, float mask, Random random) {
    float[] array = rows.toArray();
    for (int i = 0; i < array.length; i++) {
      array[i] = random.nextInt(3) == 0 ? mask : array[i];
    }
    return FloatTensor.wrap(array, rows.shape().toArray());
  }

  private static FloatTensor shifted(FloatTensor rows, float shift, Random random) {
    float[] array = rows.toArray();
    for (int i = 0; i < array.length; i++) {
      array[i] += random.nextBoolean() ? shift : 0;
    }
    return FloatTensor.wrap(array, rows.shape().toArray());
  }
}
