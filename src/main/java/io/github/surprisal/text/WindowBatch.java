/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.text;

import io.github.surprisal.CrossEntropyOptions;
import io.github.surprisal.IntTensor;
import io.github.surprisal.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Windows that are run through a model together, as the rows of one batch.
 *
 * <p>Rows shorter than the longest are padded on the right. Under causal attention that leaves the
 * logits of the real positions as they are, and no attention mask is needed.
 *
 * @param windows the windows, one for each row
 * @param inputIds what to feed the model, of shape {@code (windows, longest)}; the pad id fills up
 *     shorter rows
 * @param targets the targets aligned with the logits, of the same shape; the ignore index stands
 *     where nothing is scored, padding included
 */
public record WindowBatch(List<Window> windows, IntTensor inputIds, IntTensor targets) {

  /**
   * Copies the list and checks the shapes.
   *
   * @param windows the windows, one for each row
   * @param inputIds what to feed the model, of shape {@code (windows, longest)}
   * @param targets the targets aligned with the logits, of the same shape
   * @throws IllegalArgumentException if the shapes are not both {@code (windows, longest)}, or a
   *     window is null
   */
  public WindowBatch {
    Shape expected = Shape.of(windows.size(), longest(windows));
    windows = List.copyOf(windows);
    requireShape("inputIds", inputIds, expected);
    requireShape("targets", targets, expected);
  }

  private static void requireShape(String name, IntTensor tensor, Shape expected) {
    if (!tensor.shape().equals(expected)) {
      throw new IllegalArgumentException(
          name + " have shape " + tensor.shape() + ", expected " + expected + " for the windows");
    }
  }

  /**
   * {@link #of(List, IntTensor, int, CrossEntropyOptions)} with the default options.
   *
   * @param windows the windows, in the order of the rows
   * @param tokens the whole sequence, of shape {@code (seq)}
   * @param padId what fills up shorter rows of the input; any token that the model knows
   * @return the batch; of shape {@code (0, 0)} for no window
   * @throws IllegalArgumentException if the tokens have another rank or end before a window, or a
   *     window is null
   */
  public static WindowBatch of(List<Window> windows, IntTensor tokens, int padId) {
    return of(windows, tokens, padId, CrossEntropyOptions.defaults());
  }

  /**
   * Makes a batch of windows of one sequence.
   *
   * @param windows the windows, in the order of the rows
   * @param tokens the whole sequence, of shape {@code (seq)}
   * @param padId what fills up shorter rows of the input; any token that the model knows
   * @param options the ignore index, which marks a position as not to be scored
   * @return the batch; of shape {@code (0, 0)} for no window
   * @throws IllegalArgumentException if the tokens have another rank or end before a window, or a
   *     window is null
   */
  public static WindowBatch of(
      List<Window> windows, IntTensor tokens, int padId, CrossEntropyOptions options) {
    Shape shape = Shape.of(windows.size(), longest(windows));
    int[] inputIds = filled(shape, padId);
    int[] targets = filled(shape, options.ignoreIndex());
    int from = 0;
    for (Window window : windows) {
      window.writeInputIds(tokens, inputIds, from);
      window.writeTargets(tokens, options.ignoreIndex(), targets, from);
      from += shape.axis(1);
    }
    return new WindowBatch(
        windows,
        IntTensor.wrap(inputIds, shape.toArray()),
        IntTensor.wrap(targets, shape.toArray()));
  }

  private static int[] filled(Shape shape, int value) {
    if (shape.size() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "windows fill shape " + shape + ", expected fewer: it does not fit an array");
    }
    int[] array = new int[(int) shape.size()];
    Arrays.fill(array, value);
    return array;
  }

  private static int longest(List<Window> windows) {
    int longest = 0;
    int index = 0;
    for (Window window : windows) {
      if (window == null) {
        throw new IllegalArgumentException("window " + index + " is null, expected a window");
      }
      longest = Math.max(longest, window.length());
      index++;
    }
    return longest;
  }
}
