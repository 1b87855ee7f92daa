/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import io.github.surprisal.FloatTensor;
import io.github.surprisal.IntTensor;
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
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An open file that holds tensors. The content tells the format, whatever the name: NumPy's {@code
 * .npy} and {@code .npz}, and {@code .safetensors}; the index of a model in several such files
 * ({@code .safetensors.index.json}) opens them all.
 *
 * <pre>{@code
 * try (TensorFile file = TensorFile.open(Path.of("logits.npy"))) {
 *   StoredTensor logits = file.only();
 *   TensorReader reader = logits.reader();
 *   FloatTensor rows = reader.floats(0, 64); // the first 64 rows
 * }
 * }</pre>
 *
 * <p>Arrays of NumPy in Fortran order are transposed while they are read. In an archive this takes
 * a pass over the whole array for each 64 MiB of it, and as much memory; in a pipe an array may
 * have at most 64 MiB.
 *
 * <p>Files are not trusted: headers are bounded, and checked against the length of the file, before
 * anything is made of them.
 */
public final class TensorFile implements Closeable {

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
      throw new FileFormatException(file, "is a directory, expected " + ForeignFormat.EXPECTED);
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    return attributes.isRegularFile()
        ? opened(file, channel, () -> ByteInput.ofFile(file, channel), Optional.of(path))
        : opened(file, channel, () -> ByteInput.ofStream(file, channel), Optional.empty());
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
        name,
        stream,
        () -> ByteInput.ofStream(name, Channels.newChannel(stream)),
        Optional.empty());
  }

  /**
   * Reads a file's only tensor of floating-point numbers, as a whole.
   *
   * @param path the file
   * @return the tensor, of the shape that it has in the file; float64 is rounded to the nearest
   *     float
   * @throws FileFormatException if the file is no such file, holds another number of tensors, or a
   *     tensor of another type or of more than 2^31 − 1 bytes
   * @throws IOException if it can't be read
   */
  public static FloatTensor readFloats(Path path) throws IOException {
    try (TensorFile file = open(path)) {
      return WholeTensor.floats(file.only());
    }
  }

  /**
   * Reads a tensor of floating-point numbers as a whole.
   *
   * @param path the file
   * @param name the name of the tensor in the file
   * @return the tensor, of the shape that it has in the file; float64 is rounded to the nearest
   *     float
   * @throws FileFormatException if the file is no such file, or holds no tensor of this name, or
   *     one of another type or of more than 2^31 − 1 bytes
   * @throws IOException if it can't be read
   */
  public static FloatTensor readFloats(Path path, String name) throws IOException {
    try (TensorFile file = open(path)) {
      return WholeTensor.floats(file.tensor(name));
    }
  }

  /**
   * Reads a file's only tensor of integers, as a whole.
   *
   * @param path the file
   * @return the tensor, of the shape that it has in the file
   * @throws FileFormatException if the file is no such file, holds another number of tensors, or a
   *     tensor of another type, of more than 2^31 − 1 bytes or with a value that does not fit an
   *     {@code int}
   * @throws IOException if it can't be read
   */
  public static IntTensor readIntegers(Path path) throws IOException {
    try (TensorFile file = open(path)) {
      return WholeTensor.integers(file.only());
    }
  }

  /**
   * Reads a tensor of integers as a whole.
   *
   * @param path the file
   * @param name the name of the tensor in the file
   * @return the tensor, of the shape that it has in the file
   * @throws FileFormatException if the file is no such file, or holds no tensor of this name, or
   *     one of another type, of more than 2^31 − 1 bytes or with a value that does not fit an
   *     {@code int}
   * @throws IOException if it can't be read
   */
  public static IntTensor readIntegers(Path path, String name) throws IOException {
    try (TensorFile file = open(path)) {
      return WholeTensor.integers(file.tensor(name));
    }
  }

  /** Makes the input of a file that is open, and has to be closed if this fails. */
  private interface Beginning {
    ByteInput in() throws IOException;
  }

  /** Finds the tensors, or closes all again if there are none to be found. */
  private static TensorFile opened(
      String file, Closeable source, Beginning beginning, Optional<Path> path) throws IOException {
    Sources sources = new Sources();
    sources.keep(source);
    boolean isOpen = false;
    try {
      TensorFile opened =
          new TensorFile(file, FileFormats.tensors(beginning.in(), path, sources), sources);
      isOpen = true;
      return opened;
    } catch (OutOfMemoryError tooMuch) {
      throw new FileFormatException(
          file, "has a list of tensors larger than the memory of Java, expected more (-Xmx)");
    } finally {
      if (!isOpen) {
        sources.close();
      }
    }
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
