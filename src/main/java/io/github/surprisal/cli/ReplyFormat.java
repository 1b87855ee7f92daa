/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The forms in which servers tell the log-probabilities of tokens. */
enum ReplyFormat {
  /** Chat completions: {@code choices[].logprobs.content[]}, then {@code refusal[]}. */
  OPENAI_CHAT("openai-chat") {
    @Override
    boolean recognises(JsonValue value) {
      return choicesHave(value, "content")
          || choicesHave(value, "refusal")
          || value.find("object").filter(object -> object.is("chat.completion.chunk")).isPresent()
          || elements(value, "choices").anyMatch(choice -> choice.find("delta").isPresent());
    }

    @Override
    void read(JsonValue reply, ReplyScores scores) throws InputException {
      for (JsonValue choice : choices(reply)) {
        boolean isWhole = choice.find("delta").isEmpty();
        Optional<JsonValue> logprobs =
            isWhole ? Optional.of(logprobs(choice)) : choice.find("logprobs");
        Optional<JsonValue> content = logprobs.flatMap(found -> found.find("content"));
        Optional<JsonValue> refusal = logprobs.flatMap(found -> found.find("refusal"));
        if (isWhole && content.isEmpty() && refusal.isEmpty()) {
          logprobs(choice).member("content", "an array of tokens").elements();
        }
        List<StreamedChoices.Token> tokens = new ArrayList<>();
        for (Optional<JsonValue> part : List.of(content, refusal)) {
          if (part.isPresent()) {
            tokens.addAll(tokens(part.get()));
          }
        }
        scores.addChoice(reply, choice, tokens);
      }
    }
  },

  /**
   * Text completions: {@code choices[].logprobs} with {@code tokens} and {@code token_logprobs}.
   */
  OPENAI_COMPLETIONS("openai-completions") {
    @Override
    boolean recognises(JsonValue value) {
      return choicesHave(value, "token_logprobs");
    }

    @Override
    void read(JsonValue reply, ReplyScores scores) throws InputException {
      for (JsonValue choice : choices(reply)) {
        boolean hasNone = scores.isPart(reply, choice) && choice.find("logprobs").isEmpty();
        scores.addChoice(reply, choice, hasNone ? List.of() : pairs(logprobs(choice)));
      }
    }
  },

  /** OpenAI's Responses: {@code output[].content[].logprobs[]}. */
  OPENAI_RESPONSES("openai-responses") {
    private static final String ADVICE =
        "an array of tokens: ask the server with \"include\": [\"message.output_text.logprobs\"]";

    @Override
    boolean recognises(JsonValue value) {
      return elements(value, "output")
          .flatMap(item -> elements(item, "content"))
          .anyMatch(part -> elements(part, "logprobs").findFirst().isPresent());
    }

    @Override
    void read(JsonValue reply, ReplyScores scores) throws InputException {
      List<StreamedChoices.Token> tokens = new ArrayList<>();
      for (JsonValue item : reply.member("output", "an array of messages").elements()) {
        for (JsonValue part : elements(item, "content").toList()) {
          if (part.find("type").filter(type -> !type.is("output_text")).isEmpty()) {
            JsonValue logprobs = part.member("logprobs", ADVICE);
            boolean hasText = part.find("text").filter(text -> !text.is("")).isPresent();
            if (logprobs.elements().isEmpty() && hasText) {
              throw logprobs.problem("logprobs is empty, expected " + ADVICE);
            }
            tokens.addAll(tokens(logprobs));
          }
        }
      }
      scores.addReply(tokens);
    }
  },

  /** The prompt, as vLLM scores it: {@code prompt_logprobs}, of the reply or of each choice. */
  VLLM("vllm") {
    @Override
    boolean recognises(JsonValue value) {
      return value.find("prompt_logprobs").isPresent()
          || elements(value, "choices")
              .anyMatch(choice -> choice.find("prompt_logprobs").isPresent());
    }

    @Override
    void read(JsonValue reply, ReplyScores scores) throws InputException {
      if (reply.find("prompt_logprobs").isPresent() || reply.find("choices").isEmpty()) {
        PromptLogProbs.read(reply, scores);
        return;
      }
      for (JsonValue choice : choices(reply)) {
        PromptLogProbs.read(choice, scores);
      }
    }
  },

  /** What SGLang has generated: {@code meta_info.output_token_logprobs}. */
  SGLANG("sglang") {
    @Override
    boolean recognises(JsonValue value) {
      return hasTriples(value, "output_token_logprobs");
    }

    @Override
    void read(JsonValue reply, ReplyScores scores) throws InputException {
      addTriples(reply, "output_token_logprobs", scores);
    }
  },

  /** The prompt, as SGLang scores it: {@code meta_info.input_token_logprobs}. */
  SGLANG_INPUT("sglang-input") {
    @Override
    boolean recognises(JsonValue value) {
      return hasTriples(value, "input_token_logprobs");
    }

    @Override
    void read(JsonValue reply, ReplyScores scores) throws InputException {
      addTriples(reply, "input_token_logprobs", scores);
    }
  },

  /** The server of llama.cpp: {@code completion_probabilities[]}, streamed or not. */
  LLAMA_CPP("llama.cpp") {
    @Override
    boolean recognises(JsonValue value) {
      return value.find("completion_probabilities").isPresent();
    }

    @Override
    void read(JsonValue reply, ReplyScores scores) throws InputException {
      Optional<JsonValue> tokens = reply.find("completion_probabilities");
      if (tokens.isPresent()) {
        for (JsonValue token : tokens.get().elements()) {
          LlamaCppToken.add(token, scores);
        }
      }
      endStreamed(
          reply,
          "stop",
          "completion_probabilities",
          "an array of tokens: ask the server with \"n_probs\": 1",
          scores);
    }
  },

  /** Ollama: {@code logprobs[]}, streamed or not. */
  OLLAMA("ollama") {
    @Override
    boolean recognises(JsonValue value) {
      return value.find("done").isPresent() || elements(value, "logprobs").findFirst().isPresent();
    }

    @Override
    void read(JsonValue reply, ReplyScores scores) throws InputException {
      Optional<JsonValue> tokens = reply.find("logprobs");
      if (tokens.isPresent()) {
        addTokens(tokens.get(), scores);
      }
      endStreamed(
          reply,
          "done",
          "logprobs",
          "an array of tokens: ask the server with \"logprobs\": true",
          scores);
    }
  },

  /** A token on each line: {@code logprob}, and {@code bytes}, {@code token} or {@code text}. */
  LINES("lines") {
    @Override
    boolean recognises(JsonValue value) {
      return value.has("logprob");
    }

    @Override
    void read(JsonValue line, ReplyScores scores) throws InputException {
      scores.addToken(line, "token", "text");
    }
  };

  private final String text;

  ReplyFormat(String text) {
    this.text = text;
  }

  /** Whether a value looks like a reply of this form that holds log-probabilities. */
  abstract boolean recognises(JsonValue value);

  /** Adds the tokens of a reply, of several, or of a part of one. */
  abstract void read(JsonValue reply, ReplyScores scores) throws InputException;

  /** Finds the format of this name. */
  static Optional<ReplyFormat> named(String name) {
    return Arrays.stream(values()).filter(format -> format.text.equals(name)).findFirst();
  }

  /** Returns the names of all formats. */
  static String names() {
    return Arrays.stream(values()).map(ReplyFormat::toString).collect(Collectors.joining(", "));
  }

  /** The names of all formats, for a shell that completes them. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(values()).map(ReplyFormat::toString).iterator();
    }
  }

  /** Finds the format of a reply. */
  static ReplyFormat of(JsonValue reply) throws InputException {
    List<ReplyFormat> formats = new ArrayList<>();
    for (ReplyFormat format : values()) {
      if (format.recognises(reply)) {
        formats.add(format);
      }
    }
    if (formats.isEmpty()) {
      reply.members(); // a reply is an object
      throw reply.problem(
          "no log-probabilities, expected a reply that holds them as one of "
              + names()
              + ": ask the server for them, or name the form with --format");
    }
    if (formats.size() > 1) {
      String all = formats.stream().map(ReplyFormat::toString).collect(Collectors.joining(" and "));
      throw reply.problem(
          "log-probabilities as " + all + ", expected one of them: choose with --format");
    }
    return formats.get(0);
  }

  private static Stream<JsonValue> elements(JsonValue value, String member) {
    return value.find(member).stream().flatMap(array -> array.elementsIfArray().stream());
  }

  private static boolean choicesHave(JsonValue value, String member) {
    return elements(value, "choices")
        .flatMap(choice -> choice.find("logprobs").stream())
        .anyMatch(logprobs -> logprobs.find(member).isPresent());
  }

  private static List<JsonValue> choices(JsonValue reply) throws InputException {
    return reply.member("choices", "an array of choices").elements();
  }

  private static JsonValue logprobs(JsonValue choice) throws InputException {
    String advice = "log-probabilities: ask the server with \"logprobs\"";
    JsonValue logprobs = choice.member("logprobs", advice);
    if (logprobs.isNull()) {
      throw logprobs.wrong(advice);
    }
    return logprobs;
  }

  /** The numbers of token_logprobs, each with its text of tokens, if there are texts. */
  private static List<StreamedChoices.Token> pairs(JsonValue logprobs) throws InputException {
    JsonValue values = logprobs.member("token_logprobs", "an array of numbers");
    List<JsonValue> logProbs = values.elements();
    Optional<JsonValue> tokens = logprobs.find("tokens");
    if (tokens.isPresent() && tokens.get().elements().size() != logProbs.size()) {
      throw values.problem(
          "token_logprobs has "
              + logProbs.size()
              + " elements, expected one for each of the "
              + tokens.get().elements().size()
              + " tokens");
    }
    List<StreamedChoices.Token> pairs = new ArrayList<>();
    for (int i = 0; i < logProbs.size(); i++) {
      OptionalInt bytes =
          tokens.isPresent()
              ? ByteLength.ofText(tokens.get().elements().get(i))
              : OptionalInt.empty();
      pairs.add(new StreamedChoices.Token(logProbs.get(i), bytes));
    }
    return pairs;
  }

  private static List<StreamedChoices.Token> tokens(JsonValue array) throws InputException {
    List<StreamedChoices.Token> tokens = new ArrayList<>();
    for (JsonValue token : array.elements()) {
      tokens.add(
          new StreamedChoices.Token(ReplyScores.logProb(token), ByteLength.of(token, "token")));
    }
    return tokens;
  }

  private static void addTokens(JsonValue tokens, ReplyScores scores) throws InputException {
    for (JsonValue token : tokens.elements()) {
      scores.addToken(token, "token");
    }
  }

  /**
   * Ends a reply, unless this is a part that others follow.
   *
   * @param flag the member that is false in such a part
   * @param tokens the member that holds the tokens, in one of the parts at least
   */
  private static void endStreamed(
      JsonValue reply, String flag, String tokens, String advice, ReplyScores scores)
      throws InputException {
    if (reply.find(flag).filter(value -> value.is(false)).isPresent()) {
      return;
    }
    if (scores.tokensOfReply() == 0) {
      reply.member(tokens, advice).elements();
    }
    scores.endReply();
  }

  /** Whether a reply of SGLang has tokens of a kind, and a number for any of them. */
  private static boolean hasTriples(JsonValue reply, String member) {
    return reply.find("meta_info").stream()
        .flatMap(info -> elements(info, member))
        .anyMatch(ReplyFormat::beginsWithNumber);
  }

  private static boolean beginsWithNumber(JsonValue triple) {
    return triple.elementsIfArray().stream().limit(1).anyMatch(logProb -> !logProb.isNull());
  }

  private static void addTriples(JsonValue reply, String member, ReplyScores scores)
      throws InputException {
    String advice = "one: ask the server with \"return_logprob\": true";
    JsonValue info = reply.member("meta_info", advice);
    for (JsonValue triple : info.member(member, advice).elements()) {
      List<JsonValue> parts = triple.elements();
      if (parts.size() < 2) {
        throw triple.problem(
            member
                + " holds an array of "
                + parts.size()
                + " elements, expected [logprob, token_id, text]");
      }
      boolean hasText = parts.size() > 2 && !parts.get(2).isNull();
      scores.add(parts.get(0), hasText ? ByteLength.ofText(parts.get(2)) : OptionalInt.empty());
    }
    scores.endReply();
  }

  @Override
  public String toString() {
    return text;
  }
}
