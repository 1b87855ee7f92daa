/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.text;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.IntTensor;
import java.util.OptionalInt;

/**
 * One run of a model over a stretch of a token sequence, and the part of it that is scored.
 *
 * <p>Positions count the tokens of the sequence from 0, and a prefix token in front of them is at
 * position −1. Position {@code k} predicts token {@code k + 1}. The model is fed the positions
 * {@code begin} to {@code end - 1}, so that row {@code k - begin} of its logits belongs to position
 * {@code k}; of these the positions {@code scoredBegin} to {@code scoredEnd - 1} are new, and all
 * others are context or scored in another window, and so ignored.
 *
 * <p>{@link WindowPlan} makes them.
 *
 * @param begin the first position fed; −1 for a prefix token in front of the sequence
 * @param end the position after the last one fed
 * @param scoredBegin the first position scored
 * @param scoredEnd the position after the last one scored; {@code scoredBegin} for none
 * @param prefixToken what is fed at {@code begin}, in place of the token there, if anything
 */
public record Window(int begin, int end, int scoredBegin, int scoredEnd, OptionalInt prefixToken) {

  /**
   * Checks the bounds.
   *
   * @param begin the first position fed; −1 for a prefix token in front of the sequence
   * @param end the position after the last one fed
   * @param scoredBegin the first position scored
   * @param scoredEnd the position after the last one scored; {@code scoredBegin} for none
   * @param prefixToken what is fed at {@code begin}, in place of the token there, if anything
   * @throws IllegalArgumentException unless {@code -1 <= begin <= scoredBegin <= scoredEnd <= end}
   *     and {@code begin < end}, or if {@code begin} is −1 without a prefix token
   */
  public Window {
    int least = prefixToken.isPresent() ? -1 : 0;
    if (begin < least) {
      throw new IllegalArgumentException("begin is " + begin + ", expected " + least + " or more");
    }
    if (end <= begin) {
      throw new IllegalArgumentException("end is " + end + ", expected more than begin, " + begin);
    }
    if (scoredBegin < begin || scoredEnd < scoredBegin || end < scoredEnd) {
      throw new IllegalArgumentException(
          "scored positions are ["
              + scoredBegin
              + ", "
              + scoredEnd
              + "), expected them inside the window ["
              + begin
              + ", "
              + end
              + ")");
    }
  }

  /**
   * The number of positions fed, the prefix token included.
   *
   * @return {@code end - begin}, 1 or more
   */
  public int length() {
    return end - begin;
  }

  /**
   * The number of positions scored.
   *
   * @return {@code scoredEnd - scoredBegin}
   */
  public int scoredTokens() {
    return scoredEnd - scoredBegin;
  }

  /**
   * What to feed the model: the prefix token, if there is one, and the tokens of the window.
   *
   * @param tokens the whole sequence, of shape {@code (seq)}
   * @return the input, of shape {@code (length())}
   * @throws IllegalArgumentException if the tokens have another rank or end before the window
   */
  public IntTensor inputIds(IntTensor tokens) {
    int[] row = new int[length()];
    writeInputIds(tokens, row, 0);
    return IntTensor.wrap(row, row.length);
  }

  /**
   * {@link #targets(IntTensor, CrossEntropyOptions)} with the default options.
   *
   * @param tokens the whole sequence, of shape {@code (seq)}
   * @return the targets, of shape {@code (length())}
   * @throws IllegalArgumentException if the tokens have another rank or end before the window
   */
  public IntTensor targets(IntTensor tokens) {
    return targets(tokens, CrossEntropyOptions.defaults());
  }

  /**
   * The targets aligned with the model's logits: the next token at each scored position, the ignore
   * index at every other.
   *
   * @param tokens the whole sequence, of shape {@code (seq)}
   * @param options the ignore index, which marks a position as not to be scored
   * @return the targets, of shape {@code (length())}
   * @throws IllegalArgumentException if the tokens have another rank or end before the window
   */
  public IntTensor targets(IntTensor tokens, CrossEntropyOptions options) {
    int[] row = new int[length()];
    writeTargets(tokens, options.ignoreIndex(), row, 0);
    return IntTensor.wrap(row, row.length);
  }

  /** Writes the input from an index of an array on. */
  void writeInputIds(IntTensor tokens, int[] row, int from) {
    requireSequence(tokens);
    for (int position = begin; position < end; position++) {
      boolean prefix = position == begin && prefixToken.isPresent();
      row[from + position - begin] = prefix ? prefixToken.getAsInt() : tokens.get(position);
    }
  }

  /** Writes the targets from an index of an array on. */
  void writeTargets(IntTensor tokens, int ignoreIndex, int[] row, int from) {
    requireSequence(tokens);
    for (int position = begin; position < end; position++) {
      boolean scored = scoredBegin <= position && position < scoredEnd;
      row[from + position - begin] = scored ? tokens.get(position + 1) : ignoreIndex;
    }
  }

  private void requireSequence(IntTensor tokens) {
    requireOneAxis(tokens);
    // A scored position needs the token after it.
    int needed = scoredEnd > scoredBegin ? Math.max(end, scoredEnd + 1) : end;
    if (tokens.size() < needed) {
      throw new IllegalArgumentException(
          "tokens have shape " + tokens.shape() + ", expected at least " + needed + " for " + this);
    }
  }

  static void requireOneAxis(IntTensor tokens) {
    if (tokens.rank() != 1) {
      throw new IllegalArgumentException(
          "tokens have shape " + tokens.shape() + ", expected one axis, the sequence");
    }
  }
}
