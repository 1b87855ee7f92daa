/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the bytes of a sound file say, found by other means than the library's: headers by patterns
 * and by Jackson, elements one by one. A tensor is a line: type, shape, values, name.
 */
final class TensorOracle {

  /** NumPy's spellings of each type, without the byte order. */
  private static final Map<String, List<String>> OF_NUMPY =
      Map.ofEntries(
          Map.entry("float64", List.of("f8", "d", "float64")),
          Map.entry("float32", List.of("f4", "f", "float32")),
          Map.entry("float16", List.of("f2", "e", "float16")),
          Map.entry("bfloat16", List.of("V2", "bfloat16")),
          Map.entry("int64", List.of("i8", "q", "int64")),
          Map.entry("int32", List.of("i4", "i", "int32")),
          Map.entry("int16", List.of("i2", "h", "int16")),
          Map.entry("int8", List.of("i1", "b", "int8")),
          Map.entry("uint64", List.of("u8", "Q", "uint64")),
          Map.entry("uint32", List.of("u4", "I", "uint32")),
          Map.entry("uint16", List.of("u2", "H", "uint16")),
          Map.entry("uint8", List.of("u1", "B", "uint8")),
          Map.entry("bool", List.of("b1", "?", "bool")));

  private static final Map<String, List<String>> OF_SAFETENSORS =
      Map.ofEntries(
          Map.entry("float64", List.of("F64")),
          Map.entry("float32", List.of("F32")),
          Map.entry("float16", List.of("F16")),
          Map.entry("bfloat16", List.of("BF16")),
          Map.entry("int64", List.of("I64")),
          Map.entry("int32", List.of("I32")),
          Map.entry("int16", List.of("I16")),
          Map.entry("int8", List.of("I8")),
          Map.entry("uint64", List.of("U64")),
          Map.entry("uint32", List.of("U32")),
          Map.entry("uint16", List.of("U16")),
          Map.entry("uint8", List.of("U8")),
          Map.entry("bool", List.of("BOOL")));

  private static final Pattern DESCRIPTION =
      Pattern.compile("descr['\"]\\s*:\\s*[uU]?(['\"])(.*?)\\1", Pattern.DOTALL);
  private static final Pattern ORDER = Pattern.compile("fortran_order['\"]\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("shape['\"]\\s*:\\s*\\(([^)]*)\\)");

  private TensorOracle() {}

  /** The line of a tensor as the library reads it. */
  static String line(StoredTensor tensor) throws IOException {
    String values =
        tensor.type() == ElementType.OTHER
            ? "[]"
            : tensor.type().isInteger()
                ? Arrays.toString(TestFiles.integers(tensor))
                : Arrays.toString(TestFiles.floats(tensor));
    return line(tensor.name(), tensor.type().toString(), tensor.shape(), values);
  }

  private static String line(String name, String type, List<Long> shape, String values) {
    return type + " " + shape + " " + values + " " + name;
  }

  /** Where the elements of a {@code .npy} file begin. */
  static int npyStart(byte... file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    return file[6] == 1 ? 10 + Short.toUnsignedInt(bytes.getShort(8)) : 12 + bytes.getInt(8);
  }

  static List<String> npy(byte... file) {
    int start = npyStart(file);
    String header = new String(file, 0, start, StandardCharsets.ISO_8859_1);
    Matcher description = DESCRIPTION.matcher(header);
    String spelling = description.find() ? description.group(2) : "";
    boolean hasOrder = !spelling.isEmpty() && "<>|=".indexOf(spelling.charAt(0)) >= 0;
    String type = type(OF_NUMPY, hasOrder ? spelling.substring(1) : spelling);
    List<Long> shape =
        Arrays.stream(group(SHAPE, header).split("[,\\s]+", -1))
            .filter(axis -> !axis.isEmpty())
            .map(axis -> Long.valueOf(axis.replace("L", "")))
            .toList();
    if (type.equals("other")) {
      return List.of(line("", type, shape, "[]"));
    }
    boolean isBigEndian = spelling.startsWith(">") && !type.equals("bfloat16");
    ByteBuffer data =
        ByteBuffer.wrap(file, start, file.length - start)
            .slice()
            .order(isBigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    boolean isFortranOrder = group(ORDER, header).equals("True");
    return List.of(line("", type, shape, values(data, type, shape, isFortranOrder)));
  }

  private static String group(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
  }

  /** Where the elements of a {@code .safetensors} file begin. */
  static int safetensorsStart(byte... file) {
    return 8 + (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  static List<String> safetensors(byte... file) throws IOException {
    int start = safetensorsStart(file);
    JsonNode header = new ObjectMapper().readTree(Arrays.copyOfRange(file, 8, start));
    List<String> lines = new ArrayList<>();
    int total = 0;
    for (Map.Entry<String, JsonNode> tensor : header.properties()) {
      if (!tensor.getKey().equals("__metadata__")) {
        String type = type(OF_SAFETENSORS, tensor.getValue().get("dtype").textValue());
        List<Long> shape = new ArrayList<>();
        tensor.getValue().get("shape").forEach(axis -> shape.add(axis.longValue()));
        int begin = tensor.getValue().get("data_offsets").get(0).intValue();
        int end = tensor.getValue().get("data_offsets").get(1).intValue();
        ByteBuffer data = ByteBuffer.wrap(file, start + begin, end - begin).slice();
        data.order(ByteOrder.LITTLE_ENDIAN);
        String values = type.equals("other") ? "[]" : values(data, type, shape, false);
        lines.add(line(tensor.getKey(), type, shape, values));
        total += end - begin;
      }
    }
    assertThat(total).as("the bytes of all tensors").isEqualTo(file.length - start);
    return lines;
  }

  private static String type(Map<String, List<String>> spellings, String spelling) {
    return spellings.entrySet().stream()
        .filter(type -> type.getValue().contains(spelling))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("other");
  }

  /** The values in row-major order, after a check that they are all that there is. */
  private static String values(
      ByteBuffer data, String type, List<Long> shape, boolean isFortranOrder) {
    int width = type.equals("bool") ? 1 : Integer.parseInt(type.replaceAll("\\D", "")) / 8;
    BigInteger size = BigInteger.ONE;
    for (long axis : shape) {
      size = size.multiply(BigInteger.valueOf(axis));
    }
    assertThat(size.multiply(BigInteger.valueOf(width)))
        .as("the bytes of shape %s of %s", shape, type)
        .isEqualTo(BigInteger.valueOf(data.remaining()));
    return IntStream.range(0, size.intValue())
        .map(index -> isFortranOrder ? fortranPlace(index, shape) : index)
        .mapToObj(place -> value(data, place * width, type))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static int fortranPlace(int index, List<Long> shape) {
    int place = 0;
    int rest = index;
    int stride = shape.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
    for (int axis = shape.size() - 1; axis >= 0; axis--) {
      int extent = shape.get(axis).intValue();
      stride /= extent;
      place += rest % extent * stride;
      rest /= extent;
    }
    return place;
  }

  private static String value(ByteBuffer data, int at, String type) {
    return switch (type) {
      case "float64" -> String.valueOf((float) data.getDouble(at));
      case "float32" -> String.valueOf(data.getFloat(at));
      case "float16" -> String.valueOf(half(data.getShort(at)));
      case "bfloat16" -> String.valueOf(Float.intBitsToFloat(data.getShort(at) << 16));
      case "int64" -> String.valueOf(data.getLong(at));
      case "int32" -> String.valueOf(data.getInt(at));
      case "int16" -> String.valueOf(data.getShort(at));
      case "int8" -> String.valueOf(data.get(at));
      case "uint64" -> Long.toUnsignedString(data.getLong(at));
      case "uint32" -> Integer.toUnsignedString(data.getInt(at));
      case "uint16" -> String.valueOf(data.getShort(at) & 0xFFFF);
      case "uint8" -> String.valueOf(data.get(at) & 0xFF);
      default -> data.get(at) == 0 ? "0" : "1";
    };
  }

  private static float half(short bits) {
    int exponent = bits >> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    double value =
        exponent == 0
            ? Math.scalb((double) fraction, -24)
            : exponent < 0x1F
                ? Math.scalb(1024.0 + fraction, exponent - 25)
                : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    return (float) (bits < 0 ? -value : value);
  }
}
