/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jars that the shade plugin made, started as users start them. */
final class ScoreTest {
  private static final double LOSS = 0.17545638;
  private static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
  private static final String WHAT_TO_KEEP =
      "this jar lacks the classes of the vector kernel:"
          + " keep the package io.github.surprisal.kernel.simd where the jar is made smaller";

  /** The releases whose Vector API the library takes without being asked to. */
  private static final boolean TESTED_RELEASE = Runtime.version().feature() <= 25;

  private record Outcome(int status, List<String> output, String errors) {}

  @TempDir private Path folder;

  private static String jar(String classifier) {
    return System.getProperty("jar") + "-" + classifier + ".jar";
  }

  private Outcome run(String classifier, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-jar", jar(classifier)));
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    return new Outcome(
        process.waitFor(), Files.readAllLines(output, UTF_8), Files.readString(errors, UTF_8));
  }

  private static void assertScores(String kernel, Outcome outcome) {
    assertEquals(0, outcome.status, outcome.errors);
    assertTrue(outcome.output.get(0).startsWith(kernel), outcome.output::toString);
    assertEquals(LOSS, Double.parseDouble(outcome.output.get(1)), 4e-7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"loops", "vectors"})
  void whatTheProgramDoesNotUseIsGone(String classifier) throws IOException {
    try (JarFile jar = new JarFile(jar(classifier))) {
      assertTrue(jar.stream().anyMatch(entry -> entry.getName().endsWith("/LoopKernel.class")));
      assertFalse(jar.stream().anyMatch(entry -> entry.getName().endsWith("/WindowPlan.class")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"loops", "vectors", "relocated"})
  void everyJarRunsWithoutOptions(String classifier) throws Exception {
    assertScores("loop: ", run(classifier));
  }

  @Test
  void withoutTheVectorKernelLoopsRunAndSayWhatToKeep() throws Exception {
    assertScores(TESTED_RELEASE ? "loop: " + WHAT_TO_KEEP : "loop: ", run("loops", VECTOR_MODULE));
  }

  @Test
  void vectorsThatWereAskedForAndDroppedAreAnError() throws Exception {
    Outcome outcome = run("loops", VECTOR_MODULE, "-Dsurprisal.kernels=vector");
    assertEquals(1, outcome.status);
    assertTrue(outcome.errors.contains(WHAT_TO_KEEP), outcome.errors);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vectors", "relocated"})
  void withTheVectorKernelVectorsRun(String classifier) throws Exception {
    assertScores(TESTED_RELEASE ? "vector of " : "loop: ", run(classifier, VECTOR_MODULE));
  }
}
