/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** One case of the conformance data, in the library's own types. */
final class ConformanceCase {
  /** Stands in for an ignore index that the case has not, or that does not fit int. */
  private static final int NO_TARGET = Integer.MIN_VALUE;

  private final JsonNode json;
  private final Set<String> tags = new HashSet<>();

  ConformanceCase(JsonNode json) {
    this.json = json;
    json.get("tags").forEach(tag -> tags.add(tag.textValue()));
  }

  String name() {
    return json.get("name").textValue();
  }

  String op() {
    return json.get("op").textValue();
  }

  boolean tagged(String tag) {
    return tags.contains(tag);
  }

  boolean has(String field) {
    return json.has(field);
  }

  JsonNode field(String field) {
    return json.get(field);
  }

  boolean mustBeRejected() {
    return json.path("raises").asBoolean() || (json.has("raises") && tagged("quirk"));
  }

  FloatTensor floats(String field) {
    return JsonTensors.floats(json.get(field));
  }

  /** A tensor written as bit patterns, with the case's own shape. */
  FloatTensor hexFloats(String field) {
    return FloatTensor.wrap(
        JsonTensors.hexFloats(json.get(field)), JsonTensors.shape(json.get("shape")));
  }

  double[] numbers(String field) {
    return JsonTensors.numbers(json.get(field));
  }

  /** What is right: torch's value, or the one under the convention 0·log 0 = 0 where it differs. */
  double[] expected() {
    return numbers(has("mathExpected") ? "mathExpected" : "expected");
  }

  String reduction() {
    return option("reduction").textValue();
  }

  JsonNode option(String name) {
    return json.get("options").get(name);
  }

  boolean hasIndexTargets() {
    return json.get("targetKind").textValue().equals("index");
  }

  /** The class axis of every two- and more-dimensional case is 1. */
  int classAxis() {
    return json.get(has("logProbs") ? "logProbs" : "logits").get("shape").size() == 1 ? 0 : 1;
  }

  double labelSmoothing() {
    return JsonTensors.number(option("labelSmoothing"));
  }

  Optional<FloatTensor> weight() {
    JsonNode weight = option("weight");
    return weight == null || weight.isNull()
        ? Optional.empty()
        : Optional.of(JsonTensors.floats(weight));
  }

  private boolean ignoreIndexFits() {
    JsonNode ignoreIndex = option("ignoreIndex");
    return !ignoreIndex.isNull() && ignoreIndex.canConvertToInt();
  }

  int ignoreIndex() {
    if (ignoreIndexFits()) {
      return option("ignoreIndex").intValue();
    }
    return NO_TARGET;
  }

  /** The index targets; an ignore index beyond int becomes one that fits. */
  IntTensor targets() {
    JsonNode targets = json.get("targets");
    long[] values = JsonTensors.longs(targets.isArray() ? targets : targets.get("ints"));
    JsonNode ignoreIndex = option("ignoreIndex");
    for (int i = 0; i < values.length; i++) {
      if (!ignoreIndexFits() && !ignoreIndex.isNull() && values[i] == ignoreIndex.longValue()) {
        values[i] = NO_TARGET;
      }
    }
    int[] shape =
        targets.isArray() ? new int[] {values.length} : JsonTensors.shape(targets.get("shape"));
    return IntTensor.copyOf(values, shape);
  }

  /** The options of a loss; {@code none} becomes the sum, whose gradient is the same. */
  CrossEntropyOptions options() {
    CrossEntropyOptions options =
        CrossEntropyOptions.defaults()
            .classAxis(classAxis())
            .ignoreIndex(ignoreIndex())
            .labelSmoothing(labelSmoothing())
            .reduction(reduction().equals("mean") ? Reduction.MEAN : Reduction.SUM);
    return weight().map(options::classWeights).orElse(options);
  }

  @Override
  public String toString() {
    return name();
  }
}
