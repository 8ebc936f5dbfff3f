"""A whole terminal emulator, for what happens at the edges of the screen."""

import pyte


class RealScreen:
    """pyte's screen with the names that `Person` reads; pictures sent in sequences of their own are kept aside."""

    def __init__(self, width, height):
        self.terminal = pyte.HistoryScreen(width, height, history=5000, ratio=0.5)
        self.stream = pyte.Stream(self.terminal)
        self.pictures = []
        self.unfinished = ""

    def feed(self, text):
        text = self.unfinished + text
        self.unfinished = ""
        while text:
            starts = [place for mark in ("\x1b_", "\x1bP", "\x1b]") if (place := text.find(mark)) >= 0]
            if not starts:
                # A sequence may be cut in two.
                if text.endswith("\x1b"):
                    text, self.unfinished = text[:-1], "\x1b"
                self.stream.feed(text)
                return
            start = min(starts)
            self.stream.feed(text[:start])
            ends = [place + len(mark) for mark in ("\x1b\\", "\a") if (place := text.find(mark, start + 2)) >= 0]
            if not ends:
                self.unfinished = text[start:]
                return
            self.pictures.append(text[start:min(ends)])
            text = text[min(ends):]

    @property
    def width(self):
        return self.terminal.columns

    @width.setter
    def width(self, width):
        self.terminal.resize(self.height, width)

    @property
    def height(self):
        return self.terminal.lines

    @height.setter
    def height(self, height):
        self.terminal.resize(height, self.width)

    @property
    def row(self):
        """Counts what has scrolled out at the top, too."""
        return len(self.terminal.history.top) + self.terminal.cursor.y

    @property
    def column(self):
        return self.terminal.cursor.x

    @property
    def lines(self):
        def text(row):
            return "".join(row[column].data for column in range(self.width))
        above = [text(row) for row in self.terminal.history.top]
        return [line.rstrip() for line in above + self.terminal.display]

    @property
    def text(self):
        return "\n".join(self.lines).rstrip()

    @property
    def shown(self):
        """What is on the screen now."""
        return "\n".join(line.rstrip() for line in self.terminal.display).rstrip()

    @property
    def cells(self):
        return [cell for row in self.terminal.buffer.values() for cell in row.values()]

    def look(self, text):
        """How the first cell of a text looks: colour, weight, whether it is reversed."""
        for row, line in enumerate(self.terminal.display):
            if (column := line.find(text)) >= 0:
                cell = self.terminal.buffer[row][column]
                return cell.fg, cell.bold, cell.reverse
        return None
