/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TargetsTest {
  private static final int PAD = 0;
  private static final int THE = 464;
  private static final int CAT = 3797;
  private static final int SAT = 3332;

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
    assertThat(Targets.nextToken(IntTensor.of(11, 12, 13), -1)).isEqualTo(IntTensor.of(12, 13, -1));
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
    assertThat(Targets.ignorePadding(IntTensor.of(THE, CAT, PAD), PAD, -1))
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
        .withMessage("3 promptLengths given for targets of shape (2, 3), expected 1 or 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.ignorePrompt(targets))
        .withMessage("0 promptLengths given for targets of shape (2, 3), expected 1 or 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.ignorePrompt(targets, 1, 4))
        .withMessage("promptLengths[1] is 4, expected 0 to 3 for targets of shape (2, 3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Targets.ignorePrompt(targets, -1))
        .withMessage("promptLengths[0] is -1, expected 0 to 3 for targets of shape (2, 3)");
  }
}
