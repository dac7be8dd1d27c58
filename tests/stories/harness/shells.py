# SPDX-License-Identifier: ISC
"""What bash, zsh and fish offer for a line, each by its own completion and with the script that the program prints."""

import os
import pathlib
import re
import subprocess

from .commands import PROGRAM

BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"
PATIENCE = 60  # seconds

# bash takes each run of "=" and ":" for a word of its own.
BASH_DRIVER = """
source {library} && source {script}
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE={line} COMP_POINT=${{#COMP_LINE}}
_genkey_agent
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

# zsh completes only in its line editor, so this types into an interactive one. There, compadd tells what it is given.
ZSH_DRIVER = r"""
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner "source {setup}"
zpty -r inner seen '*@@READY@@*'
zpty -w -n inner {line}$'\C-x\C-o'
zpty -r inner seen '*@@DONE@@*'
zpty -d inner
"""
ZSH_SETUP = r"""
unsetopt zle_bracketed_paste
fpath=({directory} $fpath)
autoload -Uz compinit && compinit -u -D
compadd() {{
    local -a hits
    local option
    for option in "$@"; do [[ $option == (-|--) ]] && break; [[ $option == -[OAD] ]] && {{ builtin compadd "$@"; return }}; done
    builtin compadd -O hits "$@"
    print -rl -- $hits >>{found}
    builtin compadd "$@"
}}
offer() {{ _main_complete; compstate[insert]= compstate[list]=; print -n "@@""DONE@@" >/dev/tty }}
zle -C offer list-choices offer
bindkey '\C-x\C-o' offer
print "@@""READY@@"
"""


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


class Shells:
    """`directory` is for the scripts; the shells see no other home."""

    NAMES = ("bash", "zsh", "fish")

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.functions = self.directory / "functions"
        self.functions.mkdir()
        for name in self.NAMES:
            script = subprocess.run([PROGRAM, "completion", name], check=True, capture_output=True, text=True).stdout
            self.script(name).write_text(script, encoding="utf-8")

    def script(self, name):
        return self.functions / "_genkey-agent" if name == "zsh" else self.directory / f"completion.{name}"

    def offered(self, name, line, cwd):
        """The words that the shell would offer, with the part that is typed, and for directories without the slash."""
        text = getattr(self, f"in_{name}")(f"genkey-agent {line}", cwd)
        return {word.split("\t")[0].rstrip("/") for word in text.splitlines() if word}

    def run(self, command, cwd):
        path = f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}"
        environment = {"PATH": path, "HOME": str(self.directory), "TERM": "dumb", "LANG": "C.UTF-8"}
        environment |= {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE)
        assert not done.stderr, done.stderr
        return done.stdout

    def in_bash(self, line, cwd):
        words = [part for word in line.split(" ") for part in re.findall(r"[=:]+|[^=:]+", word) or [""]]
        driver = BASH_DRIVER.format(library=BASH_COMPLETION, script=self.script("bash"), line=quoted(line))
        offered = self.run(["bash", "--norc", "-c", driver, "bash", *words], cwd)
        # What bash put in front of them is on the line already.
        typed = re.match(r"(?:.*[=:])?", line.split(" ")[-1])[0]
        return "\n".join(typed + word for word in offered.splitlines() if word)

    def in_zsh(self, line, cwd):
        found, setup = self.directory / "found", self.directory / "setup.zsh"
        found.write_text("", encoding="utf-8")
        setup.write_text(ZSH_SETUP.format(directory=self.functions, found=found), encoding="utf-8")
        self.run(["zsh", "-f", "-c", ZSH_DRIVER.format(setup=setup, line=quoted(line))], cwd)
        return found.read_text(encoding="utf-8")

    def in_fish(self, line, cwd):
        return self.run(["fish", "--no-config", "-c", f"source {self.script('fish')}; complete -C {quoted(line)}"], cwd)
