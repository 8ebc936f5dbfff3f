"""The networks of engine_bench.py in PyTorch, and how PyTorch, ONNX Runtime and OpenVINO run them.

A network is built from the parameters of ours, taken one by one in the order of execution; each is checked
against the shape that the network has there, so that a different network cannot be compared by accident.

    peers.py memory vgg16 FILE --threads N      peak memory of PyTorch alone, with the shapes of FILE
"""

import argparse
import json
import logging
import struct
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

CONTENT, STYLES = "conv4_2", ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")


class Mismatch(Exception):
    """The parameters are not those of the network that was to be built."""


# --- parameters ------------------------------------------------------------------------------------------


class Parameters:
    """The parameters of a network in the order of execution, each taken once, in PyTorch's layouts.

    Without `values` they are random: for measurements of memory, in which no file is to be read.
    """

    def __init__(self, file, values=True):
        self.file = Path(file)
        with open(self.file, "rb") as opened:
            header = json.loads(opened.read(struct.unpack("<Q", opened.read(8))[0]))
        self.metadata = header.pop("__metadata__", {})
        names = self.metadata["order"].split(",") if self.metadata.get("order") else []
        if sorted(names) != sorted(header):
            raise Mismatch(f"{self.file.name}: the order in its metadata does not name each tensor once")
        self.shapes = [(name, tuple(header[name]["shape"])) for name in names]
        self.place = 0
        self.values = None
        if values:
            from safetensors.numpy import load_file

            self.values = load_file(self.file)

    def peek(self, ahead=0):
        """The shape of a parameter to come, () after the last."""
        place = self.place + ahead
        return self.shapes[place][1] if place < len(self.shapes) else ()

    def vectors(self, length, ahead=0):
        """How many vectors of a length follow each other."""
        count = 0
        while self.peek(ahead + count) == (length,):
            count += 1
        return count

    def normalizes(self):
        """Whether somewhere scale, shift, mean and variance follow each other."""
        shapes = [shape for _, shape in self.shapes]
        return any(len(shapes[i]) == 1 and len(set(shapes[i : i + 4])) == 1 for i in range(len(shapes) - 3))

    def take(self, shape, turn, spread=None):
        """The next parameter, brought to PyTorch's layout by `turn`.

        Made up, it is of normal numbers with the deviation `spread`, or of ones.
        """
        if self.peek() != shape:
            there = self.shapes[self.place] if self.place < len(self.shapes) else ("nothing", ())
            raise Mismatch(f"{self.file.name}: {shape} was expected and {there[0]} {there[1]} is there")
        name = self.shapes[self.place][0]
        self.place += 1
        if self.values is not None:
            return turn(torch.from_numpy(self.values.pop(name))).contiguous()
        theirs = turn(torch.empty(shape, device="meta")).shape
        return torch.ones(theirs) if spread is None else torch.empty(theirs).normal_(0, spread)

    def vector(self, length):
        return self.take((length,), lambda vector: vector)

    def filters(self, size, inputs, outputs):
        """(height, width, in, out) -> (out, in, height, width)"""
        spread = (2 / (size * size * inputs)) ** 0.5
        return self.take((size, size, inputs, outputs), lambda filters: filters.permute(3, 2, 0, 1), spread)

    def matrix(self, inputs, outputs, window=None):
        """(in, out) -> (out, in); `window` is (height, width, channels) of pictures that were flattened."""

        def turn(matrix):
            if window:
                matrix = matrix.reshape(*window, outputs).permute(2, 0, 1, 3).reshape(inputs, outputs)
            return matrix.T

        return self.take((inputs, outputs), turn, (2 / inputs) ** 0.5)

    def finish(self):
        if self.place != len(self.shapes):
            raise Mismatch(f"{self.file.name}: {len(self.shapes) - self.place} parameters are left over")


# --- layers ----------------------------------------------------------------------------------------------


def relu():
    return nn.ReLU(inplace=True)


def relu6():
    return nn.ReLU6(inplace=True)


def convolution(p, size, inputs, outputs, stride=1, padding="same", groups=1):
    """A convolution, its bias and its normalisation where the parameters have them.

    `same` is TensorFlow's for sides that are multiples of the stride, as all here: where the zeros cannot be
    halved, the greater half comes after.
    """
    weight = p.filters(size, inputs // groups, outputs)
    vectors = p.vectors(outputs)
    if vectors not in (0, 1, 4, 5):
        raise Mismatch(f"{p.file.name}: {vectors} vectors follow a convolution with {outputs} filters")
    has_bias = vectors in (1, 5)
    total = 2 * padding if padding != "same" else max(size - stride, 0)
    before, after = total // 2, total - total // 2
    layer = nn.Conv2d(
        inputs, outputs, size, stride=stride, padding=before if before == after else 0, groups=groups,
        bias=has_bias, device="meta")
    layer.weight = nn.Parameter(weight)
    if has_bias:
        layer.bias = nn.Parameter(p.vector(outputs))
    layers = [layer] if before == after else [nn.ZeroPad2d((before, after, before, after)), layer]
    if vectors >= 4:
        norm = nn.BatchNorm2d(outputs, eps=float(p.metadata.get("epsilon", 1e-3)), device="meta")
        norm.weight, norm.bias = nn.Parameter(p.vector(outputs)), nn.Parameter(p.vector(outputs))
        norm.running_mean, norm.running_var = p.vector(outputs), p.vector(outputs)
        norm.num_batches_tracked = torch.tensor(0)
        layers.append(norm)
    return nn.Sequential(*layers)


def dense(p, inputs, outputs, window=None):
    layer = nn.Linear(inputs, outputs, bias=p.vectors(outputs, ahead=1) > 0, device="meta")
    layer.weight = nn.Parameter(p.matrix(inputs, outputs, window))
    if layer.bias is not None:
        layer.bias = nn.Parameter(p.vector(outputs))
    return layer


class Residual(nn.Module):
    """A body and a way around it."""

    def __init__(self, body, shortcut, activation=None):
        super().__init__()
        self.body, self.shortcut, self.activation = body, shortcut, activation or nn.Identity()

    def forward(self, x):
        return self.activation(self.body(x) + self.shortcut(x))


class ZeroChannels(nn.Module):
    """Every other position, and channels of zeros: a shortcut without parameters."""

    def __init__(self, stride, front, back):
        super().__init__()
        self.stride, self.front, self.back = stride, front, back

    def forward(self, x):
        x = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, self.front, self.back))


class Averages(nn.Module):
    """The mean of each channel."""

    def forward(self, x):
        return x.mean((2, 3))


# --- networks --------------------------------------------------------------------------------------------


def resnet50(p):
    """Keras' form: the stride is in the first 1x1 convolution of a stage."""

    def block(inputs, width, stride):
        outputs = 4 * width
        way = lambda: convolution(p, 1, inputs, outputs, stride)
        projects = inputs != outputs or stride > 1
        # Which of the two ways is executed first is for our side to choose; the first filters show it.
        shortcut = way() if projects and p.peek() == (1, 1, inputs, outputs) else None
        body = nn.Sequential(
            convolution(p, 1, inputs, width, stride), relu(),
            convolution(p, 3, width, width), relu(),
            convolution(p, 1, width, outputs))
        if projects and shortcut is None:
            shortcut = way()
        return Residual(body, shortcut or nn.Identity(), relu())

    layers = [convolution(p, 7, 3, 64, 2, padding=3), relu(), nn.MaxPool2d(3, 2, 1)]
    channels = 64
    for stage, (width, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3))):
        for number in range(blocks):
            layers.append(block(channels, width, 2 if stage and not number else 1))
            channels = 4 * width
    return nn.Sequential(*layers, Averages(), dense(p, channels, 1000))


def vgg(p, groups, last=None):
    """The convolutions of a VGG network with their names, pooling named too, up to `last`."""
    layers, channels = [], 3
    for group, count in enumerate(groups):
        width = (64, 128, 256, 512, 512)[group]
        for number in range(count):
            name = f"conv{group + 1}_{number + 1}"
            layers.append((name, nn.Sequential(convolution(p, 3, channels, width), relu())))
            channels = width
            if name == last:
                return layers
        layers.append((f"pool{group + 1}", nn.MaxPool2d(2)))
    return layers


def vgg16(p):
    features = [layer for _, layer in vgg(p, (2, 2, 3, 3, 3))]
    return nn.Sequential(
        *features, nn.Flatten(), dense(p, 7 * 7 * 512, 4096, (7, 7, 512)), relu(),
        dense(p, 4096, 4096), relu(), dense(p, 4096, 1000))


def mobilenetv2(p):
    def block(inputs, outputs, stride, expansion):
        inner, layers = inputs * expansion, []
        if expansion > 1:
            layers += [convolution(p, 1, inputs, inner), relu6()]
        layers += [convolution(p, 3, inner, inner, stride, groups=inner), relu6()]
        body = nn.Sequential(*layers, convolution(p, 1, inner, outputs))
        return Residual(body, nn.Identity()) if stride == 1 and inputs == outputs else body

    layers, channels = [convolution(p, 3, 3, 32, 2), relu6()], 32
    for expansion, outputs, blocks, stride in (
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):
        for number in range(blocks):
            layers.append(block(channels, outputs, 1 if number else stride, expansion))
            channels = outputs
    layers += [convolution(p, 1, channels, 1280), relu6()]
    return nn.Sequential(*layers, Averages(), dense(p, 1280, 1000))


def lenet(p):
    # With or without zeros at the border: the first dense layer tells.
    inputs = next(shape[0] for _, shape in p.shapes if len(shape) == 2)
    side, padding = (5, 0) if inputs == 400 else (8, "same")
    return nn.Sequential(
        convolution(p, 5, 3, 8, padding=padding), relu(), nn.MaxPool2d(2),
        convolution(p, 5, 8, 16, padding=padding), relu(), nn.MaxPool2d(2), nn.Flatten(),
        dense(p, inputs, 120, (side, side, 16)), relu(), dense(p, 120, 84), relu(), dense(p, 84, 10))


def resnet20(p):
    """As He et al. have it: the zeros lie evenly around a picture, also where the stride is 2."""

    def block(inputs, outputs, stride):
        grows = inputs != outputs or stride > 1
        way = lambda: convolution(p, 1, inputs, outputs, stride)
        shortcut = way() if grows and p.peek() == (1, 1, inputs, outputs) else None
        body = nn.Sequential(
            convolution(p, 3, inputs, outputs, stride, padding=1), relu(), convolution(p, 3, outputs, outputs))
        if grows and shortcut is None:
            if p.peek() == (1, 1, inputs, outputs):
                shortcut = way()
            else:
                extra = outputs - inputs
                front = 0 if p.metadata.get("zeros") == "after" else extra // 2
                shortcut = ZeroChannels(stride, front, extra - front)
        return Residual(body, shortcut or nn.Identity(), relu())

    layers, channels = [convolution(p, 3, 3, 16), relu()], 16
    for stage, width in enumerate((16, 32, 64)):
        for number in range(3):
            layers.append(block(channels, width, 2 if stage and not number else 1))
            channels = width
    return nn.Sequential(*layers, Averages(), dense(p, 64, 10))


def sobel(p):
    if p.shapes:
        return convolution(p, 3, 1, 1)
    # A filter that everyone knows need not be in the file.
    layer = nn.Conv2d(1, 1, 3, padding=1, bias=False)
    layer.weight = nn.Parameter(torch.tensor([[[[1.0, 0, -1], [2, 0, -2], [1, 0, -1]]]]))
    return layer


NETWORKS = {
    "resnet50": resnet50, "vgg16": vgg16, "mobilenetv2": mobilenetv2, "lenet": lenet, "resnet20": resnet20,
    "sobel": sobel}


def network(work, parameters):
    built = NETWORKS[work](parameters)
    parameters.finish()
    return built


# --- PyTorch ---------------------------------------------------------------------------------------------

LAYOUTS = (("contiguous", torch.contiguous_format), ("channels_last", torch.channels_last))


def pictures(array):
    """(n, height, width, channels) as in files -> (n, channels, height, width), whose layout is made later."""
    return torch.from_numpy(array).permute(0, 3, 1, 2)


def folded(model):
    """The network with its normalisations inside the convolutions before them, as for inference."""
    for module in list(model.modules()):
        if isinstance(module, nn.Sequential) and isinstance(module[-1], nn.BatchNorm2d):
            module[-2] = nn.utils.fusion.fuse_conv_bn_eval(module[-2], module[-1])
            del module[-1]
    return model


def torch_inference(work, files):
    """Every way to run the network in PyTorch: (name, function without arguments that returns the scores)."""
    array = np.load(files / f"{work}-input.npy")
    picture_out = work == "sobel"

    def runner(layout, folds):
        model = network(work, Parameters(files / f"{work}-weights.safetensors")).eval()
        model = (folded(model) if folds else model).to(memory_format=layout)
        x = pictures(array).contiguous(memory_format=layout)

        def run():
            with torch.inference_mode():
                return model(x)

        return run, (lambda y: y.permute(0, 2, 3, 1).numpy()) if picture_out else (lambda y: y.numpy())

    normalizes = Parameters(files / f"{work}-weights.safetensors", values=False).normalizes()
    for form in (False, True) if normalizes else (False,):
        for name, layout in LAYOUTS:
            yield (f"{name}, folded" if form else name), lambda l=layout, f=form: runner(l, f)


def optimizer(work, model, metadata):
    rate = float(metadata.get("learning_rate", 0.001 if work == "lenet" else 0.1))
    if work == "lenet":
        return torch.optim.Adam(model.parameters(), lr=rate, eps=1e-7, fused=True)
    return torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9, fused=True)


def torch_training(work, files):
    """Ways to train: (name, a function that makes a step on the same batch and returns its loss)."""
    array, labels = np.load(files / f"{work}-input.npy"), np.load(files / f"{work}-labels.npy")

    def runner(layout):
        parameters = Parameters(files / f"{work}-weights.safetensors")
        model = network(work, parameters).to(memory_format=layout).train()
        adjust = optimizer(work, model, parameters.metadata)
        x = pictures(array).contiguous(memory_format=layout)
        target = torch.from_numpy(labels)

        def step():
            adjust.zero_grad(set_to_none=True)
            loss = functional.cross_entropy(model(x), target)
            loss.backward()
            adjust.step()
            return loss.item()

        return step, None

    for name, layout in LAYOUTS:
        yield name, lambda l=layout: runner(l)


class StyleLoss(nn.Module):
    """Sums of squared differences: of one layer's features, and of the Gram matrices of five.

    A Gram matrix is the plain sum over positions of products of channels; what it is divided by, and what the
    losses weigh, is in the factors, so that any convention can be told: `content_factor` and `style_factors`
    (five, separated by commas) in the metadata of the weights.
    """

    def __init__(self, p):
        super().__init__()
        named = vgg(p, (2, 2, 4, 4, 4), last=STYLES[-1])
        self.names, self.layers = [name for name, _ in named], nn.ModuleList(layer for _, layer in named)
        self.content_factor = float(p.metadata["content_factor"])
        self.style_factors = [float(factor) for factor in p.metadata["style_factors"].split(",")]
        if len(self.style_factors) != len(STYLES):
            raise Mismatch(f"{p.file.name}: {len(STYLES)} style_factors belong in its metadata")

    def features(self, x):
        grams, content = [], None
        for name, layer in zip(self.names, self.layers):
            x = layer(x)
            if name in STYLES:
                flat = x.flatten(2)[0]
                grams.append(flat @ flat.T)
            if name == CONTENT:
                content = x
        return content, grams

    def aim(self, content, style):
        with torch.no_grad():
            self.content, self.grams = self.features(content)[0].clone(), self.features(style)[1]

    def forward(self, x):
        content, grams = self.features(x)
        loss = self.content_factor * (content - self.content).square().sum()
        for factor, gram, wanted in zip(self.style_factors, grams, self.grams):
            loss = loss + factor * (gram - wanted).square().sum()
        return loss


def torch_style(work, files):
    """The gradient of content and style losses with respect to a picture."""
    start, content, style = (np.load(files / f"{work}-{name}.npy") for name in ("input", "content", "style"))

    def runner(layout):
        parameters = Parameters(files / f"{work}-weights.safetensors")
        model = StyleLoss(parameters)
        parameters.finish()
        model = model.to(memory_format=layout).requires_grad_(False)
        arrange = lambda array: pictures(array).contiguous(memory_format=layout)
        model.aim(arrange(content), arrange(style))
        x = arrange(start).requires_grad_()
        return lambda: torch.autograd.grad(model(x), x)[0], lambda y: y.permute(0, 2, 3, 1).numpy()

    for name, layout in LAYOUTS:
        yield name, lambda l=layout: runner(l)


def torchvision_nms(work, files, threshold):
    from torchvision.ops import nms

    boxes, scores = (torch.from_numpy(np.load(files / f"{work}-{name}.npy")) for name in ("input", "scores"))
    yield "nms", lambda: (lambda: nms(boxes, scores, threshold), lambda kept: kept.numpy())


# --- ONNX Runtime and OpenVINO ---------------------------------------------------------------------------


def export(work, files):
    """The network as an ONNX file; its normalisations are left to those who read it."""
    file = files / f"{work}.onnx"
    if not file.exists():
        model = network(work, Parameters(files / f"{work}-weights.safetensors")).eval()
        x = pictures(np.load(files / f"{work}-input.npy")).contiguous()
        # It speaks of packages that are not installed and that nobody needs here.
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                model, (x,), str(file), input_names=["x"], output_names=["y"], dynamo=True, verbose=False,
                external_data=True)
    return file


def export_nms(work, files, threshold):
    from onnx import TensorProto, helper, save

    count = len(np.load(files / f"{work}-scores.npy"))
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("NonMaxSuppression", ["boxes", "scores", "most", "threshold"], ["kept"])], "nms",
        [tensor("boxes", TensorProto.FLOAT, (1, count, 4)), tensor("scores", TensorProto.FLOAT, (1, 1, count))],
        [tensor("kept", TensorProto.INT64, (None, 3))],
        [helper.make_tensor("most", TensorProto.INT64, (1,), [count]),
         helper.make_tensor("threshold", TensorProto.FLOAT, (1,), [threshold])])
    file = files / f"{work}.onnx"
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(file))
    return file


def onnx_inputs(work, files):
    """The inputs as the ONNX file names them, and how its output becomes what our side writes."""
    array = np.load(files / f"{work}-input.npy")
    if work == "nms":
        # The order is not promised by this operator.
        scores = np.load(files / f"{work}-scores.npy")[None, None]
        return {"boxes": array[None], "scores": scores}, lambda kept: kept[kept[:, 0] >= 0, 2]
    turn = (lambda y: y.transpose(0, 2, 3, 1)) if work == "sobel" else (lambda y: y)
    return {"x": np.ascontiguousarray(array.transpose(0, 3, 1, 2))}, turn


def exported(work, files, threshold):
    return export_nms(work, files, threshold) if work == "nms" else export(work, files)


def onnxruntime_runner(work, files, threads, threshold=None):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(exported(work, files, threshold)), options, providers=["CPUExecutionProvider"])
    inputs, turn = onnx_inputs(work, files)
    return lambda: session.run(None, inputs)[0], turn


def openvino_runner(work, files, threads, threshold=None):
    import openvino

    core = openvino.Core()
    # In float32 as everyone here, also where the processor would do bfloat16.
    settings = {
        "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    compiled = core.compile_model(core.read_model(str(exported(work, files, threshold))), "CPU", settings)
    inputs, turn = onnx_inputs(work, files)
    request = compiled.create_infer_request()
    # Set once and not copied in each run; `run` keeps them, for the request does not.
    tensors = {name: openvino.Tensor(array, shared_memory=True) for name, array in inputs.items()}
    for name, tensor in tensors.items():
        request.set_tensor(name, tensor)

    def run(held=(inputs, tensors)):
        request.infer()
        return request.get_output_tensor(0).data

    # The tensor is written over by the next run.
    return run, lambda y: turn(y).copy()


# --- memory ----------------------------------------------------------------------------------------------


def peak():
    """Peak resident size of this process so far, in MiB.

    Not from getrusage: its number starts with the size of the process that started this one.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024


def memory(work, file, layout):
    """Peak memory of PyTorch with random parameters: no file is read and nothing is compared."""
    before = peak()
    torch.manual_seed(1)
    if work == "vgg16":
        model = network("vgg16", Parameters(file, values=False)).eval().to(memory_format=layout)
        x = torch.rand(1, 3, 224, 224).contiguous(memory_format=layout)
        with torch.inference_mode():
            for _ in range(3):
                model(x)
    elif work == "resnet50-train":
        model = network("resnet50", Parameters(file, values=False)).train().to(memory_format=layout)
        x = torch.rand(8, 3, 224, 224).contiguous(memory_format=layout)
        target = torch.arange(8)
        adjust = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9, fused=True)
        for _ in range(3):
            adjust.zero_grad(set_to_none=True)
            functional.cross_entropy(model(x), target).backward()
            adjust.step()
    else:
        raise SystemExit(f"{work} is neither vgg16 nor resnet50-train")
    return {"peak_rss_mb": peak(), "before_mb": before}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["memory"])
    parser.add_argument("work")
    parser.add_argument("file", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--layout", choices=[name for name, _ in LAYOUTS], default="contiguous")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(json.dumps(memory(arguments.work, arguments.file, dict(LAYOUTS)[arguments.layout])))


if __name__ == "__main__":
    main()
