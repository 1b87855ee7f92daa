/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import static io.github.surprisal.file.TestFiles.LOGITS;
import static io.github.surprisal.file.TestFiles.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzTest {

  private static final byte[] ARRAY = TestFiles.npy("<f4", "(2,)", TestFiles.floats(1, 2));

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "deflated.npz", "zip64.npz"})
  void readsWhatNumPyWrote(String name) throws IOException {
    try (TensorFile file = TensorFile.open(written(name))) {
      assertThat(file.tensors())
          .extracting(StoredTensor::name)
          .containsExactly(
              "logits",
              "halves",
              "doubles",
              "big_endian",
              "targets",
              "bytes",
              "scalar",
              "empty",
              "waves");
      assertThat(file.tensor("logits")).hasToString(written(name) + ":logits float32 (2, 3)");
      assertThat(TestFiles.floats(file.tensor("logits"))).isEqualTo(LOGITS);
      assertThat(TestFiles.floats(file.tensor("halves")))
          .containsExactly(0.5f, -1.25f, 3, 65504, -0.0f, 0x1p-23f);
      assertThat(TestFiles.floats(file.tensor("doubles"))).isEqualTo(LOGITS);
      assertThat(TestFiles.floats(file.tensor("big_endian"))).isEqualTo(LOGITS);
      assertThat(TestFiles.integers(file.tensor("targets"))).containsExactly(2, -100);
      assertThat(TestFiles.integers(file.tensor("bytes")))
          .containsExactly(0, 1, 127, 128, 254, 255);
      assertThat(TestFiles.floats(file.tensor("scalar"))).containsExactly(7);
      assertThat(TestFiles.floats(file.tensor("empty"))).isEmpty();
      assertThat(file.tensor("waves").type()).isEqualTo(ElementType.OTHER);
    }
  }

  @Test
  void readsRowsInOrderAndAnewFromTheFront() throws IOException {
    try (TensorFile file = TensorFile.open(written("one.npz"))) {
      StoredTensor logits = file.only();
      assertThat(logits.isForwardOnly()).isTrue();
      TensorReader reader = logits.reader();
      assertThat(reader.floats(2, 0).toArray()).isEmpty();
      assertThat(reader.floats(1, 1).toArray()).containsExactly(65504, -0.0f, 1e-7f);
      assertThat(reader.floats(1, 1).toArray()).containsExactly(65504, -0.0f, 1e-7f);
      for (int pass = 0; pass < 3; pass++) {
        assertThat(reader.floats(0, 1).toArray()).containsExactly(0.5f, -1.25f, 3);
        assertThat(reader.floats(2, 0).toArray()).isEmpty();
        assertThat(logits.reader().floats(1, 1).toArray()).containsExactly(65504, -0.0f, 1e-7f);
        assertThat(reader.floats(0, 1).toArray()).containsExactly(0.5f, -1.25f, 3);
      }
      assertThat(reader.floats(0, 2).toArray()).isEqualTo(LOGITS);
    }
  }

  @Test
  void leavesOtherMembersAlone() throws IOException {
    Path path = write(TestFiles.zip(ARRAY, "README.txt", "folder/", "folder/a.npy"));
    try (TensorFile file = TensorFile.open(path)) {
      assertThat(file.only().name()).isEqualTo("folder/a");
    }
  }

  /** A bit of the data is changed: Java does not notice by itself. */
  @Test
  void holdsTheContentAgainstItsChecksum() throws IOException {
    byte[] bytes = TestFiles.storedZip("a.npy", ARRAY);
    int data = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("}\n") + 2;
    bytes[data] ^= 1;
    Path path = write(bytes);
    try (TensorFile file = TensorFile.open(path)) {
      assertThatThrownBy(() -> TestFiles.floats(file.only()))
          .isInstanceOf(FileFormatException.class)
          .hasMessageMatching(
              ".*x\\.npz:a: is damaged: its CRC-32 is [0-9a-f]{8}, expected [0-9a-f]{8}");
    }
  }

  @Test
  void holdsAnEmptyArrayAgainstItsChecksum() throws IOException {
    byte[] bytes = TestFiles.storedZip("a.npy", TestFiles.npy("<f4", "(0,)"));
    int header = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("<f4");
    bytes[header + 2] = '8';
    Path path = write(bytes);
    assertThatThrownBy(() -> TensorFile.readFloats(path)).hasMessageContaining("its CRC-32 is");
  }

  @Test
  void refusesAMemberThatIsLongerOrShorterThanItsShape() throws IOException {
    byte[] longer = TestFiles.npy("<f4", "(2,)", TestFiles.floats(1, 2, 3));
    Path path = write(TestFiles.zip(longer, "a.npy"));
    assertThatThrownBy(() -> TensorFile.open(path))
        .isInstanceOf(FileFormatException.class)
        .hasMessage(path + ":a: holds 12 bytes of data, expected 8 for shape (2,) of float32");
    write(TestFiles.zip(TestFiles.npy("<f4", "(2,)", TestFiles.floats(1)), "a.npy"));
    assertThatThrownBy(() -> TensorFile.open(path))
        .hasMessage(path + ":a: holds 4 bytes of data, expected 8 for shape (2,) of float32");
  }

  /** A kilobyte that decompresses to 512 MiB, of which the directory says that it is 8 bytes. */
  @Test
  void stopsWhereAMemberShouldEnd() throws IOException {
    byte[] large = java.util.Arrays.copyOf(ARRAY, 512 << 10);
    byte[] bytes = TestFiles.zip(large, "a.npy");
    int directory = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(directory + 24, ARRAY.length);
    Path path = write(bytes);
    assertThatThrownBy(() -> TensorFile.readFloats(path))
        .isInstanceOf(FileFormatException.class)
        .hasMessageContaining("expected no more than 8 bytes of elements");
  }

  @Test
  void refusesMembersOfTheSameName() throws IOException {
    byte[] bytes = TestFiles.zip(ARRAY, "a.npy", "b.npy");
    String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("b.npy", "a.npy");
    Path path = write(text.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> TensorFile.open(path))
        .isInstanceOf(FileFormatException.class)
        .hasMessage(path + ": holds two members 'a.npy', expected names that differ");
  }

  @Test
  void refusesTorchFiles() throws IOException {
    Path path =
        Files.write(
            folder.resolve("x.pt"), TestFiles.zip(ARRAY, "archive/data.pkl", "archive/data/0"));
    assertThatThrownBy(() -> TensorFile.open(path))
        .isInstanceOf(FileFormatException.class)
        .hasMessage(
            path
                + ": is a PyTorch file, which may run any code when it is loaded, expected a .npy,"
                + " .npz or .safetensors file; in Python: numpy.save(\"logits.npy\","
                + " torch.load(\"x.pt\", map_location=\"cpu\").float().numpy())");
  }

  @Test
  void refusesOtherArchives() throws IOException {
    Path path = write(TestFiles.zip(ARRAY, "a.txt"));
    String problem =
        ": is a zip archive without .npy files, expected those that numpy.savez writes";
    assertThatThrownBy(() -> TensorFile.open(path)).hasMessage(path + problem);
    write(TestFiles.zip(ARRAY));
    assertThatThrownBy(() -> TensorFile.open(path)).hasMessage(path + problem);
  }

  @Test
  void refusesAPipe() {
    String problem =
        ": is a zip archive (.npz), which can't be read from front to back, expected a file on a"
            + " disk: save it as one, or send a .npy or .safetensors file through the pipe";
    byte[] bytes = TestFiles.bytesOf("one.npz");
    assertThatThrownBy(() -> TensorFile.of("stdin", new ByteArrayInputStream(bytes)))
        .isInstanceOf(FileFormatException.class)
        .hasMessage("stdin" + problem);
  }

  @Test
  void refusesAFileSystemWithinAnother() throws IOException {
    Path outer = folder.resolve("outer.zip");
    try (FileSystem zip = FileSystems.newFileSystem(outer, Map.of("create", "true"))) {
      Path inner = Files.write(zip.getPath("/a.npz"), TestFiles.bytesOf("one.npz"));
      assertThatThrownBy(() -> TensorFile.open(inner))
          .isInstanceOf(FileFormatException.class)
          .hasMessageContaining("expected a file on a disk");
    }
  }

  @Test
  void refusesWhatWasCutOff() throws IOException {
    byte[] bytes = TestFiles.bytesOf("deflated.npz");
    Path path = write(java.util.Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> TensorFile.open(path))
        .isInstanceOf(FileFormatException.class)
        .hasMessageStartingWith(path + ": is no sound zip archive (.npz): ");
  }

  private Path write(byte... bytes) throws IOException {
    return Files.write(folder.resolve("x.npz"), bytes);
  }
}
