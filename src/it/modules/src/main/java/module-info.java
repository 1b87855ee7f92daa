/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/** What a program with modules has to say to use the library. */
module example.modules {
  requires io.github.surprisal;
}
