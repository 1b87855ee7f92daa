/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.surprisal.sum.ExactSum;
import io.github.surprisal.sum.SerialReader;
import io.github.surprisal.sum.SerialWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The serial form of sums and options, and its frame. */
final class SerialFormTest {
  private static final int MAGIC = 0x54657374;
  private static final int VERSION = 3;
  private static final int HEAD = 5;
  private static final int CHECKSUM = 4;

  private static byte[] form(Consumer<SerialWriter> fields) {
    SerialWriter out = new SerialWriter(MAGIC, VERSION);
    fields.accept(out);
    return out.toByteArray();
  }

  private static <T> T read(byte[] form, Function<SerialReader, T> fields) {
    SerialReader in = new SerialReader(form, "Test", MAGIC, VERSION);
    T read = fields.apply(in);
    in.end();
    return read;
  }

  /** A form with a right frame around these fields. */
  private static byte[] framed(byte[] fields) {
    return form(
        out -> {
          for (byte field : fields) {
            out.writeByte(field);
          }
        });
  }

  private static byte[] fields(byte[] form) {
    return Arrays.copyOfRange(form, HEAD, form.length - CHECKSUM);
  }

  private static void assertRejected(Runnable reading, String reason) {
    assertThatThrownBy(reading::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the serial form of a Test is malformed: " + reason);
  }

  private static ExactSum sum(double... values) {
    ExactSum sum = new ExactSum();
    for (double value : values) {
      sum.add(value);
    }
    return sum;
  }

  private static void assertRoundTrip(ExactSum sum) {
    byte[] form = form(sum::writeTo);
    ExactSum read = read(form, ExactSum::readFrom);
    assertThat(read).isEqualTo(sum);
    assertThat(form(read::writeTo)).isEqualTo(form);
    read.add(sum);
    read.add(sum);
    ExactSum thrice = sum.copy();
    thrice.add(sum);
    thrice.add(sum);
    assertThat(read).isEqualTo(thrice);
  }

  @Property
  void sumsOfAnyDoublesComeBack(@ForAll @Size(max = 12) double[] values) {
    ExactSum sum = sum(values);
    assertRoundTrip(sum);
    for (double value : values) {
      sum.addProduct(value, values[0]);
    }
    assertRoundTrip(sum);
  }

  @Test
  void extremeSumsComeBack() {
    double most = Double.MAX_VALUE;
    assertRoundTrip(sum());
    assertRoundTrip(sum(-0.0));
    assertRoundTrip(sum(Double.MIN_VALUE));
    assertRoundTrip(sum(-Double.MIN_VALUE));
    assertRoundTrip(sum(-1));
    assertRoundTrip(sum(1e300, -1e-300));
    assertRoundTrip(sum(Double.NaN, Double.NEGATIVE_INFINITY, 1, Double.POSITIVE_INFINITY, most));
    ExactSum largest = new ExactSum();
    largest.addProduct(-most, most);
    for (int doubling = 0; doubling < 62; doubling++) {
      largest.add(largest);
    }
    byte[] form = form(largest::writeTo);
    assertThat(read(form, ExactSum::readFrom)).isEqualTo(largest);
  }

  @Test
  void equalSumsGiveEqualBytes() {
    Random random = new Random(5);
    for (int trial = 0; trial < 200; trial++) {
      double[] values = random.doubles(20).map(x -> Math.scalb(x - 0.5, (int) (200 * x))).toArray();
      ExactSum forth = sum(values);
      ExactSum back = new ExactSum();
      for (int i = values.length - 1; i >= 0; i--) {
        back.add(values[i]);
        back.add(1e200);
        back.add(-1e200);
      }
      assertThat(form(forth::writeTo)).isEqualTo(form(back::writeTo));
    }
  }

  @Test
  void theFormOfASumIsShort() {
    assertThat(HexFormat.of().formatHex(fields(form(sum()::writeTo)))).isEqualTo("000000");
    assertThat(HexFormat.of().formatHex(fields(form(sum(-2.5)::writeTo))))
        .isEqualTo("01430280000000" + "00000002");
    assertThat(HexFormat.of().formatHex(fields(form(sum(1, Double.NaN)::writeTo))))
        .isEqualTo("02440100000001" + "0000000000000001");
    ExactSum losses = new ExactSum();
    new Random(6).doubles(100_000).forEach(x -> losses.add(-StrictMath.log(x)));
    assertThat(fields(form(losses::writeTo))).hasSizeBetween(11, 19);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          100000                            | a sum has the flags 16
          ff0000                            | a sum has the flags 255
          008700                            | a sum has 135 digits, expected fewer than 135
          00ffff                            | a sum has 510 digits, expected fewer than 135
          008601                            | a sum has 135 digits, expected fewer than 135
          010000                            | a sum is not in its shortest form
          004400                            | a sum is not in its shortest form
          00440100000000                    | a sum is not in its shortest form
          0044020000000000000001            | a sum is not in its shortest form
          0044020000000100000000            | a sum is not in its shortest form
          00850140000000                    | a sum is larger than any
          018501ffffffff                    | a sum is larger than any
          0200000000000000000000            | a sum is not in its shortest form
          02000080000000000000ff            | the number of values that are not finite is -9223372036854775553, expected 0 or more
          00440200000001                    | it ends after 12 bytes of fields, in the middle of one
          ''                                | it ends after 5 bytes of fields, in the middle of one
          00000000                          | it has 1 bytes too many
          """)
  void otherFormsOfSumsAreRejected(String hex, String reason) {
    byte[] form = framed(HexFormat.of().parseHex(hex));
    assertRejected(() -> read(form, ExactSum::readFrom), reason);
  }

  @Test
  void theFrameIsChecked() {
    byte[] form = form(sum(1.5)::writeTo);
    assertRejected(
        () -> read(new byte[8], ExactSum::readFrom), "it has 8 bytes, expected 9 or more");
    for (int length = 0; length < form.length; length++) {
      byte[] cut = Arrays.copyOf(form, length);
      assertThatThrownBy(() -> read(cut, ExactSum::readFrom))
          .isInstanceOf(IllegalArgumentException.class);
    }
    byte[] otherMagic = form.clone();
    otherMagic[0]++;
    assertRejected(
        () -> read(otherMagic, ExactSum::readFrom),
        "it begins with 0x55657374, expected 0x54657374");
    byte[] otherVersion = form.clone();
    otherVersion[4] = (byte) 200;
    assertRejected(() -> read(otherVersion, ExactSum::readFrom), "it has version 200, expected 3");
    for (int i = HEAD; i < form.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] corrupted = form.clone();
        corrupted[i] ^= (byte) (1 << bit);
        assertRejected(() -> read(corrupted, ExactSum::readFrom), "its checksum is wrong");
      }
    }
    assertRejected(
        () -> read(Arrays.copyOf(form, form.length + 1), ExactSum::readFrom),
        "its checksum is wrong");
  }

  @Test
  void optionsComeBack() {
    CrossEntropyOptions options = CrossEntropyOptions.defaults();
    assertOptionsRoundTrip(options);
    assertOptionsRoundTrip(options.ignoreIndex(Integer.MIN_VALUE).classAxis(-1).parallel(false));
    assertOptionsRoundTrip(options.labelSmoothing(0.1).classAxis(1).reduction(Reduction.SUM));
    assertOptionsRoundTrip(options.classWeights(FloatTensor.of(new float[0])));
    assertOptionsRoundTrip(options.temperature(0.7).zLoss(1e-4));
    assertOptionsRoundTrip(options.zLoss(Double.MIN_VALUE));
    assertOptionsRoundTrip(options.temperature(1e30).classWeights(FloatTensor.of(1, 2)));
    assertOptionsRoundTrip(options.predictions(true));
    assertOptionsRoundTrip(options.vocabulary(1));
    assertOptionsRoundTrip(options.vocabulary(Integer.MAX_VALUE).zLoss(1e-4).temperature(2));
    assertOptionsRoundTrip(options.vocabulary(2).classWeights(1, 2).predictions(true));
    assertOptionsRoundTrip(options.predictions(true).classWeights(1, 2).parallel(false));
    assertOptionsRoundTrip(
        options.classWeights(FloatTensor.of(1, -0f, Float.NaN, Float.NEGATIVE_INFINITY)));
  }

  private static void assertOptionsRoundTrip(CrossEntropyOptions options) {
    byte[] form = form(options::writeTo);
    CrossEntropyOptions read = read(form, CrossEntropyOptions::readFrom);
    assertThat(read).isEqualTo(options);
    assertThat(form(read::writeTo)).isEqualTo(form);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ffffff9c0000000000000000ff80         | the options have the flags 128
          ffffff9c0000000000000000ff047fffffff | classWeights has a length of 2147483647 in a form with 0 bytes left
          ffffff9c0000000000000000ff04ffffffff | classWeights has a length of -1 in a form with 0 bytes left
          ffffff9c8000000000000000ff00         | the label smoothing is -0.0
          ffffff9c0000000000000000ff083ff0000000000000 | the temperature is written, and is 1
          ffffff9c0000000000000000ff100000000000000000 | the z-loss is written, and is 0
          ffffff9c0000000000000000ff108000000000000000 | the z-loss is written, and is 0
          ffffff9c7ff8000000000001ff00         | it holds a NaN other than the canonical one
          ffffff9c0000000000000000ff04000000017fc00001 | it holds a NaN other than the canonical one
          ffffff9c00000000                     | it ends after 13 bytes of fields, in the middle of one
          """)
  void otherFormsOfOptionsAreRejected(String hex, String reason) {
    byte[] form = framed(HexFormat.of().parseHex(hex));
    assertRejected(() -> read(form, CrossEntropyOptions::readFrom), reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ffffff9c3ff8000000000000ff00 | labelSmoothing is 1.5, expected 0 to 1
          ffffff9c7ff8000000000000ff00 | labelSmoothing is NaN, expected 0 to 1
          ffffff9c0000000000000000b000 | classAxis is -80
          ffffff9c0000000000000000ff080000000000000000 | temperature is 0.0, expected 1e-30 to 1e30
          ffffff9c0000000000000000ff10bff0000000000000 | zLoss is -1.0, expected a finite number
          ffffff9c0000000000000000ff4000000000 | vocabulary is 0, expected 1 or more
          ffffff9c0000000000000000ff40ffffffff | vocabulary is -1, expected 1 or more
          ffffff9c0000000000000000ff44000000013f80000000000002 | classWeights has 1 elements, expected one for each of the 2 classes
          ffffff9c0000000000000000ff14000000013f8000003f1a36e2eb1c432d | classWeights is FloatTensor(1)[1.0], expected none
          """)
  void impossibleOptionsAreRejected(String hex, String reason) {
    byte[] form = framed(HexFormat.of().parseHex(hex));
    assertThatThrownBy(() -> read(form, CrossEntropyOptions::readFrom))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
