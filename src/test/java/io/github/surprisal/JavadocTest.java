/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The examples in the Javadoc of what users see are right. */
final class JavadocTest {
  private static final Path CORE = Path.of("src/main/java/io/github/surprisal");
  private static final Pattern BLOCK = Pattern.compile("(?s)<pre>\\{@code\\R(.*?)\\R *\\* }</pre>");

  /** Classes whose examples are sketches around a corpus or a text that is not there. */
  private static final List<String> WITH_SKETCHES =
      List.of("LossAccumulator.java", "ComparisonAccumulator.java", "TokenBytes.java");

  /** An example, and the file that it stands in. */
  private record Example(Path file, String code) {
    boolean isRunnable() {
      return code.contains("System.out.println(");
    }

    String imports() {
      return file.getParent().endsWith("text") ? "import io.github.surprisal.text.*;\n" : "";
    }

    String name() {
      return file.getFileName().toString().replaceAll("\\W", "_");
    }
  }

  private static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    for (Path folder : List.of(CORE, CORE.resolve("text"))) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          Matcher block = BLOCK.matcher(Files.readString(file));
          while (block.find()) {
            examples.add(new Example(file, block.group(1).replaceAll("(?m)^ *\\* ?", "")));
          }
        }
      }
    }
    return examples;
  }

  @TestFactory
  Stream<DynamicTest> everyExampleCompilesAndPrintsWhatItSays(@TempDir Path folder)
      throws IOException {
    List<Example> runnable = examples().stream().filter(Example::isRunnable).toList();
    assertThat(runnable).hasSizeGreaterThan(10);
    ExampleCode code = new ExampleCode(Page.of("README.md"), folder);
    return IntStream.range(0, runnable.size())
        .mapToObj(
            i -> {
              Example example = runnable.get(i);
              String name = "Example_" + i + "_" + example.name();
              return DynamicTest.dynamicTest(
                  name,
                  () ->
                      code.check(new Page.JavaBlock(example.imports() + example.code(), ""), name));
            });
  }

  @Test
  void examplesShowWhatTheyPrint() throws IOException {
    assertThat(examples())
        .filteredOn(example -> !WITH_SKETCHES.contains(example.file().getFileName().toString()))
        .allMatch(Example::isRunnable);
  }

  @Test
  void theWayFromLogitsToBitsPerByteStandsInFront() throws IOException {
    assertThat(examples())
        .filteredOn(example -> example.file().equals(CORE.resolve("package-info.java")))
        .singleElement()
        .satisfies(example -> assertThat(example.code()).contains("report.bitsPerByte()"));
  }
}
