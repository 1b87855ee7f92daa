/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvalCommandTest {

  private static final double BOUND = 4e-7;

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  @ParameterizedTest
  @CsvSource({
    "bpe2048,  targets,        all",
    "bpe2048,  targets_masked, masked",
    "bytes256, targets,        all",
    "bytes256, targets_masked, masked"
  })
  void scoresRealModelsAsExpected(String model, String targets, String key) throws IOException {
    JsonNode file = expected(model);
    JsonNode expected = file.get(key);
    long rows = file.get("shape").get(0).asLong();
    double mean = expected.get("ceMean").asDouble();

    JsonNode actual = evalReal(model, targets, "--json").json();

    assertThat(actual.get("loss").asDouble()).isCloseTo(mean, within(BOUND));
    assertThat(actual.get("totalNats").asDouble())
        .isCloseTo(expected.get("ceSum").asDouble(), within(BOUND * rows));
    assertThat(actual.get("perplexity").asDouble())
        .isCloseTo(expected.get("perplexity").asDouble(), within(BOUND * Math.exp(mean)));
    assertThat(actual.get("bitsPerToken").asDouble())
        .isCloseTo(expected.get("bitsPerToken").asDouble(), within(BOUND / Math.log(2)));
    assertThat(actual.get("bitsPerByte").asDouble())
        .isCloseTo(expected.get("bitsPerByte").asDouble(), within(BOUND / Math.log(2)));
    long scored = expected.get("scoredTokens").asLong();
    assertThat(actual.get("scoredTokens").asLong()).isEqualTo(scored);
    assertThat(actual.get("ignoredTokens").asLong()).isEqualTo(rows - scored);
    assertThat(actual.get("scoredBytes").asLong()).isEqualTo(expected.get("scoredBytes").asLong());
  }

  @ParameterizedTest
  @CsvSource({
    "bpe2048,  targets,        all",
    "bpe2048,  targets_masked, masked",
    "bytes256, targets,        all",
    "bytes256, targets_masked, masked"
  })
  void smoothsLabelsAsExpected(String model, String targets, String key) throws IOException {
    JsonNode actual = evalReal(model, targets, "--json", "--label-smoothing", "0.1").json();

    assertThat(actual.get("loss").asDouble())
        .isCloseTo(
            expected(model).get(key).get("ceMeanLabelSmoothing0.1").asDouble(), within(BOUND));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bpe2048", "bytes256"})
  void standardErrorIsThatOfThePerTokenLosses(String model) throws IOException {
    JsonNode losses = expected(model).get("perTokenLoss");
    double mean = 0;
    for (JsonNode loss : losses) {
      mean += loss.asDouble() / losses.size();
    }
    double squares = 0;
    for (JsonNode loss : losses) {
      squares += (loss.asDouble() - mean) * (loss.asDouble() - mean);
    }
    double standardError = Math.sqrt(squares / (losses.size() - 1) / losses.size());

    JsonNode actual = evalReal(model, "targets", "--json").json();

    assertThat(actual.get("standardError").asDouble()).isCloseTo(standardError, within(BOUND));
  }

  @Test
  void tellsOfPredictions() throws IOException {
    CommandRun run = evalReal("bpe2048", "targets", "--predictions");
    assertThat(run.out().lines())
        .anyMatch(line -> line.matches("Accuracy        0\\.\\d{7} +share of tokens .*"))
        .anyMatch(line -> line.matches("Top-5 accuracy  0\\.\\d{7} +share .*"))
        .anyMatch(line -> line.matches("Reciprocal rank 0\\.\\d{7} +mean of 1 / rank"))
        .anyMatch(line -> line.matches("Entropy         \\d\\.\\d{8} +nats per token: .*"))
        .anyMatch(line -> line.matches("Calibration gap -?\\d\\.\\d{8} +above 0: .*"))
        .anyMatch(line -> line.matches("ECE             0\\.\\d{7} +expected .*"));
    JsonNode json = evalReal("bpe2048", "targets", "--predictions", "--json").json();
    assertThat(json.get("accuracy").doubleValue()).isBetween(0.0, 1.0);
    assertThat(json.get("topAccuracy")).hasSize(10);
    assertThat(json.get("calibrationBins")).hasSize(15);
    JsonNode plain = evalReal("bpe2048", "targets", "--json").json();
    assertThat(plain.has("accuracy")).isFalse();
    assertThat(json.get("loss")).isEqualTo(plain.get("loss"));
  }

  @Test
  void printsATable() {
    CommandRun run = evalReal("bpe2048", "targets_masked");

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out().replaceAll("(\\d\\.\\d{4})\\d+ ", "$1_ ").lines())
        .containsExactly(
            "Logits          " + real("bpe2048", "logits"),
            "                float32, 387 rows x 2,048 tokens of vocabulary",
            "Targets         " + real("bpe2048", "targets_masked") + " (int64)",
            "Token bytes     " + real("bpe2048", "token_bytes") + " (int64)",
            "Scored          291 of 387 tokens, 96 ignored (target -100); 897 bytes of text",
            "",
            "Loss            4.5494_     nats per token: mean of -ln P(correct token), 0 is perfect",
            "Standard error  0.1342_     of the loss, as the mean of a sample of this size",
            "Perplexity      94.5796_       as uncertain as choosing among 95 equally likely tokens",
            "Bits per token  6.5634_      the loss in bits instead of nats",
            "Bits per byte   2.1292_      independent of the tokenizer: compare models by this",
            "Total nats      1323.8878      the sum over all scored tokens",
            "Total bits      1909.9664      the same in bits");
  }

  @Test
  void tableShowsEnoughDigits() {
    String table = evalReal("bpe2048", "targets").out();

    assertThat(number(table, "Loss +(\\d\\.\\d{8}) ")).isCloseTo(4.5107510530, within(BOUND));
    assertThat(number(table, "Perplexity +(\\d+\\.\\d{5}) ")).isCloseTo(90.990131, within(4e-5));
    assertThat(number(table, "Bits per byte +(\\d\\.\\d{7}) ")).isCloseTo(2.0813686, within(3e-7));
  }

  private static double number(String table, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(table);
    assertThat(matcher.find()).as(table).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  void paddedColumnsCountNothing() {
    float nan = Float.NaN;
    Path logits = write("l.npy", NpyBytes.floats("(2, 3)", 1, 2, nan, 3, 0, 99));
    Path unpadded = write("u.npy", NpyBytes.floats("(2, 2)", 1, 2, 3, 0));
    Path targets = write("t.npy", NpyBytes.longs("(2,)", 1, 0));
    String[] given = {"--logits", logits.toString(), "--targets", targets.toString()};
    String[] known = Arrays.copyOf(given, 6);
    known[4] = "--vocabulary";
    known[5] = "2";
    CommandRun run = CommandRun.eval((Object[]) known);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("float32, 2 rows x 2 tokens of vocabulary and 1 of padding\n")
        .contains("2 of 2 tokens")
        .doesNotContain("NaN");
    given[1] = unpadded.toString();
    assertThat(run.out().lines().skip(3))
        .isEqualTo(CommandRun.eval((Object[]) given).out().lines().skip(3).toList());
    known[5] = "4";
    assertThat(CommandRun.eval((Object[]) known).status()).isEqualTo(1);
    assertThat(CommandRun.eval((Object[]) known).err())
        .endsWith("shape (2, 3) has a last axis of 3, expected at least 4, the --vocabulary\n");
  }

  @Test
  void tableSaysWhatBitsPerByteNeeds() {
    CommandRun run =
        CommandRun.eval(
            "--logits", real("bpe2048", "logits"), "--targets", real("bpe2048", "targets"));

    assertThat(run.out())
        .contains("Scored          387 of 387 tokens, 0 ignored (target -100)\n")
        .contains(
            "Bits per byte   -              needs --token-bytes, the UTF-8 length of each target, or --vocab-file\n")
        .doesNotContain("NaN");
  }

  @Test
  void tableTellsOfLabelSmoothing() {
    assertThat(evalReal("bpe2048", "targets", "--label-smoothing=0.1").out())
        .contains("Loss            5.2933")
        .contains("nats per token, with label smoothing 0.1 (in all numbers below)");
  }

  @Test
  void jsonIsOneLineWithTheKeysInOrder() {
    CommandRun run = evalReal("bpe2048", "targets", "--json");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("{\"loss\":4.51075").endsWith("}\n").containsOnlyOnce("\n");
    List<String> keys = new ArrayList<>();
    run.json().fieldNames().forEachRemaining(keys::add);
    assertThat(keys)
        .containsExactly(
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
            "standardError");
  }

  @Test
  void jsonSaysWhichValuesAreNotNumbers() {
    Path logits = write("l.npy", NpyBytes.floats("(2, 2)", 0, Float.NEGATIVE_INFINITY, 0, 0));
    Path targets = write("t.npy", NpyBytes.longs("(2,)", 1, 0));

    assertThat(CommandRun.eval("--logits", logits, "--targets", targets, "--json").out())
        .isEqualTo(
            "{\"loss\":null,\"perplexity\":null,\"bitsPerToken\":null,\"bitsPerByte\":null,"
                + "\"totalNats\":null,\"scoredTokens\":2,\"ignoredTokens\":0,\"scoredBytes\":0,"
                + "\"nanTokens\":0,\"firstNan\":null,\"standardError\":null,\"notNumbers\":{\"loss\":\"Infinity\","
                + "\"perplexity\":\"Infinity\",\"bitsPerToken\":\"Infinity\",\"bitsPerByte\":\"NaN\","
                + "\"totalNats\":\"Infinity\",\"standardError\":\"NaN\"}}\n");
  }

  @Test
  void tableExplainsInfinityAndNaN() {
    Path targets = write("t.npy", NpyBytes.longs("(1,)", 1));
    Path infinite = write("i.npy", NpyBytes.floats("(1, 2)", 0, Float.NEGATIVE_INFINITY));
    Path undefined = write("n.npy", NpyBytes.floats("(1, 2)", 0, Float.NaN));

    assertThat(CommandRun.eval("--logits", infinite, "--targets", targets).out())
        .contains("Loss            Infinity")
        .contains("Perplexity      Infinity       e to the power of the loss\n")
        .endsWith("Infinity: some scored token has probability 0.\n");
    assertThat(CommandRun.eval("--logits", undefined, "--targets", targets).out())
        .contains("Loss            NaN")
        .endsWith(
            "NaN: 1 scored row, at position 0 (counted from 0), holds NaN, +Infinity or nothing"
                + " but -Infinity.\n");
  }

  @Test
  void tableAndJsonNameTheFirstRowWithNaN() {
    int rows = 3000;
    float[] values = new float[2 * rows];
    for (int row : new int[] {1233, 1234, 2000}) {
      values[2 * row] = Float.POSITIVE_INFINITY;
    }
    long[] classes = new long[rows];
    classes[1233] = -100;
    Path logits = write("l.npy", NpyBytes.floats("(3000, 2)", values));
    Path targets = write("t.npy", NpyBytes.longs("(3000,)", classes));
    assertThat(CommandRun.eval("--logits", logits, "--targets", targets).out())
        .endsWith(
            "NaN: 2 scored rows, the first at position 1,234 (counted from 0), hold NaN, +Infinity"
                + " or nothing but -Infinity.\n");
    JsonNode json = CommandRun.eval("--logits", logits, "--targets", targets, "--json").json();
    assertThat(json.get("nanTokens").longValue()).isEqualTo(2);
    assertThat(json.get("firstNan").longValue()).isEqualTo(1234);
    assertThat(json.get("notNumbers").get("loss").textValue()).isEqualTo("NaN");
  }

  @Test
  void tinyAndHugeNumbersKeepTheirDigits() {
    Path targets = write("t.npy", NpyBytes.longs("(1,)", 0));
    Path sure = write("s.npy", NpyBytes.floats("(1, 2)", 20, 0));
    Path wrong = write("w.npy", NpyBytes.floats("(1, 2)", 0, 50));

    assertThat(CommandRun.eval("--logits", sure, "--targets", targets).out())
        .contains("Loss            2.06115")
        .contains("e-09  nats per token", "Standard error  NaN            needs at least two")
        .contains("Perplexity      1.00000        as uncertain as choosing among 1.0 equally");
    String table = CommandRun.eval("--logits", wrong, "--targets", targets).out();
    assertThat(number(table, "Loss +(\\d+\\.\\d{8}) ")).isCloseTo(50, within(BOUND));
    assertThat(number(table, "Perplexity +(\\d\\.\\d{7}e\\+21) "))
        .isCloseTo(Math.exp(50), withinPercentage(100 * BOUND));
    assertThat(table).contains("e+21  as uncertain as choosing among 5.2e+21 equally likely");
  }

  /** Losses of log 2 and a bit more for logits near each other, of 0 and the gap for others. */
  @ParameterizedTest
  @CsvSource({
    "0,            0\\.00000000",
    "2e-4,         0\\.000100\\d\\d",
    "1.9073486e-6, 9\\.53673\\d\\de-07",
    "1.9e9,        950000000\\.00000000",
    "2e9,          1\\.0000000e\\+09",
    "Infinity,     NaN"
  })
  void standardErrorsOfEverySizeRead(float gap, String shown) {
    float[] logits =
        gap < 1
            ? new float[] {0, 2 * gap, 0, 0}
            : new float[] {-gap, 0, 0, Float.NEGATIVE_INFINITY};
    Path targets = write("t.npy", NpyBytes.longs("(2,)", 0, 0));
    Path file = write("l.npy", NpyBytes.floats("(2, 2)", logits));

    CommandRun run = CommandRun.eval("--logits", file, "--targets", targets);

    assertThat(run.out()).containsPattern("Standard error  " + shown + " +of the loss, as the");
  }

  @Test
  void tokensOfZeroBytesAreTold() {
    Path logits = write("l.npy", NpyBytes.floats("(3, 2)", 0, 0, 0, 0, 0, 0));
    Path targets = write("t.npy", NpyBytes.longs("(3,)", 0, 1, 0));
    Path bytes = write("b.npy", NpyBytes.ints("(3,)", 2, 0, 2));
    Path zeros = write("z.npy", NpyBytes.ints("(3,)", 0, 0, 0));

    assertThat(
            CommandRun.eval("--logits", logits, "--targets", targets, "--token-bytes", bytes).out())
        .contains("Bits per byte   0.5000000      leaving out 1 of 0 bytes\n");
    assertThat(
            CommandRun.eval("--logits", logits, "--targets", targets, "--token-bytes", zeros).out())
        .contains("Bits per byte   NaN            leaving out 3 of 0 bytes\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(0, 4)|(0,)", "(2, 0, 4)|(2, 0)"})
  void noRowsAreNoError(String shapes) {
    String[] shape = shapes.split("\\|", -1);
    Path logits = write("l.npy", NpyBytes.floats(shape[0]));
    Path targets = write("t.npy", NpyBytes.longs(shape[1]));

    CommandRun table = CommandRun.eval("--logits", logits, "--targets", targets);
    CommandRun json = CommandRun.eval("--logits", logits, "--targets", targets, "--json");

    assertThat(table.status()).isZero();
    assertThat(table.out())
        .contains("Scored          0 of 0 tokens, 0 ignored")
        .endsWith(
            "No token was scored, so there is no loss, perplexity or bits per byte to report.\n");
    assertThat(json.status()).isZero();
    assertThat(json.json().get("notNumbers").get("loss").asText()).isEqualTo("NaN");
    assertThat(json.json().get("totalNats").asDouble()).isZero();
  }

  @Test
  void allIgnoredIsNoError() {
    Path logits = write("l.npy", NpyBytes.floats("(2, 2)", Float.NaN, 0, 0, 0));
    Path targets = write("t.npy", NpyBytes.longs("(2,)", -1, -1));

    CommandRun run = CommandRun.eval("--logits", logits, "--targets", targets, "--ignore-index=-1");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("Scored          0 of 2 tokens, 2 ignored (target -1)\n")
        .contains("No token was scored");
  }

  @Test
  void fileNamesAreShownAsTheyAre() {
    Path logits = write("100%d @l.npy", NpyBytes.floats("(1, 2)", 0, 0));
    Path targets = write("%n.npy", NpyBytes.longs("(1,)", 0));

    assertThat(CommandRun.eval("--logits", logits, "--targets", targets).out())
        .contains("Logits          " + logits + "\n")
        .contains("Targets         " + targets + " (int64)\n");
  }

  @Test
  void anyIntegerMayBeIgnored() {
    Path logits = write("l.npy", NpyBytes.floats("(2, 2)", Float.NaN, 0, 0, 0));
    Path targets = write("t.npy", NpyBytes.longs("(2,)", 1, 0));

    JsonNode actual =
        CommandRun.eval("--logits", logits, "--targets", targets, "--ignore-index", "1", "--json")
            .json();

    assertThat(actual.get("loss").asDouble()).isCloseTo(Math.log(2), within(BOUND));
    assertThat(actual.get("ignoredTokens").asLong()).isOne();
  }

  @Test
  void targetsAndBytesOfInt32GiveTheSameReport() throws IOException {
    Path targets = write("t.npy", narrowed(real("bytes256", "targets_masked")));
    Path bytes = write("b.npy", narrowed(real("bytes256", "token_bytes")));

    CommandRun run =
        CommandRun.eval(
            "--logits",
            real("bytes256", "logits"),
            "--targets",
            targets,
            "--token-bytes",
            bytes,
            "--json");

    assertThat(run).isEqualTo(evalReal("bytes256", "targets_masked", "--json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<f2", "<u2", "<V2", "|V2"})
  void halvesGiveTheSameReportAsTheirValuesInFloat32(String description) {
    boolean float16 = description.equals("<f2");
    float[] values = new float[5 * 7];
    short[] bits = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 29 % 64 + 0.5f) / (i % 2 == 0 ? 8 : -8);
      int single = Float.floatToIntBits(values[i]);
      int half = ((single >>> 16) & 0x8000) | (((single >>> 13) - (112 << 10)) & 0x7fff);
      bits[i] = (short) (float16 ? half : single >>> 16);
    }
    Path targets = write("t.npy", NpyBytes.longs("(5,)", 0, 3, -100, 6, 2));
    Path wide = write("wide.npy", NpyBytes.floats("(5, 7)", values));
    Path narrow = write("narrow.npy", NpyBytes.halves(description, "(5, 7)", bits));

    CommandRun expected = CommandRun.eval("--logits", wide, "--targets", targets, "--json");
    CommandRun actual = CommandRun.eval("--logits", narrow, "--targets", targets, "--json");

    assertThat(expected.json().get("loss").asDouble())
        .isCloseTo(reference(values, 7, 0, 3, -100, 6, 2), within(BOUND));
    assertThat(actual).isEqualTo(expected);
    assertThat(CommandRun.eval("--logits", narrow, "--targets", targets).out())
        .contains(float16 ? " float16, 5 rows" : " bfloat16, 5 rows");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(2, 3, 2)|(2, 3)",
        "(2, 3, 2)|(6,)",
        "(6, 2)|(2, 3)",
        "(6, 2)|(6, 1)",
        "(1, 6, 2)|(6,)",
        "(6, 1, 2)|(1, 6)"
      })
  void leadingAxesMayBeFlattened(String shapes) {
    String[] shape = shapes.split("\\|", -1);
    float[] values = {1, 2, 0, 1, 5, 2, 0, 0, 3, 1, 2, 2};
    Path logits = write("l.npy", NpyBytes.floats(shape[0], values));
    Path targets = write("t.npy", NpyBytes.longs(shape[1], 0, 1, -100, 1, 0, 1));

    CommandRun run = CommandRun.eval("--logits", logits, "--targets", targets, "--json");

    assertThat(run.err()).isEmpty();
    assertThat(run.json().get("loss").asDouble())
        .isCloseTo(reference(values, 2, 0, 1, -100, 1, 0, 1), within(BOUND));
  }

  @Test
  void oneRowGoesWithAScalarTarget() {
    Path logits = write("l.npy", NpyBytes.floats("(3,)", 1, 2, 3));
    Path targets = write("t.npy", NpyBytes.longs("()", 1));

    CommandRun run = CommandRun.eval("--logits", logits, "--targets", targets, "--json");

    assertThat(run.json().get("loss").asDouble())
        .isCloseTo(reference(new float[] {1, 2, 3}, 3, 1), within(BOUND));
  }

  private static double reference(float[] logits, int vocabulary, int... targets) {
    double sum = 0;
    int scored = 0;
    for (int row = 0; row < targets.length; row++) {
      if (targets[row] == -100) {
        continue;
      }
      double exponentials = 0;
      for (int c = 0; c < vocabulary; c++) {
        exponentials += Math.exp(logits[row * vocabulary + c]);
      }
      sum += Math.log(exponentials) - logits[row * vocabulary + targets[row]];
      scored++;
    }
    return sum / scored;
  }

  private static byte[] narrowed(Path longs) throws IOException {
    byte[] file = Files.readAllBytes(longs);
    ByteBuffer data =
        ByteBuffer.wrap(file, 128, file.length - 128).slice().order(ByteOrder.LITTLE_ENDIAN);
    int[] values = new int[data.remaining() / Long.BYTES];
    Arrays.setAll(values, i -> (int) data.getLong(i * Long.BYTES));
    return NpyBytes.ints("(" + values.length + ",)", values);
  }

  private static CommandRun evalReal(String model, String targets, String... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "--logits",
                real(model, "logits"),
                "--targets",
                real(model, targets),
                "--token-bytes",
                real(model, "token_bytes")));
    arguments.addAll(List.of(more));
    return CommandRun.eval(arguments.toArray());
  }

  private static Path real(String model, String kind) {
    return CommandRun.REAL.resolve(model + "_" + kind + ".npy");
  }

  private static JsonNode expected(String model) throws IOException {
    return new ObjectMapper().readTree(CommandRun.REAL.resolve(model + "_expected.json").toFile());
  }

  private Path write(String name, byte[] content) {
    return NpyBytes.write(folder, name, content);
  }
}
