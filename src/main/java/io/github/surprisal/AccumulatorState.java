/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.sum.MergeableSums;
import io.github.surprisal.sum.SerialWriter;
import java.io.InvalidObjectException;
import java.util.ConcurrentModificationException;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/**
 * What an accumulator of any kind holds: options and sums. It merges them, writes them, and notices
 * when two threads are inside at once.
 *
 * @param <S> the sums
 */
final class AccumulatorState<S extends MergeableSums<S>> {

  private final String type;
  private final CrossEntropyOptions options;
  private final S sums;

  /** The thread that is inside; a plain field, so that a race is found often, not always. */
  private @Nullable Thread inside;

  /**
   * The state of an accumulator.
   *
   * @param type the accumulator's class, for messages
   */
  AccumulatorState(String type, CrossEntropyOptions options, S sums) {
    this.type = type;
    this.options = options;
    this.sums = sums;
  }

  CrossEntropyOptions options() {
    return options;
  }

  /** The sums, to be used between {@link #enter} and {@link #exit}. */
  S sums() {
    return sums;
  }

  /**
   * Begins a use by this thread, which {@link #exit} ends.
   *
   * @throws ConcurrentModificationException if another thread is inside
   */
  void enter() {
    Thread current = Thread.currentThread();
    Thread other = inside;
    if (other != null && other != current) {
      throw new ConcurrentModificationException(
          "the "
              + type
              + " is used by thread "
              + other.getName()
              + " and by thread "
              + current.getName()
              + " at once, expected one thread at a time: give each thread its own accumulator, and"
              + " combine them");
    }
    inside = current;
  }

  void exit() {
    inside = null;
  }

  /** Changes the sums, inside. */
  void update(Consumer<? super S> change) {
    enter();
    try {
      change.accept(sums);
    } finally {
      exit();
    }
  }

  /** The result of an operation on the sums, inside. */
  <R> R apply(Function<? super S, R> operation) {
    enter();
    try {
      return operation.apply(sums);
    } finally {
      exit();
    }
  }

  static void checkPosition(long row) {
    if (row < 0) {
      throw new IllegalArgumentException(
          "row is " + row + ", expected 0 or more: the position in the corpus, counted from 0");
    }
  }

  /** Adds all that another state holds, which may be this one. */
  void combine(AccumulatorState<S> other) {
    if (!options.scoresLike(other.options)) {
      throw new IllegalArgumentException(
          "other has " + differences(other.options) + ": combine accumulators of the same options");
    }
    update(own -> other.update(own::add));
  }

  private String differences(CrossEntropyOptions others) {
    StringJoiner text = new StringJoiner(" and ");
    difference("ignoreIndex", CrossEntropyOptions::ignoreIndex, others, text);
    difference("labelSmoothing", CrossEntropyOptions::labelSmoothing, others, text);
    difference("classWeights", AccumulatorState::weights, others, text);
    difference("temperature", CrossEntropyOptions::temperature, others, text);
    difference("classAxis", CrossEntropyOptions::classAxis, others, text);
    difference("predictions", CrossEntropyOptions::predictions, others, text);
    difference("vocabulary", CrossEntropyOptions::vocabularyText, others, text);
    return text.toString();
  }

  private void difference(
      String name,
      Function<CrossEntropyOptions, Object> option,
      CrossEntropyOptions others,
      StringJoiner text) {
    Object its = option.apply(others);
    Object expected = option.apply(options);
    if (!its.equals(expected)) {
      text.add(name + " " + its + ", expected " + expected);
    }
  }

  private static Object weights(CrossEntropyOptions options) {
    return options.classWeights().<Object>map(weights -> weights).orElse("none");
  }

  /** The serial form, which begins with a magic number and a version. */
  byte[] toByteArray(int magic, int version) {
    SerialWriter out = new SerialWriter(magic, version);
    options.writeTo(out);
    update(own -> own.writeTo(out));
    return out.toByteArray();
  }

  /**
   * A collector of accumulators.
   *
   * @param empty makes an accumulator, or refuses its options, which is tried at once
   * @param adder adds an element to an accumulator
   * @param combiner adds the second accumulator to the first
   */
  static <T, A> Collector<T, ?, A> collector(
      Supplier<A> empty, BiConsumer<? super A, ? super T> adder, BiConsumer<A, A> combiner) {
    Objects.requireNonNull(empty.get());
    return Collector.of(
        empty,
        adder::accept,
        (left, right) -> {
          combiner.accept(left, right);
          return left;
        },
        Collector.Characteristics.UNORDERED);
  }

  /**
   * Reads what a proxy of Java serialization holds.
   *
   * @param type the accumulator's class, for messages
   * @param form the serial form; null in a stream that was tampered with
   * @param reader what reads the form
   * @throws InvalidObjectException if the form is missing or malformed
   */
  static <A> A resolve(String type, byte @Nullable [] form, Function<byte[], A> reader)
      throws InvalidObjectException {
    if (form == null) {
      throw new InvalidObjectException("the serial form of a " + type + " is missing");
    }
    try {
      return reader.apply(form);
    } catch (IllegalArgumentException malformed) {
      InvalidObjectException invalid = new InvalidObjectException(malformed.getMessage());
      invalid.initCause(malformed);
      throw invalid;
    }
  }

  /** What is thrown at a stream that holds an accumulator without its proxy. */
  static InvalidObjectException withoutProxy(String type) {
    return new InvalidObjectException("a " + type + " is written as its proxy");
  }
}
