/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import io.github.surprisal.LossReport;
import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine;

/** Command lines that start a class of the command in a JVM of its own. */
final class CommandJvm {

  private CommandJvm() {}

  static List<String> main(List<String> options, List<String> arguments) throws Exception {
    return of(Main.class, options, arguments);
  }

  static List<String> of(Class<?> main, List<String> options, List<String> arguments)
      throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(options);
    line.addAll(List.of("-cp", classPath(), main.getName()));
    line.addAll(arguments);
    return line;
  }

  /** A builder of that process, in an environment without options of Java, which it would name. */
  static ProcessBuilder builder(List<String> line) {
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    return builder;
  }

  /** Whether the command runs on vectors if Java is told to. */
  static boolean vectorsRun() throws Exception {
    List<String> eval = new ArrayList<>(List.of("eval", "--verbose"));
    for (String file : List.of("logits", "targets")) {
      eval.add("--" + file);
      eval.add(CommandRun.REAL.resolve("bpe2048_" + file + ".npy").toString());
    }
    Process process =
        builder(main(List.of("--add-modules=jdk.incubator.vector"), eval))
            .redirectOutput(Redirect.DISCARD)
            .start();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return err.contains("Kernel          vector of ");
  }

  /** The words of a command line, quoted for a shell. */
  static String shell(List<String> line) {
    return line.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
  }

  /** The places that the classes in use were loaded from, whatever started this JVM. */
  static String classPath() throws URISyntaxException, ClassNotFoundException {
    List<String> places = new ArrayList<>();
    for (Class<?> type :
        List.of(
            Main.class,
            LossReport.class,
            CommandLine.class,
            ProgressBar.class,
            JsonFactory.class,
            Class.forName("org.jline.terminal.Terminal"))) {
      places.add(
          Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    return places.stream().distinct().collect(Collectors.joining(File.pathSeparator));
  }
}
