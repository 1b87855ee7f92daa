/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.util.Arrays;

/**
 * The losses of a small batch, held apart until no row of it can fail any more: then {@link
 * LossSums#add(LossBatch)} adds all of them. Filling it costs a few stores for each token, where
 * sums of its own would have to be allocated and merged. Mutable, and used again after {@link
 * #clear}.
 */
public final class LossBatch implements LossSink {

  /** The most tokens it holds. */
  public static final int MAX_TOKENS = 128;

  private final double[] losses = new double[MAX_TOKENS];
  private final double[] weights = new double[MAX_TOKENS];
  private final double[] tokenWeights = new double[MAX_TOKENS];
  private final int[] bytes = new int[MAX_TOKENS];

  /** How many ignored tokens stand before each scored one, and after the one before it. */
  private final long[] gaps = new long[MAX_TOKENS];

  private final TokenPrediction[] predictions = new TokenPrediction[MAX_TOKENS];
  private boolean isPredicted;
  private int tokens;
  private long totalBytes;
  private long ignoredTokens;
  private long gap;

  public LossBatch() {
    Arrays.setAll(predictions, i -> new TokenPrediction());
  }

  /** Forgets all tokens. */
  public void clear() {
    tokens = 0;
    totalBytes = 0;
    ignoredTokens = 0;
    gap = 0;
    isPredicted = false;
  }

  @Override
  public void add(double loss, double weight, double tokenWeight, int itsBytes) {
    losses[tokens] = loss;
    weights[tokens] = weight;
    tokenWeights[tokens] = tokenWeight;
    bytes[tokens] = itsBytes;
    gaps[tokens] = gap;
    gap = 0;
    tokens++;
    totalBytes += itsBytes == NO_BYTE_COUNT ? 0 : itsBytes;
  }

  @Override
  public void addPrediction(TokenPrediction prediction) {
    predictions[tokens - 1].set(prediction);
    isPredicted = true;
  }

  @Override
  public void addIgnored() {
    ignoredTokens++;
    gap++;
  }

  int tokens() {
    return tokens;
  }

  long totalBytes() {
    return totalBytes;
  }

  long ignoredTokens() {
    return ignoredTokens;
  }

  /** Hands all tokens on, in order. */
  void forEach(LossSink sink) {
    for (int i = 0; i < tokens; i++) {
      ignore(gaps[i], sink);
      sink.add(losses[i], weights[i], tokenWeights[i], bytes[i]);
      if (isPredicted) {
        sink.addPrediction(predictions[i]);
      }
    }
    ignore(gap, sink);
  }

  private static void ignore(long count, LossSink sink) {
    for (long i = 0; i < count; i++) {
      sink.addIgnored();
    }
  }
}
