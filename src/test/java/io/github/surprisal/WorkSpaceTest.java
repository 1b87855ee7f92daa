/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work space belongs to no thread: not much of it is needed, and none stays behind. */
final class WorkSpaceTest {

  private static final int ROWS = 6;
  private static final int CLASSES = 37;

  /** Scores tiny logits in every way that needs work space. */
  public static final class TinyCalls implements Runnable {

    @Override
    public void run() {
      FloatTensor logits = FloatTensor.wrap(new float[ROWS * CLASSES], ROWS, CLASSES);
      IntTensor targets = IntTensor.of(1, 2, 3, 4, 5, 6);
      CrossEntropyOptions smoothed = CrossEntropyOptions.defaults().labelSmoothing(0.1);
      float[] out = new float[ROWS * CLASSES];
      Losses.crossEntropy(logits, targets, smoothed);
      Losses.crossEntropyWithGradient(logits, targets, smoothed, out);
      Losses.logSoftmaxInto(logits, out);
      Losses.klDivergence(logits, logits);
      LossAccumulator accumulator = new LossAccumulator();
      accumulator.add(logits, targets).addRow(FloatTensor.wrapAt(out, 0, CLASSES), 1);
      accumulator.report();
    }
  }

  /** What a web application does: its classes are loaded anew, used by a pool, and dropped. */
  @Test
  void aClassLoaderIsCollectedWhileThePoolLives() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<WeakReference<ClassLoader>> dropped = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        dropped.add(runInOwnLoader(pool));
      }
      for (int i = 0; i < 50 && dropped.stream().anyMatch(loader -> loader.get() != null); i++) {
        System.gc();
        Thread.sleep(20);
      }
      assertThat(dropped).allSatisfy(loader -> assertThat(loader.get()).isNull());
    } finally {
      pool.shutdown();
    }
  }

  private static WeakReference<ClassLoader> runInOwnLoader(ExecutorService pool) throws Exception {
    URL library = Losses.class.getProtectionDomain().getCodeSource().getLocation();
    URL tests = TinyCalls.class.getProtectionDomain().getCodeSource().getLocation();
    URLClassLoader loader =
        new URLClassLoader(new URL[] {library, tests}, ClassLoader.getPlatformClassLoader());
    Runnable calls =
        (Runnable)
            loader.loadClass(TinyCalls.class.getName()).getDeclaredConstructor().newInstance();
    assertThat(calls.getClass()).isNotSameAs(TinyCalls.class);
    List<Future<?>> futures = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      futures.add(pool.submit(calls));
    }
    for (Future<?> future : futures) {
      future.get();
    }
    pool.submit(() -> {}).get();
    pool.submit(() -> {}).get();
    loader.close();
    return new WeakReference<>(loader);
  }

  /** Runs tiny calls on 2,000 threads that all exist at the same time. */
  public static final class ManyThreads {
    private ManyThreads() {}

    public static void main(String[] arguments) throws Exception {
      List<Thread> threads = new ArrayList<>();
      ThreadFactory factory = virtualThreads();
      for (int i = 0; i < 2_000; i++) {
        threads.add(factory.newThread(new TinyCalls()));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      System.out.println("done");
    }

    private static ThreadFactory virtualThreads() throws Exception {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      return (ThreadFactory)
          Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
    }
  }

  @Test
  void twoThousandVirtualThreadsNeedLittleMemory() throws Exception {
    assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(21);
    assertThat(run(ManyThreads.class, "-Xmx64m")).isEqualTo("done");
  }

  private static String run(Class<?> main, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.strip();
  }

  /** A work space waits in its pool for the next call, and must not keep what it was lent for. */
  @Test
  @Timeout(60)
  void noArrayOfTheCallersIsKeptAlive() throws InterruptedException {
    CrossEntropyOptions options = CrossEntropyOptions.defaults().parallel(false);
    assertIsCollected(x -> new LossAccumulator(options).addRow(x, 3));
    assertIsCollected(x -> Losses.crossEntropy(FloatTensor.wrap(x, 2, 5000), IntTensor.of(1, 2)));
    assertIsCollected(
        x ->
            Losses.crossEntropyWithGradient(
                FloatTensor.wrap(x, 2, 5000), IntTensor.of(1, 2), options, x));
    assertIsCollected(x -> Predictions.topK(FloatTensor.wrap(x, 2, 5000), 3));
  }

  private static void assertIsCollected(Consumer<float[]> use) throws InterruptedException {
    WeakReference<float[]> array = used(use);
    while (array.get() != null) {
      System.gc();
      Thread.sleep(5);
    }
  }

  private static WeakReference<float[]> used(Consumer<float[]> use) {
    float[] x = new float[10_000];
    use.accept(x);
    return new WeakReference<>(x);
  }
}
