/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.surprisal.file.StoredTensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code surprisal info}: files in, what tensors they hold out. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    versionProvider = Version.class,
    customSynopsis = "surprisal info FILE... [--json]",
    description = {
      "Tells what tensors files hold: name, element type, shape, and what their numbers look like.",
      "",
      "Numbers at the beginning of a tensor are looked at: logits, log-probabilities,"
          + " probabilities, token ids, byte counts or a mask."
    },
    footer = {
      "",
      "Examples:",
      "  surprisal info logits.npy targets.npy",
      "  surprisal info 'shards/*.safetensors' --json",
      "",
      HelpText.EXIT_STATUS
    })
@SuppressWarnings("NullAway.Init") // the parser of the command line sets the fields
final class InfoCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Files of tensors, FILE:NAME for one of their tensors, or patterns; - is standard input, -:NAME a tensor in it.")
  private List<String> names;

  @Option(names = "--json", description = "Print a line of JSON for each tensor.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    FileName.check(spec, names, "a file of tensors");
    try (OpenFiles files = new OpenFiles()) {
      List<TensorInfo> tensors = new ArrayList<>();
      for (StoredTensor tensor : files.allTensors(names)) {
        tensors.add(TensorInfo.of(tensor));
      }
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        for (TensorInfo tensor : tensors) {
          out.println(json(tensor));
        }
      } else {
        table(tensors).forEach(out::println);
      }
    }
    return 0;
  }

  private static List<String> table(List<TensorInfo> tensors) {
    List<List<String>> rows = tensors.stream().map(InfoCommand::cells).toList();
    int[] widths = new int[3];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i);
        line.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
      }
      lines.add(line.append(row.get(widths.length)).toString().stripTrailing());
    }
    return lines;
  }

  private static List<String> cells(TensorInfo info) {
    String look = info.look().map(what -> "looks like " + what).orElse("");
    return List.of(
        info.tensor().label(),
        info.typeText(),
        info.tensor().shapeText(),
        look + info.advice().map(advice -> (look.isEmpty() ? "" : "; ") + advice).orElse(""));
  }

  private static String json(TensorInfo info) throws IOException {
    return JsonLine.of(
        out -> {
          out.writeStringField("tensor", info.tensor().label());
          out.writeStringField("name", info.tensor().name());
          out.writeStringField("type", info.typeText());
          out.writeArrayFieldStart("shape");
          for (long axis : info.tensor().shape()) {
            out.writeNumber(axis);
          }
          out.writeEndArray();
          write(out, "looksLike", info.look());
          write(out, "advice", info.advice());
        });
  }

  private static void write(JsonGenerator out, String name, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      out.writeStringField(name, value.get());
    } else {
      out.writeNullField(name);
    }
  }
}
