# SPDX-License-Identifier: ISC
"""A secret in the wrong place is refused without being repeated: in every option, operand, variable and configuration key.

What each command prints, logs and writes is searched for it after each test (harness/markers.py).
"""

import re

import harness
from harness import program_help, streams

EXAMPLE = harness.SOURCE / "scripts" / "examples" / "genkey-agent.toml"
HIDDEN = "QZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQZRY9X8GF2TVDW0S3JN54KHCE6M"
IDENTITY = f"AGE-SECRET-KEY-1{HIDDEN}"
# Each in the ways in which it is pasted.
SECRETS = {
    "an age identity": (IDENTITY, f" {IDENTITY}", f"{IDENTITY} ", f"{IDENTITY}\r\n", IDENTITY.lower(), f"={IDENTITY}"),
    "a ticket": (f"gka1_{HIDDEN}", f"GKA1_{HIDDEN}\n", f"\tgka1_{HIDDEN.lower()}"),
    "an address with a password": (f"s3://me:{HIDDEN}@bucket/om", f"https://me:{HIDDEN.lower()}@store.example.com"),
}
VALUES = [value for values in SECRETS.values() for value in values]
OPTION = re.compile(r"^ +(?:-\w,)?(--[a-z-]+) (\S+)", re.MULTILINE)
FLAG = re.compile(r"^ +(?:-\w,)?(--[a-z-]+)  ", re.MULTILINE)
VARIABLE = re.compile(r"Env:([A-Z_]+)")


def commands():
    """The words of every command."""
    for name in program_help.first_words():
        inner = program_help.subcommands_in(program_help.help_of(name))
        yield from ([name, each] for each in inner) if inner else ([name],)


class RepeatedValues(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.watch(HIDDEN.encode())
        self.watch(HIDDEN.lower().encode())
        self.om1 = self.host("om1")
        self.om1.run("generate")
        self.key_files.add(self.om1.config)

    def refuse(self, *words, expect=2, **options):
        """The program's own refusal; that it does not repeat the secret is searched for at the end."""
        outcome = self.om1.run(*words, expect=expect, **options)
        self.assertNotIn(HIDDEN.lower(), (outcome.out + outcome.err).lower(), words)
        return outcome

    def test_no_option_and_no_operand_of_any_command_repeats_one(self):
        tried = 0
        for words in commands():
            help_text = program_help.help_of(*words)
            options = OPTION.findall(program_help.part_of(help_text, "Options"))
            common = OPTION.findall(program_help.part_of(help_text, program_help.COMMON)) if words == ["status"] else []
            names = [name for name, _ in options + common]
            with self.subTest(command=" ".join(words)):
                for value in VALUES:
                    self.refuse(*words, value)
                    self.refuse(*words, "--no-such-option", value)
                    for name in names:
                        self.refuse(*words, name, value)
                        self.refuse(*words, f"{name}={value}")
                        tried += 1
                for name in FLAG.findall(program_help.part_of(help_text, "Options")):
                    self.refuse(*words, f"{name}={VALUES[0]}")
        self.assertGreater(tried, 300)

    def test_no_variable_repeats_one(self):
        variables = VARIABLE.findall(program_help.help_of())
        self.assertIn("GENKEY_AGENT_STATE_DIR", variables)
        for name in variables:
            for value in VALUES:
                with self.subTest(name=name, value=value):
                    self.assertIn(name, self.refuse("status", environment={name: value}).err)

    def text_settings(self):
        """(table, key, whether it is a list) of every setting whose value is text."""
        table = ""
        for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
            if header := re.match(r"#\[([\w.]+)\]", line):
                table = header[1]
            elif setting := re.match(r'#(\w+) = (\[?)"', line):
                yield table, setting[1], bool(setting[2])

    def configure(self, text):
        self.om1.config.write_text(text, encoding="utf-8")

    def test_no_setting_of_the_configuration_repeats_one(self):
        keys = list(self.text_settings())
        self.assertIn(("backup", "recipients", True), keys)
        for table, key, is_list in keys:
            header = f"[{table}]\n" if table else ""
            for value in VALUES:
                written = '"' + value.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t") + '"'
                with self.subTest(table=table, key=key, value=value):
                    self.configure(f"{header}{key} = {f'[{written}]' if is_list else written}\n")
                    # A mistake in [doctor] stops no other command.
                    words = ("doctor", "--offline") if table.startswith("doctor") else ("status",)
                    self.assertIn(f"{self.om1.config}:{2 if table else 1}: ", self.refuse(*words).err)
                    self.refuse("gate", "--wait", "0s", expect=0)

    def test_nothing_that_is_not_toml_is_repeated(self):
        for text in (
            f"{IDENTITY}\n",
            f"name = {IDENTITY}\n",
            f'"{IDENTITY}\n',
            f"[backup]\nrecipients = [{IDENTITY}]\n",
            f"t = t{HIDDEN}\n",
            f"[{IDENTITY}]\n",
            f"{IDENTITY} = 1\n{IDENTITY} = 2\n",
            f"[gate]\npolicy = {IDENTITY}\n",
            f"gate.policy = '{IDENTITY}'\nx = \n",
        ):
            with self.subTest(text):
                self.configure(text)
                for command in ("status", "ensure", "serve", "backup", "verify"):
                    self.refuse(command)
                    with streams.journal(self.om1):
                        self.refuse(command)
                self.refuse("gate", "--wait", "0s", expect=0)
                self.refuse("hook", "run", expect=None)

    def test_a_recipient_is_named_by_its_place(self):
        self.configure(f'[backup]\nrecipients = ["age1zpamhas42608p6t0da6t2xux6mu0fgr583ye87tds3fr230as5gqy38jl0", " {IDENTITY}"]\n')
        self.assertIn('"backup.recipients", entry 2 looks like an age identity', self.refuse("backup").err)

    def test_a_ticket_as_an_argument_is_told_to_be_replaced(self):
        for words in (("join", f"gka1_{HIDDEN}"), ("join", "--ticket-file", f"gka1_{HIDDEN}"), ("peers", "add", f"gka1_{HIDDEN}")):
            outcome = self.refuse(*words)
            self.assertIn("where every user of this host can read it", outcome.err)
            self.assertIn("genkey-agent invite", outcome.err)

    def test_no_file_that_is_given_repeats_one(self):
        paths = []
        for number, value in enumerate(VALUES):
            path = self.directory / f"given{number}"
            path.write_text(value, encoding="utf-8")
            path.chmod(0o600)
            self.key_files.add(path)
            paths.append(path)
        for path in paths:
            self.refuse("join", "--ticket-file", path, expect=None)
            self.refuse("import", path, expect=None)
            self.refuse("backup", "--recipients-file", path, "--output", self.directory / "copy", expect=None)
            self.refuse("backup", "--certificate", path, "--output", self.directory / "copy", expect=None)
            self.refuse("restore", path, "--identity", path, expect=None)
            self.refuse("status", "--config", path, expect=None)


if __name__ == "__main__":
    harness.main()
