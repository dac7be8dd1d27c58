# SPDX-License-Identifier: ISC
"""Long-running processes of the stories: `serve`, and commands that a test ends half way."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading

from . import processes

START_LIMIT = 60
STOP_LIMIT = 60
# The line by which `serve` tells that it answers.
LISTENS = re.compile(rb"\blisten(s|ing)\b", re.IGNORECASE)


class PortReservation:
    """A free port that stays this test's while its server restarts.

    The socket is bound and does not listen: connecting is refused, the server can bind beside it (both allow reuse), and
    no other test is given the port meanwhile.
    """

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, 0))
        self.port = self.socket.getsockname()[1]

    def close(self):
        self.socket.close()


def start(command, directory, environment):
    return subprocess.Popen(
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def end(process):
    """Ends a process that may have ended already; returns what it printed and nobody has read."""
    # strace does not take the program along, which would hold the output open.
    is_traced = process.args[0] == "strace" and process.poll() is None
    traced = processes.children(process.pid) if is_traced else []
    process.kill()
    for program in traced:
        with contextlib.suppress(ProcessLookupError):
            os.kill(program, signal.SIGKILL)
    with process:
        return process.stdout.read()


class Server:
    """Keeps one `serve` running, as a service manager would: an end with 0 is followed by a new start."""

    def __init__(self, name, command, directory, environment, stop_signal=signal.SIGTERM):
        self.name = name
        self.stop_signal = stop_signal
        self.starts = 0
        self._start_process = lambda: start(command, directory, environment)
        self._changed = threading.Condition()
        self._stopping = False
        self._code = None
        self._awaited = False
        self._lines = []
        self._process = None
        self._thread = threading.Thread(target=self._keep_running, daemon=True)
        self._thread.start()

    def output(self):
        with self._changed:
            return b"".join(self._lines)

    @property
    def pid(self):
        with self._changed:
            return self._process.pid

    def await_start(self, count):
        """Returns when it has listened for the count-th time."""
        self._await(lambda: self.starts >= count, f"to listen for the {count}. time")

    def await_line(self, expression):
        """Returns the first line of its output that matches, once there is one."""
        pattern = re.compile(expression.encode())
        found = []

        def matched():
            found[:] = [line for line in self._lines if pattern.search(line)]
            return bool(found)

        self._await(matched, f"to print {expression!r}")
        return found[0].decode(errors="backslashreplace")

    def await_end(self):
        """Returns the exit code of a server that ends for good by itself; the test decides whether the code is right."""
        self._thread.join(STOP_LIMIT)
        if self._code is None:
            raise AssertionError(f"{self.name}: serve has not ended\n{self._said()}")
        self._awaited = True
        return self._code

    def stop(self):
        """Ends it with its signal; AssertionError when it does not end, or ends badly."""
        with self._changed:
            self._stopping = True
            if self._process is not None:
                self._process.send_signal(self.stop_signal)
        self._thread.join(STOP_LIMIT)
        if self._thread.is_alive():
            self._process.kill()
            raise AssertionError(f"{self.name}: serve did not end within {STOP_LIMIT} s of {self.stop_signal.name}\n{self._said()}")
        if not self._awaited and self._code not in (0, -self.stop_signal):
            raise AssertionError(f"{self.name}: serve ended with {self._code}\n{self._said()}")

    def kill(self):
        """As a crash would end it; it stays down."""
        with self._changed:
            self._stopping = True
            self._process.kill()
        self._thread.join(STOP_LIMIT)

    def _await(self, condition, what):
        with self._changed:
            arrived = self._changed.wait_for(lambda: condition() or self._code is not None, START_LIMIT)
            if condition():
                return
        reason = f"it ended with {self._code}" if arrived else f"not within {START_LIMIT} s"
        raise AssertionError(f"{self.name}: expected serve {what}; {reason}\n{self._said()}")

    def _said(self):
        return "--- serve\n" + self.output().decode(errors="backslashreplace")

    def _keep_running(self):
        code = 0
        while code == 0 and self._begin():
            for line in self._process.stdout:
                self._take(line)
            code = self._process.wait()
            self._process.stdout.close()
        with self._changed:
            self._code = code
            self._changed.notify_all()

    def _begin(self):
        """A start, unless the test has stopped it meanwhile."""
        with self._changed:
            if self._stopping:
                return False
            self._process = self._start_process()
            return True

    def _take(self, line):
        with self._changed:
            self._lines.append(line)
            if LISTENS.search(line):
                self.starts += 1
            self._changed.notify_all()
