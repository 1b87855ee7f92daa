/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of the format {@code .npy}, as NumPy writes them and as others do. */
class NpyFilesTest {

  static final Path FOLDER = Path.of("src/test/resources/files/npy");

  private static final float INFINITY = Float.POSITIVE_INFINITY;

  @ParameterizedTest
  @CsvSource({
    "float16, <f2, FLOAT16",
    "float16-big-endian, >f2, FLOAT16",
    "float32, <f4, FLOAT32",
    "float32-big-endian, >f4, FLOAT32",
    "float64, <f8, FLOAT64",
    "float64-big-endian, >f8, FLOAT64",
    "bfloat16-void, |V2, BFLOAT16",
    "version-2, <f4, FLOAT32",
    "version-3, <f4, FLOAT32"
  })
  void floatingPoint(String name, String typeName, ElementType type) throws IOException {
    try (TensorFile file = TensorFile.open(path(name))) {
      StoredTensor tensor = file.only();
      assertThat(tensor.typeName()).isEqualTo(typeName);
      assertThat(tensor.type()).isEqualTo(type);
      assertThat(tensor.shape()).containsExactly(2L, 3L);
      assertThat(tensor.advice()).isEmpty();
      // the closest bfloat16 to 65504 is 65536
      float large = type == ElementType.BFLOAT16 ? 65536 : 65504;
      assertThat(tensor.reader().floats(0, 2).toArray())
          .containsExactly(0.5f, -2, large, INFINITY, -INFINITY, Float.NaN);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bfloat16-uint16", "bfloat16-int16", "bfloat16-void"})
  void bfloat16InIntegers(String name) throws IOException {
    try (TensorFile file = TensorFile.open(path(name))) {
      assertThat(file.only().as(ElementType.BFLOAT16).reader().floats(0, 2).toArray())
          .containsExactly(0.5f, -2, 65536, INFINITY, -INFINITY, Float.NaN);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "int8, INT8, -128, 127",
    "int16, INT16, -32768, 32767",
    "int16-big-endian, INT16, -32768, 32767",
    "int32, INT32, -2147483648, 2147483647",
    "int32-big-endian, INT32, -2147483648, 2147483647",
    "int64, INT64, -9223372036854775808, 9223372036854775807",
    "int64-big-endian, INT64, -9223372036854775808, 9223372036854775807",
    "uint8, UINT8, 0, 255",
    "uint16, UINT16, 0, 65535",
    "uint16-big-endian, UINT16, 0, 65535",
    "uint32, UINT32, 0, 4294967295",
    "uint32-big-endian, UINT32, 0, 4294967295",
    "uint64, UINT64, 0, 9223372036854775807",
    "uint64-big-endian, UINT64, 0, 9223372036854775807"
  })
  void integers(String name, ElementType type, long least, long most) throws IOException {
    try (TensorFile file = TensorFile.open(path(name))) {
      assertThat(file.only().type()).isEqualTo(type);
      assertThat(file.only().shape()).containsExactly(4L);
      assertThat(file.only().reader().integers(0, 4)).containsExactly(least, 1, 100, most);
      assertThat(file.only().reader().integers(2, 1)).containsExactly(100);
    }
  }

  @Test
  void integersThatJavaHasNot() throws IOException {
    Path path = path("uint64-too-large");
    try (TensorFile file = TensorFile.open(path)) {
      TensorReader reader = file.only().reader();
      assertThatExceptionOfType(FileFormatException.class)
          .isThrownBy(() -> reader.integers(0, 2))
          .withMessage(
              path
                  + ": value 18446744073709551615 of element 1 is too large, expected at most"
                  + " 2^63 - 1");
    }
  }

  @Test
  void truthValues() throws IOException {
    try (TensorFile file = TensorFile.open(path("bool"))) {
      assertThat(file.only().toString()).endsWith("bool.npy bool (3,)");
      assertThat(file.only().type().isInteger()).isTrue();
      assertThat(file.only().reader().integers(0, 3)).containsExactly(1, 0, 1);
    }
    byte[] others = NpyFile.of("|b1", false, List.of(3L)).bytes((byte) 0, (byte) -1, (byte) 2);
    assertThat(only(others).reader().integers(0, 3)).containsExactly(0, 1, 1);
  }

  @Test
  void shapesWithoutAxisAndWithoutElements() throws IOException {
    try (TensorFile file = TensorFile.open(path("scalar"))) {
      assertThat(file.only().shape()).isEmpty();
      assertThat(file.only().reader().floats(0, 1).toArray()).containsExactly(1.5f);
    }
    try (TensorFile file = TensorFile.open(path("empty"))) {
      assertThat(file.only().shape()).containsExactly(0L, 3L);
      assertThat(file.only().reader().floats(0, 0).size()).isZero();
    }
  }

  @Test
  void fortranOrder() throws IOException {
    try (TensorFile file = TensorFile.open(path("fortran"))) {
      float[] expected = new float[24];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = i;
      }
      assertThat(file.only().shape()).containsExactly(2L, 3L, 4L);
      assertThat(file.only().reader().floats(0, 6).toArray()).isEqualTo(expected);
    }
    try (TensorFile file = TensorFile.open(path("fortran-big-endian"))) {
      assertThat(file.only().reader().integers(0, 24))
          .isEqualTo(IntStream.range(0, 24).asLongStream().toArray());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "objects; |O; Python objects, of which numpy.save(FILE,"
            + " numpy.concatenate(list(array)).astype('float32')) saves the numbers",
        "complex; <c8; complex numbers, of which numpy.save(FILE, array.real) saves the real parts",
        "text; <U2; text, which numpy.save(FILE, array.astype('float32')) saves as numbers, if it"
            + " is digits",
        "byte-text; |S2; text, which numpy.save(FILE, array.astype('float32')) saves as numbers,"
            + " if it is digits",
        "times; <M8[ns]; times, which numpy.save(FILE, array.astype('int64')) saves as integers",
        "durations; <m8; times, which numpy.save(FILE, array.astype('int64')) saves as integers",
        "long-double; <f16; floating-point numbers of a size that depends on the machine, which"
            + " numpy.save(FILE, array.astype('float64')) saves in 64 bits",
        "float8; |V1; opaque bytes, such as those of float8, which numpy.save(FILE,"
            + " array.astype('float32')) saves as numbers, where the type is known",
        "fields; [('\u00e9', '<f4'), ('b', '<f4', (1,))]; it has fields, of which"
            + " numpy.save(FILE, array['FIELD']) saves one",
        "fields-version-3; [('\u8a9e', '<f4')]; it has fields, of which numpy.save(FILE,"
            + " array['FIELD']) saves one"
      })
  void otherTypesAreNamedWithAdvice(String name, String typeName, String advice)
      throws IOException {
    try (TensorFile file = TensorFile.open(path(name))) {
      StoredTensor tensor = file.only();
      assertThat(tensor.type()).isEqualTo(ElementType.OTHER);
      assertThat(tensor.typeName()).isEqualTo(typeName);
      assertThat(tensor.advice()).contains(advice);
      assertThat(tensor.isForwardOnly()).isFalse();
      assertThatIllegalStateException()
          .isThrownBy(tensor::reader)
          .withMessage(
              "%s: type '%s' is not supported, expected plain numbers: %s",
              path(name), typeName, advice);
    }
  }

  /** NumPy itself writes the first spelling alone, and reads all. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "FLOAT64; <f8,=f8,f8,|f8,d,<d,float64",
        "FLOAT32; <f4,=f4,f4,|f4,f,<f,float32",
        "FLOAT16; <f2,=f2,f2,|f2,e,<e,float16",
        "BFLOAT16; |V2,<V2,=V2,V2,>V2,bfloat16",
        "INT64; <i8,=i8,i8,q,int64",
        "INT32; <i4,=i4,i4,i,int32",
        "INT16; <i2,=i2,i2,h,int16",
        "INT8; |i1,<i1,>i1,=i1,i1,b,int8",
        "UINT64; <u8,=u8,u8,Q,uint64",
        "UINT32; <u4,=u4,u4,I,uint32",
        "UINT16; <u2,=u2,u2,H,uint16",
        "UINT8; |u1,<u1,>u1,=u1,u1,B,uint8",
        "BOOL; |b1,<b1,>b1,b1,?,bool"
      })
  void spellingsOfTypes(ElementType type, String spellings) {
    for (String spelling : spellings.split(",", -1)) {
      assertThat(NpyType.of(spelling)).as(spelling).isEqualTo(new NpyType(type, false, ""));
    }
  }

  @ParameterizedTest
  @CsvSource({">f8, FLOAT64", ">d, FLOAT64", ">f2, FLOAT16", ">i4, INT32", ">u2, UINT16"})
  void bigEndianTypes(String spelling, ElementType type) {
    assertThat(NpyType.of(spelling)).isEqualTo(new NpyType(type, true, ""));
  }

  /** NumPy refuses most of them; the size of C's long depends on the machine. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "<",
        "<f4 ",
        " f4",
        "<<f4",
        "!f4",
        "i3",
        "4f4",
        "f4,f4",
        "<float32",
        "l",
        "L",
        "p",
        "float",
        "other",
        "T",
        "object",
        "\u0000"
      })
  void unknownTypes(String description) {
    assertThatExceptionOfType(FileFormatException.class)
        .isThrownBy(() -> only(NpyFile.of(description, false, List.of(1L)).bytes(new byte[4])))
        .withMessage(
            "f: data type '%s' is unknown, expected one of numbers, such as '<f4'",
            description.replace('\u0000', '?'));
  }

  @Test
  void headersOfAllAges() throws IOException {
    byte[] elements = {0, 0, (byte) 0x80, 0x3F, 0, 0, 0, (byte) 0xC0};
    for (int major = 1; major <= 3; major++) {
      for (int alignment : new int[] {1, 16, 64, 4096}) {
        for (String header :
            List.of(
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }",
                "{'descr': u'<f4', 'fortran_order': False, 'shape': (1L, 2L), }",
                "{u'shape': (1L, 2L), u'fortran_order': False, u'descr': '<f4'}")) {
          byte[] file = new NpyFile(major, alignment, header).bytes(elements);
          assertThat(only(file).reader().floats(0, 1).toArray()).containsExactly(1, -2);
        }
      }
    }
  }

  @Test
  void headersUpToALimit() throws IOException {
    NpyFile longest =
        new NpyFile(
            2, 1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }" + " ".repeat(65_479));
    assertThat(only(longest.bytes(new byte[4])).shape()).isEmpty();
    assertThatExceptionOfType(FileFormatException.class)
        .isThrownBy(() -> only(new NpyFile(2, 1, longest.header() + " ").bytes(new byte[4])))
        .withMessage("f: declares a header of 65536 bytes, expected at most 65535");
  }

  @Test
  void headersAreLatin1OrUtf8() throws IOException {
    String header = "{'descr': [('\u00e9', '<f4')], 'fortran_order': False, 'shape': (1,), }";
    byte[] latin1 = new NpyFile(1, 64, header).bytes(new byte[4]);
    assertThat(only(latin1).typeName()).isEqualTo("[('\u00e9', '<f4')]");
    byte[] utf8 = latin1.clone();
    utf8[6] = 3;
    byte[] moved = new byte[utf8.length + 2]; // the length has 4 bytes
    System.arraycopy(utf8, 0, moved, 0, 10);
    System.arraycopy(utf8, 10, moved, 12, utf8.length - 10);
    assertThatExceptionOfType(FileFormatException.class)
        .isThrownBy(() -> only(moved))
        .withMessage("f: malformed header at byte 13: expected UTF-8");
  }

  @Test
  void longListsOfFieldsAreCut() throws IOException {
    String fields = "[" + "('a(\"', '<f4'), ".repeat(50) + "]";
    String header = "{'descr': " + fields + ", 'fortran_order': False, 'shape': (1,)}";
    assertThat(only(NpyFile.of(header).bytes()).typeName())
        .isEqualTo(fields.substring(0, 64) + "...");
  }

  @Test
  void doublesAreRoundedToTheNearestFloat() throws IOException {
    double[] values = {
      0.1,
      -0.0,
      Double.MIN_VALUE,
      -0x1.8p-149,
      0x1p-150,
      0x1.000001p-150,
      0x1.fffffefp127,
      0x1.000001p0,
      Double.NEGATIVE_INFINITY,
      Double.NaN
    };
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(data::putDouble);
    StoredTensor tensor =
        only(NpyFile.of("<f8", false, List.of((long) values.length)).bytes(data.array()));
    assertThat(tensor.reader().floats(0, 1).toArray())
        .containsExactly(
            0.1f, -0.0f, 0, -0x1p-148f, 0, 0x1p-149f, 0x1.fffffep127f, 1, -INFINITY, Float.NaN);
  }

  @Test
  void doublesThatNoFloatHoldsAreRefused() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    data.putDouble(8, -0x1.ffffffp127);
    StoredTensor tensor = only(NpyFile.of("<f8", false, List.of(1L, 2L)).bytes(data.array()));
    assertThatExceptionOfType(FileFormatException.class)
        .isThrownBy(() -> tensor.reader().floats(0, 1))
        .withMessage(
            "f: value %s of element 1 is too large for float32", String.valueOf(-0x1.ffffffp127));
  }

  @Test
  void bitsKeepTheirValueInAnyTypeOfTheirSize() throws IOException {
    for (String description : List.of("<f2", "<u2", "<i2", "|V2")) {
      StoredTensor tensor =
          only(NpyFile.of(description, false, List.of(1L, 1L)).bytes((byte) 0, (byte) 0x40));
      assertThat(tensor.as(ElementType.BFLOAT16).reader().floats(0, 1).get(0, 0)).isEqualTo(2);
    }
  }

  /** As NumPy wrote them, as the writer of these tests does, and as the README shows them. */
  @Test
  void theReadmeShowsTheBytes() throws IOException {
    byte[] expected = Files.readAllBytes(path("float32"));
    NpyFile written = NpyFile.of("<f4", false, List.of(2L, 3L));
    assertThat(written.bytes(Arrays.copyOfRange(expected, 128, 152))).isEqualTo(expected);
    StringBuilder hex = new StringBuilder();
    for (String line : Files.readAllLines(FOLDER.resolve("README.md"), StandardCharsets.UTF_8)) {
      if (line.matches("([0-9a-f]{2} )+ .*")) {
        hex.append(line, 0, line.indexOf("  ") + 1);
      }
      if (line.startsWith("20 ... 20 0a")) {
        hex.append("20 ".repeat(58)).append("0a ");
      }
    }
    assertThat(hex.toString()).isEqualTo(hex(expected));
  }

  private static String hex(byte... bytes) {
    StringBuilder hex = new StringBuilder();
    for (byte each : bytes) {
      hex.append(String.format(Locale.ROOT, "%02x ", each));
    }
    return hex.toString();
  }

  private static Path path(String name) {
    return FOLDER.resolve(name + ".npy");
  }

  private static StoredTensor only(byte[] bytes) throws IOException {
    return TensorFile.of("f", new ByteArrayInputStream(bytes)).only();
  }
}
