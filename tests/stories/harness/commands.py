# SPDX-License-Identifier: ISC
"""How a host runs the program, and what it asks of it."""

import os
import pathlib
import re
import shlex
import signal
import subprocess

from . import processes, servers
from .outcome import EXIT_CODES, Outcome

SOURCE = pathlib.Path(__file__).resolve().parents[3]  # the top of the checkout
PROGRAM = os.environ.get("GENKEY_AGENT", "genkey-agent")
TIME_LIMIT = 120


class Commands:
    """The part of a Host that runs commands. What differs between systems, WindowsHost replaces."""

    prefix = ()  # what the program is started with
    program = PROGRAM
    stop_signal = signal.SIGTERM

    def command(self, *arguments):
        """The program with these arguments and the options that name this host's files."""
        common = ["--config", self.config, "--key-file", self.key_file, "--state-dir", self.state_dir, "--owner", self.owner]
        return self.typed(*arguments, *common)

    def typed(self, *words):
        """The program with these words and nothing else."""
        return [*self.prefix, self.program, *map(self.shown, words)]

    def as_written(self, value):
        """A value with every path in it written as this host's system writes paths; lists and tables too."""
        if isinstance(value, dict):
            return {name: self.as_written(each) for name, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.as_written(each) for each in value]
        return self.shown(value) if isinstance(value, (str, os.PathLike)) else value

    @staticmethod
    def shown(word):
        """A path as this host's system writes it; any other word unchanged."""
        return str(word)

    @staticmethod
    def words_of(line):
        """The words into which this host's shell splits a line."""
        return shlex.split(line)

    @staticmethod
    def shell(line):
        """The command that has this host's shell run the line, which need not call the program."""
        return shlex.split(line)

    @staticmethod
    def programs_own(errors):
        """Standard error without what the program did not write itself."""
        return errors

    def environment(self, more=None):
        return {**os.environ, "LC_ALL": "C.UTF-8", **self.as_written(more or {})}

    def run(self, *arguments, expect=0, stdin=b"", environment=None, timeout=TIME_LIMIT):
        """Runs a command to its end and demands its exit code; expect=None takes any."""
        command = self.command(*arguments)
        done = subprocess.run(
            command,
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            timeout=timeout,
            env=self.environment(environment),
            cwd=self.directory,
            check=False,
        )
        outcome = Outcome(command, done.returncode, done.stdout, self.programs_own(done.stderr))
        self.test.collect_output(f"{self.name}: {arguments[0]}", done.stdout + done.stderr)
        self.test.watch_key_file(self.key_file)
        if expect is not None and outcome.code != expect:
            raise AssertionError(f"{self.name}: expected exit {expect} ({EXIT_CODES[expect]})\n{outcome}")
        return outcome

    def run_json(self, *arguments, **options):
        """The object that the command prints with --json."""
        return self.run(*arguments, "--json", **options).json

    def run_pasted(self, line, expect=0):
        """Runs a line that the program printed, from another directory, as somebody would paste it into a shell."""
        command = self.typed(*self.words_of(line)[1:])
        done = subprocess.run(
            command, capture_output=True, timeout=TIME_LIMIT, env=self.environment(), cwd="/", check=False
        )
        outcome = Outcome(command, done.returncode, done.stdout, done.stderr)
        self.test.collect_output(f"{self.name}: {line}", done.stdout + done.stderr)
        if outcome.code != expect:
            raise AssertionError(f"{self.name}: expected exit {expect} ({EXIT_CODES[expect]})\n{outcome}")
        return outcome

    def run_advice(self, outcome, command, expect=0):
        """Runs the command that a refusal advises; `command` is how it begins, without genkey-agent."""
        said = re.search(rf"(?:sudo )?(genkey-agent {re.escape(command)}(?: [^\s;,()]+)*)", outcome.err + outcome.out)
        if said is None:
            raise AssertionError(f"{self.name}: no 'genkey-agent {command}' is advised\n{outcome}")
        return self.run_pasted(said[1], expect)

    def start(self, *arguments, environment=None):
        """Starts a command and returns its process, for tests that end it half way. The test's end kills it."""
        process = servers.start(self.command(*arguments), self.directory, self.environment(environment))
        self.test.addCleanup(lambda: self.test.collect_output(f"{self.name}: {arguments[0]}", servers.end(process)))
        return process

    def family(self, process):
        """The process numbers of a command and of its child, which talks to peers."""
        found = [process.pid, *processes.children(process.pid)]
        self.test.assertEqual(len(found), 2)
        return found

    def verify(self, *peers, expect=0, wait="5s"):
        """Each peer's answer by its address. Asks the given hosts and addresses, else the configured and known peers."""
        addresses = [peer.address if isinstance(peer, Commands) else peer for peer in peers]
        asked = [word for address in addresses for word in ("--peer", address)]
        said = self.run_json("verify", *asked, "--wait", wait, expect=expect)
        return {peer["address"]: peer for peer in said["peers"]}

    def gate(self, *arguments, expect=0, wait="0s"):
        return self.run("gate", *arguments, "--wait", wait, expect=expect)

    def gate_reasons(self, *arguments, expect=0, wait="0s"):
        """The reasons why the gate refuses, as --json names them."""
        said = self.run_json("gate", *arguments, "--wait", wait, expect=expect)
        return [each["reason"] for each in said["gate"]["reasons"]]

    def standing(self):
        return self.run_json("status", expect=None)["key"]["standing"]

    def fleet_id(self):
        return self.run_json("status", expect=None)["key"].get("fleet")
