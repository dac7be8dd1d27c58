# SPDX-License-Identifier: ISC
"""What a command leaves on a terminal of 80 columns, as a golden file keeps it: where a test has a directory, a port or a
number of its own, the screen of an ordinary host has a stable word."""

import re
import textwrap

from .terminals import Terminal

WIDTH = 80
SIZE = (24, WIDTH)
COMMAND = "    "
OPTIONS = re.compile(r" --(?:config|key-file|state-dir|owner) [^\s;]+")
AGE = re.compile(r"just now|\d+ (?:s|min|h) ago")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
PIN = re.compile(r"\b[0-9a-f]{64}\b")
FLEET = re.compile(r"\b[0-9a-f]{32}\b")
ROW = re.compile(r"\S+(?: \S+)?  +\S")  # of a table
PLACE = re.compile(r":\d+$")  # a line of a file, which ends a step
VERDICT = re.compile(r"^(?:OK|CHECK|WRONG KEY|NO KEY)  ")


def rewritten(line):
    """What is left of a line on which the cursor went back to the start."""
    left = ""
    for piece in line.rstrip("\r").split("\r"):
        left = piece + left[len(piece) :]
    return left.rstrip()


def indent_of(line):
    return len(line) - len(line.lstrip())


def goes_on(line, following):
    """Whether `following` is the rest of the same sentence, because its first word found no room."""
    if not line or not following or indent_of(line) != indent_of(following):
        return False
    if line.startswith(COMMAND) or ROW.match(line) or ROW.match(following) or PLACE.search(line):
        return False
    return len(line) + 1 + len(following.split()[0]) > WIDTH


def numbered(pattern, word, text):
    """Each different match as WORD-1, WORD-2 and so on, in the order in which they appear."""
    found = list(dict.fromkeys(pattern.findall(text)))
    return pattern.sub(lambda match: f"{word}-{found.index(match[0]) + 1}", text)


class Screens:
    """Takes screens of one host."""

    def __init__(self, host):
        self.host = host
        self.taken = []

    def take(self, *words):
        """Runs the command at a terminal and keeps its screen."""
        terminal = Terminal(self.host, *words, size=SIZE)
        code = terminal.end()
        lines = [rewritten(line) for line in terminal.shown.split("\n")]
        if words[0] == "status":  # a trial without an account says so first
            lines = lines[next(at for at, line in enumerate(lines) if VERDICT.match(line)) :]
        text = "\n".join(self.stable(lines)).strip("\n")
        self.taken.append(f"$ genkey-agent {words[0]}    # exit {code}\n{text}\n")

    def stable(self, lines):
        """The lines with stable words. A sentence with a path of the test is wrapped as it would be with the usual one."""
        directory = str(self.host.directory)
        at = 0
        while at < len(lines):
            sentence = lines[at]
            at += 1
            while at < len(lines) and goes_on(lines[at - 1], lines[at]):
                sentence += "\n" + lines[at]
                at += 1
            if directory not in sentence:
                yield from map(self.word, sentence.split("\n"))
            else:
                yield from self.wrapped(sentence)

    def wrapped(self, sentence):
        text = self.word(" ".join(line.strip() for line in sentence.split("\n")))
        indent = " " * indent_of(sentence)
        if indent == COMMAND or AGE.search(text):
            return [indent + text]
        return textwrap.wrap(
            text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )

    def word(self, line):
        host = self.host
        line = OPTIONS.sub("", line)
        for path, usual in (
            (host.state_dir, "/var/lib/genkey-agent"),
            (host.key_file, "/etc/mongodb-mms/gen.key"),
            (host.config, "/etc/genkey-agent/genkey-agent.toml"),
            (host.owner, "mongodb-mms:mongodb-mms"),
        ):
            line = line.replace(str(path), usual)
        # As wide as a port, for the columns of tables.
        for number, each in enumerate(host.test.hosts, 1):
            line = line.replace(each.address, each.address.rpartition(":")[0] + f":PORT{number}")
        return TIME.sub("TIME", AGE.sub("just now", line))

    def text(self):
        text = "\n".join(self.taken)
        return numbered(FLEET, "FLEET", numbered(PIN, "PIN", text))
