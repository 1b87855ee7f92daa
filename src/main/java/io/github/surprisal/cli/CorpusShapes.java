/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.file.StoredTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks that tensors of a corpus fit together. */
final class CorpusShapes {

  private CorpusShapes() {}

  /** Checks that there is a target for each row of logits, by the shapes if both are one tensor. */
  static void checkTargets(LogitParts logits, IntegerParts targets) throws InputException {
    if (logits.parts().size() > 1 || targets.parts().size() > 1) {
      requireSameNumber(targets, "targets", logits.rows(), "rows of logits");
      return;
    }
    StoredTensor given = logits.first();
    StoredTensor wanted = targets.first();
    List<Long> rows = withoutVocabulary(given);
    if (rows.isEmpty() && wanted.size() != 1) {
      throw doNotFit(given, wanted, "vocabulary");
    }
    if (!fit(given, wanted)) {
      throw InputException.of(
          wanted,
          "shape %s does not fit logits of shape %s, expected %s",
          wanted.shapeText(),
          given.shapeText(),
          StoredTensor.shapeText(rows));
    }
  }

  /**
   * Checks that input ids and logits have the same sequences, by the shapes if both are one tensor:
   * rows may be flattened into one axis, but ids may not, since they would lose where a sequence
   * ends.
   */
  static void checkTokens(LogitParts logits, IntegerParts tokens) throws InputException {
    if (logits.parts().size() > 1 || tokens.parts().size() > 1) {
      return;
    }
    List<Long> rows = longAxes(withoutVocabulary(logits.first()));
    List<Long> ids = longAxes(tokens.first().shape());
    if (rows.size() < 2 || rows.equals(ids) || rows.equals(longAxes(withoutLast(tokens)))) {
      return;
    }
    throw InputException.of(
        tokens.first(),
        "shape %s does not fit logits of shape %s, expected %s",
        tokens.first().shapeText(),
        logits.first().shapeText(),
        StoredTensor.shapeText(withoutVocabulary(logits.first())));
  }

  /** The axes along which rows lie. */
  private static List<Long> withoutVocabulary(StoredTensor logits) {
    return logits.shape().subList(0, logits.shape().size() - 1);
  }

  /** The shape of the ids without the last one of each sequence. */
  private static List<Long> withoutLast(IntegerParts tokens) {
    List<Long> shape = new ArrayList<>(tokens.first().shape());
    int last = shape.size() - 1;
    if (last >= 0) {
      shape.set(last, shape.get(last) - 1);
    }
    return shape;
  }

  /** The axes that are longer than 1: others do not matter. */
  private static List<Long> longAxes(List<Long> shape) {
    return shape.stream().filter(axis -> axis != 1).toList();
  }

  /** Checks the logits of a second model, which are scored against the same targets. */
  static void checkOther(
      LogitParts logits, LogitParts other, TargetRows targets, boolean isVocabularyKnown)
      throws InputException {
    if (other.columns() != logits.columns() && !isVocabularyKnown) {
      throw InputException.of(
          other.first(),
          "shape %s has a vocabulary (last axis) of %d, expected %d, as in %s: if columns are"
              + " padding, give the number of tokens as --vocabulary",
          other.first().shapeText(),
          other.columns(),
          logits.columns(),
          logits.first().label());
    }
    if (other.rows() != logits.rows()) {
      if (other.parts().size() == 1 && targets.ids().parts().size() == 1 && !targets.areShifted()) {
        throw doNotFit(other.first(), targets.ids().first(), other.columns());
      }
      throw InputException.of(
          other.first(),
          "has %d rows in all, expected %d, as %s",
          other.rows(),
          logits.rows(),
          logits.first().label());
    }
  }

  /** Checks that there is a number for each target. */
  static void checkBeside(IntegerParts numbers, IntegerParts targets, String what)
      throws InputException {
    StoredTensor first = numbers.first();
    if (numbers.parts().size() > 1 || targets.parts().size() > 1) {
      requireSameNumber(numbers, "numbers", targets.size(), what);
    } else if (!first.shape().equals(targets.first().shape())) {
      throw InputException.of(
          first,
          "shape %s does not fit %s of shape %s, expected the same",
          first.shapeText(),
          what,
          targets.first().shapeText());
    }
  }

  /** Checks that there is a number for each row. */
  static void checkRows(IntegerParts numbers, long rows) throws InputException {
    requireSameNumber(numbers, "numbers", rows, "rows of logits");
  }

  private static void requireSameNumber(
      IntegerParts numbers, String name, long expected, String what) throws InputException {
    if (numbers.size() != expected) {
      throw InputException.of(
          numbers.first(),
          "%d %s in all do not fit %d %s, expected as many",
          numbers.size(),
          name,
          expected,
          what);
    }
  }

  private static boolean fit(StoredTensor logits, StoredTensor targets) {
    return sameOrFlattened(withoutVocabulary(logits), targets.shape())
        && logits.size() / logits.columns() == targets.size();
  }

  private static InputException doNotFit(
      StoredTensor logits, StoredTensor targets, Object vocabulary) {
    String axes =
        Stream.concat(targets.shape().stream(), Stream.of(vocabulary))
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
    return InputException.of(
        logits,
        "shape %s does not fit targets of shape %s, expected (%s)",
        logits.shapeText(),
        targets.shapeText(),
        axes);
  }

  /**
   * Whether two shapes are the same, axes of length 1 aside, or one may be the other flattened into
   * one axis.
   */
  private static boolean sameOrFlattened(List<Long> first, List<Long> second) {
    List<Long> a = longAxes(first);
    List<Long> b = longAxes(second);
    return a.equals(b) || a.size() == 1 || b.size() == 1;
  }
}
