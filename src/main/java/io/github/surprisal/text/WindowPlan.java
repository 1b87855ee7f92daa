/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.text;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.LossAccumulator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * How token sequences longer than a model's context are cut into {@link Window}s; immutable, each
 * setter returns a new value.
 *
 * <p>{@link #sliding} and {@link #disjoint} score every token exactly once, with the most left
 * context that their windows give it: all except the first, or with a {@link #prefixToken(int)}
 * all. The others are what well-known tools do, by name, to compare with their numbers.
 *
 * <pre>{@code
 * IntTensor tokens = IntTensor.of(11, 12, 13, 14, 15, 16, 17);
 * LossAccumulator accumulator = new LossAccumulator();
 * for (WindowBatch batch : WindowPlan.sliding(4, 2).batches(tokens, 8, 0)) {
 *   System.out.println(batch.inputIds()); // IntTensor(2, 4)[[11, 12, 13, 14], [13, 14, 15, 16]]
 *   System.out.println(batch.targets()); // IntTensor(2, 4)[[12, 13, 14, 15], [-100, -100, 16, 17]]
 *   float[] logits = new float[2 * 4 * 50]; // here a model would write, from batch.inputIds()
 *   accumulator.add(FloatTensor.wrap(logits, 2, 4, 50), batch.targets());
 * }
 * System.out.println(accumulator.report().scoredTokens()); // 6
 * }</pre>
 *
 * <p>A smaller stride gives more context and takes more time: with context {@code c} and stride
 * {@code s} the model reads each token {@code c / s} times, and every prediction after the first
 * window has at least {@code c - s} tokens before the one that it is made from.
 */
public final class WindowPlan {

  /** Which positions of a window are scored. */
  private enum Scoring {
    /** All that no earlier window has scored. */
    NEW,
    /** Those whose target is inside the window and in no earlier one. */
    NEW_WITH_TARGET_INSIDE,
    /** Those of a whole window whose target is inside it. */
    TARGET_INSIDE,
    /** Those of the second half of a whole window whose target is inside it. */
    SECOND_HALF
  }

  private final int context;
  private final int stride;
  private final OptionalInt prefixToken;
  private final boolean prefixEveryWindow;
  private final boolean fullLastWindow;
  private final Scoring scoring;

  private WindowPlan(
      int context,
      int stride,
      OptionalInt prefixToken,
      boolean prefixEveryWindow,
      boolean fullLastWindow,
      Scoring scoring) {
    this.context = context;
    this.stride = stride;
    this.prefixToken = prefixToken;
    this.prefixEveryWindow = prefixEveryWindow;
    this.fullLastWindow = fullLastWindow;
    this.scoring = scoring;
  }

  private static WindowPlan of(String contextName, int context, int stride, Scoring scoring) {
    requireAtLeast(contextName, context, 1);
    if (stride < 1 || stride > context) {
      throw new IllegalArgumentException(
          "stride is " + stride + ", expected 1 to " + context + ", or tokens would go unscored");
    }
    return new WindowPlan(context, stride, OptionalInt.empty(), false, false, scoring);
  }

  private static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + " is " + value + ", expected " + least + " or more");
    }
  }

  /**
   * Windows that begin at every multiple of the stride and hold {@code context} positions each, the
   * last one fewer. A position is scored in the first window that holds it, where it has the most
   * left context; the last token predicts nothing and is not fed.
   *
   * @param context the most positions that are fed at once, 1 or more
   * @param stride the distance between the beginnings of windows, from 1 to {@code context}; half
   *     the context is usual
   * @return the plan
   * @throws IllegalArgumentException if context or stride is out of range
   */
  public static WindowPlan sliding(int context, int stride) {
    return of("context", context, stride, Scoring.NEW);
  }

  /**
   * Windows one after the other, without overlap: {@link #sliding} with a stride of the whole
   * context. The fastest plan, and the one with the least context.
   *
   * @param context the most positions that are fed at once, 1 or more
   * @return the plan
   * @throws IllegalArgumentException if the context is out of range
   */
  public static WindowPlan disjoint(int context) {
    return sliding(context, context);
  }

  /**
   * The windows of lm-evaluation-harness in {@code loglikelihood_rolling}, on which its word
   * perplexity and bits per byte rest: {@link #lmEvaluationHarness(int, int, int)} with a {@code
   * context_len} of 1, so windows without overlap, except the last.
   *
   * @param prefixToken what the first token is predicted from: the tokenizer's BOS, or else EOS
   * @param maxSeqLen {@code max_seq_len}, the most tokens fed at once, 1 or more
   * @return the plan
   * @throws IllegalArgumentException if {@code maxSeqLen} is out of range
   */
  public static WindowPlan lmEvaluationHarness(int prefixToken, int maxSeqLen) {
    return lmEvaluationHarness(prefixToken, maxSeqLen, 1);
  }

  /**
   * The windows of lm-evaluation-harness's {@code get_rolling_token_windows}. The first one is the
   * prefix token and the tokens after it, all of them scored; every further one scores the next
   * {@code max_seq_len - context_len + 1} tokens, or what is left, and reaches back until it is
   * full. All tokens are scored, the first included.
   *
   * <p>The same as {@code sliding(maxSeqLen, maxSeqLen - contextLen + 1)} with {@link
   * #prefixToken(int)} and {@link #fullLastWindow(boolean)}.
   *
   * @param prefixToken what the first token is predicted from: the tokenizer's BOS, or else EOS
   * @param maxSeqLen {@code max_seq_len}, the most tokens fed at once, 1 or more
   * @param contextLen {@code context_len}, the least number of tokens that a scored one is
   *     predicted from, except in the first window; from 1 to {@code maxSeqLen}
   * @return the plan
   * @throws IllegalArgumentException if a length is out of range
   */
  public static WindowPlan lmEvaluationHarness(int prefixToken, int maxSeqLen, int contextLen) {
    requireAtLeast("maxSeqLen", maxSeqLen, 1);
    if (contextLen < 1 || contextLen > maxSeqLen) {
      throw new IllegalArgumentException(
          "contextLen is " + contextLen + ", expected 1 to " + maxSeqLen + ", maxSeqLen");
    }
    return sliding(maxSeqLen, maxSeqLen - contextLen + 1)
        .prefixToken(prefixToken)
        .fullLastWindow(true);
  }

  /**
   * The chunks of llama.cpp's {@code llama-perplexity}: the tokens fall into chunks of {@code
   * n_ctx} without overlap, tokens after the last full chunk are dropped, and of each chunk only
   * the tokens after index {@code n_ctx / 2} are scored, those from {@code n_ctx / 2 + 1} to {@code
   * n_ctx - 1}. So <strong>fewer than half of the tokens are scored</strong>, 255 of 512, each with
   * at least half a chunk of context.
   *
   * <p>The tool tokenizes with a BOS token in front if the model wants one, and then also feeds BOS
   * in place of the first token of every chunk: {@link #prefixToken(int)} does the latter. Like the
   * tool, {@link #windows} refuses fewer tokens than two chunks. (Its option {@code --ppl-stride}
   * is not reproduced.)
   *
   * @param nCtx {@code n_ctx}, the length of a chunk, 3 or more; the tool's default is 512
   * @return the plan
   * @throws IllegalArgumentException if {@code nCtx} is out of range
   */
  public static WindowPlan llamaCpp(int nCtx) {
    requireAtLeast("nCtx", nCtx, 3);
    return of("nCtx", nCtx, nCtx, Scoring.SECOND_HALF);
  }

  /**
   * The windows that GPTQ's evaluation uses, and with it most papers on quantised models: the
   * tokens fall into windows of {@code seqlen} without overlap, tokens after the last full window
   * are dropped, and <strong>the first token of every window goes unscored</strong>, since labels
   * are shifted inside a window. The usual length is 2048, of the whole test text as one sequence.
   *
   * <p>Like the tool, {@link #windows} finds nothing to score in fewer tokens than one window, and
   * refuses them.
   *
   * @param seqlen {@code seqlen}, the length of a window, 2 or more
   * @return the plan
   * @throws IllegalArgumentException if {@code seqlen} is out of range
   */
  public static WindowPlan gptq(int seqlen) {
    requireAtLeast("seqlen", seqlen, 2);
    return of("seqlen", seqlen, seqlen, Scoring.TARGET_INSIDE);
  }

  /**
   * The strided windows of Hugging Face's guide "Perplexity of fixed-length models". They begin
   * where {@link #sliding} has them, but the model shifts the labels inside a window: its last
   * position predicts nothing, and the token at the beginning of a window can't be scored in it.
   *
   * <p>So, with a stride below {@code max_length}, all tokens but the first are scored exactly
   * once. With a stride of {@code max_length} <strong>the first token of every window goes
   * unscored</strong>; that is also what labels equal to the input ids give on text cut into rows.
   *
   * @param maxLength {@code max_length}, the most tokens fed at once, 1 or more
   * @param stride the distance between the beginnings of windows, from 1 to {@code maxLength}
   * @return the plan
   * @throws IllegalArgumentException if length or stride is out of range
   */
  public static WindowPlan huggingFace(int maxLength, int stride) {
    return of("maxLength", maxLength, stride, Scoring.NEW_WITH_TARGET_INSIDE);
  }

  /**
   * Returns a plan with a prefix token, such as BOS, from which the first token of the sequence is
   * predicted, so that it is scored, too. It takes a place of the first window, at position −1, and
   * no token is fed before it; further windows have none. In {@link #llamaCpp} and {@link #gptq} it
   * replaces the first token of every window instead.
   *
   * @param token the token to feed first
   * @return a plan that differs in this one
   */
  public WindowPlan prefixToken(int token) {
    return new WindowPlan(context, stride, OptionalInt.of(token), false, fullLastWindow, scoring);
  }

  /**
   * Returns a plan with a prefix token at the beginning of every window, for models that know no
   * text without one, such as Gemma with BOS. In the first window it is what {@link #prefixToken}
   * is; in further ones it takes the place of the first token there, which is context as a rule,
   * or, without overlap, was scored in the window before. What is scored stays the same.
   *
   * @param token the token to feed at the beginning of every window
   * @return a plan that differs in this one
   */
  public WindowPlan prefixEveryWindow(int token) {
    return new WindowPlan(context, stride, OptionalInt.of(token), true, fullLastWindow, scoring);
  }

  /**
   * Returns a plan whose last window is pulled back, or not, to begin earlier: where the sequence
   * is long enough it is as full as the others, and its tokens have more context. What is scored
   * stays the same.
   *
   * @param full whether to pull the last window back
   * @return a plan that differs in this one
   */
  public WindowPlan fullLastWindow(boolean full) {
    return new WindowPlan(context, stride, prefixToken, prefixEveryWindow, full, scoring);
  }

  /**
   * The most positions that a window holds.
   *
   * @return the most positions fed at once, the prefix token included
   */
  public int context() {
    return context;
  }

  /**
   * The windows of a sequence, in order. The list can't be changed, and takes no memory: its
   * elements are worked out when they are asked for.
   *
   * @param length the number of tokens, without a prefix token
   * @return the windows; none if there is nothing to feed
   * @throws IllegalArgumentException if the length is negative, for {@link #llamaCpp} less than two
   *     chunks, or for {@link #gptq} less than one window
   */
  public List<Window> windows(int length) {
    requireAtLeast("length", length, 0);
    return switch (scoring) {
      case SECOND_HALF -> {
        if (length / 2 < context) {
          throw new IllegalArgumentException(
              "length is " + length + ", expected two chunks of " + context + " or more");
        }
        yield wholeWindows(length, context / 2);
      }
      case TARGET_INSIDE -> {
        if (length < context) {
          throw new IllegalArgumentException(
              "length is " + length + ", expected a window of " + context + " or more");
        }
        yield wholeWindows(length, 0);
      }
      case NEW, NEW_WITH_TARGET_INSIDE -> slides(length);
    };
  }

  /** Windows without overlap, scored from a position of theirs on. */
  private List<Window> wholeWindows(int length, int firstScored) {
    return new LazyList<>(
        length / context,
        i -> {
          int begin = i * context;
          int end = begin + context;
          return new Window(begin, end, begin + firstScored, end - 1, prefixToken);
        });
  }

  private List<Window> slides(int length) {
    int first = prefixToken.isPresent() ? -1 : 0;
    int last = scoring == Scoring.NEW ? length - 1 : length;
    if (length == 0 || last <= first) {
      return List.of();
    }
    long afterFirstWindow = Math.max(0, (long) last - first - context);
    int count = (int) (1 + (afterFirstWindow + stride - 1) / stride);
    return new LazyList<>(count, i -> slide(i, first, last));
  }

  private Window slide(int i, int first, int last) {
    int start = first + i * stride;
    int end = (int) Math.min((long) start + context, last);
    // All windows but the last are full already.
    int begin = fullLastWindow ? Math.max(first, end - context) : start;
    int previousEnd = i == 0 ? first : start - stride + context;
    OptionalInt prefix = begin < 0 || prefixEveryWindow ? prefixToken : OptionalInt.empty();
    return scoring == Scoring.NEW
        ? new Window(begin, end, previousEnd, end, prefix)
        : new Window(begin, end, Math.max(begin, previousEnd - 1), end - 1, prefix);
  }

  /**
   * {@link #batches(IntTensor, int, int, CrossEntropyOptions)} with the default options.
   *
   * @param tokens the sequence, of shape {@code (seq)}
   * @param batchSize the most windows in a batch, 1 or more
   * @param padId what fills up shorter rows of the input; any token that the model knows
   * @return the batches
   * @throws IllegalArgumentException if the tokens have another rank, {@code batchSize} is not
   *     positive, or as {@link #windows}
   */
  public List<WindowBatch> batches(IntTensor tokens, int batchSize, int padId) {
    return batches(tokens, batchSize, padId, CrossEntropyOptions.defaults());
  }

  /**
   * The windows of a sequence in batches, in order, each ready for the model and for {@link
   * LossAccumulator#add(FloatTensor, IntTensor)}. The list can't be changed, and its elements are
   * worked out when they are asked for, each time anew.
   *
   * @param tokens the sequence, of shape {@code (seq)}
   * @param batchSize the most windows in a batch, 1 or more
   * @param padId what fills up shorter rows of the input; any token that the model knows
   * @param options the ignore index, which marks a position as not to be scored
   * @return the batches; none if there is nothing to feed
   * @throws IllegalArgumentException if the tokens have another rank, {@code batchSize} is not
   *     positive, or as {@link #windows}
   */
  public List<WindowBatch> batches(
      IntTensor tokens, int batchSize, int padId, CrossEntropyOptions options) {
    Window.requireOneAxis(tokens);
    requireAtLeast("batchSize", batchSize, 1);
    List<Window> windows = windows((int) tokens.size());
    return new LazyList<>(
        (int) (((long) windows.size() + batchSize - 1) / batchSize),
        i -> {
          int from = i * batchSize;
          int to = from + Math.min(batchSize, windows.size() - from);
          return WindowBatch.of(windows.subList(from, to), tokens, padId, options);
        });
  }

  /**
   * Compares all parts of the plan.
   *
   * @param other the object to compare with
   * @return whether the other object is an equal plan
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof WindowPlan that
        && context == that.context
        && stride == that.stride
        && prefixToken.equals(that.prefixToken)
        && prefixEveryWindow == that.prefixEveryWindow
        && fullLastWindow == that.fullLastWindow
        && scoring == that.scoring;
  }

  @Override
  public int hashCode() {
    return Objects.hash(context, stride, prefixToken, prefixEveryWindow, fullLastWindow, scoring);
  }

  /** All parts of the plan. */
  @Override
  public String toString() {
    return "WindowPlan[context="
        + context
        + ", stride="
        + stride
        + ", prefixToken="
        + (prefixToken.isPresent() ? prefixToken.getAsInt() : "none")
        + ", prefixEveryWindow="
        + prefixEveryWindow
        + ", fullLastWindow="
        + fullLastWindow
        + ", scoring="
        + scoring
        + "]";
  }
}
