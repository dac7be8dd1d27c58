# SPDX-License-Identifier: ISC
"""`peers remove` takes one host out, with its addresses, until a person takes it back. It costs nobody else anything."""

import shutil

import re

import harness


class RemovalTest(harness.StoryTest):
    def pin_of(self, host):
        return host.run_json("identity")["identity"]["pin"]

    def results(self, host, expect=0):
        return {peer["name"]: peer["result"] for peer in host.run_json("verify", expect=expect)["peers"]}

    def names(self, host):
        return sorted(peer["name"] for peer in host.run_json("peers", "list")["roster"])

    def unlist(self, host, *removed):
        """Takes these hosts out of the host's configuration."""
        gone = {each.address for each in removed}
        host.also(peers=[each for each in host.settings["peers"] if each not in gone])


class Naming(RemovalTest):
    def namesakes(self):
        """Three hosts of one name, which a fourth knows."""
        hosts = self.fleet("om1", "om2", "om3", "om4")
        for host in hosts[1:]:
            host.also(name="localhost")
        return self.establish(hosts)

    def test_a_name_of_several_hosts_removes_none_and_is_answered_with_the_command_for_each(self):
        om1, *others = self.namesakes()
        outcome = om1.run("peers", "remove", "localhost", expect=2)
        lines = dict(re.findall(r"for the one at (\S+):\n +(.*peers remove.*)", outcome.err))
        self.assertEqual(set(lines), {host.address for host in others})
        self.assertEqual(self.names(om1), ["localhost"] * 3)
        om1.run_pasted(lines[others[1].address])
        self.assertEqual({peer["address"] for peer in om1.run_json("peers", "list")["roster"]},
                         {others[0].address, others[2].address})

    def test_a_dry_run_with_such_a_name_says_the_same(self):
        om1, *_ = self.namesakes()
        om1.run("peers", "remove", "localhost", "--dry-run", expect=2)

    def test_two_hosts_are_removed_by_their_pins(self):
        om1, *others = self.joined_fleet("om1", "om2", "om3", "om4")
        for host in others[:2]:
            om1.run("peers", "remove", self.pin_of(host))
        self.unlist(om1, *others[:2])
        self.assertEqual(self.results(om1), {"om4": "agree"})
        for host in others[:2]:
            self.assertEqual(host.verify(om1, expect=16)[om1.address]["result"], "untrusted")

    def test_a_pin_that_nobody_has_met_is_removed_before_it_comes(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("generate")
        om1.serve()
        om1.run("peers", "remove", self.pin_of(om2))
        om2.run("join", "--ticket-file", "-", stdin=om1.run("invite").line, expect=16)
        self.assertFalse(om2.key_file.exists())

    def test_what_nobody_is_known_as_is_an_error(self):
        om1, _ = self.joined_fleet("om1", "om2")
        for name in ("om9", "127.0.0.1:9", "", "om"):
            with self.subTest(name):
                om1.run("peers", "remove", name, expect=2)


class Covering(RemovalTest):
    def test_a_new_identity_at_an_address_of_a_removed_host_is_removed_too(self):
        om1, om2, _ = self.joined_fleet("om1", "om2", "om3")
        key = om2.key()
        om1.run("peers", "remove", "om2")
        om2.stop()
        shutil.rmtree(om2.state_dir)
        om2.put_key(key)
        om2.run("ensure")
        om2.serve()
        self.assertEqual(om1.verify(expect=10)[om2.address]["result"], "removed")
        self.assertEqual(self.names(om1), ["om3"])
        om1.gate("--policy", "strict")

    def assert_stays_removed(self, om1, om2):
        self.assertEqual(om1.verify(om2, expect=10)[om2.address]["result"], "removed")
        self.assertEqual(om2.verify(om1, expect=16)[om1.address]["result"], "untrusted")
        om2.stop()
        om2.key_file.unlink()
        om2.run("ensure", "--wait", "1s", expect=11)

    def test_it_survives_a_roster_that_is_damaged(self):
        for number, content in enumerate((b"", b"{", bytes(1000), None)):
            with self.subTest(content):
                om1, om2 = self.joined_fleet(f"om1-{number}", f"om2-{number}")
                om1.run("peers", "remove", om2.name)
                path = om1.state_dir / "agent" / "roster.json"
                if content is None:
                    path.unlink()
                else:
                    path.write_bytes(content)
                self.assert_stays_removed(om1, om2)

    def test_removals_that_cannot_be_read_admit_nobody_and_stop_no_start(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.run("peers", "remove", "om2")
        path = om1.state_dir / "agent" / "removed.json"
        path.write_bytes(b"{")
        self.assertIn(om1.shown(path), om1.run("verify", "--peer", om2.address, expect=None).err)
        self.assertNotEqual(om2.verify(om1, expect=None)[om1.address]["result"], "agree")
        self.assertIn(om1.shown(path), om1.gate().err)
        self.assertEqual(path.read_bytes(), b"{")


class InTheConfiguration(RemovalTest):
    def test_it_is_told_with_its_line_once_and_costs_others_nothing(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        om1.run("peers", "remove", "om2")
        for running in (True, False):
            with self.subTest(running=running):
                if not running:
                    om2.stop()
                said = om1.run("verify", expect=10)
                self.assertIn("1 of 1 peer agrees", said.out)
                told = f"{om1.shown(om1.config)}:"
                self.assertEqual(said.err.count(told), 1, said)
                number = int(re.search(re.escape(told) + r"(\d+)", said.err)[1])
                self.assertIn(om2.address, om1.config.read_text(encoding="utf-8").splitlines()[number - 1])
                for policy in ("default", "majority", "strict"):
                    om1.gate("--policy", policy)
        self.assertEqual(self.results(om3, expect=15)["om1"], "agree")
        self.unlist(om1, om2)
        self.assertEqual(self.results(om1), {"om3": "agree"})
        self.assertEqual(om1.run("status").code, 0)


class ComingBack(RemovalTest):
    def removed(self):
        """om2 was removed by om1, and has lost everything but its identity."""
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.run("peers", "remove", "om2")
        om2.stop()
        om2.key_file.unlink()
        (om2.state_dir / "record.json").unlink()
        return om1, om2

    def test_a_join_is_refused_with_the_command_that_lifts_the_removal_and_that_works(self):
        om1, om2 = self.removed()
        ticket = om1.run("invite").line
        refused = om2.run("join", "--ticket-file", "-", stdin=ticket, expect=16)
        self.assertFalse(om2.key_file.exists())
        (line,) = (line for line in refused.err.splitlines() if "peers add" in line)
        command = line[line.index("peers add") :].split(";")[0].strip()
        self.assertEqual(command, f"peers add {om2.address} --pin {self.pin_of(om2)}")
        om1.run(*om1.words_of(command))
        om2.run("join", "--ticket-file", "-", stdin=ticket)
        om2.serve()
        self.assertEqual(om2.key(), om1.key())
        self.assertEqual(om1.verify()[om2.address]["result"], "agree")

    def test_a_ticket_of_a_host_that_was_removed_here_is_refused_with_the_command_that_lifts_it(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.run("peers", "remove", "om1")
        fleet = om2.fleet_id()
        displacing = ("join", "--ticket-file", "-", "--displace", "--confirm", fleet)
        ticket = om1.run("invite").line
        refused = om2.run(*displacing, stdin=ticket, expect=16)
        om2.run_advice(refused, "peers add")
        om2.run(*displacing, stdin=ticket)
        self.assertEqual(om2.verify()[om1.address]["result"], "agree")


if __name__ == "__main__":
    harness.main()
