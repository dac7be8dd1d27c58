# SPDX-License-Identifier: ISC
"""A person who types commands of the documents on a host of a story, with its shell, and fills in the placeholders.

The host's files are named by variables of the environment, so that the command stays as the document has it. `ssh` leads
to the same host. Whatever the program asks at the terminal is answered.
"""

import re
import shutil
import subprocess

from .commands import PROGRAM, TIME_LIMIT
from .outcome import Outcome
from .terminals import Terminal

PLACEHOLDER = re.compile(r"\b(?:ADDRESS|BACKUP|COMMAND|FILE|FLEET|IDENTITY|NAME|PIN|TEXT)\b")


class Typist:
    def __init__(self, test):
        self.test = test
        self.bin = test.directory / "bin"
        self.bin.mkdir()
        (self.bin / "genkey-agent").symlink_to(shutil.which(PROGRAM))
        ssh = self.bin / "ssh"
        ssh.write_text('#!/bin/sh\nshift\nexec "$@"\n', encoding="utf-8")
        ssh.chmod(0o755)

    def environment(self, host):
        named = {"CONFIG": host.config, "STATE_DIR": host.state_dir}
        ops_manager = host.directory / "ops-manager"
        if ops_manager.is_dir():  # its mms.conf has the rest
            named["INSTALL_PATH"] = ops_manager
        else:
            named |= {"KEY_FILE": host.key_file, "OWNER": host.owner}
        given = {f"GENKEY_AGENT_{name}": value for name, value in named.items()}
        return host.environment({**given, "PATH": f"{self.bin}:/usr/sbin:/usr/bin:/sbin:/bin"})

    def fleet_of(self, host):
        key = host.run_json("status", expect=None)["key"]
        return key["fleet"] if key["recorded"] else "unrecorded"

    def filled_in(self, host, text, words):
        known = {"TEXT": "a test", "COMMAND": "verify", "FILE": str(host.directory / "written"), **words}
        if "FLEET" in text and "FLEET" not in known:
            known["FLEET"] = self.fleet_of(host)
        return PLACEHOLDER.sub(lambda found: str(known[found[0]]), text)

    def type(self, host, text, words=None, answers=None):
        """The outcome. `words` are put for placeholders, `answers` are given to questions: each by its beginning."""
        line = self.filled_in(host, text, words or {})
        if answers:
            outcome = self.at_terminal(host, line, answers)
        else:
            done = subprocess.run(
                [*host.prefix, "sh", "-c", line], env=self.environment(host), cwd=host.directory, stdin=subprocess.DEVNULL,
                start_new_session=True,  # without the terminal of whoever runs the tests
                capture_output=True, timeout=TIME_LIMIT, check=False,
            )
            outcome = Outcome([line], done.returncode, done.stdout, done.stderr)
        self.test.collect_output(f"{host.name}: {text}", outcome.stdout + outcome.stderr)
        for each in self.test.hosts:
            self.test.watch_key_file(each.key_file)
        return outcome

    def at_terminal(self, host, line, answers):
        variables = [f"{name}={value}" for name, value in self.environment(host).items() if name.startswith("GENKEY_AGENT_")]
        path = f"PATH={self.bin}:/usr/sbin:/usr/bin:/sbin:/bin"
        terminal = Terminal(host, command=[*host.prefix, "env", path, *variables, "sh", "-c", line])
        for question, answer in answers.items():
            terminal.await_question(question)
            terminal.type(answer + terminal.ENTER)
        code = terminal.end()
        return Outcome([line], code, b"", terminal.shown.encode())
