# SPDX-License-Identifier: ISC
"""The parts of a demonstration: hosts whose commands are shown, and a clean-up at the end, however it ends."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

from harness import servers

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Failed(Exception):
    """Something did not happen as announced."""


class Teller:
    """Prints what happens; only the headings when quiet."""

    def __init__(self, quiet):
        self.quiet = quiet
        self.bold, self.plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")

    def scene(self, title):
        print(f"{'' if self.quiet else chr(10)}{self.bold}== {title}{self.plain}", flush=True)

    def say(self, text):
        if not self.quiet:
            print(text, flush=True)

    def expect(self, told, happened):
        if not happened:
            raise Failed(f"this did not happen: {told}")
        self.say(f"  -> {told}")

    def show(self, prompt, command, code, output):
        if self.quiet:
            return
        print(f"{self.bold}{prompt} {command}{self.plain}")
        for line in output.splitlines():
            print(f"    {line}")
        if code != 0:
            print(f"    (exit {code})")
        sys.stdout.flush()


class Host:
    """A host on which genkey-agent runs with files of its own, and its listener.

    A subclass has `key`, its key file; typed(*arguments), the command line of genkey-agent on this host; environment().
    """

    stop_signal = signal.SIGTERM
    prompt = "#"

    def __init__(self, teller, name, directory):
        self.teller, self.name, self.directory = teller, name, directory
        self.server = None

    @staticmethod
    def as_typed(word):
        """A path as this host's system writes it; any other word unchanged."""
        return str(word)

    def run(self, *arguments, expect=0, stdin=None, instead=None):
        """Runs genkey-agent on this host, demands its exit code and returns its standard output.

        Shows what it printed; with `instead`, that text in place of standard output, which may be a secret.
        """
        done = subprocess.run(
            self.typed(*arguments), input=stdin, capture_output=True, text=True, env=self.environment(), check=False
        )
        output = (done.stdout if instead is None else f"{instead}\n") + done.stderr
        self.teller.show(self.name + self.prompt, " ".join(["genkey-agent", *map(self.as_typed, arguments)]), done.returncode, output)
        if done.returncode != expect:
            raise Failed(f"{self.name}: genkey-agent {arguments[0]} ended with {done.returncode}, not {expect}:\n{output}")
        return done.stdout

    def serve(self):
        self.server = servers.Server(self.name, self.typed("serve"), self.directory, self.environment(), self.stop_signal)
        self.server.await_start(1)

    def admit(self, other):
        """Gives the other host the key by a ticket, the line that a person would paste, and starts its listener."""
        ticket = self.run("invite", instead="gka1_... (one line, a secret: it is not shown here)")
        other.run("join", "--ticket-file", "-", stdin=ticket)
        other.serve()

    def stop(self):
        if self.server is not None:
            server, self.server = self.server, None
            server.stop()

    def close(self):
        try:
            self.stop()
        except (AssertionError, OSError) as problem:
            print(f"{self.name}: {problem}", file=sys.stderr)


class Stage:
    """The directory in which the hosts have their files. It is removed at the end."""

    def __init__(self, cleanup, teller):
        self.teller = teller
        self.hosts = []
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="genkey-agent-demo-"))
        cleanup.callback(self.remove)
        self.directory.chmod(0o755)  # the process that talks to peers is not root

    def remove(self):
        try:
            shutil.rmtree(self.directory)
        except OSError as problem:
            print(f"keys and identities are left in {self.directory}: {problem}", file=sys.stderr)

    def expect_one_key(self):
        one = len({host.key.read_bytes() for host in self.hosts}) == 1
        self.teller.expect("all three key files are the same", one)

    def verify_everywhere(self):
        for host in self.hosts:
            host.run("verify", "--quiet")


def at_once(actions):
    """Runs all actions at the same time. If some fail, raises the first failure."""
    problems = []

    def attempt(action):
        try:
            action()
        except (Failed, AssertionError, OSError) as problem:
            problems.append(problem)

    threads = [threading.Thread(target=attempt, args=(action,)) for action in actions]
    with contextlib.ExitStack() as ended:
        for thread in threads:
            thread.start()
            ended.callback(thread.join)  # after Ctrl-C too, so that nothing starts after the clean-up
    if problems:
        raise Failed(str(problems[0]))


def end_by_signal(number, _frame):
    for every in SIGNALS:
        signal.signal(every, nothing)
    sys.exit(128 + number)


def nothing(_number, _frame):
    """Ignores a second signal, which must not break off the clean-up.

    SIG_IGN would not do: a listener that is being started would inherit it, and could not be ended.
    """


def perform(name, act):
    """Runs act(cleanup), cleans up in any case, and returns the exit code."""
    for number in SIGNALS:
        signal.signal(number, end_by_signal)
    os.umask(0o022)
    try:
        with contextlib.ExitStack() as cleanup:
            act(cleanup)
    except (Failed, AssertionError, OSError) as problem:
        print(f"{name}: {problem}", file=sys.stderr)
        return 1
    return 0
