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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that are damaged, as by an attacker: reading one ends in an {@link IOException} of one line
 * or in numbers, and never in anything else. {@code -Dmutations=100000} tries more of them.
 */
@Timeout(600)
class MutatedFilesTest {

  private static final int COUNT = Integer.getInteger("mutations", 5_000);

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

  @Test
  void npy() throws IOException {
    byte[] bytes = TestFiles.npy("<f4", "(2, 3)", TestFiles.floats(TestFiles.LOGITS));
    readMutated(bytes, folder.resolve("x.npy"));
  }

  @Test
  void safetensors() throws IOException {
    readMutated(
        TestFiles.bytesOf("model-00002-of-00002.safetensors"), folder.resolve("x.safetensors"));
  }

  @Test
  void index() throws IOException {
    for (int shard = 1; shard <= 2; shard++) {
      String name = "model-0000" + shard + "-of-00002.safetensors";
      Files.write(folder.resolve(name), TestFiles.bytesOf(name));
    }
    readMutated(
        TestFiles.bytesOf("model.safetensors.index.json"),
        folder.resolve("x.safetensors.index.json"));
  }

  /** The checksums of an archive protect what its members hold. */
  @ParameterizedTest
  @ValueSource(strings = {"one.npz", "deflated.npz", "zip64.npz"})
  void npz(String name) throws IOException {
    byte[] bytes = TestFiles.bytesOf(name);
    Path path = folder.resolve("x.npz");
    Files.write(path, bytes);
    Set<String> right = new HashSet<>(valuesOf(TensorFile.open(path)));
    assertThat(right).hasSizeGreaterThan(0);
    int read = 0;
    for (int i = 0; i < COUNT / 3; i++) {
      write(path, mutated(bytes));
      try {
        List<String> values = valuesOf(TensorFile.open(path));
        assertThat(right).as(() -> "seed " + seed).containsAll(values);
        read++;
      } catch (IOException refused) {
        assertOneLine(refused);
      } catch (RuntimeException | Error unexpected) {
        fail("seed " + seed + ", file " + Arrays.toString(Files.readAllBytes(path)), unexpected);
      }
    }
    assertThat(read).isBetween(1, COUNT / 3 - 1);
  }

  private void readMutated(byte[] bytes, Path path) throws IOException {
    int refused = 0;
    for (int i = 0; i < COUNT; i++) {
      byte[] mutated = mutated(bytes);
      try {
        write(path, mutated);
        valuesOf(TensorFile.open(path));
        valuesOf(TensorFile.of("stdin", new ByteArrayInputStream(mutated)));
      } catch (IOException expected) {
        assertOneLine(expected);
        refused++;
      } catch (RuntimeException | Error unexpected) {
        fail("seed " + seed + ", file " + Arrays.toString(mutated), unexpected);
      }
    }
    assertThat(refused).isBetween(1, COUNT);
  }

  /** Writes over what is there, which is faster than to begin with an empty file. */
  private static void write(Path path, byte... bytes) throws IOException {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(bytes), 0);
      file.truncate(bytes.length);
    }
  }

  private void assertOneLine(IOException refused) {
    assertThat(refused.getMessage())
        .as(() -> "seed " + seed + ", " + refused + Arrays.toString(refused.getStackTrace()))
        .isNotBlank()
        .doesNotContain("\n");
  }

  /** Reads all tensors, and returns the type, the shape and the values of each. */
  private static List<String> valuesOf(TensorFile opened) throws IOException {
    List<String> values = new ArrayList<>();
    try (TensorFile file = opened) {
      for (StoredTensor tensor : file.tensors()) {
        String text = tensor.type() + tensor.shapeText();
        assertThat(tensor.size()).isLessThan(10_000);
        if (tensor.type() == ElementType.OTHER) {
          continue; // never read to its end, where the checksum is
        }
        if (tensor.type().isInteger()) {
          text += Arrays.toString(TestFiles.integers(tensor));
        } else {
          text += Arrays.toString(TestFiles.floats(tensor));
        }
        values.add(text);
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
