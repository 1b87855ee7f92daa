/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

import io.github.surprisal.kernel.loop.LoopKernel;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Supplier;

/**
 * Chooses the kernel, once: the Vector API where it is there and known to be fast, else plain
 * loops.
 *
 * <p>The system property {@code surprisal.kernels} asks for {@code loop} or {@code vector}; asking
 * for {@code vector} where it can't run is an error, the same one each time.
 */
public final class KernelProvider {

  private static final String PROPERTY = "surprisal.kernels";
  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final String VECTOR_PACKAGE = "io.github.surprisal.kernel.simd";
  private static final String VECTOR_CLASS = VECTOR_PACKAGE + ".VectorKernel";

  /** The releases whose Vector API has been tested; its form may change while it incubates. */
  private static final int OLDEST_TESTED = 17;

  private static final int NEWEST_TESTED = 25;

  /** Without one of them C2 makes no vector instructions of the Vector API. */
  private static final List<HotSpotFlag> FLAGS =
      List.of(
          new HotSpotFlag("UseJVMCICompiler", "false"),
          new HotSpotFlag("TieredStopAtLevel", "4"),
          new HotSpotFlag("UseCompiler", "true"),
          new HotSpotFlag("EnableVectorSupport", "true"));

  private static final Choice CHOICE = choose(Optional.ofNullable(System.getProperty(PROPERTY)));

  private static final ReadingOrder SUMS = newReadingOrder();

  private KernelProvider() {}

  /**
   * A kernel of the chosen kind, for one thread at a time.
   *
   * @throws UnusableKernelException if the system property asks for one that can't run
   */
  public static TileKernel newKernel() {
    return CHOICE.makers().get();
  }

  /**
   * The order in which long rows are read for their sums alone, as kernels of this kind like it.
   */
  public static ReadingOrder readingOrder() {
    return SUMS;
  }

  /** An order for another kind of pass over rows, which finds out by itself what is best. */
  public static ReadingOrder newReadingOrder() {
    return CHOICE.usesVectors ? new MeasuredReadingOrder() : ReadingOrder.FRONT_TO_BACK;
  }

  /** Why the kernel in use was chosen. */
  public static String reason() {
    return CHOICE.settled().reason;
  }

  /** How wide the vectors of the kernel in use are, in bits; 0 for plain loops. */
  public static int vectorBits() {
    return CHOICE.settled().makers().get().vectorBits();
  }

  /** Which kernel is in use and why, and whether it is slow for want of an instruction. */
  public static String description() {
    StringJoiner parts = new StringJoiner("; ");
    Choice choice = CHOICE.settled();
    parts.add(choice.makers().get().name() + ": " + choice.reason);
    if (choice.usesVectors && SUMS.usual() == Places.ONE) {
      parts.add("long rows are read from front to back, which is faster here");
    } else if (choice.usesVectors && SUMS.usual() == Places.FOUR) {
      parts.add("long rows are read at four places, which is faster here");
    }
    if (FusedMultiplyAdd.IS_SOFTWARE) {
      parts.add(FusedMultiplyAdd.ADVICE);
    }
    return parts.toString();
  }

  /** What makes kernels and why it was chosen, or why none was. */
  private record Choice(
      Optional<Supplier<TileKernel>> kernels, boolean usesVectors, String reason) {

    Supplier<TileKernel> makers() {
      return kernels.orElseThrow(() -> new UnusableKernelException(reason));
    }

    /** The choice when vectors, if it uses some, have been loaded. */
    Choice settled() {
      return usesVectors && makers().get() instanceof WarmingKernel ? Vectors.CHOICE : this;
    }
  }

  /** The Vector API, where nothing is known that speaks against it; loaded when it is asked for. */
  private static final class Vectors {
    static final Choice CHOICE = choose();

    private static Choice choose() {
      try {
        return vectors(load(vectorModule()), runtime());
      } catch (UnavailableException cause) {
        return loops(cause.reason);
      }
    }

    static Optional<Supplier<TileKernel>> loaded() {
      return CHOICE.usesVectors ? CHOICE.kernels : Optional.empty();
    }
  }

  private static Choice loops(String reason) {
    return new Choice(Optional.of(LoopKernel::new), false, reason);
  }

  private static Choice vectors(Supplier<TileKernel> vectors, String reason) {
    return new Choice(Optional.of(vectors), true, reason);
  }

  /** Loops, until vectors are compiled. */
  private static Choice warming() {
    VectorWarmup warmup = new VectorWarmup(Vectors::loaded);
    Supplier<TileKernel> vectors = () -> Vectors.CHOICE.makers().get();
    return vectors(() -> new WarmingKernel(new LoopKernel(), vectors, warmup::isReady), runtime());
  }

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
      case "loop" -> loops("asked for by -D" + PROPERTY);
      case "vector" -> forced();
      case "" -> best();
      default -> none(request + ", expected loop or vector");
    };
  }

  private static Choice none(String problem) {
    return new Choice(Optional.empty(), false, "system property " + PROPERTY + " is " + problem);
  }

  private static Choice forced() {
    try {
      return vectors(load(vectorModule()), "asked for by -D" + PROPERTY + ", " + runtime());
    } catch (UnavailableException cause) {
      return none("vector, but " + cause.reason);
    }
  }

  /** The gates, one after the other. */
  private static Choice best() {
    try {
      requireTestedRelease();
      requireServerMachine();
      vectorModule();
      requireFlags();
      return warming();
    } catch (UnavailableException cause) {
      return loops(cause.reason);
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
  private static void requireServerMachine() throws UnavailableException {
    String machine = System.getProperty("java.vm.name", "");
    if (!machine.contains("HotSpot") && !machine.contains("OpenJDK")) {
      throw new UnavailableException(machine + " is not HotSpot");
    }
    if (!machine.contains("Server")) {
      throw withoutC2(machine);
    }
    String mode = System.getProperty("java.vm.info", "");
    if (mode.contains("interpreted")) {
      throw withoutC2(mode);
    }
    if (mode.contains("emulated-client")) {
      throw withoutC2(mode + ", as with -XX:TieredStopAtLevel=1");
    }
    String version = System.getProperty("java.vm.version", "");
    if (version.contains("jvmci")) { // GraalVM, whose compiler is another
      throw withoutC2(version);
    }
  }

  private static UnavailableException withoutC2(String sign) {
    return new UnavailableException("the C2 compiler is not in use (" + sign + ")");
  }

  private static Module vectorModule() throws UnavailableException {
    return ModuleLayer.boot()
        .findModule(VECTOR_MODULE)
        .orElseThrow(
            () ->
                new UnavailableException(
                    ModuleFinder.ofSystem().find(VECTOR_MODULE).isPresent()
                        ? "start Java with --add-modules " + VECTOR_MODULE + " for vectors"
                        : "this Java runtime lacks the module "
                            + VECTOR_MODULE
                            + ": have jlink add it, or use a JDK"));
  }

  /** What else keeps C2 from vectors shows in flags alone, if they can be read. */
  private static void requireFlags() throws UnavailableException {
    for (HotSpotFlag needed : FLAGS) {
      String value = needed.current().orElse(needed.value());
      if (!value.equals(needed.value())) {
        throw new UnavailableException(
            "vectors would be slow here: HotSpot's flag "
                + needed.name()
                + " is "
                + value
                + ", expected "
                + needed.value());
      }
    }
  }

  private static Supplier<TileKernel> load(Module vectors) throws UnavailableException {
    KernelProvider.class.getModule().addReads(vectors);
    try {
      Constructor<? extends TileKernel> constructor =
          Class.forName(VECTOR_CLASS).asSubclass(TileKernel.class).getConstructor();
      constructor.newInstance();
      return () -> newKernel(constructor);
    } catch (ExceptionInInitializerError failed) {
      throw new UnavailableException("the Vector API can't be used: " + failed.getCause());
    } catch (InvocationTargetException | LinkageError | InternalError failed) {
      throw new UnavailableException("the Vector API can't be used: " + failed);
    } catch (ReflectiveOperationException dropped) {
      throw new UnavailableException(
          "this jar lacks the classes of the vector kernel: keep the package "
              + VECTOR_PACKAGE
              + " where the jar is made smaller");
    }
  }

  private static TileKernel newKernel(Constructor<? extends TileKernel> constructor) {
    try {
      return constructor.newInstance();
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible); // one has been made before
    }
  }
}
