/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.surprisal.LossAccumulator;
import io.github.surprisal.LossReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Tuple2;

/** A million tokens on Spark give the bits of one thread, however they are spread and retried. */
final class SparkEvaluationTest {
  private static final int DOCUMENTS = 10_000;
  private static final int TOKENS = DOCUMENTS * TinyModel.TOKENS;
  private static final String JAVA = "org.apache.spark.serializer.JavaSerializer";
  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";

  /** Tasks run in this process, so they can count here; what they work on is serialised. */
  private static final AtomicInteger FAILURES = new AtomicInteger();

  private static final AtomicInteger DOCUMENTS_READ = new AtomicInteger();

  private static LossAccumulator expected;

  private final SparkConf configuration =
      new SparkConf()
          .setAppName("test")
          .setMaster("local[2,4]") // two threads, and each task may fail three times
          .set("spark.ui.enabled", "false")
          .set("spark.driver.host", "localhost")
          .set("spark.driver.bindAddress", "127.0.0.1");

  @BeforeAll
  static void evaluateOnOneThread() {
    expected = new LossAccumulator();
    for (int document = 0; document < DOCUMENTS; document++) {
      SparkEvaluation.addDocument(expected, document);
    }
    LossReport report = expected.report();
    assertEquals(TOKENS, report.scoredTokens());
    assertEquals(DOCUMENTS, report.documents());
    assertEquals(DOCUMENTS, report.zeroByteTokens());
    double byToken = report.standardErrorsByToken().ofLoss();
    assertTrue(report.standardErrorsByDocument().ofLoss() > 1.5 * byToken);
  }

  @AfterEach
  void forget() {
    FAILURES.set(0);
    DOCUMENTS_READ.set(0);
  }

  @ParameterizedTest
  @CsvSource({
    "1, " + JAVA,
    "2, " + JAVA,
    "7, " + JAVA,
    "64, " + JAVA,
    "301, " + JAVA,
    "64, " + KRYO
  })
  void anyPartitioningGivesTheBitsOfOneThread(int partitions, String serializer) {
    configuration.set("spark.serializer", serializer);
    try (JavaSparkContext spark = new JavaSparkContext(configuration)) {
      JavaRDD<Integer> documents = SparkEvaluation.documents(spark, DOCUMENTS, partitions);
      assertEquals(expected.report(), SparkEvaluation.evaluate(documents));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anyOrderAndDepthOfTheTreeGivesThem(int depth) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, DOCUMENTS).boxed().toList());
    Collections.shuffle(order, new Random(depth));
    try (JavaSparkContext spark = new JavaSparkContext(configuration)) {
      LossAccumulator merged =
          spark
              .parallelize(order, 48)
              .repartition(100) // through the shuffle, to other partitions
              .treeAggregate(
                  new LossAccumulator(),
                  SparkEvaluation::addDocument,
                  SparkEvaluation::merged,
                  depth);
      assertEquals(expected.report(), merged.report());
      assertArrayEquals(expected.toByteArray(), merged.toByteArray());
    }
  }

  @Test
  void tasksThatFailHalfWayAndRunAgainCountOnce() {
    try (JavaSparkContext spark = new JavaSparkContext(configuration)) {
      spark.setLogLevel("OFF"); // or it would tell of each failure
      LossAccumulator merged =
          SparkEvaluation.documents(spark, DOCUMENTS, 60)
              .treeAggregate(
                  new LossAccumulator(),
                  (accumulator, document) -> {
                    TaskContext task = TaskContext.get();
                    DOCUMENTS_READ.incrementAndGet();
                    if (task.partitionId() % 3 == 0
                        && task.attemptNumber() < 2
                        && document % 166 > 120) {
                      FAILURES.incrementAndGet();
                      throw new IllegalStateException("the machine is gone, as the test wants it");
                    }
                    return SparkEvaluation.addDocument(accumulator, document);
                  },
                  SparkEvaluation::merged);
      assertTrue(FAILURES.get() >= 40, "failed tasks: " + FAILURES);
      assertTrue(DOCUMENTS_READ.get() > DOCUMENTS, "documents read: " + DOCUMENTS_READ);
      assertEquals(expected.report(), merged.report());
    }
  }

  /**
   * Speculation starts a slow task again on another machine, which a local master has not, and
   * drops the result that comes second. So all is computed twice here: two attempts give equal
   * bytes.
   */
  @Test
  void twoAttemptsAtAPartitionGiveEqualBytes() {
    try (JavaSparkContext spark = new JavaSparkContext(configuration)) {
      JavaRDD<Integer> documents = SparkEvaluation.documents(spark, DOCUMENTS, 40);
      List<Tuple2<Integer, byte[]>> kept =
          partitions(documents)
              .union(partitions(documents))
              .reduceByKey(
                  (one, other) -> {
                    assertArrayEquals(one, other);
                    return one;
                  })
              .collect();
      assertEquals(40, kept.size());
      int longest = kept.stream().mapToInt(form -> form._2().length).max().orElseThrow();
      System.out.println("The longest partition travelled in " + longest + " bytes");
      assertTrue(longest < 600, "bytes: " + longest);
      LossAccumulator merged =
          kept.stream()
              .map(form -> LossAccumulator.fromByteArray(form._2()))
              .collect(LossAccumulator.collector(expected.options(), LossAccumulator::combine));
      assertArrayEquals(expected.toByteArray(), merged.toByteArray());
    }
  }

  private static JavaPairRDD<Integer, byte[]> partitions(JavaRDD<Integer> documents) {
    return documents.mapPartitionsToPair(
        partition -> {
          LossAccumulator accumulator = new LossAccumulator();
          partition.forEachRemaining(
              document -> SparkEvaluation.addDocument(accumulator, document));
          int id = TaskContext.getPartitionId();
          return List.of(new Tuple2<>(id % 40, accumulator.toByteArray())).iterator();
        });
  }
}
