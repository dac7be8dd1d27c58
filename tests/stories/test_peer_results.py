# SPDX-License-Identifier: ISC
"""`verify` gives each peer one of eight results, which are never confused, with its exit code and in JSON."""

import os
import pathlib
import shutil
import signal
import socket
import time

import re
import harness
from harness import networks, strangers


class Agree(harness.StoryTest):
    def test_a_host_with_the_same_key_agrees(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        answer = om1.verify()[om2.address]
        self.assertEqual((answer["result"], answer["identity"], answer["standing"]), ("agree", "known", "established"))
        self.assertEqual(answer["name"], "om2")
        self.assertEqual(answer["fleet"], om1.fleet_id())

    def test_hosts_that_never_met_agree_by_the_key_alone(self):
        om1, om2 = self.host("om1"), self.host("om2")
        key = self.fresh_key()
        for host in (om1, om2):
            host.put_key(key)
            host.run("ensure")
            host.serve()
        answer = om1.verify(om2)[om2.address]
        self.assertEqual((answer["result"], answer["identity"]), ("agree", "unknown"))
        self.assertEqual(om1.verify()[om2.address]["identity"], "known")

    def test_the_host_itself_is_skipped_in_its_own_list(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        self.assertIn(f'"{om1.address}"', om1.config.read_text())
        self.assertEqual(set(om1.verify()), {om2.address})

    def test_the_host_itself_is_skipped_while_it_does_not_serve(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.stop()
        self.assertEqual(set(om1.verify()), {om2.address})


class Disagree(harness.StoryTest):
    def give_another_key(self, host, standing):
        """The host serves with a key of its own; `standing` says how sure it is of the key."""
        host.replace_key(self.fresh_key())
        if standing == "chosen":
            source = self.key_source(self.fresh_key())
            with host.restarting():
                host.run("import", source, "--displace", "--confirm", "unrecorded")
        if standing == "established":
            host.run("ensure", "--keep")
            host.serve_again()
        self.assertEqual(host.standing(), standing)

    def answer_of(self, om1, om2):
        answer = om1.verify(om2, expect=14)[om2.address]
        return answer["result"], answer["identity"], answer["standing"]

    def test_a_known_peer_with_another_key_disagrees_whatever_it_thinks_of_its_key(self):
        for standing in ("provisional", "chosen", "established"):
            with self.subTest(standing):
                om1, om2 = self.joined_fleet(f"om1-{standing}", f"om2-{standing}")
                self.give_another_key(om2, standing)
                self.assertEqual(self.answer_of(om1, om2), ("disagree", "known", standing))

    def test_a_stranger_with_another_key_disagrees_whatever_it_thinks_of_its_key(self):
        for standing in ("provisional", "chosen", "established"):
            with self.subTest(standing):
                om1, om2 = self.host(f"om1-{standing}"), self.host(f"om2-{standing}")
                om1.run("generate")
                om2.serve()
                self.give_another_key(om2, standing)
                self.assertEqual(self.answer_of(om1, om2), ("disagree", "unknown", standing))

    def test_a_stranger_is_told_nothing_of_the_fleet(self):
        om1, om2 = self.host("om1"), self.host("om2")
        for host in (om1, om2):
            host.run("generate")
        om2.serve()
        answer = om1.verify(om2, expect=14)[om2.address]
        self.assertNotIn("fleet", answer)
        self.assertEqual(answer["name"], "")

    def test_the_peer_that_was_asked_learns_of_the_drift_too(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.put_key(self.fresh_key())
        om2.run("verify", "--peer", om1.address, expect=14)
        status = om1.run("status", expect=14)
        self.assertIn(f"om2 ({om2.address}) failed to prove the key just now", re.sub(r"\d+ s ago", "just now", status.told))


class NoKey(harness.StoryTest):
    def test_a_host_without_a_key_says_so(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("generate")
        om2.serve()
        answer = om1.verify(om2, expect=15)[om2.address]
        self.assertEqual((answer["result"], answer["identity"]), ("no-key", "unknown"))

    def test_a_member_that_lost_its_key_says_so(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.lose_key()
        answer = om1.verify(expect=15)[om2.address]
        self.assertEqual((answer["result"], answer["identity"]), ("no-key", "known"))

    def test_people_are_told_to_invite_and_join(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.lose_key()
        told = om1.run("verify", expect=15).err
        self.assertIn("genkey-agent invite", told)
        self.assertIn(f"then on {om2.address}:\n    genkey-agent join\n", told)


class Unreachable(harness.StoryTest):
    def assert_unreachable(self, host, address, wait="5s"):
        answer = host.verify(address, expect=15, wait=wait)[address]
        self.assertEqual(answer["result"], "unreachable", answer)
        self.assertIsNone(answer["standing"])
        return answer

    def first(self):
        om1 = self.host("om1")
        om1.run("generate")
        return om1

    def test_nobody_listens_there(self):
        om1, om2 = self.first(), self.host("om2")
        self.assertIsNone(self.assert_unreachable(om1, om2.address)["pin"])

    def test_a_known_peer_that_is_down(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.crash()
        self.assertEqual(self.assert_unreachable(om1, om2.address)["name"], "om2")

    def test_a_peer_that_hangs(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        os.kill(om2.server.pid, signal.SIGSTOP)
        self.addCleanup(os.kill, om2.server.pid, signal.SIGCONT)
        self.assert_unreachable(om1, om2.address, wait="500ms")

    def test_something_that_accepts_and_says_nothing(self):
        om1 = self.first()
        self.assert_unreachable(om1, strangers.TalkingServer(self).address, wait="500ms")

    def test_something_that_accepts_and_hangs_up(self):
        om1 = self.first()
        self.assert_unreachable(om1, strangers.TalkingServer(self, closes=True).address)

    def test_one_that_is_down_is_not_hammered_while_it_is_waited_for(self):
        om1 = self.host("om1")
        om1.run("generate")
        knocks = strangers.TalkingServer(self, closes=True)
        om1.configure(peers=[knocks.address])
        om1.gate(wait="6s")
        # Retries come after 0.2 s, 0.4 s, 0.8 s and so on, each varied by half: far fewer than thirty.
        self.assertGreaterEqual(knocks.connections, 3)
        self.assertLessEqual(knocks.connections, 10)

    def test_a_name_that_does_not_resolve(self):
        answer = self.assert_unreachable(self.first(), "no-such-host.invalid:27424")
        self.assertIn("does not resolve", answer["detail"])

    def test_it_is_called_neither_unauthorised_nor_disagreement(self):
        om1, om2 = self.first(), self.host("om2")
        said = om1.run("verify", "--peer", om2.address, "--peer", "no-such-host.invalid:27424", expect=15)
        for word in ("authorised", "authorized", "trust", "disagree", "another key"):
            self.assertNotIn(word, (said.out + said.err).lower())


class Untrusted(harness.StoryTest):
    def test_somebody_else_at_a_known_address_without_the_key(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.stop()
        stranger = self.add_host(harness.Host(self, "stranger", port=om2.port), {})
        stranger.run("generate")
        stranger.serve()
        answer = om1.verify(expect=16)[om2.address]
        self.assertEqual((answer["result"], answer["identity"]), ("untrusted", "unknown"))
        self.assertIn("not the host known for this address", answer["detail"])

    def test_a_removed_peer(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.run("peers", "remove", "om2")
        answer = om1.verify(om2, expect=10)[om2.address]
        self.assertEqual(answer["result"], "removed")

    def test_a_removed_peer_that_proves_the_key_later_stays_removed(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.run("peers", "remove", "om2")
        for _ in range(2):
            answer = om2.verify(om1, expect=16)[om1.address]
            self.assertEqual(answer["result"], "untrusted")
            self.assertIn("removed this host", answer["detail"])
            self.assertEqual(om1.verify(om2, expect=10)[om2.address]["result"], "removed")

    def test_a_removed_host_is_told_the_command_that_takes_it_back_and_it_works(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.run("peers", "remove", "om2")
        told = om2.run("verify", expect=16).err
        (line,) = re.findall(rf"on {om1.address}:\n +genkey-agent (peers add .*)", told)
        om1.run(*om1.words_of(line))
        self.assertEqual(om2.verify(om1)[om1.address]["result"], "agree")

    def test_a_removed_host_that_still_stands_in_the_configuration_is_told_with_its_line(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.run("peers", "remove", "om2")
        line = 1 + om1.config.read_text().splitlines().index(
            next(line for line in om1.config.read_text().splitlines() if om2.address in line))
        told = om1.run("verify", expect=10).err
        self.assertIn(f"delete {om2.address} in {om1.shown(om1.config)}:{line}\n", told)

    def test_adding_a_removed_peer_by_its_pin_forgives_it(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        pin = om2.run_json("identity")["identity"]["pin"]
        om1.run("peers", "remove", pin)
        om1.verify(om2, expect=10)
        om1.run("peers", "add", om2.address, "--pin", pin)
        self.assertEqual(om1.verify(om2)[om2.address]["result"], "agree")


class UserAuthority(harness.StoryTest):
    """With the user's own CA, certificates and names are checked too."""

    def pair(self, **second):
        ca = strangers.Authority(self)
        om1, om2 = self.host("om1"), self.host("om2")
        ca.configure(om1)
        second.pop("issuer", ca).configure(om2, trusted=ca, **second)
        key = self.fresh_key()
        for host in (om1, om2):
            host.put_key(key)
            host.run("ensure")
            host.serve()
        return om1, om2

    def test_certificates_of_the_same_authority_pass(self):
        om1, om2 = self.pair()
        self.assertEqual(om1.verify(om2)[om2.address]["result"], "agree")

    def test_a_certificate_of_another_authority_is_untrusted_from_either_side(self):
        om1, om2 = self.pair(issuer=strangers.Authority(self, "other-ca"))
        self.assertEqual(om1.verify(om2, expect=16)[om2.address]["result"], "untrusted")
        self.assertEqual(om2.verify(om1, expect=16)[om1.address]["result"], "untrusted")

    def test_a_certificate_for_another_name_is_untrusted(self):
        om1, om2 = self.pair(names="DNS:elsewhere.example.com")
        answer = om1.verify(om2, expect=16)[om2.address]
        self.assertEqual(answer["result"], "untrusted")
        self.assertIn("not for 127.0.0.1", answer["detail"])

    def test_an_authority_that_the_account_may_not_read_is_told_by_its_file(self):
        harness.need_root()
        om1, om2 = self.pair()
        ca = pathlib.Path(om1.settings["tls"]["ca"])
        ca.chmod(0o600)
        outcome = om1.run("verify", "--peer", om2.address, expect=15)
        self.assertIn(f"cannot read CA certificates from {ca}", outcome.out)
        self.assertNotIn("should not happen", outcome.err)

    def test_a_name_that_is_not_allowed_is_untrusted(self):
        om1, om2 = self.pair(allow=["*.om.example.com"])
        self.assertEqual(om1.verify(om2, expect=16)[om2.address]["result"], "untrusted")


class Incompatible(harness.StoryTest):
    def assert_incompatible(self, address):
        om1 = self.host("om1")
        om1.run("generate")
        answer = om1.verify(address, expect=15)[address]
        self.assertEqual(answer["result"], "incompatible", answer)
        self.assertTrue(answer["detail"])

    def test_a_server_of_another_protocol_over_tls(self):
        self.assert_incompatible(strangers.openssl_server(self, "-alpn", "http/1.1"))

    def test_a_server_that_knows_nothing_of_protocol_names(self):
        self.assert_incompatible(strangers.openssl_server(self))

    def test_a_server_that_speaks_only_an_older_tls(self):
        self.assert_incompatible(strangers.openssl_server(self, "-tls1_2", "-alpn", "genkey-agent/1"))

    def test_a_server_that_speaks_plain_http(self):
        answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
        self.assert_incompatible(strangers.TalkingServer(self, answer, closes=True).address)


class Clone(harness.StoryTest):
    def copy_of(self, host, name):
        """A machine made from an image of another one: the same key, state and identity."""
        copy = self.host(name)
        harness.copy_tree(host.state_dir, copy.state_dir)
        shutil.copy2(host.key_file, copy.key_file)
        return copy

    def test_a_copied_machine_is_reported_and_named(self):
        om1, _ = self.joined_fleet("om1", "om2")
        copy = self.copy_of(om1, "copy")
        copy.serve()
        answer = om1.verify(copy, expect=16)[copy.address]
        self.assertEqual(answer["result"], "clone")
        told = om1.run("verify", "--peer", copy.address, expect=16).err
        self.assertIn(f"{copy.address} shows this host's own identity", told)

    def test_a_copy_with_a_new_identity_is_a_host_of_its_own(self):
        om1, _ = self.joined_fleet("om1", "om2")
        copy = self.copy_of(om1, "copy")
        self.assertTrue(copy.run_json("identity", "--renew")["changed"])
        copy.serve()
        self.assertEqual(om1.verify(copy)[copy.address]["result"], "agree")


class Ending(harness.StoryTest):
    def test_a_listener_with_open_connections_ends_at_once_when_told_to(self):
        om1 = self.host("om1")
        om1.run("generate")
        om1.serve()
        open_connections = []
        for said in (b"", b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n"):
            connection = socket.create_connection(om1.address.split(":"))
            self.addCleanup(connection.close)
            connection.sendall(said)
            open_connections.append(connection)
        om1.verify(om1)  # whoever connected earlier has been accepted by now
        om1.stop()
        om1.serve()


class Mixed(harness.StoryTest):
    def test_the_exit_code_is_that_of_the_worst_and_each_peer_keeps_its_own_result(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        no_key, down, other = self.host("no-key"), self.host("down"), self.host("other")
        no_key.serve()
        other.run("generate")
        other.serve()
        asked = [om2, no_key, down]
        results = {address: answer["result"] for address, answer in om1.verify(*asked, expect=15).items()}
        self.assertEqual(results, {om2.address: "agree", no_key.address: "no-key", down.address: "unreachable"})
        results = {address: answer["result"] for address, answer in om1.verify(*asked, other, expect=14).items()}
        self.assertEqual(results[other.address], "disagree")
        self.assertEqual(results[om2.address], "agree")

    def test_verify_without_a_key_says_what_to_do_first(self):
        om1 = self.host("om1")
        said = om1.run("verify", expect=11)
        self.assertIn(om1.shown(om1.key_file), said.err)
        self.assertIn("genkey-agent join", said.err)
        self.assertEqual(om1.run_json("verify", expect=11)["error"], "no-key")


class Names(harness.StoryTest):
    """The name server never answers, as happens at boot before the network is up."""

    def silent_name_server(self, network, host):
        # Drops packets; to an unused address on this bridge they would be refused at once.
        networks.ip("netns", "exec", host.namespace, "nft", "add table inet silent")
        chain = "add chain inet silent out { type filter hook output priority 0; policy accept; }"
        networks.ip("netns", "exec", host.namespace, "nft", chain)
        networks.ip("netns", "exec", host.namespace, "nft", "add rule inet silent out udp dport 53 drop")
        resolver = "nameserver 127.0.0.1\noptions timeout:30 attempts:5\n"
        (networks.folder_of(host) / "resolv.conf").write_text(resolver)

    def test_a_dead_name_does_not_hold_up_the_others(self):
        network = networks.Network(self)
        om1, om2, om3 = self.establish(network.fleet("om1", "om2", "om3"))
        self.silent_name_server(network, om1)
        dead = "om9.example.com:27424"
        begun = time.monotonic()
        answers = om1.verify(dead, "om2:27424", "om3:27424", expect=15, wait="3s")
        self.assertLess(time.monotonic() - begun, 25, "the name server's own patience is 150 s")
        self.assertEqual({name: answer["result"] for name, answer in answers.items()},
                         {dead: "unreachable", "om2:27424": "agree", "om3:27424": "agree"})
        self.assertIn("does not resolve", answers[dead]["detail"])

    def test_a_name_is_looked_up_again_at_each_try_so_that_a_late_network_stops_nobody(self):
        network = networks.Network(self)
        om1, om2 = network.host("om1"), network.host("om2")
        key = self.fresh_key()
        for host in (om1, om2):
            host.put_key(key)
            host.run("ensure")
        om2.serve()
        om1.configure(peers=["late.example.com"])
        names = networks.NameServer(self, om1)
        begun = time.monotonic()
        gate = om1.start("gate", "--wait", "60s", "--policy", "majority")
        names.await_question("late")
        with open(networks.folder_of(om1) / "hosts", "a", encoding="utf-8") as hosts:
            hosts.write("10.77.0.2 late.example.com\n")
        self.assertEqual(gate.wait(harness.TIME_LIMIT), 0)
        self.assertLess(time.monotonic() - begun, 50)

    def test_a_partition_is_unreachable_and_heals(self):
        network = networks.Network(self)
        om1, om2, om3 = self.establish(network.fleet("om1", "om2", "om3"))
        network.isolate(om3)
        answers = om1.verify(expect=15, wait="2s")
        self.assertEqual(answers["om2:27424"]["result"], "agree")
        self.assertEqual(answers["om3:27424"]["result"], "unreachable")
        network.heal()
        self.assertEqual(om1.verify()["om3:27424"]["result"], "agree")


if __name__ == "__main__":
    harness.main()
