/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A name with {@code *}, {@code ?} or {@code [...]} in its last part, for systems whose shell does
 * not expand it, and for lists that are too long for a command line.
 */
final class FilePattern {

  private static final Pattern WILDCARD = Pattern.compile("[*?\\[]");

  /** The most digits of a number; longer ones are taken for several. */
  private static final int MOST_DIGITS = 18;

  private static final Pattern NUMBER = Pattern.compile("\\d{1," + MOST_DIGITS + "}");

  private FilePattern() {}

  /**
   * Returns the names of the files that a name stands for, numbers in them by size: {@code part-2}
   * comes before {@code part-10}. A name without a wildcard, or of a file that exists, stands for
   * itself.
   */
  static List<String> names(String name) throws IOException {
    if (!WILDCARD.matcher(name).find() || Files.exists(FileName.path(name))) {
      return List.of(name);
    }
    List<String> names = matching(name, "");
    int colon = name.lastIndexOf(':');
    if (names.isEmpty() && colon > 1) { // not after the letter of a drive
      String file = name.substring(0, colon);
      names =
          Files.exists(FileName.path(file)) ? List.of(name) : matching(file, name.substring(colon));
    }
    if (names.isEmpty()) {
      throw new InputException(name, "no file matches this pattern");
    }
    return names;
  }

  /**
   * Returns the files that match, each followed by what names a tensor; hidden ones are left out.
   */
  private static List<String> matching(String pattern, String tensor) throws IOException {
    Path path = FileName.path(pattern);
    Path folder = path.getParent();
    String last = String.valueOf(path.getFileName());
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder == null ? FileName.path("") : folder, last)) {
      for (Path file : files) {
        if (last.startsWith(".") || !String.valueOf(file.getFileName()).startsWith(".")) {
          names.add(file + tensor);
        }
      }
    } catch (PatternSyntaxException | IOException | DirectoryIteratorException unknown) {
      throw new InputException(
          pattern, "no such file or pattern, expected a .npy, .npz or .safetensors file");
    }
    names.sort(Comparator.comparing(FilePattern::withNumbersOfOneLength));
    return names;
  }

  private static String withNumbersOfOneLength(String name) {
    return NUMBER
        .matcher(name)
        .replaceAll(
            number ->
                Matcher.quoteReplacement(
                    "0".repeat(MOST_DIGITS - number.group().length()) + number.group()));
  }
}
