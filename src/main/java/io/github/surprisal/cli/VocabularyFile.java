/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The vocabulary of a tokenizer in a file: a {@code tokenizer.json} of Hugging Face, a {@code
 * vocab.json} whose alphabet is clear, ranks of tiktoken, or a table in text ({@link TokenTable}).
 * The beginning of the file tells which, and not its name.
 */
final class VocabularyFile {

  /** What messages expect. */
  static final String EXPECTED =
      "tokenizer.json of Hugging Face, ranks of tiktoken, or a table of ids and byte counts";

  /** What makes a file that can be read. */
  static final String ADVICE =
      "python -c \"from transformers import AutoTokenizer;"
          + " AutoTokenizer.from_pretrained('MODEL').save_pretrained('.')\" makes one";

  /** How many bytes tell what kind of file it is. */
  private static final int BEGINNING = 1 << 12;

  /** A line of two words, such as a line of a {@code merges.txt}. */
  private static final Pattern PAIR = Pattern.compile("\\S+ \\S+");

  private VocabularyFile() {}

  /**
   * Reads a vocabulary.
   *
   * @throws IOException if the file can't be read or what its tokens stand for can't be told; one
   *     line says where, what was found, and what was expected
   */
  static Vocabulary read(Path file) throws IOException {
    try (InputStream in =
        new BufferedInputStream(
            FileName.isPipe(file) ? new FileInputStream(file.toFile()) : Files.newInputStream(file),
            1 << 16)) {
      return read(file.toString(), in);
    } catch (IOException failed) {
      throw InputException.unreadable(file.toString(), EXPECTED, failed);
    }
  }

  /** Reads a vocabulary from a stream that can be reset. */
  static Vocabulary read(String file, InputStream in) throws IOException {
    try {
      skipByteOrderMark(in);
      String beginning = StreamBeginning.of(in, BEGINNING);
      String start = beginning.stripLeading();
      if (start.isEmpty() && beginning.length() < BEGINNING) {
        throw new InputException(file, "is empty, expected a " + EXPECTED);
      }
      if (isBinary(beginning)) {
        throw refused(file, binary(file, beginning));
      }
      return start.startsWith("{") ? readJson(file, in) : readLines(file, in, start);
    } catch (OutOfMemoryError tooLarge) {
      throw new InputException(
          file, "the vocabulary needs more memory than there is, expected Java with more (-Xmx)");
    }
  }

  private static void skipByteOrderMark(InputStream in) throws IOException {
    in.mark(3);
    byte[] mark = in.readNBytes(3);
    if (!new String(mark, StandardCharsets.UTF_8).equals("\uFEFF")) {
      in.reset();
    }
  }

  private static boolean isBinary(String beginning) {
    return beginning.chars().anyMatch(c -> c < '\t' || (c > '\r' && c < ' '));
  }

  private static String binary(String file, String beginning) {
    boolean isModel = file.endsWith(".model") || beginning.startsWith("\n");
    return isModel ? "is binary, as a model of SentencePiece is" : "is binary";
  }

  private static InputException refused(String file, String found) {
    return new InputException(file, found + ", expected a " + EXPECTED + ": " + ADVICE);
  }

  private static Vocabulary readJson(String file, InputStream in) throws IOException {
    InputStreamReader text = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder());
    try (JsonReader json = JsonReader.ofManyNames(file, text)) {
      try {
        return VocabularyJson.read(file, json);
      } catch (CharacterCodingException wrong) {
        throw json.end().wrong("what follows is not in UTF-8, expected JSON in UTF-8");
      }
    }
  }

  private static Vocabulary readLines(String file, InputStream in, String start)
      throws IOException {
    String line = start.lines().findFirst().orElse("");
    LineReader lines = new LineReader(file, in);
    if (line.indexOf('\t') >= 0) {
      return TokenTable.read(file, lines);
    } else if (RankFile.LINE.matcher(line).matches()) {
      return RankFile.read(file, lines);
    } else if (line.startsWith("#version") || PAIR.matcher(line).matches()) {
      throw refused(file, "is a merges.txt, which has no ids");
    }
    throw refused(file, "begins with the line " + TokenId.quote(line));
  }
}
