/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies that can't be scored: exit status 1, one line that says where and what helps. */
final class UnusableRepliesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'logprob':'-0.5'} | 12 | logprob is '-0.5', expected a number",
        "{'logprob':true} | 12 | logprob is true, expected a number",
        "{'logprob':0.5} | 12 | logProb is 0.5, expected a natural log-probability, 0 or less: take"
            + " the logarithm of a probability, change the sign of a loss, and multiply logarithms"
            + " of base 2 by ln 2, of base 10 by ln 10",
        "{'logprob':NaN} | 12 | logProb is NaN, expected a natural log-probability, 0 or less: take"
            + " the logarithm of a probability, change the sign of a loss, and multiply logarithms"
            + " of base 2 by ln 2, of base 10 by ln 10",
        "{'logprob':-1e39} | 12 | logProb is -1.0E39, expected -6.805646932770577E38 or more, as any"
            + " logits give: for a probability of 0, give -Infinity",
        "{'logprob':-1e999} | 12 | the number -1e999 is out of range, expected a double",
        "{'logprob':-1,'bytes':-1} | 23 | bytes is -1, expected an integer from 0 to 512",
        "{'logprob':-1,'bytes':513} | 23 | bytes is 513, expected an integer from 0 to 512",
        "{'logprob':-1,'bytes':[256]} | 24 | bytes is 256, expected an integer from 0 to 255",
        "{'logprob':-1,'bytes':'x'} | 23 | bytes is 'x', expected an array",
        "{'logprob':-1,'token':7} | 23 | token is 7, expected a string",
        "{'logprob':-1,'logprob':-1} | 24 | no valid JSON: Duplicate field 'logprob'",
        "{'choices':[{'logprobs':{'content':[{'token':'a'}]}}]} | 37 | the object in content has no"
            + " member 'logprob', expected a natural log-probability, such as -0.5",
        "{'choices':[{'logprobs':{'content':{}}}]} | 36 | content is an object, expected an array",
        "{'choices':[{'logprobs':{'content':[]}},{'logprobs':null}]} | 53 | logprobs is null,"
            + " expected log-probabilities: ask the server with 'logprobs'",
        "{'choices':[{'delta':{'content':'a'},'finish_reason':'stop'}]} | 13 | a streamed text"
            + " without log-probabilities: ask the server with 'logprobs'",
        "{'choices':[{'delta':{'content':'a'},'logprobs':null}]} | 13 | a streamed text"
            + " without log-probabilities: ask the server with 'logprobs'",
        "{'custom_id':'a','response':null,'error':{}} | 1 | a request of a batch that failed,"
            + " expected a reply: leave the line out",
        "{'response':{'status_code':400,'body':{'error':{}}}} | 1 | a request of a batch that"
            + " failed, expected a reply: leave the line out",
        "{'type':'response.completed','response':{'output':[{'content':[{'type':'output_text',"
            + "'text':'','logprobs':[{'token':'a'}]},{'type':'output_text','text':'a',"
            + "'logprobs':[]}]}]}} | 108 | the object in logprobs has no member 'logprob', expected"
            + " a natural log-probability, such as -0.5",
        "{'choices':[{'logprobs':{'token_logprobs':[-1,-2],'tokens':['a']}}]} | 43 |"
            + " token_logprobs has 2 elements, expected one for each of the 1 tokens",
        "{'prompt_logprobs':[null,{'1':{'logprob':-1,'rank':1},'2':{'logprob':-2,'rank':2}}]} | 26"
            + " | prompt_logprobs has 2 entries at a position, and which one is the prompt's token"
            + " can't be told: ask the server with 'prompt_logprobs': 0, which gives the prompt's"
            + " tokens alone, or with 'return_token_ids': true",
        "{'prompt_logprobs':[{'1':{'logprob':-1}}],'prompt_token_ids':[2]} | 21 | the object in"
            + " prompt_logprobs has no member '2', expected an entry of each of the"
            + " prompt_token_ids",
        "{'prompt_logprobs':[null],'prompt_token_ids':[1,2]} | 20 | prompt_logprobs has 1 elements,"
            + " expected one for each of the 2 prompt_token_ids",
        "{'meta_info':{'output_token_logprobs':[[-1]]}} | 40 | output_token_logprobs holds an array"
            + " of 1 elements, expected [logprob, token_id, text]",
        "{'completion_probabilities':[{'prob':0.5,'top_probs':[]}]} | 30 | a probability after"
            + " sampling, which is no longer the model's, expected logprob: ask the server without"
            + " 'post_sampling_probs'",
        "{'completion_probabilities':[{'content':'a','probs':[{'tok_str':'b','prob':1}]}]} | 41 |"
            + " content is 'a', expected the tok_str of one entry of probs, but 0 have it: ask the"
            + " server with a greater 'n_probs'",
        "{'completion_probabilities':[{'content':'a','probs':[{'tok_str':'a','prob':2}]}]} | 76 |"
            + " prob is 2, expected a probability from 0 to 1",
        "{'done':true} | 1 | the reply has no member 'logprobs', expected an array of tokens: ask"
            + " the server with 'logprobs': true",
        "{'error':'x'} | 1 | no log-probabilities, expected a reply that holds them as one of"
            + " openai-chat, openai-completions, openai-responses, vllm, sglang, sglang-input,"
            + " llama.cpp, ollama, lines: ask the server for them, or name the form with --format",
        "-0.5 | 1 | the reply is -0.5, expected an object",
        "data: {'logprob':'x'} | 18 | logprob is 'x', expected a number",
        "data {'logprob':-1} | 1 | no valid JSON: Unrecognized token 'data': was expecting (JSON"
            + " String, Number (or 'NaN'/'+INF'/'-INF'), Array, Object or token 'null', 'true' or"
            + " 'false')",
        "{'logprob':-1 | 14 | no valid JSON: Unexpected end-of-input: expected close marker for"
            + " Object (start marker at [Source: REDACTED (`StreamReadFeature."
            + "INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1])"
      })
  void isExplainedOnOneLine(String reply, int column, String problem) {
    assertRefused(reply.replace('\'', '"'), "line 1, column " + column + ": " + quoted(problem));
  }

  /** In messages of the JSON parser and in words an apostrophe stays one. */
  private static String quoted(String problem) {
    return problem.matches(".*(Duplicate|Unrecognized).*")
        ? problem
        : problem.replaceAll("'(?!s[ ,]|t )", "\"");
  }

  @Test
  void theLineIsCounted() {
    assertRefused(
        "{\"logprob\":-1}\n\n{\"logprob\":-1}\n {\"logprob\":[]}",
        "line 4, column 13: logprob is an array, expected a number");
  }

  @Test
  void aTextOfResponsesWithoutTokens() {
    String text = "{'type':'output_text','text':'%s','logprobs':%s}";
    String reply =
        "{'output':[{'content':["
            + text.formatted("a", "[{'token':'a','logprob':-1}]")
            + ","
            + text.formatted("b", "[]")
            + "]}]}";
    assertRefused(
        reply.replace('\'', '"'),
        "line 1, column 142: logprobs is empty, expected an array of tokens: ask the server with"
            + " \"include\": [\"message.output_text.logprobs\"]");
  }

  /** In server-sent events, too. */
  @Test
  void theLineOfAnEventIsCounted() {
    assertRefused(
        ": hello\r\n\r\nevent: x\r\ndata: {\"logprob\":-1}\r\n\r\ndata:{\"logprob\":[]}\r\n",
        "line 6, column 17: logprob is an array, expected a number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "[]", "[[], []]"})
  void noReply(String text) {
    String problem =
        text.startsWith("[[")
            ? "line 1, column 2: the reply is an array, expected an object"
            : "holds no reply, expected a file of replies in JSON";
    assertRefused(text, problem);
  }

  @Test
  void aLongTextIsNoToken() {
    assertRefused(
        "{\"logprob\":-1,\"token\":\"" + "é".repeat(257) + "\"}",
        "line 1, column 23: the token has 514 bytes, expected 0 to 512: is it a whole text?");
  }

  @Test
  void noFile() {
    CommandRun run = CommandRun.surprisal("logprobs", "missing.json");

    assertThat(run.err())
        .isEqualTo("surprisal: missing.json: no such file, expected a file of replies in JSON\n");
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void aFolder() {
    CommandRun run = CommandRun.surprisal("logprobs", LogProbsCommandTest.REPLIES.toString());

    assertThat(run.err())
        .startsWith("surprisal: " + LogProbsCommandTest.REPLIES + ": ")
        .containsOnlyOnce("\n");
    assertThat(run.status()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":"})
  void deepNestingIsBounded(String open) {
    assertThat(errorOf("{\"logprob\":-1,\"x\":" + open.repeat(1_000_000)))
        .contains("no valid JSON: Document nesting depth (65) exceeds the maximum allowed (64");
  }

  @Test
  void longNumbersAreBounded() {
    assertThat(errorOf("{\"logprob\":-" + "1".repeat(1_000_000) + "}"))
        .contains("no valid JSON: Number value length (1000")
        .contains("exceeds the maximum allowed (400");
  }

  /** Whatever happens to replies: a report, or one line that names the place. */
  @Test
  void damageIsAlwaysExplained() throws IOException {
    long seed = Long.getLong("mutations.seed", new Random().nextLong());
    System.out.println("UnusableRepliesTest: mutations.seed " + seed);
    Random random = new Random(seed);
    int refused = 0;
    List<Path> files = replies();
    int cases = Integer.getInteger("mutations", 400 * files.size()) / files.size();
    for (Path file : files) {
      byte[] intact = Files.readAllBytes(file);
      for (int i = 0; i < cases; i++) {
        byte[] damaged = DamagedText.of(intact, WORDS, random);
        CommandRun run =
            scored(damaged, "seed " + seed + ", " + file + ", case " + i, arguments(random));
        if (run.status() != 0) {
          refused++;
          assertThat(run.status()).isEqualTo(1);
          assertThat(run.out()).isEmpty();
          assertThat(run.err()).matches("surprisal: standard input: .{15,600}\n");
        }
      }
    }
    assertThat(refused).isBetween(files.size() * cases / 5, files.size() * cases * 39 / 40);
  }

  private static CommandRun scored(byte[] text, String name, String... arguments) {
    List<CommandRun> runs = new ArrayList<>();
    assertThatCode(
            () ->
                Assertions.assertTimeout(
                    Duration.ofSeconds(20),
                    () -> runs.add(LogProbsCommandTest.fromStandardInput(text, arguments))))
        .as("%s: %s", name, new String(text, StandardCharsets.UTF_8))
        .doesNotThrowAnyException();
    return runs.get(0);
  }

  /** Mostly without a format, now and then with another one than the reply's. */
  private static String[] arguments(Random random) {
    ReplyFormat[] formats = ReplyFormat.values();
    return random.nextInt(4) > 0
        ? new String[] {"-"}
        : new String[] {"-", "--json", "--format", "" + formats[random.nextInt(formats.length)]};
  }

  private static List<Path> replies() throws IOException {
    try (Stream<Path> files = Files.list(LogProbsCommandTest.REPLIES)) {
      return files.filter(file -> !file.toString().endsWith(".md")).sorted().toList();
    }
  }

  private static final List<String> WORDS =
      List.of(
          "null",
          "-1",
          "1e999",
          "NaN",
          "\"x\"",
          "[]",
          "{}",
          "true",
          "-0.5,",
          "]",
          "}",
          "[[{",
          "\"logprob\":",
          "\ufffd",
          "\\ud800",
          "9999999999999999999999",
          "\n",
          "data: ");

  private static void assertRefused(String text, String problem) {
    assertThat(errorOf(text)).isEqualTo("surprisal: standard input: " + problem + "\n");
  }

  private static String errorOf(String text) {
    CommandRun run =
        LogProbsCommandTest.fromStandardInput(text.getBytes(StandardCharsets.UTF_8), "-");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).endsWith("\n").containsOnlyOnce("\n");
    return run.err();
  }
}
