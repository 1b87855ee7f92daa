/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Unusable input: exit status 1, nothing on standard output, one clear line on standard error. The
 * same under a locale that has digits of its own.
 */
class UnusableInputTest {

  private static final String FLOAT_TYPES =
      "float32, float16, bfloat16 (as <u2 in NumPy) or float64";
  private static final String MISSING = "no such file, expected a .npy, .npz or .safetensors file";
  private static final Locale USUAL = Locale.getDefault();
  private static final String INTEGER_TYPES = "integers such as int32 or int64";

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  private Path logits;
  private Path targets;
  private Path tokenBytes;

  @BeforeAll
  static void arabicDigits() {
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    assertThat(String.format("%d", 12)).isEqualTo("\u0661\u0662");
  }

  @AfterAll
  static void usualDigits() {
    Locale.setDefault(USUAL);
  }

  @BeforeEach
  void usableFiles() {
    logits = write("logits.npy", NpyBytes.floats("(2, 3)", 1, 2, 3, 4, 5, 6));
    targets = write("targets.npy", NpyBytes.longs("(2,)", 0, 2));
    tokenBytes = write("bytes.npy", NpyBytes.longs("(2,)", 1, 4));
    assertThat(eval().status()).isZero();
  }

  @Test
  void missingFile() throws IOException {
    Files.delete(logits);
    assertRefused(logits, MISSING);
  }

  @Test
  void missingTargetsAndTokenBytes() throws IOException {
    Files.delete(tokenBytes);
    assertRefused(tokenBytes, MISSING);
    Files.delete(targets);
    assertRefused(targets, MISSING);
  }

  @Test
  void directory() throws IOException {
    Files.delete(targets);
    Files.createDirectory(targets);
    assertRefused(targets, "is a directory, expected a .npy, .npz or .safetensors file");
  }

  @ParameterizedTest
  @DisabledOnOs(OS.WINDOWS)
  @CsvSource({"/dev/null, is empty", "/dev/zero, is of no format that is known here"})
  void device(String name, String problem) {
    logits = Path.of(name);
    assertRefused(logits, problem + ", expected a .npy, .npz or .safetensors file");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void symbolicLinksThatLeadInACircle() throws IOException {
    targets = Files.createSymbolicLink(folder.resolve("one.npy"), folder.resolve("other.npy"));
    Files.createSymbolicLink(folder.resolve("other.npy"), targets);
    assertThat(errorOf(targets)).startsWith("cannot be read: ").containsIgnoringCase("symbolic");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void nameThatIsTooLong() {
    tokenBytes = folder.resolve("x".repeat(300));
    assertThat(errorOf(tokenBytes)).startsWith("cannot be read: ").containsIgnoringCase("too long");
  }

  /** The file system says that this is no folder, newer versions of Java that there is no file. */
  @Test
  void fileBelowAFile() {
    logits = targets.resolve("logits.npy");
    assertThat(errorOf(logits)).isIn("cannot be read: Not a directory", MISSING);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void fileThatFailsWhenItIsRead() {
    logits = Path.of("/proc/self/mem");
    assertThat(errorOf(logits)).startsWith("cannot be read: ");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void unreadable() throws IOException {
    Files.setPosixFilePermissions(targets, Set.of());
    assumeThat(Files.isReadable(targets)).isFalse(); // root may read it
    assertRefused(
        targets, "permission denied, expected a readable .npy, .npz or .safetensors file");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void unreadableFolder() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    logits = NpyBytes.write(closed, "logits.npy", NpyBytes.floats("(2, 3)", new float[6]));
    Files.setPosixFilePermissions(closed, Set.of());
    try {
      assumeThat(Files.isReadable(logits)).isFalse(); // root may read it
      assertRefused(
          logits, "permission denied, expected a readable .npy, .npz or .safetensors file");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @ParameterizedTest
  @DisabledOnOs(OS.WINDOWS)
  @ValueSource(chars = {'\n', '\r', '\u0085', '\u2028', '\u2029', '\u001b', '\u009b'})
  void lineBreaksInAFileNameStayOnOneLine(char lineBreak) {
    Charset names = Charset.forName(System.getProperty("sun.jnu.encoding"));
    assumeThat(names.newEncoder().canEncode(lineBreak)).isTrue();
    targets = folder.resolve("two" + lineBreak + "lines.npy");
    assertRefused(folder.resolve("two?lines.npy"), MISSING);
  }

  @Test
  void emptyFile() {
    write("logits.npy");
    assertRefused(logits, "is empty, expected a .npy, .npz or .safetensors file");
  }

  @Test
  void anotherFormat() {
    write("logits.npy", "RIFF\0this is another file".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(
        logits, "is of no format that is known here, expected a .npy, .npz or .safetensors file");
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0.0", "4, 0, 4.0", "1, 1, 1.1", "255, 255, 255.255"})
  void unknownFormatVersion(int major, int minor, String name) {
    write("logits.npy", NpyBytes.file(major, minor, NpyBytes.header("<f4", "(2, 3)")));
    assertRefused(
        logits, "NumPy format version " + name + " is not supported, expected 1.0, 2.0 or 3.0");
  }

  @Test
  void truncatedBeforeTheHeader() {
    write("logits.npy", NpyBytes.concat(NpyBytes.preamble(1, 0), new byte[1]));
    assertRefused(logits, "ends after 9 bytes, expected the header's length");
  }

  @Test
  void truncatedHeader() {
    byte[] file = NpyBytes.floats("(2, 3)", 1, 2, 3, 4, 5, 6);
    write("logits.npy", Arrays.copyOf(file, 40));
    assertRefused(logits, "ends after 40 bytes, expected a header of 60 bytes");
  }

  @Test
  void hugeHeaderLength() {
    byte[] length = {-1, -1, -1, -1};
    write("logits.npy", NpyBytes.concat(NpyBytes.preamble(2, 0), length));
    assertRefused(logits, "declares a header of 4294967295 bytes, expected at most 65535");
  }

  @Test
  void longestBelievedHeaderLengthNeedsItsBytes() {
    write("logits.npy", NpyBytes.concat(NpyBytes.preamble(1, 0), new byte[] {-1, -1}));
    assertRefused(logits, "ends after 10 bytes, expected a header of 65535 bytes");
  }

  @Test
  void malformedHeader() {
    write("logits.npy", NpyBytes.file("[1, 2]"));
    assertRefused(logits, "malformed header at character 0: expected '{'");
  }

  @Test
  void truncatedData() {
    byte[] file = NpyBytes.floats("(2, 3)", 1, 2, 3, 4, 5, 6);
    write("logits.npy", Arrays.copyOf(file, file.length - 1));
    assertRefused(logits, "holds 23 bytes of data, expected 24 for shape (2, 3) of float32");
  }

  @Test
  void trailingData() {
    write("targets.npy", NpyBytes.concat(NpyBytes.longs("(2,)", 0, 2), new byte[8]));
    assertRefused(targets, "holds 24 bytes of data, expected 16 for shape (2,) of int64");
  }

  @Test
  void hugeDeclaredShape() {
    write("logits.npy", NpyBytes.file(NpyBytes.header("<f4", "(1000000000000, 50257)")));
    assertRefused(
        logits,
        "holds 0 bytes of data, expected 201028000000000000"
            + " for shape (1000000000000, 50257) of float32");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(9223372036854775807, 2)", "(9223372036854775807,)"})
  void overflowingShape(String shape) {
    write("logits.npy", NpyBytes.file(NpyBytes.header("<f4", shape)));
    assertRefused(logits, "shape " + shape + " of float32 is larger than any file");
  }

  @Test
  void negativeShape() {
    write("logits.npy", NpyBytes.file(NpyBytes.header("<f4", "(-1, 3)")));
    assertRefused(logits, "malformed header at character 51: the shape has a negative axis");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "<i4 | \"\"",
        "<i8 | \"\"",
        "\"|u1\" | \"\"",
        "\"|b1\" | \"\"",
        "=u4 | \"\"",
        "<c8 | \": complex numbers, of which numpy.save(FILE, array.real) saves the real parts\"",
        "\"|O8\" | \": Python objects, of which numpy.save(FILE,"
            + " numpy.concatenate(list(array)).astype('float32')) saves the numbers\"",
        "<m8[ns] | \": times, which numpy.save(FILE, array.astype('int64')) saves as integers\""
      })
  void logitsOfAnotherType(String type, String advice) {
    int bytes = 6 * (type.charAt(2) - '0');
    write("logits.npy", NpyBytes.file(NpyBytes.header(type, "(2, 3)"), new byte[bytes]));
    assertRefused(
        logits, "data type '" + type + "' is not supported, expected " + FLOAT_TYPES + advice);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "f5x", "<float32"})
  void unknownType(String type) {
    write("logits.npy", NpyBytes.file(NpyBytes.header(type, "(2, 3)"), new byte[24]));
    assertRefused(
        logits, "data type '" + type + "' is unknown, expected one of numbers, such as '<f4'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<f4", "|V2", "<f8"})
  void integersOfAnotherType(String type) {
    int bytes = 2 * (type.charAt(2) - '0');
    byte[] file = NpyBytes.file(NpyBytes.header(type, "(2,)"), new byte[bytes]);
    String problem = "data type '" + type + "' is not supported, expected " + INTEGER_TYPES;
    write("bytes.npy", file);
    assertRefused(tokenBytes, problem);
    write("targets.npy", file);
    assertRefused(targets, problem);
  }

  @Test
  void structuredType() {
    write(
        "logits.npy",
        NpyBytes.file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3), }"));
    assertRefused(
        logits,
        "data type '[('a', '<f4')]' is not supported, expected "
            + FLOAT_TYPES
            + ": it has fields, of which numpy.save(FILE, array['FIELD']) saves one");
  }

  @Test
  void controlCharactersInATypeStayOnOneLine() {
    write("logits.npy", NpyBytes.file(NpyBytes.header("<\n\u001b", "(2, 3)"), new byte[24]));
    assertRefused(logits, "data type '<??' is unknown, expected one of numbers, such as '<f4'");
  }

  @Test
  void fortranOrder() {
    String result = eval().out();
    byte[] columns = NpyBytes.floats("(3, 2)", 1, 4, 2, 5, 3, 6);
    String header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }";
    write(
        "logits.npy",
        NpyBytes.file(header, Arrays.copyOfRange(columns, columns.length - 24, columns.length)));
    assertThat(eval().out()).isEqualTo(result);
  }

  @Test
  void fortranOrderOfOneAxisIsNoError() {
    String header = "{'descr': '<i8', 'fortran_order': True, 'shape': (2,), }";
    write("targets.npy", NpyBytes.file(header, new byte[16]));
    assertThat(eval().status()).isZero();
  }

  @Test
  void logitsWithoutAxis() {
    write("logits.npy", NpyBytes.floats("()", 1));
    assertRefused(logits, "shape () has no axis, expected (..., vocabulary)");
  }

  @Test
  void emptyVocabulary() {
    write("logits.npy", NpyBytes.floats("(2, 0)"));
    assertRefused(
        logits, "shape (2, 0) has a vocabulary (last axis) of 0, expected 1 to 536870911");
  }

  @Test
  void vocabularyTooLarge() {
    write("logits.npy", NpyBytes.halves("<f2", "(0, 1073741824)"));
    assertRefused(
        logits,
        "shape (0, 1073741824) has a vocabulary (last axis) of 1073741824,"
            + " expected 1 to 1073741823");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(2, 3)      | (6,)   | (2,)",
        "(2, 3, 1)   | (3, 2) | (2, 3)",
        "(2, 3, 1)   | ()     | (2, 3)",
        "(3, 2)      | (3, 2) | (3,)",
        "(2, 0, 3)   | (0, 2) | (2, 0)",
        "(1, 6)      | (2,)   | (1,)"
      })
  void targetsOfAnotherShape(String logitsShape, String targetsShape, String expected) {
    write("logits.npy", NpyBytes.floats(logitsShape, new float[product(logitsShape)]));
    write("targets.npy", NpyBytes.longs(targetsShape, new long[product(targetsShape)]));
    assertRefused(
        targets,
        "shape %s does not fit logits of shape %s, expected %s"
            .formatted(targetsShape, logitsShape, expected));
  }

  /** No vocabulary can be seen in it, so it is the logits' file that is wrong. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"(6,) | (2,) | 2", "(6,) | (6,) | 6", "(6,) | (1, 2) | 1, 2", "(6,) | (0,) | 0"})
  void flattenedLogits(String logitsShape, String targetsShape, String rows) {
    write("logits.npy", NpyBytes.floats(logitsShape, new float[product(logitsShape)]));
    write("targets.npy", NpyBytes.longs(targetsShape, new long[product(targetsShape)]));
    assertRefused(
        logits,
        "shape %s does not fit targets of shape %s, expected (%s, vocabulary)"
            .formatted(logitsShape, targetsShape, rows));
  }

  @ParameterizedTest
  @ValueSource(strings = {"(1, 2)", "(3,)", "()"})
  void tokenBytesOfAnotherShape(String shape) {
    write("bytes.npy", NpyBytes.longs(shape, new long[product(shape)]));
    assertRefused(
        tokenBytes, "shape " + shape + " does not fit targets of shape (2,), expected the same");
  }

  @ParameterizedTest
  @ValueSource(longs = {3, -1, -99, 1L << 32, Long.MAX_VALUE, (1L << 32) - 100})
  void targetOutsideTheVocabulary(long target) {
    write("targets.npy", NpyBytes.longs("(2,)", 0, target));
    assertRefused(
        targets,
        "target "
            + target
            + " at position 1 is outside the vocabulary of 3, expected 0 to 2 or"
            + " -100");
  }

  @Test
  void positionCountsFromTheStartOfTheFile() {
    int rows = 100_000;
    long[] values = new long[rows];
    values[rows - 1] = 7;
    write("logits.npy", NpyBytes.floats("(100, 1000, 1)", new float[rows]));
    write("targets.npy", NpyBytes.longs("(100, 1000)", values));
    write("bytes.npy", NpyBytes.longs("(100, 1000)", new long[rows]));
    assertRefused(
        targets,
        "target 7 at position 99999 is outside the vocabulary of 1, expected 0 to 0 or -100");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 1L << 31})
  void byteCountOutOfRange(long count) {
    write("bytes.npy", NpyBytes.longs("(2,)", 3, count));
    assertRefused(
        tokenBytes,
        "byte count "
            + count
            + " at position 1, expected 0 to 512: are --targets and --token-bytes swapped?");
  }

  /** Whatever happens to the bytes of a file: a result, or one line that names the file. */
  @Test
  void randomDamageIsAlwaysExplainedOnOneLine() throws IOException {
    Random random = new Random(1);
    for (Path file : List.of(logits, targets, tokenBytes)) {
      byte[] intact = Files.readAllBytes(file);
      int refused = 0;
      for (int i = 0; i < 500; i++) {
        byte[] damaged = Arrays.copyOf(intact, intact.length - random.nextInt(2));
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        Files.write(file, damaged);
        CommandRun run = eval();
        if (run.status() != 0) {
          refused++;
          assertThat(run.status()).isEqualTo(1);
          assertThat(run.out()).isEmpty();
          assertThat(run.err())
              .matches("surprisal: \\Q" + folder + "\\E.[a-z]+\\.npy: .{20,200}\n");
        }
      }
      assertThat(refused).isGreaterThan(250);
      Files.write(file, intact);
    }
  }

  private static int product(String shape) {
    return Arrays.stream(shape.split("\\D+", -1))
        .filter(axis -> !axis.isEmpty())
        .mapToInt(Integer::parseInt)
        .reduce(1, Math::multiplyExact);
  }

  private void assertRefused(Path file, String problem) {
    CommandRun run = eval();
    assertThat(run.err()).isEqualTo("surprisal: " + file + ": " + problem + "\n");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
  }

  /** Returns what one line on standard error says about the file. */
  private String errorOf(Path file) {
    CommandRun run = eval();
    String start = "surprisal: " + file + ": ";
    assertThat(run.err()).startsWith(start).endsWith("\n").containsOnlyOnce("\n");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    return run.err().substring(start.length(), run.err().length() - 1);
  }

  private CommandRun eval() {
    return CommandRun.eval(
        "--logits", logits, "--targets", targets, "--token-bytes", tokenBytes, "--json");
  }

  private Path write(String name, byte... content) {
    return NpyBytes.write(folder, name, content);
  }
}
