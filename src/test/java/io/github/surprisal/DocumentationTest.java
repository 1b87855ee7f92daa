/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static io.github.surprisal.ExampleCode.assertRounded;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the pages in docs say is true, and examples and links of the README and those pages work.
 */
final class DocumentationTest {

  static List<Page> docs() {
    return Page.docs();
  }

  static Stream<Page> pagesWithLinks() {
    return Stream.concat(
        Page.readmeAndDocs().stream(),
        Stream.of(
                "CONTRIBUTING.md",
                "CHANGELOG.md",
                "benchmarks/README.md",
                "src/test/resources/conformance/README.md",
                "src/test/resources/conformance/model/README.md",
                "src/test/resources/files/README.md")
            .map(Page::of));
  }

  /**
   * Java examples: each prints what the comments after its println calls say, and after that the
   * text that follows it.
   */
  @TestFactory
  Stream<DynamicContainer> everyExampleCompilesAndPrintsWhatItSays(@TempDir Path folder) {
    List<Page> pages =
        Page.readmeAndDocs().stream().filter(page -> !page.javaBlocks().isEmpty()).toList();
    assertThat(pages).hasSizeGreaterThan(7);
    return pages.stream().map(page -> examples(page, folder));
  }

  private static DynamicContainer examples(Page page, Path folder) {
    List<Page.JavaBlock> examples = page.javaBlocks();
    assertThat(examples).hasSameSizeAs(page.blocks("java"));
    String name = page.file().getFileName().toString().replace(".md", "");
    ExampleCode code = new ExampleCode(page, folder);
    return dynamicContainer(
        page.toString(),
        IntStream.range(0, examples.size())
            .mapToObj(
                i ->
                    dynamicTest(
                        "example " + (i + 1), () -> code.check(examples.get(i), name + (i + 1)))));
  }

  @ParameterizedTest
  @MethodSource("docs")
  void theFirstParagraphSaysForWhomThePageIs(Page page) {
    assertThat(page.text()).matches("(?s)# [^\n]+\n\nFor those who .*");
  }

  @ParameterizedTest
  @MethodSource("docs")
  void theReadmeLinksToEveryPage(Page page) {
    assertThat(Page.of("README.md").table("page"))
        .extracting(row -> row.get(0))
        .anyMatch(link -> link.endsWith("](docs/" + page.file().getFileName() + ")"));
  }

  @ParameterizedTest
  @MethodSource("pagesWithLinks")
  void everyLinkLeadsSomewhere(Page page) {
    for (String link : page.links()) {
      if (link.contains(":")) {
        assertThat(link).startsWith("https://");
      } else {
        Path target = page.target(link);
        assertThat(target).as(link).exists();
        if (link.contains("#")) {
          assertThat(Page.of(target.toString()).anchors())
              .as(link)
              .contains(link.replaceFirst(".*#", ""));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONTRIBUTING.md"})
  void everyNamedFileExists(String document) {
    assertThat(
            Pattern.compile("`([\\w./-]+/[\\w./-]*|[\\w./-]+\\.(java|xml|md|svg|yml))`")
                .matcher(Page.of(document).text())
                .results())
        .isNotEmpty()
        .allSatisfy(name -> assertThat(Path.of(name.group(1))).exists());
  }

  @Test
  void theTableOfTokenizers() {
    List<List<String>> rows = Page.of("docs/metrics.md").table("tokens of \"Hello world\"");
    assertThat(rows).extracting(row -> row.get(1)).containsExactly("2", "4", "11");
    for (List<String> row : rows) {
      int tokens = Integer.parseInt(row.get(1));
      assertRounded(row.get(2), 8.8 / tokens);
      assertRounded(row.get(3), Metrics.perplexity(8.8 / tokens));
      assertRounded(row.get(4), Metrics.bitsPerByte(8.8 / tokens, tokens, "Hello world".length()));
    }
  }

  /** The example checks that it still prints what is in that file. */
  @Test
  void theTrainingLoopPrintsWhatIsShown() {
    Page printed = Page.of("src/it/training-loop/src/test/resources/example/printed.txt");
    String table = Page.of("docs/training.md").blocks("text").get(0);
    assertThat(printed.text().lines().toList())
        .containsSubsequence(table.lines().filter(line -> !line.equals("…")).toList());
  }

  @Test
  void distillingPrintsWhatIsShown() {
    Page printed = Page.of("src/it/training-loop/src/test/resources/example/distilling.txt");
    assertThat(Page.of("docs/predictions.md").blocks("text")).contains(printed.text());
  }

  @Test
  void theTableOfExamplesHasEveryProject() throws IOException {
    assertThat(Page.of("docs/programs.md").table("project"))
        .extracting(row -> row.get(0))
        .containsExactlyInAnyOrderElementsOf(
            exampleProjects().stream()
                .map(name -> "[" + name + "](../src/it/" + name + ")")
                .toList());
  }

  private static List<String> exampleProjects() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("src/it"))) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("pom.xml")))
          .map(folder -> folder.getFileName().toString())
          .toList();
    }
  }

  /** Code that is not Java is taken from examples that are compiled and run as they stand. */
  @ParameterizedTest
  @CsvSource({
    "kotlin, src/it/kotlin/src/main/kotlin/example/Evaluation.kt",
    "scala, src/it/scala/src/main/scala/example/Evaluation.scala",
    "xml, src/it/shaded/pom.xml"
  })
  void theCodeStandsInAnExample(String language, String source) {
    List<String> blocks = Page.of("docs/programs.md").blocks(language);
    assertThat(blocks).hasSize(1);
    for (String part : blocks.get(0).split("\n\n", -1)) {
      assertThat(withoutIndentation(Page.of(source).text())).contains(withoutIndentation(part));
    }
  }

  private static String withoutIndentation(String text) {
    return text.lines().map(String::strip).collect(joining("\n"));
  }

  @Test
  void theOptionsOfJlinkStandInTheExample() {
    Page example = Page.of("src/it/jlink/src/test/java/example/ScoreTest.java");
    List<String> options =
        Page.of("docs/programs.md").blocks("sh").stream()
            .flatMap(block -> Pattern.compile("\"(--.*?)\"").matcher(block).results())
            .map(option -> option.group(1))
            .toList();
    assertThat(options)
        .isNotEmpty()
        .allSatisfy(option -> assertThat(example.text()).contains('"' + option + '"'));
  }

  @Test
  void theNumberOfReferenceCases() throws IOException {
    long cases = 0;
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/conformance"))) {
      for (Path file : files.filter(name -> name.toString().endsWith(".jsonl")).toList()) {
        cases += Page.of(file.toString()).text().lines().count();
      }
    }
    String stated = String.format(Locale.ROOT, "%,d cases", cases);
    assertThat(Page.of("docs/accuracy.md").text()).contains(stated);
  }
}
