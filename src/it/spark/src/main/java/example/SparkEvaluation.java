/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package example;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.LossAccumulator;
import io.github.surprisal.LossReport;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Evaluates a corpus on Apache Spark. Logits stay where the model computes them: each partition
 * adds its rows to an accumulator, and that alone travels, in some hundred bytes. Sums are exact,
 * so partitions, their order, and tasks that fail and run again leave no trace in the result.
 *
 * <p>On a cluster, spark-submit says where to run, and takes the library along:
 *
 * <pre>
 * mvn package
 * spark-submit --master yarn --class example.SparkEvaluation \
 *     --jars surprisal-0.1.0.jar \
 *     --conf spark.executor.extraJavaOptions="--add-modules jdk.incubator.vector" \
 *     target/spark-1.jar
 * </pre>
 *
 * The option for the executors is for the faster kernel; without it the bits are the same.
 */
public final class SparkEvaluation {

  private static final int DOCUMENTS = 10_000;
  private static final int PARTITIONS = 64;

  private SparkEvaluation() {}

  /** Evaluates a million tokens and prints the report. */
  public static void main(String[] arguments) {
    SparkConf configuration =
        new SparkConf().setAppName("surprisal").setIfMissing("spark.master", "local[2]");
    try (JavaSparkContext spark = new JavaSparkContext(configuration)) {
      System.out.println(evaluate(documents(spark, DOCUMENTS, PARTITIONS)));
    }
  }

  /** The documents' numbers; in earnest, texts or token ids read by Spark. */
  static JavaRDD<Integer> documents(JavaSparkContext spark, int documents, int partitions) {
    return spark.parallelize(IntStream.range(0, documents).boxed().toList(), partitions);
  }

  /** The report over all documents. */
  static LossReport evaluate(JavaRDD<Integer> documents) {
    return documents
        .treeAggregate(
            new LossAccumulator(CrossEntropyOptions.defaults()),
            SparkEvaluation::addDocument,
            SparkEvaluation::merged)
        .report();
  }

  /** Merges what two partitions have into the first. */
  static LossAccumulator merged(LossAccumulator one, LossAccumulator other) {
    one.combine(other);
    return one;
  }

  /** Adds one document, row by row, as the model gives them. */
  static LossAccumulator addDocument(LossAccumulator accumulator, int document) {
    TinyModel model = new TinyModel(document);
    while (model.next()) {
      accumulator.addRow(
          model.logits(), 0, TinyModel.VOCABULARY, model.target(), model.targetBytes());
    }
    return accumulator.endDocument();
  }
}
