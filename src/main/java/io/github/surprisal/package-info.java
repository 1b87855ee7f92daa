/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Turns the logits of a language model into cross-entropy loss, perplexity and bits per byte, and
 * into the gradient that trains it; with the same bits on every machine.
 *
 * <h2>From logits to bits per byte</h2>
 *
 * <pre>{@code
 * // The model has seen tokens 1, 0, 2 and gives logits over a vocabulary of three at each.
 * IntTensor tokens = IntTensor.of(1, 0, 2);
 * FloatTensor logits =
 *     FloatTensor.of(new float[][] {{2.0f, 0.5f, -1.0f}, {0.1f, 0.2f, 3.0f}, {1, 1, 1}});
 *
 * // Position t predicts token t + 1, and the last position nothing.
 * IntTensor targets = Targets.nextToken(tokens);
 * System.out.println(targets); // IntTensor(3)[0, 2, -100]
 *
 * // How many bytes of text each token stands for, from the vocabulary's raw bytes.
 * byte[][] vocabulary = {{' ', 'i', 's'}, {'I', 't'}, {'.'}};
 * IntTensor bytes = TokenBytes.of(vocabulary).lengths(targets);
 *
 * LossReport report =
 *     Metrics.evaluate(logits, targets, bytes, CrossEntropyOptions.defaults());
 * System.out.println(report.loss()); // 0.1755
 * System.out.println(report.perplexity()); // 1.192
 * System.out.println(report.bitsPerByte()); // 0.1266
 * }</pre>
 *
 * <ol>
 *   <li>{@link io.github.surprisal.FloatTensor} and {@link io.github.surprisal.IntTensor} describe
 *       the caller's logits and tokens in arrays, buffers and native memory, without a copy.
 *   <li>{@link io.github.surprisal.Targets} makes of tokens what each position has to predict, and
 *       ignores padding and prompts; {@link io.github.surprisal.text.WindowPlan} cuts texts longer
 *       than the model's context.
 *   <li>{@link io.github.surprisal.TokenBytes} counts the bytes of tokens.
 *   <li>{@link io.github.surprisal.Metrics} evaluates one batch, {@link
 *       io.github.surprisal.LossAccumulator} a corpus in batches, on any number of threads and
 *       machines; both give a {@link io.github.surprisal.LossReport}.
 * </ol>
 *
 * <h2>Where to look</h2>
 *
 * <table>
 * <caption>Tasks, and the classes that do them</caption>
 * <tr><th>for</th><th>see</th></tr>
 * <tr><td>a loss as a number, the loss of every token, gradients, softmax, divergences</td>
 *     <td>{@link io.github.surprisal.Losses}</td></tr>
 * <tr><td>ranks, entropies, the likeliest tokens, probabilities of tokens and of sets</td>
 *     <td>{@link io.github.surprisal.Predictions}</td></tr>
 * <tr><td>label smoothing, class weights, the ignore index, the class axis</td>
 *     <td>{@link io.github.surprisal.CrossEntropyOptions}</td></tr>
 * <tr><td>perplexity and bits per byte of a loss that is known</td>
 *     <td>{@link io.github.surprisal.Metrics}</td></tr>
 * <tr><td>standard errors, confidence intervals, documents</td>
 *     <td>{@link io.github.surprisal.LossReport}</td></tr>
 * <tr><td>two models on the same tokens</td>
 *     <td>{@link io.github.surprisal.ComparisonAccumulator}</td></tr>
 * <tr><td>which kernel runs here, and why</td>
 *     <td>{@link io.github.surprisal.Surprisal}</td></tr>
 * </table>
 *
 * <p>Names, options and defaults follow PyTorch. Every value is immutable unless its class says
 * otherwise, no argument or result is ever {@code null}, and an argument that cannot be used is an
 * {@link java.lang.IllegalArgumentException} that names it and its value, what was expected, and
 * for usual mistakes what to do instead. The same input gives the same bits on every machine.
 */
@NullMarked
package io.github.surprisal;

import org.jspecify.annotations.NullMarked;
