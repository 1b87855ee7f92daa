/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation, in Markdown. */
public record Page(Path file, String text) {

  private static final Pattern LINK = Pattern.compile("]\\(([^)]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern JAVA_WITH_ITS_TEXT =
      Pattern.compile("(?ms)^```java\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?");

  /** An example in Java, and the text right after it, or an empty text. */
  record JavaBlock(String code, String text) {}

  /** The page in a file, with lines that end as on Unix. */
  public static Page of(String file) {
    return of(Path.of(file));
  }

  private static Page of(Path file) {
    try {
      return new Page(file, Files.readString(file).replace("\r\n", "\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pages of the folder docs. */
  static List<Page> docs() {
    try (Stream<Path> files = Files.list(Path.of("docs"))) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().map(Page::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pages that users read. */
  static List<Page> readmeAndDocs() {
    return Stream.concat(Stream.of(of("README.md")), docs().stream()).toList();
  }

  /** The content of each block in that language. */
  public List<String> blocks(String language) {
    return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
        .matcher(text)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  List<JavaBlock> javaBlocks() {
    return JAVA_WITH_ITS_TEXT
        .matcher(text)
        .results()
        .map(block -> new JavaBlock(block.group(1), Objects.requireNonNullElse(block.group(2), "")))
        .toList();
  }

  /** The cells of the rows of the table whose heading begins with this cell. */
  public List<List<String>> table(String firstHeading) {
    Matcher table =
        Pattern.compile("(?m)^\\| " + Pattern.quote(firstHeading) + " \\|.*\n.*\n((\\|.*\n)+)")
            .matcher(text);
    assertThat(table.find()).as("%s has a table headed %s", file, firstHeading).isTrue();
    return table.group(1).lines().map(Page::cells).toList();
  }

  /** The cells of a row, also the empty ones. */
  private static List<String> cells(String row) {
    String[] cells = row.split("\\|", -1);
    return Arrays.stream(cells, 1, cells.length - 1).map(String::strip).toList();
  }

  /** What is in the parentheses of links and pictures. */
  List<String> links() {
    return LINK.matcher(text).results().map(link -> link.group(1)).toList();
  }

  /** The names by which links find the headings. */
  List<String> anchors() {
    return HEADING
        .matcher(FENCED.matcher(text).replaceAll(""))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  /** The page or file that a link of this page leads to, without the name of a heading. */
  Path target(String link) {
    String path = link.replaceFirst("#.*", "");
    return path.isEmpty() ? file : file.resolveSibling(path).normalize();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
