# SPDX-License-Identifier: ISC
"""Manual pages and example configuration agree with the program: nothing is missing, nothing is extra."""

import json
import re
import subprocess

import harness
from harness import program_help
from harness.program_help import common_options, help_of, options_in

SOURCE = harness.SOURCE
MANUAL = SOURCE / "agent" / "doc" / "genkey-agent.8"
CONFIGURATION = SOURCE / "agent" / "doc" / "genkey-agent.toml.5"
PAGES = (MANUAL, CONFIGURATION)
EXAMPLE = SOURCE / "scripts" / "examples" / "genkey-agent.toml"
# What the host itself decides when the configuration leaves it out.
OF_THE_HOST = {"name", "address", "state_dir", "installation.kind", "installation.path", "installation.key_file", "installation.owner"}


def section(name, page=MANUAL):
    lines = page.read_text(encoding="utf-8").splitlines()
    start = lines.index(f".Sh {name}") + 1
    end = next(at for at in range(start, len(lines) + 1) if at == len(lines) or lines[at].startswith(".Sh"))
    return lines[start:end]


def flags_in(line):
    return set(re.findall(r"\bFl -([a-z-]+)", line))


def commands_of_the_manual():
    """The options of each command are items of a list below it."""
    found = {}
    for line in section("COMMANDS"):
        if line.startswith(".It Cm "):
            words = re.match(r"\.It Cm ((?:[a-z-]+ ?)+)", line)[1].split()
            options = found[" ".join(words)] = set()
        elif line.startswith(".It Fl "):
            options |= flags_in(line)
    return found


def rendered(page):
    """The lines that a terminal of 80 columns shows, without bold and underlined."""
    done = subprocess.run(["mandoc", "-T", "utf8", str(page)], capture_output=True, text=True, check=True)
    return re.sub(".\b", "", done.stdout).splitlines()


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

    def test_it_has_every_environment_variable(self):
        told = set(re.findall(r"GENKEY_AGENT_[A-Z_]+", "\n".join(section("ENVIRONMENT"))))
        self.assertEqual(told, set(re.findall(r"GENKEY_AGENT_[A-Z_]+", help_of())))

    def test_it_has_every_exit_status(self):
        told = [int(line.removeprefix(".It ")) for line in section("EXIT STATUS") if line.startswith(".It ")]
        self.assertEqual(told, list(harness.EXIT_CODES))

    def test_it_shows_the_drop_in_of_the_packages(self):
        dropped = (SOURCE / "scripts" / "systemd" / "ops-manager.conf").read_text(encoding="utf-8")
        lines = [line for line in dropped.splitlines() if line and not line.startswith("#")]
        self.assertEqual([line for line in section("THE GATE") if line in lines], lines)


class BothPages(harness.StoryTest):
    def for_each_page(self):
        for page in PAGES:
            with self.subTest(page=page.name):
                yield page

    def test_they_speak_of_no_option_that_is_not_there(self):
        known = options_in(help_of()).union(*program_help.commands().values())
        for page in self.for_each_page():
            text = page.read_text(encoding="utf-8")
            spoken = flags_in(text) | set(re.findall(r"(?<![\w-])--([a-z][a-z-]+)", text))
            self.assertEqual(spoken - known, set())

    def test_they_are_well_formed(self):
        for page in self.for_each_page():
            lint = subprocess.run(["mandoc", "-T", "lint", str(page)], capture_output=True, text=True, check=False)
            # Which other pages a machine has does not matter here. EXAMPLES come early on purpose.
            other = ("mandoc.db", "not found", "sections out of conventional order")
            own = [line for line in (lint.stdout + lint.stderr).splitlines() if not any(part in line for part in other)]
            self.assertEqual(own, [])
            said = subprocess.run(["groff", "-mdoc", "-ww", "-z", "-T", "utf8", page], capture_output=True, text=True, check=True)
            self.assertEqual(said.stderr, "")

    def test_they_fit_a_terminal(self):
        for page in self.for_each_page():
            self.assertEqual([line for line in rendered(page) if len(line) > 80], [])

    def test_the_examples_come_before_every_long_section(self):
        for page in self.for_each_page():
            sections = re.findall(r"^\.Sh (.*)", page.read_text(encoding="utf-8"), re.MULTILINE)
            before = sections[: sections.index("EXAMPLES")]
            self.assertEqual([name for name in before if name not in ("NAME", "SYNOPSIS", "DESCRIPTION")], [])

    def test_they_point_at_each_other(self):
        self.assertIn(".Xr genkey-agent.toml 5 .", section("CONFIGURATION"))
        self.assertEqual(section("SEE ALSO", CONFIGURATION), [".Xr genkey-agent 8"])


class Configuration(harness.StoryTest):
    ITEM = re.compile(r"^\.It Cm (\S+) Em (.*)$")

    def told(self):
        """The keys in the order of the page, each with its default, where the page has one that is the same on all hosts."""
        found = {}
        for line in section("KEYS", CONFIGURATION):
            if item := self.ITEM.match(line):
                default = re.search(r"default Li (.*)$", item[2])
                found[item[1]] = default[1].replace("\\(dq", '"') if default else None
        return found

    def shown(self):
        """What the program shows on a host without a configuration."""
        empty = self.directory / "genkey-agent.toml"
        empty.touch()
        command = [harness.PROGRAM, "config", "show", "--json", "--config", str(empty), "--root", str(self.directory)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return {each["key"]: each["value"] for each in json.loads(done.stdout)["settings"]}

    def test_it_has_every_key_in_the_order_of_config_show(self):
        self.assertEqual(list(self.told()), list(self.shown()))

    def test_each_default_is_that_of_the_program(self):
        told, shown = self.told(), self.shown()
        self.assertGreater(len([value for value in told.values() if value is not None]), 10)
        for key in set(told) - OF_THE_HOST:
            with self.subTest(key=key):
                self.assertEqual(told[key], shown[key])

    def test_every_form_of_a_destination_is_in_it_in_the_example_and_in_the_help(self):
        header = (SOURCE / "agent" / "config" / "backup_destination.h").read_text(encoding="utf-8")
        forms = re.findall(r' form = "([^"]+)"', header)
        self.assertGreater(len(forms), 1)
        for form in forms:
            scheme = form.partition("://")[0] + "://"
            self.assertIn(f".It Li {form}", section("KEYS", CONFIGURATION))
            self.assertIn(scheme, EXAMPLE.read_text(encoding="utf-8"))
            # A directory is given as a path, so that the shell completes it.
            self.assertIn("a directory" if scheme == "file://" else scheme, " ".join(help_of("restore").split()))

    def test_it_has_every_policy(self):
        keys = "\n".join(section("KEYS", CONFIGURATION))
        policies = re.search(r"--policy ([^ ]+)", help_of("gate"))[1]
        for policy in re.findall(r"[a-z]+", policies):
            self.assertIn(f"\n.It Cm {policy}\n", keys)


def keys_of_the_program():
    """The settings, spelled as in the source that reads them."""
    text = (SOURCE / "agent" / "config" / "config_file.cpp").read_text(encoding="utf-8")
    # Of [doctor], those that this version obeys.
    shown = (SOURCE / "agent" / "config" / "effective_settings.cpp").read_text(encoding="utf-8")
    readers = r"(?:table|inner)\.(?:truth|text|texts|path|addresses|table|leave|list|number)\(|read_age\(table, "
    return set(re.findall(rf"\b(?:{readers})\s*\"(\w+)\"", text)) | set(re.findall(r'"doctor\.(\w+)"', shown))


class ExampleConfiguration(harness.StoryTest):
    def setUp(self):
        super().setUp()
        lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
        self.lines = [line[1:] if re.match(r"#[A-Za-z_\[]", line) else line for line in lines]
        (self.directory / "conf").mkdir()
        (self.directory / "conf" / "mms.conf").touch()

    def status(self, lines):
        return self.run_with(lines, "status", "--json")

    def run_with(self, lines, *words):
        config = self.directory / "genkey-agent.toml"
        config.write_text("\n".join(lines), encoding="utf-8")
        command = [harness.PROGRAM, *words, "--config", config, "--owner", harness.own_names()]
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
                    # It refuses what is wrong in [doctor], too, which does not stop other commands.
                    done = self.run_with([*self.lines[:at], f"un{line}", *self.lines[at + 1 :]], "config", "show")
                    self.assertEqual(done.returncode, 2)
                    self.assertIn(f"genkey-agent.toml:{at + 1}: unknown key", done.stderr)

    def test_it_has_every_key(self):
        told = set(re.findall(r"^(?:\[)?([a-z_]+)(?: = |\.|\])", "\n".join(self.lines), re.MULTILINE))
        told |= set(re.findall(r"^\[doctor\.([a-z_]+)\]", "\n".join(self.lines), re.MULTILINE))
        self.assertEqual(told, keys_of_the_program())


if __name__ == "__main__":
    harness.main()
