# SPDX-License-Identifier: ISC
"""Finds the commands in the program's messages: each stands alone on a line of its own, below what it is for."""

import dataclasses
import functools
import re

from . import program_help

COMMAND = re.compile(r"    (?P<text>(?:sudo )?genkey-agent .+)")
TOOL = re.compile(r"    (?P<text>(?:sudo )?(?:systemctl|chmod|chown|chattr|mv|rm|ln|mount|runuser|net|HOME=\S+) .+)")
PURPOSE = re.compile(r"  (?P<text>\S.*)")
PLACEHOLDER = re.compile(r"\b(?:ADDRESS|BACKUP|DIRECTORY|FILE|FLEET|IDENTITY|NAME|PATH|PEER|PIN|TEXT)\b")
ADDRESS = re.compile(r"\bon (?:the copy, )?(?P<address>[\w.-]+:\d+)")


@dataclasses.dataclass(frozen=True)
class Advised:
    """One command as it was printed."""

    text: str
    purpose: str = ""
    there: bool = False  # it is for another host
    address: str = ""  # of that host, where the message names it

    @property
    def placeholders(self):
        return PLACEHOLDER.findall(self.text)

    @property
    def words(self):
        """The command's own words: "peers add"."""
        if not self.text.removeprefix("sudo ").startswith("genkey-agent "):
            return self.text.split()[0]
        return name_of(self.text.removeprefix("sudo ").split()[1:])


@functools.cache
def names():
    return {*program_help.commands(), "backup", "backup create"}


def name_of(words):
    """The command that these words begin with; empty if there is none."""
    if "--help" in words:
        return "--help"
    for count in (2, 1):
        name = " ".join(words[:count])
        if len(words) >= count and name in names():
            return name
    return ""


def placed(text, purpose):
    """A host of a story has files of its own. A command that does not name them is for another host."""
    is_ours = text.removeprefix("sudo ").startswith("genkey-agent ")
    there = is_ours and " --state-dir " not in text and "--help" not in text
    address = ADDRESS.search(purpose)
    return Advised(text, purpose, there, address["address"] if there and address else "")


def messages_in(text):
    """The messages in what the program printed, each with its steps: a list of lines for each."""
    found = []
    for line in text.splitlines():
        if line.startswith("  ") and found:
            found[-1].append(line)
        else:
            found.append([line])
    return found


def advice_in(text):
    """The pieces of advice in what the program printed: the message, and one command or several to be run in turn."""
    found = []
    for sentence, *lines in messages_in(text):
        purpose = ""
        for line in lines:
            command = COMMAND.fullmatch(line) or TOOL.fullmatch(line)
            if command is None:
                is_purpose = PURPOSE.fullmatch(line)
                purpose = is_purpose["text"] if is_purpose else purpose
                continue
            one = placed(command["text"], purpose)
            if purpose.startswith("then") and found and found[-1][0].startswith(sentence):
                found[-1] = (found[-1][0], (*found[-1][1], one))
            else:
                found.append((f"{sentence} {purpose}", (one,)))
    return found
