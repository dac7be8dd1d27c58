# SPDX-License-Identifier: ISC
"""A command that asks peers ends when its wait is over, and two seconds later at most, however many of them are silent."""

import collections
import json
import os
import resource
import signal
import threading
import time

import harness
from harness import peers, protocol, strangers

WAIT = 1
MOST_MORE = 2
# Under a sanitizer the program itself is slower than its waits.
SANITIZED = bool(os.environ.get("GENKEY_SANITIZERS"))
NOT_ASKED = "not asked in time"


class DeadlineTest(harness.StoryTest):
    def silent(self, count):
        """Addresses at which somebody accepts and says nothing."""
        port = strangers.TalkingServer(self, host="0.0.0.0").address.rpartition(":")[2]
        return [f"127.1.{number // 250}.{number % 250 + 1}:{port}" for number in range(count)]

    def assert_in_time(self, host, *words, expect):
        begun, worked = time.monotonic(), self.work_of_children()
        outcome = host.run(*words, "--wait", f"{WAIT}s", expect=expect)
        lasted, worked = time.monotonic() - begun, self.work_of_children() - worked
        print(f"{words[0]} with {len(host.settings['peers'])} peers: {lasted:.1f} s, {worked:.1f} s of work", flush=True)
        # Work takes longer on a machine that has other work. Waiting does not.
        if not SANITIZED:
            self.assertLess(lasted, WAIT + MOST_MORE + 6 * worked)
        self.worked = worked
        return outcome

    @staticmethod
    def work_of_children():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime


class SilentPeers(DeadlineTest):
    def host_beside(self, count):
        if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 2 * count + 100:
            harness.skip(f"needs {2 * count} descriptors")
        om1 = self.host("om1")
        om1.run("generate")
        om1.configure(peers=self.silent(count))
        return om1

    def assert_all_in_time(self, count):
        om1 = self.host_beside(count)
        self.assert_in_time(om1, "gate", expect=0)
        said = self.assert_in_time(om1, "verify", "--json", expect=15).json["peers"]
        self.assertEqual(len(said), count)
        self.assertEqual({peer["result"] for peer in said}, {"unreachable"})
        om1.key_file.unlink()
        self.assert_in_time(om1, "ensure", expect=11)
        return said

    def test_one(self):
        self.assert_all_in_time(1)

    def test_as_many_as_are_asked_at_once(self):
        said = self.assert_all_in_time(64)
        self.assertNotIn(NOT_ASKED, {peer["detail"] for peer in said})

    def test_a_thousand_of_whom_those_not_reached_are_told_as_that(self):
        said = self.assert_all_in_time(1000)
        details = collections.Counter(peer["detail"] for peer in said)
        # A slow machine may not even have connected to all of them.
        self.assertLessEqual(set(details), {NOT_ASKED, "no answer in time", "no connection in time"})
        self.assertLessEqual(details["no answer in time"], 64)
        self.assertGreater(details[NOT_ASKED], 500)

    def test_the_most_that_a_roster_holds(self):
        om1 = self.host_beside(4096)
        said = self.assert_in_time(om1, "verify", "--json", expect=15).json["peers"]
        self.assertEqual(len(said), 4096)
        self.assert_in_time(om1, "gate", expect=0)

    def test_the_most_that_a_roster_holds_when_all_have_been_met(self):
        om1 = self.host_beside(4096)
        self.assert_in_time(om1, "verify", expect=15)
        work_for_strangers = self.worked
        file = om1.state_dir / "agent" / "roster.json"
        roster, addresses = json.loads(file.read_text(encoding="utf-8")), om1.settings["peers"]
        met = {"acquaintance": "configured", "claimed": "", "epoch": om1.record()["epoch"], "seen": int(time.time())}
        roster["unmet"] = []
        roster["peers"] = [
            {**met, "pin": os.urandom(32).hex(), "name": f"om{number}", "addresses": [address]}
            for number, address in enumerate(addresses)
        ]
        file.write_text(json.dumps(roster), encoding="utf-8")
        said = self.assert_in_time(om1, "verify", "--json", expect=15).json["peers"]
        self.assertEqual(len(said), 4096)
        # A known peer is found without a look at each of the others.
        self.assertLess(self.worked, 2 * work_for_strangers)
        self.assert_in_time(om1, "gate", expect=0)
        self.assertEqual(len(om1.run_json("status", expect=15)["peers"]), 4096)

    def test_silent_ones_do_not_hide_the_one_that_answers(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.configure(peers=[*self.silent(63), om2.address])
        said = self.assert_in_time(om1, "verify", "--json", expect=15).json["peers"]
        self.assertEqual([peer["name"] for peer in said if peer["result"] == "agree"], ["om2"])


class Fetching(DeadlineTest):
    def test_a_silent_host_that_the_giver_names_does_not_prolong_the_wait(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        os.kill(om3.server.pid, signal.SIGSTOP)
        self.addCleanup(os.kill, om3.server.pid, signal.SIGCONT)
        om2.configure(peers=[om1.address])
        om2.stop()
        om2.key_file.unlink()
        self.assert_in_time(om2, "ensure", expect=0)
        self.assertEqual(om2.key(), om1.key())


class Strangers(DeadlineTest):
    """While a host waits for its key, somebody unknown says that it has one."""

    def setUp(self):
        peers.need_openssl()
        super().setUp()

    def stranger(self, address="127.0.0.1:0"):
        claim = protocol.Claim(os.urandom(16), 1, protocol.ESTABLISHED, "om9", "127.0.0.1:9")
        return peers.Listener(self, peers.Member(peers.Identity("om9"), self.fresh_key(), claim), address=address)

    def assert_waits_for_the_peer(self, om1, om2, stranger):
        """om1 comes up three seconds after om2 began to wait for its key."""
        om2.stop()
        om2.key_file.unlink()
        waiting = om2.start("ensure", "--wait", "60s")
        begun = time.monotonic()
        while not stranger.asked or time.monotonic() - begun < 3:
            self.assertIsNone(waiting.poll(), "it gave up")
            time.sleep(0.05)
        om1.serve()
        self.assertEqual(waiting.wait(harness.TIME_LIMIT), 0)
        self.assertLess(time.monotonic() - begun, 40)
        self.assertEqual(om2.key(), om1.key())

    def test_one_at_a_configured_address_ends_no_wait(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.stop()
        stranger = self.stranger()
        om2.configure(peers=[stranger.address, om1.address])
        self.assert_waits_for_the_peer(om1, om2, stranger)

    def test_one_at_the_address_of_another_peer_ends_no_wait(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        for host in (om1, om3):
            host.stop()
        stranger = self.stranger(om3.address)
        self.assert_waits_for_the_peer(om1, om2, stranger)
        self.assertNotIn(protocol.Refetch, map(type, stranger.asked))

    def test_one_that_hangs_when_it_is_asked_leaves_time_for_the_peer(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        stranger, over = self.stranger(), threading.Event()
        self.addCleanup(over.set)

        def hang(channel, request):
            if isinstance(request, protocol.Refetch):
                over.wait(harness.TIME_LIMIT)
            return stranger.member.answer(channel, request)

        stranger.answer = hang
        om2.configure(peers=[stranger.address, om1.address])
        om2.stop()
        om2.key_file.unlink()
        om2.run("ensure")
        self.assertEqual(om2.key(), om1.key())
        self.assertIn(protocol.Refetch, map(type, stranger.asked))

    def test_the_end_of_the_wait_is_kept_with_it(self):
        om1 = self.host("om1")
        om1.run("generate")
        om1.configure(peers=[self.stranger().address, *self.silent(64)])
        om1.key_file.unlink()
        self.assert_in_time(om1, "ensure", expect=11)


if __name__ == "__main__":
    harness.main()
