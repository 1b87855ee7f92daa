/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.Surprisal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The gates before the vector kernel, each in a JVM of its own. */
final class RowKernelProviderTest {

  private static final String VECTORS = "--add-modules=jdk.incubator.vector";

  /** What a program prints that asks which kernel runs. */
  public static final class PrintKernels {
    private PrintKernels() {}

    public static void main(String[] args) {
      System.out.println(Surprisal.kernels());
    }
  }

  @Test
  void loopsWithoutTheModule() throws Exception {
    assertThat(run())
        .isEqualTo("loop: start Java with --add-modules jdk.incubator.vector for vectors");
  }

  @Test
  void vectorsWithTheModule() throws Exception {
    assertThat(run(VECTORS)).matches("vector of (128|256|512) bits: Java .*");
  }

  @Test
  void narrowerVectorsWhereTheMachineIsTold() throws Exception {
    assertThat(run(VECTORS, "-XX:MaxVectorSize=16")).startsWith("vector of 128 bits: Java ");
  }

  @Test
  void loopsInTheInterpreter() throws Exception {
    assertThat(run(VECTORS, "-Xint"))
        .startsWith("loop: the C2 compiler is not in use (interpreted mode");
  }

  @Test
  void loopsWhereVectorsAreTooNarrow() throws Exception {
    assertThat(run(VECTORS, "-XX:MaxVectorSize=8"))
        .contains("loop: the Vector API can't be used: ")
        .contains("vectors have 64 bits, expected 128 or more");
  }

  @Test
  void loopsWhenAskedFor() throws Exception {
    assertThat(run(VECTORS, "-Dsurprisal.kernels=loop"))
        .isEqualTo("loop: asked for by -Dsurprisal.kernels");
  }

  @Test
  void vectorsWhenAskedForEvenInTheInterpreter() throws Exception {
    assertThat(run(VECTORS, "-Xint", "-Dsurprisal.kernels=vector"))
        .contains("bits: asked for by -Dsurprisal.kernels, Java ");
  }

  @Test
  void askingForVectorsWithoutTheModuleIsAnError() throws Exception {
    assertThat(run("-Dsurprisal.kernels=vector"))
        .contains(
            "system property surprisal.kernels is vector, but start Java with --add-modules"
                + " jdk.incubator.vector for vectors");
  }

  @Test
  void askingForAnythingElseIsAnError() throws Exception {
    assertThat(run("-Dsurprisal.kernels=simd"))
        .contains("system property surprisal.kernels is simd, expected loop or vector");
  }

  private static String run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(PrintKernels.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.replaceAll("(?m)^WARNING: Using incubator modules.*\\R", "").strip();
  }
}
