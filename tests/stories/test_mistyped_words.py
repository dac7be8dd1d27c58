# SPDX-License-Identifier: ISC
"""A mistyped command, option, value, key or destination is named with the one that was meant."""

import harness
from harness import program_help


def with_a_slip(word):
    """Two letters in the middle swapped, or the last letter twice where that makes no difference."""
    middle = len(word) // 2
    swapped = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return swapped if swapped != word else word + word[-1]


class MistypedWords(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")

    def refuse(self, *words):
        return self.om1.run(*words, expect=2).err.splitlines()

    def test_every_command_is_recognised_behind_a_slip(self):
        for command in program_help.commands():
            *group, last = command.split()
            with self.subTest(command=command):
                first, purpose, advice = self.refuse(*group, with_a_slip(last))
                mistyped = " ".join([*group, with_a_slip(last)])
                self.assertEqual(first, f"genkey-agent: unknown command '{mistyped}'; did you mean '{command}'?")
                self.assertEqual(purpose, "  to see all commands:")
                self.assertEqual(advice, " ".join(["    genkey-agent", *group, "--help"]))

    def test_every_option_is_recognised_behind_a_slip(self):
        for command, options in program_help.commands().items():
            for option in options | program_help.common_options():
                with self.subTest(command=command, option=option):
                    first, _, advice = self.refuse(*command.split(), f"--{with_a_slip(option)}")
                    self.assertIn(f"unknown option '--{with_a_slip(option)}'; did you mean '--{option}'?", first)
                    self.assertEqual(advice, f"    genkey-agent {command} --help")

    def test_a_value_is_recognised_behind_a_slip(self):
        self.assertIn("\"wran\" is not a policy; did you mean 'warn'?", self.refuse("gate", "--policy", "wran")[0])
        self.assertIn("\"base46\" is not a format; did you mean 'base64'?", self.refuse("import", "--format", "base46")[0])

    def test_a_word_like_no_other_is_answered_without_a_guess(self):
        self.assertEqual(self.refuse("nonsense")[0], "genkey-agent: unknown command 'nonsense'")
        self.assertEqual(self.refuse("status", "--nonsense")[0], "genkey-agent: unknown option '--nonsense'")

    def test_a_word_that_may_be_a_secret_is_not_repeated(self):
        self.assertIn("argument 4 is not expected", " ".join(self.refuse("status", "--json", "--quiet", "hunter2")))

    def test_a_key_of_the_configuration_and_a_value_are_recognised(self):
        text = self.om1.config.read_text(encoding="utf-8")
        for addition, meant in (
            ("[gate]\npolicee = 'warn'", "unknown key \"gate.policee\" (did you mean \"gate.policy\"?)"),
            ("[gate]\npolicy = 'wran'", 'majority or strict (did you mean "warn"?)'),
            ("[backup]\ndestinations = ['s3:/bucket/om']", 'expected file:///DIRECTORY or s3://BUCKET/PREFIX (did you mean "s3://"?)'),
        ):
            with self.subTest(addition):
                self.om1.config.write_text(f"{text}\n{addition}\n", encoding="utf-8")
                line = len(text.splitlines()) + 3
                said = self.refuse("status")[0]
                self.assertIn(f"{self.om1.config}:{line}: ", said)
                self.assertIn(meant, said)

    def test_help_about_a_mistyped_command_names_the_right_one(self):
        for command in program_help.commands():
            *group, last = command.split()
            with self.subTest(command=command):
                self.assertEqual(self.om1.run("help", *command.split()).out, program_help.help_of(*command.split()))
                self.assertIn(f"; did you mean '{command}'?", self.refuse("help", *group, with_a_slip(last))[0])
        self.assertEqual(self.refuse("help", "nonsense")[0], "genkey-agent: unknown command 'nonsense'")

    def test_no_word_at_all_is_answered_with_the_first_commands_in_few_lines(self):
        said = self.refuse("--quiet")
        self.assertEqual(said[0], "genkey-agent: a command is missing")
        self.assertLess(len(said), 12)
        named = {line.split()[0] for line in said[2:] if line.startswith("    ")} - {"genkey-agent"}
        self.assertEqual(named, {"ensure", "generate", "invite", "join", "verify", "status"})

    def test_a_destination_to_restore_from_is_recognised(self):
        identity = self.om1.run("backup", "new-identity", "--output", self.directory / "identity")
        self.assertIn("age1", identity.out + identity.err)
        self.key_files.add(self.directory / "identity")
        said = "\n".join(self.refuse("restore", "s3:/bucket/om", "--identity", self.directory / "identity"))
        self.assertIn('did you mean "s3://"?', said)


if __name__ == "__main__":
    harness.main()
