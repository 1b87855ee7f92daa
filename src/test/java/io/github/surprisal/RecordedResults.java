/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import java.util.Map;

/** Everything that the library computes from an input, as bits by name. */
final class RecordedResults {
  private final RecordedInput input;
  private final Route route;
  private final FloatTensor logits;
  private final FloatTensor probabilities;
  private final IntTensor targets;
  private final CrossEntropyOptions options;
  private final BitRecord record;

  private RecordedResults(RecordedInput input, Route route) {
    this.input = input;
    this.route = route;
    logits = tensor(input.logits());
    probabilities = tensor(input.probabilities());
    targets = route.perRow(input.targets());
    options = route.options();
    record = new BitRecord(input.name());
  }

  /** All results. */
  static Map<String, String> all(RecordedInput input, Route route) {
    RecordedResults results = new RecordedResults(input, route);
    FloatTensor weights = FloatTensor.wrap(input.weights(), input.classes());
    CrossEntropyOptions weighted = results.options.classWeights(weights);
    results.putLosses("index", results.options);
    results.putLosses("index-smoothed", results.options.labelSmoothing(0.1));
    results.putLosses("index-weighted", weighted);
    results.putLosses("index-weighted-smoothed", weighted.labelSmoothing(0.05));
    results.putSoftLosses("soft", results.options);
    results.putSoftLosses("soft-weighted-smoothed", weighted.labelSmoothing(0.05));
    results.putDistributions();
    results.putReport("report", results.options);
    results.putReport("report-weighted-smoothed", weighted.labelSmoothing(0.05));
    results.putDivergences();
    return results.record.bits();
  }

  /** The results that matter most, for large inputs. */
  static Map<String, String> main(RecordedInput input, Route route) {
    RecordedResults results = new RecordedResults(input, route);
    results.putLosses("index", results.options);
    results.putSoftLosses("soft-smoothed", results.options.labelSmoothing(0.05));
    results.putDistributions();
    results.putReport("report", results.options);
    results.putDivergences();
    return results.record.bits();
  }

  /** What can be had row by row, and is then the same as for all rows at once. */
  static Map<String, String> rowByRow(RecordedInput input) {
    CrossEntropyOptions sums = CrossEntropyOptions.defaults().reduction(Reduction.SUM);
    double[] losses = new double[input.rows()];
    double[] logSums = new double[input.rows()];
    double[] divergences = new double[input.rows()];
    float[] gradient = new float[input.logits().length];
    float[] logSoftmax = new float[gradient.length];
    for (int row = 0; row < input.rows(); row++) {
      int at = row * input.classes();
      float[] own = input.row(input.logits(), row);
      FloatTensor logits = FloatTensor.of(own);
      IntTensor target = IntTensor.scalar(input.targets()[row]);
      FloatTensor others = FloatTensor.of(input.row(input.others(), row));
      logSums[row] = Losses.logSumExp(logits).get();
      divergences[row] = Losses.klDivergence(logits, others);
      float[] logs = Losses.logSoftmax(logits).toArray();
      System.arraycopy(logs, 0, logSoftmax, at, logs.length);
      // In place of the logits, which are not needed any more.
      losses[row] =
          Losses.crossEntropyWithGradient(FloatTensor.wrap(own, own.length), target, sums, own);
      System.arraycopy(own, 0, gradient, at, own.length);
    }
    BitRecord record = new BitRecord(input.name());
    record.put("index-per-token", losses);
    record.put("index-gradient-sum", gradient);
    record.put("log-softmax", logSoftmax);
    record.put("log-sum-exp", logSums);
    record.put("kl", divergences);
    return record.bits();
  }

  private FloatTensor tensor(float[] values) {
    return route.tensor(values, input.rows(), input.classes());
  }

  private float[] rowMajor(float[] result) {
    return route.rowMajor(result, input.rows(), input.classes());
  }

  private void putLosses(String name, CrossEntropyOptions with) {
    float[] gradient = new float[input.logits().length];
    record.put(name + "-per-token", Losses.crossEntropyPerToken(logits, targets, with).toArray());
    record.put(name, Losses.crossEntropy(logits, targets, with));
    record.put(
        name + "-with-gradient", Losses.crossEntropyWithGradient(logits, targets, with, gradient));
    record.put(name + "-gradient", rowMajor(gradient));
    Losses.crossEntropyWithGradient(logits, targets, with.reduction(Reduction.SUM), gradient);
    record.put(name + "-gradient-sum", rowMajor(gradient));
  }

  private void putSoftLosses(String name, CrossEntropyOptions with) {
    float[] gradient = new float[input.logits().length];
    DoubleTensor losses = Losses.crossEntropyPerToken(logits, probabilities, with);
    record.put(name + "-per-token", losses.toArray());
    record.put(
        name + "-with-gradient",
        Losses.crossEntropyWithGradient(logits, probabilities, with, gradient));
    record.put(name + "-gradient", rowMajor(gradient));
  }

  private void putDistributions() {
    int axis = options.classAxis();
    record.put("log-softmax", rowMajor(Losses.logSoftmax(logits, axis).toArray()));
    record.put("softmax", rowMajor(Losses.softmax(logits, axis).toArray()));
    record.put("log-sum-exp", Losses.logSumExp(logits, axis).toArray());
    record.put("nll-per-token", nllPerToken());
  }

  /** Losses of logits taken for log-probabilities; where one is positive, of its negative. */
  private double[] nllPerToken() {
    float[] negative = logits.toArray();
    for (int i = 0; i < negative.length; i++) {
      negative[i] = negative[i] > 0 ? -negative[i] : negative[i];
    }
    FloatTensor logProbs = FloatTensor.wrap(negative, logits.shape().toArray());
    double[] losses = Losses.nllLossPerToken(logProbs, targets, options).toArray();
    for (int row = 0; row < losses.length; row++) {
      int target = input.targets()[row];
      boolean isScored = target != options.ignoreIndex();
      if (isScored && input.logits()[row * input.classes() + target] > 0) {
        losses[row] = -losses[row];
      }
    }
    return losses;
  }

  private void putReport(String name, CrossEntropyOptions with) {
    IntTensor bytes = route.perRow(input.tokenBytes());
    LossReport report = new LossAccumulator(with).add(logits, targets, bytes).report();
    record.put(name + "-loss", report.loss());
    record.put(name + "-total-nats", report.totalNats());
    record.put(name + "-bits-per-byte", report.bitsPerByte());
    record.put(name + "-standard-error", report.standardError());
    record.put(name + "-perplexity", report.perplexity());
    record.put(name + "-bits-per-token", report.bitsPerToken());
  }

  /** Divergences are taken along the last axis only. */
  private void putDivergences() {
    if (options.classAxis() != -1) {
      return;
    }
    FloatTensor others = tensor(input.others());
    record.put("kl", Losses.klDivergencePerToken(logits, others).toArray());
    record.put("kl-pointwise", Losses.klDivergencePointwise(probabilities, others).toArray());
    record.put("kl-pointwise-log", Losses.klDivergencePointwiseOfLogs(logits, others).toArray());
  }
}
