/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.options.CommandLineOptionException;

/** Shows that the cost of a logit depends neither on the vocabulary nor on the number of rows. */
final class Linear {

  private static final List<String> VOCABULARIES =
      List.of(
          "262144x64",
          "65536x256",
          "16384x1024",
          "4096x4096",
          "1024x16384",
          "256x65536",
          "64x262144",
          "16x1048576");
  private static final List<String> ROWS =
      List.of("1x1024", "10x1024", "100x1024", "1000x1024", "10000x1024", "100000x1024");

  private static final Plan PLAN = new Plan(3, 1000, 500);

  private Linear() {}

  /** Prints the table, and draws {@code vocabulary.svg} and {@code rows.svg} into a folder. */
  static void run(List<String> arguments) throws IOException, CommandLineOptionException {
    if (arguments.size() != 1) {
      throw new CommandLineOptionException("expected one folder, got " + arguments);
    }
    Path folder = Path.of(arguments.get(0));
    Files.createDirectories(folder);
    System.out.println("| rows | vocabulary | loop, ns a logit | vector, ns a logit |");
    System.out.println("| ---: | ---: | ---: | ---: |");
    draw("vocabulary", 1, VOCABULARIES, folder);
    draw("rows", 0, ROWS, folder);
  }

  private static void draw(String name, int axis, List<String> shapes, Path folder)
      throws IOException {
    double[] sizes = new double[shapes.size()];
    double[] loop = new double[shapes.size()];
    double[] vector = new double[shapes.size()];
    for (int i = 0; i < sizes.length; i++) {
      Case loops = new Case("LoopKernel.loss", shapes.get(i), 1, Mode.SampleTime);
      Case vectors = new Case("VectorKernel.loss", shapes.get(i), 1, Mode.SampleTime);
      List<Map<Case, Timing>> rounds = PLAN.run(List.of(loops, vectors));
      String[] axes = shapes.get(i).split("x");
      sizes[i] = Double.parseDouble(axes[axis]);
      loop[i] = Spread.of(rounds, round -> round.get(loops).nanosPerLogit()).median();
      vector[i] = Spread.of(rounds, round -> round.get(vectors).nanosPerLogit()).median();
      System.out.printf("| %s | %s | %.3f | %.3f |%n", axes[0], axes[1], loop[i], vector[i]);
    }
    XYChart chart =
        new XYChartBuilder()
            .width(640)
            .height(320)
            .xAxisTitle(name + " (logarithmic)")
            .yAxisTitle("ns a logit")
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisMin(0.0);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
    chart.addSeries("plain loops", sizes, loop);
    chart.addSeries("Vector API", sizes, vector);
    VectorGraphicsEncoder.saveVectorGraphic(
        chart, folder.resolve(name + ".svg").toString(), VectorGraphicsFormat.SVG);
  }
}
