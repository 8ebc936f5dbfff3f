"""Somebody who sits at a pseudo-terminal, types at cnn-repl and reads the screen."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

from screen import Screen

REPL = os.environ.get("CNN_REPL") or os.path.join(
    os.path.dirname(__file__), "..", "..", ".build", "release", "cnn-repl")


class Person:
    """`with Person() as person:` starts the program; what it writes is drawn on `person.screen`."""

    def __init__(self, *arguments, width=80, height=24, screen=Screen, **variables):
        self.screen = screen(width, height)
        self.written = ""
        environment = {
            **{key: value for key, value in os.environ.items()
               if key not in ("NO_COLOR", "TMUX", "STY", "TERM_PROGRAM", "COLORTERM", "VISUAL", "EDITOR")},
            "TERM": "xterm-256color", "CNN_HISTORY": "", **variables}
        self.process, self.file = pty.fork()
        if self.process == 0:
            # The size is there before the program starts, as it is in a real terminal.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
            os.execve(REPL, [REPL, *arguments], environment)
        self.resize(width, height)
        self.status = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self.file)

    def resize(self, width, height):
        self.screen.width, self.screen.height = width, height
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def type(self, text):
        os.write(self.file, text.encode())

    def read(self, seconds=0.05):
        """Takes what comes within that time."""
        ready, _, _ = select.select([self.file], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.file, 65536)
        except OSError:
            return False
        text = data.decode(errors="replace")
        self.written += text
        self.screen.feed(text)
        return bool(data)

    def sees(self, condition, seconds=10):
        """Reads until the condition holds for the screen; a text must be in it."""
        if isinstance(condition, str):
            wanted = condition
            condition = lambda screen: wanted in screen.text
        end = time.monotonic() + seconds
        while not condition(self.screen):
            assert time.monotonic() < end, f"not seen; the screen shows:\n{self.screen.text}"
            self.read()
        return True

    def waits(self, prompt="cnn> "):
        """Reads until the program waits behind an empty prompt."""
        return self.sees(
            lambda screen: screen.lines[screen.row] == prompt.rstrip() and screen.column == len(prompt))

    def enters(self, line):
        """Types a line behind an empty prompt, and reads until the next one."""
        self.waits()
        row = self.screen.row
        self.type(line + "\r")
        self.sees(lambda screen: screen.row > row)
        self.waits()

    def ends(self, seconds=10):
        """Reads to the end of the program and returns its status, negative for a signal."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read()
            process, status = os.waitpid(self.process, os.WNOHANG)
            if process:
                while self.read(0):
                    pass
                self.status = os.waitstatus_to_exitcode(status)
                return self.status
        raise AssertionError(f"still running; the screen shows:\n{self.screen.text}")
