# SPDX-License-Identifier: ISC
"""The rules of the layer check. Each takes the tree and yields complaints; the plan is in layers_plan.py."""

import fnmatch
import posixpath
import re
from typing import NamedTuple

import layers_plan as plan
from layers_comments import missing_paths

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)
# Every other <name.h> is taken for the operating system's.
SYSTEM_HEADER = re.compile(r"^[a-z_0-9]+\.h$|^(sys|net|netinet|arpa|linux|asm)/")


class Complaint(NamedTuple):
    rule: str
    subject: str  # what an exception would name
    text: str

    def __str__(self):
        return f"{self.subject}: {self.text} ({self.rule})"


def matches(path, patterns):
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


class Source:
    """A header or source, by what its path says."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.directory = posixpath.dirname(path)
        parts = self.directory.split("/")
        self.library = parts[0]
        self.system = parts.pop() if parts[-1] in plan.SYSTEMS else ""
        self.folder = "/".join(parts)  # without posix/ and windows/
        self.theme = "/".join(parts[1:])
        self.stem, self.extension = posixpath.splitext(posixpath.basename(path))
        self.unit = f"{self.folder}/{self.stem.removesuffix('_json')}"

    def includes(self):
        return INCLUDE.findall(self.text)

    def is_test(self):
        return self.library == "tests"


class Tree:
    """`files`: every file of the tree, path -> text (None for what is no text)."""

    def __init__(self, files):
        self.files = files
        self.folders = {folder for path in files for folder in folders_above(path)}
        self.sources = [Source(path, text) for path, text in sorted(files.items()) if path.endswith((".h", ".cpp")) and "/" in path]
        self.product = [source for source in self.sources if source.library in plan.FLOORS]


def folders_above(path):
    while path := posixpath.dirname(path):
        yield path


# Includes


def check_layers(tree):
    """An include goes down, is written from the top of the tree, and never reaches into the other system's folder."""
    for source in tree.sources:
        for quote, name in source.includes():
            if quote == '"' and (text := fault_of_include(source, Source(name, ""))):
                yield Complaint("layers", source.path, f'"{name}" {text}')


def fault_of_include(source, header):
    if source.library not in plan.LIBRARIES or header.library not in plan.LIBRARIES:
        return "is not written from the top of the tree"
    if plan.LIBRARIES.index(header.library) > plan.LIBRARIES.index(source.library):
        return f"is above: {source.library} must not know {header.library}"
    if source.is_test():
        return None
    if header.system and header.system != source.system:
        return f"is only for {header.system}/"
    floors = plan.FLOORS[header.library]
    if header.theme not in floors:
        return "stands in a folder that layers_plan.py does not list"
    if source.library == header.library and source.folder != header.folder and floors[header.theme] >= floors.get(source.theme, -1):
        return f"is not below {source.folder}"
    return None


def check_nevers(tree):
    """What some files must not know although the floors would let them."""
    for source in tree.product:
        for _, name in source.includes():
            for never in plan.NEVERS:
                if matches(source.path, [never.files]) and matches(name, never.headers):
                    yield Complaint("nevers", source.path, f'must not know "{name}": {never.reason}')
            for only in plan.ONLYS:
                if matches(source.path, [only.files]) and name.startswith("agent/") and not matches(name, (only.files, *only.headers)):
                    yield Complaint("nevers", source.path, f'must not know "{name}": {only.reason}')


def check_third_parties(tree):
    """What an operating system declares stays in posix/ and windows/; a library's headers stay in their folders."""
    for source in tree.sources:
        for quote, name in source.includes():
            if quote == '"' or re.fullmatch(r"[a-z_0-9]+", name):  # ours, and C++'s own
                continue
            family = next((family for family in plan.FAMILIES if name.startswith(family.headers)), None)
            if family and not matches(source.path, family.folders):
                yield Complaint("families", source.path, f"<{name}> is for {', '.join(family.folders)}: {family.reason}")
            elif not family and not SYSTEM_HEADER.match(name):
                yield Complaint("families", source.path, f"<{name}> is of a library that layers_plan.py does not list")
            elif not family and not source.system and not source.is_test():
                yield Complaint("systems", source.path, f"<{name}> is the operating system's: only posix/ and windows/ include it")


def check_circles(tree):
    """No unit (a header and its source) may reach itself through includes."""
    graph = {}
    for source in tree.product:
        known = graph.setdefault(unit_of(source), set())
        known.update(unit_of(Source(name, "")) for quote, name in source.includes() if quote == '"')
    visited = {}  # unit -> True while it is on the way

    def visit(unit, way):
        visited[unit] = True
        for other in sorted(graph.get(unit, set()) - {unit}):
            if visited.get(other):
                yield Complaint("circles", unit, " -> ".join([*way[way.index(other) :], other]))
            elif other not in visited:
                yield from visit(other, [*way, other])
        visited[unit] = False

    for unit in sorted(graph):
        if unit not in visited:
            yield from visit(unit, [unit])


def unit_of(source):
    """posix/file.cpp implements file.h and is a unit of its own: it may use what uses file.h."""
    return f"{source.directory}/{source.stem.removesuffix('_json')}"


# Names


def check_pairs(tree):
    """A header's source has the header's name; a source has a header or is STEM_json.cpp."""
    for source in tree.product:
        if source.extension == ".cpp":
            stem = source.stem.removesuffix("_json")
            headers = {f"{folder}/{stem}.h" for folder in (source.directory, source.folder)}
            if source.folder != "agent/commands" and not headers & tree.files.keys():
                yield Complaint("pairs", source.path, "has no header of its name")
            continue
        homes = (source.directory,) if source.system else (source.directory, *(f"{source.directory}/{name}" for name in plan.SYSTEMS))
        own = {f"{home}/{source.stem}{ending}.cpp" for home in homes for ending in ("", "_json")}
        if not own & tree.files.keys() and (name := declared_function(source.text)):
            yield Complaint("pairs", source.path, f"declares {name}() and has no source of its name")


def without_blocks(text):
    """C++ with comments, strings and every block but a namespace's replaced, so that what is left is declared there."""
    text = re.sub(r'//[^\n]*|/\*.*?\*/|R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', " ", text, flags=re.DOTALL)
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", "", text, flags=re.MULTILINE)
    text = re.sub(r"namespace\s+([\w:]+)\s*\{", r"namespace \1 ;", text)
    while (fewer := re.sub(r"(\bnamespace\s*)?\{[^{}]*\}", lambda block: ";" if block[1] is None else "", text)) != text:
        text = fewer
    return text.replace("}", ";")


FUNCTION = re.compile(r"^(?!(?:inline|constexpr|template|using|static_assert|friend|typedef|class|struct|enum|return)\b)[\w:<>,*&\s\[\]]*?\b([\w:]+)\s*\(")


def functions_in(text):
    """Names of the functions of a namespace that the text declares or defines, inline ones apart."""
    for statement in without_blocks(text).split(";"):
        if found := FUNCTION.match(statement.strip()):
            yield found[1]


def declared_function(text):
    return next(functions_in(text), None)


def check_commands(tree):
    """commands/X.cpp defines commands::X and no other command."""
    commands = {name for source in tree.product if source.path == "agent/commands/table.h" for name in functions_in(source.text)}
    for source in tree.product:
        is_part = source.stem == "table" or source.stem.endswith("_json")
        if source.folder != "agent/commands" or source.extension != ".cpp" or is_part:
            continue
        defined = commands.intersection(functions_in(source.text))
        if defined != {source.stem}:
            yield Complaint("commands", source.path, f"defines {', '.join(sorted(defined)) or 'no command'}")


def singular(word):
    return word.removesuffix("s")


def check_names(tree):
    """A file's name does not begin with its folder's: backups/backup_notes says it twice."""
    repeated = set()
    for source in tree.product:
        folder = [singular(word) for word in posixpath.basename(source.folder).split("_")]
        if [singular(word) for word in source.stem.split("_")][: len(folder)] == folder:
            repeated.add(source.unit)
    for unit in sorted(repeated):
        yield Complaint("names", unit, "repeats the name of its folder")


def check_namespaces(tree):
    """A file opens its library's namespace or a listed one; a folder gives no namespace."""
    for source in tree.product:
        opened = set(opened_namespaces(source.text))
        for name in sorted(opened - {source.library}):
            if not matches(source.path, [plan.NAMESPACES.get(name, "")]):
                yield Complaint("namespaces", source.path, f"opens {name}")
        if not opened:
            yield Complaint("namespaces", source.path, f"opens no namespace of {source.library}")


NAMESPACE = re.compile(r"^(?:inline )?namespace ([A-Za-z_:0-9]+) \{")
END_OF_NAMESPACE = re.compile(r"^\}  // namespace [A-Za-z]|^namespace \w.*\}$")


def opened_namespaces(text):
    """Full names of the named namespaces, nested ones with their outer names."""
    nesting = []
    for number, line in enumerate(text.splitlines()):
        if namespace := NAMESPACE.match(line):
            nesting.append((namespace[1], number))
            yield "::".join(name for name, _ in nesting)
        # clang-format comments the end of a namespace, but for one that holds a single line.
        short = bool(nesting) and line == "}" and number - nesting[-1][1] <= 2
        if nesting and (short or END_OF_NAMESPACE.match(line)):
            nesting.pop()


def check_sizes(tree):
    """A folder that outgrew a page is two folders."""
    units = {}
    for source in tree.product:
        units.setdefault(source.folder, set()).add(source.unit)
    for folder, stems in sorted(units.items()):
        if len(stems) > plan.MOST_UNITS and folder not in plan.NO_LIMIT:
            yield Complaint("sizes", folder, f"has {len(stems)} units; the most is {plan.MOST_UNITS}")


def check_paths(tree):
    """A path of this tree that a comment names exists."""
    for path, name in missing_paths(tree.files, tree.folders):
        yield Complaint("paths", f"{path}: {name}", "is named in a comment and does not exist")


RULES = (
    check_layers,
    check_nevers,
    check_third_parties,
    check_circles,
    check_pairs,
    check_commands,
    check_names,
    check_namespaces,
    check_sizes,
    check_paths,
)


def complaints(files, exceptions):
    """Everything that breaks a rule and is not excepted, and every exception that nothing needs."""
    tree = Tree(files)
    needed = set()
    for rule in RULES:
        for complaint in rule(tree):
            if complaint.subject in exceptions.get(complaint.rule, {}):
                needed.add((complaint.rule, complaint.subject))
            else:
                yield str(complaint)
    for rule, subjects in exceptions.items():
        for subject in subjects:
            if (rule, subject) not in needed:
                yield f"{subject}: is an exception of {rule} in scripts/checks/layers_plan.py that nothing needs"
