# SPDX-License-Identifier: ISC
"""Finds the commands of the program in the documents: in blocks, in tables, in the text, and in the examples' comments.

A command begins with genkey-agent, behind an optional prompt such as `om1# `. A comment or a command of systemd ends it.
The manual pages' examples are typed by test_manual_examples.py.
"""

import dataclasses
import re

from .commands import SOURCE

GIVEN = (
    "README.md", "SECURITY.md", "agent/report/json.md", "scripts/packaging/INSTALL.txt", "scripts/ansible/README.md",
    "scripts/monitoring/README.md", "scripts/examples/cloud-init.yaml", "scripts/examples/genkey-agent.toml",
)
HEADING = re.compile(r"^(?:#+ (?P<marked>.+)|(?P<underlined>\S.*)\n[=-]{3,})$", re.MULTILINE)
BLOCK = re.compile(r"^(?: {4}.*(?:\n|\Z))+|^```\w*\n(?P<fenced>(?:.*\n)*?)```$", re.MULTILINE)
COMMAND = re.compile(r"(?:[\w.]+[#$] )?(?P<text>(?:ssh \S+ )?(?:sudo )?genkey-agent \S.*)")
TAIL = re.compile(r" +(?:#|&& systemctl ).*")
# In an example's comment, a command stands apart or behind a colon.
APART = re.compile(r"^ *#.*?(?:  |: )((?:\w+# )?genkey-agent .*)$", re.MULTILINE)
# In plain text, quotation marks take the place of the backticks. A span may be broken into two lines.
SPANS = {False: re.compile(r"`([^`]+)`"), True: re.compile(r'"([^"]+)"')}


@dataclasses.dataclass(frozen=True)
class Found:
    document: str
    section: str
    text: str
    is_in_block: bool

    def __str__(self):
        return f"{self.document}, {self.section}: {self.text}"


def documents():
    """The documents that tell people what to type, as paths below the top of the checkout."""
    pages = sorted(str(path.relative_to(SOURCE)) for path in (SOURCE / "agent" / "doc").glob("*.md"))
    return [*GIVEN, *pages]


def sections_of(text):
    """(heading, text) of each section, the first without a heading."""
    heading, start = "", 0
    for each in HEADING.finditer(text):
        yield heading, text[start : each.start()]
        heading, start = each["marked"] or each["underlined"], each.end()
    yield heading, text[start:]


def lines_of(block):
    return [line.strip() for line in (block["fenced"] or block[0]).splitlines()]


def spans_of(document, text):
    return [" ".join(span.split()) for span in SPANS[document.endswith(".txt")].findall(text)]


def written_in(document, text):
    """(section, whether in a block, what is written) of all that could be a command."""
    if document.startswith("scripts/examples/"):
        yield "", True, APART.findall(text)
        yield "", False, spans_of(document, re.sub(r"\n *#", " ", text))
        return
    for section, content in sections_of(text):
        yield section, True, [line for block in BLOCK.finditer(content) for line in lines_of(block)]
        yield section, False, spans_of(document, BLOCK.sub("", content))


def commands_in(document, text):
    for section, is_in_block, written in written_in(document, text):
        for command in filter(None, (COMMAND.fullmatch(TAIL.sub("", each)) for each in written)):
            yield Found(document, section, command["text"], is_in_block)


def all_commands():
    for document in documents():
        yield from commands_in(document, (SOURCE / document).read_text(encoding="utf-8"))
