# SPDX-License-Identifier: ISC
"""Finds the commands of the program in the documents: in blocks, in tables and in the text.

A command begins with genkey-agent, behind an optional prompt such as `om1# `. A comment ends it.
"""

import dataclasses
import re

from .commands import SOURCE

GIVEN = ("README.md", "SECURITY.md", "scripts/packaging/INSTALL.txt", "scripts/ansible/README.md", "scripts/monitoring/README.md")
HEADING = re.compile(r"^(?:#+ (?P<marked>.+)|(?P<underlined>\S.*)\n[=-]{3,})$", re.MULTILINE)
BLOCK = re.compile(r"^(?: {4}.*(?:\n|\Z))+|^```\w*\n(?P<fenced>(?:.*\n)*?)```$", re.MULTILINE)
COMMAND = re.compile(r"(?:[\w.]+[#$] )?(?P<text>(?:ssh \S+ )?(?:sudo )?genkey-agent \S.*)")
COMMENT = re.compile(r" +#.*")
# In plain text, quotation marks take the place of the backticks. A span may be broken into two lines.
SPANS = {".md": re.compile(r"`([^`]+)`"), ".txt": re.compile(r'"([^"]+)"')}


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
    return [COMMENT.sub("", line).strip() for line in (block["fenced"] or block[0]).splitlines()]


def commands_in(document, text):
    span = SPANS[document[document.rindex(".") :]]
    for section, content in sections_of(text):
        blocks = [line for block in BLOCK.finditer(content) for line in lines_of(block)]
        spans = [" ".join(words.split()) for words in span.findall(BLOCK.sub("", content))]
        for is_in_block, written in ((True, blocks), (False, spans)):
            for command in filter(None, map(COMMAND.fullmatch, written)):
                yield Found(document, section, command["text"], is_in_block)


def all_commands():
    for document in documents():
        yield from commands_in(document, (SOURCE / document).read_text(encoding="utf-8"))
