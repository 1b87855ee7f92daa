/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Tensors in files, read block by block: NumPy's {@code .npy} and {@code .npz}, and {@code
 * .safetensors}.
 *
 * <p>{@link io.github.surprisal.file.TensorFile} opens a file and finds out what it is. Each {@link
 * io.github.surprisal.file.StoredTensor} in it has a name, an element type and a shape, and a
 * {@link io.github.surprisal.file.TensorReader} reads its rows as tensors of this library, a block
 * at a time, so that the memory used does not depend on the size of the file. What fits into memory
 * is read at once by {@link io.github.surprisal.file.TensorFile#readFloats(java.nio.file.Path)} and
 * {@link io.github.surprisal.file.TensorFile#readIntegers(java.nio.file.Path)}.
 */
@NullMarked
package io.github.surprisal.file;

import org.jspecify.annotations.NullMarked;
