"""Compares the outputs of two runs of a notebook: what a reader would call the same is the same.

Adjacent streams are one, numbers agree within a tolerance (another processor rounds differently), pictures agree
pixel by pixel, durations do not count, and cells tagged `nondeterministic` need only end the same way.
"""

import base64
import difflib
import io
import math
import re

from PIL import Image, ImageChops, ImageStat

RELATIVE = 1e-4
ABSOLUTE = 1e-6
# How far one pixel, and all of them on average, may be off (of 255): edges that are drawn with another rounding.
PIXEL = 64
MEAN_PIXEL = 0.5

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_DURATION = re.compile(r"\d+(?:\.\d+)?\s?(?:ns|µs|us|ms|s|min)\b")
_NUMBER = re.compile(r"[-+−]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?")


def differences(cell, expected, actual):
    """What is different between two lists of outputs of one cell, as lines of text; none if they agree."""
    expected, actual = joined(expected), joined(actual)
    kinds = [[_kind(output) for output in outputs] for outputs in (expected, actual)]
    if "nondeterministic" in cell.get("metadata", {}).get("tags", []):
        failed = [any(kind == "error" for kind in one) for one in kinds]
        return [] if failed[0] == failed[1] else [f"outputs were {kinds[0]} and are {kinds[1]}"]
    if kinds[0] != kinds[1]:
        return [f"outputs were {kinds[0]} and are {kinds[1]}"]
    return [line for pair in zip(expected, actual) for line in _between(*pair)]


def joined(outputs):
    """The outputs with adjacent pieces of one stream put together."""
    result = []
    for output in outputs:
        output = dict(output)
        if output["output_type"] == "stream":
            output["text"] = _text(output["text"])
            if result and result[-1].get("name") == output["name"]:
                result[-1]["text"] += output["text"]
                continue
        result.append(output)
    return result


def same_text(expected, actual):
    """Whether two texts agree when durations are left out and numbers compared as numbers."""
    first, second = (_DURATION.sub("<duration>", _ANSI.sub("", text)) for text in (expected, actual))
    if _NUMBER.split(first) != _NUMBER.split(second):
        return False
    return all(map(_same_number, _NUMBER.findall(first), _NUMBER.findall(second)))


def same_picture(expected, actual):
    """Whether two pictures, encoded in base 64, look the same."""
    first, second = (
        Image.open(io.BytesIO(base64.b64decode(_text(data)))).convert("RGBA") for data in (expected, actual))
    if first.size != second.size:
        return False
    difference = ImageChops.difference(first, second)
    farthest = max(high for _, high in difference.getextrema())
    return farthest <= PIXEL and max(ImageStat.Stat(difference).mean) <= MEAN_PIXEL


def _between(expected, actual):
    kind = _kind(expected)
    if kind == "error":
        for field in ("ename", "evalue"):
            yield from _between_texts(f"error's {field}", expected[field], actual[field])
    elif "data" in expected:
        for mime in expected["data"]:
            yield from _between_data(mime, expected["data"][mime], actual["data"][mime])
    else:
        yield from _between_texts(expected["name"], expected["text"], actual["text"])


def _between_data(mime, expected, actual):
    if mime in ("image/png", "image/jpeg"):
        if not same_picture(expected, actual):
            yield f"{mime}: the pictures differ"
    elif mime.endswith("json"):
        yield from _between_texts(mime, repr(expected), repr(actual))
    else:
        yield from _between_texts(mime, _text(expected), _text(actual))


def _between_texts(what, expected, actual):
    if same_text(expected, actual):
        return
    yield f"{what}:"
    lines = difflib.unified_diff(expected.splitlines(), actual.splitlines(), "saved", "now", lineterm="", n=1)
    for line in list(lines)[:40]:
        yield f"    {line[:200]}"


def _kind(output):
    """What sort of output it is; for a value, with the forms it has."""
    kind = output["output_type"]
    if kind == "stream":
        return output["name"]
    return f"{kind} {sorted(output['data'])}" if "data" in output else kind


def _text(value):
    return value if isinstance(value, str) else "".join(value)


def _same_number(first, second):
    if first == second:
        return True
    first, second = (float(text.replace("−", "-")) for text in (first, second))
    return math.isclose(first, second, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
