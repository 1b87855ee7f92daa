/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The format {@code .npz}: a zip archive of {@code .npy} files, stored or deflated. */
final class NpzFormat {

  private static final String ENDING = ".npy";

  private NpzFormat() {}

  /** Whether a file that begins with these bytes is of this format: a zip archive, maybe empty. */
  static boolean isBegunBy(byte[] bytes) {
    String beginning = new String(bytes, StandardCharsets.ISO_8859_1);
    return beginning.startsWith("PK\3\4") || beginning.startsWith("PK\5\6");
  }

  /**
   * Reads the headers of all arrays.
   *
   * @param path the file, or nothing if it comes from a pipe
   */
  static List<StoredTensor> read(String file, Optional<Path> path, Sources sources)
      throws IOException {
    if (path.isEmpty() || path.get().getFileSystem() != FileSystems.getDefault()) {
      throw new FileFormatException(
          file,
          "is a zip archive (.npz), which can't be read from front to back, expected a file on a disk:"
              + " save it as one, or send a .npy or .safetensors file through the pipe");
    }
    try {
      return tensors(file, sources.keep(new ZipFile(path.get().toFile())));
    } catch (ZipException | EOFException | IllegalArgumentException unsound) {
      throw new FileFormatException(
          file, "is no sound zip archive (.npz): " + ZipMember.reason(unsound));
    }
  }

  private static List<StoredTensor> tensors(String file, ZipFile zip) throws IOException {
    List<StoredTensor> tensors = new ArrayList<>();
    for (ZipEntry entry : entries(file, zip)) {
      String name = entry.getName();
      if (name.endsWith(ENDING)) {
        name = name.substring(0, name.length() - ENDING.length());
        ZipMember member = new ZipMember(file + ":" + name, zip, entry);
        try (ZipMember.Content content = member.open()) {
          tensors.add(NpyFormat.read(member.header(content), "").in(file, name));
        }
      }
    }
    if (tensors.isEmpty()) {
      throw noArrays(file, zip);
    }
    return tensors;
  }

  /** Members are found by their names, which therefore have to differ. */
  private static List<ZipEntry> entries(String file, ZipFile zip) throws FileFormatException {
    List<ZipEntry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (var all = zip.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      if (!names.add(entry.getName())) {
        throw new FileFormatException(
            file, "holds two members '" + entry.getName() + "', expected names that differ");
      }
      entries.add(entry);
    }
    return entries;
  }

  private static FileFormatException noArrays(String file, ZipFile zip) {
    boolean isTorch =
        zip.stream().map(ZipEntry::getName).anyMatch(name -> name.matches("(.*/)?data\\.pkl"));
    return isTorch
        ? ForeignFormat.TORCH.refusal(file)
        : new FileFormatException(
            file, "is a zip archive without .npy files, expected those that numpy.savez writes");
  }
}
