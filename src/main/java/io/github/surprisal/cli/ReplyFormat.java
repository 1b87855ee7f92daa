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
import java.util.stream.Collectors;

/** The forms in which servers tell the log-probabilities of tokens, and what reads each. */
@SuppressWarnings("ImmutableEnumChecker") // readers hold nothing that changes
enum ReplyFormat {
  OPENAI_CHAT("openai-chat", new OpenAiChatReader()),
  OPENAI_COMPLETIONS("openai-completions", new OpenAiCompletionsReader()),
  OPENAI_RESPONSES("openai-responses", new OpenAiResponsesReader()),
  VLLM("vllm", new VllmReader()),
  /** What SGLang has generated. */
  SGLANG("sglang", new SglangReader("output_token_logprobs")),
  /** The prompt, as SGLang scores it. */
  SGLANG_INPUT("sglang-input", new SglangReader("input_token_logprobs")),
  LLAMA_CPP("llama.cpp", new LlamaCppReader()),
  OLLAMA("ollama", new OllamaReader()),
  LINES("lines", new TokenLinesReader());

  private final String text;
  private final ReplyReader reader;

  ReplyFormat(String text, ReplyReader reader) {
    this.text = text;
    this.reader = reader;
  }

  /** Returns what reads replies of this form. */
  ReplyReader reader() {
    return reader;
  }

  /** Finds the format of this name. */
  static Optional<ReplyFormat> named(String name) {
    return Arrays.stream(values()).filter(format -> format.text.equals(name)).findFirst();
  }

  /** Returns the names of all formats, as messages list them. */
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
      if (format.reader.recognises(reply)) {
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

  /** Returns the name of the form, as the option --format takes it. */
  @Override
  public String toString() {
    return text;
  }
}
