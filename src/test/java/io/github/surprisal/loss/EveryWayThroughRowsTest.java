/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.surprisal.kernel.AlternatingReadingOrder;
import io.github.surprisal.kernel.FixedReadingOrder;
import io.github.surprisal.kernel.KernelProvider;
import io.github.surprisal.kernel.KernelValues;
import io.github.surprisal.kernel.Places;
import io.github.surprisal.kernel.ReadingOrder;
import io.github.surprisal.kernel.ScalarKernel;
import io.github.surprisal.kernel.TileKernel;
import io.github.surprisal.kernel.WarmingKernels;
import io.github.surprisal.kernel.loop.LoopKernel;
import io.github.surprisal.rows.ClassRows;
import io.github.surprisal.rows.FloatData;
import io.github.surprisal.rows.FloatStorage;
import io.github.surprisal.rows.IntData;
import io.github.surprisal.rows.RowReader;
import io.github.surprisal.rows.RowReaders;
import io.github.surprisal.rows.RowTargets;
import io.github.surprisal.rows.RowWeights;
import io.github.surprisal.rows.RowWriter;
import io.github.surprisal.rows.RowWriters;
import io.github.surprisal.rows.Temperature;
import io.github.surprisal.sum.ExactSum;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Losses, gradients, log-softmax and predictions have the same bits whichever kernel takes them, in
 * whatever order rows are read, where they lie, and how many are taken together. The expected bits
 * come from {@link ScalarKernel}, which takes one row after the other, from front to back.
 */
final class EveryWayThroughRowsTest {

  /**
   * Places of the likeliest classes that are looked for: more than some rows have finite logits.
   */
  private static final int MOST_PLACES = 700;

  private static final long SEED = Long.getLong("ways.seed", 20261128);

  private static final boolean INTERPRETED =
      System.getProperty("java.vm.info", "").contains("interpreted");

  /** Rows and classes, around tiles, vectors, the four tiles of a long row, and blocks of rows. */
  private static final int[][] SHAPES = {
    {1, 1},
    {5, 3},
    {40, 33},
    {70, 100},
    {33, 1023},
    {9, 1024},
    {6, 1025},
    {4, 3000},
    {3, 4096},
    {3, 5003},
    {2, 8200},
    {2, 70_000},
    {66, 17},
    {130, 64},
    {1030, 19}
  };

  private static ReadingOrders orders(Supplier<ReadingOrder> order) {
    return new ReadingOrders(
        order.get(), order.get(), order.get(), order.get(), order.get(), order.get());
  }

  private static Map<String, WorkSpace> workSpaces() {
    Map<String, WorkSpace> spaces = new LinkedHashMap<>();
    spaces.put("scalar", new WorkSpace(new ScalarKernel(), orders(AlternatingReadingOrder::new)));
    spaces.put("going over from loops", goingOver());
    addOrders(spaces, LoopKernel::new);
    if (!KernelProvider.newKernel().name().equals("loop")) {
      addOrders(spaces, KernelProvider::newKernel);
    }
    return spaces;
  }

  /** Goes over to another kernel in the middle of a row. */
  private static WorkSpace goingOver() {
    AtomicInteger calls = new AtomicInteger();
    return new WorkSpace(
        WarmingKernels.goingOver(new LoopKernel(), () -> calls.incrementAndGet() % 7 > 3),
        orders(AlternatingReadingOrder::new));
  }

  private static void addOrders(Map<String, WorkSpace> spaces, Supplier<TileKernel> kernel) {
    String name = kernel.get().name();
    spaces.put(
        name + " at one place",
        new WorkSpace(kernel.get(), orders(() -> new FixedReadingOrder(Places.ONE))));
    spaces.put(
        name + " at four places",
        new WorkSpace(kernel.get(), orders(() -> new FixedReadingOrder(Places.FOUR))));
    spaces.put(
        name + " at one and four places in turn",
        new WorkSpace(kernel.get(), orders(AlternatingReadingOrder::new)));
  }

  @ParameterizedTest
  @EnumSource(KernelValues.class)
  void haveTheSameBits(KernelValues family) {
    Map<String, WorkSpace> spaces = workSpaces();
    Random random = new Random(SEED + family.name().hashCode());
    for (int i = 0; i < SHAPES.length; i += INTERPRETED ? 5 : 1) {
      Case rows = new Case(family, SHAPES[i][0], SHAPES[i][1], random);
      for (double smoothing : new double[] {0, 0.1}) {
        for (float[] weights : new float[][] {{}, weights(rows.classes, random)}) {
          check(rows, settings(weights, smoothing, 1, 0), spaces);
        }
      }
      check(rows, settings(weights(rows.classes, random), 0, 0.7, 0), spaces);
      check(rows, settings(new float[0], i % 2 * 0.1, 1, 1e-3), spaces);
      check(rows, settings(new float[0], (i + 1) % 2 * 0.1, 1.3, 1e-3), spaces);
    }
  }

  private static LossSettings settings(
      float[] weights, double smoothing, double temperature, double zLoss) {
    return new LossSettings(weights, smoothing, new Temperature(temperature), zLoss, false, false);
  }

  private static float[] weights(int classes, Random random) {
    float[] weights = new float[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = random.nextInt(5) == 0 ? 0 : random.nextFloat() * 2;
    }
    return weights;
  }

  private static void check(Case rows, LossSettings settings, Map<String, WorkSpace> spaces) {
    WorkSpace scalar = new WorkSpace(new ScalarKernel(), orders(() -> ReadingOrder.FRONT_TO_BACK));
    double[] losses = rows.lossesOneByOne(settings, scalar);
    float[] gradient = rows.gradientOneByOne(settings, scalar);
    float[] logSoftmax = rows.logSoftmaxOneByOne(scalar);
    double[] predictions = rows.predictionsOneByOne(scalar);
    spaces.forEach(
        (name, space) -> {
          for (Layout layout : Layout.values()) {
            String what =
                "seed %d, %s, %s, %s, smoothing %s, weights %s, temperature %s, z-loss %s"
                    .formatted(
                        SEED,
                        rows,
                        name,
                        layout,
                        settings.smoothing(),
                        !settings.weights().areNone(),
                        settings.temperature().value(),
                        settings.zLoss());
            assertThat(rows.losses(layout, settings, space)).as(what).isEqualTo(losses);
            assertSameBits(rows.gradient(layout, settings, space, false), gradient, what);
            if (layout != Layout.DIRECT_BUFFER) {
              assertSameBits(
                  rows.gradient(layout, settings, space, true), gradient, what + ", in place");
            }
            if (settings.arePlain() && settings.weights().areNone()) {
              assertSameBits(rows.logSoftmax(layout, space), logSoftmax, what + ", log-softmax");
              assertThat(rows.predictions(layout, space)).as(what).isEqualTo(predictions);
            }
          }
        });
  }

  private static void assertSameBits(float[] got, float[] expected, String what) {
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToIntBits(got[i]) != Float.floatToIntBits(expected[i])) {
        assertThat(got[i]).as(what + ", element " + i).isEqualTo(expected[i]);
      }
    }
  }

  /** Where the classes of a row lie. */
  private enum Layout {
    CONTIGUOUS,
    DIRECT_BUFFER,
    /** All rows side by side. */
    STRIDED,
    /** Two blocks of rows side by side. */
    STRIDED_IN_BLOCKS;

    ClassRows rows(int rows, int classes) {
      return switch (this) {
        case CONTIGUOUS, DIRECT_BUFFER -> new ClassRows(classes, 1, rows);
        case STRIDED -> new ClassRows(classes, rows, rows);
        case STRIDED_IN_BLOCKS ->
            rows % 2 == 0
                ? new ClassRows(classes, rows / 2, rows)
                : new ClassRows(classes, rows, rows);
      };
    }
  }

  /** Rows of logits with their targets, some of which are not scored. */
  private static final class Case {
    private final KernelValues family;
    private final int count;
    private final int classes;
    private final float[] x;
    private final int[] targets;

    Case(KernelValues family, int count, int classes, Random random) {
      this.family = family;
      this.count = count;
      this.classes = classes;
      x = new float[count * classes];
      for (int i = 0; i < x.length; i++) {
        x[i] = family.next(random);
      }
      targets = new int[count];
      boolean isPadded = random.nextBoolean();
      for (int row = 0; row < count; row++) {
        boolean isIgnored = isPadded ? row < count / 3 : random.nextInt(4) == 0;
        targets[row] = isIgnored ? -1 : random.nextInt(classes);
      }
    }

    @Override
    public String toString() {
      return "%s, %d rows of %d classes".formatted(family, count, classes);
    }

    private RowTargets targets() {
      return new RowTargets(new IntData(targets, 0), -1);
    }

    /** The elements as they lie in a layout. */
    private float[] laidOut(float[] rowMajor, Layout layout) {
      ClassRows rows = layout.rows(count, classes);
      float[] out = new float[rowMajor.length];
      for (int row = 0; row < count; row++) {
        for (int c = 0; c < classes; c++) {
          out[(int) (rows.start(row) + c * rows.stride())] = rowMajor[row * classes + c];
        }
      }
      return out;
    }

    private float[] rowMajor(float[] laidOut, Layout layout) {
      ClassRows rows = layout.rows(count, classes);
      float[] out = new float[laidOut.length];
      for (int row = 0; row < count; row++) {
        for (int c = 0; c < classes; c++) {
          out[row * classes + c] = laidOut[(int) (rows.start(row) + c * rows.stride())];
        }
      }
      return out;
    }

    private static FloatData data(float[] array, Layout layout) {
      if (layout != Layout.DIRECT_BUFFER) {
        return new FloatData(new FloatStorage.Array(array), 0);
      }
      FloatBuffer direct =
          ByteBuffer.allocateDirect(Float.BYTES * array.length)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      direct.put(0, array);
      return new FloatData(new FloatStorage.Buffer(direct), 0);
    }

    private IndexTargetRangeLosses range(
        float[] array, Layout layout, LossSettings settings, WorkSpace space) {
      ClassRows rows = layout.rows(count, classes);
      return new IndexTargetRangeLosses(
          data(array, layout), rows, targets(), RowWeights.NONE, settings, count, space);
    }

    double[] losses(Layout layout, LossSettings settings, WorkSpace space) {
      IndexTargetRangeLosses range = range(laidOut(x, layout), layout, settings, space);
      double[] losses = new double[count];
      for (int row = 0; row < count; row++) {
        losses[row] = targets[row] < 0 ? 0 : range.loss(row);
      }
      return losses;
    }

    float[] gradient(Layout layout, LossSettings settings, WorkSpace space, boolean inPlace) {
      float[] array = laidOut(x, layout);
      float[] out = inPlace ? array : new float[array.length];
      if (!inPlace) {
        Arrays.fill(out, Float.NaN);
      }
      range(array, layout, settings, space).addWithGradient(new ExactSum(), 0, count, 0.37, out);
      return rowMajor(out, layout);
    }

    float[] logSoftmax(Layout layout, WorkSpace space) {
      ClassRows rows = layout.rows(count, classes);
      float[] out = new float[x.length];
      RowReader reader = RowReaders.of(rows, data(laidOut(x, layout), layout), space.logits);
      RowWriter writer = RowWriters.of(rows, out, space.results);
      LogSoftmaxWriter logSoftmax = new LogSoftmaxWriter(reader, space);
      for (int row = 0; row < count; row++) {
        reader.moveTo(row);
        writer.moveTo(row);
        logSoftmax.write(writer);
      }
      writer.finish();
      return rowMajor(out, layout);
    }

    /** All that is predicted in each row, one number after the other. */
    double[] predictions(Layout layout, WorkSpace space) {
      ClassRows rows = layout.rows(count, classes);
      RowReader reader = RowReaders.of(rows, data(laidOut(x, layout), layout), space.logits);
      RowPrediction prediction = new RowPrediction(reader, space);
      RowPrediction listing = new RowPrediction(reader, space);
      TileMaxima maxima = new TileMaxima(reader, space);
      RowTopK top = new RowTopK(Math.min(classes, MOST_PLACES), reader, space);
      listing.find(maxima);
      int[] set = classes == 1 ? new int[] {0} : new int[] {0, classes / 2, classes - 1};
      RowSetProbability ofSet =
          new RowSetProbability(IntStream.of(set).distinct().toArray(), reader, space);
      DoubleStream.Builder all = DoubleStream.builder();
      for (int row = 0; row < count; row++) {
        reader.moveTo(row);
        int target = Math.max(targets[row], 0);
        prediction.take(target);
        all.add(prediction.logProb(target)).add(prediction.rank()).add(prediction.entropy());
        all.add(prediction.predicted()).add(ofSet.logProb());
        listing.take();
        if (listing.isDefined()) {
          top.take(maxima);
          IntStream.range(0, Math.min(classes, MOST_PLACES))
              .forEach(place -> all.add(top.classAt(place)));
        }
      }
      return all.build().toArray();
    }

    double[] predictionsOneByOne(WorkSpace space) {
      return IntStream.range(0, count)
          .mapToObj(row -> row(row).predictions(Layout.CONTIGUOUS, space))
          .flatMapToDouble(DoubleStream::of)
          .toArray();
    }

    /** A single row is never taken together with others. */
    private Case row(int row) {
      return new Case(this, row);
    }

    private Case(Case all, int row) {
      family = all.family;
      count = 1;
      classes = all.classes;
      x = Arrays.copyOfRange(all.x, row * classes, (row + 1) * classes);
      targets = new int[] {all.targets[row]};
    }

    double[] lossesOneByOne(LossSettings settings, WorkSpace space) {
      double[] losses = new double[count];
      for (int row = 0; row < count; row++) {
        if (targets[row] >= 0) {
          Case one = row(row);
          RowReader reader =
              RowReaders.of(
                  Layout.CONTIGUOUS.rows(1, classes),
                  data(one.x, Layout.CONTIGUOUS),
                  settings.temperature(),
                  space.logits);
          reader.moveTo(0);
          losses[row] = new RowCrossEntropy(reader, settings, space).loss(targets[row]);
        }
      }
      return losses;
    }

    float[] gradientOneByOne(LossSettings settings, WorkSpace space) {
      float[] all = new float[x.length];
      for (int row = 0; row < count; row++) {
        float[] one = row(row).gradient(Layout.CONTIGUOUS, settings, space, false);
        System.arraycopy(one, 0, all, row * classes, classes);
      }
      return all;
    }

    float[] logSoftmaxOneByOne(WorkSpace space) {
      float[] all = new float[x.length];
      for (int row = 0; row < count; row++) {
        float[] one = row(row).logSoftmax(Layout.CONTIGUOUS, space);
        System.arraycopy(one, 0, all, row * classes, classes);
      }
      return all;
    }
  }
}
