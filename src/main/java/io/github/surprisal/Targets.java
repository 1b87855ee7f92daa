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
 * the same shape. Positions that are not to be scored hold the ignore index, which is {@value
 * CrossEntropyOptions#DEFAULT_IGNORE_INDEX} unless options choose another one: give the same
 * options as to the loss; only their ignore index counts here.
 *
 * <pre>{@code
 * IntTensor tokens = IntTensor.of(0, 464, 3797, 3332); // 0 is padding
 * IntTensor next = Targets.nextToken(tokens);
 * System.out.println(next); // IntTensor(4)[464, 3797, 3332, -100]
 * System.out.println(Targets.ignorePrompt(next, 2)); // IntTensor(4)[-100, 3797, 3332, -100]
 * System.out.println(Targets.ignorePadding(tokens, 0)); // IntTensor(4)[-100, 464, 3797, 3332]
 * }</pre>
 */
public final class Targets {
  private static final String IGNORE_INDEX_HINT =
      "; another ignore index goes into CrossEntropyOptions";

  private Targets() {}

  /**
   * {@link #nextToken(IntTensor, CrossEntropyOptions)} with the default options.
   *
   * @param tokens the tokens, of shape {@code (…, seq)}
   * @return the targets, of the same shape
   * @throws IllegalArgumentException if the tokens are a scalar
   */
  public static IntTensor nextToken(IntTensor tokens) {
    return nextToken(tokens, CrossEntropyOptions.defaults());
  }

  /**
   * Returns next-token targets: position {@code t} predicts token {@code t + 1}, and the last
   * position, which has nothing to predict, is ignored.
   *
   * <pre>{@code
   * System.out.println(Targets.nextToken(IntTensor.of(11, 12, 13))); // IntTensor(3)[12, 13, -100]
   * }</pre>
   *
   * @param tokens the tokens, of shape {@code (…, seq)}
   * @param options the ignore index
   * @return the targets, of the same shape
   * @throws IllegalArgumentException if the tokens are a scalar
   */
  public static IntTensor nextToken(IntTensor tokens, CrossEntropyOptions options) {
    int seq = sequenceLength("tokens", tokens);
    int[] source = tokens.toArray();
    int[] targets = new int[source.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = (i + 1) % seq == 0 ? options.ignoreIndex() : source[i + 1];
    }
    return IntTensor.wrap(targets, tokens.shape().toArray());
  }

  /**
   * {@link #ignorePadding(IntTensor, int, CrossEntropyOptions)} with the default options.
   *
   * @param targets the targets, of any shape
   * @param padId the padding token
   * @return the targets with the ignore index where they were {@code padId}
   */
  public static IntTensor ignorePadding(IntTensor targets, int padId) {
    return ignorePadding(targets, padId, CrossEntropyOptions.defaults());
  }

  /**
   * Returns the targets with every padding token ignored. Where the padding token is also one of
   * the text, such as an end-of-text token, take {@link #mask(IntTensor, IntTensor)}.
   *
   * <pre>{@code
   * IntTensor targets = IntTensor.of(464, 3797, 0);
   * CrossEntropyOptions options = CrossEntropyOptions.defaults().ignoreIndex(-1);
   * System.out.println(Targets.ignorePadding(targets, 0, options)); // IntTensor(3)[464, 3797, -1]
   * }</pre>
   *
   * @param targets the targets, of any shape
   * @param padId the padding token
   * @param options the ignore index
   * @return the targets with the ignore index where they were {@code padId}
   */
  public static IntTensor ignorePadding(IntTensor targets, int padId, CrossEntropyOptions options) {
    int[] masked = targets.toArray();
    for (int i = 0; i < masked.length; i++) {
      if (masked[i] == padId) {
        masked[i] = options.ignoreIndex();
      }
    }
    return IntTensor.wrap(masked, targets.shape().toArray());
  }

  /**
   * {@link #ignorePrompt(IntTensor, int[], CrossEntropyOptions)} with the default options.
   *
   * @param targets next-token targets as {@link #nextToken(IntTensor)} gives, of shape {@code (…,
   *     seq)}
   * @param promptLengths the number of prompt tokens: one for all sequences, or one for each
   * @return the targets with the ignore index in place of the prompt
   * @throws IllegalArgumentException if the targets are a scalar, there is neither one length nor
   *     one for each sequence, or a length is outside [0, seq]
   */
  public static IntTensor ignorePrompt(IntTensor targets, int... promptLengths) {
    return ignorePrompt(targets, promptLengths, CrossEntropyOptions.defaults());
  }

  /**
   * Returns next-token targets with the prompt ignored, so that only the completion is scored. A
   * prompt of {@code p} tokens takes away the positions 0 to {@code p - 2}, which predict tokens of
   * the prompt; position {@code p - 1} predicts the first token of the completion and stays.
   *
   * <pre>{@code
   * IntTensor next = Targets.nextToken(IntTensor.of(1, 2, 3, 44, 55)); // a prompt of three tokens
   * System.out.println(Targets.ignorePrompt(next, 3)); // IntTensor(5)[-100, -100, 44, 55, -100]
   * }</pre>
   *
   * @param targets next-token targets as {@link #nextToken(IntTensor)} gives, of shape {@code (…,
   *     seq)}
   * @param promptLengths the number of prompt tokens: one for all sequences, or one for each
   * @param options the ignore index
   * @return the targets with the ignore index in place of the prompt
   * @throws IllegalArgumentException if the targets are a scalar, there is neither one length nor
   *     one for each sequence, or a length is outside [0, seq]
   */
  public static IntTensor ignorePrompt(
      IntTensor targets, int[] promptLengths, CrossEntropyOptions options) {
    int seq = sequenceLength("targets", targets);
    checkPromptLengths(targets.shape(), seq, promptLengths);
    int[] masked = targets.toArray();
    for (int i = 0; i < masked.length; i++) {
      int prompt = promptLengths[promptLengths.length == 1 ? 0 : i / seq];
      if (i % seq < prompt - 1) {
        masked[i] = options.ignoreIndex();
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
              + sequences
              + IGNORE_INDEX_HINT);
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
                + targets
                + (promptLengths[i] < 0 ? IGNORE_INDEX_HINT : ""));
      }
    }
  }

  /**
   * {@link #mask(IntTensor, IntTensor, CrossEntropyOptions)} with the default options.
   *
   * @param targets targets, or tokens before {@link #nextToken(IntTensor)}, of any shape
   * @param attentionMask 1 to keep and 0 to ignore, of the same shape
   * @return the targets with the ignore index where the mask is 0
   * @throws IllegalArgumentException if the shapes differ or the mask holds anything but 0 and 1
   */
  public static IntTensor mask(IntTensor targets, IntTensor attentionMask) {
    return mask(targets, attentionMask, CrossEntropyOptions.defaults());
  }

  /**
   * Returns the targets with the ignore index wherever a mask is 0.
   *
   * <p>The attention mask of a tokenizer tells which <em>tokens</em> are real. So mask the tokens,
   * then shift them; a mask that is aligned with targets already is applied to these.
   *
   * <pre>{@code
   * IntTensor tokens = IntTensor.of(464, 3797, 50256, 50256); // end of text, then padding
   * IntTensor attentionMask = IntTensor.of(1, 1, 1, 0);
   * IntTensor targets = Targets.nextToken(Targets.mask(tokens, attentionMask));
   * System.out.println(targets); // IntTensor(4)[3797, 50256, -100, -100]
   * }</pre>
   *
   * @param targets targets, or tokens before {@link #nextToken(IntTensor)}, of any shape
   * @param attentionMask 1 to keep and 0 to ignore, of the same shape
   * @param options the ignore index
   * @return the targets with the ignore index where the mask is 0
   * @throws IllegalArgumentException if the shapes differ or the mask holds anything but 0 and 1
   */
  public static IntTensor mask(
      IntTensor targets, IntTensor attentionMask, CrossEntropyOptions options) {
    Shape shape = targets.shape();
    if (!attentionMask.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "attentionMask has shape "
              + attentionMask.shape()
              + ", expected "
              + shape
              + ", the shape of the targets");
    }
    int[] masked = targets.toArray();
    for (int i = 0; i < masked.length; i++) {
      int keep = attentionMask.at(i);
      if (keep != 0 && keep != 1) {
        throw new IllegalArgumentException(
            "attentionMask at index "
                + LogitArguments.indexAt(shape, i)
                + " is "
                + keep
                + ", expected 0 or 1; the targets come first, then the mask");
      }
      masked[i] = keep == 1 ? masked[i] : options.ignoreIndex();
    }
    return IntTensor.wrap(masked, shape.toArray());
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
