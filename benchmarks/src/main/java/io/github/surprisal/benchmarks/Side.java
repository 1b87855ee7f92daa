/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.benchmarks;

import java.lang.module.ModuleFinder;
import java.util.List;
import java.util.Map;

/** Who does the work, and what its JVM needs. */
enum Side {
  /** This library with its plain loops, as it runs without any option. */
  LOOP(Side.LOOP_KERNEL),
  /** This library with the Vector API. */
  VECTOR(Side.VECTOR_MODULE, Side.VECTOR_KERNEL),
  /** The loop that people write. */
  NAIVE,
  /** Reading the logits, or moving them, and no more. */
  FLOOR(Side.VECTOR_MODULE),
  /** PyTorch through DJL. */
  TORCH(Side.NATIVE_ACCESS);

  static final String LOOP_KERNEL = "-Dsurprisal.kernels=loop";
  static final String VECTOR_KERNEL = "-Dsurprisal.kernels=vector";
  static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
  static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

  /**
   * Keeps glibc from giving memory back and from spreading it over arenas. Without it PyTorch
   * spends most of its time on page faults.
   */
  static final Map<String, String> ENVIRONMENT =
      Map.of(
          "MALLOC_ARENA_MAX", "1",
          // glibc takes no threshold over 32 MiB, so that larger blocks would still be mapped anew.
          "MALLOC_MMAP_MAX_", "0",
          "MALLOC_MMAP_THRESHOLD_", "4294967296",
          "MALLOC_TRIM_THRESHOLD_", "17179869184",
          "MALLOC_TOP_PAD_", "1073741824",
          // A small block kept aside for its thread would part a large one from the free memory
          // behind it, and the next large one would have to be mapped anew.
          "GLIBC_TUNABLES", "glibc.malloc.tcache_count=0");

  private final List<String> options;

  Side(String... options) {
    this.options = List.of(options);
  }

  /** The options of the JVM that it runs in. */
  List<String> options() {
    return options;
  }

  /** Whether it can run on this machine. */
  boolean isHere() {
    return switch (this) {
      case LOOP, NAIVE -> true;
      case VECTOR, FLOOR -> ModuleFinder.ofSystem().find("jdk.incubator.vector").isPresent();
      case TORCH -> TorchWork.isHere();
    };
  }

  /** Prepares and checks a piece of work in this JVM, which must have been started for it. */
  Work prepare(String name, Batch batch, int threads) {
    return switch (this) {
      case LOOP -> ofLibrary("loop", name, batch);
      case VECTOR -> ofLibrary("vector", name, batch);
      case NAIVE -> NaiveWork.of(name, batch);
      case FLOOR -> FloorWork.of(name, batch, threads);
      case TORCH -> TorchWork.of(name, batch, threads);
    };
  }

  private static Work ofLibrary(String kernel, String name, Batch batch) {
    LibraryWork.requireKernel(kernel);
    return LibraryWork.of(name, batch);
  }
}
