/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/**
 * Makes targets from tokens: what each position of a sequence has to predict, and which positions
 * are not to be scored.
 *
 * <p>The sequence is the last axis, as in {@code (batch, seq)}; a single sequence {@code (seq)} and
 * more leading axes work the same. Nothing is changed in place: each method returns a new tensor of
 * the same shape. Positions that are not to be scored hold the ignore index, by default {@value
 * CrossEntropyOptions#DEFAULT_IGNORE_INDEX}.
 */
public final class Targets {
  private Targets() {}

  /**
   * Returns next-token targets: position {@code t} predicts token {@code t + 1}, and the last
   * position, which has nothing to predict, is ignored.
   *
   * <pre>{@code
   * Targets.nextToken(IntTensor.of(11, 12, 13)); // 12, 13, -100
   * }</pre>
   *
   * @param tokens the tokens, of shape {@code (…, seq)}
   * @return the targets, of the same shape
   * @throws IllegalArgumentException if the tokens are a scalar
   */
  public static IntTensor nextToken(IntTensor tokens) {
    return nextToken(tokens, CrossEntropyOptions.DEFAULT_IGNORE_INDEX);
  }

  /**
   * Returns next-token targets with another ignore index at the last position.
   *
   * <pre>{@code
   * Targets.nextToken(IntTensor.of(11, 12, 13), -1); // 12, 13, -1
   * }</pre>
   *
   * @param tokens the tokens, of shape {@code (…, seq)}
   * @param ignoreIndex what marks a position as not to be scored
   * @return the targets, of the same shape
   * @throws IllegalArgumentException if the tokens are a scalar
   */
  public static IntTensor nextToken(IntTensor tokens, int ignoreIndex) {
    int seq = sequenceLength("tokens", tokens);
    int[] source = tokens.toArray();
    int[] targets = new int[source.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = (i + 1) % seq == 0 ? ignoreIndex : source[i + 1];
    }
    return IntTensor.wrap(targets, tokens.shape().toArray());
  }

  /**
   * Returns the targets with every padding token ignored.
   *
   * <pre>{@code
   * Targets.ignorePadding(IntTensor.of(0, 0, 464, 3797, 3332, 0, 0), 0);
   * // -100, -100, 464, 3797, 3332, -100, -100
   * }</pre>
   *
   * @param targets the targets, of any shape
   * @param padId the padding token
   * @return the targets with the ignore index where they were {@code padId}
   */
  public static IntTensor ignorePadding(IntTensor targets, int padId) {
    return ignorePadding(targets, padId, CrossEntropyOptions.DEFAULT_IGNORE_INDEX);
  }

  /**
   * Returns the targets with another ignore index in place of every padding token.
   *
   * <pre>{@code
   * Targets.ignorePadding(IntTensor.of(464, 3797, 0), 0, -1); // 464, 3797, -1
   * }</pre>
   *
   * @param targets the targets, of any shape
   * @param padId the padding token
   * @param ignoreIndex what marks a position as not to be scored
   * @return the targets with {@code ignoreIndex} where they were {@code padId}
   */
  public static IntTensor ignorePadding(IntTensor targets, int padId, int ignoreIndex) {
    int[] masked = targets.toArray();
    for (int i = 0; i < masked.length; i++) {
      if (masked[i] == padId) {
        masked[i] = ignoreIndex;
      }
    }
    return IntTensor.wrap(masked, targets.shape().toArray());
  }

  /**
   * Returns next-token targets with the prompt ignored, so that only the completion is scored. A
   * prompt of {@code p} tokens takes away the positions 0 to {@code p - 2}, which predict tokens of
   * the prompt; position {@code p - 1} predicts the first token of the completion and stays.
   *
   * <pre>{@code
   * IntTensor tokens = IntTensor.of(1, 2, 3, 44, 55); // a prompt of three tokens
   * Targets.ignorePrompt(Targets.nextToken(tokens), 3); // -100, -100, 44, 55, -100
   * }</pre>
   *
   * @param targets next-token targets as {@link #nextToken(IntTensor)} gives, of shape {@code (…,
   *     seq)}
   * @param promptLengths the number of prompt tokens: one for all sequences, or one for each
   * @return the targets with the ignore index in place of the prompt
   * @throws IllegalArgumentException if the targets are a scalar, there is neither one length nor
   *     one for each sequence, or a length is outside [0, seq]
   */
  public static IntTensor ignorePrompt(IntTensor targets, int... promptLengths) {
    return ignorePrompt(targets, promptLengths, CrossEntropyOptions.DEFAULT_IGNORE_INDEX);
  }

  /**
   * {@link #ignorePrompt(IntTensor, int...)} with another ignore index.
   *
   * @param targets next-token targets, of shape {@code (…, seq)}
   * @param promptLengths the number of prompt tokens: one for all sequences, or one for each
   * @param ignoreIndex what stands in place of the prompt
   * @return the targets with the ignore index in place of the prompt
   * @throws IllegalArgumentException if the targets are a scalar, there is neither one length nor
   *     one for each sequence, or a length is outside [0, seq]
   */
  public static IntTensor ignorePrompt(IntTensor targets, int[] promptLengths, int ignoreIndex) {
    int seq = sequenceLength("targets", targets);
    checkPromptLengths(targets.shape(), seq, promptLengths);
    int[] masked = targets.toArray();
    for (int i = 0; i < masked.length; i++) {
      int prompt = promptLengths[promptLengths.length == 1 ? 0 : i / seq];
      if (i % seq < prompt - 1) {
        masked[i] = ignoreIndex;
      }
    }
    return IntTensor.wrap(masked, targets.shape().toArray());
  }

  private static void checkPromptLengths(Shape targets, int seq, int[] promptLengths) {
    long sequences = sequences(targets);
    if (promptLengths.length != 1 && promptLengths.length != sequences) {
      throw new IllegalArgumentException(
          promptLengths.length
              + " promptLengths given for targets of shape "
              + targets
              + ", expected 1 or "
              + sequences);
    }
    for (int i = 0; i < promptLengths.length; i++) {
      if (promptLengths[i] < 0 || promptLengths[i] > seq) {
        throw new IllegalArgumentException(
            "promptLengths["
                + i
                + "] is "
                + promptLengths[i]
                + ", expected 0 to "
                + seq
                + " for targets of shape "
                + targets);
      }
    }
  }

  private static int sequenceLength(String name, IntTensor tensor) {
    if (tensor.rank() == 0) {
      throw new IllegalArgumentException(
          name + " have shape (), expected at least one axis, the sequence");
    }
    return tensor.shape().axis(-1);
  }

  private static long sequences(Shape shape) {
    int[] axes = shape.toArray();
    axes[axes.length - 1] = 1;
    return Shape.of(axes).size();
  }
}
