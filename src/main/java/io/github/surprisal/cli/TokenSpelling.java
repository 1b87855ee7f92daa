/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * How a tokenizer's file writes the bytes of a token as text.
 *
 * @param isByteLevel whether each character stands for a byte, as in GPT-2's
 * @param hasByteNames whether {@code <0x0A>} is a byte
 * @param endOfWord what stands at the end of a token for the space after a word; empty if nothing
 *     does
 * @param changes what makes text of the text in the file, one after the other
 */
record TokenSpelling(
    boolean isByteLevel,
    boolean hasByteNames,
    String endOfWord,
    List<UnaryOperator<String>> changes) {

  /** What SentencePiece writes for a space. */
  static final String SPACE_MARK = "\u2581";

  private static final String END_OF_WORD = "</w>";

  private static final Pattern BYTE_NAME = Pattern.compile("<0x([0-9A-Fa-f]{2})>");

  private static final int HEX = 16;

  /** Whether each byte has a token, so that no text needs an unknown one. */
  boolean writesAllText() {
    return isByteLevel || hasByteNames;
  }

  /** Returns the bytes of a token of the model. */
  byte[] bytes(String token) {
    if (hasByteNames && BYTE_NAME.matcher(token).matches()) {
      return new byte[] {(byte) Integer.parseInt(token.substring(3, 5), HEX)};
    }
    if (endOfWord.isEmpty() || !token.endsWith(endOfWord)) {
      return bytesOfPart(token);
    }
    byte[] word = bytesOfPart(token.substring(0, token.length() - endOfWord.length()));
    byte[] withSpace = Arrays.copyOf(word, word.length + 1);
    withSpace[word.length] = ' ';
    return withSpace;
  }

  /** Returns the bytes of a token that was added to those of the model, and is found as it is. */
  byte[] bytesOfAdded(String token) {
    return isByteLevel ? token.getBytes(StandardCharsets.UTF_8) : bytes(token);
  }

  private byte[] bytesOfPart(String part) {
    String text = part;
    for (UnaryOperator<String> change : changes) {
      text = change.apply(text);
    }
    Optional<byte[]> bytes = isByteLevel ? ByteLevelAlphabet.bytes(text) : Optional.<byte[]>empty();
    return bytes.isPresent() ? bytes.get() : text.getBytes(StandardCharsets.UTF_8);
  }

  /** Tells the spelling by the tokens themselves, where they leave no doubt. */
  static Optional<TokenSpelling> of(Set<String> tokens) {
    if (tokens.containsAll(ByteLevelAlphabet.characters())) {
      boolean marksEnds =
          ByteLevelAlphabet.characters().stream().allMatch(c -> tokens.contains(c + END_OF_WORD));
      return Optional.of(new TokenSpelling(true, false, marksEnds ? END_OF_WORD : "", List.of()));
    }
    return tokens.contains(SPACE_MARK)
        ? Optional.of(
            new TokenSpelling(false, hasAllBytes(tokens), "", List.of(spaceFor(SPACE_MARK))))
        : Optional.empty();
  }

  private static boolean hasAllBytes(Set<String> tokens) {
    return tokens.stream().filter(token -> BYTE_NAME.matcher(token).matches()).count() >= 256;
  }

  /** A change that puts a space for a mark. */
  static UnaryOperator<String> spaceFor(String mark) {
    return text -> text.replace(mark, " ");
  }
}
