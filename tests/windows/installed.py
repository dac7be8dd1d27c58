# SPDX-License-Identifier: ISC
"""A Windows of the test's own, as far as wine provides one: a prefix into which the test may install."""

import os
import subprocess
import time

import harness

SOURCE = harness.SOURCE

TIME_LIMIT = 300
PROVIDERS = "HKLM\\Software\\Microsoft\\Cryptography\\Defaults\\Provider Types"


class WindowsTest(harness.StoryTest):
    """Each test has a new Windows."""

    # What wine traces; None leaves that to the wrapper. A service's trace is in the log of the program that started wine.
    debug = None

    def setUp(self):
        super().setUp()
        self.logs = []
        self.prefix = self.directory / "wine"
        self.drive = self.prefix / "drive_c"
        self.wine("wineboot")
        self.addCleanup(lambda: self.wine("wineboot", "--kill", expect=None))
        self.await_registry()

    def wine(self, *words, expect=0):
        """Runs a program of this Windows; what it printed, with the line ends of POSIX."""
        environment = {**os.environ, "WINEPREFIX": str(self.prefix)}
        if self.debug:
            environment["WINEDEBUG"] = self.debug
        command = [os.environ["GENKEY_AGENT_WINE"], *map(str, words)]
        # A file, because services that it starts would inherit a pipe and hold it open.
        log = self.directory / f"wine-{len(self.logs)}.log"
        self.logs.append(log)
        with log.open("wb") as output:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment,
                timeout=TIME_LIMIT, check=False, cwd=self.directory,
            )  # fmt: skip
        said = log.read_bytes().replace(b"\r", b"")
        self.collect_output(str(words[0]), said)
        if expect is not None and done.returncode != expect:
            raise AssertionError(f"expected exit {expect}, got {done.returncode}\n$ {command}\n{said.decode(errors='replace')}")
        return said.decode(errors="replace")

    def await_registry(self):
        """Waits for the last entry: wineboot returns while the registry is still filled, and programs need this entry for
        random numbers."""
        end = time.monotonic() + TIME_LIMIT
        while self.value(PROVIDERS + "\\Type 001", "Name") is None:
            self.assertLess(time.monotonic(), end, "the registry is never filled")

    def said_by_all(self):
        return b"".join(log.read_bytes() for log in self.logs).decode(errors="replace")

    def state_of(self, service):
        """RUNNING, STOPPED and the like; nothing when there is no such service."""
        lines = self.wine("sc", "query", service, expect=None).splitlines()
        return next((line.split()[-1] for line in lines if line.split()[:1] == ["STATE"]), None)

    def value(self, key, name):
        """Of the registry; nothing when there is none."""
        for line in self.wine("reg", "query", key, "/v", name, expect=None).splitlines():
            words = line.split(None, 2)
            if words[:1] == [name]:
                return words[2].strip()
        return None
