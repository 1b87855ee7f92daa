/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.LossAccumulator;
import io.github.surprisal.LossReport;
import io.github.surprisal.Metrics;
import io.github.surprisal.Shape;
import io.github.surprisal.Targets;
import io.github.surprisal.TinyLanguageModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Plans against their definitions, worked through position by position in another way. */
final class WindowPlanTest {
  private static final int LONGEST = 13;
  private static final int LARGEST_CONTEXT = 7;
  private static final int BOS = 99;

  private static Window window(int begin, int end, int scoredBegin, int scoredEnd) {
    return new Window(begin, end, scoredBegin, scoredEnd, OptionalInt.empty());
  }

  private static Window prefixed(int begin, int end, int scoredBegin, int scoredEnd) {
    return new Window(begin, end, scoredBegin, scoredEnd, OptionalInt.of(BOS));
  }

  /** A sequence length, context, stride, prefix token and end, all small. */
  private record Small(int length, int context, int stride, boolean prefix, boolean fullLast) {
    static void forEach(Consumer<Small> check) {
      int checked = 0;
      for (int length = 0; length <= LONGEST; length++) {
        for (int context = 1; context <= LARGEST_CONTEXT; context++) {
          for (int stride = 1; stride <= context; stride++) {
            for (int flags = 0; flags < 4; flags++) {
              check.accept(new Small(length, context, stride, (flags & 1) != 0, (flags & 2) != 0));
              checked++;
            }
          }
        }
      }
      assertThat(checked).isEqualTo((LONGEST + 1) * 28 * 4);
    }

    WindowPlan plan() {
      return with(WindowPlan.sliding(context, stride));
    }

    WindowPlan with(WindowPlan plan) {
      WindowPlan ended = fullLast ? plan.fullLastWindow(true) : plan;
      return prefix ? ended.prefixToken(BOS) : ended;
    }

    int first() {
      return prefix ? -1 : 0;
    }

    IntTensor tokens() {
      return IntTensor.of(IntStream.range(0, length).map(token -> 10 + token).toArray());
    }
  }

  @Test
  void slidingScoresEachTokenOnceInTheWindowWithTheMostLeftContext() {
    Small.forEach(
        small -> {
          // For every position that predicts a token: of all windows that hold it, the leftmost.
          TreeMap<Integer, List<Integer>> scoredIn = new TreeMap<>();
          for (int position = small.first(); position + 1 < small.length(); position++) {
            int begin = small.first();
            while (begin + small.context() <= position) {
              begin += small.stride();
            }
            scoredIn.computeIfAbsent(begin, any -> new ArrayList<>()).add(position);
          }
          List<Window> expected = new ArrayList<>();
          scoredIn.forEach((begin, scored) -> expected.add(expected(small, begin, scored)));
          assertThat(small.plan().windows(small.length())).as("%s", small).isEqualTo(expected);
        });
  }

  private static Window expected(Small small, int begin, List<Integer> scored) {
    int last = scored.get(scored.size() - 1);
    boolean isLast = last == small.length() - 2;
    int pulledBack = begin;
    while (small.fullLast()
        && isLast
        && pulledBack > small.first()
        && last - pulledBack + 1 < small.context()) {
      pulledBack--;
    }
    return new Window(
        pulledBack,
        last + 1,
        scored.get(0),
        last + 1,
        pulledBack == -1 ? OptionalInt.of(BOS) : OptionalInt.empty());
  }

  @Test
  void slidingKeepsItsPromises() {
    Small.forEach(
        small -> {
          List<Window> windows = small.plan().windows(small.length());
          List<Integer> targets = new ArrayList<>();
          for (Window window : windows) {
            boolean first = window.equals(windows.get(0));
            assertThat(window.length()).as("%s %s", small, window).isBetween(1, small.context());
            assertThat(window.scoredTokens()).isPositive();
            int before = window.scoredBegin() - window.begin();
            assertThat(before)
                .as("context in %s of %s", window, small)
                .isGreaterThanOrEqualTo(first ? 0 : small.context() - small.stride());
            Arrays.stream(window.targets(small.tokens()).toArray())
                .filter(target -> target != -100)
                .forEach(targets::add);
          }
          IntTensor tokens = small.tokens();
          int unscored = small.prefix() ? 0 : Math.min(1, small.length());
          assertThat(targets)
              .as("%s", small)
              .containsExactlyElementsOf(
                  Arrays.stream(tokens.slice(unscored, small.length()).toArray()).boxed().toList());
        });
  }

  @Test
  void fullLastWindowChangesTheBeginningOfTheLastWindowOnly() {
    Small.forEach(
        small -> {
          List<Window> plain = small.plan().fullLastWindow(false).windows(small.length());
          List<Window> full = small.plan().fullLastWindow(true).windows(small.length());
          assertThat(full).hasSameSizeAs(plain);
          for (int i = 0; i < full.size(); i++) {
            Window window = full.get(i);
            if (i < full.size() - 1) {
              assertThat(window).isEqualTo(plain.get(i));
            } else {
              int positions = small.length() - 1 - small.first();
              assertThat(window.length()).isEqualTo(Math.min(small.context(), positions));
              assertThat(window.end()).isEqualTo(plain.get(i).end());
              assertThat(window.scoredBegin()).isEqualTo(plain.get(i).scoredBegin());
              assertThat(window.scoredEnd()).isEqualTo(plain.get(i).scoredEnd());
            }
          }
        });
  }

  @Test
  void disjointHalfOverlapAndStrideOneByHand() {
    assertThat(WindowPlan.disjoint(4).windows(8))
        .containsExactly(window(0, 4, 0, 4), window(4, 7, 4, 7));
    assertThat(WindowPlan.disjoint(4).windows(9))
        .containsExactly(window(0, 4, 0, 4), window(4, 8, 4, 8));
    assertThat(WindowPlan.disjoint(4).windows(5)).containsExactly(window(0, 4, 0, 4));
    assertThat(WindowPlan.sliding(4, 2).windows(8))
        .containsExactly(window(0, 4, 0, 4), window(2, 6, 4, 6), window(4, 7, 6, 7));
    assertThat(WindowPlan.sliding(4, 2).fullLastWindow(true).windows(8))
        .containsExactly(window(0, 4, 0, 4), window(2, 6, 4, 6), window(3, 7, 6, 7));
    assertThat(WindowPlan.sliding(4, 1).windows(7))
        .containsExactly(window(0, 4, 0, 4), window(1, 5, 4, 5), window(2, 6, 5, 6));
    assertThat(WindowPlan.sliding(4, 2).prefixToken(BOS).windows(7))
        .containsExactly(prefixed(-1, 3, -1, 3), window(1, 5, 3, 5), window(3, 6, 5, 6));
    assertThat(WindowPlan.sliding(4, 2).windows(3)).containsExactly(window(0, 2, 0, 2));
    assertThat(WindowPlan.sliding(4, 2).windows(1)).isEmpty();
    assertThat(WindowPlan.sliding(4, 2).prefixToken(BOS).windows(1))
        .containsExactly(prefixed(-1, 0, -1, 0));
    assertThat(WindowPlan.sliding(4, 2).prefixToken(BOS).windows(0)).isEmpty();
  }

  @Test
  void theWindowsOfTheOnnxModelAreReproduced() throws IOException {
    TinyLanguageModel model = TinyLanguageModel.read();
    int length = (int) model.ids().size();
    WindowPlan plan = WindowPlan.sliding(64, 32);
    assertThat(plan.windows(length)).isEqualTo(model.windows()).hasSize(12);

    List<Window> pulledBack = new ArrayList<>(model.windows());
    pulledBack.set(11, model.lastWindowPulledBack());
    assertThat(plan.fullLastWindow(true).windows(length)).isEqualTo(pulledBack);
  }

  @Test
  void aPrefixTokenIsLikeATokenInFront() throws IOException {
    TinyLanguageModel model = TinyLanguageModel.read();
    WindowPlan plan = WindowPlan.sliding(64, 32).fullLastWindow(true);
    List<WindowBatch> inFront = plan.batches(model.ids(), 5, 0);
    List<WindowBatch> prefixed = plan.prefixToken(10).batches(model.textIds(), 5, 0);
    assertThat(prefixed).hasSize(3).hasSameSizeAs(inFront);
    for (int i = 0; i < 3; i++) {
      assertThat(prefixed.get(i).inputIds()).isEqualTo(inFront.get(i).inputIds());
      assertThat(prefixed.get(i).targets()).isEqualTo(inFront.get(i).targets());
    }
  }

  @Test
  void theBatchOfTheOnnxModelIsReproduced() throws IOException {
    TinyLanguageModel model = TinyLanguageModel.read();
    List<WindowBatch> batches = WindowPlan.disjoint(64).batches(model.ids(), 100, 0);
    assertThat(batches).hasSize(1);
    assertThat(batches.get(0).inputIds()).isEqualTo(model.matrix("batch", "inputIds"));
    assertThat(batches.get(0).targets()).isEqualTo(model.matrix("batch", "targets"));
  }

  /** What a window feeds, and which tokens it scores, as lists. */
  private record Run(List<Integer> input, List<Integer> scored) {
    static Run of(Window window, IntTensor tokens) {
      return new Run(
          Arrays.stream(window.inputIds(tokens).toArray()).boxed().toList(),
          Arrays.stream(window.targets(tokens).toArray())
              .filter(target -> target != -100)
              .boxed()
              .toList());
    }

    static List<Run> of(List<Window> windows, IntTensor tokens) {
      return windows.stream().map(window -> of(window, tokens)).toList();
    }
  }

  /**
   * lm-evaluation-harness, from its description: put the prefix in front; the model always reads
   * the tokens right before the last one that it predicts, at most max_seq_len of them.
   */
  private static List<Run> rolling(List<Integer> tokens, int maxSeqLen, int contextLen) {
    List<Integer> fed = new ArrayList<>(List.of(BOS));
    fed.addAll(tokens);
    List<Run> runs = new ArrayList<>();
    List<Integer> left = new ArrayList<>(tokens);
    while (!left.isEmpty()) {
      int newTokens = runs.isEmpty() ? maxSeqLen : maxSeqLen - contextLen + 1;
      List<Integer> predicted = left.subList(0, Math.min(newTokens, left.size()));
      int done = tokens.size() - left.size() + predicted.size();
      List<Integer> input = fed.subList(Math.max(0, done - maxSeqLen), done);
      runs.add(new Run(List.copyOf(input), List.copyOf(predicted)));
      predicted.clear();
    }
    return runs;
  }

  @Test
  void lmEvaluationHarnessAgreesWithItsDescription() {
    Small.forEach(
        small -> {
          int contextLen = small.context() - small.stride() + 1;
          List<Integer> tokens = Arrays.stream(small.tokens().toArray()).boxed().toList();
          WindowPlan plan = WindowPlan.lmEvaluationHarness(BOS, small.context(), contextLen);
          assertThat(Run.of(plan.windows(small.length()), small.tokens()))
              .as("%s", small)
              .isEqualTo(rolling(tokens, small.context(), contextLen));
        });
  }

  @Test
  void lmEvaluationHarnessByHand() {
    IntTensor tokens = IntTensor.of(0, 1, 2, 3, 4, 5, 6, 7);
    WindowPlan plan = WindowPlan.lmEvaluationHarness(BOS, 3);
    assertThat(plan).isEqualTo(WindowPlan.lmEvaluationHarness(BOS, 3, 1));
    assertThat(Run.of(plan.windows(8), tokens))
        .containsExactly(
            new Run(List.of(BOS, 0, 1), List.of(0, 1, 2)),
            new Run(List.of(2, 3, 4), List.of(3, 4, 5)),
            new Run(List.of(4, 5, 6), List.of(6, 7)));
    assertThat(Run.of(WindowPlan.lmEvaluationHarness(BOS, 4, 3).windows(8), tokens))
        .containsExactly(
            new Run(List.of(BOS, 0, 1, 2), List.of(0, 1, 2, 3)),
            new Run(List.of(1, 2, 3, 4), List.of(4, 5)),
            new Run(List.of(3, 4, 5, 6), List.of(6, 7)));
    assertThat(Run.of(WindowPlan.lmEvaluationHarness(BOS, 3, 3).windows(5), tokens.slice(0, 5)))
        .containsExactly(
            new Run(List.of(BOS, 0, 1), List.of(0, 1, 2)),
            new Run(List.of(0, 1, 2), List.of(3)),
            new Run(List.of(1, 2, 3), List.of(4)));
    assertThat(Run.of(plan.windows(2), tokens.slice(0, 2)))
        .containsExactly(new Run(List.of(BOS, 0), List.of(0, 1)));
  }

  /**
   * llama-perplexity, from its description: cut off whole chunks, put BOS in the place of their
   * first token, and score what the logits after the first half predict inside the chunk.
   */
  private static List<Run> chunks(List<Integer> tokens, int nCtx, boolean bos) {
    List<Run> runs = new ArrayList<>();
    for (int rest = tokens.size(); rest >= nCtx; rest -= nCtx) {
      int from = tokens.size() - rest;
      List<Integer> chunk = tokens.subList(from, from + nCtx);
      List<Integer> input = new ArrayList<>(chunk);
      if (bos) {
        input.set(0, BOS);
      }
      runs.add(new Run(input, chunk.subList(nCtx / 2 + 1, nCtx)));
    }
    return runs;
  }

  @Test
  void llamaCppAgreesWithItsDescription() {
    for (int nCtx = 3; nCtx <= 9; nCtx++) {
      for (int length = 2 * nCtx; length <= 5 * nCtx; length++) {
        IntTensor tokens = IntTensor.of(IntStream.range(0, length).toArray());
        List<Integer> list = IntStream.range(0, length).boxed().toList();
        WindowPlan plan = WindowPlan.llamaCpp(nCtx);
        assertThat(Run.of(plan.windows(length), tokens)).isEqualTo(chunks(list, nCtx, false));
        assertThat(Run.of(plan.prefixToken(BOS).windows(length), tokens))
            .isEqualTo(chunks(list, nCtx, true));
        assertThat(plan.fullLastWindow(true).windows(length)).isEqualTo(plan.windows(length));
      }
    }
  }

  @Test
  void llamaCppByHand() {
    IntTensor tokens = IntTensor.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(WindowPlan.llamaCpp(4).windows(10))
        .containsExactly(window(0, 4, 2, 3), window(4, 8, 6, 7));
    assertThat(Run.of(WindowPlan.llamaCpp(5).prefixToken(BOS).windows(10), tokens))
        .containsExactly(
            new Run(List.of(BOS, 1, 2, 3, 4), List.of(3, 4)),
            new Run(List.of(BOS, 6, 7, 8, 9), List.of(8, 9)));
    List<Window> usual = WindowPlan.llamaCpp(512).windows(2000);
    assertThat(usual).hasSize(3);
    assertThat(usual.get(2)).isEqualTo(window(1024, 1536, 1024 + 256, 1535));
    assertThat(usual.get(2).scoredTokens()).isEqualTo(255);
  }

  /** GPTQ's evaluation, from its description: whole windows, labels shifted inside of them. */
  @Test
  void gptqAgreesWithItsDescription() {
    for (int seqlen = 2; seqlen <= 7; seqlen++) {
      for (int length = seqlen; length <= 4 * seqlen + 1; length++) {
        IntTensor tokens = IntTensor.of(IntStream.range(0, length).toArray());
        List<Run> expected = new ArrayList<>();
        for (int from = 0; from + seqlen <= length; from += seqlen) {
          List<Integer> window = IntStream.range(from, from + seqlen).boxed().toList();
          expected.add(new Run(window, window.subList(1, seqlen)));
        }
        WindowPlan plan = WindowPlan.gptq(seqlen);
        assertThat(Run.of(plan.windows(length), tokens)).isEqualTo(expected);
        List<Window> prefixed = plan.prefixToken(BOS).windows(length);
        assertThat(prefixed).isEqualTo(plan.prefixEveryWindow(BOS).windows(length));
        for (int i = 0; i < prefixed.size(); i++) {
          List<Integer> input = new ArrayList<>(expected.get(i).input());
          input.set(0, BOS);
          assertThat(Run.of(prefixed, tokens).get(i))
              .isEqualTo(new Run(input, expected.get(i).scored()));
        }
      }
    }
  }

  /** The same windows and the same tokens scored as with a prefix token, but for each input. */
  @Test
  void aPrefixInEveryWindowTakesThePlaceOfItsFirstToken() {
    Small.forEach(
        small -> {
          WindowPlan plan =
              WindowPlan.sliding(small.context(), small.stride()).fullLastWindow(small.fullLast());
          List<Run> first = Run.of(plan.prefixToken(BOS).windows(small.length()), small.tokens());
          List<Run> every =
              Run.of(plan.prefixEveryWindow(BOS).windows(small.length()), small.tokens());
          assertThat(every).hasSameSizeAs(first);
          for (int i = 0; i < every.size(); i++) {
            List<Integer> input = new ArrayList<>(first.get(i).input());
            input.set(0, BOS);
            assertThat(every.get(i)).isEqualTo(new Run(input, first.get(i).scored()));
          }
        });
  }

  @Test
  void aPrefixInEveryWindowByHand() {
    IntTensor tokens = IntTensor.of(0, 1, 2, 3, 4, 5, 6);
    assertThat(Run.of(WindowPlan.disjoint(3).prefixEveryWindow(BOS).windows(7), tokens))
        .containsExactly(
            new Run(List.of(BOS, 0, 1), List.of(0, 1, 2)),
            new Run(List.of(BOS, 3, 4), List.of(3, 4, 5)),
            new Run(List.of(BOS), List.of(6)));
    assertThat(Run.of(WindowPlan.sliding(4, 2).prefixEveryWindow(BOS).windows(7), tokens))
        .containsExactly(
            new Run(List.of(BOS, 0, 1, 2), List.of(0, 1, 2, 3)),
            new Run(List.of(BOS, 2, 3, 4), List.of(4, 5)),
            new Run(List.of(BOS, 4, 5), List.of(6)));
  }

  /**
   * Hugging Face's guide, from its description: labels are the input, labels of tokens that an
   * earlier window held are masked, and the model shifts labels against logits.
   */
  private static List<Run> strided(List<Integer> tokens, int maxLength, int stride) {
    List<Run> runs = new ArrayList<>();
    int seen = 0;
    for (int begin = 0; seen < tokens.size(); begin += stride) {
      List<Integer> input = tokens.subList(begin, Math.min(begin + maxLength, tokens.size()));
      List<Integer> scored = new ArrayList<>();
      for (int label = 1; label < input.size(); label++) {
        if (begin + label >= seen) {
          scored.add(input.get(label));
        }
      }
      runs.add(new Run(input, scored));
      seen = begin + input.size();
    }
    return runs;
  }

  @Test
  void huggingFaceAgreesWithItsDescription() {
    Small.forEach(
        small -> {
          List<Integer> fed = new ArrayList<>(small.prefix() ? List.of(BOS) : List.of());
          Arrays.stream(small.tokens().toArray()).forEach(fed::add);
          WindowPlan plan = WindowPlan.huggingFace(small.context(), small.stride());
          List<Window> windows =
              (small.prefix() ? plan.prefixToken(BOS) : plan).windows(small.length());
          if (small.length() == 0) {
            assertThat(windows).isEmpty();
            return;
          }
          assertThat(Run.of(windows, small.tokens()))
              .as("%s", small)
              .isEqualTo(strided(fed, small.context(), small.stride()));
          List<Run> full = Run.of(small.with(plan).windows(small.length()), small.tokens());
          assertThat(full).hasSameSizeAs(windows);
        });
  }

  @Test
  void huggingFaceByHand() {
    assertThat(WindowPlan.huggingFace(4, 2).windows(7))
        .containsExactly(window(0, 4, 0, 3), window(2, 6, 3, 5), window(4, 7, 5, 6));
    assertThat(WindowPlan.huggingFace(4, 4).windows(9))
        .containsExactly(window(0, 4, 0, 3), window(4, 8, 4, 7), window(8, 9, 8, 8));
  }

  /** The labels of a text cut into rows, shifted inside each row. */
  @Test
  void huggingFaceWithoutOverlapIsTheShiftInsideEachRow() throws IOException {
    IntTensor ids = TinyLanguageModel.read().ids();
    WindowBatch batch = WindowPlan.huggingFace(64, 64).batches(ids, 7, 0).get(0);
    int[] padded = Arrays.copyOf(ids.toArray(), 7 * 64);
    Arrays.fill(padded, (int) ids.size(), padded.length, -100);
    assertThat(batch.targets()).isEqualTo(Targets.nextToken(IntTensor.wrap(padded, 7, 64)));
  }

  /** Logits that depend on the token of their position only, so that windows don't matter. */
  private static FloatTensor logits(IntTensor inputIds, int vocabulary) {
    int[] ids = inputIds.toArray();
    float[] logits = new float[ids.length * vocabulary];
    for (int i = 0; i < ids.length; i++) {
      Random random = new Random(31L * ids[i] + 7);
      for (int c = 0; c < vocabulary; c++) {
        logits[i * vocabulary + c] = 4 * random.nextFloat();
      }
    }
    int[] rows = inputIds.shape().toArray();
    int[] shape = Arrays.copyOf(rows, rows.length + 1);
    shape[rows.length] = vocabulary;
    return FloatTensor.wrap(logits, shape);
  }

  @Test
  void everyPlanThatScoresAllTokensGivesTheSameBits() {
    int vocabulary = 23;
    IntTensor tokens = IntTensor.of(new Random(5).ints(40, 0, vocabulary).toArray());
    IntTensor whole = Targets.nextToken(tokens);
    LossReport expected = Metrics.evaluate(logits(tokens, vocabulary), whole);
    for (int stride = 1; stride <= 9; stride++) {
      for (WindowPlan plan :
          List.of(
              WindowPlan.sliding(9, stride),
              WindowPlan.sliding(9, stride).fullLastWindow(true),
              WindowPlan.huggingFace(10, stride))) {
        for (int batchSize : new int[] {1, 3, 100}) {
          LossAccumulator accumulator = new LossAccumulator();
          for (WindowBatch batch : plan.batches(tokens, batchSize, 0)) {
            accumulator.add(logits(batch.inputIds(), vocabulary), batch.targets());
          }
          LossReport report = accumulator.report();
          assertThat(report.scoredTokens()).isEqualTo(39);
          assertThat(Double.doubleToRawLongBits(report.loss()))
              .as("%s in batches of %d", plan, batchSize)
              .isEqualTo(Double.doubleToRawLongBits(expected.loss()));
        }
      }
    }
  }

  @Test
  void batchesHoldTheWindowsInOrder() {
    IntTensor tokens = IntTensor.of(10, 11, 12, 13, 14, 15, 16);
    WindowPlan plan = WindowPlan.sliding(3, 2).prefixToken(BOS);
    List<WindowBatch> batches =
        plan.batches(tokens, 2, 0, CrossEntropyOptions.defaults().ignoreIndex(-1));
    assertThat(batches).hasSize(2);
    assertThat(batches.get(0).windows()).isEqualTo(plan.windows(7).subList(0, 2));
    assertThat(batches.get(0).inputIds())
        .isEqualTo(IntTensor.of(new int[][] {{BOS, 10, 11}, {11, 12, 13}}));
    assertThat(batches.get(0).targets())
        .isEqualTo(IntTensor.of(new int[][] {{10, 11, 12}, {-1, 13, 14}}));
    assertThat(batches.get(1).inputIds()).isEqualTo(IntTensor.of(new int[][] {{13, 14, 15}}));
    assertThat(batches.get(1).targets()).isEqualTo(IntTensor.of(new int[][] {{-1, 15, 16}}));
    assertThat(plan.batches(tokens, 3, 0).get(0).targets())
        .isEqualTo(IntTensor.of(new int[][] {{10, 11, 12}, {-100, 13, 14}, {-100, 15, 16}}));
    assertThat(plan.batches(IntTensor.of(), 3, 0)).isEmpty();
    assertThat(plan.batches(tokens.slice(0, 6), 9, 7).get(0).inputIds())
        .isEqualTo(IntTensor.of(new int[][] {{BOS, 10, 11}, {11, 12, 13}, {13, 14, 7}}));
    assertThat(WindowBatch.of(List.of(), tokens, 0).inputIds().shape()).isEqualTo(Shape.of(0, 0));
  }

  @Test
  void longSequencesTakeNoMemory() {
    int most = Integer.MAX_VALUE;
    List<Window> windows = WindowPlan.sliding(1024, 1).prefixToken(BOS).windows(most);
    assertThat(windows).hasSize(most - 1023);
    assertThat(windows.get(most - 1024))
        .isEqualTo(window(most - 1025, most - 1, most - 2, most - 1));
    assertThat(WindowPlan.sliding(most, most).windows(most))
        .containsExactly(window(0, most - 1, 0, most - 1));
    assertThat(WindowPlan.huggingFace(most, most).prefixToken(BOS).windows(most))
        .containsExactly(
            prefixed(-1, most - 1, -1, most - 2), window(most - 1, most, most - 1, most - 1));
    assertThat(WindowPlan.sliding(most, 1).windows(5)).containsExactly(window(0, 4, 0, 4));
    assertThat(WindowPlan.llamaCpp(1 << 29).windows(most)).hasSize(3);
  }

  @Test
  void listsAreBoundedAndCannotBeChanged() {
    List<Window> windows = WindowPlan.sliding(4, 2).windows(8);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> windows.get(3));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> windows.get(-1));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> windows.remove(0));
  }

  @Test
  void plansAreValues() {
    WindowPlan plan = WindowPlan.sliding(64, 32);
    assertThat(plan.context()).isEqualTo(64);
    assertThat(plan)
        .isEqualTo(WindowPlan.sliding(64, 32))
        .hasSameHashCodeAs(WindowPlan.sliding(64, 32))
        .isNotEqualTo(WindowPlan.sliding(64, 31))
        .isNotEqualTo(WindowPlan.sliding(65, 32))
        .isNotEqualTo(plan.prefixToken(0))
        .isNotEqualTo(plan.fullLastWindow(true))
        .isNotEqualTo(plan.prefixEveryWindow(0))
        .isNotEqualTo(WindowPlan.huggingFace(64, 32))
        .isNotEqualTo(null)
        .hasToString(
            "WindowPlan[context=64, stride=32, prefixToken=none, prefixEveryWindow=false,"
                + " fullLastWindow=false, scoring=NEW]");
    assertThat(plan.prefixToken(1).prefixToken(2)).isEqualTo(plan.prefixToken(2));
    assertThat(plan.prefixEveryWindow(2)).isNotEqualTo(plan.prefixToken(2));
    assertThat(plan.prefixEveryWindow(1).prefixToken(2)).isEqualTo(plan.prefixToken(2));
    assertThat(WindowPlan.lmEvaluationHarness(2, 64, 33))
        .isEqualTo(plan.prefixToken(2).fullLastWindow(true))
        .hasToString(
            "WindowPlan[context=64, stride=32, prefixToken=2, prefixEveryWindow=false,"
                + " fullLastWindow=true, scoring=NEW]");
    assertThat(WindowPlan.disjoint(8)).isEqualTo(WindowPlan.sliding(8, 8));
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }

  @Test
  void refusesWhatMakesNoPlan() {
    assertRefused(() -> WindowPlan.disjoint(0), "context is 0, expected 1 or more");
    assertRefused(
        () -> WindowPlan.sliding(4, 5),
        "stride is 5, expected 1 to 4, or tokens would go unscored");
    assertRefused(
        () -> WindowPlan.sliding(4, 0),
        "stride is 0, expected 1 to 4, or tokens would go unscored");
    assertRefused(() -> WindowPlan.huggingFace(0, 1), "maxLength is 0, expected 1 or more");
    assertRefused(() -> WindowPlan.llamaCpp(2), "nCtx is 2, expected 3 or more");
    assertRefused(() -> WindowPlan.gptq(1), "seqlen is 1, expected 2 or more");
    assertRefused(
        () -> WindowPlan.lmEvaluationHarness(BOS, 0, 1), "maxSeqLen is 0, expected 1 or more");
    assertRefused(
        () -> WindowPlan.lmEvaluationHarness(BOS, 4, 5),
        "contextLen is 5, expected 1 to 4, maxSeqLen");
    assertRefused(
        () -> WindowPlan.lmEvaluationHarness(BOS, 4, 0),
        "contextLen is 0, expected 1 to 4, maxSeqLen");
  }

  @Test
  void refusesWhatItCannotCut() {
    WindowPlan plan = WindowPlan.sliding(4, 2);
    assertRefused(() -> plan.windows(-1), "length is -1, expected 0 or more");
    assertRefused(
        () -> WindowPlan.llamaCpp(512).windows(1023),
        "length is 1023, expected two chunks of 512 or more");
    assertRefused(
        () -> WindowPlan.gptq(2048).windows(2047),
        "length is 2047, expected a window of 2048 or more");
    assertRefused(
        () -> plan.batches(IntTensor.of(1, 2), 0, 0), "batchSize is 0, expected 1 or more");
    assertRefused(
        () -> plan.batches(IntTensor.of(1, 2).reshape(1, 2), 1, 0),
        "tokens have shape (1, 2), expected one axis, the sequence");
  }

  @Test
  void refusesWhatIsNoWindow() {
    assertRefused(() -> window(-1, 2, 0, 2), "begin is -1, expected 0 or more");
    assertRefused(() -> prefixed(-2, 2, 0, 2), "begin is -2, expected -1 or more");
    assertRefused(() -> window(2, 2, 2, 2), "end is 2, expected more than begin, 2");
    String inside = ", expected them inside the window [1, 4)";
    assertRefused(() -> window(1, 4, 0, 2), "scored positions are [0, 2)" + inside);
    assertRefused(() -> window(1, 4, 3, 2), "scored positions are [3, 2)" + inside);
    assertRefused(() -> window(1, 4, 3, 5), "scored positions are [3, 5)" + inside);
  }

  @Test
  void refusesTokensThatEndBeforeTheWindow() {
    IntTensor three = IntTensor.of(1, 2, 3);
    assertThat(window(0, 3, 0, 2).targets(three)).isEqualTo(IntTensor.of(2, 3, -100));
    assertThat(window(0, 3, 3, 3).inputIds(three)).isEqualTo(three);
    assertThat(window(0, 3, 0, 2).targets(three, CrossEntropyOptions.defaults().ignoreIndex(-1)))
        .isEqualTo(IntTensor.of(2, 3, -1));
    String expected = "tokens have shape (3), expected at least 4 for ";
    assertRefused(() -> window(0, 3, 0, 3).targets(three), expected + window(0, 3, 0, 3));
    assertRefused(() -> window(0, 4, 0, 0).inputIds(three), expected + window(0, 4, 0, 0));
    assertRefused(
        () -> window(0, 1, 0, 1).inputIds(IntTensor.scalar(1)),
        "tokens have shape (), expected one axis, the sequence");
    assertRefused(
        () -> new WindowBatch(List.of(window(0, 3, 0, 2)), three, three),
        "inputIds have shape (3), expected (1, 3) for the windows");
    assertRefused(
        () -> new WindowBatch(List.of(window(0, 3, 0, 2)), three.reshape(1, 3), three),
        "targets have shape (3), expected (1, 3) for the windows");
  }
}
