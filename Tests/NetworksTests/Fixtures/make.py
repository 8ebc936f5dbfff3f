#!/usr/bin/env python3
"""Writes the array files beside it with NumPy and safetensors (made with numpy 2.4.6, safetensors 0.8.0).

    python3 -m venv venv && venv/bin/pip install numpy safetensors && venv/bin/python make.py
"""

import io
import json
import pathlib
import zipfile

import numpy as np
from numpy.lib import format as npy
from safetensors.numpy import save_file

folder = pathlib.Path(__file__).parent
grid = np.arange(6).reshape(2, 3)


def raw_npy(array, version):
    with open(folder / f"version{version[0]}.npy", "wb") as file:
        npy.write_array(file, array, version=version)


# One array in every type that is read: its own number twice, an extreme, and a small one.
types = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]
arrays = {}
for order in "<>":
    for name in types:
        dtype = np.dtype(order + name)
        if dtype.kind == "f":
            values = [1.5, -2.25, np.inf, np.nan]
        else:
            limits = np.iinfo(dtype)
            largest = min(int(limits.max), 2**63 - 1)
            values = [1, 2, int(limits.min), largest]
        arrays[("big/" if order == ">" else "little/") + name] = np.array(values, dtype=dtype)
arrays["truth"] = np.array([True, False, True])
np.savez_compressed(folder / "types.npz", **arrays)

np.save(folder / "float32.npy", grid.astype(np.float32) / 4)
np.save(folder / "bool.npy", np.array([[True], [False]]))
np.save(folder / "number.npy", np.float64(0.5))
np.save(folder / "empty.npy", np.zeros((0, 3), np.uint8))
np.save(folder / "fortran.npy", np.asfortranarray(np.arange(24).reshape(2, 3, 4).astype(">i2")))
raw_npy(grid, (2, 0))
raw_npy(grid, (3, 0))
np.save(folder / "object.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
np.save(folder / "complex.npy", np.array([1j]))
np.save(folder / "record.npy", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]))

np.savez(folder / "stored.npz", **{"conv1/W": grid.astype(np.float32), "conv1/b": np.array([7, 8])})

# An archive written to a pipe: its entries carry their sizes behind them.
class Pipe(io.RawIOBase):
    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


with open(folder / "streamed.npz", "wb") as file:
    with zipfile.ZipFile(Pipe(file), "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ["b", "größe"]:
            content = io.BytesIO()
            np.save(content, np.full((40, 5), len(name)))
            archive.writestr(f"{name}.npy", content.getvalue())

save_file(
    {"w": grid.astype(np.float32), "half": np.array([1.5, -2], np.float16), "n": np.array(7, np.uint16),
     "none": np.zeros((0, 2), np.int8), "truth": np.array([True, False])},
    folder / "mixed.safetensors", metadata={"format": "np", "größe": "1 m"})

# NumPy has no bfloat16, so this one is put together by hand.
header = json.dumps({"b": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
header += b" " * (-len(header) % 8)
(folder / "bfloat16.safetensors").write_bytes(
    len(header).to_bytes(8, "little") + header + bytes([0xC0, 0x3F, 0x20, 0xC0]))
