/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code surprisal logprobs}: replies of servers in, loss, perplexity and bits per byte out. */
@Command(
    name = "logprobs",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Computes loss, perplexity and bits per byte from the log-probabilities in replies of"
          + " servers.",
      "",
      "Reads JSON: one reply, an array of replies, or one after the other, as in JSON lines,"
          + " a batch's output, or server-sent events. Each reply is a document, and standard"
          + " errors take documents for independent."
    },
    footer = {
      "",
      "Example: curl -s localhost:8000/v1/chat/completions -H 'Content-Type: application/json'"
          + " -d @request.json | surprisal logprobs -",
      "",
      HelpText.EXIT_STATUS
    })
@SuppressWarnings("NullAway.Init") // the parser of the command line sets the fields
final class LogProbsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Replies in JSON or JSON lines; - is standard input.")
  private List<String> files;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      completionCandidates = ReplyFormat.Names.class,
      description =
          "The form that all replies have: openai-chat, openai-completions, openai-responses, vllm,"
              + " sglang, sglang-input, llama.cpp, ollama or lines. Default: the first reply of each"
              + " file tells.")
  private Optional<String> format;

  @Option(names = "--json", description = HelpText.JSON)
  private boolean json;

  @Override
  public Integer call() throws IOException {
    FileName.check(spec, files, "replies in JSON");
    Replies replies = Replies.read(files, format());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(ReportText.json(replies));
    } else {
      ReportText.table(replies).forEach(out::println);
    }
    return 0;
  }

  private Optional<ReplyFormat> format() {
    if (format.isEmpty()) {
      return Optional.empty();
    }
    Optional<ReplyFormat> named = ReplyFormat.named(format.get());
    if (named.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '--format': '"
              + format.get()
              + "', expected one of "
              + ReplyFormat.names());
    }
    return named;
  }
}
