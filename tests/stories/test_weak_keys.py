# SPDX-License-Identifier: ISC
"""A key that is weak by its bytes could be found by whoever receives a proof of it. Only hosts that somebody vouched for
receive one, on both sides, and people are told how to vouch."""

import os

import re

import harness
from harness import peers, protocol

WEAK = b"a" * 24


class WeakKeys(harness.StoryTest):
    def with_weak_key(self, *names):
        hosts = [self.host(name) for name in names]
        for host in hosts:
            host.run("import", "--allow-weak", self.key_source(WEAK, f"{host.name}.weak"))
            host.serve()
        return hosts

    def test_two_hosts_that_nobody_introduced_are_told_both_commands_and_agree_once_both_were_obeyed(self):
        om1, om2 = self.with_weak_key("om1", "om2")
        for host, other in ((om1, om2), (om2, om1)):
            host.also(peers=[other.address])
        said = om1.run("verify", expect=16)
        (there,) = re.findall(rf"on {om2.address}:\n    genkey-agent (.*)", said.err)
        om2.run(*om2.words_of(there))
        # om2 knows om1 now, and om1 does not know om2 yet.
        self.assertEqual(om1.verify(expect=16)[om2.address]["result"], "untrusted")
        self.assertEqual(om2.verify(expect=16)[om1.address]["result"], "untrusted")
        om1.run_advice(said, f"peers add {om2.address}")
        self.assertEqual(om1.verify()[om2.address]["result"], "agree")
        self.assertEqual(om2.verify()[om1.address]["result"], "agree")
        for host in (om1, om2):
            host.gate("--policy", "strict")

    def test_hosts_that_joined_by_ticket_agree_without_further_ado(self):
        (om1,) = self.with_weak_key("om1")
        om2 = self.host("om2", peers=[om1.address])
        om1.also(peers=[om2.address])
        om2.run("join", "--ticket-file", "-", stdin=om1.run("invite").line)
        om2.serve()
        self.assertEqual(om2.verify()[om1.address]["result"], "agree")
        self.assertEqual(om1.verify()[om2.address]["result"], "agree")

    def test_a_stranger_that_asks_learns_nothing_by_which_to_try_keys(self):
        peers.need_openssl()
        (om1,) = self.with_weak_key("om1")
        claim = protocol.Claim(bytes.fromhex(om1.fleet_id()), name="om9", address="127.0.0.1:9")
        said = []
        for key in (WEAK, b"b" * 24, os.urandom(24)):
            with peers.connect(peers.Identity("om9"), om1.address) as channel:
                said.append(channel.prove(key, claim)[0])
        self.assertEqual(said, [protocol.Refused(protocol.NOT_A_MEMBER)] * 3)

    def test_a_stranger_that_is_asked_is_sent_no_proof(self):
        peers.need_openssl()
        (om1,) = self.with_weak_key("om1")
        member = peers.Member(peers.Identity("om9"), WEAK, protocol.Claim(bytes(16)))
        listener = peers.Listener(self, member)
        om1.also(peers=[listener.address])
        om1.gate()
        self.assertEqual(om1.verify(expect=16)[listener.address]["result"], "untrusted")
        self.assertEqual([request for request in listener.asked if isinstance(request, protocol.Agree)], [])

    def test_an_address_that_a_person_named_vouches_for_nobody(self):
        # Whoever takes the address over would be vouched for too.
        om1, om2 = self.with_weak_key("om1", "om2")
        om1.run("peers", "add", om2.address)
        self.assertEqual(om1.verify(expect=16)[om2.address]["result"], "untrusted")


if __name__ == "__main__":
    harness.main()
