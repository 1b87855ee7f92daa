/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.CrossEntropyOptions;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --vocabulary}: how many columns of the logits are tokens, and no padding. */
@SuppressWarnings("NullAway.Init") // the parser of the command line sets the fields
final class VocabularyOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--vocabulary",
      paramLabel = "INT",
      description =
          "Number of tokens, where the output layer is padded: columns of logits from this one on"
              + " are never read. Default: all columns.")
  private Optional<Integer> tokens;

  /** Options with the vocabulary, if there is one. */
  CrossEntropyOptions in(CrossEntropyOptions options) {
    if (tokens.isEmpty()) {
      return options;
    }
    if (tokens.get() < 1) {
      throw new ParameterException(
          command.commandLine(),
          "Invalid value for option '--vocabulary': " + tokens.get() + ", expected 1 or more");
    }
    return options.vocabulary(tokens.get());
  }
}
