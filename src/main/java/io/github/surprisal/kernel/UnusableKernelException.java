/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.kernel;

/**
 * Thrown where a kernel was asked for that can't run. There is no constructor with a cause, which a
 * fork-join pool would use to wrap it for the caller's thread.
 */
public final class UnusableKernelException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  /**
   * An exception with a message of one line.
   *
   * @param message what was asked for, why it can't run, and what helps
   */
  public UnusableKernelException(String message) {
    super(message);
  }
}
