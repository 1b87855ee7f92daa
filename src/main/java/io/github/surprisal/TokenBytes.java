/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.format.HexText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The bytes of text that each token of a vocabulary stands for: what bits per byte divides by.
 *
 * <p>The vocabulary must be given in <strong>raw bytes</strong>. A token may hold part of a
 * character, so decoding it alone gives U+FFFD, of 3 bytes whatever was there; and the texts in a
 * tokenizer's file are often written in a code of their own, with ▁ or Ġ for a space and {@code
 * <0x0A>} for a byte. {@link #audit(IntTensor, String)} finds such slips: run it once for each
 * tokenizer and text.
 *
 * <pre>{@code
 * TokenBytes vocabulary = TokenBytes.of(bytesOfEachToken);
 * ByteAudit audit = vocabulary.audit(tokens, text);
 * if (!audit.matches()) {
 *   throw new IllegalStateException(audit.toString());
 * }
 * accumulator.add(logits, targets, vocabulary);
 * }</pre>
 */
public final class TokenBytes {
  /**
   * The largest count of bytes that is taken from a caller as a number: no tokenizer in use has a
   * longer token, and most token ids are larger, so that the two are told apart if they are
   * swapped. A vocabulary may have tokens of any length.
   */
  public static final int MAX_BYTE_COUNT = 512;

  /** What stands for an id without a token; an empty token is another array. */
  private static final byte[] HOLE = {};

  private final byte[][] vocabulary;

  private TokenBytes(byte[][] vocabulary) {
    this.vocabulary = vocabulary;
  }

  /**
   * Takes a copy of a vocabulary.
   *
   * <p>Some vocabularies have holes: ids below the largest one that no token has. Their entries are
   * null. A hole counts no bytes, and where it occurs among tokens or targets, an exception names
   * it, since no tokenizer gives it.
   *
   * @param vocabulary the raw bytes of each token, by token id; none for special tokens, which
   *     stand for no text, and null for a hole
   * @return the token bytes
   */
  public static TokenBytes of(byte[][] vocabulary) {
    return new TokenBytes(
        Arrays.stream(vocabulary)
            .map(bytes -> bytes == null ? HOLE : bytes.clone())
            .toArray(byte[][]::new));
  }

  /**
   * The number of ids in the vocabulary, holes included.
   *
   * @return the size of the vocabulary
   */
  public int size() {
    return vocabulary.length;
  }

  /**
   * The number of bytes of one token.
   *
   * @param token the token
   * @return its bytes, 0 or more; 0 for a hole
   * @throws IllegalArgumentException if the vocabulary has no such token
   */
  public int length(int token) {
    if (token < 0 || token >= vocabulary.length) {
      throw new IllegalArgumentException(
          "token is " + token + ", expected 0 <= token < " + vocabulary.length);
    }
    return vocabulary[token].length;
  }

  /**
   * {@link #lengths(IntTensor, int)} with the ignore index {@value
   * CrossEntropyOptions#DEFAULT_IGNORE_INDEX}.
   *
   * @param targets the targets, of any shape
   * @return the number of bytes of each target, of the same shape
   * @throws IllegalArgumentException if a target is neither in the vocabulary nor ignored, or a
   *     hole
   */
  public IntTensor lengths(IntTensor targets) {
    return lengths(targets, CrossEntropyOptions.DEFAULT_IGNORE_INDEX);
  }

  /**
   * The number of bytes of each target. {@link Metrics#evaluate(FloatTensor, IntTensor, TokenBytes,
   * CrossEntropyOptions)} and {@link LossAccumulator#add(FloatTensor, IntTensor, TokenBytes)} take
   * the vocabulary itself.
   *
   * @param targets the targets, of any shape
   * @param ignoreIndex the target that is not scored and has 0 bytes
   * @return the number of bytes of each target, of the same shape
   * @throws IllegalArgumentException if a target is neither in the vocabulary nor ignored, or a
   *     hole; the message names its index and value
   */
  public IntTensor lengths(IntTensor targets, int ignoreIndex) {
    int[] lengths = targets.toArray();
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] == ignoreIndex) {
        lengths[i] = 0;
      } else {
        requireToken("target", targets, i, " or the ignore index " + ignoreIndex);
        lengths[i] = vocabulary[lengths[i]].length;
      }
    }
    return IntTensor.wrap(lengths, targets.shape().toArray());
  }

  /** The number of bytes of one target that is scored. */
  int lengthOfTarget(int target) {
    if (!isToken(target)) {
      throw new IllegalArgumentException("target is " + target + expected("target", target));
    }
    return vocabulary[target].length;
  }

  private void requireToken(String name, IntTensor tensor, long flat, String orElse) {
    int token = tensor.at(flat);
    if (!isToken(token)) {
      throw new IllegalArgumentException(
          name
              + " at index "
              + LogitArguments.indexAt(tensor.shape(), flat)
              + " is "
              + token
              + expected(name, token)
              + orElse);
    }
  }

  private boolean isToken(int id) {
    return id >= 0 && id < vocabulary.length && vocabulary[id] != HOLE;
  }

  private String expected(String name, int id) {
    return id >= 0 && id < vocabulary.length
        ? ", a hole of the vocabulary (its bytes are null), expected a token"
        : ", expected 0 <= " + name + " < " + vocabulary.length;
  }

  /** Checks byte counts that a caller gives for targets. */
  static void checkCounts(IntTensor tokenBytes, IntTensor targets) {
    if (!tokenBytes.shape().equals(targets.shape())) {
      throw new IllegalArgumentException(
          "tokenBytes have shape "
              + tokenBytes.shape()
              + ", expected the shape of the targets, "
              + targets.shape());
    }
    for (long row = 0; row < tokenBytes.size(); row++) {
      int count = tokenBytes.at(row);
      if (count < 0 || count > MAX_BYTE_COUNT) {
        String index = LogitArguments.indexAt(targets.shape(), row);
        throw outOfRange("tokenBytes at index " + index, count);
      }
    }
  }

  /** Checks a byte count that a caller gives for a target. */
  static void checkCount(String name, int count) {
    if (count < 0 || count > MAX_BYTE_COUNT) {
      throw outOfRange(name, count);
    }
  }

  /** A copy of byte counts that a caller gives for tokens, checked. */
  static int[] checkedCounts(String name, int[] counts) {
    int[] copy = counts.clone();
    for (int i = 0; i < copy.length; i++) {
      if (copy[i] < 0 || copy[i] > MAX_BYTE_COUNT) {
        throw outOfRange(name + " at index " + i, copy[i]);
      }
    }
    return copy;
  }

  private static IllegalArgumentException outOfRange(String name, int count) {
    return new IllegalArgumentException(
        name
            + " is "
            + count
            + ", expected 0 to "
            + MAX_BYTE_COUNT
            + ": are targets and byte counts swapped? For longer tokens, give their TokenBytes");
  }

  /**
   * Compares the bytes of some tokens with the text that they are of, in UTF-8.
   *
   * @param tokens the tokens of the text, of any shape, in row-major order
   * @param text the text
   * @return whether they match, and if not, where and why
   * @throws IllegalArgumentException if a token is not in the vocabulary or a hole, or the text has
   *     an unpaired surrogate: such a string has no UTF-8 form (Java would quietly write {@code
   *     ?}), so no byte count could be right
   */
  public ByteAudit audit(IntTensor tokens, String text) {
    return audit(tokens, utf8(text));
  }

  /**
   * Compares the bytes of some tokens with the bytes of the text that they are of.
   *
   * @param tokens the tokens of the text, of any shape, in row-major order
   * @param text the bytes of the text
   * @return whether they match, and if not, where and why
   * @throws IllegalArgumentException if a token is not in the vocabulary or a hole
   */
  public ByteAudit audit(IntTensor tokens, byte[] text) {
    long tokenBytes = 0;
    long zeroByteTokens = 0;
    long parted = -1;
    int position = 0;
    for (long i = 0; i < tokens.size(); i++) {
      requireToken("token", tokens, i, "");
      byte[] bytes = vocabulary[tokens.at(i)];
      tokenBytes += bytes.length;
      zeroByteTokens += bytes.length == 0 ? 1 : 0;
      if (parted < 0 && ByteMismatches.startsWith(text, position, bytes)) {
        position += bytes.length;
      } else if (parted < 0) {
        parted = i;
      }
    }
    if (parted < 0 && position < text.length) {
      parted = tokens.size();
    }
    return ByteAudit.of(
        tokens.size(),
        zeroByteTokens,
        tokenBytes,
        text.length,
        parted < 0 ? Optional.empty() : Optional.of(mismatch(tokens, parted, text, position)));
  }

  private ByteAudit.Mismatch mismatch(IntTensor tokens, long index, byte[] text, int position) {
    boolean ended = index == tokens.size();
    byte[] bytes = ended ? new byte[0] : vocabulary[tokens.at(index)];
    boolean afterZeroBytes = index > 0 && vocabulary[tokens.at(index - 1)].length == 0;
    int shown = ended ? ByteAudit.Mismatch.BYTES_AFTER_TOKENS : bytes.length;
    return ByteAudit.Mismatch.of(
        index,
        ended ? OptionalInt.empty() : OptionalInt.of(tokens.at(index)),
        position,
        HexText.of(bytes),
        HexText.of(
            Arrays.copyOfRange(text, position, position + Math.min(shown, text.length - position))),
        ended
            ? ByteAudit.Cause.TOKENS_END
            : ByteMismatches.cause(bytes, text, position, afterZeroBytes));
  }

  private static byte[] utf8(String text) {
    int i = 0;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      if (Character.getType(codePoint) == Character.SURROGATE) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "text has the unpaired surrogate U+%X at index %d, expected text with a UTF-8 form",
                codePoint,
                i));
      }
      i += Character.charCount(codePoint);
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
