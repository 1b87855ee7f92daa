"""Writes the files of this folder: python3 write.py (NumPy 2.4.6 wrote them)."""

import warnings

import numpy as np

warnings.simplefilter("ignore")  # versions 2.0 and 3.0 are announced


def write(name, array, version=None):
    with open(name + ".npy", "wb") as file:
        np.lib.format.write_array(file, array, version)


FLOATS = [[0.5, -2.0, 65504.0], [np.inf, -np.inf, np.nan]]
for size in (2, 4, 8):
    write(f"float{8 * size}", np.array(FLOATS, f"<f{size}"))
    write(f"float{8 * size}-big-endian", np.array(FLOATS, f">f{size}"))
for kind, name in (("i", "int"), ("u", "uint")):
    for size in (1, 2, 4, 8):
        dtype = np.dtype(f"<{kind}{size}")
        limits = np.iinfo(dtype)
        most = min(limits.max, 2**63 - 1)
        values = [limits.min, 1, 100, most]
        write(f"{name}{8 * size}", np.array(values, dtype))
        if size > 1:
            write(f"{name}{8 * size}-big-endian", np.array(values, dtype.newbyteorder(">")))
write("uint64-too-large", np.array([0, 2**64 - 1], "<u8"))
write("bool", np.array([True, False, True]))
# bits of bfloat16, as two opaque bytes and as integers
BFLOAT16 = np.array([[0x3F00, 0xC000, 0x4780], [0x7F80, 0xFF80, 0x7FC0]], "<u2")
write("bfloat16-void", BFLOAT16.view("V2"))
write("bfloat16-uint16", BFLOAT16)
write("bfloat16-int16", BFLOAT16.view("<i2"))
write("version-2", np.array(FLOATS, "<f4"), (2, 0))
write("version-3", np.array(FLOATS, "<f4"), (3, 0))
write("scalar", np.array(1.5, "<f4"))
write("empty", np.zeros((0, 3), "<f4"))
write("fortran", np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)))
write("fortran-big-endian", np.asfortranarray(np.arange(24, dtype=">i2").reshape(2, 3, 4)))
write("objects", np.array([1, None], object))
write("complex", np.array([1 + 2j], "<c8"))
write("text", np.array(["1", "23"], "<U2"))
write("byte-text", np.array([b"1", b"23"], "|S2"))
write("times", np.array(["2020-01-01"], "<M8[ns]"))
write("durations", np.array([5], "<m8"))
write("long-double", np.array([1], "<f16"))
write("float8", np.array([1, 2], "u1").view("V1"))
write("fields", np.array([(1, 2)], [("é", "<f4"), ("b", "<f4", (1,))]))
write("fields-version-3", np.array([(1,)], [("語", "<f4")]))
