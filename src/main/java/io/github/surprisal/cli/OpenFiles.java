/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.cli;

import io.github.surprisal.file.StoredTensor;
import io.github.surprisal.file.TensorFile;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The files of a run, open until it ends. */
final class OpenFiles implements Closeable {

  private final Deque<TensorFile> files = new ArrayDeque<>();

  /** What was opened and can be read only once, as a pipe. */
  private final Set<String> pipes = new HashSet<>();

  /**
   * Opens what the values of an option name, in their order; each has to name one tensor.
   *
   * @param names files, tensors in files as {@code FILE:NAME}, patterns such as {@code *.npy} if no
   *     file has this name, or {@code -} and {@code -:NAME} for standard input
   */
  List<StoredTensor> tensors(List<String> names) throws IOException {
    return tensors(names, file -> List.of(file.only()));
  }

  /** {@link #tensors} with all tensors of a file that is named alone. */
  List<StoredTensor> allTensors(List<String> names) throws IOException {
    return tensors(names, TensorFile::tensors);
  }

  /** What a file stands for that is named without a tensor. */
  private interface Choice {
    List<StoredTensor> of(TensorFile file) throws IOException;
  }

  private List<StoredTensor> tensors(List<String> names, Choice choice) throws IOException {
    List<StoredTensor> tensors = new ArrayList<>();
    for (String name : names) {
      if (name.equals(FileName.STANDARD_INPUT)) {
        tensors.addAll(choice.of(standardInputFile()));
      } else if (name.startsWith(FileName.TENSOR_IN_STANDARD_INPUT)) {
        String tensor = name.substring(FileName.TENSOR_IN_STANDARD_INPUT.length());
        tensors.add(standardInputFile().tensor(tensor));
      } else {
        for (String file : FilePattern.names(name)) {
          tensors.addAll(named(file, choice));
        }
      }
    }
    return tensors;
  }

  boolean hasPipes() {
    return !pipes.isEmpty();
  }

  /** Reads the file of a tokenizer. */
  Vocabulary vocabulary(String name) throws IOException {
    if (!name.equals(FileName.STANDARD_INPUT)) {
      Path path = FileName.path(name);
      notePipe(path);
      return VocabularyFile.read(path);
    }
    notePipe(FileName.STANDARD_INPUT_LABEL, FileName.STANDARD_INPUT_LABEL);
    try (InputStream in = new BufferedInputStream(new FileInputStream(FileDescriptor.in))) {
      return VocabularyFile.read(FileName.STANDARD_INPUT_LABEL, in);
    }
  }

  private TensorFile standardInputFile() throws IOException {
    notePipe(FileName.STANDARD_INPUT_LABEL, FileName.STANDARD_INPUT_LABEL);
    try {
      return opened(
          TensorFile.of(FileName.STANDARD_INPUT_LABEL, new FileInputStream(FileDescriptor.in)));
    } catch (IOException failed) {
      throw InputException.unreadable(FileName.STANDARD_INPUT_LABEL, failed);
    }
  }

  private void notePipe(Path path) throws InputException {
    if (FileName.isPipe(path)) {
      notePipe(path.toString(), place(path));
    }
  }

  /** Returns one name for all that lead to a pipe. */
  private static String place(Path path) {
    try {
      return path.toRealPath().toString();
    } catch (IOException hidden) { // as a descriptor of the process may be
      return path.toAbsolutePath().normalize().toString();
    }
  }

  private void notePipe(String name, String place) throws InputException {
    if (!pipes.add(place)) {
      throw new InputException(
          name,
          "is named twice, expected once at most: a pipe is read from front to back; save it as a"
              + " file to read several of its tensors");
    }
  }

  private List<StoredTensor> named(String name, Choice choice) throws IOException {
    int colon = colonBeforeTensor(name);
    String file = colon < 0 ? name : name.substring(0, colon);
    Path path = FileName.path(file);
    notePipe(path);
    try {
      TensorFile opened = opened(TensorFile.open(path));
      return colon < 0 ? choice.of(opened) : List.of(opened.tensor(name.substring(colon + 1)));
    } catch (IOException failed) {
      throw InputException.unreadable(file, failed);
    }
  }

  /** Returns where the name of a tensor begins, or -1: the name of a file may have colons, too. */
  private static int colonBeforeTensor(String name) throws InputException {
    if (Files.exists(FileName.path(name))) {
      return -1;
    }
    int colon = name.lastIndexOf(':');
    while (colon > 0 && !isFile(name.substring(0, colon))) {
      colon = name.lastIndexOf(':', colon - 1);
    }
    return colon > 0 ? colon : -1;
  }

  private static boolean isFile(String name) throws InputException {
    Path path = FileName.path(name);
    return Files.exists(path) && !Files.isDirectory(path);
  }

  private TensorFile opened(TensorFile file) {
    files.push(file);
    return file;
  }

  @Override
  public void close() throws IOException {
    while (!files.isEmpty()) {
      files.pop().close();
    }
  }
}
