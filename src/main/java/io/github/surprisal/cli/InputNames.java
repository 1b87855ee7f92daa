/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.file.ElementType;
import java.util.List;
import java.util.Optional;

/**
 * What a command line names as its input; each list has the files of an option in order, and is
 * empty if the option is not given.
 *
 * @param models the logits of each model
 * @param targets the targets, or else the input ids
 * @param areTokens whether {@code targets} are input ids
 * @param vocabularyFile tells the bytes of each token, in place of {@code tokenBytes}
 * @param dtype the type that the logits really have, if it is said
 */
record InputNames(
    List<List<String>> models,
    List<String> targets,
    boolean areTokens,
    List<String> tokenBytes,
    Optional<String> vocabularyFile,
    List<String> documents,
    Optional<ElementType> dtype) {}
