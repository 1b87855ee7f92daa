/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** What the compiler says to statements that use the library: to hold that mistakes are errors. */
final class CompilerMessages {
  private static final String IMPORTS =
      "import io.github.surprisal.*; import io.github.surprisal.text.*; import java.util.*; ";

  private CompilerMessages() {}

  /** The messages; empty for statements that compile. */
  static String of(String statements) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    Path out = Files.createTempDirectory("snippet");
    Path classes =
        Path.of(Losses.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> options = List.of("-cp", classes.toString(), "-proc:none", "-d", out.toString());
    try (var files = compiler.getStandardFileManager(null, Locale.ROOT, UTF_8)) {
      compiler
          .getTask(messages, files, null, options, null, List.of(new Source(statements)))
          .call();
    } finally {
      Files.deleteIfExists(out.resolve("Snippet.class"));
      Files.delete(out);
    }
    return messages.toString();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String statements;

    Source(String statements) {
      super(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE);
      this.statements = statements;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return IMPORTS + "final class Snippet { void run() { " + statements + " } }";
    }
  }
}
