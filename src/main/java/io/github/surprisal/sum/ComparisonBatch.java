/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

/**
 * The comparisons of a small batch, held apart until no row of it can fail any more: then {@link
 * ComparisonSums#add(ComparisonBatch)} adds all of them. Mutable, and used again after {@link
 * #clear}.
 */
public final class ComparisonBatch implements ComparisonSink {

  /** The most tokens it holds. */
  public static final int MAX_TOKENS = 128;

  private final double[] lossesP = new double[MAX_TOKENS];
  private final double[] lossesQ = new double[MAX_TOKENS];
  private final double[] divergences = new double[MAX_TOKENS];
  private final double[] deltasP = new double[MAX_TOKENS];
  private final boolean[] areSameTop = new boolean[MAX_TOKENS];
  private final int[] bytes = new int[MAX_TOKENS];
  private final boolean[] areCorrectP = new boolean[MAX_TOKENS];
  private final boolean[] areCorrectQ = new boolean[MAX_TOKENS];

  /** How many ignored tokens stand before each scored one, and after the one before it. */
  private final long[] gaps = new long[MAX_TOKENS];

  private boolean isPredicted;
  private int tokens;
  private long totalBytes;
  private long ignoredTokens;
  private long gap;

  /** Forgets all tokens. */
  public void clear() {
    tokens = 0;
    totalBytes = 0;
    isPredicted = false;
    ignoredTokens = 0;
    gap = 0;
  }

  @Override
  public void add(
      double lossP,
      double lossQ,
      double divergence,
      double deltaP,
      boolean isSameTop,
      int itsBytes) {
    lossesP[tokens] = lossP;
    lossesQ[tokens] = lossQ;
    divergences[tokens] = divergence;
    deltasP[tokens] = deltaP;
    areSameTop[tokens] = isSameTop;
    bytes[tokens] = itsBytes;
    totalBytes += Math.max(itsBytes, 0);
    gaps[tokens] = gap;
    gap = 0;
    tokens++;
  }

  @Override
  public void addCorrect(boolean isCorrectP, boolean isCorrectQ) {
    areCorrectP[tokens - 1] = isCorrectP;
    areCorrectQ[tokens - 1] = isCorrectQ;
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
  void forEach(ComparisonSink sink) {
    for (int i = 0; i < tokens; i++) {
      ignore(gaps[i], sink);
      sink.add(lossesP[i], lossesQ[i], divergences[i], deltasP[i], areSameTop[i], bytes[i]);
      if (isPredicted) {
        sink.addCorrect(areCorrectP[i], areCorrectQ[i]);
      }
    }
    ignore(gap, sink);
  }

  private static void ignore(long count, ComparisonSink sink) {
    for (long i = 0; i < count; i++) {
      sink.addIgnored();
    }
  }
}
