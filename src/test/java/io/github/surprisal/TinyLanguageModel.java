/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.surprisal.text.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;

/** The text and the vocabulary beside the ONNX model, with the windows that were run over it. */
public record TinyLanguageModel(JsonNode pride, List<byte[]> vocabulary) {
  private static final Path FOLDER = Path.of("src/test/resources/conformance/model");

  public static TinyLanguageModel read() throws IOException {
    JsonNode pride = new ObjectMapper().readTree(FOLDER.resolve("pride.json").toFile());
    List<String> lines = Files.readAllLines(FOLDER.resolve("vocab.tsv"));
    return new TinyLanguageModel(
        pride,
        lines.stream().map(line -> HexFormat.of().parseHex(line.split("\t", -1)[2])).toList());
  }

  /** The raw bytes of each token. */
  public byte[][] bytesOfTokens() {
    return vocabulary.stream().map(byte[]::clone).toArray(byte[][]::new);
  }

  /** The start token, and the tokens of the text. */
  public IntTensor ids() {
    return IntTensor.of(ints(pride.get("ids")));
  }

  /** The tokens of the text. */
  public IntTensor textIds() {
    return ids().slice(1, (int) ids().size());
  }

  public String text() {
    return pride.get("text").textValue();
  }

  /** A matrix by its name, such as {@code batch.targets}. */
  public IntTensor matrix(String object, String name) {
    return IntTensor.of(
        StreamSupport.stream(pride.get(object).get(name).spliterator(), false)
            .map(TinyLanguageModel::ints)
            .toArray(int[][]::new));
  }

  public List<Window> windows() {
    return StreamSupport.stream(pride.get("windows").spliterator(), false)
        .map(TinyLanguageModel::window)
        .toList();
  }

  public Window lastWindowPulledBack() {
    return window(pride.get("lastWindowPulledBack"));
  }

  private static Window window(JsonNode bounds) {
    int[] ints = ints(bounds);
    return new Window(ints[0], ints[1], ints[2], ints[1], OptionalInt.empty());
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }
}
