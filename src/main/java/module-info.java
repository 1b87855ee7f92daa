/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Loss, perplexity and bits per byte from the logits of a language model. The exported packages
 * hold all that a program uses: {@link io.github.surprisal}, {@link io.github.surprisal.file} for
 * tensors in files, and {@link io.github.surprisal.text} for texts longer than the model's context.
 * Everything else in the module may change with any release. The module needs {@code java.base}
 * alone when it runs: the JSpecify annotations that it is compiled with describe where a value may
 * be missing to a compiler that looks for them, and are not needed by one that does not.
 */
module io.github.surprisal {
  requires static org.jspecify;

  exports io.github.surprisal;
  exports io.github.surprisal.file;
  exports io.github.surprisal.text;
}
