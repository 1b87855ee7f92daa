/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/** A program for a runtime of its own. */
module example.image {
  requires io.github.surprisal;
}
