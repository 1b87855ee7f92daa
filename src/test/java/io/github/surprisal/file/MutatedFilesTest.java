/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files that are damaged, as by an attacker: reading one ends in an {@link IOException} of one line
 * or in the numbers that its bytes say, and never in anything else. {@code -Dmutations=100000}
 * tries more of them.
 */
@Timeout(600)
class MutatedFilesTest {

  /** The damaged files made of each sound one; most formats have three. */
  private static final int COUNT = Integer.getInteger("mutations", 6_000) / 3;

  /** Numbers that code goes wrong at. */
  private static final long[] EDGES = {
    0,
    1,
    -1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0x8000_0000L,
    0xffff_ffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final byte[] SYMBOLS =
      "{}[](),:'\"\\0123456789-<>|=fiuV8e+. \n"
          .getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  @TempDir private Path folder;

  private long seed;
  private SplittableRandom random = new SplittableRandom(0);

  @BeforeEach
  void seed() {
    seed = Long.getLong("mutations.seed", System.nanoTime());
    random = new SplittableRandom(seed);
    System.out.println("mutations.seed=" + seed);
  }

  /** What a damaged file should say if it is read. */
  private interface Expected {
    void check(byte[] damaged, List<String> values) throws IOException;
  }

  /**
   * The share of damaged files that are read is known: with a reader that takes all of them, or
   * none, it is another.
   */
  @ParameterizedTest
  @CsvSource({"<f4, False, 0.08, 0.16", ">i2, True, 0.05, 0.12", "|u1, False, 0.03, 0.1"})
  void npy(String description, String isFortranOrder, double least, double most)
      throws IOException {
    byte[] elements = new byte[6 * (description.charAt(2) - '0')];
    random.nextBytes(elements);
    String header =
        "{'descr': '%s', 'fortran_order': %s, 'shape': (2, 3), }"
            .formatted(description, isFortranOrder);
    byte[] bytes = new NpyFile(1, 1, header).bytes(elements);
    double read =
        readMutated(
            bytes,
            TensorOracle.npyStart(bytes),
            folder.resolve("x.npy"),
            (damaged, values) -> assertThat(values).isEqualTo(TensorOracle.npy(damaged)));
    assertThat(read).isBetween(least, most);
  }

  @ParameterizedTest
  @CsvSource({
    "model-00001-of-00002, 0.05, 0.13",
    "model-00002-of-00002, 0.05, 0.13",
    "shapes, 0.03, 0.1",
    "none, 0.04, 0.12"
  })
  void safetensors(String name, double least, double most) throws IOException {
    byte[] bytes = TestFiles.bytesOf(name + ".safetensors");
    double read =
        readMutated(
            bytes,
            TensorOracle.safetensorsStart(bytes),
            folder.resolve("x.safetensors"),
            (damaged, values) ->
                assertThat(values)
                    .containsExactlyInAnyOrderElementsOf(TensorOracle.safetensors(damaged)));
    assertThat(read).isBetween(least, most);
  }

  /** The shards are sound, so whatever an index leads to is one of their tensors. */
  @Test
  void index() throws IOException {
    List<String> right = new ArrayList<>();
    for (int shard = 1; shard <= 2; shard++) {
      String name = "model-0000" + shard + "-of-00002.safetensors";
      Files.write(folder.resolve(name), TestFiles.bytesOf(name));
      right.addAll(TensorOracle.safetensors(TestFiles.bytesOf(name)));
    }
    byte[] bytes = TestFiles.bytesOf("model.safetensors.index.json");
    double read =
        readMutated(
            bytes,
            bytes.length,
            folder.resolve("x.safetensors.index.json"),
            (damaged, values) -> assertThat(values).isNotEmpty().isSubsetOf(right));
    assertThat(read).isBetween(0.02, 0.1);
  }

  /** The checksums of an archive protect what its members hold. */
  @ParameterizedTest
  @CsvSource({"one.npz, 0.08, 0.17", "deflated.npz, 0.1, 0.2", "zip64.npz, 0.1, 0.2"})
  void npz(String name, double least, double most) throws IOException {
    byte[] bytes = TestFiles.bytesOf(name);
    Path path = Files.write(folder.resolve("x.npz"), bytes);
    List<String> right = withoutNames(valuesOf(TensorFile.open(path)));
    double read =
        readMutated(
            bytes,
            bytes.length,
            path,
            (damaged, values) -> assertThat(withoutNames(values)).isSubsetOf(right));
    assertThat(read).isBetween(least, most);
  }

  /** Names are not protected, nor what is never read to its end, where the checksum is. */
  private static List<String> withoutNames(List<String> lines) {
    return lines.stream()
        .filter(line -> !line.startsWith(ElementType.OTHER + " "))
        .map(line -> line.replaceFirst("(?s)^(\\S+ \\[[^]]*\\] \\[[^]]*\\]).*", "$1"))
        .toList();
  }

  /**
   * Reads a file as it is, and then damaged ones.
   *
   * @param dataStart where any byte may be changed, and the file is sound nevertheless
   * @return the share of damaged files that were read
   */
  private double readMutated(byte[] bytes, int dataStart, Path path, Expected expected)
      throws IOException {
    write(path, bytes);
    expected.check(bytes, valuesOf(TensorFile.open(path)));
    int read = 0;
    for (int i = 0; i < COUNT; i++) {
      byte[] damaged = mutated(bytes);
      try {
        boolean isRead = isRead(damaged, path, expected);
        assertThat(isRead || !isSound(damaged, bytes, dataStart)).isTrue();
        read += isRead ? 1 : 0;
      } catch (IOException | RuntimeException | Error unexpected) {
        fail("seed " + seed + ", file " + Arrays.toString(damaged), unexpected);
      }
    }
    return (double) read / COUNT;
  }

  /** Reads a damaged file, and the same bytes from a pipe, which not all formats allow. */
  private static boolean isRead(byte[] damaged, Path path, Expected expected) throws IOException {
    write(path, damaged);
    Optional<List<String>> values = valuesIfRead(() -> TensorFile.open(path));
    Optional<List<String>> piped =
        valuesIfRead(() -> TensorFile.of("stdin", new ByteArrayInputStream(damaged)));
    if (values.isPresent()) {
      expected.check(damaged, values.get());
      assertThat(piped).isEqualTo(isAlsoReadFromPipes(damaged) ? values : Optional.empty());
    }
    return values.isPresent();
  }

  private static boolean isAlsoReadFromPipes(byte... bytes) {
    return !NpzFormat.isBegunBy(bytes)
        && (NpyFormat.isBegunBy(bytes) || SafetensorsFormat.isBegunBy(bytes));
  }

  private interface Opening {
    TensorFile open() throws IOException;
  }

  private static Optional<List<String>> valuesIfRead(Opening opening) {
    try {
      return Optional.of(valuesOf(opening.open()));
    } catch (IOException refused) {
      assertThat(refused.getMessage())
          .as(() -> refused + Arrays.toString(refused.getStackTrace()))
          .isNotBlank()
          .doesNotContain("\n");
      return Optional.empty();
    }
  }

  /** Whether at most elements were changed. */
  private static boolean isSound(byte[] damaged, byte[] bytes, int dataStart) {
    return damaged.length == bytes.length
        && Arrays.equals(damaged, 0, dataStart, bytes, 0, dataStart);
  }

  /** Writes over what is there, which is faster than to begin with an empty file. */
  private static void write(Path path, byte... bytes) throws IOException {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(bytes), 0);
      file.truncate(bytes.length);
    }
  }

  /** Reads all tensors, and returns a line for each. */
  private static List<String> valuesOf(TensorFile opened) throws IOException {
    List<String> values = new ArrayList<>();
    try (TensorFile file = opened) {
      for (StoredTensor tensor : file.tensors()) {
        assertThat(tensor.type() == ElementType.OTHER || tensor.size() < 10_000).isTrue();
        values.add(TensorOracle.line(tensor));
      }
    }
    return values;
  }

  private byte[] mutated(byte[] bytes) {
    byte[] mutated = bytes.clone();
    for (int left = random.nextInt(1, 4); left > 0; left--) {
      mutated = mutatedOnce(mutated);
    }
    return mutated;
  }

  private byte[] mutatedOnce(byte[] bytes) {
    int at = random.nextInt(bytes.length + 1);
    int end = Math.min(bytes.length, at + random.nextInt(1, 17));
    byte[] same = Arrays.copyOf(bytes, bytes.length);
    switch (random.nextInt(8)) {
      case 0 -> Arrays.fill(same, at, Math.min(end, at + 1), (byte) random.nextInt(256));
      case 1 ->
          Arrays.fill(same, at, Math.min(end, at + 1), SYMBOLS[random.nextInt(SYMBOLS.length)]);
      case 2 -> {
        for (int bit = 1 << random.nextInt(8); at < end; end = at) {
          same[at] ^= (byte) bit;
        }
      }
      case 3 -> {
        long edge = EDGES[random.nextInt(EDGES.length)];
        int width = 1 << random.nextInt(4);
        for (int i = at; i < Math.min(bytes.length, at + width); i++) {
          same[i] = (byte) (edge >> (8 * (i - at)));
        }
      }
      case 4 -> same = joined(bytes, at, bytes, end, bytes.length); // without a piece
      case 5 -> same = joined(bytes, end, bytes, at, bytes.length); // with a piece twice
      case 6 -> same = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? at : bytes.length);
      default -> {
        int from = random.nextInt(bytes.length + 1);
        System.arraycopy(bytes, from, same, at, Math.min(end - at, bytes.length - from));
      }
    }
    return same.length == 0 ? bytes : same;
  }

  private static byte[] joined(byte[] first, int end, byte[] second, int from, int to) {
    byte[] joined = Arrays.copyOf(first, end + to - from);
    System.arraycopy(second, from, joined, end, to - from);
    return joined;
  }
}
