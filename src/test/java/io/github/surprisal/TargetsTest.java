/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsTest {
  private static final int PAD = 0;
  private static final int THE = 464;
  private static final int CAT = 3797;
  private static final int SAT = 3332;
  private static final CrossEntropyOptions MINUS_ONE =
      CrossEntropyOptions.defaults().ignoreIndex(-1);

  @Test
  void nextTokenShiftsEachSequence() {
    assertThat(Targets.nextToken(IntTensor.of(THE, CAT, SAT)))
        .isEqualTo(IntTensor.of(CAT, SAT, -100));
    assertThat(Targets.nextToken(IntTensor.of(new int[][] {{1, 2, 3}, {4, 5, 6}})))
        .isEqualTo(IntTensor.of(new int[][] {{2, 3, -100}, {5, 6, -100}}));
    assertThat(Targets.nextToken(IntTensor.of(1, 2, 3, 4, 5, 6, 7, 8).reshape(2, 2, 2)))
        .isEqualTo(IntTensor.of(2, -100, 4, -100, 6, -100, 8, -100).reshape(2, 2, 2));
  }

  @Test
  void nextTokenTakesAnotherIgnoreIndex() {
    assertThat(Targets.nextToken(IntTensor.of(11, 12, 13), MINUS_ONE))
        .isEqualTo(IntTensor.of(12, 13, -1));
  }

  @Test
  void nextTokenOfShortSequences() {
    assertThat(Targets.nextToken(IntTensor.of(7))).isEqualTo(IntTensor.of(-100));
    assertThat(Targets.nextToken(IntTensor.of())).isEqualTo(IntTensor.of());
    assertThat(Targets.nextToken(IntTensor.of(new int[][] {{7}, {8}})))
        .isEqualTo(IntTensor.of(new int[][] {{-100}, {-100}}));
    IntTensor empty = IntTensor.wrap(new int[0], 3, 0);
    assertThat(Targets.nextToken(empty)).isEqualTo(empty);
    IntTensor none = IntTensor.wrap(new int[0], 0, 3);
    assertThat(Targets.nextToken(none)).isEqualTo(none);
  }

  @Test
  void nextTokenWritesNoInput() {
    int[] tokens = {1, 2, 3};
    IntTensor tensor = IntTensor.wrap(tokens, 3);
    Targets.nextToken(tensor);
    Targets.ignorePadding(tensor, 2);
    Targets.ignorePrompt(tensor, 3);
    assertThat(tokens).containsExactly(1, 2, 3);
  }

  @Test
  void nextTokenReadsViews() {
    IntTensor tokens = IntTensor.of(new int[][] {{1, 2}, {3, 4}, {5, 6}});
    assertThat(Targets.nextToken(tokens.slice(1, 3)))
        .isEqualTo(IntTensor.of(new int[][] {{4, -100}, {6, -100}}));
  }

  @Test
  void ignorePaddingMasksEveryPad() {
    assertThat(Targets.ignorePadding(IntTensor.of(PAD, PAD, THE, CAT, SAT, PAD, PAD), PAD))
        .isEqualTo(IntTensor.of(-100, -100, THE, CAT, SAT, -100, -100));
    assertThat(Targets.ignorePadding(IntTensor.of(THE, CAT, PAD), PAD, MINUS_ONE))
        .isEqualTo(IntTensor.of(THE, CAT, -1));
    assertThat(Targets.ignorePadding(IntTensor.of(new int[][] {{1, 9}, {9, 2}}), 9))
        .isEqualTo(IntTensor.of(new int[][] {{1, -100}, {-100, 2}}));
    assertThat(Targets.ignorePadding(IntTensor.scalar(9), 9)).isEqualTo(IntTensor.scalar(-100));
    assertThat(Targets.ignorePadding(IntTensor.of(1, 2), 9)).isEqualTo(IntTensor.of(1, 2));
  }

  @Test
  void paddedSequenceScoresOnlyRealTokens() {
    IntTensor tokens = IntTensor.of(PAD, PAD, THE, CAT, SAT, PAD, PAD);
    assertThat(Targets.ignorePadding(Targets.nextToken(tokens), PAD))
        .isEqualTo(IntTensor.of(-100, THE, CAT, SAT, -100, -100, -100));
  }

  @Test
  void ignorePromptKeepsTheFirstCompletionToken() {
    IntTensor targets = Targets.nextToken(IntTensor.of(1, 2, 3, 44, 55));
    assertThat(Targets.ignorePrompt(targets, 3)).isEqualTo(IntTensor.of(-100, -100, 44, 55, -100));
    assertThat(Targets.ignorePrompt(targets, 0)).isEqualTo(targets);
    assertThat(Targets.ignorePrompt(targets, 1)).isEqualTo(targets);
    assertThat(Targets.ignorePrompt(targets, 5))
        .isEqualTo(IntTensor.of(-100, -100, -100, -100, -100));
  }

  @Test
  void ignorePromptTakesOneLengthOrOnePerSequence() {
    IntTensor targets = Targets.nextToken(IntTensor.of(new int[][] {{1, 2, 3, 4}, {5, 6, 7, 8}}));
    assertThat(Targets.ignorePrompt(targets, 2))
        .isEqualTo(IntTensor.of(new int[][] {{-100, 3, 4, -100}, {-100, 7, 8, -100}}));
    assertThat(Targets.ignorePrompt(targets, 1, 3))
        .isEqualTo(IntTensor.of(new int[][] {{2, 3, 4, -100}, {-100, -100, 8, -100}}));
    assertThat(Targets.ignorePrompt(targets.reshape(1, 2, 4), 1, 3).toArray())
        .containsExactly(2, 3, 4, -100, -100, -100, 8, -100);
  }

  @Test
  void ignorePromptTakesAnotherIgnoreIndex() {
    IntTensor targets = IntTensor.of(new int[][] {{2, 3, 4}, {6, 7, 8}});
    assertThat(Targets.ignorePrompt(targets, new int[] {1, 3}, MINUS_ONE))
        .isEqualTo(IntTensor.of(new int[][] {{2, 3, 4}, {-1, -1, 8}}));
  }

  /** An ignore index is never a bare number beside another one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Targets.ignorePadding(targets, 0, -1);",
        "Targets.ignorePadding(targets, -1, 0, 0);",
        "Targets.ignorePrompt(targets, new int[] {3}, -1);",
        "Targets.nextToken(targets, -1);",
        "WindowPlan.disjoint(8).batches(targets, 4, 0, -1);",
        "WindowBatch.of(List.of(), targets, 0, -1);",
        "WindowPlan.disjoint(8).windows(9).get(0).targets(targets, -1);"
      })
  void aBareIgnoreIndexDoesNotCompile(String call) throws Exception {
    String targets = "IntTensor targets = IntTensor.of(1, 2); ";
    assertThat(CompilerMessages.of(targets + call)).contains("error:");
    String withOptions = call.replaceAll(", (-1|0, 0)\\);$", ", CrossEntropyOptions.defaults());");
    assertThat(CompilerMessages.of(targets + withOptions)).isEmpty();
  }

  @Test
  void noTwoNumbersStandSideBySide() {
    for (Method method : Targets.class.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers())) {
        long numbers =
            Arrays.stream(method.getParameterTypes())
                .filter(type -> type == int.class || type == int[].class)
                .count();
        assertThat(numbers).as(method.toString()).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void aBareIgnoreIndexAmongPromptLengthsIsRefused() {
    IntTensor three = IntTensor.of(new int[3][4]);
    String hint = "; another ignore index goes into CrossEntropyOptions";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.ignorePrompt(three, 3, 0))
        .withMessage("2 promptLengths given for targets of shape (3, 4), expected 1 or 3" + hint);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.ignorePrompt(three.slice(0, 2), 3, -100))
        .withMessage(
            "promptLengths[1] is -100, expected 0 to 4 for targets of shape (2, 4)" + hint);
  }

  @Test
  void maskIgnoresWhereItIsZero() {
    IntTensor targets = IntTensor.of(new int[][] {{1, 2, 3}, {4, 5, 6}});
    IntTensor mask = IntTensor.of(new int[][] {{1, 1, 0}, {0, 1, 1}});
    assertThat(Targets.mask(targets, mask))
        .isEqualTo(IntTensor.of(new int[][] {{1, 2, -100}, {-100, 5, 6}}));
    assertThat(Targets.mask(targets, mask, MINUS_ONE))
        .isEqualTo(IntTensor.of(new int[][] {{1, 2, -1}, {-1, 5, 6}}));
    assertThat(targets).isEqualTo(IntTensor.of(new int[][] {{1, 2, 3}, {4, 5, 6}}));
  }

  /** As Hugging Face's labels: masked, then shifted. The padding token also ends the text. */
  @Test
  void theMaskOfTokensKeepsTheEndOfText() {
    int end = 9;
    IntTensor right = IntTensor.of(THE, CAT, end, end, end);
    assertThat(Targets.nextToken(Targets.mask(right, IntTensor.of(1, 1, 1, 0, 0))))
        .isEqualTo(IntTensor.of(CAT, end, -100, -100, -100));
    IntTensor left = IntTensor.of(end, end, THE, CAT, end);
    assertThat(Targets.nextToken(Targets.mask(left, IntTensor.of(0, 0, 1, 1, 1))))
        .isEqualTo(IntTensor.of(-100, THE, CAT, end, -100));
  }

  @Test
  void refusesWhatIsNoMask() {
    IntTensor targets = IntTensor.of(new int[][] {{1, 2, 3}, {4, 5, 6}});
    IntTensor mask = IntTensor.of(new int[][] {{1, 1, 0}, {0, 1, 1}});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.mask(mask, targets))
        .withMessage(
            "attentionMask at index (0, 1) is 2, expected 0 or 1; the targets come first, then the"
                + " mask");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.mask(targets, IntTensor.of(1, 1, 0)))
        .withMessage("attentionMask has shape (3), expected (2, 3), the shape of the targets");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.mask(targets.slice(0, 1), IntTensor.of(new int[][] {{1, 0, -1}})))
        .withMessageStartingWith("attentionMask at index (0, 2) is -1, expected 0 or 1");
  }

  @Test
  void ignorePromptOfEmptyTargets() {
    IntTensor noSequence = IntTensor.wrap(new int[0], 0, 3);
    assertThat(Targets.ignorePrompt(noSequence)).isEqualTo(noSequence);
    assertThat(Targets.ignorePrompt(noSequence, 2)).isEqualTo(noSequence);
    IntTensor noToken = IntTensor.wrap(new int[0], 2, 0);
    assertThat(Targets.ignorePrompt(noToken, 0, 0)).isEqualTo(noToken);
  }

  @Property
  void promptAndCompletionShareNothing(
      @ForAll @IntRange(min = 1, max = 20) int seq, @ForAll @IntRange(max = 20) int length) {
    int prompt = Math.min(length, seq);
    int[] tokens = new int[seq];
    for (int i = 0; i < seq; i++) {
      tokens[i] = i;
    }
    IntTensor targets = Targets.ignorePrompt(Targets.nextToken(IntTensor.of(tokens)), prompt);
    for (int position = 0; position < seq; position++) {
      int next = position + 1;
      boolean scored = next >= prompt && next < seq;
      assertThat(targets.get(position)).isEqualTo(scored ? next : -100);
    }
  }

  @Test
  void refusesScalars() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.nextToken(IntTensor.scalar(1)))
        .withMessage("tokens have shape (), expected at least one axis, the sequence");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.ignorePrompt(IntTensor.scalar(1), 1))
        .withMessage("targets have shape (), expected at least one axis, the sequence");
  }

  @Test
  void refusesWrongPromptLengths() {
    IntTensor targets = IntTensor.of(new int[][] {{1, 2, 3}, {4, 5, 6}});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.ignorePrompt(targets, 1, 2, 3))
        .withMessageStartingWith(
            "3 promptLengths given for targets of shape (2, 3), expected 1 or 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.ignorePrompt(targets))
        .withMessageStartingWith(
            "0 promptLengths given for targets of shape (2, 3), expected 1 or 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.ignorePrompt(targets, 1, 4))
        .withMessage("promptLengths[1] is 4, expected 0 to 3 for targets of shape (2, 3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.ignorePrompt(targets, -1))
        .withMessageStartingWith(
            "promptLengths[0] is -1, expected 0 to 3 for targets of shape (2, 3)");
  }
}
