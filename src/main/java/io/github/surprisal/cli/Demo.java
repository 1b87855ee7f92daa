/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.File;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;

/** Shows the command at work on the logits of a small, real language model. */
public final class Demo {

  private static final List<String> INTRODUCTION =
      List.of(
          "How well does a language model predict a text?",
          "",
          "The model: a tiny transformer with a vocabulary of 2,048 tokens.",
          "The text:  the opening of Pride and Prejudice, 387 tokens.",
          "At each position the model gave a row of logits, one score for each token of the",
          "vocabulary; the target is the token that really came next.",
          "",
          "1. The whole text",
          "");

  private static final List<String> PROMPT =
      List.of(
          "",
          "2. The first quarter is a prompt: it is given to the model, so it is not scored.",
          "   Its targets are replaced by -100, the value that means \"ignore\".",
          "");

  private Demo() {}

  /**
   * Runs the demonstration and exits: 0 success, 1 unusable input or output, 2 wrong usage.
   *
   * @param args the folder with the model's logits, targets and token bytes
   */
  public static void main(String[] args) {
    System.exit(Main.run(command -> run(args, command)));
  }

  /** Prints to the streams of the command. */
  static int run(String[] args, CommandLine command) {
    if (args.length != 1) {
      command.getErr().println("surprisal demo: expected one argument, the folder of the logits");
      return 2;
    }
    try {
      return run(FileName.path(args[0]), command);
    } catch (InputException unusable) {
      command.getErr().println("surprisal demo: " + unusable.getMessage());
      return 1;
    }
  }

  private static int run(Path folder, CommandLine command) {
    if (!Files.isDirectory(folder)) {
      command.getErr().println("surprisal demo: " + folder + ": no such folder");
      return 1;
    }
    PrintWriter out = command.getOut();
    INTRODUCTION.forEach(out::println);
    int status = evaluate(folder, "bpe2048_targets.npy", command);
    if (status != 0) {
      return status;
    }
    PROMPT.forEach(out::println);
    return evaluate(folder, "bpe2048_targets_masked.npy", command);
  }

  private static int evaluate(Path folder, String targets, CommandLine command) {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("--logits", folder.resolve("bpe2048_logits.npy"));
    files.put("--targets", folder.resolve(targets));
    files.put("--token-bytes", folder.resolve("bpe2048_token_bytes.npy"));
    List<String> arguments = new ArrayList<>(List.of("eval"));
    StringBuilder shown = new StringBuilder("$ ").append(launcher()).append(" eval");
    files.forEach(
        (option, file) -> {
          arguments.addAll(List.of(option, file.toString()));
          shown.append(String.format(Locale.ROOT, " \\%n    %s %s", option, relative(file)));
        });
    command.getOut().println(shown);
    command.getOut().println();
    return command.execute(arguments.toArray(String[]::new));
  }

  /** Returns how a user would start the command: by the jar that runs just now, if it is one. */
  private static String launcher() {
    String classPath = System.getProperty("java.class.path", "");
    boolean isJar = classPath.endsWith("-cli.jar") && !classPath.contains(File.pathSeparator);
    return isJar ? "java -jar " + relative(Path.of(classPath)) : "surprisal";
  }

  private static Path relative(Path file) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = file.toAbsolutePath();
    return absolute.startsWith(here) ? here.relativize(absolute) : file;
  }
}
