/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The elements of one of several tensors whose bytes stand in a row.
 *
 * @param all the elements of all of them
 * @param from where the tensor's begin
 */
record ElementRange(ElementSource all, long from) implements ElementSource {

  @Override
  public void read(long start, ByteBuffer into) throws IOException {
    all.read(from + start, into);
  }

  @Override
  public boolean isForwardOnly() {
    return all.isForwardOnly();
  }
}
