# SPDX-License-Identifier: ISC
"""Paths of this tree that comments, Python's documentation strings and Markdown name, and that do not exist."""

import fnmatch
import posixpath
import re

TOPS = "agent|keystore|platform|scripts|tests"
# agent/report/json.md, scripts/checks/{layers,try}, tests/*/posix; or a source by its name alone. No part of a longer
# path, of an address in the web or of a variable.
NAMED_PATH = re.compile(rf"(?<![\w/.$}}~<>-])(?:{TOPS})/[\w./*{{}},-]*|(?<![\w/.*$}}-])\w[\w-]*\.cpp\b")
PLACEHOLDER = re.compile(r"(?<![A-Za-z])[A-Z]{2,}(?![a-z])")  # commands/NAME.cpp


def comments_of(path, text):
    if path.endswith(".md"):
        return text
    if path.endswith((".h", ".cpp")):
        return "\n".join(re.findall(r"//(.*)", text))
    first = text.split("\n", 1)[0]
    if not first.startswith("#!") and not path.endswith((".py", ".txt", ".cmake")):
        return ""
    is_python = path.endswith(".py") or "python" in first
    documents = re.findall(r'"""(.*?)"""', text, flags=re.DOTALL) if is_python else []
    return "\n".join([*documents, *re.findall(r"(?:^|\s)#(.*)", text)])


def alternatives(name):
    """a/{b,c}.h as the shell expands it."""
    group = re.search(r"\{([\w,.]+)\}", name)
    if not group:
        return [name]
    return [other for word in group[1].split(",") for other in alternatives(name.replace(group[0], word, 1))]


def missing_paths(files, folders):
    """Pairs of the file whose comment names a path, and the path. A unit may be named without its ending."""
    known = {*files, *folders, *(posixpath.splitext(path)[0] for path in files), *(posixpath.basename(path) for path in files)}
    for path, text in sorted(files.items()):
        for named in dict.fromkeys(NAMED_PATH.findall(comments_of(path, text)) if text else []):
            for name in alternatives(named.rstrip(".,-").rstrip("/")):
                pattern = PLACEHOLDER.sub("*", name)
                if name not in known and not ("*" in pattern and fnmatch.filter(known, pattern)):
                    yield path, name
