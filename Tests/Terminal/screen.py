"""A small terminal: enough of one to tell what a person would see."""

import re
import unicodedata


def columns(character):
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Screen:
    """Draws what a program writes on a grid; knows the sequences a line editor needs and fails on others."""

    SEQUENCE = re.compile(r"\x1b\[(\??)([0-9;]*)([@-~])")

    def __init__(self, width=80, height=24):
        self.width, self.height = width, height
        self.rows = [[]]
        self.row = self.column = 0
        self.styles = set()
        self.pending = ""

    def feed(self, text):
        text = self.pending + text
        self.pending = ""
        place = 0
        while place < len(text):
            character = text[place]
            if character == "\x1b":
                match = self.SEQUENCE.match(text, place)
                if not match:
                    assert len(text) - place < 16, f"unknown sequence {text[place:place + 16]!r}"
                    self.pending = text[place:]
                    return
                self.sequence(*match.groups())
                place = match.end()
                continue
            place += 1
            self.put(character)

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row += 1
            while len(self.rows) <= self.row:
                self.rows.append([])
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif ord(character) >= 32:
            size = columns(character)
            if self.column + size > self.width:
                self.put("\r")
                self.put("\n")
            line = self.rows[self.row]
            line.extend([" "] * (self.column + size - len(line)))
            if size == 0:
                line[self.column - 1] += character
            else:
                line[self.column] = character
                for extra in range(1, size):
                    line[self.column + extra] = ""
            self.column += size

    def sequence(self, private, parameters, final):
        if private or final == "m":
            if final == "m":
                self.styles.add(parameters)
            return
        number = int(parameters.split(";")[0] or 0) if parameters else 0
        line = self.rows[self.row]
        if final == "A":
            self.row = max(len(self.rows) - self.height, 0, self.row - max(1, number))
        elif final == "B":
            self.row += max(1, number)
        elif final == "C":
            self.column = min(self.width - 1, self.column + max(1, number))
        elif final == "D":
            self.column = max(0, self.column - max(1, number))
        elif final == "K":
            del line[self.column:]
        elif final == "J":
            if number == 2:
                self.rows = [[]]
            else:
                del line[self.column:]
                del self.rows[self.row + 1:]
        elif final == "H":
            self.row = self.column = 0
        else:
            raise AssertionError(f"unknown sequence {parameters}{final}")

    @property
    def lines(self):
        return ["".join(line).rstrip() for line in self.rows]

    @property
    def text(self):
        return "\n".join(self.lines).rstrip()
