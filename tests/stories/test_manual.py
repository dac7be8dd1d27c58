# SPDX-License-Identifier: ISC
"""Manual page and example configuration agree with the program: nothing is missing, nothing is extra."""

import json
import re
import subprocess

import harness
from harness import program_help
from harness.program_help import common_options, help_of, options_in

SOURCE = harness.SOURCE
MANUAL = SOURCE / "agent" / "doc" / "genkey-agent.8"
EXAMPLE = SOURCE / "scripts" / "examples" / "genkey-agent.toml"

def section(name):
    lines = MANUAL.read_text(encoding="utf-8").splitlines()
    start = lines.index(f".Sh {name}") + 1
    end = next(at for at in range(start, len(lines) + 1) if at == len(lines) or lines[at].startswith(".Sh"))
    return lines[start:end]


def flags_in(line):
    return set(re.findall(r"\bFl -([a-z-]+)", line))


def commands_of_the_manual():
    found = {}
    for line in section("COMMANDS"):
        if line.startswith(".It Cm "):
            words = re.match(r"\.It Cm ((?:[a-z-]+ ?)+)", line)[1].split()
            found[" ".join(words)] = flags_in(line)
    return found


class Manual(harness.StoryTest):
    def test_it_has_every_command_with_every_option_and_no_other(self):
        self.assertEqual(commands_of_the_manual(), program_help.commands() | dict.fromkeys(program_help.own_commands(), set()))

    def test_it_has_every_option_that_all_commands_take(self):
        told = set().union(*(flags_in(line) for line in section("OPTIONS") if line.startswith(".It")))
        self.assertEqual(told, options_in(help_of()))

    def test_every_command_takes_the_same_common_options(self):
        self.assertEqual(common_options(), options_in(help_of()) - {"help", "version"})
        for command in program_help.commands():
            with self.subTest(command=command):
                told = options_in(program_help.part_of(help_of(*command.split()), program_help.COMMON))
                self.assertEqual(told, common_options())

    def test_it_speaks_of_no_option_that_is_not_there(self):
        known = options_in(help_of()).union(*program_help.commands().values())
        text = MANUAL.read_text(encoding="utf-8")
        spoken = flags_in(text) | set(re.findall(r"(?<![\w-])--([a-z][a-z-]+)", text))
        self.assertEqual(spoken - known, set())

    def test_it_has_every_environment_variable(self):
        told = set(re.findall(r"GENKEY_AGENT_[A-Z_]+", "\n".join(section("ENVIRONMENT"))))
        self.assertEqual(told, set(re.findall(r"GENKEY_AGENT_[A-Z_]+", help_of())))

    def test_it_has_every_exit_status(self):
        told = [int(line.removeprefix(".It ")) for line in section("EXIT STATUS") if line.startswith(".It ")]
        self.assertEqual(told, list(harness.EXIT_CODES))

    def test_it_has_every_key_of_the_configuration(self):
        told = set(re.findall(r"\b[a-z_]+\b", " ".join(section("CONFIGURATION"))))
        self.assertEqual(keys_of_the_program() - told, set())

    def test_every_form_of_a_destination_is_in_it_in_the_example_and_in_the_help(self):
        header = (SOURCE / "agent" / "config" / "backup_destination.h").read_text(encoding="utf-8")
        forms = re.findall(r' form = "([^"]+)"', header)
        self.assertGreater(len(forms), 1)
        for form in forms:
            scheme = form.partition("://")[0] + "://"
            self.assertIn(form, "\n".join(section("CONFIGURATION")))
            self.assertIn(scheme, EXAMPLE.read_text(encoding="utf-8"))
            # A directory is given as a path, so that the shell completes it.
            self.assertIn("a directory" if scheme == "file://" else scheme, help_of("restore"))

    def test_it_is_well_formed(self):
        lint = subprocess.run(["mandoc", "-T", "lint", str(MANUAL)], capture_output=True, text=True, check=False)
        # Which other pages a machine has does not matter here.
        own = [line for line in (lint.stdout + lint.stderr).splitlines() if "mandoc.db" not in line and "not found" not in line]
        self.assertEqual(own, [])


def keys_of_the_program():
    """The settings, spelled as in the source that reads them."""
    text = (SOURCE / "agent" / "config" / "config_file.cpp").read_text(encoding="utf-8")
    readers = r"(?:table|inner)\.(?:truth|text|texts|path|addresses|table|list|number)\(|read_age\(table, "
    return set(re.findall(rf"\b(?:{readers})\s*\"(\w+)\"", text))


class ExampleConfiguration(harness.StoryTest):
    def setUp(self):
        super().setUp()
        lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
        self.lines = [line[1:] if re.match(r"#[a-z_\[]", line) else line for line in lines]
        (self.directory / "conf").mkdir()
        (self.directory / "conf" / "mms.conf").touch()

    def status(self, lines):
        config = self.directory / "genkey-agent.toml"
        config.write_text("\n".join(lines), encoding="utf-8")
        command = [harness.PROGRAM, "status", "--json", "--config", config, "--owner", harness.own_names()]
        command += ["--install-path", self.directory, "--key-file", self.directory / "gen.key", "--state-dir", self.directory]
        return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)

    def test_as_it_is_it_says_nothing(self):
        active = [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
        self.assertEqual(active, [])

    def test_with_its_marks_removed_it_is_accepted(self):
        done = self.status(self.lines)
        self.assertEqual(json.loads(done.stdout)["schema"], "genkey-agent/status/1", done.stderr)

    def test_each_of_its_lines_is_read(self):
        for at, line in enumerate(self.lines):
            if re.match(r"[a-z_]+ = ", line):
                with self.subTest(line=line):
                    done = self.status([*self.lines[:at], f"un{line}", *self.lines[at + 1 :]])
                    self.assertEqual(done.returncode, 2)
                    self.assertIn(f"genkey-agent.toml:{at + 1}: unknown key", done.stderr)

    def test_it_has_every_key(self):
        told = set(re.findall(r"^(?:\[)?([a-z_]+)(?: = |\])", "\n".join(self.lines), re.MULTILINE))
        self.assertEqual(told, keys_of_the_program())


if __name__ == "__main__":
    harness.main()
