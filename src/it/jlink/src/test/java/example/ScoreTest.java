/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.surprisal.Surprisal;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in an image of jlink, which holds the modules that it was given and no others. */
final class ScoreTest {
  private static final double LOSS = 0.17545638;

  /** The releases whose Vector API the library takes without being asked to. */
  private static final boolean TESTED_RELEASE = Runtime.version().feature() <= 25;

  private record Outcome(int status, List<String> output, List<String> errors) {}

  @TempDir private Path folder;

  private void link(String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("--output", folder.resolve("image").toString()));
    arguments.add("--module-path");
    arguments.add(place(Score.class) + File.pathSeparator + place(Surprisal.class));
    int status =
        ToolProvider.findFirst("jlink")
            .orElseThrow()
            .run(System.out, System.err, arguments.toArray(String[]::new));
    assertEquals(0, status);
  }

  private static Path place(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private Outcome run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(folder.resolve(Path.of("image", "bin", "java")).toString());
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    ProcessBuilder builder = new ProcessBuilder(command);
    // Java says on standard error that it has read these.
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process process =
        builder.redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
    return new Outcome(
        process.waitFor(), Files.readAllLines(output, UTF_8), Files.readAllLines(errors, UTF_8));
  }

  private static void assertScores(String kernel, Outcome outcome) {
    assertEquals(0, outcome.status, outcome.errors::toString);
    assertTrue(outcome.output.get(0).startsWith(kernel), outcome.output::toString);
    assertEquals(LOSS, Double.parseDouble(outcome.output.get(1)), 4e-7);
  }

  @Test
  void anImageWithoutTheVectorModuleRunsLoops() throws Exception {
    link("--add-modules", "example.image");
    assertFalse(run("--list-modules").output.toString().contains("jdk.incubator.vector"));
    assertScores(
        TESTED_RELEASE
            ? "loop: this Java runtime lacks the module jdk.incubator.vector: have jlink add it"
            : "loop: ",
        run("--module", "example.image/example.Score"));
  }

  @Test
  void anImageWithTheVectorModuleRunsVectors() throws Exception {
    link(
        "--add-modules",
        "example.image,jdk.incubator.vector",
        // Before JDK 21 a value must not begin with two hyphens, but it may begin with a space.
        "--add-options= --add-modules=jdk.incubator.vector");
    assertScores(
        TESTED_RELEASE ? "vector of " : "loop: ", run("--module", "example.image/example.Score"));
  }
}
