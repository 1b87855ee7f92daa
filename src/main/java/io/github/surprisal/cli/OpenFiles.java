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
import java.util.List;

/** The files of a run, open until it ends. */
final class OpenFiles implements Closeable {

  private final Deque<TensorFile> files = new ArrayDeque<>();

  /** Whether anything was opened that can be read only once, as a pipe. */
  private boolean hasPipes;

  /**
   * Opens what the values of an option name, in their order; each has to name one tensor.
   *
   * @param names files, tensors in files as {@code FILE:NAME}, patterns such as {@code *.npy} if no
   *     file has this name, or {@code -} for standard input
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
        tensors.addAll(standardInput(choice));
      } else {
        for (String file : FilePattern.names(name)) {
          tensors.addAll(named(file, choice));
        }
      }
    }
    return tensors;
  }

  boolean hasPipes() {
    return hasPipes;
  }

  /** Reads the file of a tokenizer. */
  Vocabulary vocabulary(String name) throws IOException {
    if (!name.equals(FileName.STANDARD_INPUT)) {
      Path path = FileName.path(name);
      hasPipes |= FileName.isPipe(path);
      return VocabularyFile.read(path);
    }
    hasPipes = true;
    try (InputStream in = new BufferedInputStream(new FileInputStream(FileDescriptor.in))) {
      return VocabularyFile.read("standard input", in);
    }
  }

  private List<StoredTensor> standardInput(Choice choice) throws IOException {
    hasPipes = true;
    try {
      return choice.of(
          opened(TensorFile.of("standard input", new FileInputStream(FileDescriptor.in))));
    } catch (IOException failed) {
      throw InputException.unreadable("standard input", failed);
    }
  }

  private List<StoredTensor> named(String name, Choice choice) throws IOException {
    int colon = colonBeforeTensor(name);
    String file = colon < 0 ? name : name.substring(0, colon);
    Path path = FileName.path(file);
    hasPipes |= FileName.isPipe(path);
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
