/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The format {@code .safetensors}: the length of the header in 8 bytes, little-endian; a header in
 * JSON, which has an element type, a shape and a place in the data for each tensor; the data, of
 * which every byte belongs to exactly one tensor.
 */
final class SafetensorsFormat {

  /** The limit of the reference implementation. */
  static final int MAX_HEADER_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";

  /** An element type of the format. */
  private record Dtype(ElementType type, int bits) {
    Dtype(ElementType type) {
      this(type, 8 * type.bytes());
    }
  }

  private static final Map<String, Dtype> DTYPES =
      Map.ofEntries(
          Map.entry("F64", new Dtype(ElementType.FLOAT64)),
          Map.entry("F32", new Dtype(ElementType.FLOAT32)),
          Map.entry("F16", new Dtype(ElementType.FLOAT16)),
          Map.entry("BF16", new Dtype(ElementType.BFLOAT16)),
          Map.entry("I64", new Dtype(ElementType.INT64)),
          Map.entry("I32", new Dtype(ElementType.INT32)),
          Map.entry("I16", new Dtype(ElementType.INT16)),
          Map.entry("I8", new Dtype(ElementType.INT8)),
          Map.entry("U64", new Dtype(ElementType.UINT64)),
          Map.entry("U32", new Dtype(ElementType.UINT32)),
          Map.entry("U16", new Dtype(ElementType.UINT16)),
          Map.entry("U8", new Dtype(ElementType.UINT8)),
          Map.entry("BOOL", new Dtype(ElementType.BOOL)),
          Map.entry("C64", new Dtype(ElementType.OTHER, 64)),
          Map.entry("F8_E4M3", new Dtype(ElementType.OTHER, 8)),
          Map.entry("F8_E5M2", new Dtype(ElementType.OTHER, 8)),
          Map.entry("F8_E8M0", new Dtype(ElementType.OTHER, 8)),
          Map.entry("F6_E2M3", new Dtype(ElementType.OTHER, 6)),
          Map.entry("F6_E3M2", new Dtype(ElementType.OTHER, 6)),
          Map.entry("F4", new Dtype(ElementType.OTHER, 4)));

  /** What the header says of a tensor. */
  private record Entry(String name, String dtype, List<Long> shape, long begin, long end) {}

  private SafetensorsFormat() {}

  /** Whether a file that begins with these bytes is of this format: no header takes 2^40 bytes. */
  static boolean isBegunBy(byte[] bytes) {
    return bytes.length > Long.BYTES
        && bytes[5] == 0
        && bytes[6] == 0
        && bytes[7] == 0
        && bytes[Long.BYTES] == '{';
  }

  /** Reads the header, and checks that its tensors are exactly what the data is. */
  static List<StoredTensor> read(ByteInput in) throws IOException {
    try {
      return tensors(in, entries(in));
    } catch (IllegalArgumentException malformed) {
      throw new FileFormatException(in.file(), String.valueOf(malformed.getMessage()));
    }
  }

  private static List<Entry> entries(ByteInput in) throws IOException {
    long bytes = in.take(Long.BYTES, "the header's length").getLong();
    if (bytes < 0 || bytes > MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "declares a header of "
              + Long.toUnsignedString(bytes)
              + " bytes, expected at most "
              + MAX_HEADER_BYTES);
    }
    byte[] header = in.take((int) bytes, "a header of " + bytes + " bytes").array();
    HeaderJson json = new HeaderJson(header);
    List<Entry> entries = new ArrayList<>();
    json.object(
        name -> {
          if (name.equals(METADATA)) {
            json.object(key -> json.string());
          } else {
            entries.add(entry(json, name));
          }
        });
    json.end();
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    return entries;
  }

  private static Entry entry(HeaderJson json, String name) {
    // Each holds one value at the most, since keys are not repeated.
    List<String> dtype = new ArrayList<>();
    List<List<Long>> shape = new ArrayList<>();
    List<List<Long>> offsets = new ArrayList<>();
    json.object(
        key -> {
          switch (key) {
            case "dtype" -> dtype.add(json.string());
            case "shape" -> shape.add(wholes(json));
            case "data_offsets" -> offsets.add(wholes(json));
            default -> json.skip();
          }
        });
    List<Long> range = only(name, "data_offsets", offsets);
    if (range.size() != 2 || range.get(0) > range.get(1)) {
      throw wrong(name, "has data_offsets %s, expected [begin, end]", range);
    }
    return new Entry(
        name, only(name, "dtype", dtype), only(name, "shape", shape), range.get(0), range.get(1));
  }

  private static List<Long> wholes(HeaderJson json) {
    List<Long> values = new ArrayList<>();
    json.array(() -> values.add(json.whole()));
    return values;
  }

  private static <T> T only(String tensor, String key, List<T> values) {
    if (values.isEmpty()) {
      throw wrong(tensor, "has no %s, expected dtype, shape and data_offsets", key);
    }
    return values.get(0);
  }

  private static List<StoredTensor> tensors(ByteInput in, List<Entry> entries) throws IOException {
    long end = 0;
    for (Entry entry : entries) {
      if (entry.begin() != end) {
        throw wrong(
            entry.name(),
            "begins at byte %d of the data, expected %d, where the one before it ends",
            entry.begin(),
            end);
      }
      end = entry.end();
      checkSize(entry);
    }
    ElementSource data = in.elements(end, "all its tensors");
    List<StoredTensor> tensors = new ArrayList<>();
    for (Entry entry : entries) {
      tensors.add(
          new StoredTensor(
              in.file(),
              entry.name(),
              type(entry).map(Dtype::type).orElse(ElementType.OTHER),
              entry.dtype(),
              entry.shape(),
              new ElementRange(data, entry.begin())));
    }
    return tensors;
  }

  private static Optional<Dtype> type(Entry entry) {
    return Optional.ofNullable(DTYPES.get(entry.dtype()));
  }

  /** The size of a type that came later than this code is not known. */
  private static void checkSize(Entry entry) {
    Optional<Dtype> dtype = type(entry);
    if (dtype.isEmpty()) {
      return;
    }
    String shape = StoredTensor.shapeText(entry.shape());
    try {
      long size = StoredTensor.product(entry.shape());
      long bits = Math.multiplyExact(size, (long) dtype.get().bits());
      long bytes = entry.end() - entry.begin();
      if (bits % 8 != 0 || bits / 8 != bytes) {
        throw wrong(
            entry.name(),
            "has %d bytes of data, expected %s for shape %s of %s",
            bytes,
            bits % 8 == 0 ? bits / 8 : bits + " bits",
            shape,
            entry.dtype());
      }
    } catch (ArithmeticException overflow) {
      throw wrong(
          entry.name(), "has shape %s of %s, which is larger than any file", shape, entry.dtype());
    }
  }

  private static IllegalArgumentException wrong(String tensor, String format, Object... values) {
    return new IllegalArgumentException(
        "tensor '" + tensor + "' " + String.format(Locale.ROOT, format, values));
  }
}
