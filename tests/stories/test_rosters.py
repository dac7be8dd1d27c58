# SPDX-License-Identifier: ISC
"""The roster's files: those of version 0.1 are carried over, and a newcomer costs one small write."""

import json
import os
import pathlib
import time

import harness
from harness import peers, protocol

AGREES = ("agree", "known")


class RosterTest(harness.StoryTest):
    def path(self, host):
        return host.state_dir / "agent" / "roster.json"

    def load(self, host):
        return json.loads(self.path(host).read_text(encoding="utf-8"))

    def save(self, host, roster):
        # Owner and mode of the file stay.
        self.path(host).write_text(json.dumps(roster), encoding="utf-8")

    def acquaintances(self, host):
        return {peer["pin"]: peer["acquaintance"] for peer in host.run_json("peers", "list")["roster"]}


class Version01(RosterTest):
    """One address for each peer, how it became known instead of who introduced it, and removals in the same file."""

    def entry(self, word, address, pin=None, **differences):
        known = {"acquaintance": word, "address": address, "epoch": "", "last_result": "", "name": "om9", "seen": 0}
        return {**known, "pin": pin or os.urandom(32).hex(), **differences}

    def carry_back(self, host, *more, addresses=(), removed=()):
        """Writes the host's roster as version 0.1 would have; every peer that it knows had proved the key."""
        host.stop()
        entries = [
            self.entry("proved", peer["addresses"][0], peer["pin"], epoch=peer["epoch"], last_result="agree",
                       name=peer["name"], seen=peer["seen"], claim=peer["claim"])
            for peer in self.load(host)["peers"]
        ]
        removals = [{"name": name, "pin": pin, "when": int(time.time())} for name, pin in removed]
        self.save(host, {"addresses": list(addresses), "last_verify": int(time.time()) - 60, "peers": [*entries, *more],
                         "removed": removals, "schema": "genkey-agent/roster/1", "unknown_failures": 3})
        host.serve()

    def test_each_peer_is_introduced_by_what_its_entry_says_and_by_the_configuration(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        pins = {address: answer["pin"] for address, answer in om1.verify().items()}
        om1.configure(peers=[om2.address, "127.0.0.1:7"])
        entries = {
            "ticket": self.entry("joined", "127.0.0.1:5"),
            "pinned": self.entry("pinned", "127.0.0.1:6"),
            "configured": self.entry("told", "127.0.0.1:7"),
            "itself": self.entry("told", "127.0.0.1:8"),
        }
        added = self.entry("proved", "127.0.0.1:9")
        self.carry_back(om1, *entries.values(), added, addresses=["127.0.0.1:9"])
        expected = {entry["pin"]: introduced_by for introduced_by, entry in entries.items()}
        expected |= {added["pin"]: "configured", pins[om2.address]: "configured", pins[om3.address]: "itself"}
        self.assertEqual(self.acquaintances(om1), expected)
        om1.verify(om2)  # the roster is written in the present format
        self.assertEqual(self.acquaintances(om1), expected)
        self.assertEqual(self.load(om1)["schema"], "genkey-agent/roster/2")

    def test_a_fleet_goes_on_as_before(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        for host in (om1, om2, om3):
            self.carry_back(host)
        for host in (om1, om2, om3):
            self.assertIn("agrees with 2 of 2 peers", host.run("status", expect=None).out)
            self.assertEqual({(peer["result"], peer["identity"]) for peer in host.verify().values()}, {AGREES})
            self.assertEqual(host.run_json("status")["status"]["unknown_failures"], 3)
            host.gate("--policy", "strict")
        om2.lose_key()
        with om2.restarting():
            om2.run("ensure")
        self.assertEqual(om2.key(), om1.key())

    def test_a_peer_that_nobody_listed_is_asked_and_counts_for_no_majority(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        om1.configure(peers=[om2.address])
        self.carry_back(om1)
        answers = om1.verify()
        self.assertEqual((answers[om3.address]["result"], answers[om3.address]["acquaintance"]), ("agree", "itself"))
        self.assertIn(om3.address, om1.run("status").told)
        om3.stop()
        om1.gate("--policy", "strict")
        om1.run("verify")

    def test_removals_stay_in_force(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        pin = om1.verify()[om3.address]["pin"]
        om1.configure(peers=[om2.address])
        self.carry_back(om1, removed=[("om3", pin)])
        # In version 0.1 a removed peer was not among the others.
        roster = self.load(om1)
        roster["peers"] = [peer for peer in roster["peers"] if peer["pin"] != pin]
        self.save(om1, roster)
        om1.serve_again()
        for _ in range(2):
            self.assertEqual(om3.verify(om1, expect=16)[om1.address]["result"], "untrusted")
            self.assertEqual(om1.verify(om3, expect=10)[om3.address]["result"], "removed")
        self.assertEqual(self.load(om1)["schema"], "genkey-agent/roster/2")
        # Damage to the roster does not lift it any more.
        self.path(om1).write_text("", encoding="utf-8")
        self.assertEqual(om3.verify(om1, expect=16)[om1.address]["result"], "untrusted")


class Newcomers(RosterTest):
    """Hosts that prove the key to the listener, under a pin of their own each."""

    def setUp(self):
        peers.need_openssl()
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")
        self.fleet = bytes.fromhex(self.om1.fleet_id())

    def come(self, number):
        claim = protocol.Claim(self.fleet, 1, protocol.ESTABLISHED, "newcomer", f"127.0.0.1:{number + 1}")
        with peers.connect(peers.Identity("newcomer"), self.om1.address) as channel:
            self.assertTrue(channel.prove(self.om1.key(), claim)[1])

    def know(self, count):
        """Fills the roster with peers that came before."""
        self.om1.run("peers", "add", "127.0.0.1:9", "--pin", os.urandom(32).hex())
        roster = self.load(self.om1)
        (first,) = (peer for peer in roster["peers"] if peer["addresses"] == ["127.0.0.1:9"])
        first = {**first, "addresses": [], "acquaintance": "itself", "name": "newcomer", "seen": int(time.time())}
        roster["peers"] = [{**first, "pin": os.urandom(32).hex(), "claimed": f"127.9.{at // 250}.{at % 250}:1"}
                           for at in range(count)]
        self.save(self.om1, roster)

    def written_by(self, pid):
        """Calls and bytes that a process has written to files."""
        text = pathlib.Path(f"/proc/{pid}/io").read_text(encoding="utf-8")
        counted = dict(line.split(": ") for line in text.splitlines())
        return int(counted["syscw"]), int(counted["wchar"])

    def cost_of_newcomers(self, known):
        self.know(known)
        self.om1.serve()
        self.come(1000)
        before, file = self.written_by(self.om1.server.pid), harness.seen_of(self.path(self.om1))
        for number in range(10):
            self.come(number)
        after = self.written_by(self.om1.server.pid)
        self.assertEqual(harness.seen_of(self.path(self.om1)), file, "the whole roster was written")
        self.assertEqual(len(self.acquaintances(self.om1)), known + 11)
        self.om1.stop()
        return after[0] - before[0], after[1] - before[1]

    def test_one_costs_the_same_write_with_ten_and_with_four_thousand_known(self):
        few, many = self.cost_of_newcomers(10), self.cost_of_newcomers(4000)
        print(f"ten newcomers: {few} calls and bytes with 10 known, {many} with 4000", flush=True)
        self.assertEqual(many[0], few[0])
        self.assertLess(abs(many[1] - few[1]), 100)
        self.assertLess(many[1], 10 * 1024)

    def test_four_thousand_are_kept_and_the_next_push_out_no_host_that_somebody_named(self):
        pinned = os.urandom(32).hex()
        self.know(4095)
        self.om1.run("peers", "add", "127.0.0.1:9", "--pin", pinned)
        self.om1.serve()
        for number in range(5):
            self.come(number)
        known = self.acquaintances(self.om1)
        self.assertEqual((len(known), known[pinned]), (4096, "pinned"))
        self.assertEqual(sum(word == "itself" for word in known.values()), 4095)


if __name__ == "__main__":
    harness.main()
