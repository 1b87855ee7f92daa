/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Reads files as the command does, on all threads and in blocks, and does nothing with them. */
final class ReadingMain {

  private static final int BLOCK_BYTES = 1 << 19;

  private ReadingMain() {}

  public static void main(String[] args) throws Exception {
    for (String file : args) {
      read(Path.of(file));
    }
  }

  private static void read(Path file) throws Exception {
    try (FileChannel channel = FileChannel.open(file)) {
      AtomicLong next = new AtomicLong();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        Thread thread = new Thread(() -> read(channel, next));
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static void read(FileChannel channel, AtomicLong next) {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    try {
      long size = channel.size();
      for (long at = next.getAndAdd(BLOCK_BYTES); at < size; at = next.getAndAdd(BLOCK_BYTES)) {
        block.clear();
        while (block.hasRemaining() && channel.read(block, at + block.position()) >= 0) {}
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
