/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.PaddedLogits.Storage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Padded logits with their vocabulary give the bits of the logits without padding, in every form,
 * whatever stands in the padding and whatever stood in the results.
 */
final class VocabularyBitsTest {

  private static final long SEED = Long.getLong("vocabulary.seed", 20261128);

  private static final int IGNORED = CrossEntropyOptions.DEFAULT_IGNORE_INDEX;

  /** Outer, classes, inner: classes last, with a few rows beside each other, and with many. */
  private static final int[][] SIZES = {
    {1, 1, 1},
    {5, 2, 1},
    {7, 33, 1},
    {3, 1024, 1},
    {4, 4097, 1},
    {2, 5, 3},
    {2, 1025, 4},
    {3, 40, 17},
    {1, 16, 70},
    {2, 3, 130},
    {2, 9, 1100},
    {33, 8000, 1},
    {2, 2100, 64}
  };

  /** Elements from which on threads may take part, in some storages. */
  private static final int LONG = 1 << 17;

  private static final int[] PADDINGS = {1, 8, 47};

  private final SplittableRandom random = new SplittableRandom(SEED);

  @ParameterizedTest
  @EnumSource(Storage.class)
  void theSameBits(Storage storage) {
    for (int[] size : SIZES) {
      PaddedLogits data = new PaddedLogits(size[0], size[1], size[2]);
      if (data.size() > LONG && storage != Storage.ARRAY && storage != Storage.DIRECT) {
        continue;
      }
      int padding = PADDINGS[random.nextInt(PADDINGS.length)];
      new Padded(data, storage, padding, random).checkAll();
    }
  }

  /** Where no panel holds two rows. */
  @ParameterizedTest
  @EnumSource(
      value = Storage.class,
      names = {"ARRAY", "DIRECT"})
  void theSameBitsOfVeryLongRows(Storage storage) {
    Padded padded = new Padded(new PaddedLogits(1, 530_000, 2), storage, 3, random);
    padded.checkLosses(padded.options);
    padded.checkLosses(padded.options.labelSmoothing(0.1));
    padded.checkDistributions(padded.options);
  }

  /** The same rows with padding and without. */
  private static final class Padded {
    private final PaddedLogits data;
    private final Storage storage;
    private final int padding;
    private final SplittableRandom random;
    private final CrossEntropyOptions options;
    private final float[] values;
    private final FloatTensor plain;
    private final FloatTensor padded;
    private final int[] classes;
    private final IntTensor targets;

    /** The loss of something with the padding or without. */
    private interface Form {
      double[] of(FloatTensor logits, CrossEntropyOptions options);
    }

    private interface Writing {
      double to(FloatTensor logits, CrossEntropyOptions options, float[] out);
    }

    Padded(PaddedLogits data, Storage storage, int padding, SplittableRandom random) {
      this.data = data;
      this.storage = storage;
      this.padding = padding;
      this.random = random;
      options =
          CrossEntropyOptions.defaults()
              .classAxis(data.classAxis())
              .parallel(random.nextInt(3) != 0);
      values = someLogits();
      plain = data.tensor(storage, values, 0);
      padded = data.tensor(storage, values, padding);
      classes = new int[data.rows()];
      int few = random.nextInt(4);
      for (int row = 0; row < classes.length; row++) {
        classes[row] = random.nextInt(4) < few ? IGNORED : random.nextInt(data.classes());
      }
      targets = data.perRow(classes);
    }

    /** Ordinary logits, and a few that are large or masked. */
    private float[] someLogits() {
      float[] logits = new float[data.size()];
      for (int i = 0; i < logits.length; i++) {
        float logit = (random.nextInt(128) - 64) / 8f;
        int kind = random.nextInt(2000);
        logits[i] = kind == 0 ? Float.NEGATIVE_INFINITY : kind == 1 ? 300 : logit;
      }
      return logits;
    }

    private String what(String form, CrossEntropyOptions given) {
      return "seed %d: %s of %s, %s, padding %d, %s"
          .formatted(SEED, form, data, storage, padding, given);
    }

    void checkAll() {
      float[] weights = new float[data.classes()];
      for (int c = 0; c < weights.length; c++) {
        weights[c] = random.nextInt(8) / 4f;
      }
      CrossEntropyOptions weighted = options.classWeights(weights);
      List<CrossEntropyOptions> all =
          List.of(
              options,
              options.labelSmoothing(0.1).reduction(Reduction.SUM),
              weighted,
              weighted.labelSmoothing(0.25).temperature(0.7),
              options.temperature(2),
              options.zLoss(1e-3).labelSmoothing(0.1).temperature(1.3));
      for (CrossEntropyOptions some : all) {
        checkLosses(some);
        checkReports(some);
      }
      for (double temperature : new double[] {1, 0.7}) {
        checkDistributions(options.temperature(temperature));
        checkPredictions(options.temperature(temperature));
        checkTwoModels(options.temperature(temperature));
        checkDistillation(temperature);
      }
    }

    private void check(String form, CrossEntropyOptions given, Form of) {
      check(form, given, plain, padded, of);
    }

    private void check(
        String form, CrossEntropyOptions given, FloatTensor exact, FloatTensor other, Form of) {
      double[] expected = of.of(exact, given);
      double[] got = of.of(other, given.vocabulary(data.classes()));
      assertThat(Arrays.equals(got, expected)).as(what(form, given)).isTrue();
    }

    void checkLosses(CrossEntropyOptions given) {
      CrossEntropyOptions mean = given.reduction(Reduction.MEAN);
      float[] shares = someShares();
      FloatTensor plainShares = data.tensor(storage, shares, 0);
      FloatTensor paddedShares = data.tensor(storage, shares, padding);
      check("loss", given, (x, o) -> one(Losses.crossEntropy(x, targets, o)));
      check("losses", mean, (x, o) -> Losses.crossEntropyPerToken(x, targets, o).toArray());
      check(
          "losses of soft targets",
          mean,
          (x, o) ->
              Losses.crossEntropyPerToken(
                      x, x.size() == plain.size() ? plainShares : paddedShares, o)
                  .toArray());
      checkWritten(
          "gradient", given, 0, (x, o, out) -> Losses.crossEntropyWithGradient(x, targets, o, out));
      checkBuffer(given);
      if (given.zLoss() == 0 && given.labelSmoothing() == 0 && given.temperature() == 1) {
        checkLogProbabilities(given);
      }
      FloatTensor inArray = data.tensor(Storage.ARRAY, shares, padding);
      checkWritten(
          "gradient of soft targets",
          given,
          0,
          (x, o, out) ->
              Losses.crossEntropyWithGradient(
                  x, o.vocabulary().isPresent() ? inArray : plainShares, o, out));
    }

    private float[] someShares() {
      float[] shares = new float[data.size()];
      for (int i = 0; i < shares.length; i++) {
        shares[i] = random.nextInt(8) / 8f;
      }
      return shares;
    }

    private void checkLogProbabilities(CrossEntropyOptions given) {
      float[] logProbs = values.clone();
      for (int i = 0; i < logProbs.length; i++) {
        logProbs[i] = -Math.abs(logProbs[i]);
      }
      FloatTensor exact = data.tensor(storage, logProbs, 0);
      FloatTensor other = data.tensor(storage, logProbs, padding);
      check("nllLoss", given, exact, other, (x, o) -> one(Losses.nllLoss(x, targets, o)));
      check(
          "nllLossPerToken",
          given.reduction(Reduction.MEAN),
          exact,
          other,
          (x, o) -> Losses.nllLossPerToken(x, targets, o).toArray());
    }

    /** In an array apart, of any contents, and in the array of the logits. */
    private void checkWritten(String form, CrossEntropyOptions given, float fill, Writing writing) {
      float[] exact = new float[data.size()];
      Double loss = writing.to(plain, given, exact);
      float[] expected = data.filled(exact, padding, fill);
      float[] apart = new float[expected.length];
      Arrays.fill(apart, Float.NaN);
      float[] own = data.padded(values, padding);
      FloatTensor inPlace = FloatTensor.wrap(own, data.shape(padding));
      CrossEntropyOptions known = given.vocabulary(data.classes());
      assertThat(writing.to(padded, known, apart)).as(what(form, given)).isEqualTo(loss);
      assertThat(writing.to(inPlace, known, own)).as(what(form, given)).isEqualTo(loss);
      assertThat(Arrays.mismatch(apart, expected)).as(what(form, given)).isEqualTo(-1);
      assertThat(Arrays.mismatch(own, expected)).as(what(form + " in place", given)).isEqualTo(-1);
    }

    private void checkBuffer(CrossEntropyOptions given) {
      float[] exact = new float[data.size()];
      Losses.crossEntropyWithGradient(plain, targets, given, exact);
      float[] expected = data.filled(exact, padding, 0);
      CrossEntropyOptions known = given.vocabulary(data.classes());
      FloatBuffer heap = FloatBuffer.allocate(expected.length);
      FloatBuffer direct =
          ByteBuffer.allocateDirect(expected.length * Float.BYTES)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      for (FloatBuffer out : List.of(heap, direct)) {
        for (int i = 0; i < expected.length; i++) {
          out.put(i, Float.NaN);
        }
        Losses.crossEntropyWithGradient(padded, targets, known, out);
        float[] got = new float[expected.length];
        out.get(0, got);
        assertThat(Arrays.mismatch(got, expected)).as(what("buffer", given)).isEqualTo(-1);
      }
    }

    void checkDistributions(CrossEntropyOptions given) {
      checkWritten("softmax", given, 0, (x, o, out) -> written(out, Losses.softmax(x, o)));
      checkWritten(
          "log-softmax",
          given,
          Float.NEGATIVE_INFINITY,
          (x, o, out) -> written(out, Losses.logSoftmax(x, o)));
      checkWritten(
          "softmaxInto",
          given,
          0,
          (x, o, out) -> {
            Losses.softmaxInto(x, o, out);
            return 0;
          });
      checkWritten(
          "logSoftmaxInto",
          given,
          Float.NEGATIVE_INFINITY,
          (x, o, out) -> {
            Losses.logSoftmaxInto(x, o, out);
            return 0;
          });
      check("log-sum-exp", given, (x, o) -> Losses.logSumExp(x, o).toArray());
    }

    private static double written(float[] out, FloatTensor results) {
      System.arraycopy(results.toArray(), 0, out, 0, out.length);
      return 0;
    }

    private void checkReports(CrossEntropyOptions given) {
      if (given.zLoss() != 0) {
        return;
      }
      CrossEntropyOptions mean = given.reduction(Reduction.MEAN);
      TokenBytes vocabulary = TokenBytes.of(new byte[data.classes()][3]);
      for (boolean predicts : new boolean[] {false, true}) {
        CrossEntropyOptions asked = mean.predictions(predicts);
        CrossEntropyOptions known = asked.vocabulary(data.classes());
        LossReport expected = Metrics.evaluate(plain, targets, vocabulary, asked);
        assertThat(Metrics.evaluate(padded, targets, vocabulary, known))
            .as(what("report", asked))
            .isEqualTo(expected);
        assertThat(Metrics.perplexity(padded, targets, known))
            .isEqualTo(Double.valueOf(expected.perplexity()));
        if (data.inner() == 1) {
          assertThat(byRows(known, vocabulary)).as(what("rows", asked)).isEqualTo(expected);
        }
      }
    }

    private LossReport byRows(CrossEntropyOptions known, TokenBytes vocabulary) {
      LossAccumulator rows = new LossAccumulator(known);
      float[] all = padded.toArray();
      int extent = data.classes() + padding;
      for (int row = 0; row < data.rows(); row++) {
        float[] own = Arrays.copyOfRange(all, row * extent, (row + 1) * extent);
        switch (row % 4) {
          case 0 -> rows.addRow(own, classes[row], vocabulary);
          case 1 -> rows.addRow(all, row * extent, extent, classes[row], 3);
          case 2 ->
              rows.addRow(padded.slice(row, row + 1).reshape(extent), classes[row], vocabulary);
          default -> rows.addRow(FloatBuffer.wrap(own), classes[row], vocabulary);
        }
      }
      return rows.report();
    }

    private void checkPredictions(CrossEntropyOptions given) {
      int n = data.classes();
      int k = Math.min(n, 40);
      check("predicted ranks", given, (x, o) -> predicted(Predictions.of(x, targets, o)));
      check(
          "top k",
          given,
          (x, o) -> {
            TopK top = Predictions.topK(x, k, o);
            return joined(top.logProbs(), doubles(top.classes()));
          });
      check("entropies", given, (x, o) -> Predictions.entropy(x, o).toArray());
      check("of any", given, (x, o) -> Predictions.logProbOfAny(x, o, 0, n - 1).toArray());
      int[] last = new int[data.rows()];
      Arrays.fill(last, n - 1);
      IntTensor each = data.perRow(last);
      check("log-probabilities", given, (x, o) -> Predictions.logProbs(x, each, o).toArray());
    }

    private static double[] predicted(TokenPredictions got) {
      List<double[]> all =
          List.of(
              got.logProbs().toArray(),
              got.entropies().toArray(),
              doubles(got.ranks()),
              doubles(got.predicted()));
      return all.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    private void checkTwoModels(CrossEntropyOptions given) {
      float[] others = someLogits();
      FloatTensor plainQ = data.tensor(storage, others, 0);
      FloatTensor paddedQ = data.tensor(storage, others, padding);
      FloatTensor longerQ = data.tensor(storage, others, padding + 9);
      check(
          "divergences",
          given,
          (x, o) ->
              Losses.klDivergencePerToken(x, x.size() == plain.size() ? plainQ : paddedQ, o)
                  .toArray());
      check(
          "divergence without padding",
          given,
          (x, o) ->
              one(Losses.klDivergence(x, x.size() == plain.size() ? plainQ : paddedQ, targets, o)));
      CrossEntropyOptions asked = given.predictions(true);
      CrossEntropyOptions known = asked.vocabulary(data.classes());
      ComparisonReport expected =
          new ComparisonAccumulator(asked).add(plain, plainQ, targets).report();
      for (FloatTensor q : new FloatTensor[] {plainQ, paddedQ, longerQ}) {
        assertThat(new ComparisonAccumulator(known).add(padded, q, targets).report())
            .as(what("comparison", given))
            .isEqualTo(expected);
      }
      if (data.inner() == 1) {
        assertThat(comparedByRows(known, longerQ)).isEqualTo(expected);
      }
    }

    /** Also where the teacher is padded in another way. */
    private void checkDistillation(double temperature) {
      float[] others = someLogits();
      FloatTensor teacher = data.tensor(storage, others, 0);
      FloatTensor paddedTeacher = data.tensor(storage, others, padding + 9);
      for (DistillationOptions.Direction direction : DistillationOptions.Direction.values()) {
        DistillationOptions given =
            DistillationOptions.defaults()
                .direction(direction)
                .temperature(temperature)
                .ignoreWhere(targets)
                .classAxis(options.classAxis())
                .parallel(options.parallel());
        checkWritten(
            "distillation " + given,
            options,
            0,
            (x, o, out) ->
                o.vocabulary().isPresent()
                    ? Losses.klDivergenceWithGradient(
                        paddedTeacher, x, given.vocabulary(data.classes()), out)
                    : Losses.klDivergenceWithGradient(teacher, x, given, out));
      }
    }

    private ComparisonReport comparedByRows(CrossEntropyOptions known, FloatTensor q) {
      ComparisonAccumulator rows = new ComparisonAccumulator(known);
      for (int row = 0; row < data.rows(); row++) {
        rows.addRow(
            padded.slice(row, row + 1).reshape(-1),
            q.slice(row, row + 1).reshape(-1),
            classes[row]);
      }
      return rows.report();
    }

    private static double[] one(double value) {
      return new double[] {value};
    }

    private static double[] doubles(IntTensor values) {
      return Arrays.stream(values.toArray()).asDoubleStream().toArray();
    }

    private static double[] joined(DoubleTensor first, double[] second) {
      List<Double> all = new ArrayList<>();
      Arrays.stream(first.toArray()).forEach(all::add);
      Arrays.stream(second).forEach(all::add);
      return all.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }
}
