/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.sum;

import java.math.BigDecimal;
import java.util.function.Function;

/**
 * Whether there can be pairs (x, y) with given sums of x², x·y and y², which come out of a serial
 * form that may hold anything. By the Cauchy–Schwarz inequality, the matrix of the scatter about
 * the means is positive semidefinite. What is possible stays so when it is merged with something
 * possible, or when pairs are added, so that an accumulator that was read can go on like any other.
 *
 * @param kindOfX what x may be
 * @param kindOfY what y may be
 * @param xx Σx²
 * @param xy Σx·y
 * @param yy Σy²
 */
public record PairFeasibility(
    NumberRange kindOfX, NumberRange kindOfY, ExactSum xx, ExactSum xy, ExactSum yy) {

  /** The sums of x and of y over a group of the pairs. */
  public record Group(long pairs, ExactSum x, ExactSum y) {}

  /** Whether the pairs can fall into groups with these sums. */
  public boolean fit(Group... groups) {
    Group all = new Group(0, new ExactSum(), new ExactSum());
    for (Group group : groups) {
      if (!kindOfX.mayHave(group.x, group.pairs) || !kindOfY.mayHave(group.y, group.pairs)) {
        return false;
      }
      all.x.add(group.x);
      all.y.add(group.y);
      all = new Group(all.pairs + group.pairs, all.x, all.y);
    }
    return areInRange(all.pairs)
        && xx.countsLikeSquaresOf(all.x)
        && yy.countsLikeSquaresOf(all.y)
        && (isFinite() ? scatter(groups) : scatterOfFinite(groups));
  }

  /**
   * Whether {@code clusters} pairs, each of them the sum of a cluster of tokens, can have these
   * sums, given the totals over all tokens.
   */
  public boolean fitClusters(long clusters, ExactSum x, ExactSum y) {
    PairFeasibility ofClusters = new PairFeasibility(kindOfX.sums(), kindOfY.sums(), xx, xy, yy);
    if (x.isFinite() && y.isFinite()) {
      return ofClusters.fit(new Group(clusters, x, y));
    }
    return ofClusters.areInRange(clusters)
        && xx.countsLikeSquaresOfPartsOf(x)
        && yy.countsLikeSquaresOfPartsOf(y)
        && isDefinite();
  }

  private boolean isFinite() {
    return xx.isFinite() && xy.isFinite() && yy.isFinite();
  }

  /** Whether {@code pairs} pairs can have sums of this size and these counts of NaN and ±∞. */
  private boolean areInRange(long pairs) {
    return kindOfX.times(kindOfX).mayHave(xx, pairs)
        && kindOfX.times(kindOfY).mayHave(xy, pairs)
        && kindOfY.times(kindOfY).mayHave(yy, pairs)
        && xy.countsLikeProductsOf(xx, yy);
  }

  /** Whether the matrix of second moments is positive semidefinite. */
  private boolean isDefinite() {
    return isDefinite(xx.toBigDecimal(), xy.toBigDecimal(), yy.toBigDecimal());
  }

  private static boolean isDefinite(BigDecimal xx, BigDecimal xy, BigDecimal yy) {
    return xx.signum() >= 0 && yy.signum() >= 0 && xy.pow(2).compareTo(xx.multiply(yy)) <= 0;
  }

  /** Whether the matrix of the scatter about the means of the groups is positive semidefinite. */
  private boolean scatter(Group... groups) {
    return isDefinite(
        scatter(xx, Group::x, Group::x, groups),
        scatter(xy, Group::x, Group::y, groups),
        scatter(yy, Group::y, Group::y, groups));
  }

  private boolean scatterOfFinite(Group... groups) {
    return scatter(xx, Group::x, Group::x, groups).signum() >= 0
        && scatter(yy, Group::y, Group::y, groups).signum() >= 0
        && isDefinite();
  }

  /** Σ (a − mean a)·(b − mean b) in groups of n numbers, times the n of all groups. */
  private static BigDecimal scatter(
      ExactSum products,
      Function<Group, ExactSum> a,
      Function<Group, ExactSum> b,
      Group... groups) {
    BigDecimal scatter = products.toBigDecimal();
    BigDecimal scale = BigDecimal.ONE;
    for (Group group : groups) {
      ExactSum first = a.apply(group);
      BigDecimal n = BigDecimal.valueOf(Math.max(1, group.pairs - first.nonFinite()));
      BigDecimal ofGroup = first.toBigDecimal().multiply(b.apply(group).toBigDecimal());
      scatter = scatter.multiply(n).subtract(ofGroup.multiply(scale));
      scale = scale.multiply(n);
    }
    return scatter;
  }
}
