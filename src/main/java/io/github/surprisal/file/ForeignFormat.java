/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Formats that hold numbers and are not read, with the line of Python that makes them readable. */
enum ForeignFormat {
  TORCH(
      "\\x80\\x02\\x8a\\x0a", // before PyTorch 1.6; now zip archives, told by their members
      "is a PyTorch file, which may run any code when it is loaded",
      "numpy.save(\"logits.npy\", torch.load(FILE, map_location=\"cpu\").float().numpy())"),
  PICKLE(
      "\\x80[\\x02-\\x05]",
      "is a Python pickle, which may run any code when it is loaded",
      "numpy.save(\"logits.npy\", numpy.asarray(pandas.read_pickle(FILE)))"),
  GGUF(
      "GGUF",
      "is a GGUF file, a model rather than its logits",
      "numpy.save(\"tensor.npy\", [gguf.quants.dequantize(t.data, t.tensor_type) for t in"
          + " gguf.GGUFReader(FILE).tensors if t.name == \"NAME\"][0])"),
  HDF5(
      "\\x89HDF\r\n\\x1a\n",
      "is an HDF5 file",
      "numpy.save(\"logits.npy\", h5py.File(FILE)[\"logits\"][:])"),
  PARQUET(
      "PAR1",
      "is a Parquet file",
      "numpy.save(\"logits.npy\", numpy.stack(pandas.read_parquet(FILE)[\"logits\"]))"),
  GZIP(
      "\\x1f\\x8b",
      "is compressed by gzip",
      "numpy.save(\"logits.npy\", numpy.load(gzip.open(FILE)))"),
  JSON(
      "\\s*[\\[{]",
      "is text, and looks like JSON",
      "numpy.save(\"logits.npy\", numpy.array(json.load(open(FILE)), dtype=\"float32\"))"),
  TEXT(
      "[\t-\r -~\\x80-\\xff]*\\z",
      "is text",
      "numpy.save(\"logits.npy\", numpy.loadtxt(FILE, dtype=\"float32\"))");

  /** What is expected instead. */
  static final String EXPECTED = "a .npy, .npz or .safetensors file";

  private final Pattern beginning;
  private final String found;
  private final String python;

  ForeignFormat(String beginning, String found, String python) {
    this.beginning = Pattern.compile(beginning);
    this.found = found;
    this.python = python;
  }

  /** Finds the format of a file that begins with these bytes. */
  static Optional<ForeignFormat> of(byte[] first) {
    String text = new String(first, StandardCharsets.ISO_8859_1);
    return Arrays.stream(values())
        .filter(format -> format.beginning.matcher(text).lookingAt())
        .findFirst();
  }

  /** Says what the file is, and how to make one of it that is read. */
  FileFormatException refusal(String file) {
    String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    return new FileFormatException(
        file,
        found
            + ", expected "
            + EXPECTED
            + "; in Python: "
            + python.replace("FILE", '"' + name + '"'));
  }
}
