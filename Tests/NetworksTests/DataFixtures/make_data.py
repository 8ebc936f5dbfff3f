"""Writes the data files beside it with the libraries that the course's files came from (h5py, scipy)."""

import os

import h5py
import numpy as np
from scipy.io import savemat

os.chdir(os.path.dirname(os.path.abspath(__file__)))


def ramp(*shape, dtype="f4"):
    return (np.arange(np.prod(shape)) / 8).reshape(shape).astype(dtype)


# --- Keras 2: a group for each layer, their order in attributes ------------------------------------------
def keras2(name, texts, prefix=None):
    layers = [
        ("conv2", [("kernel:0", ramp(3, 3, 1, 2)), ("bias:0", ramp(2))]),
        ("flatten", []),
        ("conv10", [("kernel:0", ramp(1, 1, 2, 4) + 100), ("bias:0", ramp(4) + 100)]),
    ]
    with h5py.File(name, "w", libver=("earliest", "v108")) as file:
        root = file.create_group(prefix) if prefix else file
        root.attrs["layer_names"] = texts([layer for layer, _ in layers])
        root.attrs["backend"] = texts("tensorflow")
        root.attrs["keras_version"] = texts("2.11.0")
        for layer, weights in layers:
            group = root.create_group(layer)
            group.attrs["weight_names"] = texts([f"{layer}/{weight}" for weight, _ in weights])
            for weight, values in weights:
                group[f"{layer}/{weight}"] = values


def fixed(value):
    return np.bytes_(value) if isinstance(value, str) else np.array([text.encode() for text in value])


def variable(value):
    return value if isinstance(value, str) else np.array(value, dtype=h5py.string_dtype())


keras2("keras2-bytes.h5", fixed)
keras2("keras2-str.h5", variable, prefix="model_weights")

# --- Keras 3: numbered variables --------------------------------------------------------------------------
with h5py.File("keras3.weights.h5", "w") as file:
    for layer in ["conv2d", "dense"]:
        group = file.create_group(f"layers/{layer}/vars")
        group.parent.attrs["name"] = layer
        for index in range(11 if layer == "dense" else 2):
            group[f"{index}"] = ramp(2, 3) + index
    file.create_group("_layer_checkpoint_dependencies/dense_1/vars")["0"] = ramp(2)

# --- kinds of storage and of numbers ----------------------------------------------------------------------
with h5py.File("kinds.h5", "w") as file:
    file.create_dataset("chunked", data=ramp(50, 7), chunks=(8, 3))
    file.create_dataset(
        "packed",
        data=ramp(40, 5, dtype="f8"),
        chunks=(7, 5),
        compression="gzip",
        shuffle=True,
        fletcher32=True,
    )
    file.create_dataset("filled", shape=(3, 4), dtype="f4", chunks=(2, 2), fillvalue=2.5)
    file["half"] = np.array([1.5, -2, 65504], "f2")
    file["big_endian"] = np.array([1, -2, 3], ">i4")
    file["i8"] = np.array([-128, 127], "i1")
    file["u16"] = np.array([0, 65535], "u2")
    file["u64"] = np.array([0, 2**63 - 1], "u8")
    file["truth"] = np.array([[True, False], [False, True]])
    file["scalar"] = np.float64(0.25)
    file["empty"] = np.zeros((0, 3), "f4")
    file["nothing"] = h5py.Empty("f4")
    file["text"] = "grüße"
    file["texts"] = np.array(["one", "two"], dtype=h5py.string_dtype())
    file["complex"] = np.array([1 + 2j])
    file["packed"].attrs["scale"] = np.float32(0.1)
    file["packed"].attrs["sizes"] = np.array([1, 2], "i4")

with h5py.File("links.h5", "w") as file:
    file["x"] = ramp(2)
    file["alias"] = file["x"]
    file["soft"] = h5py.SoftLink("/group/x")
    file["lost"] = h5py.SoftLink("/nowhere")
    file["group/x"] = ramp(2)
    file["group/self"] = file["group"]
    file["outside"] = h5py.ExternalLink("keras2-bytes.h5", "/conv2")
    file["lzf"] = h5py.SoftLink("/group/lzf")
    file["group"].create_dataset("lzf", data=ramp(20), chunks=(20,), compression="lzf")
    file.create_dataset("elsewhere", (4,), "f4", external=[("keras2-bytes.h5", 0, 16)])
    layout = h5py.VirtualLayout((8,), "f4")
    layout[:] = h5py.VirtualSource("keras2-bytes.h5", "x", (8,))
    file.create_virtual_dataset("virtual", layout)

with h5py.File("too-large.h5", "w") as file:
    file["u64"] = np.array([2**63], "u8")

with h5py.File("bomb.h5", "w") as file:
    file.create_dataset("zeros", shape=(1 << 40,), dtype="f4", chunks=(1 << 10,))

with h5py.File("ordered.h5", "w", track_order=True) as file:
    for name in ["z", "a", "m"]:
        file[name] = ramp(1)

# --- the course's pictures of cats ------------------------------------------------------------------------
with h5py.File("course.h5", "w") as file:
    file["train_set_x"] = (np.arange(2 * 8 * 8 * 3) % 256).astype("u1").reshape(2, 8, 8, 3)
    file["train_set_y"] = np.array([0, 1], "i8")
    file["list_classes"] = np.array([b"non-cat", b"cat"])


# --- MATLAB: what MatConvNet writes for VGG ---------------------------------------------------------------
def cell(*members):
    array = np.empty((1, len(members)), dtype=object)
    array[0, :] = members
    return array


network = {
    "layers": cell(
        {
            "name": "conv1_1",
            "type": "conv",
            "weights": cell(ramp(3, 3, 2, 4), ramp(1, 4)),
            "pad": [[1.0, 1, 1, 1]],
        },
        {"name": "relu1_1", "type": "relu"},
        {"name": "fc", "type": "conv", "weights": cell(ramp(2, 2, 4, 20), ramp(1, 20))},
    ),
    "meta": {
        "normalization": {"averageImage": ramp(4, 5, 3)},
        "classes": {"name": cell("cat", "dog")},
    },
}
savemat("matconvnet.mat", network, do_compression=True)
savemat("matconvnet-plain.mat", network, do_compression=False)
savemat(
    "kinds.mat",
    {
        "i32": np.array([[1, -2, 3], [4, 5, -6]], "i4"),
        "u8": np.array([[1, 2], [3, 255]], "u1"),
        "truth": np.array([[True, False, True]]),
        "text": "grüße",
        "rows": np.array(["abc", "def"]),
        "complex": np.array([[1 + 2j]]),
        "empty": np.zeros((0, 0)),
        "many": np.array([[(1.0, 2.0), (3.0, 4.0)]], dtype=[("a", object), ("b", object)]),
        "wide": ramp(3, 40, dtype="f8"),
    },
)

# --- MATLAB 7.3: HDF5 behind a block of 512 bytes ---------------------------------------------------------
with h5py.File("version73.mat", "w", libver=("earliest", "v108"), userblock_size=512) as file:

    def mark(item, kind):
        # MATLAB's texts end in a zero by their type but have no room for it; h5py's own differ in type.
        letters = h5py.h5t.C_S1.copy()
        letters.set_size(len(kind))
        space = h5py.h5s.create(h5py.h5s.SCALAR)
        attribute = h5py.h5a.create(item.id, b"MATLAB_class", letters, space)
        attribute.write(np.array(kind.encode()), mtype=letters)
        return item

    def put(name, values, kind):
        return mark(file.create_dataset(name, data=np.asarray(values).T), kind)

    put("weights", ramp(3, 2, 4), "single")
    text = put("title", np.array([[ord(letter) for letter in "hello"]], "u2"), "char")
    text.attrs["MATLAB_int_decode"] = np.int32(2)
    mark(file.create_group("net"), "struct")
    put("net/bias", ramp(1, 3, dtype="f8"), "double")
    put("#refs#/a", ramp(2, 2), "single")
    put("#refs#/b", ramp(1, 3) + 1, "single")
    references = np.array([[file["#refs#/a"].ref], [file["#refs#/b"].ref]], dtype=h5py.ref_dtype)
    mark(file.create_dataset("layers", data=references), "cell")
with open("version73.mat", "r+b") as file:
    file.write(b"MATLAB 7.3 MAT-file, written by make_data.py".ljust(124) + b"\x00\x02IM")
