/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import static io.github.surprisal.file.TestFiles.LOGITS;
import static io.github.surprisal.file.TestFiles.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.surprisal.FloatTensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  private static final String ONE = "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}";
  private static final byte[] TWO_FLOATS = TestFiles.floats(1, 2);

  @TempDir private Path folder;

  @Test
  void readsEveryFloatingPointType() throws IOException {
    try (TensorFile file = TensorFile.open(written("every_type.safetensors"))) {
      assertThat(file.tensor("F64")).hasToString(label("F64") + " float64 (2, 3)");
      assertThat(TestFiles.floats(file.tensor("F64"))).isEqualTo(LOGITS);
      assertThat(file.tensor("F32")).hasToString(label("F32") + " float32 (2, 3)");
      assertThat(TestFiles.floats(file.tensor("F32"))).isEqualTo(LOGITS);
      assertThat(file.tensor("F16")).hasToString(label("F16") + " float16 (2, 3)");
      assertThat(TestFiles.floats(file.tensor("F16")))
          .containsExactly(0.5f, -1.25f, 3, 65504, -0.0f, 0x1p-23f);
      assertThat(file.tensor("BF16")).hasToString(label("BF16") + " bfloat16 (2, 3)");
      assertThat(TestFiles.floats(file.tensor("BF16")))
          .containsExactly(0.5f, -1.25f, 3, 65536, -0.0f, 0x1.aep-24f);
    }
  }

  private static String label(String name) {
    return written("every_type.safetensors") + ":" + name;
  }

  @ParameterizedTest
  @CsvSource({"I64, INT64", "I32, INT32", "I16, INT16", "I8, INT8"})
  void readsSignedIntegers(String name, ElementType type) throws IOException {
    assertIntegers(name, type, -128, -127, -1, 0, 126, 127);
  }

  @ParameterizedTest
  @CsvSource({"U64, UINT64", "U32, UINT32", "U16, UINT16", "U8, UINT8"})
  void readsUnsignedIntegers(String name, ElementType type) throws IOException {
    assertIntegers(name, type, 0, 1, 127, 128, 254, 255);
  }

  private static void assertIntegers(String name, ElementType type, long... values)
      throws IOException {
    try (TensorFile file = TensorFile.open(written("every_type.safetensors"))) {
      StoredTensor tensor = file.tensor(name);
      assertThat(tensor.type()).isEqualTo(type);
      assertThat(tensor.typeName()).isEqualTo(name);
      assertThat(TestFiles.integers(tensor)).containsExactly(values);
    }
  }

  @Test
  void listsOtherTypes() throws IOException {
    try (TensorFile file = TensorFile.open(written("every_type.safetensors"))) {
      assertThat(file.tensors())
          .hasSize(16)
          .filteredOn(tensor -> tensor.type() == ElementType.OTHER)
          .extracting(StoredTensor::typeName)
          .contains("C64", "F8_E4M3", "F8_E5M2");
      StoredTensor complex = file.tensor("C64");
      assertThat(complex).hasToString(label("C64") + " C64 (1,)");
      assertThatThrownBy(complex::reader)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(label("C64") + ": type 'C64' is not supported");
    }
  }

  @Test
  void readsScalarsAndEmptyTensors() throws IOException {
    try (TensorFile file = TensorFile.open(written("shapes.safetensors"))) {
      assertThat(TestFiles.floats(file.tensor("scalar"))).containsExactly(7);
      assertThat(file.tensor("empty").shape()).containsExactly(0L, 3L);
      assertThat(TestFiles.floats(file.tensor("empty"))).isEmpty();
    }
  }

  @Test
  void namesTheTensorsIfNoneIsChosen() throws IOException {
    Path two = written("model-00002-of-00002.safetensors");
    try (TensorFile file = TensorFile.open(two)) {
      assertThatThrownBy(file::only)
          .isInstanceOf(FileFormatException.class)
          .hasMessage(
              two + ": holds 'targets', 'mask', expected the name of one of them, as FILE:NAME");
      assertThatThrownBy(() -> file.tensor("logits"))
          .isInstanceOf(FileFormatException.class)
          .hasMessage(two + ": holds no tensor 'logits', expected one of 'targets', 'mask'");
    }
    try (TensorFile file = TensorFile.open(written("none.safetensors"))) {
      assertThat(file.tensors()).isEmpty();
      assertThatThrownBy(file::only).hasMessageEndingWith(": holds no tensor, expected one");
    }
  }

  @Test
  void readsRowsAtAnyPlaceFromSeveralThreads() throws IOException {
    int rows = 1000;
    ByteBuffer data = ByteBuffer.allocate(rows * 2 * Float.BYTES);
    for (int i = 0; i < 2 * rows; i++) {
      data.put(TestFiles.floats(i));
    }
    String header = header("{'a':{'dtype':'F32','shape':[1000,2],'data_offsets':[0,8000]}}");
    Path path =
        Files.write(folder.resolve("a.safetensors"), TestFiles.safetensors(header, data.array()));
    try (TensorFile file = TensorFile.open(path)) {
      StoredTensor tensor = file.only();
      assertThat(tensor.isForwardOnly()).isFalse();
      assertThat(IntStream.range(0, rows).parallel().filter(row -> !isThere(tensor, row)))
          .isEmpty();
    }
  }

  private static boolean isThere(StoredTensor tensor, int row) {
    try {
      FloatTensor read = tensor.reader().floats(row, 1);
      return read.get(0, 0) == 2 * row && read.get(0, 1) == 2 * row + 1;
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  @Test
  void readsAStreamInOrder() throws IOException {
    byte[] bytes = TestFiles.bytesOf("every_type.safetensors");
    try (TensorFile file = TensorFile.of("stdin", new ByteArrayInputStream(bytes))) {
      assertThat(file.tensor("U64").isForwardOnly()).isTrue();
      assertThat(TestFiles.integers(file.tensor("U64"))).containsExactly(0, 1, 127, 128, 254, 255);
      assertThat(TestFiles.floats(file.tensor("F64"))).isEqualTo(LOGITS); // past I64
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TestFiles.integers(file.tensor("I64")))
          .withMessageContaining("or a later one");
    }
  }

  @Test
  void missesTheEndOfAStream() throws IOException {
    byte[] bytes = TestFiles.safetensors(header(ONE), TestFiles.floats(1));
    try (TensorFile file = TensorFile.of("stdin", new ByteArrayInputStream(bytes))) {
      assertThatThrownBy(() -> TestFiles.floats(file.only()))
          .isInstanceOf(FileFormatException.class)
          .hasMessage("stdin: ends after " + bytes.length + " bytes, expected 8 bytes of elements");
    }
  }

  @Test
  void opensTheShardsOfAnIndex() throws IOException {
    Path index = written("model.safetensors.index.json");
    try (TensorFile file = TensorFile.open(index)) {
      assertThat(file.tensors())
          .extracting(StoredTensor::toString)
          .contains(index + ":logits bfloat16 (2, 3)", index + ":targets int64 (2,)");
      assertThat(TestFiles.floats(file.tensor("logits"))).startsWith(0.5f, -1.25f, 3);
      assertThat(TestFiles.integers(file.tensor("targets"))).containsExactly(2, -100);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'weight_map':{'a':'../a.safetensors'}} | names the shard '../a.safetensors', expected the"
            + " plain name of a file beside it",
        "{'weight_map':{'a':'/etc/passwd'}} | names the shard '/etc/passwd', expected the plain"
            + " name of a file beside it",
        "{'weight_map':{'a':'..'}} | names the shard '..', expected the plain name of a file beside"
            + " it",
        "{'weight_map':{'a':'C:a'}} | names the shard 'C:a', expected the plain name of a file"
            + " beside it",
        "{'weight_map':{'a':'a\\u0000'}} | names the shard 'a?', expected the plain name of a file"
            + " beside it",
        "{'weight_map':{'a':''}} | names the shard '', expected the plain name of a file beside it",
        "{'weight_map':{'a':'missing.safetensors'}} | names the shard 'missing.safetensors',"
            + " expected it in the same folder",
        "{'weight_map':{'b':'a.safetensors'}} | has tensor 'b' in 'a.safetensors', which holds none"
            + " such",
        "{'weight_map':{}} | has no weight_map with tensors, expected the index of .safetensors"
            + " files",
        "{'weight':{'a':'a.safetensors'}} | has no weight_map with tensors, expected the index of"
            + " .safetensors files",
        "{'weight_map':['a']} | malformed JSON at byte 14: expected '{'"
      })
  void refusesAnIndex(String text, String problem) throws IOException {
    Files.write(folder.resolve("a.safetensors"), TestFiles.safetensors(header(ONE), TWO_FLOATS));
    Path index = Files.writeString(folder.resolve("x.safetensors.index.json"), header(text));
    assertThatThrownBy(() -> TensorFile.open(index))
        .isInstanceOf(FileFormatException.class)
        .hasMessage(index + ": " + problem);
  }

  @Test
  void refusesAnIndexOfOtherFiles() throws IOException {
    Path shard = Files.write(folder.resolve("a.npy"), TestFiles.npy("<f4", "(2,)", TWO_FLOATS));
    Path index =
        Files.writeString(
            folder.resolve("x.safetensors.index.json"), header("{'weight_map':{'a':'a.npy'}}"));
    assertThatThrownBy(() -> TensorFile.open(index))
        .isInstanceOf(FileFormatException.class)
        .hasMessage(shard + ": is no .safetensors file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}} | tensor 'a' has 4 bytes of data,"
            + " expected 8 for shape (2,) of F32",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | holds 8 bytes of data, expected 4"
            + " for all its tensors",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} | holds 8 bytes of data, expected"
            + " 12 for all its tensors",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | tensor 'a' begins at byte 4 of"
            + " the data, expected 0, where the one before it ends",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],"
            + "'data_offsets':[4,8]}} | tensor 'b' begins at byte 4 of the data, expected 8, where"
            + " the one before it ends",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | tensor 'a' has data_offsets"
            + " [8, 0], expected [begin, end]",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4,8]}} | tensor 'a' has data_offsets"
            + " [0, 4, 8], expected [begin, end]",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}} | tensor 'a'"
            + " has shape (4294967296, 4294967296) of F32, which is larger than any file",
        "{'a':{'dtype':'F32','shape':[2305843009213693954],'data_offsets':[0,8]}} | tensor 'a' has"
            + " shape (2305843009213693954,) of F32, which is larger than any file",
        "{'a':{'dtype':'F4','shape':[17],'data_offsets':[0,8]}} | tensor 'a' has 8 bytes of data,"
            + " expected 68 bits for shape (17,) of F4",
        "{'a':{'dtype':'F32','shape':[2]}} | tensor 'a' has no data_offsets, expected dtype, shape"
            + " and data_offsets",
        "{'a':{'shape':[2],'data_offsets':[0,8]}} | tensor 'a' has no dtype, expected dtype, shape"
            + " and data_offsets",
        "{'a':{'dtype':'F32','data_offsets':[0,8]}} | tensor 'a' has no shape, expected dtype,"
            + " shape and data_offsets",
        "{'a':1} | malformed JSON at byte 5: expected '{'",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | malformed JSON at byte 31:"
            + " expected a whole number from 0 on, not -2",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'a':1} | malformed JSON at byte 57:"
            + " the key 'a' appears twice",
        "{'__metadata__':{'format':1}} | malformed JSON at byte 26: expected '\"'",
        "{} x | malformed JSON at byte 3: expected the end",
        "{ | malformed JSON at byte 1: expected '\"'"
      })
  void refusesAHeader(String text, String problem) throws IOException {
    byte[] bytes = TestFiles.safetensors(header(text), TWO_FLOATS);
    Path path = Files.write(folder.resolve("a.safetensors"), bytes);
    assertThatThrownBy(() -> TensorFile.open(path))
        .isInstanceOf(FileFormatException.class)
        .hasMessage(path + ": " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "100000001 | declares a header of 100000001 bytes, expected at most 100000000",
        "99999999 | ends after 64 bytes, expected a header of 99999999 bytes"
      })
  void doesNotBelieveTheLengthOfTheHeader(long length, String problem) throws IOException {
    byte[] bytes = TestFiles.safetensors(length, header(ONE), TestFiles.floats(1));
    bytes = java.util.Arrays.copyOf(bytes, 64);
    Path path = Files.write(folder.resolve("a.safetensors"), bytes);
    assertThatThrownBy(() -> TensorFile.open(path)).hasMessage(path + ": " + problem);
    byte[] stream = bytes;
    assertThatThrownBy(() -> TensorFile.of("stdin", new ByteArrayInputStream(stream)))
        .hasMessage("stdin: " + problem);
  }

  @Test
  void listsTypesThatAreNotKnownYet() throws IOException {
    byte[] bytes =
        TestFiles.safetensors(
            header("{'a':{'dtype':'F3','shape':[9],'data_offsets':[0,4],'new':[{}]}}"),
            TestFiles.floats(1));
    try (TensorFile file = TensorFile.of("stdin", new ByteArrayInputStream(bytes))) {
      assertThat(file.tensors()).extracting(StoredTensor::typeName).isEqualTo(List.of("F3"));
      assertThat(file.only().type()).isEqualTo(ElementType.OTHER);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // no sparse files by default
  void readsBeyondSixGigabytes() throws IOException {
    long rows = 1_500_000;
    long bytes = rows * 1024 * Float.BYTES;
    Path path = folder.resolve("large.safetensors");
    byte[] header =
        TestFiles.safetensors(
            header(
                "{'a':{'dtype':'F32','shape':[1500,1000,1024],'data_offsets':[0," + bytes + "]}}"));
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(header);
      file.setLength(header.length + bytes);
      file.seek(header.length + bytes - 8);
      file.write(TestFiles.floats(1, 2));
    }
    try (TensorFile file = TensorFile.open(path)) {
      FloatTensor last = file.only().reader().floats(rows - 2, 2);
      assertThat(last.get(1, 1021)).isZero();
      assertThat(last.get(1, 1022)).isEqualTo(1);
      assertThat(last.get(1, 1023)).isEqualTo(2);
      assertThatThrownBy(() -> TensorFile.readFloats(path))
          .isInstanceOf(FileFormatException.class)
          .hasMessage(
              path
                  + ":a: holds 1536000000 elements, expected at most 536870911 to be read as a"
                  + " whole; a TensorReader reads any number, a block at a time");
    }
  }

  private static String header(String text) {
    return text.replace('\'', '"');
  }
}
