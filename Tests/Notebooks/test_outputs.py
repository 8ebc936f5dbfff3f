"""The comparison itself: it must see what a reader would see, and nothing else."""

import base64
import io

import pytest
from outputs import differences, same_picture, same_text
from PIL import Image


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def result(**data):
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


def picture(color, size=(8, 8), dot=None):
    image = Image.new("RGB", size, color)
    if dot:
        image.putpixel((0, 0), dot)
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize("first, second", [
    ("[1.00001, 2]", "[1, 2.0]"),
    ("loss 0.1234567", "loss 0.1234561"),
    ("took 12.3 ms", "took 9 s"),
    ("\x1b[31mred\x1b[0m", "red"),
    ("1e-09", "0"),
])
def test_same_text(first, second):
    assert same_text(first, second)


@pytest.mark.parametrize("first, second", [
    ("[1, 2]", "[1, 3]"),
    ("[1, 2]", "[1 2]"),
    ("shape 5", "shape 5, 5"),
    ("5", "-5"),
    ("0.5 x", "0.501 x"),
    ("12 m", "13 m"),
])
def test_different_text(first, second):
    assert not same_text(first, second)


def test_pictures():
    assert same_picture(picture((9, 9, 9)), picture((9, 9, 9)))
    assert same_picture(picture((9, 9, 9)), picture((9, 9, 9), dot=(20, 9, 9)))
    assert not same_picture(picture((9, 9, 9)), picture((12, 9, 9)))
    assert not same_picture(picture((9, 9, 9)), picture((9, 9, 9), dot=(200, 9, 9)))
    assert not same_picture(picture((9, 9, 9)), picture((9, 9, 9), size=(8, 9)))


def test_pieces_of_a_stream_are_one():
    assert differences({}, [stream("a\nb\n")], [stream("a\n"), stream(["b", "\n"])]) == []
    assert differences({}, [stream("a"), stream("b", "stderr")], [stream("a"), stream("b")])


def test_values_and_their_forms():
    assert differences({}, [result(**{"text/plain": "5"})], [result(**{"text/plain": "5"})]) == []
    assert differences({}, [result(**{"text/plain": "5"})], [result(**{"text/plain": "6"})])
    assert differences({}, [result(**{"text/plain": "5"})], [result(**{"text/html": "5", "text/plain": "5"})])
    assert differences({}, [result(**{"text/plain": "5"})], [])


def test_an_error_is_a_difference_even_where_values_vary():
    error = {"output_type": "error", "ename": "Error", "evalue": "no", "traceback": []}
    cell = {"metadata": {"tags": ["nondeterministic"]}}
    assert differences(cell, [stream("0.5")], [stream("0.7")]) == []
    assert differences(cell, [stream("0.5")], [error])
    assert differences({}, [error], [dict(error, evalue="yes")])
