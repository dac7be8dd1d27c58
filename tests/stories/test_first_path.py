# SPDX-License-Identifier: ISC
"""The main job: one key on three hosts, from nothing to agreement, with three real processes."""

import shutil

import re

import harness


class FirstPath(harness.StoryTest):
    def grown_by_hand(self):
        """The lines of the quick start, on hosts that do not know each other."""
        om1, om2, om3 = [self.host(name) for name in ("om1", "om2", "om3")]
        om1.run("generate")
        om1.serve()
        for host in (om2, om3):
            ticket = om1.run("invite").line
            host.run("join", "--ticket-file", "-", stdin=ticket)
            host.serve()
        return om1, om2, om3

    def test_two_pasted_lines_give_three_hosts_one_key(self):
        hosts = self.grown_by_hand()
        self.assertEqual(len({host.key() for host in hosts}), 1)
        self.assertEqual(len(hosts[0].key()), 24)
        for host in hosts:
            self.assertEqual(host.key_file.stat().st_mode & 0o7777, 0o600)

    def test_every_host_proves_agreement_with_every_other(self):
        hosts = self.grown_by_hand()
        for host in hosts:
            others = {other.address for other in hosts if other is not host}
            answers = host.verify()
            self.assertEqual(set(answers), others)
            self.assertEqual({answer["result"] for answer in answers.values()}, {"agree"})
            self.assertEqual({answer["identity"] for answer in answers.values()}, {"known"})
        self.assertEqual(len({host.fleet_id() for host in hosts}), 1)
        self.assertEqual({host.standing() for host in hosts}, {"established"})

    def test_verify_tells_people_who_agrees(self):
        om1, om2, om3 = self.grown_by_hand()
        lines = om1.run("verify").out.splitlines()
        for other in (om2, om3):
            self.assertTrue(any(re.match(rf"{other.name} +{other.address} +agree +established +1 ", line) for line in lines), lines)
        self.assertIn("2 of 2 peers agree", lines)

    def test_the_gate_lets_all_three_start(self):
        for host in self.grown_by_hand():
            self.assertIn("Ops Manager may start", host.gate().out)

    def test_a_fleet_of_one_host_is_normal(self):
        om1 = self.host("om1")
        om1.run("generate")
        self.assertIn("no peers are known", om1.run("verify").out)
        self.assertEqual(om1.verify(), {})
        om1.gate()


class AfterOpsManager(harness.StoryTest):
    """Ops Manager made the first host's key, and the package recorded it."""

    def test_a_person_confirms_the_key_and_then_it_is_handed_on(self):
        om1, om2 = self.fleet("om1", "om2")
        om1.put_key(self.fresh_key())
        om1.run("ensure", "--wait", "0s")
        om1.serve()
        om1.run("generate", expect=17)
        self.assertIn("nobody has confirmed the key", om1.run("invite", expect=14).err)
        om1.run("ensure", "--keep")
        om2.run("join", "--ticket-file", "-", stdin=om1.run("invite").line)
        self.assertEqual(om2.key(), om1.key())
        om2.run("verify")


class Unchanged(harness.StoryTest):
    def test_ensure_changes_nothing_the_second_time_not_even_a_time_stamp(self):
        for host in self.joined_fleet("om1", "om2", "om3"):
            host.run("ensure")
            before = host.snapshot()
            self.assertIn(f"{host.state_dir.name}/record.json", before)
            self.assertFalse(host.run_json("ensure")["changed"])
            self.assertEqual(host.snapshot(), before)

    def test_ensure_on_an_adopted_key_changes_nothing_the_second_time(self):
        om1 = self.host("om1")
        om1.put_key(self.fresh_key())
        self.assertTrue(om1.run_json("ensure")["changed"])
        before = om1.snapshot()
        self.assertFalse(om1.run_json("ensure")["changed"])
        self.assertEqual(om1.snapshot(), before)

    def test_status_audit_and_a_dry_run_change_nothing(self):
        om1, _ = self.joined_fleet("om1", "om2")
        om1.run("ensure")
        before = om1.snapshot()
        for command in (["status"], ["audit"], ["ensure", "--dry-run"], ["peers", "list"], ["invite", "--dry-run"]):
            om1.run(*command, expect=None)
            self.assertEqual(om1.snapshot(), before, command)

    def test_join_on_a_host_that_agrees_with_the_inviter_uses_no_ticket(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        key = om2.key()
        ticket = om1.run("invite").line
        said = om2.run_json("join", "--ticket-file", "-", stdin=ticket)
        self.assertFalse(said["changed"])
        self.assertEqual(om2.key(), key)
        # The use is still free for the host that the ticket is meant for.
        om3.lose_key()
        shutil.rmtree(om3.state_dir)
        om3.run("join", "--ticket-file", "-", stdin=ticket)


if __name__ == "__main__":
    harness.main()
