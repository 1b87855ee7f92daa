/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/** Takes the losses of tokens, one after the other. */
public interface LossSink {

  /** In place of the bytes of a token, if it has no byte count. */
  int NO_BYTE_COUNT = -1;

  /**
   * Takes a scored token.
   *
   * @param loss its loss times its weight
   * @param weight what it counts in the mean: its own weight times its class's
   * @param tokenWeight its own weight, above 0
   * @param bytes the bytes of text that it stands for, or {@link #NO_BYTE_COUNT}
   */
  void add(double loss, double weight, double tokenWeight, int bytes);

  /**
   * Takes what the row of the scored token that was taken last says of it besides.
   *
   * @param prediction is not kept
   */
  void addPrediction(TokenPrediction prediction);

  /** Takes a token that is not scored. */
  void addIgnored();
}
