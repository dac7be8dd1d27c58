# SPDX-License-Identifier: ISC
"""Terminals for commands that ask for something, or print it, at a terminal."""

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

from .commands import TIME_LIMIT
from .windows_host import WindowsHost

LOCAL_FLAGS = 3
ROWS, COLUMNS = 50, 1000  # no line is broken in two
STEPS = re.compile(r"\x1b\[(\d*)C")  # to the right: wine's console leaves spaces out like this
DRAWING = re.compile(r"\x1b\[[?\d;]*[A-Za-z]")


def text_of(drawn):
    """The visible text, without control sequences."""
    return DRAWING.sub("", STEPS.sub(lambda step: " " * int(step[1] or 1), drawn))


class Terminal:
    """Runs a command of a host with this as its controlling terminal. Under wine, the terminal shows the Windows
    program's console: wine takes the terminal over when the program first reads, and gives it back at the end."""

    ENTER = "\r"

    def __init__(self, host, *arguments, command=(), environment=None, size=(ROWS, COLUMNS)):
        self.host = host
        self.is_wines = isinstance(host, WindowsHost)
        self.master, self.slave = pty.openpty()  # the slave stays open: its settings are read after the command's end
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.bytes = b""
        self.raw = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        self.process = subprocess.Popen(
            command or host.command(*arguments),
            cwd=host.directory,
            env=host.environment({"TERM": "xterm", **(environment or {})}),
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        host.test.addCleanup(self.close)

    def close(self):
        self.process.kill()
        self.process.wait()
        while self.read(0):
            pass
        os.close(self.master)
        os.close(self.slave)
        self.host.test.collect_output(f"{self.host.name}: at a terminal", self.bytes)
        self.host.test.collect_output(f"{self.host.name}: what a terminal shows", self.shown.encode())

    def read(self, patience):
        """Reads what has arrived, and waits at most `patience` seconds for it. Whether anything was read."""
        if not select.select([self.master], [], [], patience)[0]:
            return False
        piece = os.read(self.master, 4096)
        self.bytes += piece
        self.raw += self.decoder.decode(piece)
        return True

    def await_that(self, condition, what):
        deadline = time.monotonic() + TIME_LIMIT
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"the terminal never {what}: {self.shown!r}")
            self.read(0.02)

    def await_text(self, text):
        self.await_that(lambda: text in self.shown, f"shows {text!r}")

    def await_question(self, text):
        """Returns when it can be answered."""
        self.await_text(text)
        if self.is_wines:
            self.await_that(lambda: not self.echoes, "is wine's to read from")

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        """Waits for the command's end, reads the rest and returns the exit code."""
        self.await_that(lambda: self.process.poll() is not None, "is left")
        if self.is_wines:
            self.await_that(lambda: self.echoes, "is given back by wine")
        # wine's console may draw the last output a little later.
        while self.read(0.2 if self.is_wines else 0):
            pass
        return self.process.returncode

    @property
    def shown(self):
        return text_of(self.raw)

    @property
    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[LOCAL_FLAGS] & termios.ECHO)
