/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/** Takes the losses of tokens, one after the other. */
public interface LossSink {

  /** Takes a scored token without a byte count. */
  void add(double loss, double weight);

  /** Takes a scored token that stands for {@code bytes} bytes of text. */
  void add(double loss, double weight, int bytes);

  /**
   * Takes what the row of the scored token that was taken last says of it besides.
   *
   * @param prediction is not kept
   */
  void addPrediction(TokenPrediction prediction);

  /** Takes a token that is not scored. */
  void addIgnored();
}
