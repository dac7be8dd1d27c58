# SPDX-License-Identifier: ISC
"""The gate decides whether Ops Manager may start: situations that administrators meet."""

import grp
import os
import pwd
import shutil
import time

import harness
from harness import records

ALLOWED = "Ops Manager may start"


class GateTest(harness.StoryTest):
    def drift(self, *hosts):
        """Gives these hosts another key, which they prove to each other."""
        first, *others = hosts
        self.import_another_key(first)
        with_ticket = first.run("invite", "--uses", str(len(hosts))).line
        for host in others:
            with host.restarting():
                host.run("join", "--ticket-file", "-", "--displace", "--confirm", host.fleet_id(), stdin=with_ticket)
        first.verify(*others)
        for host in hosts:
            host.serve_again()

    def import_another_key(self, host):
        source = self.key_source(self.fresh_key(), f"{host.name}.another")
        with host.restarting():
            host.run("import", source, "--displace", "--confirm", host.fleet_id())

    def assert_allowed_loudly(self, host, *arguments):
        outcome = host.gate(*arguments)
        self.assertIn(ALLOWED, outcome.out)
        self.assertIn("a peer holds another key", outcome.err)
        return outcome

    def assert_refused(self, host, *reasons, code=14):
        self.assertEqual(host.gate_reasons(expect=code), list(reasons))
        outcome = host.gate(expect=code)
        self.assertNotIn(ALLOWED, outcome.out)
        self.assertIn(host.shown(host.key_file), outcome.err)
        # Without a valid key Ops Manager would make a new, wrong one.
        self.assertEqual("--allow-next-start --reason" in outcome.err, not {*reasons} & {"no-key", "lost-key", "invalid-key"})
        return outcome


class Evidence(GateTest):
    def test_without_a_key_nothing_starts_and_the_printed_command_brings_it_back(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.lose_key()
        outcome = self.assert_refused(om2, "lost-key", code=11)
        with om2.restarting():
            om2.run_advice(outcome, "ensure")
        self.assertEqual(om2.key(), om1.key())
        om2.gate()

    def test_a_file_that_is_no_key_is_refused_with_its_size(self):
        for size in (0, 23, 25, 32, 1000):
            with self.subTest(size):
                om1 = self.host(f"om1-{size}")
                om1.put_key(os.urandom(size))
                outcome = self.assert_refused(om1, "invalid-key", code=12)
                self.assertIn(f"{size} bytes", outcome.err)

    def test_of_two_hosts_the_one_that_drifts_is_refused_and_the_printed_command_mends_it(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        wrong = self.fresh_key()
        om2.replace_key(wrong)
        self.assert_allowed_loudly(om1)
        outcome = self.assert_refused(om2, "not-recorded", "unconfirmed")
        with om2.restarting():
            om2.run_advice(outcome, "ensure")
        self.assertEqual(om2.key(), om1.key())
        self.assertIn(wrong, om2.displaced_keys())
        om2.gate()

    def test_a_drifted_key_that_somebody_vouches_for_starts(self):
        _, om2 = self.joined_fleet("om1", "om2")
        om2.replace_key(self.fresh_key())
        om2.run_advice(self.assert_refused(om2, "not-recorded", "unconfirmed"), "ensure --keep")
        self.assert_allowed_loudly(om2)

    def test_the_gate_mends_by_itself_what_the_service_cannot_read(self):
        harness.need_root()
        om1 = self.host("om1")
        om1.run("generate")
        os.chown(om1.key_file, pwd.getpwnam("daemon").pw_uid, grp.getgrnam("daemon").gr_gid)
        om1.key_file.chmod(0o000)
        om1.gate()
        facts = om1.key_file.stat()
        self.assertEqual((facts.st_uid, facts.st_mode & 0o7777), (0, 0o600))


class Splits(GateTest):
    def test_two_against_two_established_hosts_all_start(self):
        hosts = self.joined_fleet("om1", "om2", "om3", "om4")
        self.drift(*hosts[2:])
        for host in hosts:
            self.assertEqual(host.standing(), "established")
            self.assert_allowed_loudly(host)

    def test_three_against_two_established_hosts_stop_the_two(self):
        hosts = self.joined_fleet("om1", "om2", "om3", "om4", "om5")
        self.drift(*hosts[3:])
        for host in hosts[:3]:
            self.assert_allowed_loudly(host)
        for host in hosts[3:]:
            outcome = self.assert_refused(host, "outnumbered")
            self.assertIn("genkey-agent join", outcome.err)

    def test_an_outnumbered_host_changes_over_though_another_one_agrees_with_it(self):
        hosts = self.joined_fleet("om1", "om2", "om3", "om4", "om5")
        self.drift(*hosts[3:])
        om1, om4 = hosts[0], hosts[3]
        ticket = om1.run("invite").line
        with om4.restarting():
            om4.run("join", "--ticket-file", "-", "--displace", "--confirm", om4.fleet_id(), stdin=ticket)
        self.assertEqual(om4.key(), om1.key())
        om4.gate()

    def test_two_hosts_that_chose_different_keys_both_wait(self):
        om1, om2 = self.fleet("om1", "om2")
        for host in (om1, om2):
            host.run("generate")
        for host in (om1, om2):
            host.serve()
        for host in (om1, om2):
            self.assert_refused(host, "unconfirmed")

    def test_vouching_for_one_of_two_chosen_keys_lets_that_host_start_and_not_the_other(self):
        om1, om2 = self.fleet("om1", "om2")
        for host in (om1, om2):
            host.run("generate")
        for host in (om1, om2):
            host.serve()
        om1.run("ensure", "--keep")
        om1.serve_again()
        self.assert_allowed_loudly(om1)
        self.assert_refused(om2, "unconfirmed")


class Machines(GateTest):
    def reinstall(self, host):
        """Replaces the host by a new machine with the same name and address, without key and state."""
        with host.restarting():
            host.key_file.unlink()
        host.stop()
        shutil.rmtree(host.state_dir)

    def test_a_reinstalled_host_joins_again_under_its_old_name_and_its_new_pin_is_told(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        before = om1.verify()[om2.address]["pin"]
        om3.stop()  # so that om3 first meets the new machine when it asks peers itself
        self.reinstall(om2)
        om2.run("join", "--ticket-file", "-", stdin=om1.run("invite").line, expect=None)
        om2.serve()
        om3.serve()
        for host in (om1, om3):
            answer = host.verify()[om2.address]
            self.assertEqual(answer["result"], "agree")
            self.assertNotEqual(answer["pin"], before)
            self.assertIn("new identity", answer["news"])
            again = host.verify()[om2.address]
            self.assertEqual(again["identity"], "known")
            self.assertNotIn("news", again)
        for host in (om1, om2, om3):
            host.gate()

    def test_a_reinstalled_host_without_the_key_is_no_evidence_against_anybody(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        self.reinstall(om2)
        om2.serve()
        om1.gate()
        self.assertEqual(om2.gate_reasons(expect=11), ["no-key"])

    def test_a_copied_machine_stops_nobody(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        copy = self.host("copy")
        harness.copy_tree(om1.state_dir, copy.state_dir)
        copy.put_key(self.fresh_key())
        copy.serve()
        om1.also(peers=[*om1.settings["peers"], copy.address])
        om1.gate()
        self.assertEqual(om1.verify(copy, expect=16)[copy.address]["result"], "clone")

    def test_a_wrong_peers_entry_does_not_stop_an_established_host(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        stranger = self.host("stranger")
        stranger.run("generate")
        stranger.run("ensure", "--keep")
        stranger.serve()
        om1.also(peers=[*om1.settings["peers"], stranger.address])
        self.assert_allowed_loudly(om1)

    def test_a_wrong_peers_entry_holds_a_host_that_nobody_has_confirmed(self):
        om1, stranger = self.host("om1"), self.host("stranger")
        for host in (om1, stranger):
            host.run("generate")
        stranger.run("ensure", "--keep")
        stranger.serve()
        om1.also(peers=[stranger.address])
        outcome = self.assert_refused(om1, "unconfirmed")
        self.assertIn(stranger.address, outcome.out + outcome.err)


class Silence(GateTest):
    def test_a_cold_start_of_the_whole_fleet_does_not_deadlock(self):
        hosts = self.joined_fleet("om1", "om2", "om3")
        for host in hosts:
            host.crash()
        for host in hosts:
            host.gate()

    def test_a_host_alone_starts_once_its_wait_is_over(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.crash()
        begun = time.monotonic()
        self.assertIn(ALLOWED, om1.gate(wait="2s").out)
        self.assertGreaterEqual(time.monotonic() - begun, 2)

    def test_a_peer_that_comes_up_ends_the_waiting(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.crash()
        waiting = om1.start("gate", "--wait", "60s")
        om2.serve()
        self.assertEqual(waiting.wait(50), 0)

    def test_no_answer_from_dead_names_or_hosts_without_a_key_refuses_anybody(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.lose_key()
        om1.also(peers=[*om1.settings["peers"], "no-such-host.invalid", "127.0.0.1:1"])
        om1.gate()

    def test_what_is_damaged_for_asking_peers_stops_nobody_and_is_told_with_its_mending(self):
        om1, _ = self.joined_fleet("om1", "om2")
        for name in ("agent/roster.json", "identity.pem"):
            for content in ("", "no such thing"):
                with self.subTest(name, content=content):
                    path = om1.state_dir / name
                    before = path.read_bytes()
                    path.write_text(content, encoding="utf-8")
                    outcome = om1.gate()
                    self.assertIn(ALLOWED, outcome.out)
                    told = "peers were not asked: " if name == "identity.pem" else ""
                    self.assertIn(f"{told}{om1.shown(path)}", outcome.err)
                    path.write_bytes(before)
        self.assertNotIn("not asked", om1.gate().err)

    def test_a_roster_that_is_damaged_holds_a_drifted_host_as_ever(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.replace_key(self.fresh_key())
        (om2.state_dir / "agent" / "roster.json").write_text("", encoding="utf-8")
        om2.gate(expect=14)
        self.assertTrue((om2.state_dir / "agent" / "roster.json.damaged").exists())
        om2.run("verify", "--peer", om1.address, expect=14)

    def test_a_removed_member_with_another_key_stops_nobody(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.replace_key(self.fresh_key())
        om2.run("ensure", "--keep")
        om2.serve_again()
        om1.run("peers", "remove", om2.address)
        om1.gate()


class Records(GateTest):
    def roll_back(self, host):
        """Brings back the previous key's record, as restoring a part of the machine from a backup would."""
        old_key = self.fresh_key()
        records.write(host, old_key, {**host.record(), "fleet": "00" * 16, "epoch": records.new_epoch()})

    def test_a_record_that_was_rolled_back_is_healed_by_an_established_peer(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        self.roll_back(om2)
        om2.gate()
        self.assertEqual(om2.record()["fleet"], om1.record()["fleet"])
        self.assertEqual(om2.standing(), "established")
        om1.crash()
        om2.gate()

    def test_a_record_that_was_rolled_back_is_refused_while_nobody_vouches_for_the_key(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.crash()
        self.roll_back(om2)
        self.assert_refused(om2, "not-recorded")

    def test_a_peer_that_is_not_established_heals_nothing(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        records.write(om1, om1.key(), {**om1.record(), "standing": "chosen"})
        om1.serve_again()
        self.roll_back(om2)
        self.assert_refused(om2, "not-recorded")

    def generation_two(self, host, **changes):
        key = self.fresh_key()
        with host.restarting():
            records.write(host, key, {**host.record(), "generation": 2, "epoch": records.new_epoch(), **changes})
            host.put_key(key)
        host.serve_again()
        return key

    def test_a_host_that_missed_a_new_generation_of_the_key_is_refused(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        self.generation_two(om1, standing="chosen")
        for host in (om2, om3):
            self.assert_refused(host, "later-generation")
            self.assertEqual(host.verify(om1, expect=14)[om1.address]["generation"], 2)

    def test_a_later_generation_of_another_fleet_is_no_evidence(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        self.generation_two(om1, standing="chosen", fleet="11" * 16)
        self.assert_allowed_loudly(om2)

    def test_the_witness_of_these_tests_is_that_of_the_program(self):
        om1 = self.host("om1")
        om1.run("generate")
        record = om1.record()
        self.assertEqual(record["witness"], records.witness(om1.key(), record["fleet"], record["generation"]))


class Policies(GateTest):
    def pair_of_strangers(self):
        """A host that nobody has confirmed, and a peer of its list with another key."""
        om1, om2 = self.fleet("om1", "om2")
        for host in (om1, om2):
            host.run("generate")
        om2.serve()
        return om1, om2

    def test_off_allows_whatever_there_is(self):
        om1 = self.host("om1", gate={"policy": "off"})
        self.assertIn(ALLOWED, om1.gate().out)

    def test_warn_says_what_default_would_do_and_allows(self):
        om1, _ = self.pair_of_strangers()
        self.assertIn('policy "default" would refuse it (14)', om1.gate("--policy", "warn").out)
        self.assertEqual(om1.gate_reasons("--policy", "warn"), ["unconfirmed"])
        om1.key_file.unlink()
        self.assertIn('policy "default" would refuse it (11)', om1.gate("--policy", "warn").out)

    def test_warn_is_silent_about_what_is_well(self):
        om1, _ = self.joined_fleet("om1", "om2")
        self.assertEqual(om1.gate("--policy", "warn").out.splitlines()[-1], ALLOWED)

    def test_local_asks_nobody_and_still_wants_the_recorded_key(self):
        om1, om2 = self.pair_of_strangers()
        om1.gate("--policy", "local")
        self.assertNotIn(om2.address, om1.gate("--policy", "local").out)
        om1.put_key(self.fresh_key())
        self.assertEqual(om1.gate_reasons("--policy", "local", expect=14), ["not-recorded"])

    def test_default_is_what_no_policy_means(self):
        om1, _ = self.pair_of_strangers()
        self.assertEqual(om1.gate_reasons(expect=14), om1.gate_reasons("--policy", "default", expect=14))

    def test_majority_wants_more_than_half_of_the_fleet(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        om3.crash()
        om1.gate("--policy", "majority")
        om2.crash()
        self.assertEqual(om1.gate_reasons("--policy", "majority", expect=15), ["no-majority"])

    def test_strict_wants_every_peer(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        om1.gate("--policy", "strict")
        om3.crash()
        self.assertEqual(om1.gate_reasons("--policy", "strict", expect=15), ["not-all-agree"])

    def test_majority_and_strict_refuse_a_host_that_knows_no_peers(self):
        om1 = self.host("om1")
        om1.run("generate")
        for policy in ("majority", "strict"):
            self.assertEqual(len(om1.gate_reasons("--policy", policy, expect=15)), 1)

    def test_a_policy_that_does_not_exist_is_an_error(self):
        om1 = self.host("om1")
        om1.run("generate")
        self.assertIn("majority", om1.gate("--policy", "maybe", expect=2).err)
        om1.configure(gate={"policy": "maybe"})
        self.assertIn('; until it is corrected, the gate goes by policy "default"', om1.gate().err)
        om1.run("status", expect=2)


class Override(GateTest):
    def refused(self):
        om1 = self.host("om1")
        om1.run("generate")
        om1.put_key(self.fresh_key())
        self.assert_refused(om1, "not-recorded")
        return om1

    def test_it_lets_ops_manager_start_once_and_says_why(self):
        om1 = self.refused()
        om1.run("gate", "--allow-next-start", "--reason", "the auditors are here")
        outcome = om1.gate()
        self.assertIn(ALLOWED, outcome.out)
        self.assertIn("the auditors are here", outcome.err)
        self.assert_refused(om1, "not-recorded")

    def test_json_says_that_it_was_used(self):
        om1 = self.refused()
        om1.run("gate", "--allow-next-start", "--reason", "drill")
        gate = om1.run_json("gate", "--wait", "0s")["gate"]
        self.assertEqual((gate["allowed"], gate["overridden"]), (True, True))
        self.assertEqual([each["reason"] for each in gate["reasons"]], ["not-recorded"])

    def test_a_start_that_needs_none_leaves_it_for_later(self):
        om1 = self.host("om1")
        om1.run("generate")
        om1.run("gate", "--allow-next-start", "--reason", "drill")
        self.assertNotIn("override", om1.gate().err)
        om1.put_key(self.fresh_key())
        self.assertIn("drill", om1.gate().err)

    def test_it_wants_a_reason(self):
        om1 = self.refused()
        om1.run("gate", "--allow-next-start", expect=2)
        om1.run("gate", "--allow-next-start", "--reason", "", expect=2)
        self.assert_refused(om1, "not-recorded")


class AsTheService(GateTest):
    """The service's own account runs the gate, as the start script of a tar installation does."""

    def host_of_daemon(self):
        harness.need_root()
        om1 = self.host("om1")
        om1.owner = "daemon:daemon"
        self.watch_key_file(om1.key_file)
        return om1

    def as_daemon(self, host):
        host.prefix = ("setpriv", "--reuid=daemon", "--regid=daemon", "--clear-groups")

    def test_the_gate_judges_from_the_record_alone(self):
        om1 = self.host_of_daemon()
        os.chown(om1.directory, pwd.getpwnam("daemon").pw_uid, -1)
        om1.run("generate")
        self.as_daemon(om1)
        outcome = om1.gate()
        self.assertIn(ALLOWED, outcome.out)
        self.assertIn("peers were not asked", outcome.err)

    def test_the_gate_refuses_a_key_that_is_not_the_recorded_one(self):
        om1 = self.host_of_daemon()
        os.chown(om1.directory, pwd.getpwnam("daemon").pw_uid, -1)
        om1.run("generate")
        om1.put_key(self.fresh_key())
        shutil.chown(om1.key_file, "daemon", "daemon")
        self.as_daemon(om1)
        self.assertEqual(om1.gate_reasons(expect=14), ["not-recorded"])


if __name__ == "__main__":
    harness.main()
