# SPDX-License-Identifier: ISC
"""The attacker of the stories: the program tests/adversary, which has a socket and no key."""

import dataclasses
import os
import subprocess


from . import servers
from .commands import TIME_LIMIT

# It is a program of Linux, also where the one that it attacks is of Windows.
PROGRAM = os.environ.get("GENKEY_ADVERSARY", "adversary")


def command(attack, options):
    words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    return [PROGRAM, attack, *words]


@dataclasses.dataclass(frozen=True)
class Result:
    """What came of one attempt."""

    what: str
    seconds: float


def attack(name, /, **options):
    """Runs an attack to its end: a Result for each attempt."""
    done = subprocess.run(command(name, options), capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
    if done.returncode != 0:
        raise AssertionError(f"adversary {name}: {done.stderr}")
    attempts = [line.rpartition(" ") for line in done.stdout.splitlines()]
    return [Result(what, float(seconds)) for what, _, seconds in attempts]


def identity(path):
    """A new identity in a file; returns its pin."""
    done = subprocess.run(command("identity", {"file": path}), capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Running:
    """An attack that lasts until the test is over, or stops it."""

    def __init__(self, test, name, first_line, /, **options):
        self._process = subprocess.Popen(
            command(name, options), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        test.addCleanup(self.stop)
        self.await_line(first_line)

    def await_line(self, start):
        """Returns the next line that begins so; AssertionError when it ends before."""
        said = []
        for line in self._process.stdout:
            if line.startswith(start):
                return line.strip()
            said.append(line)
        raise AssertionError(f"the adversary has ended without saying {start!r}: {''.join(said)}")

    def stop(self):
        """Returns the lines that nobody has read."""
        if self._process.stdout.closed:
            return []
        self._process.kill()
        with self._process:
            return self._process.stdout.read().splitlines()


class Impostor(Running):
    """One that listens, at an address of its own or at that of somebody who is down."""

    def __init__(self, test, name, /, address=None, **options):
        if address is None:
            reservation = servers.PortReservation("127.0.0.1")
            test.addCleanup(reservation.close)
            address = f"127.0.0.1:{reservation.port}"
        self.address = address
        super().__init__(test, name, "listening", listen=address, **options)
