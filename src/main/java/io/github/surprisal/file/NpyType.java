/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An element type in NumPy's words.
 *
 * @param type what it is here
 * @param isBigEndian whether elements of several bytes have the highest one first
 * @param advice how to save elements of type {@link ElementType#OTHER} so that they can be read;
 *     empty for all others
 */
record NpyType(ElementType type, boolean isBigEndian, String advice) {

  /**
   * Byte order, kind and size of an element, as in {@code <f4}; NumPy takes them without the first
   * or the last as well, and a unit in brackets after times.
   */
  private static final Pattern DESCRIPTION =
      Pattern.compile("([<>|=]?)([a-zA-Z?])([0-9]{0,9})(\\[[0-9a-zA-Z]{1,9}\\])?");

  /**
   * NumPy has no bfloat16 of its own: other libraries save it as 2 opaque bytes. Letters without a
   * size stand for C types; a C {@code long} is missing, whose size depends on the machine.
   */
  private static final Map<String, ElementType> KINDS =
      Map.ofEntries(
          Map.entry("f8", ElementType.FLOAT64),
          Map.entry("d", ElementType.FLOAT64),
          Map.entry("f4", ElementType.FLOAT32),
          Map.entry("f", ElementType.FLOAT32),
          Map.entry("f2", ElementType.FLOAT16),
          Map.entry("e", ElementType.FLOAT16),
          Map.entry("V2", ElementType.BFLOAT16),
          Map.entry("i8", ElementType.INT64),
          Map.entry("q", ElementType.INT64),
          Map.entry("i4", ElementType.INT32),
          Map.entry("i", ElementType.INT32),
          Map.entry("i2", ElementType.INT16),
          Map.entry("h", ElementType.INT16),
          Map.entry("i1", ElementType.INT8),
          Map.entry("b", ElementType.INT8),
          Map.entry("u8", ElementType.UINT64),
          Map.entry("Q", ElementType.UINT64),
          Map.entry("u4", ElementType.UINT32),
          Map.entry("I", ElementType.UINT32),
          Map.entry("u2", ElementType.UINT16),
          Map.entry("H", ElementType.UINT16),
          Map.entry("u1", ElementType.UINT8),
          Map.entry("B", ElementType.UINT8),
          Map.entry("b1", ElementType.BOOL),
          Map.entry("?", ElementType.BOOL));

  /** Names of NumPy's types, as {@code numpy.dtype('float32')} takes them. */
  private static final Map<String, ElementType> NAMES =
      Arrays.stream(ElementType.values())
          .filter(type -> type != ElementType.OTHER)
          .collect(Collectors.toUnmodifiableMap(ElementType::toString, type -> type));

  /**
   * Reads what the key {@code descr} of a header says. A type without a byte order is the one of
   * the machine for NumPy; here it is little-endian.
   *
   * @throws IllegalArgumentException if NumPy has no such type
   */
  static NpyType of(String description) {
    if (description.startsWith("[") || description.startsWith("(")) {
      return unsupported("it has fields, of which numpy.save(FILE, array['FIELD']) saves one");
    }
    Matcher parts = DESCRIPTION.matcher(description);
    String kind = parts.matches() ? parts.group(2) + parts.group(3) : "";
    Optional<ElementType> type =
        Optional.ofNullable(NAMES.get(description)).or(() -> Optional.ofNullable(KINDS.get(kind)));
    if (type.isPresent()) {
      boolean isOrdered = type.get().bytes() > 1 && type.get() != ElementType.BFLOAT16;
      return new NpyType(type.get(), isOrdered && description.startsWith(">"), "");
    }
    return unsupported(
        (kind.isEmpty() ? Optional.<String>empty() : advice(kind.charAt(0)))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "data type '"
                            + description
                            + "' is unknown, expected one of numbers, such as '<f4'")));
  }

  private static NpyType unsupported(String advice) {
    return new NpyType(ElementType.OTHER, false, advice);
  }

  private static Optional<String> advice(char kind) {
    return Optional.ofNullable(
        switch (kind) {
          case 'O' ->
              "Python objects, of which"
                  + " numpy.save(FILE, numpy.concatenate(list(array)).astype('float32')) saves the"
                  + " numbers";
          case 'c', 'F', 'D', 'G' ->
              "complex numbers, of which numpy.save(FILE, array.real) saves the real parts";
          case 'M', 'm' -> "times, which numpy.save(FILE, array.astype('int64')) saves as integers";
          case 'S', 'a', 'U' ->
              "text, which numpy.save(FILE, array.astype('float32')) saves as"
                  + " numbers, if it is digits";
          case 'f', 'g' ->
              "floating-point numbers of a size that depends on the machine, which"
                  + " numpy.save(FILE, array.astype('float64')) saves in 64 bits";
          case 'V' ->
              "opaque bytes, such as those of float8, which"
                  + " numpy.save(FILE, array.astype('float32')) saves as numbers, where the type is"
                  + " known";
          default -> null;
        });
  }
}
