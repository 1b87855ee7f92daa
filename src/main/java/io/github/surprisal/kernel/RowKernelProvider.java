/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/**
 * Chooses the kernel, once: the Vector API where it is there and known to be fast, else plain
 * loops.
 *
 * <p>The system property {@code surprisal.kernels} asks for {@code loop} or {@code vector}; asking
 * for {@code vector} where it can't run is an error.
 */
public final class RowKernelProvider {

  private static final String PROPERTY = "surprisal.kernels";
  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final String VECTOR_CLASS = "io.github.surprisal.kernel.simd.VectorRowKernels";

  /** The releases whose Vector API has been tested; its form may change while it incubates. */
  private static final int OLDEST_TESTED = 17;

  private static final int NEWEST_TESTED = 25;

  private static final Choice CHOICE = choose(Optional.ofNullable(System.getProperty(PROPERTY)));

  private RowKernelProvider() {}

  /** The kernel in use. */
  public static RowKernels kernels() {
    return CHOICE.kernels;
  }

  /** Which kernel is in use and why, for people. */
  public static String description() {
    String findings = CHOICE.kernels.findings();
    return CHOICE.kernels.name()
        + ": "
        + CHOICE.reason
        + (findings.isEmpty() ? "" : "; " + findings);
  }

  private record Choice(RowKernels kernels, String reason) {}

  /** A reason why the Vector API can't or shouldn't be used here. */
  private static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    UnavailableException(String reason) {
      super(reason);
      this.reason = reason;
    }
  }

  private static Choice choose(Optional<String> asked) {
    String request = asked.orElse("");
    return switch (request) {
      case "loop" -> new Choice(new LoopRowKernels(), "asked for by -D" + PROPERTY);
      case "vector" -> forced();
      case "" -> best();
      default ->
          throw new IllegalArgumentException(
              "system property " + PROPERTY + " is " + request + ", expected loop or vector");
    };
  }

  private static Choice forced() {
    try {
      return new Choice(load(), "asked for by -D" + PROPERTY + ", " + runtime());
    } catch (UnavailableException cause) {
      throw new IllegalStateException(
          "system property " + PROPERTY + " is vector, but " + cause.reason, cause);
    }
  }

  private static Choice best() {
    try {
      requireTestedRelease();
      requireOptimizingCompiler();
      return new Choice(load(), runtime());
    } catch (UnavailableException cause) {
      return new Choice(new LoopRowKernels(), cause.reason);
    }
  }

  private static String runtime() {
    return "Java " + Runtime.version() + ", " + System.getProperty("os.arch", "");
  }

  private static void requireTestedRelease() throws UnavailableException {
    int release = Runtime.version().feature();
    if (release < OLDEST_TESTED || release > NEWEST_TESTED) {
      throw new UnavailableException(
          "the Vector API of Java " + release + " has not been tested with this version");
    }
  }

  /** Only C2 turns the Vector API into vector instructions; elsewhere it is slower than loops. */
  private static void requireOptimizingCompiler() throws UnavailableException {
    String machine = System.getProperty("java.vm.name", "");
    String mode = System.getProperty("java.vm.info", "");
    if (!machine.contains("HotSpot") && !machine.contains("OpenJDK")) {
      throw new UnavailableException(machine + " is not HotSpot");
    }
    if (mode.contains("interpreted") || machine.contains("Client")) {
      throw new UnavailableException("the C2 compiler is not in use (" + mode + ")");
    }
  }

  private static RowKernels load() throws UnavailableException {
    Module vectors =
        ModuleLayer.boot()
            .findModule(VECTOR_MODULE)
            .orElseThrow(
                () ->
                    new UnavailableException(
                        "start Java with --add-modules " + VECTOR_MODULE + " for vectors"));
    RowKernelProvider.class.getModule().addReads(vectors);
    try {
      return Class.forName(VECTOR_CLASS)
          .asSubclass(RowKernels.class)
          .getConstructor()
          .newInstance();
    } catch (ExceptionInInitializerError failed) {
      throw new UnavailableException("the Vector API can't be used: " + failed.getCause());
    } catch (InvocationTargetException | LinkageError failed) {
      throw new UnavailableException("the Vector API can't be used: " + failed);
    } catch (ReflectiveOperationException cause) {
      throw new LinkageError("the library is incomplete", cause);
    }
  }
}
