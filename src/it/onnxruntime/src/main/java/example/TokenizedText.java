/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.surprisal.IntTensor;
import io.github.surprisal.TokenBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * A text, its tokens, and the bytes of each token of the vocabulary: what a tokenizer would give.
 *
 * @param ids a start token, which is not of the text, and the tokens of the text
 */
record TokenizedText(String text, IntTensor ids, TokenBytes vocabulary) {

  /** Reads {@code pride.json} and {@code vocab.tsv}, whose third column is the bytes in hex. */
  static TokenizedText read(Path folder) throws IOException {
    JsonNode pride = new ObjectMapper().readTree(folder.resolve("pride.json").toFile());
    int[] ids = new ObjectMapper().treeToValue(pride.get("ids"), int[].class);
    byte[][] vocabulary =
        Files.readAllLines(folder.resolve("vocab.tsv")).stream()
            .map(line -> HexFormat.of().parseHex(line.split("\t", -1)[2]))
            .toArray(byte[][]::new);
    return new TokenizedText(
        pride.get("text").asText(), IntTensor.of(ids), TokenBytes.of(vocabulary));
  }

  IntTensor textIds() {
    return ids.slice(1, (int) ids.size());
  }
}
