/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

/**
 * Which implementation of the loops over the vocabulary runs: on vectors or in plain loops.
 * Immutable; made by {@link Surprisal#kernelInUse}.
 *
 * <pre>{@code
 * Kernel kernel = Surprisal.kernelInUse();
 * System.out.println(kernel.isVector() == (kernel.vectorBits() >= 128)); // true
 * }</pre>
 */
public final class Kernel {
  private final int vectorBits;
  private final String reason;

  Kernel(int vectorBits, String reason) {
    this.vectorBits = vectorBits;
    this.reason = reason;
  }

  /**
   * Returns whether it computes with the Vector API, or else in plain loops.
   *
   * @return whether {@link #vectorBits} is not 0
   */
  public boolean isVector() {
    return vectorBits > 0;
  }

  /**
   * Returns the width of the vectors.
   *
   * @return the width in bits, such as 128, 256 or 512; 0 for plain loops
   */
  public int vectorBits() {
    return vectorBits;
  }

  /**
   * Returns why this one was chosen, for people: where it is plain loops, what is missing for
   * vectors.
   *
   * @return a text such as {@code start Java with --add-modules jdk.incubator.vector for vectors}
   */
  public String reason() {
    return reason;
  }

  /**
   * Compares width and reason.
   *
   * @param other the object to compare with
   * @return whether the other object is an equal kernel
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof Kernel that
        && vectorBits == that.vectorBits
        && reason.equals(that.reason);
  }

  @Override
  public int hashCode() {
    return 31 * vectorBits + reason.hashCode();
  }

  /**
   * Returns the kind of kernel and the reason, such as {@code vector of 512 bits: Java 25.0.1+8,
   * amd64}.
   *
   * @return the text
   */
  @Override
  public String toString() {
    return (isVector() ? "vector of " + vectorBits + " bits: " : "loop: ") + reason;
  }
}
