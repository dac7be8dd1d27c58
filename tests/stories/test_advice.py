# SPDX-License-Identifier: ISC
"""What commands advise when they refuse or fail is safe to obey.

Each command that a message prints is run as printed, on the host for which it is meant. Afterwards the trouble is gone
or the next step is another one, no key was lost, and none was made. With --table it prints each piece of advice and what
came of it.
"""

import harness
from harness import advice, advised_commands, refusals


class Refusals(advice.AdviceTest):
    """A test for each refusal and each failure of a command that writes."""


def add_refusal(command, build):
    what = refusals.name_of(build)

    def run(test):
        scene, words = build(test)
        test.assert_safe(what, scene, [words])

    advice.add_test(Refusals, build.__name__, f"What {command} says where {what} is safe to obey.", run)


for each_command, builds in refusals.ALL.items():
    for each in builds:
        add_refusal(each_command, each)


class Commands(harness.StoryTest):
    """How a command is found in a message, and for which host it is."""

    def found(self, text):
        return [[(one.text, one.there) for one in commands] for _, commands in advised_commands.advice_in(text)]

    def test_a_choice_of_two(self):
        self.assertEqual(
            self.found(
                "the key is missing\n  from a peer:\n    genkey-agent ensure --state-dir /s\n"
                "  with a ticket:\n    genkey-agent join --state-dir /s"
            ),
            [[("genkey-agent ensure --state-dir /s", False)], [("genkey-agent join --state-dir /s", False)]],
        )

    def test_steps_on_two_hosts(self):
        self.assertEqual(
            self.found("each\n  first here:\n    genkey-agent invite --state-dir /s\n  then on that host:\n    genkey-agent join"),
            [[("genkey-agent invite --state-dir /s", False), ("genkey-agent join", True)]],
        )

    def test_a_command_within_a_sentence_is_none(self):
        self.assertEqual(self.found("run genkey-agent audit --state-dir /s"), [])

    def test_commands_of_the_system(self):
        self.assertEqual(self.found("it is open\n  to fix this:\n    chown a:b /k && chmod 0600 /k"), [[("chown a:b /k && chmod 0600 /k", False)]])

    def test_the_name_of_the_program_alone_is_no_command(self):
        self.assertEqual(self.found("genkey-agent: another genkey-agent holds /s; install genkey-agent anew"), [])


if __name__ == "__main__":
    advice.run_tests()
