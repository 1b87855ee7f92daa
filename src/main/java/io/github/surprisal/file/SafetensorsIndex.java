/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The index of a model that is stored in several {@code .safetensors} files, its shards: JSON whose
 * {@code weight_map} has the shard of each tensor.
 */
final class SafetensorsIndex {

  /** How the names of such files end. */
  static final String ENDING = ".index.json";

  private final String file;
  private final Path path;
  private final Sources sources;

  private SafetensorsIndex(String file, Path path, Sources sources) {
    this.file = file;
    this.path = path;
    this.sources = sources;
  }

  /** Reads the index, and opens the shards beside it. */
  static List<StoredTensor> read(ByteInput in, Path path, Sources sources) throws IOException {
    Map<String, String> shardOfTensor = new LinkedHashMap<>();
    try {
      weightMap(in.takeAll(SafetensorsFormat.MAX_HEADER_BYTES, "an index"), shardOfTensor);
    } catch (IllegalArgumentException malformed) {
      throw new FileFormatException(in.file(), String.valueOf(malformed.getMessage()));
    }
    return new SafetensorsIndex(in.file(), path, sources).tensors(shardOfTensor);
  }

  private static void weightMap(byte[] text, Map<String, String> shardOfTensor) {
    HeaderJson json = new HeaderJson(text);
    json.object(
        key -> {
          if (key.equals("weight_map")) {
            json.object(tensor -> shardOfTensor.put(tensor, json.string()));
          } else {
            json.skip();
          }
        });
    json.end();
    if (shardOfTensor.isEmpty()) {
      throw new IllegalArgumentException(
          "has no weight_map with tensors, expected the index of .safetensors files");
    }
  }

  private List<StoredTensor> tensors(Map<String, String> shardOfTensor) throws IOException {
    Map<String, Map<String, StoredTensor>> shards = new HashMap<>();
    List<StoredTensor> tensors = new ArrayList<>();
    for (Map.Entry<String, String> entry : shardOfTensor.entrySet()) {
      String shard = entry.getValue();
      Map<String, StoredTensor> stored = shards.get(shard);
      if (stored == null) {
        stored = shard(shard);
        shards.put(shard, stored);
      }
      StoredTensor tensor = stored.get(entry.getKey());
      if (tensor == null) {
        throw new FileFormatException(
            file, "has tensor '" + entry.getKey() + "' in '" + shard + "', which holds none such");
      }
      tensors.add(tensor.in(file, entry.getKey()));
    }
    return tensors;
  }

  private Map<String, StoredTensor> shard(String name) throws IOException {
    Path shard = beside(name);
    try {
      FileChannel channel = sources.keep(FileChannel.open(shard, StandardOpenOption.READ));
      ByteInput in = ByteInput.ofFile(shard.toString(), channel);
      if (!SafetensorsFormat.isBegunBy(in.peek(Long.BYTES + 1))) {
        throw new FileFormatException(shard.toString(), "is no .safetensors file");
      }
      return SafetensorsFormat.read(in).stream()
          .collect(Collectors.toMap(StoredTensor::name, Function.identity()));
    } catch (NoSuchFileException missing) {
      throw new FileFormatException(
          file, "names the shard '" + name + "', expected it in the same folder");
    }
  }

  /** A name that leads out of the folder might open any file of this machine. */
  private Path beside(String name) throws FileFormatException {
    try {
      if (!name.contains("/") && !name.contains("\\") && !name.contains(":")) {
        Path shard = path.resolveSibling(name);
        if (!name.isEmpty() && shard.equals(shard.normalize())) {
          return shard;
        }
      }
    } catch (InvalidPathException impossible) {
      // refused below
    }
    throw new FileFormatException(
        file, "names the shard '" + name + "', expected the plain name of a file beside it");
  }
}
