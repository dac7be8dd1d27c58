# SPDX-License-Identifier: ISC
"""A peer is one host, known by its pin, with any number of addresses. Whatever counts, counts hosts."""

import shutil

import harness
from harness import networks, peers, protocol, servers, strangers

ALLOWED = "Ops Manager may start"


class PeersTest(harness.StoryTest):
    def roster(self, host):
        """Whom a host knows and where, without times and results."""
        known = host.run_json("peers", "list")["roster"]
        return {peer["pin"]: (peer["name"], sorted(peer["addresses"]), peer["acquaintance"]) for peer in known}

    def results(self, host, expect=0):
        """Names and results of all peers in one round."""
        said = host.run_json("verify", expect=expect)
        return sorted((peer["name"], peer["result"]) for peer in said["peers"])

    def assert_counts(self, host, agreeing, count, expect=0):
        self.assertIn(f"{agreeing} of {count} peer", host.run("verify", expect=expect).out)

    def assert_all_agree(self, host, count):
        self.assert_counts(host, count, count)
        for policy in ("default", "majority", "strict"):
            host.gate("--policy", policy)

    def second_address(self):
        reservation = servers.PortReservation("127.0.0.1")
        self.addCleanup(reservation.close)
        return f"127.0.0.1:{reservation.port}"


class Relays(PeersTest):
    """om3 is down, and somebody at its address passes everything on to another host."""

    def setUp(self):
        super().setUp()
        self.om1, self.om2, self.om3 = self.joined_fleet("om1", "om2", "om3")
        self.before = self.roster(self.om1)
        self.om3.stop()

    def relay_to(self, host):
        return strangers.Relay(self, self.om3.address, host.address)

    def assert_moves_nothing(self, host, detail):
        relay = self.relay_to(host)
        for _ in range(2):
            answers = self.om1.verify(expect=16)
            self.assertEqual(answers[self.om2.address]["result"], "agree")
            self.assertEqual(answers[self.om3.address]["result"], "untrusted")
            self.assertIn(detail, answers[self.om3.address]["detail"])
            self.assert_counts(self.om1, 1, 2, expect=16)
        self.assertEqual(self.om1.gate_reasons("--policy", "strict", expect=15), ["not-all-agree"])
        self.om1.gate()
        self.assertEqual(self.roster(self.om1), self.before)
        relay.close()
        self.om3.serve()
        self.assertEqual(self.results(self.om1), [("om2", "agree"), ("om3", "agree")])
        self.assertEqual(self.om1.verify()[self.om3.address]["identity"], "known")
        self.assertEqual(self.roster(self.om1), self.before)

    def test_a_relay_to_another_peer_moves_nothing_and_the_peer_is_itself_again_afterwards(self):
        self.assert_moves_nothing(self.om2, "om2 answers at the address of om3")

    def test_a_relay_to_the_host_itself_moves_nothing_and_the_peer_is_itself_again_afterwards(self):
        self.assert_moves_nothing(self.om1, "this host itself answers at that address")

    def test_a_relay_to_the_right_host_is_that_host(self):
        # A load balancer, for example.
        moved = self.second_address()
        self.om3.configure(peers=self.om3.settings["peers"], serve={"listen": [moved]}, address=self.om3.address)
        self.om3.serve()
        strangers.Relay(self, self.om3.address, moved)
        self.assert_all_agree(self.om1, 2)
        self.assertEqual(self.roster(self.om1), self.before)


class Addresses(PeersTest):
    def test_a_host_whose_own_address_leads_nowhere_from_here_counts_once(self):
        # As behind NAT: its peers reach it at another address than it knows of itself.
        hosts, key = self.fleet("om1", "om2", "om3"), self.fresh_key()
        for host in hosts:
            host.also(address=self.second_address())
            host.put_key(key)
            host.run("ensure")
            host.serve()
        for _ in range(2):  # the second time each has proved the key to the others' listeners
            for host in hosts:
                self.assert_all_agree(host, 2)
                self.assertIn("agrees with 2 of 2 peers", host.run("status").out)

    def listening_twice(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        second = self.second_address()
        om2.also(serve={"listen": [om2.address, second]})
        om2.serve_again()
        om1.also(peers=[*om1.settings["peers"], second])
        return om1, om2, second

    def test_two_addresses_of_one_host_count_once_and_are_no_clone(self):
        om1, om2, second = self.listening_twice()
        for _ in range(2):
            self.assertEqual(self.results(om1), [("om2", "agree")])
        self.assert_all_agree(om1, 1)
        ((_, addresses, _),) = self.roster(om1).values()
        self.assertEqual(addresses, sorted([om2.address, second]))
        metrics = om1.run("status", "--format", "prometheus").out
        self.assertIn('genkey_agent_peers{result="agree"} 1\n', metrics)

    def test_two_addresses_of_one_host_are_asked_for_its_instance_once(self):
        peers.need_openssl()
        om1 = self.host("om1")
        om1.run("generate")
        fleet = bytes.fromhex(om1.fleet_id())
        member = peers.Member(peers.Identity("om2"), om1.key(), protocol.Claim(fleet, 1, protocol.CHOSEN, "om2", "127.0.0.1:9"))
        addresses = [peers.Listener(self, member) for _ in range(2)]
        om1.configure(peers=[listener.address for listener in addresses])
        self.assertEqual(self.results(om1), [("om2", "agree")])
        for listener in addresses:
            self.assertEqual(len([each for each in listener.asked if isinstance(each, protocol.Hello)]), 1)

    def test_a_second_address_that_is_silent_or_gone_changes_nothing(self):
        om1, om2, second = self.listening_twice()
        om1.run("verify")
        om2.also(serve={"listen": [om2.address]})
        om2.serve_again()
        self.assert_all_agree(om1, 1)
        strangers.Relay(self, second, om1.address)
        self.assert_all_agree(om1, 1)

    def test_a_name_and_an_address_of_one_host_count_once(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        named = f"localhost:{om2.port}"
        om1.also(peers=[*om1.settings["peers"], named, named.upper()])
        self.assert_all_agree(om1, 1)
        self.assertEqual(self.results(om1), [("om2", "agree")])


class Names(PeersTest):
    """Name servers that say what is not so."""

    def say(self, host, *lines):
        """What this host's /etc/hosts says."""
        text = "\n".join(["127.0.0.1 localhost", "::1 localhost", *lines, ""])
        (networks.folder_of(host) / "hosts").write_text(text, encoding="utf-8")

    def test_names_that_lead_to_each_others_hosts_move_nobody(self):
        network = networks.Network(self)
        hosts = network.fleet("om1", "om2", "om3")
        for host in hosts:
            host.also(address=f"{host.name}:{host.port}")
        om1, _, _ = self.establish(hosts)
        right = (networks.folder_of(om1) / "hosts").read_text(encoding="utf-8").splitlines()
        before = self.roster(om1)
        self.say(om1, "10.77.0.1 om1", "10.77.0.3 om2", "10.77.0.2 om3")
        for _ in range(2):
            # Both have proved the key, wherever they were reached.
            self.assertEqual(self.results(om1), [("om2", "agree"), ("om3", "agree")])
            self.assertEqual(self.roster(om1), before)
        self.assert_all_agree(om1, 2)
        self.say(om1, "10.77.0.1 om1", "10.77.0.2 om2", "10.77.0.2 om3")
        answers = om1.verify(expect=16)
        self.assertEqual(answers["om2:27424"]["result"], "agree")
        self.assertEqual(answers["om3:27424"]["result"], "untrusted")
        self.assertIn("om2 answers at the address of om3", answers["om3:27424"]["detail"])
        self.assertIn(ALLOWED, om1.gate().out)
        self.say(om1, *right)
        self.assert_all_agree(om1, 2)
        self.assertEqual(self.roster(om1), before)

    def test_a_hosts_own_entry_in_any_spelling_is_no_peer_with_its_listener_up_and_down(self):
        network = networks.Network(self)
        om1, _ = self.establish(network.fleet("om1", "om2"))
        self.say(om1, "127.0.1.1 om1.example.com om1", "10.77.0.1 om1-lan", "10.77.0.2 om2")
        own = ["om1", "OM1", "om1.example.com", "Om1.Example.COM", "om1-lan", "localhost", "127.0.1.1", "127.0.0.1",
               "[::1]:27424", "10.77.0.1"]
        for listen in ("10.77.0.1:27424", "0.0.0.0:27424"):
            om1.configure(peers=[*own, "om2", "OM2"], serve={"listen": [listen]})
            om1.serve_again()
            for state in ("up", "down"):
                with self.subTest(state, listen=listen):
                    if state == "down":
                        om1.stop()
                    self.assertEqual(self.results(om1), [("om2", "agree")])
                    self.assert_all_agree(om1, 1)
                    self.assertIn("agrees with 1 of 1 peer", om1.run("status").out)
            om1.serve()


class Clones(PeersTest):
    """Two machines show one identity, and a third host sees both."""

    def copy_of(self, host, name):
        """A machine made from an image of another one: the same key, state and identity."""
        copy = self.host(name)
        harness.copy_tree(host.state_dir, copy.state_dir)
        shutil.copy2(host.key_file, copy.key_file)
        copy.serve()
        return copy

    def setUp(self):
        super().setUp()
        self.om1, self.om2, self.om3 = self.joined_fleet("om1", "om2", "om3")
        self.copy = self.copy_of(self.om2, "copy")
        self.om1.also(peers=[*self.om1.settings["peers"], self.copy.address])

    def overwrite_om3(self):
        """With the state of om2, in place of the further copy."""
        self.copy.stop()
        self.om3.stop()
        shutil.rmtree(self.om3.state_dir)
        harness.copy_tree(self.om2.state_dir, self.om3.state_dir)

    def test_a_third_host_reports_both_machines_and_does_not_guess_which_is_the_copy(self):
        said = self.om1.run_json("verify", expect=16)
        (clone,) = (peer for peer in said["peers"] if peer["result"] == "clone")
        self.assertEqual(clone["name"], "om2")
        for address in (self.om2.address, self.copy.address):
            self.assertIn(address, clone["detail"])
        advice = self.om1.run("verify", expect=16).err
        self.assertIn("on the one that is a copy:\n    genkey-agent identity --renew", advice)
        self.assertEqual([peer["result"] for peer in said["peers"] if peer["name"] == "om3"], ["agree"])

    def test_it_stops_nobody_and_counts_for_nobody(self):
        for policy in ("default", "majority", "strict"):
            self.om1.gate("--policy", policy)
        self.assert_counts(self.om1, 1, 1, expect=16)

    def test_the_advice_makes_a_host_that_was_overwritten_by_a_copy_a_peer_again(self):
        """Its list of peers is that of the original, with an entry for the host that it was before."""
        self.overwrite_om3()
        self.om3.also(peers=[host.address for host in (self.om1, self.om2, self.om3)])
        self.om3.serve()
        said = self.om3.run("verify", expect=16)
        self.assertIn("shows this host's own identity", said.err)
        self.assertNotIn("peers add", said.err)
        self.om3.stop()
        self.om3.run("identity", "--renew")
        self.om3.serve()
        self.om1.also(peers=[host.address for host in (self.om2, self.om3)])
        self.assert_all_agree(self.om3, 2)
        self.assertEqual(self.om3.run("status").out.count("agree "), 2)

    def test_a_third_host_is_not_told_to_take_the_copy_for_the_host_that_it_has_overwritten(self):
        self.overwrite_om3()
        self.om3.serve()
        self.om1.also(peers=[host.address for host in (self.om2, self.om3)])
        said = self.om1.run("verify", expect=16).err
        self.assertIn("identity --renew", said)
        self.assertNotIn("peers add", said)

    def test_a_host_is_no_peer_of_its_own(self):
        pin = self.om1.run_json("identity")["identity"]["pin"]
        said = self.om1.run("peers", "add", self.om1.address, "--pin", pin, expect=2)
        self.assertIn("the pin is this host's own", said.err)

    def test_the_advice_makes_the_copy_a_host_of_its_own(self):
        self.om1.run("verify", expect=16)
        self.copy.stop()
        self.copy.run("identity", "--renew")
        self.copy.serve()
        self.assert_all_agree(self.om1, 3)


class LastResults(PeersTest):
    def shown(self, host, code):
        """What status, Nagios and Prometheus say."""
        nagios = host.run("status", "--format", "nagios", expect=None)
        metrics = host.run("status", "--format", "prometheus", expect=code).out
        return host.run("status", expect=code), nagios, metrics

    def test_a_round_that_reaches_nobody_turns_status_nagios_and_metrics_and_the_next_good_one_turns_them_back(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        for host in (om2, om3):
            host.crash()
        om1.run("verify", expect=15)
        status, nagios, metrics = self.shown(om1, 15)
        self.assertIn("agrees with 0 of 2 peers", status.out)
        self.assertEqual(status.out.count("unreachable"), 2)
        self.assertEqual((nagios.code, nagios.out.split(" - ")[0]), (2, "GENKEY CRITICAL"))
        for line in ('peers{result="agree"} 0', 'peers{result="unreachable"} 2', "status 15"):
            self.assertIn(f"\ngenkey_agent_{line}\n", metrics)
        agrees = [line for line in metrics.splitlines() if line.startswith("genkey_agent_peer_agrees{")]
        self.assertEqual([line[-2:] for line in agrees], [" 0", " 0"])
        for host in (om2, om3):
            host.serve()
        om1.run("verify")
        status, nagios, metrics = self.shown(om1, 0)
        self.assertIn("agrees with 2 of 2 peers", status.out)
        self.assertEqual(nagios.code, 0)
        self.assertIn('\ngenkey_agent_peers{result="agree"} 2\n', metrics)

    def test_a_proof_to_the_listener_does_not_hide_the_bad_result_of_the_last_question(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.stop()
        om1.run("verify", expect=15)
        om2.run("verify")  # its own listener is down, and it proves the key to om1's
        self.assertEqual(om1.run("status", expect=15).code, 15)


if __name__ == "__main__":
    harness.main()
