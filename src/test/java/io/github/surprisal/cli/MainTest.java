/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The exit status and the streams of a JVM of its own. */
class MainTest {

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  @Test
  void success() throws Exception {
    CommandRun run =
        runMain(
            "eval",
            "--logits",
            CommandRun.REAL.resolve("bpe2048_logits.npy").toString(),
            "--targets",
            CommandRun.REAL.resolve("bpe2048_targets.npy").toString(),
            "--token-bytes",
            CommandRun.REAL.resolve("bpe2048_token_bytes.npy").toString(),
            "--json");

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("{\"loss\":4.51075").endsWith("}\n");
  }

  @Test
  void replies() throws Exception {
    CommandRun run =
        runMain(
            "logprobs", "--json", LogProbsCommandTest.REPLIES.resolve("ollama.json").toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("{\"loss\":0.375,").endsWith("}\n");
  }

  @Test
  void noProgressBarWithoutATerminal() throws Exception {
    String logits = NpyBytes.write(folder, "l.npy", NpyBytes.floats("(1, 1)", 0)).toString();
    String targets = NpyBytes.write(folder, "t.npy", NpyBytes.longs("(1,)", 0)).toString();

    CommandRun run = runMain("eval", "--logits", logits, "--targets", targets);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("Loss            0.00000000 ");
  }

  @Test
  void unusableInput() throws Exception {
    CommandRun run = runMain("eval", "--logits", "missing.npy", "--targets", "missing.npy");

    assertThat(run.err())
        .isEqualTo(
            "surprisal: missing.npy: no such file, expected a .npy, .npz or .safetensors file\n");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void wrongUsage() throws Exception {
    CommandRun run = runMain("eval");

    assertThat(run.err()).startsWith("Missing required option: '--logits=FILE'");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @EnabledOnOs(OS.LINUX)
  @ValueSource(strings = {"eval", "--help", "demo"})
  void outputThatCannotBeWritten(String line) throws Exception {
    List<String> command = line.equals("demo") ? demo() : main(arguments(line));

    CommandRun run = run(command, Map.of(), Redirect.to(new File("/dev/full")));

    assertThat(run.err()).isEqualTo("surprisal: standard output: cannot be written\n");
    assertThat(run.status()).isEqualTo(1);
  }

  /** As before {@code | head -1}, when it has its line. */
  @ParameterizedTest
  @DisabledOnOs(OS.WINDOWS)
  @ValueSource(strings = {"eval", "--help"})
  void aReaderThatHasEnoughIsNoFailure(String line) throws Exception {
    CommandRun run = run(main(arguments(line)), Map.of(), Redirect.PIPE);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"ar, EG", "tr, TR"})
  void digitsAreTheSameInEveryLocale(String language, String country) throws Exception {
    String logits = NpyBytes.write(folder, "l.npy", NpyBytes.floats("(1, 1)", 0)).toString();
    String targets = NpyBytes.write(folder, "t.npy", NpyBytes.longs("(1,)", 12)).toString();
    List<String> eval = main(List.of("eval", "--logits", logits, "--targets", targets));
    eval.addAll(1, List.of("-Duser.language=" + language, "-Duser.country=" + country));

    CommandRun run = run(eval, Map.of(), Redirect.DISCARD);

    assertThat(run.err())
        .isEqualTo(
            "surprisal: "
                + targets
                + ": target 12 at position 0 is outside the vocabulary of 1, expected 0 to 0 or"
                + " -100\n");
    assertThat(run.status()).isEqualTo(1);
  }

  /** In such a locale the JVM replaces what it cannot read in the command line. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFileNameThatTheLocaleHasNoCharactersFor() throws Exception {
    String name = "l\u00f6gits.npy";
    Charset names = Charset.forName(System.getProperty("sun.jnu.encoding"));
    assumeThat(names.newEncoder().canEncode(name)).isTrue();

    List<String> eval = main(List.of("eval", "--logits", name, "--targets", "b"));
    CommandRun run = run(eval, Map.of("LC_ALL", "C"), Redirect.DISCARD);

    assertThat(run.err())
        .startsWith("surprisal: l")
        .endsWith(
            "gits.npy: this locale has no such characters in file names, expected one that has,"
                + " such as LC_ALL=C.UTF-8\n")
        .containsOnlyOnce("\n");
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void lessMemoryThanABlockNeeds() throws Exception {
    int rows = 1 << 9;
    String logits =
        NpyBytes.write(folder, "l.npy", NpyBytes.floats("(512, 512)", new float[rows * 512]))
            .toString();
    String targets =
        NpyBytes.write(folder, "t.npy", NpyBytes.longs("(512,)", new long[rows])).toString();
    List<String> command = main(List.of("eval", "--logits", logits, "--targets", targets));
    command.add(1, "-XX:MaxDirectMemorySize=256k");

    CommandRun run = run(command, Map.of(), Redirect.DISCARD);

    assertThat(run.err())
        .isEqualTo(
            "surprisal: "
                + logits
                + ": needs 524288 bytes of memory at a time, expected Java with more (-Xmx)\n");
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void lessMemoryThanAReplyNeeds() throws Exception {
    Path file = Files.writeString(folder.resolve("r"), "{\"x\":[" + "0,".repeat(1 << 20) + "0]}");
    List<String> command = main(List.of("logprobs", file.toString()));
    command.add(1, "-Xmx24m");

    CommandRun run = run(command, Map.of(), Redirect.DISCARD);

    assertThat(run.err())
        .isEqualTo(
            "surprisal: "
                + file
                + ": a reply needs more memory than there is, expected Java with more (-Xmx)\n");
    assertThat(run.status()).isEqualTo(1);
  }

  /** The bar is on standard error: only where that leads matters. */
  @ParameterizedTest
  @EnabledOnOs(OS.LINUX)
  @CsvSource({"'>', true", "'2>', false", "'2>/dev/null >', false"})
  void aProgressBarAtATerminal(String redirection, boolean shown) throws Exception {
    assumeThat(Path.of("/usr/bin/script")).isExecutable();
    List<String> words = main(arguments("eval"));
    words.addAll(1, List.of("-Duser.language=ar", "-Duser.country=EG"));
    String eval = CommandJvm.shell(words);
    Path terminal = folder.resolve("terminal");
    String line = eval + " " + redirection + " '" + folder.resolve("file") + "'";
    List<String> script = List.of("script", "-qec", line, terminal.toString());

    CommandRun run = run(script, Map.of("SHELL", "/bin/sh"), Redirect.DISCARD);

    assertThat(run.status()).isZero();
    assertThat(text(terminal).contains("/1 rows (0:0")).isEqualTo(shown);
    if (shown) { // and overwritten with blanks in the end
      String seen = text(terminal);
      assertThat(seen.substring(seen.lastIndexOf("rows/s"))).containsPattern("\r {40,}\r");
    }
    assertThat(text(folder.resolve("file")).contains("Loss  "))
        .isEqualTo(!redirection.equals("2>"));
  }

  private List<String> arguments(String line) {
    if (!line.equals("eval")) {
      return List.of(line.split(" ", -1));
    }
    String logits = NpyBytes.write(folder, "l.npy", NpyBytes.floats("(1, 1)", 0)).toString();
    String targets = NpyBytes.write(folder, "t.npy", NpyBytes.longs("(1,)", 0)).toString();
    return List.of("eval", "--logits", logits, "--targets", targets);
  }

  private CommandRun runMain(String... arguments) throws Exception {
    Path out = folder.resolve("out");
    CommandRun run = run(main(List.of(arguments)), Map.of(), Redirect.to(out.toFile()));
    return new CommandRun(run.status(), text(out), run.err());
  }

  private static List<String> demo() throws Exception {
    return java(Demo.class, List.of(CommandRun.REAL.toString()));
  }

  @Test
  void standardInput() throws Exception {
    Path logits = CommandRun.REAL.resolve("bpe2048_logits.npy");
    String targets = CommandRun.REAL.resolve("bpe2048_targets.npy").toString();
    String expected = CommandRun.eval("--logits", logits, "--targets", targets, "--json").out();
    List<String> eval = List.of("eval", "--logits", "-", "--targets", targets, "--json");

    Process process =
        CommandJvm.builder(CommandJvm.main(List.of(), eval))
            .redirectError(Redirect.DISCARD)
            .start();
    try (OutputStream in = process.getOutputStream()) {
      Files.copy(logits, in);
    }

    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(out.replace(System.lineSeparator(), "\n")).isEqualTo(expected);
    assertThat(process.waitFor()).isZero();
  }

  /** What stands before the tensor is passed over. */
  @Test
  void oneOfTheTensorsInStandardInput() throws Exception {
    float[] numbers = {0.5f, -1, 2, 3, -4, 1};
    Path npy = NpyBytes.write(folder, "l.npy", NpyBytes.floats("(2, 3)", numbers));
    Path several = NpyBytes.write(folder, "l.safetensors", NpyBytes.safetensors("[2,3]", numbers));
    String targets = NpyBytes.write(folder, "t.npy", NpyBytes.longs("(2,)", 2, 0)).toString();
    CommandRun expected = CommandRun.eval("--logits", npy, "--targets", targets, "--json");

    assertThat(fromStandardInput(several, "--logits", "-:logits", "--targets", targets, "--json"))
        .isEqualTo(expected);
    assertThat(fromStandardInput(several, "--logits=-:logits", "--targets", targets, "--json"))
        .isEqualTo(expected);
    assertThat(fromStandardInput(several, "--logits", "-:other", "--targets", targets).err())
        .isEqualTo(
            "surprisal: standard input: holds no tensor 'other', expected one of 'first',"
                + " 'logits', 'last'\n");
    assertThat(fromStandardInput(several, "--logits", "-", "--targets", targets).err())
        .isEqualTo(
            "surprisal: standard input: holds 'first', 'logits', 'last', expected the name of one"
                + " of them, as FILE:NAME\n");
    CommandRun twice = fromStandardInput(several, "--logits", "-:logits", "--targets", "-:first");
    assertThat(twice.status()).isEqualTo(2);
    assertThat(twice.err())
        .startsWith(
            "- is standard input, expected once at most: save it as a file to read several of its"
                + " tensors\n");
    assertThat(fromStandardInput(several, "--logits", "-:logits", "--vocab-file", "-:v").status())
        .isEqualTo(2);
    assertThat(
            fromStandardInput(
                    several,
                    "--logits",
                    npy.toString(),
                    "--targets",
                    targets,
                    "--vocab-file",
                    "-:v")
                .err())
        .isEqualTo(
            "surprisal: -:v: names a tensor in standard input, expected a file, or - for all of it\n");
  }

  @Test
  void aTensorInStandardInputIsDescribed() throws Exception {
    Path several = NpyBytes.write(folder, "l.safetensors", NpyBytes.safetensors("[1]", 0.5f));
    assertThat(fromStandardInput("info", several, "-:logits").out())
        .startsWith("standard input:logits  float32  (1,)");
  }

  private CommandRun fromStandardInput(Path in, String... arguments) throws Exception {
    return fromStandardInput("eval", in, arguments);
  }

  private CommandRun fromStandardInput(String command, Path in, String... arguments)
      throws Exception {
    List<String> line = new ArrayList<>(List.of(command));
    line.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    CommandRun run =
        run(main(line), Map.of(), Redirect.from(in.toFile()), Redirect.to(out.toFile()));
    return new CommandRun(run.status(), text(out), run.err());
  }

  private static List<String> main(List<String> arguments) throws Exception {
    return java(Main.class, arguments);
  }

  private static List<String> java(Class<?> main, List<String> arguments) throws Exception {
    return CommandJvm.of(main, List.of(), arguments);
  }

  /** Runs a process, whose output is not read, even if it is a pipe. */
  private CommandRun run(List<String> line, Map<String, String> environment, Redirect out)
      throws Exception {
    return run(line, environment, Redirect.PIPE, out);
  }

  private CommandRun run(
      List<String> line, Map<String, String> environment, Redirect in, Redirect out)
      throws Exception {
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectInput(in).redirectOutput(out).redirectError(err.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS"); // it would be reported on standard error
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getInputStream().close();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new CommandRun(process.exitValue(), "", text(err));
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
