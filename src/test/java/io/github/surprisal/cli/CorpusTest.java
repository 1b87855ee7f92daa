/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.LossAccumulator;
import io.github.surprisal.LossReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a corpus may consist of, with the report that the library gives for the same rows. */
class CorpusTest {

  private static final int COLUMNS = 7;

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  private static float[] logits(int rows) {
    Random random = new Random(rows);
    float[] logits = new float[rows * COLUMNS];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (3 * random.nextGaussian());
    }
    return logits;
  }

  private static long[] ids(int count) {
    return new Random(count).longs(count, 0, COLUMNS).toArray();
  }

  private static int[] ints(long[] values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  private Path write(String name, byte[] content) {
    return NpyBytes.write(folder, name, content);
  }

  private static String json(LossReport report) {
    return report.toJson(
            "loss",
            "perplexity",
            "bitsPerToken",
            "bitsPerByte",
            "totalNats",
            "scoredTokens",
            "ignoredTokens",
            "scoredBytes",
            "nanTokens",
            "firstNan",
            "standardError")
        + "\n";
  }

  private static void assertReport(LossReport expected, Object... arguments) {
    List<Object> line = new ArrayList<>(List.of(arguments));
    line.add("--json");
    CommandRun run = CommandRun.eval(line.toArray());
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo(json(expected));
  }

  private static LossReport report(InputNames names, int threads, int rowsPerBlock)
      throws IOException {
    Evaluation kind = new Evaluation(CrossEntropyOptions.defaults());
    return ScoredCorpus.sums(names, kind, threads, rowsPerBlock, done -> {}).report();
  }

  @Test
  void filesFollowEachOther() {
    float[] x = logits(10);
    long[] ids = ids(10);
    Object[] parts = {
      write("a.npy", NpyBytes.floats("(3, 7)", Arrays.copyOf(x, 21))),
      write("b.npy", NpyBytes.floats("(2, 2, 7)", Arrays.copyOfRange(x, 21, 49))),
      write("c.npy", NpyBytes.floats("(0, 7)")),
      write("d.npy", NpyBytes.floats("(3, 7)", Arrays.copyOfRange(x, 49, 70)))
    };
    Path first = write("t1.npy", NpyBytes.longs("(5,)", Arrays.copyOf(ids, 5)));
    Path second = write("t2.npy", NpyBytes.ints("(5,)", ints(Arrays.copyOfRange(ids, 5, 10))));
    LossReport expected =
        new LossAccumulator()
            .add(FloatTensor.wrap(x, 10, COLUMNS), IntTensor.copyOf(ids, 10))
            .report();

    assertReport(
        expected, "--logits", parts[0], parts[1], parts[2], parts[3], "--targets", first, second);
    assertReport(
        expected,
        "--logits=" + parts[0],
        "--logits=" + parts[1],
        "--logits",
        parts[2],
        parts[3],
        "--targets=" + first,
        "--targets=" + second);
    assertThat(
            CommandRun.eval("--logits", parts[0], parts[1], parts[3], "--targets", first, second)
                .out())
        .contains("Logits          " + parts[0] + " to " + parts[3] + " (3 files)\n")
        .contains("float32, 10 rows x 7 tokens of vocabulary\n")
        .contains("Targets         " + first + " to " + second + " (2 files) (int64)\n");
  }

  @Test
  void errorsNameTheFileAndThePositionInIt() {
    Path a = write("a.npy", NpyBytes.floats("(3, 7)", logits(3)));
    Path b = write("b.npy", NpyBytes.floats("(2, 6)", new float[12]));
    Path t = write("t.npy", NpyBytes.longs("(3,)", 0, 1, 2));
    Path u = write("u.npy", NpyBytes.longs("(3,)", 0, 1, 7));
    assertThat(CommandRun.eval("--logits", a, a, "--targets", t, u).err())
        .isEqualTo(
            "surprisal: "
                + u
                + ": target 7 at position 2 is outside the vocabulary of 7, expected 0 to 6 or"
                + " -100\n");
    assertThat(CommandRun.eval("--logits", a, a, "--targets", t).err())
        .isEqualTo(
            "surprisal: "
                + t
                + ": 3 targets in all do not fit 6 rows of logits, expected as many\n");
    assertThat(CommandRun.eval("--logits", a, b, "--targets", t, u).err())
        .isEqualTo(
            "surprisal: "
                + b
                + ": shape (2, 6) has a vocabulary (last axis) of 6, expected 7, as in "
                + a
                + "\n");
  }

  @Test
  void patternsTakeNumbersBySize() {
    float[] x = logits(12);
    for (int i = 0; i < 12; i++) {
      float[] row = Arrays.copyOfRange(x, i * COLUMNS, (i + 1) * COLUMNS);
      write("part-" + i + ".npy", NpyBytes.floats("(1, 7)", row));
    }
    long[] ids = ids(12);
    Path targets = write("t.npy", NpyBytes.longs("(12,)", ids));
    LossReport expected =
        new LossAccumulator()
            .add(FloatTensor.wrap(x, 12, COLUMNS), IntTensor.copyOf(ids, 12))
            .report();

    assertReport(expected, "--logits", folder.resolve("part-*.npy"), "--targets", targets);
    assertThat(CommandRun.eval("--logits", folder.resolve("no-*.npy"), "--targets", targets).err())
        .isEqualTo("surprisal: " + folder.resolve("no-*.npy") + ": no file matches this pattern\n");
  }

  /** Also where the rows without a target were left out already. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(2, 5)   | (2, 5, 7)",
        "(2, 5)   | (2, 4, 7)",
        "(2, 5)   | (8, 7)",
        "(1, 10)  | (9, 7)",
        "(10,)    | (10, 7)",
        "(10,)    | (9, 7)",
        "(10, 1)  | (10, 7)",
        "(2, 1, 5)| (10, 7)"
      })
  void tokensAreShiftedWithinTheirSequence(String tokensShape, String logitsShape) {
    int length = Integer.parseInt(tokensShape.replaceAll(".*?(\\d+),?\\)", "$1"));
    int[] axes =
        Arrays.stream(logitsShape.replaceAll("[() ]", "").split(",", -1))
            .mapToInt(Integer::parseInt)
            .toArray();
    int rows = Arrays.stream(axes).limit(axes.length - 1).reduce(1, (a, b) -> a * b);
    long[] ids = ids(10);
    int[] bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    List<Long> targets = new ArrayList<>();
    List<Integer> targetBytes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      boolean isLast = i % length == length - 1;
      if (!isLast || rows == 10) {
        targets.add(isLast ? -100 : ids[i + 1]);
        targetBytes.add(isLast ? 0 : bytes[i + 1]);
      }
    }
    float[] x = logits(rows);
    LossReport expected =
        new LossAccumulator()
            .add(
                FloatTensor.wrap(x, rows, COLUMNS),
                IntTensor.copyOf(targets.stream().mapToLong(id -> id).toArray(), rows),
                IntTensor.copyOf(targetBytes.stream().mapToLong(count -> count).toArray(), rows))
            .report();

    assertReport(
        expected,
        "--logits",
        write("l.npy", NpyBytes.floats(logitsShape, x)),
        "--tokens",
        write("ids.npy", NpyBytes.longs(tokensShape, ids)),
        "--token-bytes",
        write("b.npy", NpyBytes.ints(tokensShape, bytes)));
  }

  /** Blocks of one row, of a sequence, and of all, with documents and without. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 100})
  void tokensAreShiftedHoweverRowsAreCut(int rowsPerBlock) throws IOException {
    int[] lengths = {3, 1, 5, 4, 2};
    float[] x = logits(15);
    long[] ids = ids(15);
    long[] shifted = new long[15];
    LossAccumulator plain = new LossAccumulator();
    LossAccumulator grouped = new LossAccumulator();
    List<String> files = new ArrayList<>();
    long[] numbers = new long[15];
    int from = 0;
    for (int length : lengths) {
      int to = from + length;
      for (int i = from; i < to; i++) {
        shifted[i] = i + 1 < to ? ids[i + 1] : -100;
        numbers[i] = from;
      }
      FloatTensor rows = FloatTensor.wrap(x, 15, COLUMNS).slice(from, to);
      IntTensor targets = IntTensor.copyOf(shifted, 15).slice(from, to);
      plain.add(rows, targets);
      grouped.add(rows, targets).endDocument();
      byte[] sequence = NpyBytes.longs("(" + length + ",)", Arrays.copyOfRange(ids, from, to));
      files.add(write("s" + from + ".npy", sequence).toString());
      from = to;
    }
    String logits = write("l.npy", NpyBytes.floats("(15, 7)", x)).toString();
    String documents = write("d.npy", NpyBytes.longs("(15,)", numbers)).toString();
    for (List<String> named : List.of(List.<String>of(), List.of(documents))) {
      InputNames names =
          ScoredCorpus.names(List.of(List.of(logits)), files, true, List.of(), named);
      LossAccumulator expected = named.isEmpty() ? plain : grouped;
      for (int threads = 1; threads < 4; threads++) {
        assertThat(report(names, threads, rowsPerBlock)).isEqualTo(expected.report());
      }
    }
  }

  /** What would shift across sequences, or along the wrong axis. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(3, 4, 7) | (4, 3)  | (3, 4)",
        "(3, 4, 7) | (12,)   | (3, 4)",
        "(5, 2, 7) | (2, 6)  | (5, 2)",
        "(3, 4, 7) | (5, 3)  | (3, 4)"
      })
  void tokensOfAnotherShape(String logitsShape, String tokensShape, String expected) {
    int rows = 1;
    for (String axis : logitsShape.replaceAll("[() ]", "").split(",", -1)) {
      rows *= Integer.parseInt(axis);
    }
    int count = 1;
    for (String axis : tokensShape.replaceAll("[() ]|,\\)", "").split(",", -1)) {
      count *= Integer.parseInt(axis);
    }
    Path logits = write("l.npy", NpyBytes.floats(logitsShape, new float[rows]));
    Path tokens = write("ids.npy", NpyBytes.longs(tokensShape, new long[count]));
    assertThat(CommandRun.eval("--logits", logits, "--tokens", tokens).err())
        .isEqualTo(
            "surprisal: %s: shape %s does not fit logits of shape %s, expected %s\n"
                .formatted(tokens, tokensShape, logitsShape, expected));
  }

  @Test
  void tokensOfSeveralFilesAreSequencesOfTheirOwn() {
    long[] ids = ids(7);
    Path first = write("1.npy", NpyBytes.longs("(3,)", Arrays.copyOf(ids, 3)));
    Path second = write("2.npy", NpyBytes.longs("(2, 2)", Arrays.copyOfRange(ids, 3, 7)));
    float[] x = logits(7);
    IntTensor targets =
        IntTensor.of((int) ids[1], (int) ids[2], -100, (int) ids[4], -100, (int) ids[6], -100);
    LossReport expected =
        new LossAccumulator().add(FloatTensor.wrap(x, 7, COLUMNS), targets).report();
    Path logits = write("l.npy", NpyBytes.floats("(7, 7)", x));

    assertReport(expected, "--logits", logits, "--tokens", first, second);
    assertThat(CommandRun.eval("--logits", logits, "--tokens", first, second).out())
        .contains("Tokens          " + first + " to " + second + " (2 files) (int64)\n");
  }

  @Test
  void tokensThatDoNotFit() {
    Path logits = write("l.npy", NpyBytes.floats("(6, 7)", logits(6)));
    Path tokens = write("ids.npy", NpyBytes.longs("(2, 5)", ids(10)));
    assertThat(CommandRun.eval("--logits", logits, "--tokens", tokens).err())
        .isEqualTo(
            "surprisal: "
                + tokens
                + ": 10 tokens in 2 sequences do not fit 6 rows of logits, expected a row for each"
                + " token, or for each but the last one of a sequence\n");
    Path outside = write("o.npy", NpyBytes.longs("(6,)", 0, 1, 2, 3, 4, 7));
    assertThat(CommandRun.eval("--logits", logits, "--tokens", outside).err())
        .isEqualTo(
            "surprisal: "
                + outside
                + ": token 7 at position 5 is outside the vocabulary of 7, expected 0 to 6 or"
                + " -100\n");
  }

  /** Documents of one row, of a block, of a bit more, and of many blocks. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 64, 1000})
  void documentsAreIndependentHoweverRowsAreCut(int rowsPerBlock) throws IOException {
    int[] lengths = {1, 1, 4, 5, 3, 1, 30, 2, 9, 1, 1, 1, 50, 4};
    int rows = Arrays.stream(lengths).sum();
    float[] x = logits(rows);
    long[] ids = ids(rows);
    Arrays.fill(ids, 6, 11, -100); // a document of which nothing is scored
    long[] documents = new long[rows];
    LossAccumulator sums = new LossAccumulator();
    int row = 0;
    for (int i = 0; i < lengths.length; i++) {
      int end = row + lengths[i];
      Arrays.fill(documents, row, end, 1_000_000_007L * (i - 5));
      sums.add(
              FloatTensor.wrap(x, rows, COLUMNS).slice(row, end),
              IntTensor.copyOf(ids, rows).slice(row, end))
          .endDocument();
      row = end;
    }
    LossReport expected = sums.report();
    assertThat(expected.documents()).isEqualTo(lengths.length - 1);
    int half = rows / 2;
    Path first = write("1.npy", NpyBytes.floats("(" + half + ", 7)", Arrays.copyOf(x, half * 7)));
    Path second =
        write(
            "2.npy",
            NpyBytes.floats(
                "(" + (rows - half) + ", 7)", Arrays.copyOfRange(x, half * 7, rows * 7)));
    Path targets = write("t.npy", NpyBytes.longs("(" + rows + ",)", ids));
    Path numbers = write("d.npy", NpyBytes.longs("(" + rows + ",)", documents));

    for (int threads : new int[] {1, 2, 5}) {
      InputNames names =
          ScoredCorpus.names(
              List.of(List.of(first.toString(), second.toString())),
              List.of(targets.toString()),
              false,
              List.of(),
              List.of(numbers));
      assertThat(report(names, threads, rowsPerBlock)).isEqualTo(expected);
    }
    assertReport(expected, "--logits", first, second, "--targets", targets, "--documents", numbers);
    assertThat(
            CommandRun.eval("--logits", first, second, "--targets", targets, "--documents", numbers)
                .out())
        .contains("Documents       " + numbers + " (int64)\n")
        .contains("of the loss, from 13 independent documents\n");
  }

  @Test
  void documentsMustNotBeMixed() {
    Path logits = write("l.npy", NpyBytes.floats("(5, 7)", logits(5)));
    Path targets = write("t.npy", NpyBytes.longs("(5,)", ids(5)));
    Path numbers = write("d.npy", NpyBytes.longs("(5,)", 1, 1, 2, 1, 3));
    assertThat(
            CommandRun.eval("--logits", logits, "--targets", targets, "--documents", numbers).err())
        .isEqualTo(
            "surprisal: "
                + numbers
                + ": document 1 at position 3 appeared before, expected the rows of a document to"
                + " follow each other\n");
    Path few = write("f.npy", NpyBytes.longs("(4,)", 1, 1, 2, 3));
    assertThat(CommandRun.eval("--logits", logits, "--targets", targets, "--documents", few).err())
        .isEqualTo(
            "surprisal: "
                + few
                + ": 4 numbers in all do not fit 5 rows of logits, expected as many\n");
  }

  /** Whatever thread takes the row, and whether it stands in a document of many blocks. */
  @Test
  void theFirstNanIsPlaced() throws IOException {
    int rows = 200;
    float[] x = logits(rows);
    x[57 * COLUMNS + 3] = Float.NaN;
    x[151 * COLUMNS] = Float.POSITIVE_INFINITY;
    long[] numbers = new long[rows];
    for (int i = 0; i < rows; i++) {
      numbers[i] = i < 100 ? 0 : i / 3;
    }
    String logits = write("l.npy", NpyBytes.floats("(200, 7)", x)).toString();
    String targets = write("t.npy", NpyBytes.longs("(200,)", ids(rows))).toString();
    String documents = write("d.npy", NpyBytes.longs("(200,)", numbers)).toString();
    for (List<String> grouped : List.of(List.<String>of(), List.of(documents))) {
      InputNames names = ScoredCorpus.names(List.of(logits), targets, List.of(), grouped);
      for (int threads = 1; threads < 4; threads++) {
        LossReport report = report(names, threads, 7);
        assertThat(report.nanTokens()).isEqualTo(2);
        assertThat(report.firstNan()).hasValue(57);
      }
    }
  }

  @Test
  void theFileOfATokenizerTellsBytes() {
    Path counts = Path.of("src/test/resources/vocabularies/counts.tsv"); // 3 is a hole
    float[] x = logits(4);
    int[] targets = {1, 2, -100, 4};
    Path logits = write("l.npy", NpyBytes.floats("(4, 7)", x));
    Path ids = write("t.npy", NpyBytes.ints("(4,)", targets));
    assertReport(
        new LossAccumulator()
            .add(FloatTensor.wrap(x, 4, COLUMNS), IntTensor.of(targets), IntTensor.of(2, 3, 0, 6))
            .report(),
        "--logits",
        logits,
        "--targets",
        ids,
        "--vocab-file",
        counts);
    assertThat(CommandRun.eval("--logits", logits, "--targets", ids, "--vocab-file", counts).out())
        .contains("Vocabulary      " + counts + " (table of byte counts of 4 tokens)\n")
        .contains("; 11 bytes of text\n");
    Path hole = write("h.npy", NpyBytes.ints("(4,)", 1, 3, 3, 2));
    assertThat(CommandRun.eval("--logits", logits, "--targets", hole, "--vocab-file", counts).out())
        .contains("; 5 bytes of text\n", "leaving out 2 of 0 bytes\n")
        .endsWith(
            "\n"
                + hole
                + ": token 3 at position 1 is not in "
                + counts
                + ", and counts no bytes.\n");
    Path tokens = write("ids.npy", NpyBytes.ints("(4,)", 4, 1, 2, 4));
    assertThat(
            CommandRun.eval("--logits", logits, "--tokens", tokens, "--vocab-file", counts).out())
        .contains("3 of 4 tokens, 1 ignored (target -100); 11 bytes of text\n");
    CommandRun both =
        CommandRun.eval(
            "--logits", logits, "--targets", ids, "--vocab-file", counts, "--token-bytes", ids);
    assertThat(both.status()).isEqualTo(2);
    assertThat(both.err()).startsWith("--token-bytes and --vocab-file exclude each other: ");
  }

  @Test
  void theTemperatureDividesLogits() {
    float[] x = logits(4);
    long[] ids = ids(4);
    assertReport(
        new LossAccumulator(CrossEntropyOptions.defaults().temperature(0.7))
            .add(FloatTensor.wrap(x, 4, COLUMNS), IntTensor.copyOf(ids, 4))
            .report(),
        "--logits",
        write("l.npy", NpyBytes.floats("(4, 7)", x)),
        "--targets",
        write("t.npy", NpyBytes.longs("(4,)", ids)),
        "--temperature",
        0.7,
        "--threads",
        1);
  }

  @Test
  void theTypeCanBeSaid() {
    float[] x = logits(4);
    short[] bits = new short[x.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) (Float.floatToRawIntBits(x[i]) >>> 16);
    }
    long[] ids = ids(4);
    Path targets = write("t.npy", NpyBytes.longs("(4,)", ids));
    Path mislabelled = write("l.npy", NpyBytes.halves("<f2", "(4, 7)", bits));
    LossReport expected =
        new LossAccumulator()
            .add(FloatTensor.bfloat16(bits, 4, COLUMNS), IntTensor.copyOf(ids, 4))
            .report();

    assertReport(expected, "--logits", mislabelled, "--targets", targets, "--dtype", "bfloat16");
    assertThat(
            CommandRun.eval("--logits", mislabelled, "--targets", targets, "--dtype", "float32")
                .err())
        .isEqualTo(
            "surprisal: "
                + mislabelled
                + ": data type '<f2' has 2 bytes an element, expected 4, as --dtype float32 has\n");
  }

  @Test
  void columnsThatAreTheSameInAllRowsAreNoted() {
    int rows = 20;
    float[] padded = logits(rows);
    for (int row = 0; row < rows; row++) {
      padded[row * COLUMNS + 5] = 0.25f;
      padded[row * COLUMNS + 6] = -1;
    }
    long[] ids = new Random(3).longs(rows, 0, 5).toArray();
    Path logits = write("l.npy", NpyBytes.floats("(20, 7)", padded));
    Path targets = write("t.npy", NpyBytes.longs("(20,)", ids));
    String note =
        "The last 2 columns of "
            + logits
            + " are the same in all rows: if they pad the vocabulary, --vocabulary 5 leaves them"
            + " out.\n";

    assertThat(CommandRun.eval("--logits", logits, "--targets", targets).out()).endsWith(note);
    CommandRun json = CommandRun.eval("--logits", logits, "--targets", targets, "--json");
    assertThat(json.err()).isEqualTo(note);
    assertThat(json.out()).startsWith("{").endsWith("}\n");
    assertThat(CommandRun.eval("--logits", logits, "--targets", targets, "--vocabulary", 5).out())
        .doesNotContain("columns of");
    Path same = write("s.npy", NpyBytes.floats("(20, 7)", new float[20 * COLUMNS]));
    assertThat(CommandRun.eval("--logits", same, "--targets", targets).out())
        .doesNotContain("columns of");
    for (int row = 0; row < rows; row++) {
      padded[row * COLUMNS + 5] = Float.NEGATIVE_INFINITY;
      padded[row * COLUMNS + 6] = Float.NEGATIVE_INFINITY;
    }
    Path masked = write("m.npy", NpyBytes.floats("(20, 7)", padded));
    assertThat(CommandRun.eval("--logits", masked, "--targets", targets).out())
        .doesNotContain("columns of");
  }

  /** However rows are spread over parts of the logits, and whichever row differs. */
  @Test
  void constantColumnsAreCountedInAnyParts() {
    Random random = new Random(5);
    for (int run = 0; run < 300; run++) {
      int rows = 10 + random.nextInt(30);
      int constant = random.nextInt(COLUMNS);
      float[] x = new float[rows * COLUMNS];
      for (int i = 0; i < x.length; i++) {
        x[i] = i % COLUMNS >= COLUMNS - constant ? i % COLUMNS : (float) random.nextGaussian();
      }
      int expected = constant;
      if (constant > 0 && random.nextBoolean()) {
        expected = random.nextInt(constant);
        x[random.nextInt(rows) * COLUMNS + COLUMNS - 1 - expected] = 0.5f;
      }
      FloatTensor logits = FloatTensor.wrap(x, rows, COLUMNS);
      ConstantColumns all = new ConstantColumns();
      int from = 0;
      while (from < rows) {
        int to = Math.min(rows, from + 1 + random.nextInt(15));
        ConstantColumns part = new ConstantColumns();
        part.add(logits.slice(from, to));
        all.add(part);
        from = to;
      }
      assertThat(all.padding()).isEqualTo(expected < COLUMNS / 2.0 ? expected : 0);
    }
  }

  @Test
  void tensorsInFilesAreNamed() {
    Path npz = Path.of("src/test/resources/files/stored.npz");
    Path shards = Path.of("src/test/resources/files/model.safetensors.index.json");
    CommandRun run =
        CommandRun.eval("--logits", npz + ":logits", "--targets", npz + ":targets", "--json");
    assertThat(run.err()).isEmpty();
    assertThat(run.json().get("loss").asDouble()).isBetween(0.0919, 0.0921);
    assertThat(run.json().get("ignoredTokens").asInt()).isOne();
    assertThat(CommandRun.eval("--logits", npz, "--targets", npz + ":targets").err())
        .startsWith("surprisal: " + npz + ": holds ")
        .endsWith("expected the name of one of them, as FILE:NAME\n");
    assertThat(CommandRun.eval("--logits", npz + ":logit", "--targets", npz + ":targets").err())
        .startsWith("surprisal: " + npz + ": holds no tensor 'logit', expected one of ");
    String pattern = npz.resolveSibling("store*.npz") + ":";
    assertThat(
            CommandRun.eval("--logits", pattern + "logits", "--targets", pattern + "targets").out())
        .contains("Logits          " + npz + ":logits\n");
    assertThat(CommandRun.surprisal("info", shards + ":logits").out())
        .startsWith(shards + ":logits  bfloat16  (");
  }

  /** Bits of bfloat16 as float16, and probabilities where logits are expected. */
  @Test
  void strangeNumbersAreNoted() {
    float[] x = logits(200);
    short[] bits = new short[x.length];
    float[] probabilities = new float[x.length];
    for (int row = 0; row < 200; row++) {
      double sum = 0;
      for (int i = row * COLUMNS; i < (row + 1) * COLUMNS; i++) {
        bits[i] = (short) (Float.floatToRawIntBits(x[i]) >>> 16);
        sum += Math.exp(x[i]);
      }
      for (int i = row * COLUMNS; i < (row + 1) * COLUMNS; i++) {
        probabilities[i] = (float) (Math.exp(x[i]) / sum);
      }
    }
    Path targets = write("t.npy", NpyBytes.longs("(200,)", ids(200)));
    Path mislabelled = write("l.npy", NpyBytes.halves("<f2", "(200, 7)", bits));
    Path softmax = write("p.npy", NpyBytes.floats("(200, 7)", probabilities));

    assertThat(CommandRun.eval("--logits", mislabelled, "--targets", targets).out())
        .endsWith(
            "\n"
                + mislabelled
                + ": values look like bfloat16 bits read as float16: try --dtype bfloat16.\n");
    assertThat(
            CommandRun.eval("--logits", mislabelled, "--targets", targets, "--dtype=bfloat16")
                .out())
        .doesNotContain("look like");
    CommandRun json = CommandRun.eval("--logits", softmax, "--targets", targets, "--json");
    assertThat(json.err())
        .isEqualTo(
            softmax + ": values look like probabilities: expected logits or log-probabilities.\n");
    assertThat(json.status()).isZero();
  }

  /** What is read from front to back is handed out in order, however many threads take it. */
  @Test
  void threadsShareWhatIsReadForward() throws IOException {
    int rows = 3_000;
    float[] x = logits(rows);
    long[] ids = ids(rows);
    Path logits = folder.resolve("l.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(logits))) {
      zip.putNextEntry(new ZipEntry("logits.npy"));
      zip.write(NpyBytes.floats("(3000, 7)", x));
    }
    String targets = write("t.npy", NpyBytes.longs("(3000,)", ids)).toString();
    LossReport expected =
        new LossAccumulator()
            .add(FloatTensor.wrap(x, rows, COLUMNS), IntTensor.copyOf(ids, rows))
            .report();
    InputNames names = ScoredCorpus.names(List.of(logits), targets);
    for (int threads = 1; threads < 6; threads++) {
      try (OpenFiles files = new OpenFiles()) {
        CrossEntropyOptions options = CrossEntropyOptions.defaults();
        Corpus corpus = Corpus.open(files, names, options);
        assertThat(Scoring.run(corpus, new Evaluation(options), threads, 11, done -> {}).report())
            .isEqualTo(expected);
        assertThat(files.hasPipes()).isFalse();
      }
    }
  }

  @Test
  void rangesOfNumbersAreASet() {
    Random random = new Random(7);
    for (int run = 0; run < 200; run++) {
      NumberRanges ranges = new NumberRanges();
      Set<Long> set = new HashSet<>();
      int width = 1 + random.nextInt(60);
      long base = random.nextBoolean() ? 0 : random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
      for (int i = 0; i < 100; i++) {
        long step = random.nextInt(width);
        long number = base == Long.MAX_VALUE ? base - step : base + step;
        assertThat(ranges.add(number)).isEqualTo(set.add(number));
      }
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void namedPipesAreRead() throws Exception {
    float[] x = logits(500);
    long[] ids = ids(500);
    Path targets = write("t.npy", NpyBytes.longs("(500,)", ids));
    LossReport expected =
        new LossAccumulator()
            .add(FloatTensor.wrap(x, 500, COLUMNS), IntTensor.copyOf(ids, 500))
            .report();

    Path npy = pipe("pipe.npy", NpyBytes.floats("(500, 7)", x));
    assertReport(expected, "--logits", npy, "--targets", targets, "--threads", 3);

    Path several = pipe("several.pipe", NpyBytes.safetensors("[500,7]", x));
    assertReport(expected, "--logits", several + ":logits", "--targets", targets, "--threads", 3);
  }

  /** The second reader would wait for a writer for ever, or take bytes away from the first. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeIsReadOnce() throws Exception {
    Path pipe = pipe("pipe", NpyBytes.safetensors("[1,3]", 1, 2, 3));
    CommandRun run = CommandRun.eval("--logits", pipe + ":logits", "--targets", pipe + ":first");
    assertThat(run.err())
        .isEqualTo(
            "surprisal: "
                + pipe
                + ": is named twice, expected once at most: a pipe is read from front to back; save"
                + " it as a file to read several of its tensors\n");
    assertThat(run.status()).isOne();
    Path another = folder.resolve(".").resolve("pipe");
    write(NpyBytes.safetensors("[1,3]", 1, 2, 3), pipe);
    assertThat(CommandRun.eval("--logits", pipe + ":logits", "--targets", another).err())
        .startsWith("surprisal: " + another + ": is named twice, expected once at most");
  }

  /** A named pipe that something is written to as soon as it is read. */
  private Path pipe(String name, byte... content) throws Exception {
    Path pipe = folder.resolve(name);
    assumeThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    write(content, pipe);
    return pipe;
  }

  /** Writes to a pipe as soon as it is read. */
  private static void write(byte[] content, Path pipe) {
    Thread writer =
        new Thread(
            () -> {
              try {
                Files.write(pipe, content);
              } catch (IOException closed) {
                // its reader had enough
              }
            });
    writer.setDaemon(true);
    writer.start();
  }
}
