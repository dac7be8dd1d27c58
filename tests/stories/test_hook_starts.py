# SPDX-License-Identifier: ISC
"""Starts that the hook sees: with another home, and within a start that the gate has allowed. What is noted of them."""

import json
import os
import pwd
import re
import subprocess

import harness
from harness.hooks import ANOTHER_START, HookTest, START, silent_peer, was_asked


class ForeignHome(HookTest):
    """mms.conf names a key under ${HOME}, and somebody with another home starts Ops Manager."""

    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.root = self.om1.directory / "root"
        self.om1.where += ["--root", self.root]
        home = pwd.getpwuid(os.getuid()).pw_dir
        self.om1.key_file = self.below(home)
        self.foreign = self.below("/foreign")
        self.key_files |= {self.om1.key_file, self.foreign}
        self.om1.key_file.parent.mkdir(parents=True)
        self.om1.unpack("ENC_KEY_PATH=${HOME}/.mongodb-mms/gen.key\n")
        self.own = {"HOME": home, "STAND_IN_ROOT": str(self.root)}
        self.other = {**self.own, "HOME": "/foreign"}

    def below(self, home):
        return self.root / home.lstrip("/") / ".mongodb-mms" / "gen.key"

    def put_foreign(self, key):
        self.foreign.parent.mkdir(parents=True)
        self.foreign.write_bytes(key)
        self.foreign.chmod(0o600)

    def established(self):
        self.om1.run("generate")
        self.om1.run("hook", "install")
        self.assert_starts_in_silence(self.om1, environment=self.own)

    def test_no_key_is_made_there_and_the_command_that_is_told_starts_it(self):
        self.established()
        before = self.om1.key()
        outcome = self.assert_refused(self.om1, str(self.foreign), str(self.om1.key_file), environment=self.other)
        self.assertFalse(self.foreign.exists())
        self.assertIn(f"set this line in {self.om1.conf}:\n    ENC_KEY_PATH={self.own['HOME']}/.mongodb-mms/gen.key\n", outcome.err)
        command = re.search(r"to start it as \S+:\n +(.*)", outcome.err)[1]
        pasted = subprocess.run(["sh", "-c", command], env={**os.environ, **self.other}, capture_output=True, text=True, check=False)
        self.assertEqual((pasted.returncode, pasted.stdout), (0, "did start\n"), pasted.stderr)
        self.assertEqual(self.om1.key(), before)

    def test_a_start_without_any_home_is_told_the_same(self):
        self.established()
        self.om1.write_script(options="set -e")
        without = ("env", "-u", "HOME")
        outcome = self.assert_refused(self.om1, str(self.below("/")), environment=self.own, prefix=without)
        self.assertIn("start it as", outcome.err)

    def test_another_key_there_is_named(self):
        self.established()
        self.put_foreign(self.fresh_key())
        self.assert_refused(self.om1, str(self.foreign), "not this host's key", environment=self.other)
        self.assertEqual(self.om1.last_gate()["code"], 14)

    def test_what_is_no_key_there_is_named(self):
        self.established()
        self.put_foreign(b"x" * 23)
        self.assert_refused(self.om1, str(self.foreign), "23 bytes", environment=self.other)
        self.assertEqual(self.om1.last_gate()["code"], 12)

    def test_the_same_key_there_is_fine(self):
        self.established()
        self.put_foreign(self.om1.key())
        self.assert_starts_in_silence(self.om1, environment=self.other)

    def test_a_link_to_this_hosts_file_is_fine(self):
        self.established()
        self.foreign.parent.mkdir(parents=True)
        self.foreign.symlink_to(self.om1.key_file)
        self.assert_starts_in_silence(self.om1, environment=self.other)

    def test_nothing_is_generated_or_adopted_from_there(self):
        self.om1.also(first_host=True)
        self.om1.run("hook", "install")
        self.assert_refused(self.om1, str(self.foreign), environment=self.other)
        self.put_foreign(self.fresh_key())
        self.assert_refused(self.om1, str(self.foreign), environment=self.other)
        self.assertFalse(self.om1.key_file.exists())
        self.assertFalse((self.om1.state_dir / "record.json").exists())

    def test_the_policy_and_an_override_hold_here_too(self):
        self.established()
        self.om1.run("gate", "--allow-next-start", "--reason", "moving the key")
        # Without a file there, Ops Manager would make a new key.
        outcome = self.assert_refused(self.om1, "no override", environment=self.other)
        self.assertNotIn("--allow-next-start", outcome.err)
        self.put_foreign(self.fresh_key())
        self.assertIn("moving the key", self.om1.call("start", environment=self.other).err)
        self.assert_refused(self.om1, "--allow-next-start --reason", environment=self.other)
        self.foreign.unlink()
        self.om1.also(gate={"policy": "warn"})
        self.assertIn(str(self.foreign), self.om1.call("start", environment=self.other).err)
        self.foreign.unlink()
        self.om1.also(gate={"policy": "off"})
        self.assertIn("Generating", self.om1.call("start", environment=self.other).out)


class SameStart(HookTest):
    """systemd's drop-in has asked the gate, and then its script sources mms.conf."""

    def gate_in(self, host, start, expect=0):
        return host.run("gate", "--wait", "0s", expect=expect, environment={"INVOCATION_ID": start})

    def test_a_start_that_was_allowed_passes_at_once(self):
        with silent_peer() as peer:
            om1 = self.hooked()
            self.gate_in(om1, START)
            om1.also(peers=[f"127.0.0.1:{peer.getsockname()[1]}"], gate={"wait": "1s"})
            self.assert_starts_in_silence(om1, environment={"INVOCATION_ID": START})
            self.assertFalse(was_asked(peer))
            om1.call(environment={"INVOCATION_ID": ANOTHER_START})
            self.assertTrue(was_asked(peer))

    def test_an_override_that_the_drop_in_used_up_holds_for_the_rest_of_this_start_and_no_other(self):
        om1 = self.hooked()
        wrong = self.fresh_key()
        om1.put_key(wrong)
        om1.run("gate", "--allow-next-start", "--reason", "known")
        self.assertIn("known", self.gate_in(om1, START).err)
        self.assert_starts_in_silence(om1, environment={"INVOCATION_ID": START})
        self.assert_refused(om1, environment={"INVOCATION_ID": ANOTHER_START})
        self.assert_refused(om1)

    def test_a_script_that_comes_back_under_another_verb_is_the_same_start(self):
        om1 = self.hooked()
        om1.write_script(options='[ "${1:-}" != restart ] || { . "${0%/bin/*}/conf/mms.conf"; "$0" stop; "$0" start; exit; }')
        om1.put_key(self.fresh_key())
        self.assert_refused(om1, verb="restart")
        om1.run("gate", "--allow-next-start", "--reason", "known")
        outcome = om1.call("restart")
        self.assertEqual(outcome.out, "did stop\ndid start\n")
        self.assertEqual(outcome.err.count("override"), 1)
        self.assert_refused(om1)

    def test_a_key_that_was_touched_in_between_is_judged_again(self):
        om1 = self.hooked()
        self.gate_in(om1, START)
        facts = om1.key_file.stat()
        self.watch(om1.key())
        om1.key_file.write_bytes(self.fresh_key())
        os.utime(om1.key_file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        self.assert_refused(om1, "not the one recorded", environment={"INVOCATION_ID": START})

    def test_a_refusal_an_old_decision_and_a_damaged_note_let_nothing_pass(self):
        om1 = self.hooked()
        key = om1.key()
        om1.put_key(self.fresh_key())
        self.gate_in(om1, START, expect=14)
        self.assert_refused(om1, environment={"INVOCATION_ID": START})
        om1.put_key(key)
        self.gate_in(om1, START)
        note = om1.state_dir / "gate.json"
        good = json.loads(note.read_text())
        with silent_peer() as peer:
            om1.also(peers=[f"127.0.0.1:{peer.getsockname()[1]}"], gate={"wait": "500ms"})
            for text in (json.dumps({**good, "decided": good["decided"] - 3600}), "{", json.dumps({**good, "start": ""})):
                with self.subTest(text=text[:20]):
                    note.write_text(text)
                    om1.call(environment={"INVOCATION_ID": START})
                    self.assertTrue(was_asked(peer))
            note.write_text(json.dumps(good))
            om1.call(environment={"INVOCATION_ID": START})
            self.assertFalse(was_asked(peer))

    def test_another_file_than_the_gate_saw_is_judged_by_itself(self):
        om1 = self.hooked()
        self.gate_in(om1, START)
        om1.conf.write_text(om1.conf.read_text().replace(f"ENC_KEY_PATH={om1.key_file}\n", f"ENC_KEY_PATH={om1.key_file}.other\n"))
        om1.also(installation={"key_file": str(om1.key_file)})
        self.assert_refused(om1, f"{om1.key_file}.other", environment={"INVOCATION_ID": START})


class Memory(HookTest):
    def test_status_shows_the_last_decision(self):
        om1 = self.host("om1")
        self.assertIsNone(om1.run_json("status", expect=11)["status"]["last_gate"])
        om1.run("hook", "install")
        self.assert_refused(om1)
        said = om1.run_json("status", expect=11)["status"]["last_gate"]
        self.assertEqual((said["allowed"], said["overridden"], said["code"]), (False, False, 11))
        self.assertRegex(om1.run("status", expect=11).out, r"(?m)^gate +refused (just now|\d+ s ago): there is no key")
        self.assertIn("\ngenkey_agent_gate_refused 1\n", om1.run("status", "--format", "prometheus", expect=11).out)
        om1.run("generate")
        self.assert_starts_in_silence(om1)
        self.assertTrue(om1.run_json("status")["status"]["last_gate"]["allowed"])
        self.assertRegex(om1.run("status").out, r"(?m)^gate +allowed (just now|\d+ s ago)$")
        self.assertIn("\ngenkey_agent_gate_refused 0\n", om1.run("status", "--format", "prometheus").out)

    def test_after_a_refusal_ensure_says_once_how_to_start_ops_manager(self):
        om1 = self.hooked()
        key = om1.key()
        self.assertNotIn("to start it", om1.run("ensure").err)
        om1.key_file.unlink()
        self.assert_refused(om1)
        self.assertNotIn("to start it", om1.run("ensure", expect=11).err)
        om1.put_key(key)
        self.assertNotIn("to start it", om1.run("ensure", environment={"INVOCATION_ID": START}).err)
        command = re.search(r"to start it now:\n +(.*)", om1.run("ensure").err)[1]
        self.assertNotIn("to start it", om1.run("ensure").err)
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "did start\n"), done.stderr)

    def test_a_dry_run_notes_nothing(self):
        om1 = self.hooked()
        om1.run("gate", "--dry-run")
        self.assertFalse((om1.state_dir / "gate.json").exists())
        om1.run("gate")
        self.assertTrue((om1.state_dir / "gate.json").exists())

    def test_what_stands_in_the_way_of_the_note_stops_nobody(self):
        om1 = self.hooked()
        (om1.state_dir / "gate.json").mkdir()
        self.assertIn("could not be saved", om1.call("start").err)

    def test_a_start_fetches_a_lost_key_back_first(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.run("hook", "install")
        om2.lose_key()
        with om2.restarting():
            outcome = om2.call("start")
        self.assertEqual(outcome.out, "did start\n")
        self.assertEqual(om2.key(), om1.key())


if __name__ == "__main__":
    harness.main()
