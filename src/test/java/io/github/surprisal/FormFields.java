/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.sum.ExactSum;
import io.github.surprisal.sum.SerialReader;
import io.github.surprisal.sum.SerialWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * The fields of an accumulator's serial form, one by one, to put others in their places under a
 * right checksum.
 */
final class FormFields {
  static final int HEAD = 5;
  static final int CHECKSUM = 4;
  private static final int OPTIONS = 14;

  /** What begins the part that is there if tokens have weights. */
  private static final int TOKEN_WEIGHTS = 16;

  /** What begins the part of a comparison that is there if tokens have byte counts. */
  private static final int BYTE_COUNTS = 16;

  /** The field with the number of documents of losses. */
  private static final int DOCUMENTS = 21;

  /** What a field is. */
  enum Kind {
    OPTIONS,
    COUNT,
    SUM,
    VARIABLE,
    DOUBLE,
    PART
  }

  /** A field and its bytes. */
  static final class Field {
    private final Kind kind;
    private final byte[] bytes;

    Field(Kind kind, byte[] bytes) {
      this.kind = kind;
      this.bytes = bytes;
    }

    Kind kind() {
      return kind;
    }

    boolean isSame(Field other) {
      return kind == other.kind && Arrays.equals(bytes, other.bytes);
    }
  }

  private static final long[] LIMITS = {
    0,
    1,
    2,
    3,
    -1,
    Integer.MAX_VALUE,
    1L << 31,
    1L << 32,
    (1L << 62) - 1,
    1L << 62,
    (1L << 62) + 1,
    Long.MAX_VALUE,
    Long.MAX_VALUE - 1,
    Long.MIN_VALUE
  };

  private static final double[] VALUES = {
    0,
    1,
    2,
    0x1p-53,
    0x1p-149,
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    0x1p128,
    0x1p132,
    0x1p264,
    0x1p400,
    0x1p1000,
    Double.MAX_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY
  };

  private final ByteBuffer in;
  private final List<Field> fields = new ArrayList<>();

  private FormFields(byte[] form) {
    in = ByteBuffer.wrap(form, HEAD, form.length - HEAD - CHECKSUM);
    int flags = in.get(HEAD + OPTIONS - 1);
    int weights = (flags & 4) != 0 ? Integer.BYTES + 4 * in.getInt(HEAD + OPTIONS) : 0;
    int temperature = (flags & 8) != 0 ? Double.BYTES : 0;
    int vocabulary = (flags & 64) != 0 ? Integer.BYTES : 0;
    take(Kind.OPTIONS, OPTIONS + weights + temperature + vocabulary);
  }

  private void take(Kind kind, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    fields.add(new Field(kind, bytes));
  }

  private void counts(int count) {
    for (int i = 0; i < count; i++) {
      take(Kind.COUNT, Long.BYTES);
    }
  }

  private void sums(int count) {
    for (int i = 0; i < count; i++) {
      int start = in.position();
      int flags = in.get(start);
      take(Kind.SUM, 3 + 4 * (in.get(start + 2) & 0xff) + 8 * Integer.bitCount(flags & 14));
    }
  }

  private void histogram() {
    variable();
    take(Kind.DOUBLE, Double.BYTES);
    take(Kind.DOUBLE, Double.BYTES);
    long buckets = variable();
    for (long i = 0; i < 2 * buckets; i++) {
      variable();
    }
  }

  private long variable() {
    int length = 1;
    while (in.get(in.position() + length - 1) < 0) {
      length++;
    }
    take(Kind.VARIABLE, length);
    return reader(fields.get(fields.size() - 1).bytes).readVariable("a field");
  }

  /** Those of a {@link LossAccumulator}. */
  static List<Field> ofLosses(byte[] form) {
    FormFields fields = new FormFields(form);
    fields.losses();
    if (fields.havePredictions()) {
      fields.predictions(countOf(fields.fields.get(DOCUMENTS)) > 0);
    }
    fields.tokenWeights();
    fields.firstNan();
    return fields.fields;
  }

  private void losses() {
    for (int totals = 0; totals < 2; totals++) {
      counts(3);
      sums(3);
    }
    for (int errors = 0; errors < 4; errors++) {
      counts(1);
      sums(3);
    }
    counts(3);
  }

  private void tokenWeights() {
    if (nextIs(TOKEN_WEIGHTS)) {
      take(Kind.PART, 1);
      sums(2);
    }
  }

  private void byteLosses() {
    if (nextIs(BYTE_COUNTS)) {
      take(Kind.PART, 1);
      sums(2);
      losses();
    }
  }

  private boolean nextIs(int part) {
    return in.hasRemaining() && in.get(in.position()) == part;
  }

  private void differences() {
    counts(2);
    sums(2);
    counts(1);
    sums(3);
  }

  private boolean havePredictions() {
    return (in.get(HEAD + OPTIONS - 1) & 32) != 0;
  }

  private void predictions(boolean haveDocuments) {
    boolean[] isBinUsed = new boolean[15];
    for (int totals = 0; totals < 2; totals++) {
      sums(3);
      variables(10);
      for (int bin = 0; bin < isBinUsed.length; bin++) {
        if (variable() > 0) {
          isBinUsed[bin] = true;
          variable();
          sums(1);
        }
      }
    }
    sums(3);
    for (boolean isUsed : isBinUsed) {
      sums(isUsed ? 1 : 0);
    }
    if (haveDocuments) {
      sums(2 * 14);
      long moments = variable();
      for (long i = 0; i < moments; i++) {
        variable();
        sums(1);
      }
    }
  }

  /** How the position of the first NaN is known, and the position. */
  private void firstNan() {
    variables(in.hasRemaining() ? 2 : 0);
  }

  private void variables(int count) {
    for (int i = 0; i < count; i++) {
      variable();
    }
  }

  /** Those of a {@link ComparisonAccumulator}. */
  static List<Field> ofComparison(byte[] form) {
    FormFields fields = new FormFields(form);
    fields.sums(5);
    fields.differences();
    for (int tokens = 0; tokens < 2; tokens++) {
      fields.sums(2);
      fields.histogram();
    }
    fields.sums(2);
    fields.counts(2);
    if (fields.havePredictions()) {
      fields.sums(5);
      fields.differences();
    }
    fields.byteLosses();
    fields.firstNan();
    return fields.fields;
  }

  /** The form with these fields, the head of another and a right checksum. */
  static byte[] form(byte[] head, List<Field> fields) {
    int length = fields.stream().mapToInt(field -> field.bytes.length).sum();
    ByteBuffer out = ByteBuffer.allocate(HEAD + length + CHECKSUM).put(head, 0, HEAD);
    fields.forEach(field -> out.put(field.bytes));
    return withRightChecksum(out.array());
  }

  static byte[] withRightChecksum(byte[] form) {
    int end = form.length - CHECKSUM;
    ByteBuffer.wrap(form).putInt(end, SerialWriter.checksum(form, end));
    return form;
  }

  /** Another field of the kind: a limit, a neighbour, or one of those that are there. */
  static Field other(Field field, List<Field> fields, Random random) {
    if (random.nextInt(4) == 0) {
      Field any = fields.get(random.nextInt(fields.size()));
      return any.kind == field.kind ? any : field;
    }
    SerialReader in = reader(field.bytes);
    return switch (field.kind) {
      case OPTIONS, PART -> field;
      case COUNT -> field(field.kind, out -> out.writeLong(count(countOf(field), random)));
      case SUM -> field(field.kind, sum(in, random)::writeTo);
      case VARIABLE -> {
        long count = count(in.readVariable("a field"), random) & Long.MAX_VALUE;
        yield field(field.kind, out -> out.writeVariable(count));
      }
      case DOUBLE -> field(field.kind, out -> out.writeDouble(near(in.readDouble(), random)));
    };
  }

  private static long countOf(Field field) {
    return ByteBuffer.wrap(field.bytes).getLong();
  }

  private static Field field(Kind kind, Consumer<SerialWriter> value) {
    SerialWriter out = new SerialWriter(0, 0);
    value.accept(out);
    byte[] written = out.toByteArray();
    return new Field(kind, Arrays.copyOfRange(written, HEAD, written.length - CHECKSUM));
  }

  /** A count set by "= 3", or a sum after "clear", "negate", "add 0x1p3" or "add square 0.5". */
  static Field changed(Field field, String change) {
    String[] words = change.split(" ", 0);
    if (words[0].equals("=")) {
      long count = Long.parseLong(words[1]);
      return field.kind == Kind.VARIABLE
          ? field(field.kind, out -> out.writeVariable(count))
          : field(Kind.COUNT, out -> out.writeLong(count));
    }
    ExactSum sum = ExactSum.readFrom(reader(field.bytes));
    switch (words[0] + words.length) {
      case "clear1" -> sum.clear();
      case "negate1" -> sum = sum.negated();
      case "add2" -> addTo(sum, words[1]);
      case "add3" -> sum.addSquare(Double.parseDouble(words[2]));
      default -> throw new IllegalArgumentException("change is " + change);
    }
    return field(Kind.SUM, sum::writeTo);
  }

  /** Adds a number that may be less than the least double. */
  private static void addTo(ExactSum sum, String number) {
    if (number.equals("0x1p-1076")) {
      sum.addProduct(0x1p-538, 0x1p-538);
    } else {
      sum.add(Double.parseDouble(number));
    }
  }

  private static long count(long count, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> LIMITS[random.nextInt(LIMITS.length)];
      case 1 -> count + 1 - random.nextInt(3);
      default -> count << random.nextInt(8);
    };
  }

  private static double near(double value, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> signed(VALUES[random.nextInt(VALUES.length)], random);
      case 1 -> random.nextBoolean() ? Math.nextUp(value) : Math.nextDown(value);
      default -> value * (1 + 0x1p-10 * random.nextGaussian());
    };
  }

  private static double signed(double value, Random random) {
    return random.nextBoolean() ? value : -value;
  }

  private static ExactSum sum(SerialReader in, Random random) {
    ExactSum sum = ExactSum.readFrom(in);
    double value = signed(VALUES[random.nextInt(VALUES.length)], random);
    switch (random.nextInt(6)) {
      case 0 -> {
        return sum.negated();
      }
      case 1 -> sum.add(value);
      case 2 -> sum.addProduct(value, VALUES[random.nextInt(VALUES.length)]);
      case 3 -> sum.add(Math.ulp(sum.toDouble()) * random.nextGaussian());
      case 4 -> {
        sum.clear();
        sum.addProduct(value, VALUES[random.nextInt(VALUES.length)]);
      }
      default -> {
        for (int doubling = random.nextInt(60); doubling >= 0; doubling--) {
          if (sum.nonFinite() < 1L << 60) {
            sum.add(sum);
          }
        }
      }
    }
    return sum;
  }

  private static SerialReader reader(byte[] field) {
    SerialWriter out = new SerialWriter(0, 0);
    for (byte b : field) {
      out.writeByte(b);
    }
    return new SerialReader(out.toByteArray(), "field", 0, 0);
  }
}
