/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

/** The losses of a range of rows, on one thread. */
@FunctionalInterface
public interface RangeLosses {

  /** The loss of a scored row in nats, class weights included. */
  double loss(long row);
}
