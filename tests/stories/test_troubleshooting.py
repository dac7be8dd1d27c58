# SPDX-License-Identifier: ISC
"""What the documents say that people see is what the program prints, and the way out of two keys works as written."""

import re

import harness
from harness import document_commands, situations
from harness.document_hosts import ticket_from
from harness.document_scenes import QUOTED
from harness.typist import Typist

PAGE = "agent/doc/troubleshooting.md"


def text_of(name):
    return (harness.SOURCE / name).read_text(encoding="utf-8")


class Quotations(harness.StoryTest):
    """What the documents say that people see is what the program prints."""

    def spans(self):
        return {" ".join(span.split()) for document in document_commands.documents() for span in re.findall(r"`([^`]+)`", text_of(document))}

    def test_each_is_shown_in_its_situation(self):
        for quotation, name in QUOTED.items():
            with self.subTest(quotation):
                host = situations.named(name).build(self)
                shown = " ".join(host.run(command, expect=None).told for command in ("verify", "status"))
                self.assertRegex(shown, ".*".join(map(re.escape, quotation.split("…"))))

    def test_the_screen_in_the_readme_is_that_of_the_program(self):
        screen = text_of("README.md").partition("om2# genkey-agent status\n")[2].partition("```")[0]
        shown = situations.named("wrong key peers down").build(self).run("status", expect=14).out
        self.assertTrue(re.sub(r" --[a-z-]+ /\S+| --owner \S+", "", shown).startswith(screen), shown)

    def test_every_verdict_in_a_document_has_a_situation(self):
        spans = self.spans()
        self.assertEqual({span for span in spans if re.match(r"(NO KEY|WRONG KEY|CHECK|OK) ", span)} - set(QUOTED), set())
        self.assertEqual(set(QUOTED) - spans, set())

    def test_the_results_of_peers_are_those_of_the_program(self):
        section = text_of(PAGE).partition("\n## Peers")[2].partition("\n## ")[0]
        source = text_of("agent/fleet/peer_answer.cpp")
        names = set(re.findall(r'"([a-z-]+)"', re.search(r"result_names = \{([^}]+)\}", source)[1]))
        self.assertEqual(set(re.findall(r"^\| `([a-z-]+)`", section, re.MULTILINE)), names - {"agree", "self"})


class Warn(harness.StoryTest):
    def test_under_it_a_host_without_a_key_starts_as_the_pages_say(self):
        host = self.host("om1", gate={"policy": "warn"})
        self.assertIn("there is no key on this host", host.gate().told)


class TwoKeys(harness.StoryTest):
    """Keys that nobody has confirmed were found on two hosts, and they differ."""

    SECTION = "Two hosts hold different keys"

    def commands(self):
        return [found.text for found in document_commands.commands_in(PAGE, text_of(PAGE)) if found.section == self.SECTION]

    def setUp(self):
        super().setUp()
        self.right, self.wrong = self.fleet("right", "wrong")
        for host in (self.right, self.wrong):
            host.put_key(self.fresh_key())
            host.run("ensure", "--wait", "0s", expect=None)
            host.serve()
        self.typist = Typist(self)

    def type(self, host, command, expect=0, **how):
        outcome = self.typist.type(host, command, **how)
        self.assertEqual(outcome.code, expect, outcome)
        return outcome

    def test_the_steps_make_them_one_and_no_key_is_lost(self):
        status, ensure, keep, invite, join, verify = self.commands()
        self.type(self.right, verify, expect=14)
        self.type(self.wrong, verify, expect=14)
        for host in (self.right, self.wrong):
            self.assertNotIn("not the one recorded", self.type(host, status, expect=14).out)
        key, other = self.right.key(), self.wrong.key()
        self.type(self.right, keep)
        self.type(self.right, invite)
        with self.wrong.restarting():
            self.type(self.wrong, join, answers=ticket_from(self.right))
        for host in (self.right, self.wrong):
            self.type(host, verify)
            self.assertEqual(host.key(), key)
        self.assertEqual(self.wrong.displaced_keys(), [other])

    def test_a_host_whose_file_was_replaced_only_needs_the_first_step(self):
        status, ensure, *_ = self.commands()
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.replace_key(self.fresh_key())
        self.assertIn("not the one recorded", self.type(om2, status, expect=14).out)
        self.type(om2, ensure)
        self.assertEqual(om2.key(), om1.key())


if __name__ == "__main__":
    harness.main()
