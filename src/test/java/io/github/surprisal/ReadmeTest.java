/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What README.md says is true. */
final class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(,\\d{3})*(\\.\\d+)?(E-?\\d+)?");
  private static final Pattern PRINTED = Pattern.compile("println\\(.*\\);\\s*// (.*)");

  private static final Predicate<String> IMPORT = line -> line.startsWith("import ");

  private static String read(Path file) throws IOException {
    return Files.readString(file).replace("\r\n", "\n");
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
        .matcher(read(README))
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** The cells of the rows of the table whose heading begins with this cell. */
  private static List<List<String>> table(String firstHeading) throws IOException {
    Matcher table =
        Pattern.compile("(?m)^\\| " + Pattern.quote(firstHeading) + " \\|.*\n.*\n((\\|.*\n)+)")
            .matcher(read(README));
    assertThat(table.find()).as("a table headed " + firstHeading).isTrue();
    return table
        .group(1)
        .lines()
        .map(row -> Arrays.stream(row.split("\\|")).skip(1).map(String::strip).toList())
        .toList();
  }

  /** Java examples, each with the text right after it, or an empty text. */
  private static List<List<String>> blocksWithTheirText() throws IOException {
    return Pattern.compile("(?ms)^```java\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?")
        .matcher(read(README))
        .results()
        .map(block -> List.of(block.group(1), Objects.requireNonNullElse(block.group(2), "")))
        .toList();
  }

  /**
   * Java examples: each prints what the comments after its println calls say, and after that the
   * text that follows it.
   */
  @TestFactory
  Stream<DynamicTest> everyExampleCompilesAndPrintsWhatItSays(@TempDir Path folder)
      throws IOException {
    List<List<String>> examples = blocksWithTheirText();
    assertThat(examples).hasSizeGreaterThan(5).hasSameSizeAs(blocks("java"));
    return IntStream.range(0, examples.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    "example " + (i + 1),
                    () ->
                        check(
                            examples.get(i).get(0),
                            examples.get(i).get(1),
                            "Example" + (i + 1),
                            folder)));
  }

  /** Compiles and runs an example; the lines after its println calls and the text are printed. */
  static void check(String example, String text, String name, Path folder) throws Exception {
    List<String> stated =
        PRINTED.matcher(example).results().map(comment -> comment.group(1)).toList();
    List<String> shown = text.lines().toList();
    compile(folder, "-cp", writeClass(example, name, folder));
    List<String> printed = run(name, folder).lines().toList();
    assertThat(stated.size() + shown.size()).as("lines stated").isPositive();
    assertThat(printed).hasSize(stated.size() + shown.size());
    for (int i = 0; i < stated.size(); i++) {
      assertThat(roundedLike(stated.get(i), printed.get(i))).isEqualTo(stated.get(i));
    }
    assertThat(printed.subList(stated.size(), printed.size())).isEqualTo(shown);
  }

  /** Puts an example into a class; the imports are the first example's and its own. */
  private static Path writeClass(String example, String name, Path folder) throws IOException {
    String imports =
        Stream.concat(blocks("java").get(0).lines(), example.lines())
            .filter(IMPORT)
            .distinct()
            .collect(joining("\n"));
    String statements = example.lines().filter(IMPORT.negate()).collect(joining("\n"));
    String main = "public static void main(String[] arguments) {\n" + statements + "\n}";
    return Files.writeString(
        folder.resolve(name + ".java"),
        imports + "\nfinal class " + name + " {\n" + main + "\n}\n");
  }

  /** Compiles as a user would: without warnings, with nothing else on the class or module path. */
  private static void compile(Path folder, String pathOption, Path... sources) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(pathOption, classes().toString(), "-d", folder.toString(), "-Xlint:all", "-Werror");
    try (var files = compiler.getStandardFileManager(null, null, UTF_8)) {
      boolean compiled =
          compiler
              .getTask(messages, files, null, options, null, files.getJavaFileObjects(sources))
              .call();
      assertThat(compiled).as("%s%n%s", List.of(sources), messages).isTrue();
    }
  }

  @Test
  void aModuleThatRequiresTheLibraryCompiles(@TempDir Path folder) throws Exception {
    String requires = "requires io.github.surprisal;";
    assertThat(read(README)).contains("`module-info.java` says `" + requires + "`");
    Path module =
        Files.writeString(folder.resolve("module-info.java"), "module reader { " + requires + " }");
    Path packaged = Files.createDirectory(folder.resolve("reader"));
    Path example = writeClass(blocks("java").get(0), "Example", packaged);
    Files.writeString(example, "package reader;\n" + Files.readString(example));
    compile(folder, "--module-path", module, example);
  }

  private static Path classes() throws Exception {
    return Path.of(Losses.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static String run(String name, Path folder) throws Exception {
    PrintStream standard = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    URL[] path = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path);
        PrintStream out = new PrintStream(printed, true, UTF_8)) {
      System.setOut(out);
      var main = loader.loadClass(name).getMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(standard);
    }
    return printed.toString(UTF_8);
  }

  /**
   * Rounds each number of a text to as many decimals as its counterpart in the model has, but not
   * hex.
   */
  private static String roundedLike(String model, String text) {
    if (model.startsWith("0x")) {
      return text;
    }
    List<String> numbers = NUMBER.matcher(model).results().map(MatchResult::group).toList();
    StringBuilder rounded = new StringBuilder();
    Matcher matcher = NUMBER.matcher(text);
    for (int i = 0; matcher.find(); i++) {
      String number = i < numbers.size() ? rounded(matcher.group(), numbers.get(i)) : "?";
      matcher.appendReplacement(rounded, number);
    }
    return matcher.appendTail(rounded).toString();
  }

  private static String rounded(String number, String model) {
    int decimals = new BigDecimal(model.replace(",", "")).scale();
    return new BigDecimal(number).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
  }

  private static void assertRounded(String stated, double exact) {
    assertThat(rounded(Double.toString(exact), stated)).isEqualTo(stated.replace(",", ""));
  }

  @Test
  void theTableOfProbabilities() throws IOException {
    List<List<String>> rows = table("P of every token");
    assertThat(rows).hasSize(6);
    for (List<String> row : rows) {
      double loss = Math.abs(StrictMath.log(Double.parseDouble(row.get(0))));
      assertRounded(row.get(1), loss);
      assertRounded(row.get(2), Metrics.bitsPerToken(loss));
      assertRounded(row.get(3), Metrics.perplexity(loss));
    }
  }

  @Test
  void theTableOfTokenizers() throws IOException {
    List<List<String>> rows = table("tokens of \"Hello world\"");
    assertThat(rows).extracting(row -> row.get(1)).containsExactly("2", "4", "11");
    for (List<String> row : rows) {
      int tokens = Integer.parseInt(row.get(1));
      assertRounded(row.get(2), 8.8 / tokens);
      assertRounded(row.get(3), Metrics.perplexity(8.8 / tokens));
      assertRounded(row.get(4), Metrics.bitsPerByte(8.8 / tokens, tokens, "Hello world".length()));
    }
  }

  @Test
  void everyFunctionOfTheTableExists() throws IOException {
    List<String> functions =
        Stream.of(Losses.class, Metrics.class, Targets.class)
            .flatMap(type -> Arrays.stream(type.getMethods()))
            .map(method -> method.getDeclaringClass().getSimpleName() + "." + method.getName())
            .toList();
    assertThat(table("here"))
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
    List<String> shown = blocks("text").get(0).lines().filter(line -> !line.equals("…")).toList();
    assertThat(printed.lines().toList()).containsSubsequence(shown);
  }

  /** The example checks that it still prints what is in that file. */
  @Test
  void theTrainingLoopPrintsWhatIsShown() throws IOException {
    String printed = read(Path.of("src/it/training-loop/src/test/resources/example/printed.txt"));
    String table =
        blocks("text").stream().filter(block -> block.contains("epoch")).findFirst().orElseThrow();
    assertThat(printed.lines().toList())
        .containsSubsequence(table.lines().filter(line -> !line.equals("…")).toList());
  }

  @Test
  void theTableOfExamplesHasEveryProject() throws IOException {
    List<String> links =
        examples().stream()
            .map(pom -> pom.getParent().getFileName())
            .map(name -> "[" + name + "](src/it/" + name + ")")
            .toList();
    assertThat(table("project"))
        .extracting(row -> row.get(0))
        .containsExactlyInAnyOrderElementsOf(links);
  }

  private static List<Path> examples() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("src/it"))) {
      return folders.map(folder -> folder.resolve("pom.xml")).filter(Files::exists).toList();
    }
  }

  @Test
  void theVersionIsThatOfTheProject() throws Exception {
    var pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File("pom.xml"));
    String version = pom.getElementsByTagName("version").item(0).getTextContent();
    assertThat(blocks("xml").get(0)).contains("<version>" + version + "</version>");
    assertThat(read(README))
        .contains("Version " + version + " is not on Maven Central yet")
        .contains("target/surprisal-" + version + ".jar")
        .contains("target/surprisal-" + version + "-cli.jar");
    assertThat(read(Path.of("CHANGELOG.md"))).contains("## " + version);
    assertThat(examples())
        .isNotEmpty()
        .allSatisfy(
            example ->
                assertThat(read(example))
                    .contains("<surprisal.version>" + version + "</surprisal.version>"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"})
  void everyLinkedFileExists(String document) throws IOException {
    assertThat(
            Pattern.compile("]\\((?!https?:)([^)#]+)").matcher(read(Path.of(document))).results())
        .allSatisfy(link -> assertThat(Path.of(link.group(1))).exists());
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONTRIBUTING.md"})
  void everyNamedFileExists(String document) throws IOException {
    assertThat(
            Pattern.compile("`([\\w./-]+/[\\w./-]*|[\\w./-]+\\.(java|xml|md|svg|yml))`")
                .matcher(read(Path.of(document)))
                .results())
        .isNotEmpty()
        .allSatisfy(name -> assertThat(Path.of(name.group(1))).exists());
  }
}
