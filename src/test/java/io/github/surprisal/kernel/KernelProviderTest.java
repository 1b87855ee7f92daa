/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.Losses;
import io.github.surprisal.Surprisal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gates before the vector kernel, each in a JVM of its own. */
final class KernelProviderTest {

  private static final String VECTORS = "--add-modules=jdk.incubator.vector";

  private static final String SOFTWARE = "fused multiply-add in software";

  /** What a program prints that asks which kernel runs, after it has set system properties. */
  public static final class PrintKernels {
    private PrintKernels() {}

    public static void main(String[] properties) {
      for (String property : properties) {
        String[] nameAndValue = property.split("=", 2);
        System.setProperty(nameAndValue[0], nameAndValue[1]);
      }
      System.out.println(Surprisal.kernels());
    }
  }

  /** Prints what comes of asking twice, and of losses in this thread and in several. */
  public static final class PrintFailures {
    private PrintFailures() {}

    public static void main(String[] arguments) {
      print(Surprisal::kernels);
      print(Surprisal::kernels);
      for (int rows : new int[] {1, 1 << 12}) {
        FloatTensor logits = FloatTensor.wrap(new float[rows * 1000], rows, 1000);
        IntTensor targets = IntTensor.wrap(new int[rows], rows);
        print(() -> Losses.crossEntropy(logits, targets));
      }
    }

    private static void print(Callable<?> call) {
      try {
        System.out.println(call.call());
      } catch (Exception | LinkageError failed) {
        System.out.println(failed);
      }
    }
  }

  /** Asks for the kernel in a copy of the library without the classes for vectors. */
  public static final class PrintKernelsOfMinimizedJar {
    private PrintKernelsOfMinimizedJar() {}

    public static void main(String[] arguments) throws Exception {
      Class<?> library = new MinimizedLibrary().loadClass(Surprisal.class.getName());
      System.out.println(library.getMethod("kernels").invoke(null));
    }
  }

  private static final class MinimizedLibrary extends ClassLoader {
    MinimizedLibrary() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      String file = name.replace('.', '/') + ".class";
      try (InputStream in = KernelProviderTest.class.getClassLoader().getResourceAsStream(file)) {
        if (in == null || name.contains(".simd.")) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException failed) {
        throw new ClassNotFoundException(name, failed);
      }
    }
  }

  @TempDir private Path folder;

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

  /** As IDEs start programs. */
  @ParameterizedTest
  @ValueSource(strings = {"-XX:TieredStopAtLevel=1", "-XX:CompilationMode=quick-only"})
  void loopsWithTheClientCompiler(String flag) throws Exception {
    assertThat(run(VECTORS, flag))
        .startsWith("loop: the C2 compiler is not in use (mixed mode, emulated-client")
        .endsWith(", as with -XX:TieredStopAtLevel=1)");
  }

  @ParameterizedTest
  @CsvSource({
    "-XX:TieredStopAtLevel=0, 'TieredStopAtLevel is 0, expected 4'",
    "-XX:TieredStopAtLevel=3, 'TieredStopAtLevel is 3, expected 4'",
    "-XX:-UseCompiler, 'UseCompiler is false, expected true'"
  })
  void loopsWithoutTheOptimizingCompiler(String flag, String reason) throws Exception {
    assertThat(run(VECTORS, flag))
        .isEqualTo("loop: vectors would be slow here: HotSpot's flag " + reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:-TieredCompilation", "-XX:CompilationMode=high-only"})
  void vectorsWithTheOptimizingCompiler(String flag) throws Exception {
    assertThat(run(VECTORS, flag)).startsWith("vector of ");
  }

  @Test
  void loopsWithoutTheOptimizingCompilerWhereFlagsCanNotBeRead() throws Exception {
    assertThat(
            run(
                VECTORS,
                "--limit-modules=java.base,jdk.incubator.vector",
                "-XX:TieredStopAtLevel=1"))
        .startsWith("loop: the C2 compiler is not in use (mixed mode, emulated-client");
  }

  @Test
  void vectorsWhereFlagsCanNotBeRead() throws Exception {
    assertThat(run(VECTORS, "--limit-modules=java.base,jdk.incubator.vector"))
        .startsWith("vector of ");
  }

  @Test
  void loopsWithACompilerInJava() throws Exception {
    String output =
        run(
            VECTORS,
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:+UseJVMCICompiler",
            "-XX:-UseCompiler"); // or else Java ends, for there is none
    assumeFalse(output.contains("VM option"), output);

    assertThat(output)
        .contains("loop: vectors would be slow here: HotSpot's flag UseJVMCICompiler is true");
  }

  @Test
  void loopsWhereTheCompilerLeavesVectorsAlone() throws Exception {
    assertThat(run(VECTORS, "-XX:+UnlockExperimentalVMOptions", "-XX:-EnableVectorSupport"))
        .contains("HotSpot's flag EnableVectorSupport is false, expected true");
  }

  @ParameterizedTest
  @CsvSource({
    "java.vm.name=OpenJDK Minimal VM, the C2 compiler is not in use (OpenJDK Minimal VM)",
    "java.vm.name=OpenJDK 64-Bit Zero VM, the C2 compiler is not in use (OpenJDK 64-Bit Zero VM)",
    "java.vm.name=Eclipse OpenJ9 VM, Eclipse OpenJ9 VM is not HotSpot",
    "java.vm.version=21+35-jvmci-23.1-b15, the C2 compiler is not in use (21+35-jvmci-23.1-b15)"
  })
  void loopsOnOtherMachines(String property, String reason) throws Exception {
    assertThat(run(PrintKernels.class, List.of(VECTORS), property)).isEqualTo("loop: " + reason);
  }

  @Test
  void loopsWhereTheVectorApiFailsToStart() throws Exception {
    assertThat(run(VECTORS, "-Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=9"))
        .startsWith("loop: the Vector API can't be used: ");
  }

  @Test
  void loopsInAMinimizedJar() throws Exception {
    assertThat(run(PrintKernelsOfMinimizedJar.class, List.of(VECTORS)))
        .isEqualTo(
            "loop: this jar lacks the classes of the vector kernel: keep the package"
                + " io.github.surprisal.kernel.simd where the jar is made smaller");
  }

  @Test
  void askingForVectorsInAMinimizedJarIsAnError() throws Exception {
    assertThat(
            run(PrintKernelsOfMinimizedJar.class, List.of(VECTORS, "-Dsurprisal.kernels=vector")))
        .contains("system property surprisal.kernels is vector, but this jar lacks the classes");
  }

  @Test
  void loopsInAnImageWithoutTheModule() throws Exception {
    Optional<ToolProvider> jlink = ToolProvider.findFirst("jlink");
    assumeTrue(jlink.isPresent(), "this JDK has no jlink");
    Path image = folder.resolve("image");
    String[] arguments = {"--add-modules", "java.base", "--output", image.toString()};
    assumeTrue(jlink.get().run(System.out, System.err, arguments) == 0, "jlink makes no image");

    assertThat(run(image, PrintKernels.class, List.of()))
        .isEqualTo(
            "loop: this Java runtime lacks the module jdk.incubator.vector: have jlink add it, or"
                + " use a JDK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xmixed", "-Xint", "-XX:TieredStopAtLevel=1"})
  void softwareIsNamedWhereItMultipliesAndAdds(String mode) throws Exception {
    assertThat(run(mode, "-XX:-UseFMA"))
        .startsWith("loop: ")
        .contains(SOFTWARE, "processor with FMA", "-XX:-UseFMA");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xmixed", "-Xint", "-XX:TieredStopAtLevel=1"})
  void softwareIsNotNamedWhereTheProcessorMultipliesAndAdds(String mode) throws Exception {
    assertThat(run(mode)).startsWith("loop: ").doesNotContain(SOFTWARE);
  }

  @Test
  void softwareIsNamedForEveryKernel() throws Exception {
    assertThat(run("-XX:-UseFMA", "-Dsurprisal.kernels=loop"))
        .startsWith("loop: asked for by -Dsurprisal.kernels; ")
        .contains(SOFTWARE);
    assertThat(run("-XX:-UseFMA", VECTORS)).startsWith("vector of ").contains(SOFTWARE);
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

  @ParameterizedTest
  @CsvSource({
    "bogus, 'bogus, expected loop or vector'",
    "Loop, 'Loop, expected loop or vector'",
    "vector, 'vector, but start Java with --add-modules jdk.incubator.vector for vectors'"
  })
  void theErrorIsTheSameEveryTime(String asked, String problem) throws Exception {
    String output = run(PrintFailures.class, List.of("-Dsurprisal.kernels=" + asked));

    assertThat(output.lines())
        .hasSize(4)
        .containsOnly(
            UnusableKernelException.class.getName()
                + ": system property surprisal.kernels is "
                + problem);
  }

  private static String run(String... options) throws IOException, InterruptedException {
    return run(PrintKernels.class, List.of(options));
  }

  private static String run(Class<?> program, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    return run(Path.of(System.getProperty("java.home")), program, options, arguments);
  }

  private static String run(Path java, Class<?> program, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    Stream<String> place =
        Stream.of("-cp", System.getProperty("java.class.path"), program.getName());
    return output(
        Stream.of(
                Stream.of(java.resolve("bin").resolve("java").toString()),
                options.stream(),
                place,
                Stream.of(arguments))
            .flatMap(part -> part)
            .toList());
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Java says on standard error that it has read these.
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.replaceAll("(?m)^WARNING: Using incubator modules.*\\R", "").strip();
  }
}
