"""Pictures and plots: drawn in a terminal, written beside a script."""

import base64
import io
import os
import re

import pytest
from PIL import Image

from person import Person
from real_screen import RealScreen
from test_scripts import run

PICTURE = "show(tensor([[0.0, 1.0], [1.0, 0.0]]))"


def person(*arguments, **options):
    return Person(*arguments, screen=RealScreen, **options)


def test_blocks_where_the_terminal_has_nothing_better():
    with person(CNN_PICTURES="blocks") as someone:
        someone.enters(PICTURE)
        text = someone.screen.text
        assert "picture of 2 × 2 pixels" in text
        cells = [cell for cell in someone.screen.cells if cell.bg != "default" or cell.reverse]
        assert len(cells) > 50
        # What comes after it comes below it.
        someone.enters("1 + 1")
        assert someone.screen.text.endswith("cnn> 1 + 1\n2\ncnn>")


def test_a_plot_in_letters_where_there_are_only_blocks():
    with person(CNN_PICTURES="blocks", width=60) as someone:
        someone.enters("plot([1, 4, 9, 16])")
        assert "┤" in someone.screen.text and any("⠀" in text or "⣀" in text for text in someone.screen.lines)


@pytest.mark.parametrize("way, mark", [("kitty", "\x1b_G"), ("iterm2", "\x1b]1337;File="), ("sixel", "\x1bP")])
@pytest.mark.parametrize("code", [PICTURE, "plot([1, 4, 9, 16])"])
def test_pixels_where_the_terminal_takes_them(way, mark, code):
    with person(CNN_PICTURES=way, width=80, height=40) as someone:
        someone.enters(code)
        assert someone.screen.pictures and someone.screen.pictures[0].startswith(mark)
        # The prompt is below the picture, at the start of its line.
        row = someone.screen.row
        start = someone.screen.lines.index("cnn> " + code)
        assert row > start + 3
        assert not any(someone.screen.lines[start + 1:row])
        someone.enters("1 + 1")
        assert someone.screen.text.endswith("cnn> 1 + 1\n2\ncnn>")


def test_iterm2_gets_the_very_picture():
    with person(CNN_PICTURES="iterm2") as someone:
        someone.enters(PICTURE)
        sent = "".join(someone.screen.pictures)
        data = re.search(r"File=[^:]*:([A-Za-z0-9+/=]+)", sent).group(1)
        picture = Image.open(io.BytesIO(base64.b64decode(data))).convert("L")
        width, height = picture.size
        corner = [picture.getpixel((x * width // 4, y * height // 4)) for y in (1, 3) for x in (1, 3)]
        assert corner[0] < 20 and corner[1] > 235 and corner[2] > 235 and corner[3] < 20


def test_terminals_are_known_by_their_names():
    for variables, mark in (({"TERM": "xterm-kitty"}, "\x1b_G"), ({"TERM_PROGRAM": "iTerm.app"}, "\x1b]1337"),
                            ({"TERM": "foot"}, "\x1bP")):
        with person(**variables) as someone:
            someone.enters(PICTURE)
            assert someone.screen.pictures[0].startswith(mark), variables


def test_a_terminal_says_itself_that_it_takes_sixels():
    with person() as someone:
        someone.waits()
        someone.type(PICTURE + "\r")
        while "\x1b[c" not in someone.written:
            someone.read()
        # Somebody types on meanwhile.
        someone.type("1 + \x1b[?62;4;22c41\r")
        someone.sees(lambda screen: screen.pictures)
        assert someone.screen.pictures[0].startswith("\x1bP")
        someone.sees("cnn> 1 + 41\n42\ncnn>")


def test_no_pictures_where_they_are_not_wanted():
    for variables in ({"CNN_PICTURES": "none"}, {"NO_COLOR": "1", "CNN_PICTURES": "blocks"}):
        with person(**variables) as someone:
            someone.enters(PICTURE)
            assert "picture of 2 × 2 pixels" in someone.screen.text
            assert "▀" not in someone.screen.text and not someone.screen.pictures


def test_a_picture_is_updated_in_place():
    code = "let d = display(plot([1, 2]), id: .new)\nfor i in 0..<3 { update(d, plot([1, i])) }"
    with person(CNN_PICTURES="kitty", height=40) as someone:
        someone.waits()
        someone.type("\x1b[200~" + code + "\x1b[201~\r")
        someone.sees(lambda screen: sum("a=d,d=c" in sent for sent in screen.pictures) == 3)
        someone.waits()
        row = someone.screen.row
        start = next(row for row, text in enumerate(someone.screen.lines) if text.startswith("...> for"))
        assert not any(someone.screen.lines[start + 1:row])
        assert 10 < row - start < 40


def test_scripts_write_their_pictures_to_a_folder_or_nowhere(tmp_path):
    script = tmp_path / "shapes.cnn"
    script.write_text(f"{PICTURE}\nshow(tensor([[1.0, 0.0]]))\nprint(\"done\")\ndisplay(plot([1, 2]))\n")
    done = run(str(script), cwd=tmp_path)
    assert done.returncode == 0
    assert sorted(os.listdir(tmp_path)) == ["shapes.cnn"]
    plain = done.stdout
    done = run("--output-dir", "out/pictures", str(script), cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, plain, "")
    names = sorted(os.listdir(tmp_path / "out" / "pictures"))
    assert names == ["shapes-1.png", "shapes-2.png", "shapes-3.png"]
    for name in names:
        assert Image.open(tmp_path / "out" / "pictures" / name).size[0] > 0
    assert "\x1b" not in plain


def test_code_from_a_pipe_writes_pictures_too(tmp_path):
    done = run("--output-dir", str(tmp_path), stdin=PICTURE + "\n")
    assert done.returncode == 0
    assert os.listdir(tmp_path) == ["picture-1.png"]


def test_a_folder_that_cannot_be_made_is_told_once(tmp_path):
    (tmp_path / "file").write_text("")
    done = run("--output-dir", str(tmp_path / "file"), "-e", f"{PICTURE}\n{PICTURE}\nprint(\"on\")")
    assert done.returncode == 0
    assert done.stdout.endswith("on\n")
    assert done.stderr.count("cannot make the folder") == 1
