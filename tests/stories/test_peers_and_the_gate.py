# SPDX-License-Identifier: ISC
"""The gate and what other hosts say: wrong images, replaced peers, ex-members and old copies of a host's own files."""

import json
import shutil

import harness
from harness import peers, protocol, records

ALLOWED = "Ops Manager may start"


class GateTest(harness.StoryTest):
    def imaged(self, *names, key=None):
        """Machines that were made from one image, with a key of that image. They serve, and have met nobody."""
        key = key or self.fresh_key()
        hosts = [self.host(name) for name in names]
        for host in hosts:
            host.put_key(key)
            host.run("ensure")
            host.serve()
        return hosts

    def list_all(self, *hosts):
        for host in hosts:
            host.also(peers=[each.address for each in hosts])

    def assert_allowed_loudly(self, *hosts, warning="a peer holds another key"):
        for host in hosts:
            outcome = host.gate()
            self.assertIn(ALLOWED, outcome.out)
            self.assertIn(warning, outcome.err)

    def assert_refused(self, host, *reasons, code=14):
        self.assertEqual(host.gate_reasons(expect=code), list(reasons))
        outcome = host.gate(expect=code)
        self.assertNotIn(ALLOWED, outcome.out)
        return outcome


class WrongImage(GateTest):
    def test_two_hosts_with_one_wrong_key_are_refused_beside_three_settled_hosts_that_start(self):
        right = self.joined_fleet("om1", "om2", "om3")
        wrong = self.imaged("om4", "om5")
        self.list_all(*right, *wrong)
        for _ in range(2):  # the second time the two have confirmed each other, and their listeners say so
            for host in wrong:
                self.assertIn("genkey-agent join", self.assert_refused(host, "outnumbered").err)
                host.serve_again()
            self.assert_allowed_loudly(*right)

    def test_three_against_three_start_on_both_sides_loudly(self):
        right = self.joined_fleet("om1", "om2", "om3")
        wrong = self.imaged("om4", "om5", "om6")
        self.list_all(*right, *wrong)
        self.assert_allowed_loudly(*wrong, *right)
        for host in wrong:
            host.serve_again()
        self.assert_allowed_loudly(*wrong, *right)

    def test_one_against_one_both_wait_until_people_have_vouched_for_both_and_then_start_loudly(self):
        (om1,), (om2,) = self.imaged("om1"), self.imaged("om2")
        self.list_all(om1, om2)
        for host in (om1, om2):
            self.assert_refused(host, "unconfirmed")
        for host in (om1, om2):
            host.run("ensure", "--keep")
            host.serve_again()
        self.assert_allowed_loudly(om1, om2)

    def test_in_a_cold_start_of_all_the_two_start_until_the_three_have_met(self):
        """Five hosts that have met nobody, two of them with one wrong key.

        No key is established, so no answer outnumbers anybody (rule 5), and whoever meets one host that agrees is
        established by that (rule 4). So the two start if they come first, loudly. From the moment when the three have
        met, their disagreement counts, and the next start of the two is refused.
        """
        wrong, right = self.imaged("om1", "om2"), self.imaged("om3", "om4", "om5")
        self.list_all(*wrong, *right)
        self.assert_allowed_loudly(*wrong, *right)
        for host in right:
            host.serve_again()
        for host in wrong:
            self.assert_refused(host, "outnumbered")
        self.assert_allowed_loudly(*right)

    def test_in_a_cold_start_of_all_the_two_are_refused_if_the_three_have_met_before(self):
        wrong, right = self.imaged("om1", "om2"), self.imaged("om3", "om4", "om5")
        self.list_all(*wrong, *right)
        self.assert_allowed_loudly(*right)
        for host in right:
            host.serve_again()
        for host in wrong:
            self.assert_refused(host, "outnumbered")


class OnceSettled(GateTest):
    def kept(self, *names):
        hosts = self.imaged(*names)
        for host in hosts:
            host.run("ensure", "--keep")
            host.serve_again()
        return hosts

    def setUp(self):
        super().setUp()
        self.om1, *self.friends = self.kept("om1", "om2", "om3")
        self.list_all(self.om1, *self.friends)

    def meet_others_alone(self):
        """The hosts with its key are down, and at two more addresses of its list answers another key."""
        others = self.kept("om4", "om5")
        self.om1.also(peers=[host.address for host in (self.om1, *self.friends, *others)])
        for host in self.friends:
            host.stop()

    def test_a_host_that_settled_once_is_not_stopped_by_strangers_at_less_than_half_of_its_list(self):
        self.assertIs(self.om1.run("verify", "--json").json["changed"], True)
        record = self.om1.state_dir / "record.json"
        before = record.stat().st_mtime_ns, record.read_text(encoding="utf-8")
        self.assertIs(self.om1.run("verify", "--json").json["changed"], False)
        self.assertEqual((record.stat().st_mtime_ns, record.read_text(encoding="utf-8")), before)
        self.meet_others_alone()
        self.assert_allowed_loudly(self.om1)

    def test_a_host_that_never_settled_is(self):
        self.meet_others_alone()
        self.assert_refused(self.om1, "outnumbered")


class Replaced(GateTest):
    def backdate(self, host, pin):
        """The host has seen this peer for the last time a day ago."""
        path = host.state_dir / "agent" / "roster.json"
        roster = json.loads(path.read_text(encoding="utf-8"))
        (peer,) = (each for each in roster["peers"] if each["pin"] == pin)
        peer["seen"] -= 86400
        path.write_text(json.dumps(roster), encoding="utf-8")
        host.serve_again()

    def reinstall(self, host):
        """A new machine at the old address, without key and state."""
        host.stop()
        host.key_file.unlink()
        shutil.rmtree(host.state_dir)

    def test_a_host_that_was_off_while_all_its_peers_were_made_anew_starts_and_knows_them_again(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        om1.stop()
        for host, giver in ((om2, om3), (om3, om2)):
            self.reinstall(host)
            host.run("join", "--ticket-file", "-", stdin=giver.run("invite").line)
            host.serve()
        om1.serve()
        answers = om1.verify()
        self.assertEqual([answer["result"] for answer in answers.values()], ["agree", "agree"])
        for answer in answers.values():
            self.assertIn("new identity", answer["news"])
        for answer in om1.verify().values():
            self.assertEqual((answer["result"], answer["identity"]), ("agree", "known"))
            self.assertNotIn("news", answer)
        for host in (om1, om2, om3):
            host.gate("--policy", "strict")

    def test_a_host_that_joins_after_another_was_made_anew_knows_every_host_once(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        former = om1.verify()[om2.address]["pin"]
        om1.stop()
        self.reinstall(om2)
        om2.run("join", "--ticket-file", "-", stdin=om3.run("invite").line)
        om2.serve()
        # om3 has not asked anybody since, so it knows both identities of om2, the former one from an earlier day.
        self.backdate(om3, former)
        om4 = self.host("om4")
        om4.run("join", "--ticket-file", "-", stdin=om3.run("invite").line)
        om1.serve()
        om4.run("verify", expect=None)
        self.assertEqual(sorted(peer["name"] for peer in om4.run_json("peers", "list")["roster"]), ["om1", "om2", "om3"])
        om4.gate("--policy", "strict")
        status = om4.run("status")
        self.assertIn("agrees with 3 of 3 peers", status.out)
        self.assertNotIn("never asked", status.out)

    def test_a_host_that_was_off_while_another_fleet_took_all_addresses_starts_loudly_and_moves_nobody(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        pins = {address: answer["pin"] for address, answer in om1.verify().items()}
        om1.stop()
        for host in (om2, om3):
            self.reinstall(host)
        om2.run("generate")
        om2.serve()
        om3.run("join", "--ticket-file", "-", stdin=om2.run("invite").line)
        om3.serve()
        for host in (om2, om3):
            host.run("ensure", "--keep")
            host.serve_again()
        om1.serve()
        self.assert_allowed_loudly(om1, warning="no peer that answered is trusted, so nobody has confirmed this key")
        answers = om1.verify(expect=16)
        self.assertEqual({answer["result"] for answer in answers.values()}, {"untrusted"})
        known = om1.run_json("peers", "list")["roster"]
        self.assertEqual({peer["address"]: peer["pin"] for peer in known}, pins)


class ExMember(GateTest):
    """om3 was removed. It still has the key, and comes back under new identities."""

    def setUp(self):
        peers.need_openssl()
        super().setUp()
        self.om1, self.om2, om3 = self.joined_fleet("om1", "om2", "om3")
        self.key, self.fleet = self.om1.key(), bytes.fromhex(self.om1.fleet_id())
        om3.stop()
        self.list_all(self.om1, self.om2)
        for host in (self.om1, self.om2):
            host.run("peers", "remove", "om3")

    def claim(self, generation, address):
        return protocol.Claim(self.fleet, generation, protocol.ESTABLISHED, "om3", address)

    def come_back(self, generation=1):
        """Proves the key to om1's listener under a new identity, and listens."""
        member = peers.Member(peers.Identity("om3"), self.key)
        listener = peers.Listener(self, member)
        member.claim = self.claim(generation, listener.address)
        self.prove(member)
        return listener

    def prove(self, member):
        with peers.connect(member.identity, self.om1.address) as channel:
            self.assertTrue(channel.prove(self.key, member.claim)[1])

    def test_another_key_of_a_later_generation_stops_no_gate(self):
        ex = self.come_back()
        ex.answer = lambda _channel, _request: protocol.Disagree(protocol.ESTABLISHED, self.claim(2, ex.address))
        self.assert_allowed_loudly(self.om1)
        answer = self.om1.verify(expect=10)[ex.address]
        self.assertEqual((answer["result"], answer["acquaintance"]), ("disagree", "itself"))
        self.om1.gate("--policy", "strict")

    def test_it_cannot_raise_the_generation(self):
        ex = self.come_back(generation=2)
        self.assertEqual(self.om1.verify()[ex.address]["result"], "agree")
        self.om1.gate()
        self.om1.run("ensure")
        self.assertEqual(self.om1.record()["generation"], 1)

    def test_it_is_shown_as_introduced_by_itself_with_the_line_that_would_name_it(self):
        ex = self.come_back()
        self.assertEqual(self.om1.verify()[ex.address]["acquaintance"], "itself")
        self.assertIn("introduced itself", self.om1.run("verify").out)
        status = self.om1.run("status", expect=None)
        self.assertIn(f'introduced themselves, so the gate does not count them yet: "{ex.address}"', status.told)
        self.assertIn(f"add them to peers in {self.om1.shown(self.om1.config)}", status.told)

    def test_asking_it_once_by_its_address_does_not_name_it(self):
        ex = self.come_back()
        for _ in range(2):
            self.assertEqual(self.om1.verify(ex.address)[ex.address]["acquaintance"], "itself")
        ex.answer = lambda _channel, _request: protocol.Disagree(protocol.ESTABLISHED, self.claim(2, ex.address))
        self.om1.verify(ex.address, expect=10)
        self.om1.gate()
        self.om1.gate("--policy", "strict")

    def test_what_it_gives_back_does_not_name_it(self):
        ex = self.come_back()
        self.om1.verify()
        self.om2.stop()
        self.om1.stop()
        self.om1.key_file.unlink()
        self.om1.run("ensure", "--wait", "1s")
        self.assertEqual(self.om1.key(), self.key)
        self.assertEqual(self.om1.verify(ex.address)[ex.address]["acquaintance"], "itself")

    def test_it_can_be_removed_by_its_pin_and_each_return_is_shown(self):
        ex = self.come_back()
        self.om1.verify()
        pin = ex.member.identity.pin.hex()
        self.om1.run("peers", "remove", pin)
        self.assertEqual(set(self.om1.verify()), {self.om2.address})
        self.assertEqual(self.om1.verify(ex.address, expect=10)[ex.address]["result"], "removed")
        # A new identity at the same address.
        ex.member.identity = peers.Identity("om3")
        ex.context = ex.member.identity.context()
        self.prove(ex.member)
        self.assertIn(ex.address, self.om1.run("status", expect=None).told)
        self.om1.gate("--policy", "strict")


class OwnFiles(GateTest):
    def test_a_record_that_cannot_be_read_lets_a_start_pass_by_the_proof_of_a_peer_and_stays(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        path = om2.state_dir / "record.json"
        for content in (b"", b"{", b'{"schema": "genkey-agent/record/99"}', bytes(100)):
            with self.subTest(content):
                path.write_bytes(content)
                outcome = om2.gate()
                self.assertIn(om2.shown(path), outcome.err)
                self.assertEqual(path.read_bytes(), content)
        om1.crash()
        outcome = self.assert_refused(om2, "unreadable-record")
        om2.run_advice(outcome, "ensure --keep")
        om2.gate()

    def test_a_record_that_cannot_be_read_saves_no_wrong_key(self):
        _, om2 = self.joined_fleet("om1", "om2")
        om2.replace_key(self.fresh_key())
        (om2.state_dir / "record.json").write_bytes(b"{")
        self.assertIn("unreadable-record", om2.gate_reasons(expect=14))

    def test_a_record_that_was_rolled_back_is_not_healed_by_a_peer_that_nobody_named(self):
        peers.need_openssl()
        om1 = self.host("om1")
        om1.run("generate")
        om1.serve()
        member = peers.Member(peers.Identity("om9"), om1.key())
        listener = peers.Listener(self, member)
        member.claim = protocol.Claim(bytes.fromhex(om1.fleet_id()), 1, protocol.ESTABLISHED, "om9", listener.address)
        with peers.connect(member.identity, om1.address) as channel:
            self.assertTrue(channel.prove(om1.key(), member.claim)[1])
        self.assertEqual(om1.verify()[listener.address]["acquaintance"], "itself")
        records.write(om1, self.fresh_key(), om1.record())
        self.assert_refused(om1, "not-recorded")

    def replace_key_of(self, om1, *others):
        """The next generation on om1, which the others join."""
        _, recipient = self.age_identity()
        om1.also(backup={"recipients": [recipient], "destinations": [f"file://{self.directory}/store"]})
        om1.run("backup")
        fleet = om1.record()["fleet"]
        with om1.restarting():
            om1.run("generate", "--replace", "--confirm", fleet)
        ticket = om1.run("invite", "--uses", "9").line
        for host in others:
            self.join(host, ticket)
        om1.run("verify")
        om1.serve_again()

    def join(self, host, ticket):
        with host.restarting():
            host.run("join", "--ticket-file", "-", "--displace", "--confirm", host.record()["fleet"], stdin=ticket)

    def put_back(self, host, saved):
        host.stop()
        shutil.rmtree(host.state_dir)
        harness.copy_tree(saved, host.state_dir)
        host.serve()

    def test_an_old_snapshot_of_a_whole_host_is_refused_and_joins_again(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        old_key, saved = om2.key(), harness.copy_tree(om2.state_dir, self.directory / "saved")
        self.replace_key_of(om1, om2, om3)
        om2.stop()
        om2.put_key(old_key)
        self.put_back(om2, saved)
        self.assertIn("later-generation", om2.gate_reasons(expect=14))
        self.join(om2, om1.run("invite").line)
        self.assertEqual(om2.key(), om1.key())
        om2.gate("--policy", "strict")

    def test_an_old_snapshot_of_the_state_beside_the_present_key_is_healed_by_peers(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        saved = harness.copy_tree(om2.state_dir, self.directory / "saved")
        self.replace_key_of(om1, om2, om3)
        self.put_back(om2, saved)
        om2.gate()
        self.assertEqual((om2.record()["generation"], om2.standing()), (2, "established"))
        om1.crash()
        om3.crash()
        om2.gate()


if __name__ == "__main__":
    harness.main()
