/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
import io.github.surprisal.Losses;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of 6 GB in a heap of 256 MB: {@code mvn -Plarge test -Dtest=LargeFilesTest}. Prints how
 * fast files are read and evaluated, and the most memory that the command took of its own.
 */
@EnabledIfSystemProperty(named = "large.files", matches = "true")
@EnabledOnOs(OS.LINUX) // tells the memory of a process
class LargeFilesTest {

  private static final int VOCABULARY = 50_257;
  private static final int BLOCK_ROWS = 64;
  private static final int ROWS = 30_000;
  private static final long BYTES = (long) ROWS * VOCABULARY * Float.BYTES;
  private static final int MOST_MEGABYTES = 200;

  /** Among what the build makes: the folder for temporary files may be memory. */
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "large");
  }

  @AfterEach
  void deleteFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"npy", "safetensors"})
  void constantMemory(String format) throws Exception {
    assumeThat(Files.getFileStore(folder).getUsableSpace()).isGreaterThan(8L << 30);
    float[] block = new float[BLOCK_ROWS * VOCABULARY];
    Random random = new Random(1);
    for (int i = 0; i < block.length; i++) {
      block[i] = (float) (3 * random.nextGaussian());
    }
    int[] ids = random.ints(ROWS, 0, VOCABULARY).toArray();
    Path logits = folder.resolve("logits." + format);
    write(logits, block);
    Path targets = NpyBytes.write(folder, "targets.npy", NpyBytes.ints("(" + ROWS + ",)", ids));

    List<String> eval =
        List.of("eval", "--json", "--logits", logits.toString(), "--targets", targets.toString());
    double once = seconds(command(Main.class.getName(), eval));
    double reading = rate(logits, logits, ReadingMain.class.getName(), List.of());
    double evaluation = rate(logits, targets, Main.class.getName(), List.of("eval", "--json"));
    System.out.printf(
        Locale.ROOT,
        "%s of %.1f GB: evaluated in %.2f s; read at %.1f GB/s, evaluated at %.1f GB/s once it runs,"
            + " %.2f times as fast; at most %d MB of memory%n",
        format,
        BYTES * 1e-9,
        once,
        reading,
        evaluation,
        evaluation / reading,
        megabytes);

    assertThat(loss).isCloseTo(expected(block, ids), within(4e-7));
    assertThat(megabytes).isPositive().isLessThan(MOST_MEGABYTES);
  }

  /** Gigabytes a second, without what it takes to start: of four files less one file. */
  private double rate(Path logits, Path targets, String main, List<String> arguments)
      throws IOException, InterruptedException {
    double few = Double.MAX_VALUE;
    double many = Double.MAX_VALUE;
    for (int run = 0; run < 3; run++) {
      few = Math.min(few, seconds(command(main, times(1, logits, targets, arguments))));
      many = Math.min(many, seconds(command(main, times(4, logits, targets, arguments))));
    }
    return 3 * BYTES * 1e-9 / (many - few);
  }

  private static List<String> times(int count, Path logits, Path targets, List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    boolean isEvaluation = !arguments.isEmpty();
    if (isEvaluation) {
      all.add("--logits");
    }
    all.addAll(Collections.nCopies(count, logits.toString()));
    if (isEvaluation) {
      all.add("--targets");
      all.addAll(Collections.nCopies(count, targets.toString()));
    }
    return all;
  }

  private static double expected(float[] block, int[] ids) {
    FloatTensor logits = FloatTensor.wrap(block, BLOCK_ROWS, VOCABULARY);
    double sum = 0;
    for (int row = 0; row < ROWS; row += BLOCK_ROWS) {
      int count = Math.min(BLOCK_ROWS, ROWS - row);
      IntTensor targets = IntTensor.copyOf(Arrays.copyOfRange(ids, row, row + count), count);
      sum += count * Losses.crossEntropy(logits.slice(0, count), targets);
    }
    return sum / ROWS;
  }

  private static void write(Path file, float[] block) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(block.length * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(block);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header(file));
      for (int row = 0; row < ROWS; row += BLOCK_ROWS) {
        out.write(bytes.array(), 0, Math.min(BLOCK_ROWS, ROWS - row) * VOCABULARY * Float.BYTES);
      }
    }
  }

  private static byte[] header(Path file) {
    if (file.toString().endsWith(".npy")) {
      return NpyBytes.file(NpyBytes.header("<f4", "(" + ROWS + ", " + VOCABULARY + ")"));
    }
    String header =
        String.format(
            Locale.ROOT,
            "{\"logits\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}",
            ROWS,
            VOCABULARY,
            BYTES);
    byte[] length =
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length())
            .array();
    return NpyBytes.concat(length, header.getBytes(US_ASCII));
  }

  private static List<String> command(String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    return command;
  }

  private double loss;
  private long megabytes;

  /** Runs a command, notes its loss and the most anonymous memory that was seen, and times it. */
  private double seconds(List<String> command) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    while (process.isAlive()) {
      long both = anonymousMegabytes(process.pid()); // with the JVM that runs on vectors
      for (ProcessHandle descendant : process.descendants().toList()) {
        both += anonymousMegabytes(descendant.pid());
      }
      megabytes = Math.max(megabytes, both);
      Thread.sleep(1);
    }
    double seconds = (System.nanoTime() - begin) * 1e-9;
    assertThat(process.exitValue()).isZero();
    loss = new ObjectMapper().readTree(out.toFile()).path("loss").asDouble();
    return seconds;
  }

  private static long anonymousMegabytes(long pid) {
    try {
      String status = Files.readString(Path.of("/proc/" + pid + "/status"));
      Matcher matcher = Pattern.compile("RssAnon:\\s+(\\d+) kB").matcher(status);
      return matcher.find() ? Long.parseLong(matcher.group(1)) >> 10 : 0;
    } catch (IOException ended) {
      return 0;
    }
  }
}
