/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.LossReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Replies of servers with the log-probabilities of their tokens, scored.
 *
 * @param files what was read
 * @param unscored how many tokens had no log-probability
 * @param report the report over all tokens that had one, with each reply as a document
 */
record Replies(List<Source> files, long unscored, LossReport report) {

  /** What messages expect. */
  private static final String EXPECTED = "file of replies in JSON";

  /** A file and the form of its replies. */
  record Source(String name, ReplyFormat format) {}

  /**
   * Reads replies and scores them.
   *
   * @param names of files, or {@value FileName#STANDARD_INPUT} for standard input
   * @param format the form of all replies; without it the first one of each file tells
   */
  static Replies read(List<String> names, Optional<ReplyFormat> format) throws IOException {
    ReplyScores scores = new ReplyScores();
    List<Source> files = new ArrayList<>();
    for (String name : names) {
      files.add(
          name.equals(FileName.STANDARD_INPUT)
              ? readStandardInput(format, scores)
              : readFile(FileName.path(name), format, scores));
    }
    return new Replies(files, scores.unscored(), scores.report());
  }

  private static Source readStandardInput(Optional<ReplyFormat> format, ReplyScores scores)
      throws IOException {
    String name = FileName.STANDARD_INPUT_LABEL;
    try {
      return read(name, System.in, format, scores);
    } catch (IOException failed) {
      throw InputException.unreadable(name, EXPECTED, failed);
    }
  }

  private static Source readFile(Path path, Optional<ReplyFormat> format, ReplyScores scores)
      throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return read(path.toString(), in, format, scores);
    } catch (IOException failed) {
      throw InputException.unreadable(path.toString(), EXPECTED, failed);
    }
  }

  private static Source read(
      String name, InputStream in, Optional<ReplyFormat> format, ReplyScores scores)
      throws IOException {
    try (ReplyInput input = ReplyInput.of(name, in)) {
      Optional<ReplyFormat> found = Optional.empty();
      for (Optional<JsonValue> next = input.next(); next.isPresent(); next = input.next()) {
        Optional<JsonValue> reply = ReplyEnvelope.open(next.get());
        if (reply.isPresent()) {
          if (found.isEmpty()) {
            found = Optional.of(format.isPresent() ? format.get() : ReplyFormat.of(reply.get()));
          }
          found.get().reader().read(reply.get(), scores);
        }
      }
      if (found.isEmpty()) {
        throw new InputException(name, "holds no reply, expected a " + EXPECTED);
      }
      scores.endFile();
      return new Source(name, found.get());
    } catch (OutOfMemoryError tooLarge) {
      throw new InputException(
          name, "a reply needs more memory than there is, expected Java with more (-Xmx)");
    }
  }
}
