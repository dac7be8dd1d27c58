"""Terminals for commands that ask or show something there."""

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

import harness

LOCAL_FLAGS = 3
ROWS, COLUMNS = 50, 1000  # no line is broken in two
STEPS = re.compile(r"\x1b\[(\d*)C")  # to the right: wine's console leaves spaces out like this
DRAWING = re.compile(r"\x1b\[[?\d;]*[A-Za-z]")


def text_of(drawn):
    """What is to be read, without the sequences that it is drawn with."""
    return DRAWING.sub("", STEPS.sub(lambda step: " " * int(step[1] or 1), drawn))


class Terminal:
    """A command of a host whose controlling terminal this is. Under wine it shows the console of the Windows program,
    which takes the terminal over once the program reads from it, and gives it back when it has drawn everything."""

    ENTER = "\r"

    def __init__(self, host, *arguments):
        self.host = host
        self.is_wines = isinstance(host, harness.WindowsHost)
        self.master, self.slave = pty.openpty()  # the second is kept: its settings are read when the command is gone
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.bytes = b""
        self.raw = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        self.process = subprocess.Popen(
            host.command(*arguments),
            cwd=host.directory,
            env=host.environment(),
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
        self.host.test.note_output(f"{self.host.name}: at a terminal", self.bytes)
        self.host.test.note_output(f"{self.host.name}: what a terminal shows", self.shown.encode())

    def read(self, patience):
        """Takes what has come, waiting so long for it; whether there was anything."""
        if not select.select([self.master], [], [], patience)[0]:
            return False
        piece = os.read(self.master, 4096)
        self.bytes += piece
        self.raw += self.decoder.decode(piece)
        return True

    def await_that(self, condition, what):
        deadline = time.monotonic() + harness.TIME_LIMIT
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
        """Its exit code; what it has shown until then is read."""
        self.await_that(lambda: self.process.poll() is not None, "is left")
        if self.is_wines:
            self.await_that(lambda: self.echoes, "is given back by wine")
        # What was written last, wine's console may draw a little later.
        while self.read(0.2 if self.is_wines else 0):
            pass
        return self.process.returncode

    @property
    def shown(self):
        return text_of(self.raw)

    @property
    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[LOCAL_FLAGS] & termios.ECHO)
