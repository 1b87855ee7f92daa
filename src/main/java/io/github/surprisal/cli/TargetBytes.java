/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.TokenBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The bytes of text of each target: from files of counts, or from the file of a tokenizer. */
final class TargetBytes {

  private final TargetRows targets;
  private final Optional<IntegerParts> counts;
  private final Optional<Vocabulary> vocabulary;
  private final int ignoreIndex;

  /** Targets that the file of the tokenizer does not know. */
  private final Set<Integer> holes = new HashSet<>();

  private final List<String> notes = new ArrayList<>();

  /** Of the two, there may be one, or none. */
  TargetBytes(
      TargetRows targets,
      Optional<IntegerParts> counts,
      Optional<Vocabulary> vocabulary,
      int ignoreIndex) {
    this.targets = targets;
    this.counts = counts;
    this.vocabulary = vocabulary;
    this.ignoreIndex = ignoreIndex;
  }

  boolean areKnown() {
    return counts.isPresent() || vocabulary.isPresent();
  }

  Optional<IntegerParts> counts() {
    return counts;
  }

  Optional<Vocabulary> vocabulary() {
    return vocabulary;
  }

  /** A sentence on each hole of the vocabulary that is a target. */
  List<String> notes() {
    return notes;
  }

  /** Returns the bytes of a target, whose id this is. */
  int of(long target, int id) throws IOException {
    return counts.isPresent()
        ? counted(counts.get(), target)
        : spelled(vocabulary.orElseThrow(), target, id);
  }

  private static int counted(IntegerParts file, long target) throws IOException {
    long count = file.at(target);
    if (count < 0 || count > TokenBytes.MAX_BYTE_COUNT) {
      throw file.wrongAt(
          target,
          "byte count " + count,
          ", expected 0 to "
              + TokenBytes.MAX_BYTE_COUNT
              + ": are --targets and --token-bytes swapped?");
    }
    return (int) count;
  }

  private int spelled(Vocabulary tokens, long target, int id) throws InputException {
    if (id == ignoreIndex) {
      return 0;
    }
    if (!tokens.has(id)) {
      if (holes.add(id)) {
        String hole = targets.ids().placeOf(target, "token " + id);
        notes.add(hole + " is not in " + tokens.file() + ", and counts no bytes.");
      }
      return 0;
    }
    if (tokens.unknown().isPresent() && tokens.unknown().getAsInt() == id) {
      throw targets.ids().wrongAt(target, "token " + id, tokens.unknownProblem());
    }
    return tokens.tokens().length(id);
  }
}
