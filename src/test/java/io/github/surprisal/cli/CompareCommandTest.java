/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.surprisal.ComparisonAccumulator;
import io.github.surprisal.ComparisonReport;
import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompareCommandTest {

  private static final float[] P = {1, 2, 3, 4, 5, 6};
  private static final float[] Q = {1.5f, 2, 2.5f, 6, 5, 4};

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  private Path p;
  private Path q;
  private Path targets;

  @BeforeEach
  void usableFiles() {
    p = NpyBytes.write(folder, "p.npy", NpyBytes.floats("(2, 3)", P));
    q = NpyBytes.write(folder, "q.npy", NpyBytes.floats("(2, 3)", Q));
    targets = NpyBytes.write(folder, "targets.npy", NpyBytes.longs("(2,)", 0, 2));
  }

  private CommandRun compare(Object... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "compare",
                "--logits-p",
                p.toString(),
                "--logits-q",
                q.toString(),
                "--targets",
                targets.toString()));
    Arrays.stream(more).map(Object::toString).forEach(line::add);
    return CommandRun.surprisal(line.toArray(String[]::new));
  }

  private static ComparisonReport expected() {
    return new ComparisonAccumulator()
        .add(FloatTensor.wrap(P, 2, 3), FloatTensor.wrap(Q, 2, 3), IntTensor.of(0, 2))
        .report();
  }

  @Test
  void printsTheReportAsJson() {
    CommandRun run = compare("--json");
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).isEqualTo(expected().toJson() + "\n");
    assertThat(run.json().get("scoredTokens").asLong()).isEqualTo(2);
    assertThat(run.json().get("deltaNll").asDouble()).isEqualTo(expected().deltaNll());
  }

  @Test
  void printsTheFilesAndTheReport() {
    CommandRun run = compare();
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines.subList(0, 6))
        .containsExactly(
            "Logits of P     " + p,
            "                float32, 2 rows x 3 tokens of vocabulary",
            "Logits of Q     " + q,
            "                float32, 2 rows x 3 tokens of vocabulary",
            "Targets         " + targets + " (int64)",
            "");
    assertThat(lines.subList(6, lines.size())).isEqualTo(expected().toString().lines().toList());
  }

  @Test
  void tellsBitsPerByteOfEitherModel() {
    Path bytes = NpyBytes.write(folder, "bytes.npy", NpyBytes.longs("(2,)", 3, 1));
    ComparisonReport withBytes =
        new ComparisonAccumulator()
            .add(
                FloatTensor.wrap(P, 2, 3),
                FloatTensor.wrap(Q, 2, 3),
                IntTensor.of(0, 2),
                IntTensor.of(3, 1))
            .report();
    CommandRun run = compare("--json", "--token-bytes", bytes);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo(withBytes.toJson() + "\n");
    assertThat(run.json().get("bitsPerByteQ").doubleValue())
        .isEqualTo(withBytes.bitsPerByteQ())
        .isPositive();
    assertThat(compare("--token-bytes", bytes).out().lines())
        .contains("Token bytes     " + bytes + " (int64)")
        .anyMatch(line -> line.matches("bits per byte, P  \\d\\.\\d{6}"))
        .anyMatch(line -> line.matches(" {2}Q - P .* ± .*, paired, over 4 bytes"));
  }

  @Test
  void theFileOfATokenizerTellsTheSame() throws IOException {
    Path table = Files.writeString(folder.resolve("bytes.tsv"), "0\t3\n2\t1\n");
    Path bytes = NpyBytes.write(folder, "bytes.npy", NpyBytes.longs("(2,)", 3, 1));
    CommandRun run = compare("--json", "--vocab-file", table);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo(compare("--json", "--token-bytes", bytes).out());
    assertThat(compare("--vocab-file", table, "--token-bytes", bytes).err())
        .startsWith("--token-bytes and --vocab-file exclude each other");
    table = Files.writeString(folder.resolve("hole.tsv"), "0\t3\n3\t1\n");
    assertThat(compare("--vocab-file", table).out())
        .contains("tokens of 0 bytes")
        .endsWith("token 2 at position 1 is not in " + table + ", and counts no bytes.\n");
  }

  @Test
  void tellsOfPredictions() {
    JsonNode json = compare("--json", "--predictions").json();
    assertThat(json.get("accuracyP").doubleValue()).isEqualTo(0.5); // row 1 of P: class 2
    assertThat(json.get("accuracyQ").doubleValue()).isEqualTo(0.0);
    assertThat(compare("--predictions").out().lines())
        .contains("accuracy of P     50.0000 %", "accuracy of Q     0.0000 %");
    assertThat(compare("--json").json().get("accuracyP").isNull()).isTrue();
  }

  @Test
  void theIgnoreIndexIsRespected() {
    CommandRun run = compare("--json", "--ignore-index", 2);
    assertThat(run.json().get("scoredTokens").asLong()).isEqualTo(1);
    assertThat(run.json().get("ignoredTokens").asLong()).isEqualTo(1);
  }

  @Test
  void nothingScoredIsSaid() {
    targets = NpyBytes.write(folder, "targets.npy", NpyBytes.longs("(2,)", -100, -100));
    CommandRun run = compare();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .endsWith("No token was scored, so there is nothing to compare the models by.\n");
    JsonNode json = compare("--json").json();
    assertThat(json.get("deltaNll").isNull()).isTrue();
    assertThat(json.get("notNumbers").get("deltaNll").textValue()).isEqualTo("NaN");
  }

  /** The types may differ: a float16 model against its float32 original. */
  @Test
  void modelsOfDifferentTypesAndShapesCompare() {
    short one = 0x3c00;
    short two = 0x4000;
    short three = 0x4200;
    q =
        NpyBytes.write(
            folder, "h.npy", NpyBytes.halves("<f2", "(1, 2, 3)", one, two, three, one, two, three));
    CommandRun run = compare("--json");
    assertThat(run.err()).isEmpty();
    assertThat(run.json().get("topAgreement").asDouble()).isEqualTo(1.0);
    // 4, 5, 6 is 1, 2, 3 but for a shift
    assertThat(run.json().get("klDivergence").get("maximum").asDouble()).isLessThan(1e-15);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 1 << 16})
  void neitherBlocksNorThreadsChangeABit(int rowsPerBlock) throws IOException {
    List<Long> progress = new ArrayList<>();
    ComparisonReport report = compared(1, rowsPerBlock, progress::add);
    assertThat(report).isEqualTo(compared(3, rowsPerBlock, rows -> {}));
    assertThat(report).isEqualTo(compared(1, 1 << 16, rows -> {}));
    assertThat(report.deltaNll()).isEqualTo(0.0);
    assertThat(report.klDivergence().maximum()).isEqualTo(0.0);
    assertThat(report.topAgreement()).isEqualTo(1.0);
    assertThat(progress).endsWith(report.scoredTokens() + report.ignoredTokens());
  }

  private static ComparisonReport compared(int threads, int rowsPerBlock, LongConsumer progress)
      throws IOException {
    Path real = CommandRun.REAL.resolve("bytes256_logits.npy");
    Path masked = CommandRun.REAL.resolve("bytes256_targets_masked.npy");
    InputNames names = ScoredCorpus.names(List.of(real, real), masked);
    Comparison kind = new Comparison(CrossEntropyOptions.defaults());
    return ScoredCorpus.sums(names, kind, threads, rowsPerBlock, progress).report();
  }

  @Test
  void modelsOfDifferentPaddingCompare() {
    float nan = Float.NaN;
    String unpadded = compare("--json").out();
    Path paddedP =
        NpyBytes.write(folder, "pp.npy", NpyBytes.floats("(2, 4)", 1, 2, 3, nan, 4, 5, 6, 99));
    Path paddedQ =
        NpyBytes.write(
            folder, "pq.npy", NpyBytes.floats("(2, 5)", 1.5f, 2, 2.5f, nan, 99, 6, 5, 4, nan, nan));
    p = paddedP;
    q = paddedQ;
    assertThat(compare("--json", "--vocabulary", 3).out()).isEqualTo(unpadded);
    assertThat(compare("--vocabulary", 3).out().lines())
        .contains(
            "                float32, 2 rows x 3 tokens of vocabulary and 1 of padding",
            "                float32, 2 rows x 3 tokens of vocabulary and 2 of padding");
    assertThat(compare("--vocabulary", 5).err())
        .endsWith("shape (2, 4) has a last axis of 4, expected at least 5, the --vocabulary\n");
    targets = NpyBytes.write(folder, "targets.npy", NpyBytes.longs("(2,)", 0, 3));
    assertThat(compare("--vocabulary", 3).err())
        .endsWith(
            "target 3 at position 1 is outside the vocabulary of 3, expected 0 to 2 or -100\n");
  }

  @Test
  void theFirstRowWithNanIsNamed() {
    q = NpyBytes.write(folder, "q.npy", NpyBytes.floats("(2, 3)", 1, 2, 3, Float.NaN, 5, 4));
    assertThat(compare().out())
        .contains("NaN               1 scored token, at position 1 (counted from 0)\n");
    JsonNode json = compare("--json").json();
    assertThat(json.get("nanTokens").longValue()).isEqualTo(1);
    assertThat(json.get("firstNan").longValue()).isEqualTo(1);
  }

  /** A block has room for the rows of the wider file. */
  @Test
  void paddingOfAnySizeIsReadInBlocks() throws IOException {
    int rows = 3000;
    int width = 6000;
    p = NpyBytes.write(folder, "p.npy", NpyBytes.floats("(3000, 2)", new float[2 * rows]));
    q = NpyBytes.write(folder, "q.npy", NpyBytes.floats("(3000, 6000)", new float[rows * width]));
    targets = NpyBytes.write(folder, "targets.npy", NpyBytes.longs("(3000,)", new long[rows]));
    CrossEntropyOptions options = CrossEntropyOptions.defaults().vocabulary(2);
    List<Long> progress = new ArrayList<>();
    try (OpenFiles files = new OpenFiles()) {
      Corpus corpus = Corpus.open(files, ScoredCorpus.names(List.of(p, q), targets), options);
      Scoring.run(corpus, new Comparison(options), 1, progress::add);
    }
    assertThat(progress).hasSizeGreaterThan(60).endsWith((long) rows);
  }

  @Test
  void anotherVocabularyIsRefused() {
    q = NpyBytes.write(folder, "q.npy", NpyBytes.floats("(2, 4)", new float[8]));
    assertRefused(
        q,
        "shape (2, 4) has a vocabulary (last axis) of 4, expected 3, as in "
            + p
            + ": if columns are padding, give the number of tokens as --vocabulary");
  }

  @Test
  void anotherNumberOfRowsIsRefused() {
    q = NpyBytes.write(folder, "q.npy", NpyBytes.floats("(3, 3)", new float[9]));
    assertRefused(q, "shape (3, 3) does not fit targets of shape (2,), expected (2, 3)");
  }

  @Test
  void flattenedLogitsAreRefused() {
    q = NpyBytes.write(folder, "q.npy", NpyBytes.floats("(3,)", new float[3]));
    assertRefused(q, "shape (3,) does not fit targets of shape (2,), expected (2, 3)");
    p = NpyBytes.write(folder, "p.npy", NpyBytes.floats("(6,)", new float[6]));
    assertRefused(p, "shape (6,) does not fit targets of shape (2,), expected (2, vocabulary)");
  }

  @Test
  void aTargetOutsideTheVocabularyIsRefused() {
    targets = NpyBytes.write(folder, "targets.npy", NpyBytes.longs("(2,)", 0, 3));
    assertRefused(
        targets, "target 3 at position 1 is outside the vocabulary of 3, expected 0 to 2 or -100");
  }

  @Test
  void missingAndMalformedFilesAreRefused() throws IOException {
    byte[] file = Files.readAllBytes(q);
    Files.write(q, Arrays.copyOf(file, file.length - 1));
    assertRefused(q, "holds 23 bytes of data, expected 24 for shape (2, 3) of float32");
    Files.write(q, new byte[20]);
    assertRefused(
        q, "is of no format that is known here, expected a .npy, .npz or .safetensors file");
    Files.write(q, NpyBytes.longs("(2, 3)", new long[6]));
    assertRefused(
        q,
        "data type '<i8' is not supported, expected float32, float16, bfloat16 (as <u2 in NumPy) or"
            + " float64");
    Files.delete(q);
    assertRefused(q, "no such file, expected a .npy, .npz or .safetensors file");
    Files.delete(p);
    assertRefused(p, "no such file, expected a .npy, .npz or .safetensors file");
  }

  private void assertRefused(Path file, String problem) {
    CommandRun run = compare();
    assertThat(run.err()).isEqualTo("surprisal: " + file + ": " + problem + "\n");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "compare | Missing required options: '--logits-p=FILE', '--logits-q=FILE'",
        "compare --logits-p a --logits-q b | Missing required option: '--targets=FILE' or"
            + " '--tokens=FILE'",
        "compare --logits-p a --targets b | Missing required option: '--logits-q=FILE'",
        "compare --logits-p a --logits-q b --targets c --json --label-smoothing | Unknown option:"
            + " '--label-smoothing'"
      })
  void wrongUsageIsExplained(String line, String problem) {
    CommandRun run = CommandRun.surprisal(line.split(" ", -1));
    assertThat(run.err()).startsWith(problem + "\n").contains("Usage: surprisal compare ");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void helpDescribesEveryOption() {
    CommandRun run = CommandRun.surprisal("compare", "--help");
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith("Usage: surprisal compare ")
        .contains("--logits-p=FILE... ", "--logits-q=FILE... ", "--targets=FILE... ", "--json ")
        .contains("--token-bytes=FILE... ", "--vocab-file=FILE ", "--predictions ")
        .contains("--ignore-index=INT ", "Exit status: 0 success, 1 unusable input");
    assertThat(CommandRun.surprisal("--help").out()).contains("compare", "eval");
  }
}
