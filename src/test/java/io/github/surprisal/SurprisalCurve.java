/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.StringJoiner;

/**
 * Draws docs/surprisal-curve.svg: the surprisal −ln P over the probability P.
 *
 * <p>Every value comes from this library, and coordinates are rounded to tenths as integers, so the
 * picture has the same bytes everywhere. It has its own white background, to be read in light and
 * dark surroundings alike.
 */
final class SurprisalCurve {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 440;
  private static final int LEFT = 80;
  private static final int RIGHT = 660;
  private static final int TOP = 40;
  private static final int BOTTOM = 370;
  private static final double MOST_NATS = 5;
  private static final String BITS_COLOUR = "#9a4d00";

  private final StringBuilder svg = new StringBuilder();

  private SurprisalCurve() {}

  /** Returns the text of the picture. */
  static String draw() {
    SurprisalCurve picture = new SurprisalCurve();
    picture.open();
    picture.grid();
    picture.axisTitles();
    picture.curve();
    picture.marks();
    return picture.svg.append("</svg>\n").toString();
  }

  private void open() {
    svg.append("<svg xmlns='http://www.w3.org/2000/svg' role='img' ")
        .append("viewBox='0 0 " + WIDTH + " " + HEIGHT + "' ")
        .append("width='" + WIDTH + "' height='" + HEIGHT + "' ")
        .append("font-family='Helvetica, Arial, sans-serif' font-size='15'>\n");
    element("title", "Surprisal −ln P of a token that was given the probability P");
    element("rect", "", "width", WIDTH, "height", HEIGHT, "rx", 8, "fill", "#fff");
  }

  private void grid() {
    for (int nats = 0; nats <= MOST_NATS; nats++) {
      rule(LEFT, y(nats), RIGHT, y(nats), nats == 0 ? "#222" : "#ddd");
      text(LEFT - 10, y(nats) + 5, "end", "#222", Integer.toString(nats));
    }
    for (int bits = 0; bits <= Metrics.bitsPerToken(MOST_NATS); bits++) {
      double y = y(bits / Metrics.bitsPerToken(1));
      rule(RIGHT, y, RIGHT + 6, y, BITS_COLOUR);
      text(RIGHT + 12, y + 5, "start", BITS_COLOUR, Integer.toString(bits));
    }
    for (int tenths = 0; tenths <= 10; tenths += 2) {
      double x = x(tenths / 10.0);
      rule(x, BOTTOM, x, BOTTOM + 6, "#222");
      text(
          x,
          BOTTOM + 24,
          "middle",
          "#222",
          tenths == 10 ? "1" : "0" + (tenths == 0 ? "" : "." + tenths));
    }
    rule(LEFT, TOP, LEFT, BOTTOM, "#222");
    rule(RIGHT, TOP, RIGHT, BOTTOM, BITS_COLOUR);
  }

  private void axisTitles() {
    text(
        (LEFT + RIGHT) / 2.0,
        BOTTOM + 52,
        "middle",
        "#222",
        "P, the probability given to the correct token");
    sideways(LEFT - 46, "#222", "surprisal −ln P in nats");
    sideways(RIGHT + 56, BITS_COLOUR, "−log₂ P in bits");
  }

  /** Two classes with the logits (x, 0): the first has P = 1 / (1 + e^−x). */
  private void curve() {
    StringJoiner points = new StringJoiner(" ");
    for (float logit = -4.9375f; logit <= 8; logit += 0.0625f) {
      FloatTensor logits = FloatTensor.of(logit, 0);
      double p = Losses.softmax(logits).get(0);
      points.add(tenths(x(p)) + "," + tenths(y(Losses.crossEntropy(logits, IntTensor.scalar(0)))));
    }
    points.add(tenths(x(1)) + "," + tenths(y(0)));
    element(
        "polyline", "", "fill", "none", "stroke", "#0b62c4", "stroke-width", 3, "points", points);
  }

  /** Equally likely tokens: one, two, a hundred. */
  private void marks() {
    mark(1, -8, -24, "end", "P = 1: 0 nats");
    mark(2, 4, -28, "start", "P = 0.5: 0.69 nats, 1 bit");
    mark(100, 16, 5, "start", "P = 0.01: 4.61 nats, 6.64 bits");
  }

  private void mark(int tokens, int dx, int dy, String anchor, String label) {
    FloatTensor logits = FloatTensor.wrap(new float[tokens], tokens);
    double x = x(Losses.softmax(logits).get(0));
    double y = y(Losses.crossEntropy(logits, IntTensor.scalar(0)));
    element("circle", "", "cx", tenths(x), "cy", tenths(y), "r", 5.5, "fill", "#c2185b");
    text(x + dx, y + dy, anchor, "#222", label);
  }

  private static double x(double probability) {
    return LEFT + probability * (RIGHT - LEFT);
  }

  private static double y(double nats) {
    return BOTTOM - nats / MOST_NATS * (BOTTOM - TOP);
  }

  private void rule(double x1, double y1, double x2, double y2, String colour) {
    String path = "M" + tenths(x1) + " " + tenths(y1) + "L" + tenths(x2) + " " + tenths(y2);
    element("path", "", "d", path, "stroke", colour);
  }

  private void text(double x, double y, String anchor, String colour, String text) {
    element("text", text, "x", tenths(x), "y", tenths(y), "text-anchor", anchor, "fill", colour);
  }

  private void sideways(int x, String colour, String text) {
    String transform = "translate(" + x + " " + (TOP + BOTTOM) / 2 + ") rotate(-90)";
    element("text", text, "transform", transform, "text-anchor", "middle", "fill", colour);
  }

  /** Appends an element; attributes are names and values by turns. */
  private void element(String name, String content, Object... attributes) {
    svg.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      svg.append(" " + attributes[i] + "='" + attributes[i + 1] + "'");
    }
    svg.append(content.isEmpty() ? "/>" : ">" + content + "</" + name + ">").append('\n');
  }

  /** Writes a coordinate with one decimal. */
  private static String tenths(double coordinate) {
    long tenths = Math.round(coordinate * 10);
    return tenths / 10 + "." + tenths % 10;
  }
}
