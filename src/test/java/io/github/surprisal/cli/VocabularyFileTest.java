/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.surprisal.ByteAudit;
import io.github.surprisal.IntTensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the files of tokenizers say of the bytes of tokens. */
final class VocabularyFileTest {

  static final Path FILES = Path.of("src/test/resources/vocabularies");

  private static Arguments text(String file, String form, int count, String text, int... tokens) {
    return Arguments.of(file, form, count, text, tokens);
  }

  private static Stream<Arguments> texts() {
    return Stream.of(
        text(
            "byte-level.json",
            "tokenizer.json, BPE",
            10,
            "It is\n<think> naïve 🙂 é",
            new int[] {0, 1, 2, 9, 3, 4, 5, 6, 10, 7}),
        text(
            "sentencepiece-bpe.json",
            "tokenizer.json, BPE",
            12,
            " It is\n 你é  is",
            new int[] {1, 7, 8, 3, 9, 4, 5, 6, 10, 9, 8, 2}),
        text("sentencepiece-bpe.json", "tokenizer.json, BPE", 12, "  é", new int[] {11, 10}),
        text(
            "unigram.json",
            "tokenizer.json, Unigram",
            8,
            " It is naïve ",
            new int[] {0, 3, 4, 5, 6, 7, 1}),
        text(
            "wordpiece.json",
            "tokenizer.json, WordPiece",
            10,
            " it is naïve - is.",
            new int[] {2, 4, 5, 6, 7, 9, 5, 8, 3, 0}),
        text("end-of-word.json", "tokenizer.json, BPE", 4, "it naïve ", new int[] {1, 2, 3}),
        text("clip.json", "tokenizer.json, BPE", 5, "it naïve ", new int[] {3, 0, 1, 2, 4}),
        text(
            "ranks.tiktoken",
            "ranks of tiktoken",
            7,
            "It is\n naïve 🙂",
            new int[] {0, 1, 2, 3, 4, 6, 7}),
        text("tokens.tsv", "table of tokens", 5, "It is\n naïve\t\\\r", new int[] {0, 1, 2, 4, 3}));
  }

  /** The bytes of a text's tokens are the text's. */
  @ParameterizedTest
  @MethodSource("texts")
  void tokensAreTheirText(String file, String form, int count, String text, int[] tokens)
      throws IOException {
    Vocabulary vocabulary = VocabularyFile.read(FILES.resolve(file));

    ByteAudit audit = vocabulary.tokens().audit(IntTensor.of(tokens), text);
    assertThat(audit.matches()).as("%s", audit).isTrue();
    assertThat(Arrays.stream(tokens).map(vocabulary.tokens()::length).sum())
        .isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    assertThat(vocabulary.form()).isEqualTo(form);
    assertThat(vocabulary.file()).isEqualTo(FILES.resolve(file).toString());
    assertThat(vocabulary.count()).isEqualTo(count);
  }

  @Test
  void byteCounts() throws IOException {
    Vocabulary vocabulary = VocabularyFile.read(FILES.resolve("counts.tsv"));

    assertThat(vocabulary.form()).isEqualTo("table of byte counts");
    assertThat(lengths(vocabulary)).containsExactly(0, 2, 3, 0, 6);
    assertThat(vocabulary.has(3)).isFalse();
    assertThat(lengths(read("\uFEFFID\tBytes\r\n\r\n1\t512\r\n0\t0"))).containsExactly(0, 512);
  }

  @Test
  void holesAndUnknownTokensAreNamed() throws IOException {
    Vocabulary vocabulary = VocabularyFile.read(FILES.resolve("byte-level.json"));

    assertThat(vocabulary.has(0)).isTrue();
    assertThat(vocabulary.has(10)).isTrue();
    assertThat(vocabulary.unknown()).isEmpty();
    assertThat(vocabulary.tokens().length(8)).isZero();
    for (int hole : new int[] {8, 11, -1, Integer.MIN_VALUE, 50260}) {
      assertThat(vocabulary.has(hole)).isFalse();
    }
    Vocabulary unigram = VocabularyFile.read(FILES.resolve("unigram.json"));
    assertThat(unigram.unknown()).hasValue(2);
    assertThat(unigram.unknownProblem())
        .isEqualTo(
            " is the unknown token of "
                + FILES.resolve("unigram.json")
                + ", and how many bytes of text it stands for is lost: leave the vocabulary out, or"
                + " take a text without such tokens");
  }

  /** Where a tokenizer falls back to bytes, no text is unknown. */
  @ParameterizedTest
  @CsvSource({
    "byte-level.json, -1",
    "clip.json, -1",
    "sentencepiece-bpe.json, -1",
    "unigram.json, 2",
    "wordpiece.json, 1",
    "end-of-word.json, 0"
  })
  void unknownTokens(String file, int unknown) throws IOException {
    assertThat(VocabularyFile.read(FILES.resolve(file)).unknown().orElse(-1)).isEqualTo(unknown);
  }

  /** A vocab.json says nothing of its alphabet, but may hold all of it. */
  @Test
  void theAlphabetOfVocabJson() throws IOException {
    List<String> characters = ByteLevelAlphabet.characters();
    assertThat(characters).hasSize(256).doesNotHaveDuplicates();
    List<String> tokens = new ArrayList<>(characters);
    tokens.addAll(List.of("Ġna", "Ã¯ve", "<|endoftext|>", "model", "version"));
    Vocabulary byteLevel = read(vocabJson(tokens));
    assertThat(byteLevel.form()).isEqualTo("vocab.json");
    assertThat(lengths(byteLevel)).startsWith(1, 1, 1).endsWith(3, 4, 0, 5, 7);

    tokens.addAll(characters.stream().map(c -> c + "</w>").toList());
    assertThat(lengths(read(vocabJson(tokens)))).startsWith(1, 1, 1).endsWith(2, 2, 2);

    tokens.remove(17);
    assertThat(errorOf(vocabJson(tokens)))
        .startsWith("how this vocab.json writes its tokens can't be told by them, expected a ");

    Vocabulary pieces = read(vocabJson(List.of("▁", "<unk>", "▁is", "<0x0A>")));
    assertThat(lengths(pieces)).containsExactly(1, 0, 3, 6);
    assertThat(pieces.unknown()).hasValue(1);
    List<String> names = new ArrayList<>(List.of("▁", "<unk>"));
    for (int value = 0; value < 256; value++) {
      names.add("<0x%02X>".formatted(value));
    }
    Vocabulary withBytes = read(vocabJson(names));
    assertThat(lengths(withBytes)).startsWith(1, 0, 1, 1).endsWith(1);
    assertThat(withBytes.unknown()).isEmpty();
  }

  private static String vocabJson(List<String> tokens) {
    StringBuilder text = new StringBuilder("{");
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.get(id).replace("\\", "\\\\").replace("\"", "\\\"");
      text.append(id == 0 ? "\"" : ",\"").append(token).append("\":").append(id);
    }
    return text.append('}').toString();
  }

  /** Without a decoder, the pre_tokenizer or the model tells. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{`type`:`ByteLevel`} | {`type`:`BPE`,`vocab`:{`Ġa`:0,`Ã©`:1}} | 2 | 2",
        "{`type`:`Sequence`,`pretokenizers`:[{`type`:`Digits`},{`type`:`Metaspace`}]}"
            + " | {`vocab`:{`▁a`:0,`<0x0A>`:1},`byte_fallback`:true} | 2 | 1",
        "null | {`type`:`WordPiece`,`continuing_subword_prefix`:`##`,`vocab`:{`##a`:0,`.`:1}} | 1 | 2",
        "null | {`type`:`BPE`,`end_of_word_suffix`:`</w>`,`vocab`:{`a</w>`:0,`a`:1}} | 2 | 1"
      })
  void withoutADecoder(String preTokenizer, String model, int first, int second)
      throws IOException {
    String json = "{\"model\":" + model + ",\"pre_tokenizer\":" + preTokenizer + "}";

    assertThat(lengths(read(json.replace('`', '"')))).containsExactly(first, second);
  }

  @Test
  void theWordPieceDecoderMayLeaveSpaces() throws IOException {
    String json = Files.readString(FILES.resolve("wordpiece.json"));

    assertThat(read(json).tokens().length(8)).isEqualTo(1);
    assertThat(read(json.replace("\"cleanup\": true", "\"cleanup\": false")).tokens().length(8))
        .isEqualTo(2);
  }

  private static final String ADVICE =
      ": python -c \"from transformers import AutoTokenizer;"
          + " AutoTokenizer.from_pretrained('MODEL').save_pretrained('.')\" makes one";

  private static final String EXPECTED =
      ", expected a tokenizer.json of Hugging Face, ranks of tiktoken, or a table of ids and byte"
          + " counts";

  /** Files that come with tokenizers, but don't say what is asked. */
  @Test
  void otherFilesAreKnown() {
    String otherwise = EXPECTED + ADVICE;
    assertThat(errorOf("#version: 0.2\nĠ t\n"))
        .isEqualTo("is a merges.txt, which has no ids" + otherwise);
    assertThat(errorOf("Ġ t\nĠ a\n")).isEqualTo("is a merges.txt, which has no ids" + otherwise);
    assertThat(errorOf("\n\u000e\n\u0005<unk>\u0015\0\0\0\0\u0018\u0002"))
        .isEqualTo("is binary, as a model of SentencePiece is" + otherwise);
    assertThat(errorOf("GGUF\3\0\0\0")).isEqualTo("is binary" + otherwise);
    assertThat(errorOf("[PAD]\n[UNK]\n")).isEqualTo("begins with the line \"[PAD]\"" + otherwise);
    assertThat(errorOf("{\"add_bos_token\":true,\"tokenizer_class\":\"LlamaTokenizer\"}"))
        .isEqualTo(
            "is a tokenizer_config.json, without a vocabulary, expected a tokenizer.json" + ADVICE);
    assertThat(errorOf("{\"architectures\":[\"X\"],\"vocab_size\":5}"))
        .isEqualTo("holds no \"model\", expected a tokenizer.json" + ADVICE);
    assertThat(errorOf("<unk>\t0\n"))
        .isEqualTo(
            "line 1: the columns are \"<unk>\" and \"0\", expected id and bytes, or id and token; a"
                + " .vocab of SentencePiece holds no ids"
                + ADVICE);
    assertThat(errorOf("")).isEqualTo("is empty" + EXPECTED);
    assertThat(errorOf(" \n")).isEqualTo("is empty" + EXPECTED);
    assertThat(errorOf("{}"))
        .isEqualTo(
            "how this vocab.json writes its tokens can't be told by them, expected a tokenizer.json"
                + ADVICE);
  }

  @Test
  void noFile() {
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> VocabularyFile.read(Path.of("missing.json")))
        .withMessage("missing.json: no such file" + EXPECTED);
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> VocabularyFile.read(FILES))
        .withMessageStartingWith(FILES + ": cannot be read: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "0\\t513 | line 1: the number of bytes is '513', expected an integer from 0 to 512",
        "0\\t-1 | line 1: the number of bytes is '-1', expected an integer from 0 to 512",
        "0\\t1\\n1\\tthe | line 2: the number of bytes is 'the', expected an integer; a table of"
            + " tokens begins with the line id, tab, token",
        "0\\t1\\n\\n0\\t1 | line 3: the id 0 is there a second time, expected each id once",
        "0\\t1\\n1 | line 2: has 1 columns, expected 2 with a tab between them",
        "0\\t1\\t2 | line 1: has 3 columns, expected 2 with a tab between them",
        "-1\\t1 | line 1: the id is '-1', expected an integer from 0 to 2097151",
        "2097152\\t1 | line 1: the id is '2097152', expected an integer from 0 to 2097151",
        "99999999999999999999\\t1 | line 1: the id is '99999999999999999999', expected an integer"
            + " from 0 to 2097151",
        "id\\tlogit\\n0\\t1 | line 1: the columns are 'id' and 'logit', expected id and bytes, or"
            + " id and token; a .vocab of SentencePiece holds no ids"
            + ADVICE,
        "id\\tbytes\\n | holds no token, expected a tokenizer.json of Hugging Face, ranks of"
            + " tiktoken, or a table of ids and byte counts",
        "id\\ttoken\\n0\\ta/x4 | line 2: a backslash before something else, expected /t, /n, /r,"
            + " // or a byte such as /xE4",
        "YQ== 0\\nYg== x | line 2: the id is 'x', expected an integer from 0 to 2097151",
        "YQ== 0\\nYg= 1 | line 2: 'Yg=' is no base64, expected the bytes of a token",
        "YQ== 0\\nYg== 0 | line 2: the id 0 is there a second time, expected each id once",
        "YQ== 0\\nYg== | line 2: 'Yg==', expected base64, a space and an id",
        "{'model':1 | line 1, column 11: no valid JSON: Unexpected end-of-input: expected close"
            + " marker for Object (start marker at [Source: REDACTED (`StreamReadFeature."
            + "INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1])",
        "{'model':[]} | line 1, column 10: model is an array, expected an object",
        "{'model':'x'} | line 1, column 10: model is 'x', expected an object",
        "{'model':{'vocab':5}} | line 1, column 19: vocab is 5, expected an object",
        "{'model':{'vocab':{'a':1.5}}} | line 1, column 24: the id of 'a' is 1.5, expected an"
            + " integer from 0 to 2097151",
        "{'model':{'vocab':{'a':-1}}} | line 1, column 24: the id of 'a' is -1, expected an"
            + " integer from 0 to 2097151",
        "{'model':{'vocab':{'a':2097152}}} | line 1, column 24: the id of 'a' is 2097152, expected"
            + " an integer from 0 to 2097151",
        "{'model':{'vocab':{'a':1,'b':1}}} | line 1, column 30: the id of 'b' is 1, expected"
            + " another one, since a token before has it",
        "{'model':{'vocab':{'a':1,'a':2}}} | line 1, column 29: no valid JSON: Duplicate field"
            + " 'a'",
        "{'model':{'vocab':[['/ud800',0]]}} | line 1, column 21: the token has an unpaired"
            + " surrogate, expected text with a UTF-8 form",
        "{'model':{'vocab':[['a',0,0]]}} | line 1, column 20: an entry of vocab has 3 elements,"
            + " expected a token and its score",
        "{'model':{'vocab':[0]}} | line 1, column 20: the entry of vocab is 0, expected an array",
        "{'model':{'vocab':{}}} | has neither a decoder nor a pre_tokenizer of type ByteLevel or"
            + " Metaspace, so that what its tokens stand for can't be told, expected one of them",
        "{'model':{'vocab':{}},'decoder':{'type':'ByteLevel'}} | holds no token, expected a"
            + " tokenizer.json of Hugging Face, ranks of tiktoken, or a table of ids and byte"
            + " counts",
        "{'model':{},'decoder':{'type':'CTC'}} | line 1, column 23: a decoder of type 'CTC', by"
            + " which the bytes of a token can't be told, expected one of ByteLevel,"
            + " ByteFallback, Fuse, Metaspace, Replace, WordPiece, BPEDecoder, Strip or a Sequence"
            + " of them",
        "{'model':{},'decoder':{'type':'Strip','start':1}} | line 1, column 47: start is 1,"
            + " expected 0, or a decoder of type Fuse before this one of type Strip",
        "{'model':{},'decoder':{'type':'Replace','pattern':{'Regex':'x'}}} | line 1, column 51: the"
            + " object in pattern has no member 'String', expected what is replaced; regular"
            + " expressions are not read",
        "{'model':{'continuing_subword_prefix':'##'},'decoder':{'type':'BPEDecoder'}} | the model"
            + " writes '##' before what goes on a word, and no decoder takes it away, expected a"
            + " decoder of type WordPiece",
        "{'added_tokens':[{'id':1,'content':'a'},{'id':1,'content':'b'}]} | line 1, column 47: id"
            + " is 1, expected another one, since an added token before has it",
        "{'added_tokens':[{'id':1}]} | line 1, column 18: the object in the entry of added_tokens"
            + " has no member 'content', expected the text of the token",
        "{'a':1} x | line 1, column 9: no valid JSON: Unrecognized token 'x': was expecting (JSON"
            + " String, Number, Array, Object or token 'null', 'true' or 'false')",
        "{'a':1} {} | line 1, column 9: text after the end of the object, expected nothing"
      })
  void isExplainedOnOneLine(String text, String problem) {
    String content = text.replace("\\t", "\t").replace("\\n", "\n").replace('/', '\\');
    String expected =
        problem.contains("JSON: ") ? problem : problem.replaceAll("'(?!MODEL|\\.|\\)|t )", "\"");
    assertThat(errorOf(text.startsWith("{") ? content.replace('\'', '"') : content))
        .isEqualTo(expected.replace('/', '\\'));
  }

  @Test
  void textIsInUtf8() throws IOException {
    assertThat(errorOf("{\"model\":{\"vocab\":{\"a".getBytes(StandardCharsets.UTF_8), 0xE4, '"'))
        .matches("line 1, column \\d+: what follows is not in UTF-8, expected JSON in UTF-8");
    assertThat(errorOf("id\ttoken\n1\ta".getBytes(StandardCharsets.UTF_8), 0xE4, 'b'))
        .isEqualTo("line 2: is not in UTF-8, expected a token in UTF-8, or its bytes as \\xE4");
  }

  /** What would take much time or memory is refused, or taken without much of either. */
  @Test
  @Timeout(60)
  void sizesAreBounded() throws IOException {
    assertThat(errorOf("{\"a\":" + "[".repeat(1_000_000)))
        .contains("Document nesting depth (65) exceeds the maximum allowed (64");
    assertThat(errorOf("{\"" + "a".repeat(1_000_000) + "\":0}"))
        .contains("Name length (")
        .contains("exceeds the maximum allowed (");
    assertThat(errorOf("{\"a\":" + "1".repeat(1_000_000) + "}")).contains("Number value length (");
    assertThat(errorOf("id\ttoken\n0\t" + "a".repeat(100_000)))
        .isEqualTo("line 2: the line is longer than 65536 bytes, expected a token");
    assertThat(errorOf("0\t" + "1".repeat(60_000)))
        .isEqualTo("line 1: the number of bytes is a long text, expected an integer from 0 to 512");
    String part = "{\"type\":\"Metaspace\"},";
    assertThat(
            errorOf(
                "{\"model\":{},\"decoder\":{\"type\":\"Sequence\",\"decoders\":["
                    + part.repeat(64)
                    + "{\"type\":\"Metaspace\"}]}}"))
        .isEqualTo("line 1, column 23: decoder has 65 steps, expected at most 64");
    StringBuilder counts = new StringBuilder();
    for (int id = 0; id < 140_000; id++) {
      counts.append(id).append("\t512\n");
    }
    assertThat(errorOf(counts.toString()))
        .isEqualTo("tokens have 71680000 bytes together, expected at most 67108864");
  }

  @Test
  @Timeout(60)
  void manyTokens() throws IOException {
    StringBuilder json = new StringBuilder("{\"model\":{\"type\":\"BPE\",\"vocab\":{");
    for (int id = 0; id < 300_000; id++) {
      json.append(id == 0 ? "" : ",").append("\"Ġ").append(id).append("\":").append(id);
    }
    json.append("},\"merges\":[");
    for (int id = 0; id < 300_000; id++) {
      json.append(id == 0 ? "" : ",").append("[\"Ġ\",\"").append(id).append("\"]");
    }
    json.append("]},\"decoder\":{\"type\":\"ByteLevel\"}}");
    Vocabulary vocabulary = read(json.toString());
    assertThat(vocabulary.count()).isEqualTo(300_000);
    assertThat(vocabulary.tokens().length(299_999)).isEqualTo(7);
  }

  private static int[] lengths(Vocabulary vocabulary) {
    int[] lengths = new int[vocabulary.tokens().size()];
    Arrays.setAll(lengths, vocabulary.tokens()::length);
    return lengths;
  }

  static Vocabulary read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  static Vocabulary read(byte[] text) throws IOException {
    return VocabularyFile.read("FILE", new ByteArrayInputStream(text));
  }

  private static String errorOf(byte[] text, int... more) {
    byte[] all = Arrays.copyOf(text, text.length + more.length);
    for (int i = 0; i < more.length; i++) {
      all[text.length + i] = (byte) more[i];
    }
    try {
      return "read: " + read(all).form();
    } catch (IOException refused) {
      String message = String.valueOf(refused.getMessage());
      assertThat(message).startsWith("FILE: ").doesNotContain("\n");
      return message.substring("FILE: ".length());
    }
  }

  private static String errorOf(String text) {
    return errorOf(text.getBytes(StandardCharsets.UTF_8));
  }
}
