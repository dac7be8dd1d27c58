# SPDX-License-Identifier: ISC
"""Hosts that prove the key report facts to each other, and `doctor` and `fleet` compare them. Nobody else learns any."""

import json
import os
import time

import harness
from harness import peers, protocol

URL = "https|om.example.com|443"


class FactsTest(harness.StoryTest):
    """om1 has a key and serves. om9 is the second implementation, and has the same key."""

    def setUp(self):
        peers.need_openssl()
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")
        self.om1.serve()
        self.om9 = peers.Identity("om9")

    def claim(self, address="127.0.0.1:9"):
        fleet = bytes.fromhex(self.om1.fleet_id())
        return protocol.Claim(fleet=fleet, standing=protocol.CHOSEN, name="om9", address=address)

    def ask(self, key=None, fresh=False):
        with peers.connect(self.om9, self.om1.address) as channel:
            return channel.ask_facts(key or self.om1.key(), self.claim(), fresh)

    def facts_of(self, reply):
        return dict(reply.facts)

    def with_ops_manager(self, host, properties):
        """The host has an Ops Manager with these lines, and its listener knows."""
        installed = host.install_ops_manager(properties)
        host.also(installation={"kind": "tar", "path": str(installed)})
        return installed

    def peer(self, facts, **attributes):
        """om9 as a host that answers, which om1 has in its list and has met."""
        member = peers.Member(self.om9, self.om1.key(), self.claim())
        member.facts = facts
        for name, value in attributes.items():
            setattr(member, name, value)
        listener = peers.Listener(self, member)
        member.claim = self.claim(listener.address)
        self.om1.also(peers=[listener.address])
        return listener

    def doctor(self, *arguments):
        return self.om1.run_json("doctor", *arguments, expect=None)

    def findings(self, said, number):
        return [(each["result"], each["object"]) for each in said["findings"] if each["id"] == number]


class Asking(FactsTest):
    """What a listener reports, and to whom."""

    def test_a_host_that_proves_the_key_learns_what_genkey_agent_reports_without_a_collection(self):
        reply, proved = self.ask()
        self.assertTrue(proved)
        self.assertEqual(reply.age, protocol.NEVER_COLLECTED)
        facts = self.facts_of(reply)
        self.assertEqual((facts["gate"], facts["backup"], facts["drill"]), ("none", "none", "none"))
        self.assertTrue(facts["agent.version"])

    def test_the_last_decision_of_the_gate_is_reported_with_its_age(self):
        self.om1.gate()
        allowed, age = self.facts_of(self.ask()[0])["gate"].split()
        self.assertEqual(allowed, "allowed")
        self.assertLess(int(age), 60)

    def test_what_root_collected_is_reported_with_its_age(self):
        self.with_ops_manager(self.om1, "mms.centralUrl=https://om.example.com\n")
        self.om1.run("doctor", "--collect")
        self.assertEqual((self.om1.state_dir / "facts.json").stat().st_mode & 0o7777, 0o640)
        reply, _ = self.ask()
        self.assertEqual(self.facts_of(reply)["central_url"], URL)
        self.assertLess(reply.age, 60_000)

    def test_a_setting_leaves_its_host_as_a_digest_only(self):
        kept = {"setting.mms.mail.hostname": "mail.internal", "om.version": "8.0.15"}
        self.write_facts(kept)
        facts = self.facts_of(self.ask()[0])
        self.assertEqual(facts["om.version"], "8.0.15")
        self.assertEqual(
            facts["setting.mms.mail.hostname"], protocol.setting_digest(self.om1.key(), "mms.mail.hostname", "mail.internal")
        )

    def write_facts(self, facts, ago=0):
        said = {"schema": "genkey-agent/facts/1", "collected": int((time.time() - ago) * 1000), "facts": facts}
        (self.om1.state_dir / "facts.json").write_text(json.dumps(said))

    def test_a_clock_that_was_set_back_makes_no_fact_young(self):
        self.write_facts({"om.version": "8.0.15"}, ago=-86400)
        reply, _ = self.ask()
        self.assertEqual(reply.age, protocol.NEVER_COLLECTED)
        self.assertNotIn("om.version", self.facts_of(reply))

    def test_a_wrong_key_a_tag_of_another_connection_and_a_changed_question_get_nothing(self):
        self.assertEqual(self.ask(os.urandom(24))[0], protocol.Disagree(protocol.CHOSEN))
        with peers.connect(self.om9, self.om1.address) as channel:
            request = protocol.facts_request(self.om1.key(), channel, self.claim())
        with peers.connect(self.om9, self.om1.address) as channel:
            self.assertEqual(channel.ask(request), protocol.Disagree(protocol.CHOSEN))
        with peers.connect(self.om9, self.om1.address) as channel:
            request = protocol.facts_request(self.om1.key(), channel, self.claim())
            fresh = protocol.AskFacts(request.claim, request.tag, True)
            self.assertEqual(channel.ask(fresh), protocol.Disagree(protocol.CHOSEN))

    def test_a_tag_of_agreement_is_none_of_facts_and_the_reverse(self):
        with peers.connect(self.om9, self.om1.address) as channel:
            tag = protocol.initiator_tag(self.om1.key(), channel, self.claim())
            self.assertEqual(channel.ask(protocol.AskFacts(self.claim(), tag)), protocol.Disagree(protocol.CHOSEN))
        with peers.connect(self.om9, self.om1.address) as channel:
            tag = protocol.facts_request(self.om1.key(), channel, self.claim()).tag
            self.assertEqual(channel.ask(protocol.Agree(self.claim(), tag)), protocol.Disagree(protocol.CHOSEN))

    def test_a_removed_pin_is_refused(self):
        with peers.connect(self.om9, self.om1.address) as channel:
            channel.prove(self.om1.key(), self.claim())
        self.om1.run("peers", "remove", self.om9.pin.hex())
        self.assertEqual(self.ask()[0], protocol.Refused(protocol.REMOVED))

    def test_a_host_that_is_configured_to_report_nothing_says_so(self):
        self.om1.also(serve={"facts": False})
        self.om1.serve_again()
        for key in (self.om1.key(), os.urandom(24)):
            self.assertEqual(self.ask(key)[0], protocol.Refused(protocol.NOT_OFFERED))

    def test_a_weak_key_is_proved_to_hosts_that_somebody_vouched_for_only(self):
        weak = self.host("om2")
        weak.run("import", "--allow-weak", self.key_source(b"a" * 24))
        weak.serve()
        for key in (b"a" * 24, os.urandom(24)):
            with peers.connect(self.om9, weak.address) as channel:
                self.assertEqual(channel.ask_facts(key, self.claim())[0], protocol.Refused(protocol.NOT_A_MEMBER))

    def test_a_proved_request_for_fresh_facts_touches_the_file_that_systemd_watches(self):
        wanted = self.om1.state_dir / "agent" / "facts-wanted"
        self.ask(os.urandom(24), fresh=True)
        self.ask()
        self.assertFalse(wanted.exists())
        self.ask(fresh=True)
        self.assertEqual(wanted.read_bytes(), b"")


class Collecting(FactsTest):
    def test_a_collection_waits_until_the_former_one_is_two_seconds_old(self):
        self.om1.run("doctor", "--collect")
        begun = time.monotonic()
        self.om1.run("doctor", "--collect")
        self.assertGreater(time.monotonic() - begun, 1)

    def test_a_dry_run_collects_nothing(self):
        self.om1.run("doctor", "--collect", "--dry-run")
        self.assertFalse((self.om1.state_dir / "facts.json").exists())


class Comparing(FactsTest):
    """`doctor` and `fleet` ask, and believe what a proof covers."""

    def test_doctor_compares_the_fleet_and_remembers_nothing(self):
        self.with_ops_manager(self.om1, "mms.centralUrl=https://om.example.com\n")
        self.peer({"central_url": "http|om2|8080"})
        before = self.om1.verify() and self.kept()
        said = self.doctor()
        self.assertEqual(self.findings(said, "HA102"), [("fault", "all hosts")])
        self.assertEqual(self.findings(said, "HA003"), [("ok", "om9")])
        self.assertEqual(said["exit"], 18)
        self.assertEqual(self.kept(), before)

    def kept(self):
        """Roster and record, byte for byte."""
        files = [self.om1.state_dir / "record.json", *sorted((self.om1.state_dir / "agent").glob("*.json"))]
        return {path.name: path.read_bytes() for path in files}

    def test_the_same_url_is_no_fault(self):
        self.with_ops_manager(self.om1, "mms.centralUrl=https://om.example.com\n")
        self.peer({"central_url": URL})
        self.om1.verify()
        self.assertEqual(self.findings(self.doctor(), "HA102"), [("ok", "all hosts")])

    def test_an_earlier_version_closes_the_connection_and_is_to_be_upgraded(self):
        listener = self.peer(None)
        self.om1.verify()
        said = self.doctor()
        self.assertEqual(self.findings(said, "HA003"), [("unknown", "om9")])
        (needs,) = [each["needs"] for each in said["findings"] if each["id"] == "HA003"]
        self.assertIn("a newer genkey-agent", needs)
        self.assertEqual(sum(isinstance(request, protocol.AskFacts) for request in listener.asked), 1)

    def test_facts_that_nobody_collected_or_that_are_a_day_old_are_unknown(self):
        listener = self.peer({"central_url": "http|om2|8080", "agent.version": "9"}, age=protocol.NEVER_COLLECTED)
        self.with_ops_manager(self.om1, "mms.centralUrl=https://om.example.com\n")
        self.om1.verify()
        for age in (protocol.NEVER_COLLECTED, 25 * 3600 * 1000):
            listener.member.age = age
            said = self.doctor()
            self.assertEqual(self.findings(said, "HA003"), [("unknown", "om9")])
            self.assertEqual(self.findings(said, "HA102"), [("unknown", "all hosts")])
        self.assertEqual(said["hosts"][1]["version"], "9")

    def assert_not_believed(self, answer):
        """`answer` replies to a request for facts; om1 has met the peer before."""
        listener = self.peer({})
        self.om1.verify()
        self.assert_peer_not_believed(listener, answer)

    def assert_peer_not_believed(self, listener, answer):
        honest = listener.member.answer
        listener.answer = lambda channel, request: (
            answer(channel, request) if isinstance(request, protocol.AskFacts) else honest(channel, request)
        )
        said = self.doctor()
        self.assertEqual(self.findings(said, "HA003"), [("unknown", "om9")])
        self.assertIsNone(said["hosts"][1]["facts"])

    def test_facts_without_a_proof_are_not_believed(self):
        self.assert_not_believed(lambda *_: protocol.FactsReply(bytes(32), 0, (("om.version", "1"),)))

    def test_facts_that_were_proved_to_another_connection_are_not_believed(self):
        with peers.connect(self.om9, self.om1.address) as other:
            pass
        self.assert_not_believed(
            lambda _, request: protocol.facts_reply(self.om1.key(), other, request, {"om.version": "1"})
        )

    def test_the_proof_of_the_question_is_none_of_the_answer(self):
        self.assert_not_believed(lambda _, request: protocol.FactsReply(request.tag, 0, ()))

    def test_replies_that_the_page_does_not_allow_are_not_believed(self):
        def reply_with(facts):
            def answer(channel, request):
                reply = protocol.FactsReply(bytes(32), 0, facts)
                return protocol.FactsReply(protocol.facts_tag(self.om1.key(), channel, request, reply), 0, facts)

            return answer

        listener = self.peer({})
        self.om1.verify()
        many = tuple((f"n{number:03}", "") for number in range(129))
        large = tuple((f"n{number:03}", "x" * 1000) for number in range(33))
        for facts in (many, large, (("b", ""), ("a", "")), (("a", ""), ("a", "")), (("a", "\x1b[2J"),), (("a b", ""),)):
            with self.subTest(facts=str(facts)[:40]):
                self.assert_peer_not_believed(listener, reply_with(facts))
        with self.subTest("longer than any reply"):
            self.assert_peer_not_believed(listener, lambda *_: protocol.frame(0x87, bytes(70_000)))

    def test_a_peer_that_introduced_itself_is_shown_and_not_asked_for_facts(self):
        listener = self.peer({"central_url": "http|om2|8080"})
        self.om1.also(peers=[])
        with peers.connect(self.om9, self.om1.address) as channel:
            channel.prove(self.om1.key(), self.claim(listener.address))
        said = self.doctor()
        self.assertEqual(self.findings(said, "HA003"), [("unknown", "om9")])
        self.assertEqual([request for request in listener.asked if isinstance(request, protocol.AskFacts)], [])
        self.assertEqual(self.findings(said, "HA102"), [])

    def test_a_silent_peer_is_a_risk_and_not_compared(self):
        listener = self.peer({})
        self.om1.verify()
        listener.close()
        said = self.doctor("--wait", "1s")
        self.assertEqual(self.findings(said, "HA001"), [("risk", "om9")])
        self.assertEqual(said["exit"], 15)

    def test_offline_asks_nobody_and_accuses_nobody(self):
        listener = self.peer({})
        self.om1.verify()
        asked = len(listener.asked)
        said = self.doctor("--offline")
        self.assertEqual(len(listener.asked), asked)
        self.assertEqual(self.findings(said, "HA001"), [])
        self.assertEqual(self.findings(said, "HA003"), [("unknown", "the peers")])


class TheTable(FactsTest):
    def test_fleet_shows_every_host_with_this_one_first_and_ends_as_verify_does(self):
        facts = {"agent.version": "9.9", "central_url": URL, "om.version": "8.0.15.500", "om.running": "web", "gate": "allowed 5"}
        listener = self.peer(facts)
        self.om1.verify()
        said = self.om1.run_json("fleet")
        self.assertEqual((said["schema"], said["exit"]), ("genkey-agent/fleet/1", 0))
        self.assertEqual([(host["name"], host["own"], host["result"]) for host in said["hosts"]], [("om1", True, "self"), ("om9", False, "agree")])
        self.assertEqual((said["hosts"][1]["version"], said["hosts"][1]["facts"]["central_url"]), ("9.9", URL))
        table = self.om1.run("fleet")
        self.assertLessEqual(max(map(len, table.out.splitlines())), 80)
        for shown in ("om9", "8.0.15", "9.9", "allowed", "https://om.example.com", "1 of 1 peer agrees"):
            self.assertIn(shown, table.out)
        listener.close()
        self.assertIn("unreachable", self.om1.run("fleet", "--wait", "1s", expect=15).out)

    def test_two_hosts_of_this_program_show_each_other(self):
        om2 = self.host("om2")
        om2.run("join", "--ticket-file", "-", stdin=self.om1.run("invite").line)
        om2.serve()
        hosts = om2.run_json("fleet")["hosts"]
        self.assertEqual([host["name"] for host in hosts], ["om2", "om1"])
        self.assertEqual(hosts[0]["version"], hosts[1]["version"])

    def test_without_a_key_it_ends_as_verify_does(self):
        self.assertEqual(self.host("om2").run("fleet", expect=11).out, "")


if __name__ == "__main__":
    harness.main()
