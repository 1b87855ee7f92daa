/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static io.github.surprisal.ExampleCode.assertRounded;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What README.md says is true; {@link DocumentationTest} runs its examples and follows its links.
 */
final class ReadmeTest {
  private static final Page README = Page.of("README.md");

  @Test
  void theTableOfProbabilities() {
    List<List<String>> rows = README.table("P of every token");
    assertThat(rows).hasSize(6);
    for (List<String> row : rows) {
      double loss = Math.abs(StrictMath.log(Double.parseDouble(row.get(0))));
      assertRounded(row.get(1), loss);
      assertRounded(row.get(2), Metrics.bitsPerToken(loss));
      assertRounded(row.get(3), Metrics.perplexity(loss));
    }
  }

  @Test
  void everyFunctionOfTheTableExists() {
    List<String> functions =
        Stream.of(Losses.class, Metrics.class, Targets.class)
            .flatMap(type -> Arrays.stream(type.getMethods()))
            .map(method -> method.getDeclaringClass().getSimpleName() + "." + method.getName())
            .toList();
    assertThat(README.table("here"))
        .hasSizeGreaterThan(10)
        .allSatisfy(row -> assertThat(functions).contains(row.get(0).replace("`", "")));
  }

  @Test
  void theDemoPrintsWhatIsShown() throws Exception {
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.github.surprisal.cli.Demo",
                String.join(File.separator, "src", "test", "resources", "conformance", "real"))
            .redirectErrorStream(true)
            .start();
    String printed;
    try (InputStream output = demo.getInputStream()) {
      printed = new String(output.readAllBytes(), UTF_8);
    }
    assertThat(demo.waitFor()).as(printed).isZero();
    List<String> shown =
        README.blocks("text").get(0).lines().filter(line -> !line.equals("…")).toList();
    assertThat(printed.lines().toList()).containsSubsequence(shown);
  }

  @Test
  void aModuleThatRequiresTheLibraryCompiles(@TempDir Path folder) throws Exception {
    String requires = "requires io.github.surprisal;";
    assertThat(README.text()).contains("`module-info.java` says `" + requires + "`");
    Path module =
        Files.writeString(folder.resolve("module-info.java"), "module reader { " + requires + " }");
    Path packaged = Files.createDirectory(folder.resolve("reader"));
    ExampleCode code = new ExampleCode(README, folder);
    Path example = code.writeClass(README.blocks("java").get(0), "Example", packaged);
    Files.writeString(example, "package reader;\n" + Files.readString(example));
    code.compile("--module-path", module, example);
  }

  @Test
  void everyOptionOfTheTableExists() {
    List<String> options =
        Arrays.stream(CrossEntropyOptions.class.getMethods()).map(Method::getName).toList();
    List<List<String>> rows = README.table("`CrossEntropyOptions.defaults()`");
    assertThat(rows)
        .hasSizeGreaterThan(3)
        .allSatisfy(row -> assertThat(row.get(0)).startsWith("`.").contains("("))
        .extracting(row -> row.get(0).substring(2, row.get(0).indexOf('(')))
        .isSubsetOf(options);
  }

  /** Each time in the table of speed is the one that the benchmarks' page has. */
  @Test
  void theTableOfSpeedIsFromTheBenchmarks() {
    Map<String, String> milliseconds =
        Page.of("benchmarks/README.md").table("work").stream()
            .collect(toMap(row -> row.get(0), row -> row.get(1)));
    List<String> implementations =
        List.of("Vector API", "plain Java", "PyTorch", "a loop around `Math.exp`");
    assertThat(README.text())
        .contains("| work | " + String.join(" | ", implementations) + " |")
        .contains("Reading the logits once takes " + milliseconds.get("reading the logits once"));
    assertThat(README.table("work"))
        .hasSize(3)
        .allSatisfy(
            row -> {
              for (int i = 0; i < implementations.size(); i++) {
                String work = row.get(0) + ", " + implementations.get(i);
                assertThat(row.get(i + 1)).as(work).isEqualTo(milliseconds.getOrDefault(work, ""));
              }
            });
  }

  @Test
  void isShortEnoughToBeRead() {
    assertThat(README.text().lines().count()).isLessThanOrEqualTo(220);
  }

  @Test
  void everyVersionIsTheProjectsVersion() throws Exception {
    var pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File("pom.xml"));
    String version = pom.getElementsByTagName("version").item(0).getTextContent();
    assertThat(README.blocks("xml").get(0)).contains("<version>" + version + "</version>");
    assertThat(README.text()).contains("Version " + version + " is not on Maven Central yet");
    assertThat(Page.of("CHANGELOG.md").text()).contains("## " + version);
    assertThat(Page.readmeAndDocs().stream().flatMap(ReadmeTest::versionsOfJars))
        .hasSizeGreaterThan(3)
        .containsOnly(version);
    try (Stream<Path> projects = Files.list(Path.of("src/it"))) {
      assertThat(projects.map(project -> project.resolve("pom.xml")).filter(Files::exists))
          .isNotEmpty()
          .allSatisfy(
              pomOfProject ->
                  assertThat(pomOfProject)
                      .content()
                      .contains("<surprisal.version>" + version + "</surprisal.version>"));
    }
  }

  private static Stream<String> versionsOfJars(Page page) {
    return Pattern.compile("surprisal-(\\d[^ `]*?)(-cli)?\\.jar")
        .matcher(page.text())
        .results()
        .map(jar -> jar.group(1));
  }
}
