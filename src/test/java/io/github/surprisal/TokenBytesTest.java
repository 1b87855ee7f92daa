/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.surprisal.ByteAudit.Cause;
import io.github.surprisal.ByteAudit.Mismatch;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class TokenBytesTest {

  /** A vocabulary of the UTF-8 forms of some texts. */
  private static TokenBytes vocabulary(String... tokens) {
    return TokenBytes.of(Arrays.stream(tokens).map(t -> t.getBytes(UTF_8)).toArray(byte[][]::new));
  }

  /** The audit of tokens, each of which occurs once, in order. */
  private static ByteAudit audit(String text, String... tokens) {
    return vocabulary(tokens)
        .audit(IntTensor.of(IntStream.range(0, tokens.length).toArray()), text);
  }

  @Test
  void lengthsAreThoseOfTheTable() {
    TokenBytes vocabulary = vocabulary("", "a", "é", "€", "😀", " the");
    assertThat(vocabulary.size()).isEqualTo(6);
    assertThat(vocabulary.lengths(IntTensor.of(new int[][] {{5, -100, 4}, {0, 1, 2}})))
        .isEqualTo(IntTensor.of(new int[][] {{4, 0, 4}, {0, 1, 2}}));
    assertThat(vocabulary.lengths(IntTensor.of(3, 1, -1), -1)).isEqualTo(IntTensor.of(3, 1, 0));
    assertThat(vocabulary.lengths(IntTensor.of(3, 1), 3)).isEqualTo(IntTensor.of(0, 1));
    assertThat(vocabulary.lengths(IntTensor.scalar(3))).isEqualTo(IntTensor.scalar(3));
    assertThat(vocabulary.length(3)).isEqualTo(3);
  }

  @Test
  void theTableIsCopied() {
    byte[][] table = {{1, 2}, {3}};
    TokenBytes vocabulary = TokenBytes.of(table);
    table[0] = new byte[0];
    table[1][0] = 9;
    assertThat(vocabulary.audit(IntTensor.of(0, 1), new byte[] {1, 2, 3}).matches()).isTrue();
  }

  @Test
  void refusesTokensOutsideTheVocabulary() {
    TokenBytes vocabulary = vocabulary("a", "b");
    IntTensor targets = IntTensor.of(new int[][] {{0, 1}, {-100, 2}});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.lengths(targets))
        .withMessage(
            "target at index (1, 1) is 2, expected 0 <= target < 2 or the ignore index -100");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.audit(targets, "ab"))
        .withMessage("token at index (1, 0) is -100, expected 0 <= token < 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.length(2))
        .withMessage("token is 2, expected 0 <= token < 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.length(-1))
        .withMessage("token is -1, expected 0 <= token < 2");
  }

  /** Ids that no token has, as cl100k_base has some, are null in the table of the vocabulary. */
  @Test
  void holesCountNoBytes() {
    byte[][] table = {{1, 2}, null, {}, {3}, null};
    TokenBytes vocabulary = TokenBytes.of(table);
    assertThat(vocabulary.size()).isEqualTo(5);
    assertThat(IntStream.range(0, 5).map(vocabulary::length)).containsExactly(2, 0, 0, 1, 0);
    assertThat(vocabulary.lengths(IntTensor.of(0, 2, 3))).isEqualTo(IntTensor.of(2, 0, 1));
    assertThat(vocabulary.audit(IntTensor.of(0, 2, 3), new byte[] {1, 2, 3}).matches()).isTrue();
    assertThat(vocabulary.lengths(IntTensor.of(0, 4), 4)).isEqualTo(IntTensor.of(2, 0));
  }

  @Test
  void holesThatOccurAreNamed() {
    TokenBytes vocabulary = TokenBytes.of(new byte[][] {{1, 2}, null, {}});
    IntTensor tokens = IntTensor.of(new int[][] {{0, 2}, {1, 0}});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.lengths(tokens))
        .withMessage(
            "target at index (1, 0) is 1, a hole of the vocabulary (its bytes are null), expected a"
                + " token or the ignore index -100");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.audit(tokens, new byte[] {1, 2}))
        .withMessage(
            "token at index (1, 0) is 1, a hole of the vocabulary (its bytes are null), expected a"
                + " token");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.audit(tokens, "text"))
        .withMessageStartingWith("token at index (1, 0) is 1, a hole of the vocabulary");
  }

  @Test
  void theRealVocabularyMatchesItsTextAndItsByteCounts() throws IOException {
    TinyLanguageModel model = TinyLanguageModel.read();
    TokenBytes vocabulary = TokenBytes.of(model.bytesOfTokens());
    ByteAudit audit = vocabulary.audit(model.textIds(), model.text());
    assertThat(audit.matches()).as("%s", audit).isTrue();
    assertThat(audit.tokens()).isEqualTo(387);
    assertThat(audit.zeroByteTokens()).isZero();
    assertThat(audit.tokenBytes()).isEqualTo(1210);
    assertThat(audit.textBytes()).isEqualTo(1210);
    assertThat(audit)
        .hasToString(
            "token bytes match the text: 1,210 bytes in 387 tokens, 0 of them empty; 1,210 bytes of"
                + " text");

    ByteAudit withStart = vocabulary.audit(model.ids(), model.text());
    assertThat(withStart.mismatch().orElseThrow().tokenIndex()).isZero();
  }

  @Test
  void byteCountsOfARealModelAreReproduced() throws IOException {
    byte[][] bytes = new byte[256][];
    Arrays.setAll(bytes, b -> new byte[] {(byte) b});
    RealModel model = RealModel.read("bytes256");
    assertThat(TokenBytes.of(bytes).lengths(model.targets())).isEqualTo(model.tokenBytes());
    assertThat(TokenBytes.of(bytes).lengths(model.maskedTargets()).toArray())
        .isEqualTo(
            Arrays.stream(model.maskedTargets().toArray()).map(t -> t == -100 ? 0 : 1).toArray());
  }

  /** However a text is cut into tokens, its bytes are found again, split characters included. */
  @Test
  void everyCutOfATextMatches() {
    String text = "naïve 😀 — ﬁn\n\u0000\uFFFD ▁Ġ<0x0A><s> é";
    byte[] utf8 = text.getBytes(UTF_8);
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int[] cuts =
          IntStream.concat(
                  IntStream.of(0, utf8.length),
                  random.ints(random.nextInt(utf8.length), 0, utf8.length))
              .sorted()
              .toArray();
      byte[][] tokens = new byte[cuts.length - 1][];
      Arrays.setAll(tokens, i -> Arrays.copyOfRange(utf8, cuts[i], cuts[i + 1]));
      TokenBytes vocabulary = TokenBytes.of(tokens);
      IntTensor ids = IntTensor.of(IntStream.range(0, tokens.length).toArray());
      ByteAudit audit = vocabulary.audit(ids, text);
      assertThat(audit.matches()).as("seed %d: %s", seed, audit).isTrue();
      assertThat(audit.tokenBytes()).isEqualTo(utf8.length);
      assertThat(Arrays.stream(vocabulary.lengths(ids).toArray()).sum()).isEqualTo(utf8.length);
      int zeroByteTokens = 0;
      for (byte[] token : tokens) {
        zeroByteTokens += token.length == 0 ? 1 : 0;
      }
      assertThat(audit.zeroByteTokens()).isEqualTo(zeroByteTokens);

      // One byte wrong: the token that holds it is named.
      int wrong = random.nextInt(utf8.length);
      byte[] other = utf8.clone();
      other[wrong] ^= 0x01;
      Mismatch mismatch = vocabulary.audit(ids, other).mismatch().orElseThrow();
      int holder = (int) mismatch.tokenIndex();
      assertThat(wrong).as("seed %d", seed).isBetween(cuts[holder], cuts[holder + 1] - 1);
      assertThat(mismatch.textPosition()).isEqualTo(cuts[holder]);
    }
  }

  private static Arguments slip(Cause cause, int at, String text, String... tokens) {
    return Arguments.of(cause, at, text, tokens);
  }

  private static Stream<Arguments> slips() {
    return Stream.of(
        slip(Cause.REPLACEMENT_CHARACTER, 1, "a😀", "a", "\uFFFD", "\uFFFD"),
        slip(Cause.REPLACEMENT_CHARACTER, 0, "— so", "\uFFFD", "\uFFFD so"),
        slip(Cause.REPLACEMENT_CHARACTER, 1, "a — so", "a", " \uFFFD", "\uFFFD so"),
        slip(Cause.WORD_BOUNDARY_MARK, 1, "It is", "It", "▁is"),
        slip(Cause.WORD_BOUNDARY_MARK, 0, "It is", "▁It", "▁is"),
        slip(Cause.WORD_BOUNDARY_MARK, 1, "It  is", "It", "▁▁is"),
        slip(Cause.BYTE_LEVEL_ALPHABET, 1, "It is", "It", "Ġis"),
        slip(Cause.BYTE_LEVEL_ALPHABET, 0, "It is", "ĠIt", "Ġis"),
        slip(Cause.BYTE_LEVEL_ALPHABET, 1, "a\n", "a", "Ċ"),
        slip(Cause.BYTE_LEVEL_ALPHABET, 1, "a\u007fb", "a", "ġb"),
        slip(Cause.BYTE_LEVEL_ALPHABET, 1, "aà", "a", "ÃĠ"),
        slip(Cause.BYTE_LEVEL_ALPHABET, 1, "a\u00ad", "a", "ÂŃ"),
        slip(Cause.BYTE_LEVEL_ALPHABET, 1, "a\u00a0b", "a", "Âłb"),
        slip(Cause.BYTE_LEVEL_ALPHABET, 1, "a😀", "a", "ðŁĺĢ"),
        slip(Cause.BYTE_FALLBACK, 1, "a\n", "a", "<0x0A>"),
        slip(Cause.BYTE_FALLBACK, 0, "ÿ", "<0xC3>", "<0xbf>"),
        slip(Cause.SPECIAL_TOKEN, 0, "It is", "<s>", "It", " is"),
        slip(Cause.SPECIAL_TOKEN, 2, "It is", "It", " is", "<|endoftext|>"),
        slip(Cause.SPECIAL_TOKEN, 0, "It", "<｜begin▁of▁sentence｜>", "It"),
        slip(Cause.SPECIAL_TOKEN, 0, "It", "[CLS]", "It", "[SEP]"),
        slip(Cause.SPECIAL_TOKEN, 0, "Hi", "<|im_start|>user\n", "Hi"),
        slip(Cause.SPECIAL_TOKEN, 1, "Hi", "Hi", "<|im_end|>\n"),
        slip(Cause.SPECIAL_TOKEN, 1, "Hi", "Hi", "\n\n<|eot|>"),
        slip(Cause.SPECIAL_TOKEN, 0, "Hi", "<|begin\nof text|>", "Hi"),
        slip(Cause.SPECIAL_TOKEN, 0, "Hi", "<s>\r\n", "Hi"),
        slip(Cause.SPECIAL_TOKEN, 0, "Hi", " [CLS]\n", "Hi"),
        slip(Cause.CONTINUATION_PREFIX, 1, "virus", "vir", "##us"),
        slip(Cause.CONTINUATION_PREFIX, 1, "naïve", "na", "##ïve"),
        slip(Cause.CONTINUATION_PREFIX, 1, "VIRUS", "VIR", "##us"),
        slip(Cause.CONTINUATION_SUFFIX, 0, "person", "per@@", "son"),
        slip(Cause.CONTINUATION_SUFFIX, 0, "person", "per@@ ", "son"),
        slip(Cause.END_OF_WORD_SUFFIX, 0, "hello world", "hello</w>", "world</w>"),
        slip(Cause.END_OF_WORD_SUFFIX, 1, "hello", "hel", "lo</w>"),
        slip(Cause.END_OF_WORD_SUFFIX, 1, "a b", "a", "</w>", "b"),
        slip(Cause.UNKNOWN_TOKEN, 1, "a\u2603b", "a", "<unk>", "b"),
        slip(Cause.UNKNOWN_TOKEN, 1, "a \u2603 b", "a", "[UNK]", " b"),
        slip(Cause.UNKNOWN_TOKEN, 1, "a \u2603 b", "a", "<UNK>", " b"),
        slip(Cause.UNKNOWN_TOKEN, 1, "a\u2603b", "a", "<|unk|>", "b"),
        slip(Cause.UNKNOWN_TOKEN, 1, "a\u2603b", "a", " \u2047 ", "b"),
        // what looks like a mark, and is text
        slip(Cause.DIFFERENT_TEXT, 0, "##us", "##ab"),
        slip(Cause.DIFFERENT_TEXT, 0, "# us", "## us"),
        slip(Cause.DIFFERENT_TEXT, 0, "## us", "####"),
        slip(Cause.DIFFERENT_TEXT, 1, "a-b", "a", " @@", "b"),
        slip(Cause.DIFFERENT_TEXT, 0, "a@ b", "a@@@", " b"),
        slip(Cause.DIFFERENT_TEXT, 0, "per@@x", "per@@ "),
        slip(Cause.LEADING_SPACE, 0, "It is", " It", " is"),
        slip(Cause.LEADING_SPACE, 0, "It is", " ", "It", " is"),
        slip(Cause.LEADING_SPACE, 1, "It is", "", " It", " is"),
        slip(Cause.ZERO_BYTE_TOKEN, 2, "It\nis", "It", "", "is"),
        slip(Cause.ZERO_BYTE_TOKEN, 1, "😀is", "", "is"),
        slip(Cause.TEXT_ENDS, 1, "It is", "It", " is\n"),
        slip(Cause.TEXT_ENDS, 2, "It is", "It", " is", "\n"),
        slip(Cause.TOKENS_END, 1, "It is", "It"),
        slip(Cause.TOKENS_END, 0, "It is"),
        slip(Cause.TOKENS_END, 2, "It\n", "It", ""),
        slip(Cause.DIFFERENT_TEXT, 0, "It is", "it", " is"),
        slip(Cause.DIFFERENT_TEXT, 1, "It is", "It", " was"),
        slip(Cause.DIFFERENT_TEXT, 1, "It is", "", "it", " is"),
        slip(Cause.DIFFERENT_TEXT, 1, "It is", "It", "  is"),
        slip(Cause.DIFFERENT_TEXT, 1, "a\u00ad", "a", "Âń"),
        slip(Cause.DIFFERENT_TEXT, 1, "isis", "is", " is"),
        slip(Cause.DIFFERENT_TEXT, 1, "It\nis", "It", "is"),
        slip(Cause.DIFFERENT_TEXT, 0, "\u00e9", "e\u0301"));
  }

  @ParameterizedTest
  @MethodSource("slips")
  void slipsAreFoundAndNamed(Cause cause, int at, String text, String... tokens) {
    ByteAudit audit = audit(text, tokens);
    assertThat(audit.matches()).isFalse();
    Mismatch mismatch = audit.mismatch().orElseThrow();
    assertThat(mismatch.cause()).isEqualTo(cause);
    assertThat(mismatch.tokenIndex()).isEqualTo(at);
    assertThat(mismatch.token())
        .isEqualTo(at == tokens.length ? OptionalInt.empty() : OptionalInt.of(at));
    assertThat(audit.tokens()).isEqualTo(tokens.length);
    assertThat(audit.tokenBytes()).isEqualTo(String.join("", tokens).getBytes(UTF_8).length);
    assertThat(audit.textBytes()).isEqualTo(text.getBytes(UTF_8).length);
    assertThat(audit.toString()).contains("probable cause: " + cause.explanation());
  }

  /** Nothing is to be counted for text that is lost, and 0 bytes neither. */
  @Test
  void lostTextHasNoByteCount() {
    for (String unknown : new String[] {"<unk>", "[UNK]", "<UNK>", ""}) {
      String report = audit("a\u2603b", "a", unknown, "b").toString();
      assertThat(report)
          .contains("how many bytes it stands for is unknown")
          .contains("this vocabulary can't reproduce the text")
          .doesNotContain("give it 0 bytes");
    }
  }

  /** A text may hold the name of the unknown token, as WikiText-103 does. */
  @Test
  void theNameOfTheUnknownTokenMayBeText() {
    assertThat(audit("a <unk> b", "a", " <unk>", " b").matches()).isTrue();
  }

  /** U+FFFD has 3 bytes, as this dash has, so the sum is right by chance. */
  @Test
  void equalSumsDoNotHideASlip() {
    ByteAudit audit = audit("a—b", "a", "\uFFFD", "b");
    assertThat(audit.tokenBytes()).isEqualTo(audit.textBytes());
    assertThat(audit.matches()).isFalse();
  }

  @Test
  void reportsReadWell() {
    assertThat(audit("It is so", "It", "▁is", "▁so", ""))
        .hasToString(
            """
            token bytes differ from the text: 12 bytes in 4 tokens, 1 of them empty; 8 bytes \
            of text
            token 1 at index 1 is e2 96 81 69 73 "▁is", the text at byte 2 is \
            20 69 73 20 73 " is s"
            probable cause: the vocabulary writes a space as U+2581 (e2 96 81), as SentencePiece \
            does; it is 1 byte, 20""");
    assertThat(audit("It is a truth universally", "It"))
        .hasToString(
            """
            token bytes differ from the text: 2 bytes in 1 tokens, 0 of them empty; 25 bytes \
            of text
            the tokens end at index 1, the text goes on at byte 2 with \
            20 69 73 20 61 20 74 72 75 74 68 20 75 6e 69 76 " is a truth univ"
            probable cause: the tokens end before the text does: they were cut off, or the last \
            ones have too few bytes""");
    assertThat(audit("\n", "\t").mismatch().orElseThrow().toString())
        .startsWith("token 0 at index 0 is 09 \".\", the text at byte 0 is 0a \".\"");
    assertThat(audit("a", "a", "b").mismatch().orElseThrow().toString())
        .startsWith("token 1 at index 1 is 62 \"b\", the text at byte 1 is nothing\n");
  }

  @ParameterizedTest
  @CsvSource({"1, \uD83D, D83D", "0, \uDE00\uD83D, DE00", "3, \uD83D\uDE00a\uD83Db, D83D"})
  void refusesUnpairedSurrogates(int index, String text, String codeUnit) {
    String whole = index == 1 ? "a" + text : text;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary("?").audit(IntTensor.of(0), whole))
        .withMessage(
            "text has the unpaired surrogate U+%s at index %d, expected text with a UTF-8 form",
            codeUnit, index);
  }

  @Test
  void auditsCompareByValue() {
    TokenBytes vocabulary = TokenBytes.of(new byte[][] {{'a'}, {'b'}});
    ByteAudit audit = vocabulary.audit(IntTensor.of(0, 1), "ax");
    ByteAudit same = vocabulary.audit(IntTensor.of(0, 1), "ax");
    assertThat(audit).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(audit).isNotEqualTo(vocabulary.audit(IntTensor.of(0, 1), "ab"));
    assertThat(audit).isNotEqualTo(vocabulary.audit(IntTensor.of(0, 1), "ay"));
    assertThat(audit.textBytes()).isEqualTo(2);
    ByteAudit.Mismatch mismatch = audit.mismatch().orElseThrow();
    assertThat(mismatch.token()).hasValue(1);
    assertThat(mismatch.textPosition()).isOne();
    assertThat(mismatch.actualHex()).isEqualTo("62");
    assertThat(mismatch.expectedHex()).isEqualTo("78");
    assertThat(mismatch).isEqualTo(same.mismatch().orElseThrow());
  }
}
