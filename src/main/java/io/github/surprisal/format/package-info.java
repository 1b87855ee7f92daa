/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * How numbers and bytes become text for people, and reports JSON. It knows no other room. The
 * package is not exported.
 */
@NullMarked
package io.github.surprisal.format;

import org.jspecify.annotations.NullMarked;
