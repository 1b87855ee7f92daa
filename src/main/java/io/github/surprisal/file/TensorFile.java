/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An open file that holds tensors. The content tells the format: NumPy's {@code .npy}, whatever the
 * name.
 *
 * <pre>{@code
 * try (TensorFile file = TensorFile.open(Path.of("logits.npy"))) {
 *   StoredTensor logits = file.only();
 *   TensorReader reader = logits.reader();
 *   FloatTensor rows = reader.floats(0, 64); // the first 64 rows
 * }
 * }</pre>
 *
 * <p>Files are not trusted: headers are bounded, and checked against the length of the file, before
 * anything is made of them.
 */
public final class TensorFile implements Closeable {

  /** How many bytes tell the format. */
  private static final int FIRST_BYTES = 16;

  private final String file;
  private final List<StoredTensor> tensors;
  private final Closeable source;

  private TensorFile(String file, List<StoredTensor> tensors, Closeable source) {
    this.file = file;
    this.tensors = List.copyOf(tensors);
    this.source = source;
  }

  /**
   * Opens a file, and reads what it says of its tensors. A named pipe is read from front to back.
   *
   * @param path the file
   * @return the file, which is to be closed
   * @throws FileFormatException if it is no such file, or contradicts itself
   * @throws IOException if it can't be read
   */
  public static TensorFile open(Path path) throws IOException {
    String file = path.toString();
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      throw new FileFormatException(file, "is a directory, expected a .npy file");
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    return opened(
        file,
        channel,
        () ->
            tensors(
                attributes.isRegularFile()
                    ? ByteInput.ofFile(file, channel)
                    : ByteInput.ofStream(file, channel)));
  }

  /**
   * Reads a file from a stream, such as standard input, from front to back.
   *
   * @param name what messages call it
   * @param stream the bytes of the file
   * @return the file; closing it closes the stream
   * @throws FileFormatException if it is no such file, or contradicts itself
   * @throws IOException if it can't be read
   */
  public static TensorFile of(String name, InputStream stream) throws IOException {
    return opened(
        name, stream, () -> tensors(ByteInput.ofStream(name, Channels.newChannel(stream))));
  }

  /** Finds the tensors of an open file. */
  private interface Finder {
    List<StoredTensor> find() throws IOException;
  }

  /** Closes the source again if there are no tensors to be found in it. */
  private static TensorFile opened(String file, Closeable source, Finder finder)
      throws IOException {
    boolean isOpen = false;
    try {
      TensorFile opened = new TensorFile(file, finder.find(), source);
      isOpen = true;
      return opened;
    } finally {
      if (!isOpen) {
        source.close();
      }
    }
  }

  private static List<StoredTensor> tensors(ByteInput in) throws IOException {
    byte[] first = in.peek(FIRST_BYTES);
    if (NpyFormat.isBegunBy(first)) {
      return List.of(NpyFormat.read(in, ""));
    }
    if (first.length == 0) {
      throw new FileFormatException(in.file(), "is empty, expected a .npy file");
    }
    throw new FileFormatException(
        in.file(), "not a NumPy file, expected it to start with \\x93NUMPY");
  }

  /**
   * All tensors of the file.
   *
   * @return the tensors in the order of the file
   */
  public List<StoredTensor> tensors() {
    return tensors;
  }

  /**
   * The only tensor of the file.
   *
   * @return the tensor
   * @throws FileFormatException if there is none, or more than one; the message names them
   */
  public StoredTensor only() throws FileFormatException {
    if (tensors.size() != 1) {
      throw new FileFormatException(
          file,
          tensors.isEmpty()
              ? "holds no tensor, expected one"
              : "holds " + names() + ", expected the name of one of them, as FILE:NAME");
    }
    return tensors.get(0);
  }

  /**
   * The tensor of a name.
   *
   * @param name the name in the file
   * @return the tensor
   * @throws FileFormatException if there is none of this name; the message names all
   */
  public StoredTensor tensor(String name) throws FileFormatException {
    for (StoredTensor tensor : tensors) {
      if (tensor.name().equals(name)) {
        return tensor;
      }
    }
    throw new FileFormatException(
        file, "holds no tensor '" + name + "', expected one of " + names());
  }

  /** The most names that a message lists. */
  private static final int MOST_NAMES = 8;

  private String names() {
    String names =
        tensors.stream()
            .limit(MOST_NAMES)
            .map(tensor -> "'" + tensor.name() + "'")
            .collect(Collectors.joining(", "));
    int others = tensors.size() - MOST_NAMES;
    return others > 0 ? names + " and " + others + " more" : names;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
