# SPDX-License-Identifier: ISC
"""Fleets that existed before genkey-agent: somebody copied the key to each host by hand."""

import os
import random

import harness

SEED = int(os.environ.get("GENKEY_TEST_SEED", random.SystemRandom().randrange(2**32)))


class Brownfield(harness.StoryTest):
    def setUp(self):
        super().setUp()
        print(f"(order by GENKEY_TEST_SEED={SEED}) ", end="", flush=True)
        self.random = random.Random(SEED)

    def shuffled(self, hosts):
        return self.random.sample(hosts, len(hosts))

    def adopting(self, names, key, mode=0o600, others=()):
        """Hosts that each adopted this key alone. All serve, and each lists all of them as peers."""
        hosts = [self.host(name) for name in names]
        for host in hosts:
            host.configure(peers=[each.address for each in (*hosts, *others)])
            host.put_key(key, mode)
        return hosts


class HandCopied(Brownfield):
    def five_and_a_sixth(self):
        sixth = self.host("sixth")
        hosts = self.adopting([f"om{number}" for number in range(1, 6)], self.fresh_key(), others=[sixth])
        sixth.configure(peers=hosts[0].settings["peers"])
        sixth.put_key(self.fresh_key())
        for host in self.shuffled([*hosts, sixth]):
            self.assertTrue(host.run_json("ensure")["changed"])
        for host in (*hosts, sixth):
            host.serve()
        return hosts, sixth

    def test_each_adopts_the_key_alone_and_touches_no_key_file(self):
        hosts = self.adopting([f"om{number}" for number in range(1, 6)], self.fresh_key())
        before = [host.key_file.stat() for host in hosts]
        for host in self.shuffled(hosts):
            self.assertEqual(host.run_json("ensure")["key"]["origin"], "adopted")
        self.assertEqual([host.key_file.stat().st_mtime_ns for host in hosts], [facts.st_mtime_ns for facts in before])
        self.assertEqual([host.key_file.stat().st_ino for host in hosts], [facts.st_ino for facts in before])
        self.assertEqual(len({host.fleet_id() for host in hosts}), 5)
        self.assertEqual({host.standing() for host in hosts}, {"provisional"})

    def test_they_become_one_fleet_in_whatever_order_they_verify(self):
        hosts = self.adopting([f"om{number}" for number in range(1, 6)], self.fresh_key())
        for host in self.shuffled(hosts):
            host.run("ensure")
        smallest = min(host.fleet_id() for host in hosts)
        for host in hosts:
            host.serve()
        for host in self.shuffled(hosts):
            answers = host.verify()
            self.assertEqual([answer["result"] for answer in answers.values()], ["agree"] * 4)
        self.assertEqual({host.fleet_id() for host in hosts}, {smallest})
        self.assertEqual({host.standing() for host in hosts}, {"established"})

    def test_one_that_asks_establishes_all_and_each_joins_the_fleet_when_it_asks(self):
        hosts = self.adopting(["om1", "om2", "om3"], self.fresh_key())
        for host in hosts:
            host.run("ensure")
            host.serve()
        # A listener only writes down what a peer claims, and the next command of root applies it. Who introduced itself
        # establishes the key. The fleet's name is taken only from hosts that this host has met itself.
        asking = self.shuffled(hosts)[0]
        asking.verify()
        for host in self.shuffled(hosts):
            host.run("ensure")
        self.assertEqual({host.standing() for host in hosts}, {"established"})
        for _ in range(2):
            for host in self.shuffled(hosts):
                host.verify()
        self.assertEqual(len({host.fleet_id() for host in hosts}), 1)

    def test_a_sixth_with_a_key_of_its_own_is_told_so_and_alone_refused(self):
        hosts, sixth = self.five_and_a_sixth()
        for host in self.shuffled([*hosts, sixth]):
            host.run("gate", "--wait", "0s", expect=14 if host is sixth else 0)
        answers = sixth.verify(expect=14)
        self.assertEqual({answer["result"] for answer in answers.values()}, {"disagree"})
        said = sixth.run("gate", "--wait", "0s", expect=14)
        self.assertIn("genkey-agent join", said.err)
        for host in self.shuffled(hosts):
            self.assertEqual(host.verify(expect=14)[sixth.address]["result"], "disagree")
            self.assertIn("Ops Manager may start", host.gate().out)

    def test_the_sixth_joins_the_others_and_keeps_what_it_had(self):
        hosts, sixth = self.five_and_a_sixth()
        own = sixth.key()
        hosts[0].verify(expect=14)
        hosts[0].serve_again()
        ticket = hosts[0].run("invite").line
        said = sixth.run("join", "--ticket-file", "-", stdin=ticket, expect=17)
        self.assertIn(f"--confirm {sixth.fleet_id()}", said.err)
        self.assertEqual(sixth.key(), own)
        with sixth.restarting():
            sixth.run("join", "--ticket-file", "-", "--displace", "--confirm", sixth.fleet_id(), stdin=ticket)
        self.assertEqual(sixth.displaced_keys(), [own])
        for host in (*hosts, sixth):
            host.gate()


class Flawed(Brownfield):
    """Flawed keys of real fleets are reported and kept: an outage would be worse."""

    def test_a_weak_printable_key_keeps_starting_and_is_told_each_time(self):
        key = b"notasecret-notasecret-24"
        hosts = self.adopting(["om1", "om2"], key)
        for host in hosts:
            self.assertIn("weak", host.run("ensure").err)
            host.serve()
        for host in hosts:
            outcome = host.gate()
            self.assertIn("Ops Manager may start", outcome.out)
            self.assertIn("this fleet's key is weak", outcome.err)
            self.assertTrue(host.run_json("status", expect=None)["key"]["weakness"])

    def test_a_weak_key_is_proved_only_to_peers_that_are_known_by_their_pin(self):
        key = b"notasecret-notasecret-24"
        om1, om2 = self.adopting(["om1", "om2"], key)
        for host in (om1, om2):
            host.run("ensure")
            host.serve()
        answer = om1.verify(expect=16)[om2.address]
        self.assertEqual(answer["result"], "untrusted")
        self.assertIn("weak", answer["detail"])
        for host, other in ((om1, om2), (om2, om1)):
            pin = other.run_json("identity")["identity"]["pin"]
            host.run("peers", "add", other.address, "--pin", pin)
        self.assertEqual(om1.verify()[om2.address]["result"], "agree")

    def test_a_file_that_its_group_may_read_keeps_starting_and_is_told_each_time(self):
        (om1,) = self.adopting(["om1"], self.fresh_key(), mode=0o640)
        for _ in range(2):
            ensured = om1.run("ensure", expect=10)
            self.assertIn(om1.shown(om1.key_file), ensured.err)
            self.assertIn("0640", ensured.err)
            gate = om1.gate()
            self.assertIn("0640", gate.err)
            self.assertIn(f"chmod 600 {om1.shown(om1.key_file)}", gate.err)
        self.assertEqual(om1.key_file.stat().st_mode & 0o7777, 0o640)
        om1.run("audit", "--fix")
        self.assertEqual(om1.key_file.stat().st_mode & 0o7777, 0o600)
        om1.run("ensure")


if __name__ == "__main__":
    harness.main()
