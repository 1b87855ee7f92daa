/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code surprisal logprobs} makes of replies. */
final class LogProbsCommandTest {

  static final Path REPLIES = Path.of("src/test/resources/logprobs");

  private static final Offset<Double> CLOSE = within(1e-12);

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  /** With the mean of the log-probabilities and the number of bytes, as added up by hand. */
  @ParameterizedTest
  @CsvSource({
    "openai-chat.json,        openai-chat,        -10001.875, 5, 0, 2, 14",
    "openai-completions.json, openai-completions, -4.75,      3, 1, 1, 7",
    "openai-chat-stream.txt,        openai-chat,        -4.5,  4, 0, 2, 9",
    "openai-completions-stream.jsonl, openai-completions, -4,  2, 1, 1, 5",
    "openai-responses.json,         openai-responses,   -2,    3, 0, 1, 7",
    "openai-responses-stream.txt,   openai-responses,   -0.5,  1, 0, 1, 2",
    "openai-batch.jsonl,            openai-chat,        -2.25, 3, 0, 2, 5",
    "vllm.json,               vllm,               -5.25,      2, 1, 1, 8",
    "sglang.json,             sglang,             -2.5,       3, 0, 2, 12",
    "llama.cpp.json,          llama.cpp,          -2.25,      3, 0, 1, 3",
    "llama.cpp-stream.jsonl,  llama.cpp,          -2.25,      3, 0, 2, 4",
    "ollama.json,             ollama,             -0.75,      2, 0, 1, 3",
    "ollama-stream.jsonl,     ollama,             -2.375,     4, 0, 2, 8",
    "lines.jsonl,             lines,              -3.5,       3, 1, 1, 10"
  })
  void everyFormGivesThePerplexity(
      String name, String format, double sum, int tokens, int unscored, int replies, int bytes) {
    CommandRun run = run(name);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith("Replies         " + REPLIES.resolve(name) + " (" + format + ")\n")
        .contains(
            "\nScored          %d of %d tokens, %d without log-probability, in %d replies; %d bytes of text\n"
                .formatted(tokens, tokens + unscored, unscored, replies, bytes));
    for (JsonNode json :
        new JsonNode[] {
          run(name, "--json").json(), run(name, "--json", "--format", format).json()
        }) {
      assertThat(json.get("scoredTokens").asLong()).isEqualTo(tokens);
      assertThat(json.get("scoredBytes").asLong()).isEqualTo(bytes);
      assertThat(json.get("unscoredTokens").asLong()).isEqualTo(unscored);
      assertThat(json.get("loss").asDouble()).isCloseTo(-sum / tokens, CLOSE);
      double perplexity = Math.exp(-sum / tokens);
      if (Double.isFinite(perplexity)) {
        assertThat(json.get("perplexity").asDouble() / perplexity).isCloseTo(1, CLOSE);
      } else {
        assertThat(json.get("notNumbers").get("perplexity").asText()).isEqualTo("Infinity");
      }
      assertThat(json.get("bitsPerByte").asDouble()).isCloseTo(-sum / Math.log(2) / bytes, CLOSE);
    }
  }

  @Test
  void theOlderFormOfLlamaCppHasProbabilities() {
    JsonNode json = run("llama.cpp-older.json", "--json").json();

    assertThat(json.get("perplexity").asDouble()).isCloseTo(2, CLOSE); // 1/4, 1/2 and 1
    assertThat(json.get("bitsPerByte").asDouble()).isCloseTo(1, CLOSE);
  }

  @Test
  void jsonIsThatOfAReportAndTheTokensLeftOut() {
    assertThat(run("llama.cpp-older.json", "--json").out())
        .isEqualTo(
            "{\"loss\":0.6931471805599453,\"perplexity\":2.0,\"bitsPerToken\":1.0,"
                + "\"bitsPerByte\":1.0,\"totalNats\":2.0794415416798357,\"scoredTokens\":3,"
                + "\"ignoredTokens\":0,\"scoredBytes\":3,\"nanTokens\":0,\"firstNan\":null,"
                + "\"standardError\":null,\"notNumbers\":{\"standardError\":\"NaN\"},"
                + "\"unscoredTokens\":0}\n");
  }

  @ParameterizedTest
  @CsvSource({"vllm-chat.json, vllm, -8.5, 1", "sglang-input.json, sglang-input, -4.75, 2"})
  void tokensWithoutBytesLeaveNoBitsPerByte(String name, String format, double sum, int without) {
    JsonNode json = run(name, "--json").json();
    assertThat(json.get("perplexity").asDouble()).isCloseTo(Math.exp(-sum / 2), CLOSE);
    assertThat(json.get("notNumbers").get("bitsPerByte").asText()).isEqualTo("NaN");
    assertThat(run(name).out())
        .contains(" (" + format + ")\n")
        .contains(
            "Bits per byte   NaN            "
                + without
                + " of 2 scored tokens have neither bytes nor a whole text\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // what a server calls the bytes may be the text's, where the text holds no whole character
        "{`token`:`\\ufffd`,`bytes`:[239,191,189]} | -1",
        "{`token`:`\\ufffd`,`bytes`:[240,159]}     | 2",
        "{`token`:`\\ufffd`}                       | -1",
        "{`token`:`a\\ud83d`}                      | -1",
        "{`token`:`\\ud83d\\ude42`}                | 4",
        "{`token`:`token_id:123`}                  | -1",
        "{`token`:`bytes: \\\\xe2`}                | 2",
        "{`token`:`bytes:`}                        | 6",
        "{`token`:`byte: \\\\xe2`}                 | 1",
        "{`bytes`:[]}                              | 0",
        "{`bytes`:512}                             | 512",
        "{`bytes`:null,`text`:`né`}                | 3",
        "{}                                        | -1"
      },
      ignoreLeadingAndTrailingWhitespace = true)
  void byteLengths(String token, int bytes) {
    String line = token.replace('`', '"').replace("}", token.equals("{}") ? "" : ",");
    String one = line.isEmpty() ? "" : line;
    JsonNode json = runText(one + "\"logprob\":-1}\n{\"logprob\":-1,\"bytes\":1}", "--json").json();
    if (bytes < 0) {
      assertThat(json.get("notNumbers").get("bitsPerByte").asText()).isEqualTo("NaN");
      assertThat(json.get("scoredBytes").asInt()).isEqualTo(1);
    } else {
      assertThat(json.get("scoredBytes").asInt()).isEqualTo(bytes + 1);
    }
  }

  @Test
  void severalFilesAreOneReport() {
    JsonNode json =
        CommandRun.surprisal(
                "logprobs",
                REPLIES.resolve("ollama.json").toString(),
                REPLIES.resolve("sglang.json").toString(),
                "--json")
            .json();

    assertThat(json.get("perplexity").asDouble()).isCloseTo(Math.exp(3.25 / 5), CLOSE);
    assertThat(json.get("scoredBytes").asInt()).isEqualTo(15);
    // of three documents: {0.75, 2}, {1.75, 2}, {0.75, 1} nats and tokens
    double mean = 3.25 / 5;
    double squares =
        Math.pow(0.75 - 2 * mean, 2) + Math.pow(1.75 - 2 * mean, 2) + Math.pow(0.75 - mean, 2);
    assertThat(json.get("standardError").asDouble())
        .isCloseTo(Math.sqrt(squares * 3 / 2) / 5, CLOSE);
  }

  @Test
  void anArrayIsTheSameAsLines() throws IOException {
    String reply = Files.readString(REPLIES.resolve("openai-completions.json"));
    String expected = runText(reply + "\n" + reply + "\n" + reply, "--json").out();

    assertThat(runText("[" + reply + "," + reply + "," + reply + "]", "--json").out())
        .isEqualTo(expected)
        .contains("\"scoredTokens\":9");
    String oneLine = reply.replace("\n", " ");
    assertThat(runText("\uFEFF" + oneLine + "\n[" + oneLine + "]\n\n" + oneLine, "--json").out())
        .isEqualTo(expected);
  }

  /** Chunks without a last part are a document all the same, and several replies may mingle. */
  @Test
  void everyStreamedChoiceIsADocument() {
    String chunk =
        "{'id':'chatcmpl-0123456789abcdef0123456789abcdef%s','choices':[{'index':%d,'delta':{'content':'a'},'logprobs':{'content':"
            + "[{'token':'a','logprob':%s}]},'finish_reason':null}]}\n";
    StringBuilder text = new StringBuilder();
    for (int part = 1; part <= 3; part++) {
      text.append(String.format(Locale.ROOT, chunk, "x", 0, -part));
      text.append(String.format(Locale.ROOT, chunk, "y", 0, -10 * part));
      text.append(String.format(Locale.ROOT, chunk, "y", 1, -100 * part));
    }
    CommandRun run = runText(text.toString().replace('\'', '"'));

    assertThat(run.out())
        .contains("9 of 9 tokens, 0 without log-probability, in 3 replies; 9 bytes of text\n");
  }

  /** Data may be cut into several lines, and all else is no data. */
  @Test
  void serverSentEventsAreTheirData() {
    String events =
        """
        : a comment with {"logprob":-7}

        event: token
        id: {"logprob":-7}
        data: {"logprob":-1,
        data:"bytes":2}

        data:{"logprob":-2,"bytes":3}
        retry: 10

        data: [DONE]

        """;
    for (String text : List.of(events, events.replace("\n", "\r\n"), "\n" + events)) {
      JsonNode json = runText(text, "--json").json();
      assertThat(json.get("totalNats").asDouble()).isEqualTo(3);
      assertThat(json.get("scoredBytes").asInt()).isEqualTo(5);
    }
  }

  @Test
  void standardInput() throws IOException {
    CommandRun run = fromStandardInput(Files.readAllBytes(REPLIES.resolve("lines.jsonl")), "-");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("Replies         standard input (lines)\n");
    CommandRun empty = fromStandardInput(new byte[0], "-");
    assertThat(empty.err())
        .isEqualTo(
            "surprisal: standard input: holds no reply, expected a file of replies in JSON\n");
    assertThat(empty.status()).isEqualTo(1);
  }

  @Test
  void theTable() {
    assertThat(run("sglang.json").out().lines().skip(3))
        .containsExactly(
            "Loss            0.83333333     nats per token: mean of -ln P(correct token), 0 is perfect",
            "Standard error  0.05555556     of the loss, from 2 independent replies",
            "Perplexity      2.30098        as uncertain as choosing among 2.3 equally likely tokens",
            "Bits per token  1.2022459      the loss in bits instead of nats",
            "Bits per byte   0.3005615      independent of the tokenizer: compare models by this",
            "Total nats      2.5000         the sum over all scored tokens",
            "Total bits      3.6067         the same in bits");
    assertThat(run("ollama.json").out())
        .contains("Standard error  NaN            needs at least two replies with scored tokens");
  }

  @Test
  void minusInfinityIsANumber() {
    CommandRun run = runText("{\"logprob\":-Infinity}\n{\"logprob\":-1}");

    assertThat(run.out())
        .contains("Loss            Infinity ", "Infinity: some scored token has probability 0.\n");
  }

  @Test
  void nothingScored() {
    CommandRun run =
        runText("{\"choices\":[{\"logprobs\":{\"content\":[]}},{\"logprobs\":{\"content\":[]}}]}");

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("No token was scored");
  }

  /** Where two parts of a reply have numbers, the option chooses. */
  @Test
  void theFormatChoosesAPart() {
    String both =
        "{\"meta_info\":{\"input_token_logprobs\":[[null,1,null],[-3,2,null]],"
            + "\"output_token_logprobs\":[[-1,3,null]]}}";

    assertThat(runText(both, "--json", "--format", "sglang").out()).contains("\"loss\":1.0,");
    assertThat(runText(both, "--json", "--format=sglang-input").out()).contains("\"loss\":3.0,");
    assertThat(runText(both).err())
        .endsWith(
            ": line 1, column 1: log-probabilities as sglang and sglang-input, expected one of"
                + " them: choose with --format\n");
  }

  private CommandRun runText(String text, String... options) {
    try {
      Path file = Files.writeString(folder.resolve("replies"), text, StandardCharsets.UTF_8);
      return CommandRun.surprisal(
          Stream.concat(Stream.of("logprobs", file.toString()), Arrays.stream(options))
              .toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CommandRun run(String name, String... options) {
    return CommandRun.surprisal(
        Stream.concat(
                Stream.of("logprobs", REPLIES.resolve(name).toString()), Arrays.stream(options))
            .toArray(String[]::new));
  }

  static CommandRun fromStandardInput(byte[] input, String... arguments) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input));
    try {
      return CommandRun.surprisal(
          Stream.concat(Stream.of("logprobs"), Arrays.stream(arguments)).toArray(String[]::new));
    } finally {
      System.setIn(before);
    }
  }
}
