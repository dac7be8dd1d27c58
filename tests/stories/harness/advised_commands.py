# SPDX-License-Identifier: ISC
"""Finds the commands in the program's messages, wherever a message has one."""

import dataclasses
import functools
import re

from . import program_help

COMMAND = re.compile(r"(?P<quote>'?)(?P<line>(?:sudo )?genkey-agent (?=[a-z-]))")
TOOL = re.compile(r"(?<=: )(?P<line>(?:sudo )?(?:systemctl|chmod|chown|chattr|mv|rm|ln|mount|runuser|HOME=\S+) [^;\n]*)")
PLACEHOLDER = re.compile(r"\b(?:ADDRESS|BACKUP|DIRECTORY|FILE|FLEET|IDENTITY|NAME|PATH|PEER|PIN|TEXT)\b")
OPERANDS = {"import": 1, "restore": 1, "backup drill": 1, "peers add": 1, "peers remove": 1}

# The words around a command that say that it is for another host.
THERE_BEFORE = re.compile(
    r"(?:\bthere:?|on the host with the right key:|on a host that has (?:it|the key):|on the new host:|on the other:"
    r"|on the copy(?:, \S+)?:) *'?$"
)
THERE_AFTER = re.compile(
    r"^'?,? *(?:there\b|(?:shows it|prints it) (?:on that host|there)|on (?!here)(?:a host|that host|the host)|runs there|on (?P<address>[\w.-]+:\d+)|away from this host)"
)
# A command that is to be run after the one before it. Without these words it is another choice.
NEXT = re.compile(r"\b(?:then|and|on the other)\b")


@dataclasses.dataclass(frozen=True)
class Advised:
    """One command as it was printed."""

    text: str
    there: bool = False  # it is for another host
    bare: bool = False  # it is for this host, and does not say where this host's files are
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


@functools.cache
def takes_value(command, option):
    """Whether a value follows this option, as the command's own help shows it."""
    own = program_help.help_of(*command.split())
    return bool(re.search(rf"^ +(?:-\w,)?{re.escape(option)}(?:,\S+)? +(?:[A-Z]{{2,}}|N\b|\{{)", own, re.MULTILINE))


def name_of(words):
    """The command that these words begin with; empty if they are prose."""
    if words[:1] == ["--help"]:
        return "--help"
    for count in (2, 1):
        name = " ".join(word.rstrip(";,.)'") for word in words[:count])
        if len(words) >= count and name in names():
            return name
    return ""


def end_of(text, start, quoted):
    """Where the command that begins at `start` ends in the text; None if no command begins there."""
    pieces = [(match.start(), match[0]) for match in re.finditer(r"(?:'[^']*'|[^\s'])+'?", text[start:])]
    skip = 2 if pieces[0][1] == "sudo" else 1
    name = name_of([piece for _, piece in pieces[skip:]])
    if not name:
        return None
    operands, value, end = OPERANDS.get(name, 0), False, 0
    for number, (at, piece) in enumerate(pieces):
        plain = piece.rstrip(";,)") if not (quoted and piece.endswith("'")) else piece[:-1]
        if quoted and piece.rstrip(";,).").endswith("'") and piece.count("'") % 2:
            plain = piece.rstrip(";,).")[:-1]
        if number >= skip + len(name.split()):
            if value:
                value = False
            elif plain.startswith("-") and plain != "-":
                value = takes_value(name, plain)
            elif operands and not (name == "backup drill" and plain.islower()):
                operands -= 1
            else:
                break
        end = at + len(plain)
        if plain != piece:
            break
    return start + end


def spans_in(line):
    """(start, end, quoted) of each command in the line."""
    found = []
    for match in COMMAND.finditer(line):
        end = end_of(line, match.start("line"), bool(match["quote"]))
        if end is not None:
            found.append((match.start("line"), end))
    found += [match.span("line") for match in TOOL.finditer(line)]
    return sorted(found)


def placed(text, lead, after, stays_there):
    """A host of a story has files of its own. A command that names them is for this host, whatever stands around it."""
    if not text.removeprefix("sudo ").startswith("genkey-agent ") or " --state-dir " in text or "--help" in text:
        return Advised(text)
    there = bool(after) or bool(THERE_BEFORE.search(lead)) or stays_there
    return Advised(text, there, not there, (after and after["address"]) or "")


def advice_in(text):
    """The pieces of advice in what the program printed. Each is one command, or several to be run one after another."""
    found = []
    for line in text.splitlines():
        spans = spans_in(line)
        before = 0
        for number, (start, end) in enumerate(spans):
            lead = line[before:start]
            rest = line[end : spans[number + 1][0] if number + 1 < len(spans) else len(line)]
            after = THERE_AFTER.search(rest)
            follows = number > 0 and bool(NEXT.search(lead))
            one = placed(line[start:end].strip(), lead, after, follows and found[-1][1][-1].there)
            if follows:
                found[-1] = (found[-1][0], (*found[-1][1], one))
            else:
                found.append((line, (one,)))
            before = end
    return found
