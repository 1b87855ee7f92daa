/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorFileTest {

  private static final String EXPECTED = "expected a .npy, .npz or .safetensors file";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "x.pt | `\u0080\u0002\u008a\n` | is a PyTorch file, which may run any code when it is loaded"
            + " | numpy.save(\"logits.npy\", torch.load(\"x.pt\","
            + " map_location=\"cpu\").float().numpy())",
        "x.pkl | `\u0080\u0005\u0095` | is a Python pickle, which may run any code when it is"
            + " loaded | numpy.save(\"logits.npy\", numpy.asarray(pandas.read_pickle(\"x.pkl\")))",
        "x.gguf | GGUF\u0003 | is a GGUF file, a model rather than its logits |"
            + " numpy.save(\"tensor.npy\", [gguf.quants.dequantize(t.data, t.tensor_type) for t in"
            + " gguf.GGUFReader(\"x.gguf\").tensors if t.name == \"NAME\"][0])",
        "x.h5 | `\u0089HDF\r\n\u001a\n` | is an HDF5 file | numpy.save(\"logits.npy\","
            + " h5py.File(\"x.h5\")[\"logits\"][:])",
        "x.parquet | PAR1\u0015 | is a Parquet file | numpy.save(\"logits.npy\","
            + " numpy.stack(pandas.read_parquet(\"x.parquet\")[\"logits\"]))",
        "x.npy.gz | `\u001f\u008b\u0008` | is compressed by gzip | numpy.save(\"logits.npy\","
            + " numpy.load(gzip.open(\"x.npy.gz\")))",
        "x.json | [[0.5, 1], | is text, and looks like JSON | numpy.save(\"logits.npy\","
            + " numpy.array(json.load(open(\"x.json\")), dtype=\"float32\"))",
        "x.jsonl | {\"logits\": [ | is text, and looks like JSON | numpy.save(\"logits.npy\","
            + " numpy.array(json.load(open(\"x.jsonl\")), dtype=\"float32\"))",
        "x.csv | 0.5,1.25,-3 | is text | numpy.save(\"logits.npy\", numpy.loadtxt(\"x.csv\","
            + " dtype=\"float32\"))"
      })
  void refusesOtherFormatsWithAdvice(String name, String content, String problem, String python)
      throws IOException {
    Path path = Files.write(folder.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> TensorFile.open(path))
        .isInstanceOf(FileFormatException.class)
        .hasMessage(path + ": " + problem + ", " + EXPECTED + "; in Python: " + python);
  }

  @Test
  void shapesAreWrittenAsNumPyWritesThem() {
    assertThat(StoredTensor.shapeText(List.of())).isEqualTo("()");
    assertThat(StoredTensor.shapeText(List.of(2L))).isEqualTo("(2,)");
    assertThat(StoredTensor.shapeText(List.of(2L, 1L << 40))).isEqualTo("(2, 1099511627776)");
  }

  @Test
  void refusesWhatIsNotKnown() throws IOException {
    Path path = Files.write(folder.resolve("x.npy"), new byte[20]);
    assertThatThrownBy(() -> TensorFile.open(path))
        .isInstanceOf(FileFormatException.class)
        .hasMessage(path + ": is of no format that is known here, " + EXPECTED);
    Files.write(path, new byte[0]);
    assertThatThrownBy(() -> TensorFile.open(path)).hasMessage(path + ": is empty, " + EXPECTED);
    assertThatThrownBy(() -> TensorFile.open(folder))
        .isInstanceOf(FileFormatException.class)
        .hasMessage(folder + ": is a directory, " + EXPECTED);
  }

  /** A file that can't be opened is closed. */
  @Test
  void closesWhatItCannotRead() {
    boolean[] isClosed = {false};
    InputStream stream =
        new ByteArrayInputStream(new byte[20]) {
          @Override
          public void close() {
            isClosed[0] = true;
          }
        };
    assertThatThrownBy(() -> TensorFile.of("stdin", stream)).isInstanceOf(IOException.class);
    assertThat(isClosed[0]).isTrue();
  }

  @Test
  void readsWholeTensors() throws IOException {
    Path npz = TestFiles.written("deflated.npz");
    assertThat(TensorFile.readFloats(TestFiles.written("one.npz")))
        .isEqualTo(FloatTensor.wrap(TestFiles.LOGITS, 2, 3));
    assertThat(TensorFile.readFloats(npz, "doubles"))
        .isEqualTo(FloatTensor.wrap(TestFiles.LOGITS, 2, 3));
    assertThat(TensorFile.readFloats(npz, "scalar")).isEqualTo(FloatTensor.scalar(7));
    assertThat(TensorFile.readFloats(npz, "empty").shape()).hasToString("(0, 3)");
    assertThat(TensorFile.readIntegers(npz, "targets")).isEqualTo(IntTensor.of(2, -100));
    Path npy =
        Files.write(
            folder.resolve("x.npy"), TestFiles.npy("|u1", "(1, 2, 1)", (byte) 7, (byte) -1));
    assertThat(TensorFile.readIntegers(npy)).isEqualTo(IntTensor.of(7, 255).reshape(1, 2, 1));
  }

  @Test
  void refusesToReadAsAWhole() throws IOException {
    Path npz = TestFiles.written("stored.npz");
    assertRefused(npz, "logits", "holds elements of type <f4, expected integers");
    assertThatThrownBy(() -> TensorFile.readFloats(npz, "targets"))
        .isInstanceOf(FileFormatException.class)
        .hasMessage(npz + ":targets: holds elements of type <i8, expected floating-point numbers");
    assertThatThrownBy(() -> TensorFile.readIntegers(npz))
        .isInstanceOf(FileFormatException.class)
        .hasMessageContaining("'scalar', 'empty' and 1 more, expected the name of one of them");
    Path large =
        Files.write(
            folder.resolve("large.npz"),
            TestFiles.zip(
                TestFiles.npy("<u4", "(1,)", (byte) 0, (byte) 0, (byte) 0, (byte) 0x80), "a.npy"));
    assertRefused(large, "a", "value 2147483648 at index 0 does not fit an int");
    Path many =
        Files.write(
            folder.resolve("many.npz"),
            TestFiles.zip(TestFiles.npy("|u1", "(1, 1, 1, 1, 1, 1, 1, 1, 1)", (byte) 0), "a.npy"));
    assertRefused(many, "a", "");
    Path wide =
        Files.write(
            folder.resolve("wide.npz"),
            TestFiles.zip(TestFiles.npy("|u1", "(0, 2147483648)"), "a.npy"));
    assertRefused(wide, "a", "has shape (0, 2147483648), expected axes of at most 2^31 - 1");
  }

  private static void assertRefused(Path path, String name, String problem) {
    assertThatThrownBy(() -> TensorFile.readIntegers(path, name))
        .isInstanceOf(FileFormatException.class)
        .hasMessageStartingWith(path + ":" + name + ": " + problem);
  }
}
