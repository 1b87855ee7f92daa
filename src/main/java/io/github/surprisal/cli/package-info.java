/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The command {@code surprisal}. It reads logits and targets from files of tensors, or replies of
 * servers from JSON, streams them through an accumulator such as {@link
 * io.github.surprisal.LossAccumulator} and prints the report as a table or as JSON. It uses the
 * library as any other program would, through its exported packages, and is packed with its own
 * dependencies into the jar with the classifier {@code cli}; the library's jar does not contain it.
 *
 * <p>{@code Main} has a class for each subcommand. {@code eval} and {@code compare} open a {@code
 * Corpus}, let {@code Relaunch} decide which JVM does the work, and let {@code Scoring} add up
 * losses block by block. The bytes of tokens come from a {@code Vocabulary}, which {@code
 * VocabularyFile} reads. {@code logprobs} reads {@code Replies}, each form of them by a {@code
 * ReplyReader}. {@code ReportText} writes what comes of it. {@code info} shows what {@code
 * TensorInfo} finds out. {@code JsonReader} reads JSON, {@code JsonLine} writes it.
 */
@NullMarked
package io.github.surprisal.cli;

import org.jspecify.annotations.NullMarked;
