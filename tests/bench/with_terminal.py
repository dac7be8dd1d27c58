"""Runs a command with a terminal of its own and answers each question that it asks there for a passphrase.

   with_terminal.py PASSPHRASE COMMAND...
"""

import os
import pty
import re
import sys

QUESTION = re.compile(rb"assphrase[^\n:]*: ?(\x1b\[\w*)*$")


def main():
    passphrase, *command = sys.argv[1:]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    said = b""
    while piece := read(terminal):
        said += piece
        if QUESTION.search(said):
            os.write(terminal, passphrase.encode() + b"\n")
            said = b""
    sys.stderr.buffer.write(said)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def read(terminal):
    try:
        return os.read(terminal, 1024)
    except OSError:  # Linux's way to say that the last one who had it open is gone
        return b""


if __name__ == "__main__":
    sys.exit(main())
