/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Fails the run if its kernel is not the one asked for: a silent fall-back would hide the other.
 */
final class KernelUnderTestTest {

  @Test
  void isTheOneAskedFor() {
    String asked = System.getProperty("surprisal.kernels", "");

    assertThat(asked).as("each run of the suite names its kernel").isIn("loop", "vector");
    assertThat(KernelProvider.newKernel().name()).startsWith(asked);
    System.out.println("kernel under test is " + KernelProvider.description());
  }
}
