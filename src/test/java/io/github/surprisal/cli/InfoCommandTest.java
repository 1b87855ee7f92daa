/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class InfoCommandTest {

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  private static Path real(String name) {
    return CommandRun.REAL.resolve(name);
  }

  @Test
  void tellsWhatTensorsLookLike() {
    Path logits = real("bpe2048_logits.npy");
    Path targets = real("bpe2048_targets_masked.npy");
    Path bytes = real("bpe2048_token_bytes.npy");
    CommandRun run =
        CommandRun.surprisal("info", logits.toString(), targets.toString(), bytes.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out().replaceAll(" +", " "))
        .isEqualTo(
            logits
                + " float32 (387, 2048) looks like logits\n"
                + targets
                + " int64 (387,) looks like token ids\n"
                + bytes
                + " int64 (387,) looks like byte counts\n");
    assertThat(run.out().lines().map(line -> line.indexOf("looks")))
        .containsOnly(run.out().indexOf("looks"));
  }

  @Test
  void listsAllTensorsOfAFile() throws IOException {
    String file = "src/test/resources/files/stored.npz";
    CommandRun table = CommandRun.surprisal("info", file);
    assertThat(table.out()).contains(file + ":logits  ").contains(file + ":targets ");
    CommandRun one = CommandRun.surprisal("info", "--json", file + ":logits");
    JsonNode json = new ObjectMapper().readTree(one.out());
    assertThat(json.get("tensor").asText()).isEqualTo(file + ":logits");
    assertThat(json.get("name").asText()).isEqualTo("logits");
    assertThat(json.get("type").asText()).isEqualTo("float32");
    assertThat(json.get("shape").toString()).isEqualTo("[2,3]");
    assertThat(json.get("looksLike").asText()).isEqualTo("logits");
    assertThat(json.get("advice").isNull()).isTrue();
    assertThat(one.out()).containsOnlyOnce("\n");
  }

  @Test
  void findsBfloat16InIntegers() {
    Random random = new Random(1);
    short[] bits = new short[16 * 128];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) (Float.floatToRawIntBits((float) (4 * random.nextGaussian())) >>> 16);
    }
    Path logits = NpyBytes.write(folder, "l.npy", NpyBytes.halves("<u2", "(16, 128)", bits));
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) random.nextInt(50_000);
    }
    Path ids = NpyBytes.write(folder, "t.npy", NpyBytes.halves("<u2", "(16, 128)", bits));
    assertThat(CommandRun.surprisal("info", logits.toString()).out())
        .endsWith(
            "uint16  (16, 128)  looks like logits in bfloat16, for which NumPy has no name\n");
    assertThat(CommandRun.surprisal("info", ids.toString()).out())
        .endsWith("uint16  (16, 128)  looks like token ids\n");
  }

  @Test
  void tellsWhatCanNotBeRead() {
    Path complex =
        NpyBytes.write(
            folder, "c.npy", NpyBytes.file(NpyBytes.header("<c8", "(2,)"), new byte[16]));
    Path empty = NpyBytes.write(folder, "e.npy", NpyBytes.floats("(0, 4)"));
    assertThat(CommandRun.surprisal("info", complex.toString()).out())
        .startsWith(complex + "  <c8  (2,)  ");
    assertThat(CommandRun.surprisal("info", empty.toString()).out())
        .isEqualTo(empty + "  float32  (0, 4)\n");
    CommandRun missing = CommandRun.surprisal("info", folder.resolve("no.npy").toString());
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err())
        .isEqualTo(
            "surprisal: "
                + folder.resolve("no.npy")
                + ": no such file, expected a .npy, .npz or .safetensors file\n");
    CommandRun unnamed = CommandRun.surprisal("info", "");
    assertThat(unnamed.status()).isEqualTo(2);
    assertThat(unnamed.err())
        .startsWith("Invalid value for 'FILE': '' is no file name, expected a file of tensors\n");
  }
}
