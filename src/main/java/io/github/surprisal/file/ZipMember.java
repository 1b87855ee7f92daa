/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A member of a zip archive, which can be opened again and again, and holds a tensor.
 *
 * @param label what messages call it
 */
record ZipMember(String label, ZipFile zip, ZipEntry entry) {

  /** How much is decompressed at a time. */
  private static final int CHUNK_BYTES = 1 << 16;

  /** Opens the member at its front. */
  Content open() throws IOException {
    try {
      return new Content(zip.getInputStream(entry));
    } catch (ZipException unsound) {
      throw damaged(unsound);
    }
  }

  /** The open member as the input whose header is read; its elements open the member anew. */
  ByteInput header(Content content) throws FileFormatException {
    if (entry.getSize() < 0) {
      throw new FileFormatException(label, "has an impossible size, expected less than 2^63");
    }
    return ByteInput.ofMember(label, content, entry.getSize(), Elements::new);
  }

  private FileFormatException damaged(IOException cause) {
    return new FileFormatException(label, "is damaged: " + reason(cause));
  }

  /** What is wrong with an archive; Java says nothing where one ends too early. */
  static String reason(Exception cause) {
    return Optional.ofNullable(cause.getMessage()).orElse("it ends too early");
  }

  /** What the member holds, held against the archive's checksum where it ends. */
  final class Content implements ReadableByteChannel {

    private final InputStream stream;
    private final CRC32 sum = new CRC32();
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private boolean isOpen = true;

    private Content(InputStream stream) {
      this.stream = stream;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      int count;
      try {
        count = stream.read(chunk, 0, Math.min(chunk.length, into.remaining()));
      } catch (ZipException | EOFException unsound) {
        throw damaged(unsound);
      }
      if (count < 0) {
        verify();
      } else {
        sum.update(chunk, 0, count);
        into.put(chunk, 0, count);
      }
      return count;
    }

    /** Java itself does not look at the checksum of a member of a {@link ZipFile}. */
    private void verify() throws FileFormatException {
      if (sum.getValue() != entry.getCrc()) {
        throw new FileFormatException(
            label,
            String.format(
                Locale.ROOT,
                "is damaged: its CRC-32 is %08x, expected %08x",
                sum.getValue(),
                entry.getCrc()));
      }
    }

    @Override
    public boolean isOpen() {
      return isOpen;
    }

    @Override
    public void close() throws IOException {
      isOpen = false;
      stream.close();
    }
  }

  /** The elements behind the header. */
  private final class Elements implements ElementSource {

    private final long from;
    private final long bytes;
    private long next;
    private Optional<Content> content = Optional.empty();
    private Optional<ElementSource> forward = Optional.empty();

    Elements(long from, long bytes) {
      this.from = from;
      this.bytes = bytes;
    }

    /** Begins anew for what stands before the last block, and skips what stands between. */
    @Override
    public synchronized void read(long start, ByteBuffer into) throws IOException {
      if (bytes > 0 && !into.hasRemaining()) {
        return;
      }
      if (start < next || forward.isEmpty()) {
        reopen();
      }
      long end = start + into.remaining();
      next = end;
      forward.orElseThrow().read(start, into);
      if (end == bytes) {
        close();
      }
    }

    private void reopen() throws IOException {
      close();
      Content opened = open();
      content = Optional.of(opened);
      ByteInput in = ByteInput.ofStream(label, opened);
      in.skip(from, "the header");
      forward = Optional.of(in.elements(bytes, "its elements"));
    }

    private void close() throws IOException {
      forward = Optional.empty();
      if (content.isPresent()) {
        content.get().close();
      }
      content = Optional.empty();
    }

    @Override
    public boolean isForwardOnly() {
      return true;
    }
  }
}
