# SPDX-License-Identifier: ISC
"""Tickets can be seen and taken back: who used which, and a revoked one is worthless at once."""

import base64
import os
import re
import subprocess

import harness

ID = re.compile(r"[0-9a-f]{32}")


class TicketsTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")
        self.om1.serve()

    def listed(self):
        return self.om1.run_json("invite", "--list")["tickets"]

    def join(self, name, ticket, expect=0):
        host = self.host(name)
        self.last = host.run("join", "--ticket-file", "-", stdin=ticket, expect=expect)
        return host


class Listing(TicketsTest):
    def test_there_are_none_at_first(self):
        self.assertEqual(self.listed(), [])
        self.assertEqual(self.om1.run("invite", "--list").line, "there are no tickets")

    def test_each_is_shown_with_its_uses_left_and_the_names_of_those_who_used_it(self):
        ticket = self.om1.run("invite", "--uses", "2").line
        before = self.listed()
        self.join("om2", ticket)
        after = self.listed()
        self.assertEqual([each["id"] for each in before], [each["id"] for each in after])
        self.assertEqual((before[0]["uses_left"], before[0]["used_by"], before[0]["state"]), (2, [], "open"))
        self.assertEqual((after[0]["uses"], after[0]["uses_left"]), (2, 1))
        self.assertEqual([(each["name"], each["proved"]) for each in after[0]["used_by"]], [("om2", True)])
        self.assertLess(after[0]["made"], after[0]["expires"])
        line = self.om1.run("invite", "--list").line
        for part in (after[0]["id"], "made " + after[0]["made"], "expires " + after[0]["expires"], "1 of 2 uses left", "used by om2"):
            self.assertIn(part, line)
        self.join("om3", ticket)
        self.assertEqual((self.listed()[0]["uses_left"], self.listed()[0]["state"]), (0, "used-up"))

    def test_a_removed_host_keeps_its_name_there(self):
        self.join("om2", self.om1.run("invite").line)
        self.om1.run("peers", "remove", "om2")
        self.assertEqual(self.listed()[0]["used_by"][0]["name"], "om2")

    def test_an_id_is_no_part_of_the_secret(self):
        ticket = self.om1.run("invite").line
        said = self.om1.run("invite", "--list").out + self.om1.run("invite", "--list", "--json").out
        self.assertNotIn("gka1_", said)
        secret = secret_of(ticket)
        for at in range(len(secret) - 3):
            self.assertNotIn(secret[at : at + 4].hex(), said)

    def test_tickets_of_an_earlier_version_have_no_time_at_which_they_were_made(self):
        self.om1.run("invite")
        book = self.om1.state_dir / "agent" / "tickets.json"
        book.write_text(re.sub(r'"made":\d+,', "", book.read_text(encoding="utf-8")), encoding="utf-8")
        self.assertIsNone(self.listed()[0]["made"])
        self.assertNotIn("made", self.om1.run("invite", "--list").line)

    def test_it_goes_with_nothing_that_describes_a_new_ticket(self):
        for words in (("--uses", "2"), ("--ttl", "1h"), ("--address", "om1"), ("--output", "x"), ("--revoke", "all")):
            with self.subTest(words[0]):
                self.om1.run("invite", "--list", *words, expect=2)
        self.assertEqual(self.listed(), [])


class Revoking(TicketsTest):
    def test_a_revoked_ticket_is_refused_at_once_and_the_others_stay_good(self):
        first, second = (self.om1.run("invite").line for _ in range(2))
        name = self.listed()[0]["id"]
        said = self.om1.run_json("invite", "--revoke", name)
        self.assertEqual(([each["id"] for each in said["revoked"]], said["changed"]), ([name], True))
        self.assertNotIn(name, [each["id"] for each in self.listed()])
        om2 = self.join("om2", first, expect=16)
        self.assertFalse(om2.key_file.exists())
        self.assertIn("has revoked it", self.last.err)
        om2.run("join", "--ticket-file", "-", stdin=second)
        self.assertEqual(om2.key(), self.om1.key())

    def test_all_are_revoked_by_one_command_which_may_be_repeated(self):
        tickets = [self.om1.run("invite").line for _ in range(2)]
        self.assertEqual(len(self.om1.run("invite", "--revoke", "all").out.splitlines()), 2)
        self.assertEqual(self.om1.run("invite", "--revoke", "all").line, "there are no tickets to revoke")
        self.assertIs(self.om1.run_json("invite", "--revoke", "all")["changed"], False)
        self.join("om2", tickets[1], expect=16)

    def test_a_host_that_used_it_is_named_and_keeps_its_key(self):
        om2 = self.join("om2", self.om1.run("invite", "--uses", "2").line)
        self.assertIn("a key that was handed out stays there: om2", self.om1.run("invite", "--revoke", "all").line)
        self.assertEqual(om2.key(), self.om1.key())

    def test_a_dry_run_revokes_nothing(self):
        ticket = self.om1.run("invite").line
        name = self.listed()[0]["id"]
        self.assertEqual(self.om1.run("invite", "--revoke", "all", "--dry-run").line, f"would revoke {name}")
        self.assertIs(self.om1.run_json("invite", "--revoke", name, "--dry-run")["changed"], False)
        self.join("om2", ticket)

    def test_an_unknown_id_is_refused_and_the_list_is_named(self):
        self.om1.run("invite")
        for word in ("0" * 32, "0" * 31, "om2", "ALL"):
            with self.subTest(word):
                refused = self.om1.run("invite", "--revoke", word, expect=2)
                listed = self.om1.run_advice(refused, "invite --list")
                self.assertRegex(listed.out, ID)
        self.assertEqual(len(self.listed()), 1)

    def test_a_ticket_in_the_place_of_an_id_is_not_repeated(self):
        ticket = self.om1.run("invite").line
        refused = self.om1.run("invite", "--revoke", ticket, expect=2)
        self.assertNotIn(ticket, refused.out + refused.err)


class WithoutTerminal(TicketsTest):
    def test_the_refusal_names_the_option_for_a_file(self):
        om2 = self.host("om2")
        command = ["setsid", "--wait", *om2.command("join")]
        done = subprocess.run(command, capture_output=True, timeout=harness.TIME_LIMIT, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"join --ticket-file FILE", done.stderr)


class Restarting(harness.StoryTest):
    """A service manager that starts the listener anew, as systemd does some seconds after the host got a key."""

    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")
        self.programs = self.directory / "programs"
        self.programs.mkdir()

    def systemd_says(self, state):
        script = self.programs / "systemctl"
        script.write_text(f"#!/bin/sh\ntouch {self.programs}/asked\necho LoadState=loaded\necho ActiveState={state}\n", encoding="utf-8")
        script.chmod(0o755)

    def invite(self):
        path = {"PATH": f"{self.programs}:{os.environ['PATH']}"}
        command = self.om1.command("invite", "--output", self.directory / "ticket")
        inviting = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.om1.environment(path))
        self.addCleanup(inviting.kill)
        return inviting

    def test_a_listener_that_is_being_started_is_waited_for(self):
        self.systemd_says("activating")
        inviting = self.invite()
        while not (self.programs / "asked").exists():
            self.assertIsNone(inviting.poll())
        self.om1.serve()
        said = inviting.communicate(timeout=harness.TIME_LIMIT)[0].decode()
        self.assertEqual(inviting.returncode, 0)
        self.assertNotIn("nothing answers", said)

    def test_one_that_is_stopped_is_reported_without_a_wait(self):
        self.systemd_says("inactive")
        inviting = self.invite()
        self.assertIn("nothing answers", inviting.communicate(timeout=harness.TIME_LIMIT)[0].decode())


def secret_of(line):
    """The secret of a ticket: behind a version, a pin and the id."""
    text = line.removeprefix("gka1_")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))[1 + 32 + 16 :][:32]


if __name__ == "__main__":
    harness.main()
