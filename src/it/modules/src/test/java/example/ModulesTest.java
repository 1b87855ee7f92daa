/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.surprisal.Surprisal;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The program, started the ways that users start theirs. */
final class ModulesTest {
  /** The example of docs/accuracy.md, "The same bits". */
  private static final String LOSS = "0x1.a6cfd77b9561ep3";

  private static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
  private static final String INCUBATING = "WARNING: Using incubator modules: jdk.incubator.vector";

  /** The releases whose Vector API the library takes without being asked to. */
  private static final boolean TESTED_RELEASE = Runtime.version().feature() <= 25;

  enum Start {
    MODULE_PATH("--module-path", "--module", "example.modules/example.Modules"),
    CLASS_PATH("--class-path", "example.Modules");

    private final String option;
    private final List<String> program;

    Start(String option, String... program) {
      this.option = option;
      this.program = List.of(program);
    }
  }

  private record Outcome(int status, List<String> output, List<String> errors) {}

  @TempDir private Path folder;

  private Outcome run(Start start, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add(start.option);
    command.add(place(Modules.class) + File.pathSeparator + place(Surprisal.class));
    command.addAll(start.program);
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

  private static Path place(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static void assertComputes(String kernel, List<String> errors, Outcome outcome) {
    assertEquals(errors, outcome.errors);
    assertEquals(0, outcome.status);
    assertTrue(outcome.output.get(0).startsWith(kernel), outcome.output::toString);
    assertEquals(List.of(LOSS), outcome.output.subList(1, outcome.output.size()));
  }

  @ParameterizedTest
  @EnumSource
  void withoutOptionsLoopsCompute(Start start) throws Exception {
    assertComputes(
        TESTED_RELEASE ? "loop: start Java with --add-modules jdk.incubator.vector" : "loop: ",
        List.of(),
        run(start));
  }

  @ParameterizedTest
  @EnumSource
  void withTheVectorModuleVectorsCompute(Start start) throws Exception {
    assertComputes(
        TESTED_RELEASE ? "vector of " : "loop: ", List.of(INCUBATING), run(start, VECTOR_MODULE));
  }

  @ParameterizedTest
  @EnumSource
  void loopsComputeWhereTheyAreAskedFor(Start start) throws Exception {
    assertComputes(
        "loop: asked for by -Dsurprisal.kernels",
        List.of(INCUBATING),
        run(start, VECTOR_MODULE, "-Dsurprisal.kernels=loop"));
  }

  @ParameterizedTest
  @EnumSource
  void vectorsComputeWhereTheyAreAskedFor(Start start) throws Exception {
    assertComputes(
        "vector of ", List.of(INCUBATING), run(start, VECTOR_MODULE, "-Dsurprisal.kernels=vector"));
  }

  @ParameterizedTest
  @EnumSource
  void vectorsWithoutTheirModuleAreAnError(Start start) throws Exception {
    Outcome outcome = run(start, "-Dsurprisal.kernels=vector");
    assertEquals(1, outcome.status);
    assertEquals(List.of(), outcome.output);
    assertTrue(
        String.join("\n", outcome.errors)
            .contains(
                "system property surprisal.kernels is vector, but start Java with --add-modules"
                    + " jdk.incubator.vector for vectors"),
        outcome.errors::toString);
  }
}
