# SPDX-License-Identifier: ISC
"""`join` succeeds when the host that made the ticket has proved the key, and by nobody else's word."""

import harness
from harness import peers, protocol


class InviterTest(harness.StoryTest):
    """An inviter that hands its key over. What it answers afterwards is set by the test."""

    def setUp(self):
        peers.need_openssl()
        super().setUp()
        # Another host with that key agrees, and the inviter names it.
        self.neighbour = self.host("om2")
        self.key = self.fresh_key()
        self.neighbour.put_key(self.key)
        self.neighbour.run("ensure", "--keep")
        self.neighbour.serve()
        self.claim = protocol.Claim(bytes.fromhex(self.neighbour.fleet_id()), 1, protocol.ESTABLISHED, "om1", "")
        self.inviter = peers.Member(peers.Identity("om1"), self.key)
        pin = bytes.fromhex(self.neighbour.run_json("identity")["identity"]["pin"])
        self.inviter.neighbours = (protocol.Neighbour(pin, "om2", self.neighbour.address),)
        self.lie = None
        self.listener = peers.Listener(self, self.inviter, self.answer)
        self.inviter.claim = protocol.Claim(self.claim.fleet, 1, protocol.ESTABLISHED, "om1", self.listener.address)
        self.ticket = self.inviter.ticket(self.listener.address).encode()
        self.om3 = self.host("om3")

    def answer(self, channel, request):
        if isinstance(request, protocol.Agree) and self.lie:
            return self.lie(channel, request)
        return self.inviter.answer(channel, request)

    def join(self, *arguments, expect):
        return self.om3.run("join", "--ticket-file", "-", *arguments, stdin=self.ticket, expect=expect)

    def assert_key_stays(self):
        self.assertEqual(self.om3.key(), self.key)
        self.assertEqual(self.om3.record()["fleet"], self.claim.fleet.hex())

    def assert_finished_by_the_same_ticket(self):
        self.lie = None
        outcome = self.join(expect=0)
        self.assertIn("om1", outcome.out)
        self.assert_key_stays()
        self.assertEqual(self.om3.displaced_keys(), [])
        self.assertEqual(self.om3.verify()[self.listener.address]["result"], "agree")


class Inviters(InviterTest):
    def test_one_that_proves_the_key_ends_it_with_success(self):
        outcome = self.join(expect=0)
        self.assertIn(f"om1 ({self.listener.address}): agree", outcome.out)
        self.assert_key_stays()

    def test_one_that_disagrees_afterwards_ends_it_with_17_whatever_others_say(self):
        self.lie = lambda _channel, _request: protocol.Disagree(protocol.ESTABLISHED, self.inviter.claim)
        for _ in range(2):
            outcome = self.join(expect=17)
            self.assert_key_stays()
        self.assertRegex(self.om3.run("verify", expect=None).out, r"(?m)^om2 .* agree ")
        self.assertIn(self.om3.shown(self.om3.key_file), outcome.err + outcome.out)
        self.assert_finished_by_the_same_ticket()

    def test_one_that_does_not_answer_afterwards_ends_it_with_15_whatever_others_say(self):
        self.lie = lambda _channel, _request: None
        for _ in range(2):
            outcome = self.join(expect=15)
            self.assertRegex(outcome.out, r"(?m)^om2 \(.*\): agree")
            self.assert_key_stays()
        self.assertIn("genkey-agent verify", outcome.err)
        self.assert_finished_by_the_same_ticket()

    def test_one_that_says_it_has_lost_its_key_ends_it_with_15(self):
        self.lie = lambda _channel, _request: protocol.NoKey()
        self.join(expect=15)
        self.assert_key_stays()
        self.assert_finished_by_the_same_ticket()

    def test_one_that_claims_a_false_proof_ends_it_with_15(self):
        self.lie = lambda _channel, _request: protocol.AgreeReply(self.inviter.claim, bytes(32))
        self.join(expect=15)
        self.assert_finished_by_the_same_ticket()

    def test_somebody_else_at_its_address_proves_nothing_for_it(self):
        self.lie = lambda _channel, _request: None
        self.join(expect=15)
        self.listener.close()
        other = peers.Member(peers.Identity("other"), self.key, self.inviter.claim)
        again = peers.Listener(self, other, address=self.listener.address)
        self.join(expect=16)
        again.close()
        self.assert_key_stays()


if __name__ == "__main__":
    harness.main()
