/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other programs can write, and what does not compile. */
final class PublicFormsTest {

  @TempDir private Path folder;

  private List<Diagnostic<? extends JavaFileObject>> errors(String statement)
      throws URISyntaxException {
    String text =
        "package reader; import io.github.surprisal.*; import java.util.stream.*;"
            + "final class Example { void run(float[] row, LossAccumulator losses,"
            + " ComparisonAccumulator comparison, Stream<LossAccumulator> parts,"
            + " Stream<ComparisonAccumulator> compared, TokenBytes vocabulary, IntTensor targets,"
            + " FloatTensor logits, CrossEntropyOptions options) { "
            + statement
            + " } }";
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("mem:///Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> arguments =
        List.of(
            "-proc:none",
            "-d",
            folder.toString(),
            "-cp",
            Path.of(Losses.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString());
    compiler.getTask(null, null, found, arguments, null, List.of(source)).call();
    return found.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "losses.add(logits, targets).add(logits, targets, vocabulary).addRow(row, 3).report();",
        "losses.add(logits, targets, targets).addRow(row, 0, 3, 1, 2).endDocument();",
        "losses.addRow(row, 3, vocabulary).addRow(logits, 3).addWords(2).endDocument().report();",
        "losses.addLogProb(-1).addLogProb(-2, 3).addLogProbs(new double[2], new int[2]);",
        "losses.combine(losses); comparison.combine(comparison);",
        "parts.parallel().collect(LossAccumulator.collector(options, LossAccumulator::combine));",
        "comparison.addRow(row, row, 3).add(logits, logits, targets).endDocument().report();",
        "Metrics.evaluate(logits, targets, vocabulary, options).standardErrors().ofLoss();",
        "Metrics.evaluate(logits, targets, targets, options).lossInterval(0.95).low();"
      })
  void compiles(String statement) throws Exception {
    assertThat(errors(statement)).isEmpty();
  }

  /** The first two would share one accumulator among threads, or take integers in any order. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "parts.parallel().reduce(new LossAccumulator(), LossAccumulator::combine);",
        "compared.parallel().reduce(comparison, ComparisonAccumulator::combine);",
        "losses.addRow(row, 0, 10, 3);",
        "losses.addRow(row, 3, 4);",
        "losses.add(logits, vocabulary, targets);",
        "Metrics.evaluate(logits, vocabulary, targets, options);",
        "new Interval(0, 1);",
        "losses.report().tokenErrors();"
      })
  void doesNotCompile(String statement) throws Exception {
    assertThat(errors(statement)).hasSize(1);
  }

  /** They can grow without breaking a program. */
  @Test
  void resultsAreMadeByTheLibraryAlone() {
    for (Class<?> type :
        List.of(
            LossReport.class,
            LossReport.CalibrationBin.class,
            ComparisonReport.class,
            StandardErrors.class,
            TokenStatistics.class,
            Interval.class,
            ByteAudit.class,
            ByteAudit.Mismatch.class)) {
      assertThat(type.isRecord()).as(type.getName()).isFalse();
      assertThat(Modifier.isFinal(type.getModifiers())).as(type.getName()).isTrue();
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        assertThat(Modifier.isPrivate(constructor.getModifiers())).as("%s", constructor).isTrue();
      }
    }
  }
}
