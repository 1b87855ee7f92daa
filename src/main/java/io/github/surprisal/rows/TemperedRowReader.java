/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.rows;

import io.github.surprisal.kernel.TileKernel;

/** The rows of another reader, divided by a temperature where they are staged. */
public final class TemperedRowReader extends RowReader {

  private final RowReader logits;
  private final Temperature temperature;
  private final TileKernel kernel;
  private float[] array = new float[0];
  private int offset;

  private TemperedRowReader(RowReader logits, Temperature temperature, TileKernel kernel) {
    super(logits.classes());
    this.logits = logits;
    this.temperature = temperature;
    this.kernel = kernel;
  }

  /** A reader of the rows of {@code logits} over a temperature: the same one if that is 1. */
  public static RowReader of(RowReader logits, Temperature temperature, TileKernel kernel) {
    return temperature.isOne() ? logits : new TemperedRowReader(logits, temperature, kernel);
  }

  @Override
  public void moveTo(long row) {
    logits.moveTo(row);
  }

  @Override
  public float at(int index) {
    return temperature.of(logits.at(index));
  }

  @Override
  public double rounding(int index) {
    float logit = logits.at(index);
    return temperature.of(logit) - logit / temperature.value();
  }

  @Override
  public boolean isInPlace() {
    return false;
  }

  /** The other reader may stage the logits at the same place. */
  @Override
  public void read(int from, int count, float[] staging, int to) {
    logits.read(from, count, staging, to);
    temperature.scale(kernel, logits.array(), logits.offset(), count, staging, to);
    array = staging;
    offset = to;
  }

  @Override
  public float[] array() {
    return array;
  }

  @Override
  public int offset() {
    return offset;
  }
}
