/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Compiles and runs the examples of a page, each in a class of its own in one folder. */
final class ExampleCode {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(,\\d{3})*(\\.\\d+)?(E-?\\d+)?");
  private static final Pattern PRINTED = Pattern.compile("println\\(.*\\);\\s*// (.*)");
  private static final Predicate<String> IMPORT = line -> line.startsWith("import ");

  private final String imports;
  private final Path folder;

  /** Examples of a page: what its first one imports is there for all of them. */
  ExampleCode(Page page, Path folder) {
    this.imports = page.blocks("java").get(0).lines().filter(IMPORT).collect(joining("\n"));
    this.folder = folder;
  }

  /** Holds what an example prints against its comments, and then against the text after it. */
  void check(Page.JavaBlock example, String name) throws Exception {
    if (example.code().contains("java.lang.foreign")) {
      assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(22);
    }
    List<String> stated =
        PRINTED.matcher(example.code()).results().map(comment -> comment.group(1)).toList();
    List<String> shown = example.text().lines().toList();
    compile("-cp", writeClass(example.code(), name, folder));
    List<String> printed = run(name).lines().toList();
    assertThat(stated.size() + shown.size()).as("lines stated").isPositive();
    assertThat(printed).hasSize(stated.size() + shown.size());
    for (int i = 0; i < stated.size(); i++) {
      assertThat(roundedLike(stated.get(i), printed.get(i))).isEqualTo(stated.get(i));
    }
    assertThat(printed.subList(stated.size(), printed.size())).isEqualTo(shown);
  }

  /** Puts an example into a class. */
  Path writeClass(String code, String name, Path place) throws IOException {
    String allImports =
        Stream.concat(imports.lines(), code.lines().filter(IMPORT))
            .distinct()
            .collect(joining("\n"));
    String statements = code.lines().filter(IMPORT.negate()).collect(joining("\n"));
    String main =
        "public static void main(String[] arguments) throws Exception {\n" + statements + "\n}";
    return Files.writeString(
        place.resolve(name + ".java"),
        allImports + "\nfinal class " + name + " {\n" + main + "\n}\n");
  }

  /** Compiles as a user would: without warnings, with nothing else on the class or module path. */
  void compile(String pathOption, Path... sources) throws Exception {
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

  private static Path classes() throws Exception {
    return Path.of(Losses.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private String run(String name) throws Exception {
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

  /** Holds a number as a page states it against the exact one. */
  static void assertRounded(String stated, double exact) {
    assertThat(rounded(Double.toString(exact), stated)).isEqualTo(stated.replace(",", ""));
  }
}
