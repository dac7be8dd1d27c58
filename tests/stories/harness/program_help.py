# SPDX-License-Identifier: ISC
"""The program's commands and options, as its own --help lists them. The documents and the stories are compared with it."""

import re
import subprocess

from .commands import PROGRAM

COMMON = "Options of every command"


def help_of(*command):
    done = subprocess.run([PROGRAM, *command, "--help"], capture_output=True, text=True, check=True)
    return done.stdout


def part_of(help_text, heading):
    """The lines under a heading."""
    _, _, after = help_text.partition(f"\n{heading}:\n")
    return after.partition("\n\n")[0]


def options_in(help_text):
    return set(re.findall(r"^ +(?:-\w,)?--([a-z-]+)", help_text, re.MULTILINE))


def subcommands_in(help_text):
    return re.findall(r"^  ([a-z-]+) ", part_of(help_text, "Subcommands"), re.MULTILINE)


def own_commands():
    """Those about the program, which look at no host."""
    return re.findall(r"^  ([a-z-]+) ", part_of(help_of(), "About this program"), re.MULTILINE)


def first_words():
    return subcommands_in(help_of())


def common_options():
    """Those that every command takes."""
    return options_in(part_of(help_of(), COMMON))


def commands():
    """By the name of each command its own options, without those that every command takes."""
    found = {}
    for name in first_words():
        inner = subcommands_in(help_of(name))
        for words in [[name, each] for each in inner] or [[name]]:
            found[" ".join(words)] = options_in(part_of(help_of(*words), "Options")) - {"help"}
    return found


def named_as(command):
    """How reports name a command: 'backup' alone is 'backup create'."""
    return "backup" if command == "backup create" else command
