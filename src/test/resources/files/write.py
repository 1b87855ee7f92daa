"""Writes the files beside it: python3 -m pip install numpy ml_dtypes safetensors."""

import json
import zipfile

import ml_dtypes
import numpy
from safetensors.numpy import save_file

LOGITS = numpy.array([[0.5, -1.25, 3.0], [65504.0, -0.0, 1e-7]])
TARGETS = numpy.array([2, -100])
UNSIGNED = numpy.array([[0, 1, 127], [128, 254, 255]])
SIGNED = UNSIGNED - 128

FLOATS = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": ml_dtypes.bfloat16}
OTHERS = {
    "BOOL": numpy.array([True, False, True]),
    "C64": numpy.array([1 + 2j], dtype="complex64"),
    "F8_E4M3": numpy.array([0.5, 1, 2], dtype=ml_dtypes.float8_e4m3fn),
    "F8_E5M2": numpy.array([0.5, 1, 2], dtype=ml_dtypes.float8_e5m2),
}

every_type = {name: LOGITS.astype(dtype) for name, dtype in FLOATS.items()}
for bits in (8, 16, 32, 64):
    every_type[f"I{bits}"] = SIGNED.astype(f"int{bits}")
    every_type[f"U{bits}"] = UNSIGNED.astype(f"uint{bits}")
save_file(every_type | OTHERS, "every_type.safetensors", metadata={"format": "np"})

save_file({"logits": LOGITS.astype("float32")}, "one.safetensors")
save_file({}, "none.safetensors")
save_file(
    {"scalar": numpy.array(7.0, "float32"), "empty": numpy.zeros((0, 3), "float32")},
    "shapes.safetensors",
)

# Two shards, and their index as Hugging Face's tools write it.
shards = {
    "model-00001-of-00002.safetensors": {"logits": LOGITS.astype(ml_dtypes.bfloat16)},
    "model-00002-of-00002.safetensors": {"targets": TARGETS, "mask": TARGETS > 0},
}
for shard, tensors in shards.items():
    save_file(tensors, shard, metadata={"format": "pt"})
index = {
    "metadata": {"total_size": 30},
    "weight_map": {name: shard for shard, tensors in shards.items() for name in tensors},
}
with open("model.safetensors.index.json", "w") as file:
    file.write(json.dumps(index, indent=2, sort_keys=True) + "\n")

arrays = {
    "logits": LOGITS.astype("float32"),
    "halves": LOGITS.astype("float16"),
    "doubles": LOGITS,
    "big_endian": LOGITS.astype(">f4"),
    "targets": TARGETS,
    "bytes": UNSIGNED.astype("uint8"),
    "scalar": numpy.array(7.0, "float32"),
    "empty": numpy.zeros((0, 3), "float32"),
    "waves": numpy.array([1 + 2j], dtype="complex64"),
}
numpy.savez("stored.npz", **arrays)
numpy.savez_compressed("deflated.npz", **arrays)
numpy.savez("one.npz", logits=LOGITS.astype("float32"))

# As if the archive were larger than 4 GiB: 64-bit fields wherever the format has them.
zipfile.ZIP64_LIMIT = zipfile.ZIP_FILECOUNT_LIMIT = 0
numpy.savez_compressed("zip64.npz", **arrays)
