/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Logits of a real (tiny) language model, its targets, and what a float64 reference gives. */
record RealModel(
    FloatTensor logits,
    IntTensor targets,
    IntTensor maskedTargets,
    IntTensor tokenBytes,
    JsonNode expected) {
  private static final Path FOLDER = Path.of("src/test/resources/conformance/real");
  private static final Pattern SHAPE = Pattern.compile("'shape': \\(([0-9, ]*)\\)");

  static RealModel read(String name) throws IOException {
    return new RealModel(
        floats(FOLDER.resolve(name + "_logits.npy")),
        integers(FOLDER.resolve(name + "_targets.npy")),
        integers(FOLDER.resolve(name + "_targets_masked.npy")),
        integers(FOLDER.resolve(name + "_token_bytes.npy")),
        new ObjectMapper().readTree(FOLDER.resolve(name + "_expected.json").toFile()));
  }

  private static FloatTensor floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int[] shape = skipHeader(bytes);
    return FloatTensor.wrap(bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(), shape);
  }

  private static IntTensor integers(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int[] shape = skipHeader(bytes);
    long[] values = new long[JsonTensors.size(shape)];
    bytes.asLongBuffer().get(values);
    return IntTensor.copyOf(values, shape);
  }

  private static int[] skipHeader(ByteBuffer bytes) {
    int length = Short.toUnsignedInt(bytes.getShort(8));
    byte[] header = new byte[length];
    bytes.position(10).get(header);
    Matcher matcher = SHAPE.matcher(new String(header, StandardCharsets.ISO_8859_1));
    if (!matcher.find()) {
      throw new IllegalStateException("no shape in the header");
    }
    return Pattern.compile(",")
        .splitAsStream(matcher.group(1).replace(" ", ""))
        .filter(axis -> !axis.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
