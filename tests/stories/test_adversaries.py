# SPDX-License-Identifier: ISC
"""An attacker with a socket and without the key achieves nothing, and honest peers are served meanwhile."""

import concurrent.futures
import json
import os
import time

import harness
from harness import adversaries

# limits::connection_time is ten seconds; the rest allows for a sanitizer on a slow machine.
LONGEST = 40
# Descriptors: a few more than a listener needs for itself.
FEW = 32
ELSEWHERE = "127.0.0.2"
REMOVED, NOT_A_MEMBER, NOT_READY, UNKNOWN_TICKET, USED, EXPIRED, BANNED = (f"answered refused {n}" for n in range(1, 8))
YOURSELF = "answered refused 9"


class AdversaryTest(harness.StoryTest):
    """Two honest hosts that serve and have proved their key to each other."""

    def setUp(self):
        super().setUp()
        self.om1, self.om2 = self.host("om1"), self.host("om2")
        self.om1.run("generate")  # now, because it would wait for om2 once it knows of it
        for host in (self.om1, self.om2):
            host.configure(peers=[self.om1.address, self.om2.address])
        self.om1.serve()
        self.om2.run("join", "--ticket-file", "-", stdin=self.om1.run("invite").line)
        self.om2.serve()
        self.om1.run("verify")

    def assert_served(self):
        """Honest hosts agree, each within its own five seconds."""
        for host in (self.om1, self.om2):
            peers = host.run_json("verify")["peers"]
            self.assertEqual([peer["result"] for peer in peers], ["agree"])

    def attack(self, name, /, **options):
        """The only Result of an attack on om1, made from an address of its own."""
        results = adversaries.attack(name, to=self.om1.address, **{"from": ELSEWHERE, **options})
        self.assertEqual(len(results), 1)
        return results[0]

    def assert_closed(self, result):
        self.assertEqual(result.what, "closed")
        self.assertLess(result.seconds, LONGEST)

    def assert_each_closed(self, name, *ways):
        """All attempts at once: some wait until their time is over."""
        with concurrent.futures.ThreadPoolExecutor(len(ways)) as attackers:
            results = {how: attackers.submit(self.attack, name, how=how) for how in ways}
        for how, result in results.items():
            with self.subTest(how):
                self.assert_closed(result.result())

    def roster(self, host):
        return json.loads((host.state_dir / "agent" / "roster.json").read_text())

    def acquaintances(self, host):
        """Who is known on each host and what was proved, without the times."""
        return [{**peer, "seen": None, "last": None} for peer in self.roster(host)["peers"]]

    def ticket_file(self, host, *arguments):
        path = self.directory / f"ticket{len(list(self.directory.glob('ticket*')))}"
        path.write_text(host.run("invite", *arguments).line + "\n")
        path.chmod(0o600)
        return path


class Handshakes(AdversaryTest):
    def test_a_stranger_is_greeted(self):
        self.assertEqual(self.attack("greet").what, "answered hello with key")

    def test_nobody_is_answered_without_certificate_tls_1_3_and_this_protocol(self):
        for how in ("no-certificate", "tls12", "wrong-protocol", "no-protocol", "no-tls"):
            with self.subTest(how):
                self.assert_closed(self.attack("handshake", how=how))
        self.assert_served()

    def test_this_hosts_own_identity_proves_nothing_to_it(self):
        stolen = self.om1.state_dir / "identity.pem"
        for name in ("claim", "refetch"):
            self.assertEqual(self.attack(name, identity=stolen).what, YOURSELF)
        self.assert_served()


class Frames(AdversaryTest):
    def test_bad_frames_get_no_answer(self):
        self.assert_each_closed("frame", "zero", "oversized", "huge", "random", "longer", "unknown", "escapes")
        self.assert_served()

    def test_two_frames_in_one_request_get_no_answer(self):
        self.assert_each_closed("frame", "two")
        self.assert_served()

    def test_one_that_stops_half_way_is_closed_in_time(self):
        self.assert_each_closed("frame", "cut", "nothing")
        self.assert_served()


class Endurance(AdversaryTest):
    def hold(self, how, count, **options):
        return adversaries.Running(self, "hold", "holding", to=self.om1.address, how=how, count=count, **options)

    def test_one_byte_a_second_is_closed_in_time_while_others_are_served(self):
        self.assert_each_closed("slow", "handshake", "frame")
        self.assert_served()

    def test_500_idle_connections_keep_nobody_out(self):
        for number in range(2, 6):
            self.hold("idle", 125, **{"from": f"127.0.0.{number}"})
        self.assert_served()

    def test_500_idle_connections_from_the_hosts_own_address_keep_nobody_out(self):
        self.hold("idle", 500)
        self.assert_served()

    def test_a_listener_without_a_free_descriptor_waits_for_one_and_serves_again(self):
        harness.need_no_sanitizer("its runtime looks at memory through descriptors of its own")
        self.om1.stop()
        self.om1.prefix = ("prlimit", f"--nofile={FEW}:{FEW}")
        self.om1.also(serve={"listen": [self.om1.address, f"127.0.0.3:{self.om1.port}"]})
        self.om1.serve()
        self.om1.prefix = ()
        held = [self.hold("idle", FEW)]
        held += [adversaries.Running(self, "hold", "holding", to=f"127.0.0.3:{self.om1.port}", how="idle", count=FEW)]
        self.om1.server.await_line("cannot accept")
        for each in held:
            each.stop()
        self.assert_served()
        told = self.om1.server.output().count(b"cannot accept")
        self.assertLess(told, 2 * LONGEST)  # at most once a second, for all its addresses together

    def test_half_open_handshakes_from_one_address_keep_nobody_out(self):
        self.hold("half-open", 200, **{"from": ELSEWHERE})
        self.assert_served()

    def test_dribbling_connections_from_many_addresses_keep_nobody_out(self):
        for number in range(2, 12):
            self.hold("dribble", 60, **{"from": f"127.0.0.{number}"})
        self.assert_served()

    def test_silent_peers_after_their_handshake_from_many_addresses_keep_nobody_out(self):
        for number in range(2, 7):
            self.hold("shaken", 110, **{"from": f"127.0.0.{number}"})
        self.assert_served()

    def test_silent_peers_after_their_handshake_keep_nobody_out(self):
        self.hold("shaken", 100, **{"from": ELSEWHERE})
        self.assert_served()


class Replays(AdversaryTest):
    def setUp(self):
        super().setUp()
        self.client, self.server = self.directory / "client.bytes", self.directory / "server.bytes"
        recorder = adversaries.Impostor(self, "record", to=self.om2.address, client=self.client, server=self.server)
        peers = self.om1.run_json("verify", "--peer", recorder.address)["peers"]
        # A relay that only passes bytes on changes nothing: the session is between om1 and om2.
        self.assertEqual([peer["result"] for peer in peers], ["agree"])
        recorder.await_line("recorded")

    def test_what_a_host_has_said_proves_nothing_when_it_is_said_again(self):
        before = self.acquaintances(self.om2)
        result = adversaries.attack("replay-client", to=self.om2.address, record=self.client)[0]
        self.assert_closed(result)
        self.assertEqual(self.acquaintances(self.om2), before)

    def test_what_a_host_has_answered_proves_nothing_when_it_is_said_again(self):
        impostor = adversaries.Impostor(self, "replay-server", record=self.server)
        peers = self.om1.run_json("verify", "--peer", impostor.address, expect=15)["peers"]
        self.assertIn(peers[0]["result"], ("unreachable", "incompatible"))


class Reflection(AdversaryTest):
    def test_a_host_that_is_led_to_itself_counts_nobody(self):
        mirror = adversaries.Impostor(self, "record", to=self.om1.address)
        before = self.acquaintances(self.om1)
        self.assertEqual(self.om1.run_json("verify", "--peer", mirror.address)["peers"], [])
        self.assertEqual(self.acquaintances(self.om1), before)

    def test_a_hosts_own_proof_sent_back_is_none(self):
        mirror = adversaries.Impostor(self, "answer", how="echo")
        peers = self.om1.run_json("verify", "--peer", mirror.address, expect=16)["peers"]
        self.assertEqual(peers[0]["result"], "untrusted")


class Middle(AdversaryTest):
    """A relay that terminates TLS on both sides and passes on every frame."""

    def test_two_hosts_that_agree_do_not_agree_through_him(self):
        middle = adversaries.Impostor(self, "middle", to=self.om2.address)
        before = {host: self.acquaintances(host) for host in (self.om1, self.om2)}
        peers = self.om1.run_json("verify", "--peer", middle.address, expect=14)["peers"]
        self.assertEqual([(peer["result"], peer["identity"]) for peer in peers], [("disagree", "unknown")])
        self.assertIn("asked agree", middle.stop())
        self.assertEqual({host: self.acquaintances(host) for host in before}, before)

    def test_he_is_not_trusted_at_the_address_of_a_host_that_is_known(self):
        self.om2.stop()
        middle = adversaries.Impostor(self, "middle", address=self.om2.address, to=self.om1.address)
        peers = self.om1.run_json("verify", expect=16)["peers"]
        self.assertEqual(peers[0]["result"], "untrusted")
        self.assertNotIn("answered agree", middle.stop())
        self.om1.run("gate", "--wait", "0s")

    def test_he_sees_no_ticket(self):
        middle = adversaries.Impostor(self, "middle", to=self.om1.address)
        om3 = self.host("om3")
        ticket = self.om1.run("invite", "--address", middle.address).line
        om3.run("join", "--ticket-file", "-", stdin=ticket, expect=16)
        self.assertFalse(om3.key_file.exists())
        self.assertNotIn("asked join", middle.stop())

    def test_he_receives_no_key_for_a_host_that_has_lost_it(self):
        self.om1.stop()
        middle = adversaries.Impostor(self, "middle", address=self.om1.address, to=self.om2.address)
        self.om2.key_file.unlink()
        self.om2.run("ensure", expect=11)
        self.assertNotIn("asked refetch", middle.stop())
        self.assertFalse(self.om2.key_file.exists())


class Liars(AdversaryTest):
    """An impostor that answers; its pin is unknown unless the test makes it known."""

    def lie(self, how, **options):
        return adversaries.Impostor(self, "answer", how=how, **options)

    def answer_to(self, liar, code):
        return self.om1.run_json("verify", "--peer", liar.address, expect=code)["peers"][0]

    def test_false_answers_have_their_own_results(self):
        expected = {
            "wrong-proof": (16, "untrusted"),
            "handover": (15, "incompatible"),
            "has-key": (15, "incompatible"),
            "garbage": (15, "incompatible"),
            "oversized": (15, "incompatible"),
            "escapes": (15, "incompatible"),
            "cut": (15, "unreachable"),
            "close": (15, "unreachable"),
        }
        for how, (code, result) in expected.items():
            with self.subTest(how):
                self.assertEqual(self.answer_to(self.lie(how), code)["result"], result)
        self.assert_served()

    def test_a_proof_that_nobody_asked_for_hides_no_other_answer(self):
        liar = self.lie("wrong-proof")
        om3 = self.host("om3", peers=[liar.address, self.om1.address])
        refused = om3.run("generate", expect=17)
        self.assertIn(self.om1.address, refused.err)
        self.assertFalse(om3.key_file.exists())

    def test_one_that_never_answers_costs_its_own_time_only(self):
        silent = self.lie("silence")
        self.om1.configure(peers=[self.om1.address, self.om2.address, silent.address])
        peers = {peer["address"]: peer["result"] for peer in self.om1.run_json("verify", "--wait", "2s", expect=15)["peers"]}
        self.assertEqual(peers, {self.om2.address: "agree", silent.address: "unreachable"})

    def test_a_strangers_name_address_standing_and_generation_move_nothing(self):
        fleet = self.om1.run_json("status")["key"]["fleet"]
        lies = {"name": "om2", "claimed_address": "evil.example.com:1", "standing": 2, "generation": 99, "fleet": fleet}
        # Two of a list of four: more than half of it would be evidence, because nobody was ever met there.
        liars = [self.lie("disagree", **lies) for _ in range(2)]
        self.om1.configure(peers=[self.om1.address, self.om2.address, *(liar.address for liar in liars)])
        before = self.acquaintances(self.om1)
        peers = self.om1.run_json("verify", expect=14)["peers"]
        results = sorted((peer["result"], peer["identity"]) for peer in peers)
        self.assertEqual(results, [("agree", "known")] + [("disagree", "unknown")] * 2)
        self.assertEqual(self.acquaintances(self.om1), before)
        self.assertTrue(self.om1.run_json("gate", "--wait", "0s")["gate"]["allowed"])
        after = self.om1.run_json("status", expect=None)["key"]
        self.assertEqual((after["fleet"], after["generation"], after["standing"]), (fleet, 1, "established"))

    def test_a_stranger_at_a_known_address_takes_its_place_in_nothing(self):
        self.om2.stop()
        before = self.acquaintances(self.om1)
        for how in ("disagree", "wrong-proof", "no-key"):
            with self.subTest(how):
                liar = self.lie(how, address=self.om2.address, name="om2", claimed_address=self.om2.address)
                self.om1.run("verify", expect=None)
                self.assertEqual(self.acquaintances(self.om1), before)
                self.om1.run("gate", "--wait", "0s")
                liar.stop()

    def test_an_asker_without_proof_is_a_number_and_nothing_more(self):
        before = self.acquaintances(self.om1)
        lies = {"name": "om2", "claimed_address": "evil.example.com:1", "generation": 99}
        self.assertEqual(self.attack("claim", **lies).what, "answered disagree")
        self.assertEqual(self.acquaintances(self.om1), before)
        self.om1.stop()
        self.assertEqual(self.roster(self.om1)["unknown_failures"], 1)

    def test_a_stranger_that_goes_on_proving_wrongly_is_refused_for_a_while_and_others_are_served(self):
        tries = adversaries.attack("claim", to=self.om1.address, times=200, **{"from": ELSEWHERE})
        answers = [each.what for each in tries]
        first = answers.index(BANNED)
        self.assertEqual(set(answers[:first]), {"answered disagree"})
        self.assertGreaterEqual(first, 120)
        # Slowly: the budget refills by one each second.
        self.assertLessEqual(answers.count("answered disagree"), 120 + sum(each.seconds for each in tries) + 1)
        # One of several, because the pause before them may have refilled it by one or two.
        more = adversaries.attack("claim", to=self.om1.address, times=10, **{"from": ELSEWHERE})
        self.assertIn(BANNED, [each.what for each in more])
        self.assertEqual(self.attack("claim", **{"from": "127.0.0.3"}).what, "answered disagree")
        self.assert_served()

    def test_a_host_that_is_known_is_told_each_time_that_it_disagrees(self):
        self.om2.replace_key(self.fresh_key())
        adversaries.attack("claim", to=self.om1.address, times=130)
        self.assertEqual(self.om2.verify(expect=14)[self.om1.address]["result"], "disagree")

    def test_one_that_closes_without_an_answer_is_told_as_that(self):
        for how in ("close", "cut"):
            with self.subTest(how):
                liar = self.lie(how)
                outcome = self.om1.run("verify", "--peer", liar.address, expect=15)
                self.assertIn("it closed the connection without an answer", outcome.out + outcome.err)
                self.assertNotIn("End of file", outcome.out + outcome.err)

    def test_a_refetch_by_a_stranger_is_refused(self):
        self.assertEqual(self.attack("refetch", name="om2").what, NOT_A_MEMBER)

    def test_what_a_liar_says_reaches_no_terminal_as_it_is(self):
        liar = self.lie("escapes")
        outcome = self.om1.run("verify", "--peer", liar.address, expect=15)
        self.assertNotIn(b"\x1b", outcome.stdout + outcome.stderr)

    def test_a_known_host_that_lies_about_a_handover_gives_no_key(self):
        pin_file = self.directory / "impostor.pem"
        pin = adversaries.identity(pin_file)
        self.om2.stop()
        self.om1.stop()
        liar = self.lie("handover", identity=pin_file)
        self.om2.run("peers", "add", liar.address, "--pin", pin)
        lost = self.om2.key()
        self.om2.key_file.unlink()
        self.om2.run("ensure", expect=11)
        self.assertFalse(self.om2.key_file.exists())
        self.watch(lost)


class Tickets(AdversaryTest):
    def test_five_wrong_secrets_ban_the_guesser_and_not_the_ticket(self):
        ticket = self.ticket_file(self.om1)
        guesser = self.directory / "guesser.pem"
        adversaries.identity(guesser)
        common = {"to": self.om1.address, "ticket": ticket}
        guesses = adversaries.attack("redeem", secret="wrong", times=7, identity=guesser, **{"from": ELSEWHERE}, **common)
        self.assertEqual([guess.what for guess in guesses], [UNKNOWN_TICKET] * 5 + [BANNED] * 2)
        again = {"the pin": {"identity": guesser, "from": "127.0.0.3"}, "the address": {"from": ELSEWHERE}}
        for which, options in again.items():
            with self.subTest(which):
                self.assertEqual(adversaries.attack("redeem", **options, **common)[0].what, BANNED)
        om3 = self.host("om3")
        om3.run("join", "--ticket-file", ticket)
        self.assertEqual(om3.key(), self.om1.key())

    def test_a_spent_ticket_gives_nothing_to_another_host(self):
        ticket = self.ticket_file(self.om1)
        om3, om4 = self.host("om3"), self.host("om4")
        om3.run("join", "--ticket-file", ticket)
        refused = om4.run("join", "--ticket-file", ticket, expect=16)
        self.assertIn("used", refused.err)
        self.assertFalse(om4.key_file.exists())

    def test_an_expired_ticket_gives_nothing(self):
        ticket = self.ticket_file(self.om1, "--ttl", "1s")
        expired = time.time() + 2
        while time.time() < expired:
            time.sleep(0.05)
        om3 = self.host("om3")
        refused = om3.run("join", "--ticket-file", ticket, expect=16)
        self.assertIn("expired", refused.err)
        self.assertFalse(om3.key_file.exists())

    def test_another_fleets_ticket_gives_nothing_here(self):
        stranger = self.host("stranger")
        stranger.run("generate")
        ticket = self.ticket_file(stranger, "--address", self.om1.address)
        self.assertEqual(self.attack("redeem", ticket=ticket).what, UNKNOWN_TICKET)
        om3 = self.host("om3")
        om3.run("join", "--ticket-file", ticket, expect=16)
        self.assertFalse(om3.key_file.exists())


class FormerMembers(AdversaryTest):
    def test_a_removed_member_gets_no_key_again(self):
        pin = self.om2.run_json("identity")["identity"]["pin"]
        self.om1.run("peers", "remove", pin)
        self.watch(self.om2.key())
        self.om2.key_file.unlink()
        refused = self.om2.run("ensure", expect=11)
        self.assertIn("removed", refused.err)
        self.assertFalse(self.om2.key_file.exists())

    def test_a_removed_member_that_still_has_the_key_stays_removed(self):
        pin = self.om2.run_json("identity")["identity"]["pin"]
        self.om1.run("peers", "remove", pin)
        self.om2.run("verify", expect=16)
        self.assertNotIn(pin, [peer["pin"] for peer in self.om1.run_json("peers", "list")["roster"]])

    def test_a_drifted_member_makes_no_ticket(self):
        self.om2.key_file.write_bytes(os.urandom(24))
        outcome = self.om2.run("invite", expect=14)
        self.assertEqual(outcome.out, "")

    def test_a_drifted_member_hands_out_nothing_for_a_ticket_it_made_before(self):
        ticket = self.ticket_file(self.om2)
        self.om2.key_file.write_bytes(self.fresh_key())
        self.om2.server.await_start(2)
        om3 = self.host("om3")
        om3.run("join", "--ticket-file", ticket, expect=16)
        self.assertFalse(om3.key_file.exists())


if __name__ == "__main__":
    harness.main()
