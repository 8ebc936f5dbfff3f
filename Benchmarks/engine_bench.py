"""Our engine beside PyTorch, ONNX Runtime and OpenVINO, in one run on one machine with the same threads.

    engine_bench.py [--threads N] [--rounds N] [--only WORK,WORK] [--json FILE]

Our side, `cnn-bench serve FOLDER`, makes each network with random weights and leaves weights, input and output
in files. The others are built from these files, and only who comes to the same output is timed. Then all take
turns; a turn is one run to warm up and one to ten that count, as many as fit into --turn seconds.

* inference: one picture of 224 x 224, to the scores before softmax;
* training: one step on 64 pictures of 32 x 32, forward, backward and the optimizer's;
* style: the gradient of content and style losses with respect to a picture of 256 x 256, VGG-19 to conv5_1;
* sobel, nms: a filter over a picture of 1920 x 1080, and the best of 10,000 boxes;
* memory: peak resident size of a process that builds the network with random weights and runs it, no more.

PyTorch runs the fastest of what a person may easily choose: contiguous or channels_last, and for inference
with normalisations folded into convolutions or not. The numbers stay in build/bench/engine.json.
"""

import argparse
import contextlib
import importlib.metadata
import json
import os
import platform
import select
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 600.0
# Between turns: worker threads that still wait for work in a loop would take time from whoever comes next.
REST = 0.05
PEERS = ("PyTorch", "ONNX Runtime", "OpenVINO")

# Work, title, kind, and how far an output may lie from ours, in parts of the greatest number. Steps of training
# enlarge small differences, so that the first loss alone is held to FIRST. The gradient of a picture jumps where
# rounding turns a relu over (PyTorch's own layouts are 0.04 apart in places), so that its norm is compared.
WORKS = [
    ("resnet50", "ResNet-50, batch 1", "inference", 1e-4),
    ("vgg16", "VGG-16, batch 1", "inference", 1e-4),
    ("mobilenetv2", "MobileNetV2, batch 1", "inference", 1e-4),
    ("lenet", "LeNet step, 64 x 32x32", "training", 1e-2),
    ("resnet20", "ResNet-20 step, 64 x 32x32", "training", 3e-2),
    ("style", "style step, VGG-19, 256x256", "style", 1e-2),
    ("sobel", "Sobel, 1920x1080", "inference", 1e-5),
    ("nms", "NMS of 10,000 boxes", "nms", 1e-3),
]
FIRST = 1e-4
STEPS = 5
MEMORIES = [("vgg16", "VGG-16 inference"), ("resnet50-train", "ResNet-50 step, 8 x 224x224")]


class ServerError(Exception):
    """Our side said that it cannot, in its words."""


class ServerLost(Exception):
    """Our side ended, or does not answer."""


class Disagreement(Exception):
    """An output is not ours."""


class Server:
    """Our side: a process that answers lines of JSON."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen(
            [*shlex.split(program), "serve", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.pending = b""

    def ask(self, do, **content):
        try:
            self.process.stdin.write(json.dumps({"do": do, **content}).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise ServerLost(f"our side ended with {self.process.wait()}") from None
        answer = json.loads(self.line(do))
        if "error" in answer:
            raise ServerError(answer["error"])
        return answer

    def line(self, do):
        deadline = time.monotonic() + PATIENCE
        while b"\n" not in self.pending:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise ServerLost(f"our side did not answer {do} within {PATIENCE:.0f} seconds")
            more = os.read(self.process.stdout.fileno(), 1 << 16)
            if not more:
                raise ServerLost(f"our side ended with {self.process.wait()} when asked to {do}")
            self.pending += more
        line, self.pending = self.pending.split(b"\n", 1)
        return line

    def stop(self):
        try:
            self.process.stdin.write(b'{"do": "quit"}\n')
            self.process.stdin.close()
            self.process.wait(10)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


class Contender:
    """One way to do a work: `turn(n)` gives the seconds of n runs."""

    def __init__(self, name, turn, variant=None, difference=None):
        self.name, self.turn, self.variant, self.difference = name, turn, variant, difference
        self.seconds = []

    def numbers(self):
        found = {
            "median_ms": statistics.median(self.seconds) * 1e3, "best_ms": min(self.seconds) * 1e3,
            "all_ms": [round(second * 1e3, 4) for second in self.seconds]}
        if self.variant:
            found["variant"] = self.variant
        if self.difference is not None:
            found["difference"] = self.difference
        return found


def timed(run):
    """A turn of a function without arguments."""

    def turn(count):
        seconds = []
        for _ in range(count):
            start = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - start)
        return seconds

    return turn


# --- agreement -------------------------------------------------------------------------------------------


def difference(kind, found, ours, bound):
    """How far an output lies from ours; raises when that is too far, or when they say nothing."""
    import numpy as np

    found, ours = np.squeeze(found), np.squeeze(ours)
    if kind == "nms":
        # Who lies next to the threshold may fall either way, and not everyone sorts.
        odd = len(np.setxor1d(found, ours))
        if not len(ours) or odd > bound * len(ours):
            raise Disagreement(f"{odd} boxes differ, ours kept {len(ours)}")
        return odd / len(ours)
    found, ours = found.astype(np.float64), ours.astype(np.float64)
    if found.shape != ours.shape:
        raise Disagreement(f"its shape is {found.shape} and ours {ours.shape}")
    if not (np.isfinite(ours).all() and np.isfinite(found).all()):
        raise Disagreement("there are numbers that are not finite")
    size = np.abs(ours).max()
    if size == 0 or (kind != "training" and np.ptp(ours) < 1e-6 * size):
        raise Disagreement("our output is all the same, which would agree with much that is wrong")
    if kind == "training" and abs(found[0] - ours[0]) > FIRST * abs(ours[0]):
        raise Disagreement(f"the first loss is {found[0]:.6f} and ours {ours[0]:.6f}")
    if kind == "style":
        distance = float(np.linalg.norm(found - ours) / np.linalg.norm(ours))
    else:
        distance = float(np.abs(found - ours).max() / size)
    if distance > bound:
        raise Disagreement(f"it lies {distance:.2g} away, in parts of ours, and {bound:g} is allowed")
    return distance


def outcome(kind, run, turn):
    """What a contender computes, in our layout. A training contender has made its first steps afterwards."""
    if kind == "training":
        return [run() for _ in range(STEPS)]
    return turn(run())


# --- contenders ------------------------------------------------------------------------------------------


def torch_contender(peers, work, kind, bound, files, ours, threshold):
    """PyTorch in the fastest of the ways that it has for a work."""
    if kind == "nms":
        ways = peers.torchvision_nms(work, files, threshold)
    else:
        of_kind = {
            "inference": peers.torch_inference, "training": peers.torch_training, "style": peers.torch_style}
        ways = of_kind[kind](work, files)
    best, fastest = None, float("inf")
    for variant, build in ways:
        run, turn = build()
        distance = difference(kind, outcome(kind, run, turn), ours, bound)
        seconds = statistics.median(timed(run)(5))
        if seconds < fastest:
            best, fastest = Contender("PyTorch", timed(run), variant, distance), seconds
        time.sleep(REST)
    return best


def other_contender(name, build, work, kind, bound, files, ours, threads, threshold):
    run, turn = build(work, files, threads, threshold)
    return Contender(name, timed(run), None, difference(kind, outcome(kind, run, turn), ours, bound))


def contenders(peers, work, kind, bound, files, ours, threads, threshold):
    """Who can do the work and agrees, and what is to be said of those who do not."""
    builders = [("PyTorch", lambda: torch_contender(peers, work, kind, bound, files, ours, threshold))]
    if kind in ("inference", "nms"):
        for name, build in (("ONNX Runtime", peers.onnxruntime_runner), ("OpenVINO", peers.openvino_runner)):
            builders.append((name, lambda n=name, b=build: other_contender(
                n, b, work, kind, bound, files, ours, threads, threshold)))
    found, remarks = [], {}
    for name, build in builders:
        try:
            found.append(build())
        except Disagreement as problem:
            remarks[name] = {"disagrees": str(problem)}
        except ImportError as problem:
            remarks[name] = {"absent": str(problem)}
        except Exception as problem:  # Whatever goes wrong inside one of them, the others are compared.
            remarks[name] = {"failed": f"{type(problem).__name__}: {str(problem).splitlines()[0][:200]}"}
        time.sleep(REST)
    return found, remarks


# --- measurements ----------------------------------------------------------------------------------------


def compare(server, peers, entry, files, arguments):
    """One row: our side prepares, the others agree, all take turns."""
    import numpy as np

    work, title, kind, bound = entry
    row = {"work": work, "title": title}
    try:
        answer = server.ask("prepare", work=work)
    except ServerError as problem:
        return {**row, "skipped": str(problem)}
    if answer.get("threads", arguments.threads) != arguments.threads:
        return {**row, "failed": f"our side uses {answer['threads']} threads instead of {arguments.threads}"}
    ours = np.load(files / f"{work}-output.npy")
    found, row["remarks"] = contenders(
        peers, work, kind, bound, files, ours, arguments.threads, answer.get("threshold", 0.5))

    us = Contender("Swift CNN", lambda count: server.ask("time", work=work, rounds=count)["seconds"])
    everyone = [us, *found]
    # How many runs fit into a turn, by the slowest, so that all have the same number of samples.
    slowest = max(min(one.turn(3)) for one in everyone)
    runs = max(1, min(10, int(arguments.turn / slowest)))
    for number in range(arguments.rounds):
        # Who is first changes, so that nobody always comes after the same other one.
        for place in range(len(everyone)):
            one = everyone[(place + number) % len(everyone)]
            one.seconds += one.turn(1 + runs)[1:]
            time.sleep(REST)

    row["ours"] = us.numbers()
    row["peers"] = {one.name: one.numbers() for one in found}
    for numbers in row["peers"].values():
        numbers["ratio"] = numbers["median_ms"] / row["ours"]["median_ms"]
    return row


def memory(program, entry, files, arguments):
    """One row of memory: a server that prepares and runs one work, and PyTorch in a process of its own."""
    work, title = entry
    row = {"work": work, "title": title}
    # One server leaves the files, of which PyTorch reads the shapes; another one only works.
    server = Server(program, files)
    try:
        server.ask("prepare", work=work)
        server.stop()
        server = Server(program, files)
        server.ask("prepare", work=work, files=False)
        server.ask("time", work=work, rounds=3)
        row["ours_mb"] = server.ask("memory", work=work)["peak_rss_mb"]
    except (ServerError, ServerLost) as problem:
        return {**row, "skipped": str(problem)}
    finally:
        server.stop()
    sizes = {}
    for layout in ("contiguous", "channels_last"):
        # The file gives shapes alone.
        child = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("peers.py")), "memory", work,
             str(files / f"{work}-weights.safetensors"), "--threads", str(arguments.threads),
             "--layout", layout], stdout=subprocess.PIPE, check=True, timeout=PATIENCE)
        sizes[layout] = json.loads(child.stdout)
    variant = min(sizes, key=lambda layout: sizes[layout]["peak_rss_mb"])
    row["PyTorch"] = {**sizes[variant], "variant": variant}
    row["ratio"] = row["PyTorch"]["peak_rss_mb"] / row["ours_mb"]
    return row


def machine(threads):
    """What the numbers depend on beside the programs."""
    facts = {"system": platform.platform(), "python": platform.python_version(), "threads": threads}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = (part.strip() for part in line.partition(":"))
        if key == "model name":
            facts["processor"] = value
        elif key == "flags":
            known = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile")
            facts["instructions"] = [flag for flag in known if flag in value.split()]
    facts["cores"] = os.cpu_count()
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemTotal:"):
            facts["memory_gb"] = round(int(line.split()[1]) / 1e6, 1)
    facts["load_before"] = os.getloadavg()[0]
    facts["versions"] = {}
    for package in ("torch", "torchvision", "onnx", "onnxruntime", "openvino", "numpy"):
        try:
            facts["versions"][package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    return facts


# --- output ----------------------------------------------------------------------------------------------


def cell(numbers, ratio=False):
    if numbers is None:
        return "-"
    text = f"{numbers['median_ms']:.2f} ({numbers['best_ms']:.2f})"
    return f"{text} {numbers['ratio']:>5.2f}x" if ratio else text


def show(row):
    """A line of the table as soon as it is known, and below it what went wrong."""
    for kind in ("skipped", "failed"):
        if kind in row:
            print(f"{row['title']:<28} {kind}: {row[kind]}", flush=True)
            return
    peers = row["peers"]
    least = min((numbers["ratio"] for numbers in peers.values()), default=None)
    print(
        f"{row['title']:<28} {cell(row['ours']):>17}",
        *(f"{cell(peers.get(name), True):>25}" for name in PEERS),
        f"{least:>9.2f}x" if least else f"{'-':>10}", flush=True)
    for name, remark in row["remarks"].items():
        for kind, text in remark.items():
            print(f"  {name} {kind}: {text}", flush=True)


def show_memory(row):
    if "skipped" in row:
        print(f"{row['title']:<28} skipped: {row['skipped']}", flush=True)
    else:
        peer = row["PyTorch"]
        print(f"{row['title']:<28} {row['ours_mb']:>17.0f} {peer['peak_rss_mb']:>18.0f} {row['ratio']:>5.2f}x",
              flush=True)


def main():
    parser = argparse.ArgumentParser()
    cores = sorted(os.sched_getaffinity(0))
    parser.add_argument("--threads", type=int, default=len(cores))
    parser.add_argument("--rounds", type=int, default=10, help="turns that each one has")
    parser.add_argument("--turn", type=float, default=0.3, help="seconds that a turn may take")
    parser.add_argument("--only", help="works separated by commas; memory is one")
    parser.add_argument("--program", default=str(ROOT / ".build/release/cnn-bench"))
    parser.add_argument("--json", type=Path, default=ROOT / "build/bench/engine.json")
    arguments = parser.parse_args()
    names = [work for work, *_ in WORKS] + ["memory"]
    wanted = arguments.only.split(",") if arguments.only else names
    if unknown := sorted(set(wanted) - set(names)):
        parser.error(f"{', '.join(unknown)} is none of {', '.join(names)}")
    if not 1 <= arguments.threads <= len(cores):
        parser.error(f"this process may use 1 to {len(cores)} threads")

    if not shutil.which(shlex.split(arguments.program)[0]):
        parser.error(f"{arguments.program} is not there: build it with swift build -c release --product cnn-bench")

    # The same processors for everyone, and nobody finds more of them than it shall use.
    os.sched_setaffinity(0, set(cores[: arguments.threads]))
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)
    facts = machine(arguments.threads)
    import peers

    peers.torch.set_num_threads(arguments.threads)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    files = Path(tempfile.mkdtemp(prefix="files-", dir=arguments.json.parent))
    rows, memories = [], []
    server = Server(arguments.program, files)
    try:
        if set(wanted) != {"memory"}:
            print(f"milliseconds, median (best), {arguments.threads} threads; 2x: we take half the time")
            print(f"{'':<28} {'Swift CNN':>17}", *(f"{name:>25}" for name in PEERS), f"{'best peer':>10}")
        for entry in WORKS:
            if entry[0] in wanted:
                try:
                    rows.append(compare(server, peers, entry, files, arguments))
                except (ServerError, ServerLost) as problem:
                    rows.append({"work": entry[0], "title": entry[1], "failed": str(problem)})
                    server.stop()
                    server = Server(arguments.program, files)
                show(rows[-1])
                # The next one is to find memory and disk as this one did.
                with contextlib.suppress(ServerError):
                    server.ask("forget", work=entry[0])
                for file in files.glob(f"{entry[0]}[-.]*"):
                    file.unlink()
        if "memory" in wanted:
            print(f"\n{'peak memory, MiB':<28} {'Swift CNN':>17} {'PyTorch':>25}")
            for entry in MEMORIES:
                memories.append(memory(arguments.program, entry, files, arguments))
                show_memory(memories[-1])
    finally:
        server.stop()
        shutil.rmtree(files, ignore_errors=True)
    facts["load_after"] = os.getloadavg()[0]
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    arguments.json.write_text(
        json.dumps({"when": when, "machine": facts, "rows": rows, "memory": memories}, indent=1) + "\n")
    print(f"\nThe numbers are in {arguments.json}")
    if any("disagrees" in remark for row in rows for remark in row.get("remarks", {}).values()):
        sys.exit("An output disagrees with ours.")
    if any("failed" in row for row in rows):
        sys.exit("Our side failed.")


if __name__ == "__main__":
    main()
