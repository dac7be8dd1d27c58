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
DRAWING = re.compile(r"\x1b\[[?\d;]*[A-Za-z]")
STEP = "\x1b[1C"


class Terminal:
    """A command of a host whose controlling terminal this is. Under wine it shows the console of the Windows program."""

    ENTER = "\r"

    def __init__(self, host, *arguments):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.raw = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        self.process = subprocess.Popen(
            host.command(*arguments),
            cwd=host.directory,
            env=host.environment(),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self.slave = slave  # kept, so that its settings can be read when the command is gone
        host.test.addCleanup(self.close)
        host.test.addCleanup(lambda: host.test.note_output(f"{host.name}: at a terminal", self.shown.encode()))

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def await_text(self, text):
        deadline = time.monotonic() + harness.TIME_LIMIT
        while text not in self.shown:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                raise AssertionError(f"the terminal never shows {text!r}: {self.shown!r}")
            self.raw += self.decoder.decode(os.read(self.master, 4096))

    def await_question(self, text):
        """Returns when it can be answered. wine's console takes the terminal over when its program reads, not before."""
        self.await_text(text)
        deadline = time.monotonic() + harness.TIME_LIMIT
        while harness.HOST is harness.WindowsHost and self.echoes and time.monotonic() < deadline:
            time.sleep(0.02)

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        """Its exit code; what it has shown until then is read."""
        code = self.process.wait(harness.TIME_LIMIT)
        while select.select([self.master], [], [], 0)[0]:
            self.raw += self.decoder.decode(os.read(self.master, 4096))
        return code

    @property
    def shown(self):
        """Its text, without what wine's console draws it with: a space is a step to the right there."""
        return DRAWING.sub("", self.raw.replace(STEP, " "))

    @property
    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[LOCAL_FLAGS] & termios.ECHO)
