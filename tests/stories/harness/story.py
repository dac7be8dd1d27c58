# SPDX-License-Identifier: ISC
"""The test case of every story: hosts in a directory of their own, and a search for keys at the end."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from . import markers
from .commands import PROGRAM, SOURCE
from .host import Host
from .skipping import SKIPPED, skip
from .windows_host import WindowsHost, keep_wine

# The program under test decides on which system the hosts are.
HOST = WindowsHost if PROGRAM.endswith(".exe") else Host


def left_out():
    """Tests and whole classes that cannot run under wine, each with its reason."""
    if HOST is not WindowsHost:
        return {}
    lines = (SOURCE / "tests" / "windows" / "left_out_stories.txt").read_text(encoding="utf-8").splitlines()
    return {test: reason for reason, test in (line.split("\t") for line in lines if line and not line.startswith("#"))}


LEFT_OUT = left_out()


def skip_if_left_out(test):
    name = test.id().removeprefix("__main__.")
    if reason := LEFT_OUT.get(name) or LEFT_OUT.get(name.partition(".")[0]):
        skip(reason)


def built(variable, name):
    """The command of a helper program of this build: the path in that variable, or else the name, looked up in PATH."""
    if HOST is WindowsHost:
        keep_wine()
    return [*HOST.prefix, os.environ.get(variable, name)]


class StoryTest(unittest.TestCase):
    """A test with a directory of its own, hosts in it, and a search for the keys afterwards."""

    maxDiff = None

    def setUp(self):
        skip_if_left_out(self)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="genkey-agent-test-"))
        # As root, the program's network child runs under another account and has to get through.
        self.directory.chmod(0o755)
        self.hosts = []
        self.keys = set()
        self.key_files = set()
        self.outputs = []
        # Clean-ups run in reverse: servers end, then the search, then the directory is removed.
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.addCleanup(self.search_for_keys)

    def host(self, name, **configuration):
        return self.add_host(HOST(self, name), configuration)

    def windows_host(self, name, **configuration):
        """A host that runs the Windows program under wine, whatever the others run."""
        return self.add_host(WindowsHost(self, name), configuration)

    def add_host(self, host, configuration):
        host.configure(**configuration)
        self.hosts.append(host)
        self.key_files.add(host.key_file)
        self.addCleanup(host.close)
        return host

    def fleet(self, *names):
        """Hosts that know each other by address, with the same list on each of them."""
        hosts = [self.host(name) for name in names]
        for host in hosts:
            host.configure(peers=[each.address for each in hosts])
        return hosts

    def establish(self, hosts):
        """Makes a key on the first host and joins the others. Then all serve, have agreed, and are established."""
        first, *others = hosts
        settings = first.settings
        first.configure()  # nobody else is there yet, and nobody has to be asked
        first.run("generate")
        first.configure(**settings)
        first.serve()
        ticket = first.run("invite", "--uses", str(max(1, len(others)))).line
        for host in others:
            host.run("join", "--ticket-file", "-", stdin=ticket)
            host.serve()
        for host in hosts:
            host.run("verify")
        for host in hosts:
            host.serve_again()
        return hosts

    def joined_fleet(self, *names):
        return self.establish(self.fleet(*names))

    def fresh_key(self):
        """24 random bytes that may appear in key files and nowhere else."""
        key = os.urandom(24)
        self.watch(key)
        return key

    def age_identity(self, name="identity"):
        """An age identity's file, which is a secret too, and its recipient."""
        path = self.directory / name
        self.key_files.add(path)
        subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
        told = subprocess.run(["age-keygen", "-y", path], check=True, capture_output=True, text=True)
        return path, told.stdout.strip()

    def key_source(self, content, name="given.key"):
        """A file to import from; it may hold the key."""
        path = self.directory / name
        path.write_bytes(content)
        path.chmod(0o600)
        self.key_files.add(path)
        return path

    def watch(self, secret):
        # A shorter secret would be found by chance.
        if len(secret) >= 16:
            self.keys.add(bytes(secret))

    def watch_key_file(self, path):
        # A test may put a FIFO or an endless file where a key belongs.
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_size == 24:
                self.watch(path.read_bytes())

    def collect_output(self, origin, content):
        self.outputs.append((origin, content))

    def search_for_keys(self):
        for host in self.hosts:
            self.watch_key_file(host.key_file)
            for key in host.displaced_keys():
                self.watch(key)
        found = markers.in_outputs(self.outputs, self.keys) + markers.in_files(self.directory, self.keys, self.key_files)
        if found:
            raise AssertionError("bytes of a key outside the key file:\n" + "\n".join(found))


def main(words=None):
    """unittest's main(), which also prints a line for each test left out, for scripts/test, and has an exit code for
    ctest when every test was left out."""
    result = unittest.main(module="__main__", argv=words, exit=False, verbosity=2).result
    for test, reason in result.skipped:
        print(f"left out: {test.id().removeprefix('__main__.')}: {reason}", flush=True)
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIPPED if result.testsRun == len(result.skipped) else 0)
