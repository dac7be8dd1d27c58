# SPDX-License-Identifier: ISC
"""Runs a command in a terminal of its own and answers each question for a passphrase.

   with_terminal.py PASSPHRASE COMMAND...
"""

import os
import pty
import re
import sys
import termios
import time

QUESTION = re.compile(rb"assphrase[^\n:]*: ?$")
LOCAL_FLAGS = 3
PATIENCE = 10
DRAWING = re.compile(rb"\x1b\[[?\d;]*[A-Za-z]")  # age's, and all that wine's console shows


def main():
    passphrase, *command = sys.argv[1:]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    said = b""
    while piece := read(terminal):
        said += piece
        if QUESTION.search(DRAWING.sub(b"", said)):
            await_silence(terminal)
            os.write(terminal, passphrase.encode() + b"\r")
            said = b""
    sys.stderr.buffer.write(said)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def await_silence(terminal):
    """Waits until the echo is off: age and wine's console print the question first. Gives up after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while termios.tcgetattr(terminal)[LOCAL_FLAGS] & termios.ECHO and time.monotonic() < deadline:
        time.sleep(0.001)


def read(terminal):
    try:
        return os.read(terminal, 1024)
    except OSError:  # Linux's way to say that the last one who had it open is gone
        return b""


if __name__ == "__main__":
    sys.exit(main())
