/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The kernel as a value, in JVMs that run one or the other. */
final class KernelTest {
  private static final String VECTORS = "--add-modules=jdk.incubator.vector";

  /** Prints the kernel's parts, one a line. */
  public static final class PrintKernel {
    private PrintKernel() {}

    public static void main(String[] arguments) {
      Kernel kernel = Surprisal.kernelInUse();
      System.out.println(kernel.isVector());
      System.out.println(kernel.vectorBits());
      System.out.println(kernel.reason());
      System.out.println(kernel);
    }
  }

  private static List<String> run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), PrintKernel.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(process.waitFor()).isZero();
    return lines;
  }

  @Test
  void loopsSayWhatVectorsNeed() throws Exception {
    String reason = "start Java with --add-modules jdk.incubator.vector for vectors";
    assertThat(run()).containsExactly("false", "0", reason, "loop: " + reason);
  }

  @Test
  void loopsThatWereAskedFor() throws Exception {
    assertThat(run(VECTORS, "-Dsurprisal.kernels=loop"))
        .startsWith("false", "0", "asked for by -Dsurprisal.kernels");
  }

  @Test
  void vectorsOfThisWidth() throws Exception {
    List<String> lines = run(VECTORS, "-XX:MaxVectorSize=16");
    assertThat(lines).startsWith("true", "128");
    assertThat(lines.get(2)).startsWith("Java " + Runtime.version());
    assertThat(lines.get(3)).isEqualTo("vector of 128 bits: " + lines.get(2));
  }

  @Test
  void theTextForPeopleBeginsWithIt() {
    assertThat(Surprisal.kernels()).startsWith(Surprisal.kernelInUse().toString());
  }

  @Test
  void comparesByValue() {
    assertThat(Surprisal.kernelInUse())
        .isEqualTo(Surprisal.kernelInUse())
        .hasSameHashCodeAs(Surprisal.kernelInUse());
    assertThat(new Kernel(256, "why")).isNotEqualTo(new Kernel(512, "why"));
    assertThat(new Kernel(256, "why")).isNotEqualTo(new Kernel(256, "how")).isNotEqualTo("why");
  }
}
