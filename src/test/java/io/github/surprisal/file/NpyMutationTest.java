/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files give an answer or an {@link IOException}, whatever was done to them. {@code
 * -Dmutations=100000} damages more of them.
 */
class NpyMutationTest {

  private static final int MUTATIONS = Integer.getInteger("mutations", 20_000);

  /** What headers are made of, and what they should not be made of. */
  private static final List<String> PIECES =
      List.of(
          "(0, 4611686018427387904)",
          "(4611686018427387904, 0)",
          "(4294967296, 4294967296)",
          "(9223372036854775807,)",
          "(1000000000000, 3)",
          "(2147483648, 0)",
          "(-1, 3)",
          "(2L, 3L)",
          "()",
          "(3,)",
          "True",
          "False",
          "'<f8'",
          "'>f2'",
          "'|V2'",
          "'|O'",
          "'|b1'",
          "'<f99999'",
          "'<U1000000000'",
          "[('a', '<f4')]",
          "u'descr'",
          "\\x00",
          "{",
          "}",
          "[[[[[[[[",
          ", ",
          "\n",
          "\u00e9",
          "'");

  @TempDir private Path folder;

  @Test
  void damageIsAnsweredOrRefused() throws IOException {
    long seed = Long.getLong("mutations.seed", System.nanoTime());
    Random random = new Random(seed);
    List<byte[]> intact = intactFiles();
    int answered = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] damaged = damaged(random, intact.get(random.nextInt(intact.size())));
      try {
        answered += isAnswered(damaged, random.nextInt(4) == 0) ? 1 : 0;
      } catch (RuntimeException | Error unexpected) {
        throw new AssertionError(
            "seed %d, mutation %d: %s"
                .formatted(seed, i, new String(damaged, StandardCharsets.ISO_8859_1)),
            unexpected);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "NpyMutationTest: seed %d, %d files, %d answered%n",
        seed,
        MUTATIONS,
        answered);
    assertThat(answered).isBetween(MUTATIONS / 50, MUTATIONS * 9 / 10);
  }

  private static List<byte[]> intactFiles() throws IOException {
    List<byte[]> intact = new ArrayList<>();
    try (Stream<Path> files = Files.list(NpyFilesTest.FOLDER)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".npy")).sorted().toList()) {
        intact.add(Files.readAllBytes(file));
      }
    }
    intact.add(NpyFile.of("<f4", true, List.of(3L, 2L, 4L)).bytes(new byte[96]));
    intact.add(NpyFile.of("{'descr':'<f4','fortran_order':False,'shape':(1,)}").bytes(new byte[4]));
    return intact;
  }

  private static byte[] damaged(Random random, byte[] intact) {
    byte[] file = intact;
    for (int round = 1 + random.nextInt(2); round > 0; round--) {
      file = damagedOnce(random, file);
    }
    return file;
  }

  private static byte[] damagedOnce(Random random, byte[] file) {
    if (file.length == 0) {
      return file;
    }
    int at = random.nextInt(random.nextInt(3) == 0 ? Math.min(file.length, 70) : file.length);
    byte[] changed = file.clone();
    switch (random.nextInt(9)) {
      case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> changed[at] = (byte) random.nextInt();
      case 2 -> changed[at] = (byte) ('0' + random.nextInt(10));
      case 3 -> changed = Arrays.copyOf(file, at);
      case 4 -> changed = Arrays.copyOf(file, file.length + random.nextInt(9));
      default -> changed = withPiece(random, file, at);
    }
    return changed;
  }

  /** Puts a piece in the place of a word of the header, mostly without changing its length. */
  private static byte[] withPiece(Random random, byte[] file, int at) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    List<String> words = List.of("'<f4'", "(2, 3)", "False", "True", "(4,)", "'shape'", "   ");
    String word = words.get(random.nextInt(words.size()));
    int start = text.contains(word) ? text.indexOf(word) : at;
    int end = text.contains(word) ? start + word.length() : at;
    String piece = PIECES.get(random.nextInt(PIECES.size()));
    String tail = text.substring(end);
    int longer = piece.length() - (end - start);
    if (longer > 0 && tail.contains(" ".repeat(longer))) {
      tail = tail.replaceFirst(" ".repeat(longer), "");
    }
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.writeBytes(
        (text.substring(0, start) + piece + tail).getBytes(StandardCharsets.ISO_8859_1));
    return changed.toByteArray();
  }

  private boolean isAnswered(byte[] bytes, boolean isFile) throws IOException {
    Path path = folder.resolve("damaged.npy");
    if (isFile) {
      Files.write(path, bytes);
    }
    try (TensorFile file =
        isFile ? TensorFile.open(path) : TensorFile.of("stream", new ByteArrayInputStream(bytes))) {
      read(file.only());
      return true;
    } catch (IOException refused) {
      assertThat(refused).hasMessageMatching("[^\n]{10,}");
      return false;
    }
  }

  /** Reads some of it, in blocks, as far as a block is not too large. */
  private static void read(StoredTensor tensor) throws IOException {
    assertThat(tensor.toString()).isNotEmpty();
    long size = tensor.size();
    if (tensor.type().isInteger()) {
      TensorReader reader = tensor.reader();
      for (int from = 0; from < Math.min(size, 20); from++) {
        assertThat(reader.integers(from, 1)).hasSize(1);
      }
    } else if (tensor.type().isFloatingPoint()) {
      List<Long> shape = tensor.shape();
      long columns = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
      if (columns >= 1 && columns <= 1 << 16) {
        TensorReader reader = tensor.reader();
        for (int from = 0; from < Math.min(size / columns, 10); from++) {
          assertThat(reader.floats(from, 1).size()).isEqualTo(columns);
        }
      }
    } else {
      assertThat(tensor.advice()).isPresent();
    }
  }
}
