/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.lang.module.ModuleFinder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;

/**
 * A benchmark with a shape and a number of threads, and how JMH measures it.
 *
 * @param benchmark the class and the method, {@code VectorKernel.loss} for example
 * @param shape rows and classes
 * @param threads the number of threads
 * @param mode each call for itself, or many together, for which JMH allocates less
 */
record Case(String benchmark, String shape, int threads, Mode mode) {

  private static final String USUAL_SHAPE = "1024x50257";
  private static final Pattern FORM =
      Pattern.compile("(\\w+\\.\\w+)(?:@(\\d+x\\d+))?(?:\\*(\\d))?");

  /**
   * Reads {@code Class.method}, with {@code @8192x512} and {@code *2} where they are not as usual.
   */
  static Case parse(String text, Mode mode) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a case: " + text);
    }
    return new Case(
        matcher.group(1),
        matcher.group(2) == null ? USUAL_SHAPE : matcher.group(2),
        matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3)),
        mode);
  }

  /** Whether it is measured for the bytes that it allocates. */
  boolean isForBytes() {
    return mode == Mode.AverageTime;
  }

  /** The number of logits. */
  long logits() {
    String[] axes = shape.split("x");
    return Long.parseLong(axes[0]) * Long.parseLong(axes[1]);
  }

  /** Whether it can run on this machine. */
  boolean isHere() {
    return switch (benchmark.substring(0, benchmark.indexOf('.'))) {
      case "PyTorch" -> PyTorch.isHere();
      case "VectorKernel", "Floor" ->
          ModuleFinder.ofSystem().find("jdk.incubator.vector").isPresent();
      default -> true;
    };
  }

  @Override
  public String toString() {
    return benchmark
        + (shape.equals(USUAL_SHAPE) ? "" : "@" + shape)
        + (threads == 1 ? "" : "*" + threads);
  }
}
