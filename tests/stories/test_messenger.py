# SPDX-License-Identifier: ISC
"""The verdict does not depend on the messenger: no stream, log, directory or unrelated setting changes what the gate says."""

import os
import shutil
import socket

import harness
from harness import faults, streams
from harness.hooks import HookTest

ALLOWED = "Ops Manager may start"
UNWRITTEN = "standard output could not be written"
# Exit codes that say that the work was done. Without a report they become 1.
GOOD = (0, 10)
NO_TOML = "peers = [\n"


class MessengerTest(harness.StoryTest):
    def holder(self, name="om1", **settings):
        host = self.host(name, **settings)
        host.run("generate")
        return host

    def break_record(self, host):
        """Runs the host's commands on a disk that fails to read the record."""
        fault = ("-e", "trace=read,pread64", "-e", "inject=read,pread64:error=EIO")
        host.prefix = (*faults.STRACE, "-o", "/dev/null", "-P", host.state_dir / "record.json", *fault)

    def append(self, host, text):
        with host.config.open("a", encoding="utf-8") as file:
            file.write(text)

    def prepend(self, host, text):
        host.config.write_text(text + host.config.read_text(encoding="utf-8"), encoding="utf-8")


class GateStreams(MessengerTest):
    def assert_code_with_any_streams(self, host, expect, *arguments):
        for out, err in streams.PAIRS:
            with self.subTest(host=host.name, out=out, err=err, arguments=arguments):
                code, said, told = streams.run(host, *arguments, out=out, err=err)
                self.assertEqual(code, expect, told)
                if out != "open" and err == "open" and "hook" not in arguments:
                    self.assertIn(UNWRITTEN, told)
                    self.assertIn("Ops Manager m", told)

    def test_the_gates_exit_code_is_the_same_whatever_its_streams_are(self):
        sound, drifted, lost, warned, off = (self.holder(f"om{number}") for number in range(1, 6))
        for host in (drifted, warned):
            host.put_key(self.fresh_key())
        for host in (lost, off):
            host.key_file.unlink()
        warned.configure(gate={"policy": "warn"})
        off.configure(gate={"policy": "off"})
        for host, code in ((sound, 0), (drifted, 14), (lost, 11), (warned, 0), (off, 0)):
            self.assert_code_with_any_streams(host, code, "gate", "--wait", "0s")
        self.assert_code_with_any_streams(drifted, 14, "gate", "--wait", "0s", "--json")

    def test_an_error_of_the_gate_is_let_pass_by_warn_whatever_its_streams_are(self):
        om1 = self.holder(gate={"policy": "warn"})
        self.break_record(om1)
        self.assert_code_with_any_streams(om1, 0, "gate", "--wait", "0s")


class HookStreams(HookTest):
    def test_the_hooks_exit_code_is_the_same_whatever_its_streams_are(self):
        om1, om2 = self.host("om1"), self.host("om2")
        for host in (om1, om2):
            host.run("generate")
        om2.put_key(self.fresh_key())
        for host, expect in ((om1, 0), (om2, 14)):
            for out, err in streams.PAIRS:
                with self.subTest(host=host.name, out=out, err=err):
                    code, _, told = streams.run(host, "hook", "run", out=out, err=err)
                    self.assertEqual(code, expect, told)


class Streams(MessengerTest):
    def assert_report(self, result, expect, out, err):
        """The work's own code where it could be told. Else what was done ends with 1, and is told where that is possible."""
        code, _, told = result
        told_in_full = out == "open"
        self.assertEqual(code, expect if told_in_full or expect not in GOOD else 1, told)
        if not told_in_full and err == "open":
            self.assertIn(UNWRITTEN, told)

    def each(self, *arguments, host, expect=0, stdin=b""):
        for out, err in streams.PAIRS:
            with self.subTest(out=out, err=err, arguments=arguments):
                self.assert_report(streams.run(host, *arguments, out=out, err=err, stdin=stdin), expect, out, err)

    def test_a_report_that_could_not_be_written_is_told_on_standard_error_and_ends_with_1(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        for arguments in (("verify",), ("status",), ("status", "--json"), ("audit",), ("ensure",), ("peers", "list")):
            self.each(*arguments, host=om1)
        om2.stop()
        self.each("verify", "--wait", "0s", host=om1, expect=15)
        om1.stop()
        om2.key_file.unlink()
        # An error has no report: all of it is on standard error.
        for out, err in streams.PAIRS:
            with self.subTest(out=out, err=err):
                self.assertEqual(streams.run(om2, "ensure", "--wait", "0s", out=out, err=err)[0], 11)

    def test_a_key_that_was_made_is_there_whoever_hears_of_it(self):
        source = self.key_source(self.fresh_key())
        for number, (out, err) in enumerate(streams.PAIRS):
            made, given = self.host(f"made{number}"), self.host(f"given{number}")
            with self.subTest(out=out, err=err):
                result = streams.run(made, "generate", out=out, err=err)
                self.assert_report(result, 0, out, err)
                if out != "open" and err == "open":
                    self.assertIn(f"made the key of fleet {made.record()['fleet']} in {made.key_file}", result[2])
                self.assert_report(streams.run(given, "import", source, out=out, err=err), 0, out, err)
                self.assertEqual(given.key(), source.read_bytes())
                for host in (made, given):
                    self.assertEqual(len(host.key()), 24)
                    host.assert_private()
                    host.run("verify")
                    host.run("ensure")

    def test_a_host_that_joined_has_joined_whoever_hears_of_it(self):
        om1 = self.holder()
        om1.serve()
        ticket = om1.run("invite", "--uses", str(len(streams.PAIRS))).line
        for number, (out, err) in enumerate(streams.PAIRS):
            with self.subTest(out=out, err=err):
                host = self.host(f"joined{number}")
                result = streams.run(host, "join", "--ticket-file", "-", out=out, err=err, stdin=ticket)
                self.assert_report(result, 0, out, err)
                self.assertEqual(host.key(), om1.key())

    def test_a_backup_that_was_written_is_there_whoever_hears_of_it(self):
        _, recipient = self.age_identity()
        om1 = self.holder(backup={"recipients": [recipient]})
        for number, (out, err) in enumerate(streams.PAIRS):
            copy = self.directory / f"copy{number}"
            with self.subTest(out=out, err=err):
                self.assert_report(streams.run(om1, "backup", "--output", copy, out=out, err=err), 0, out, err)
                self.assertTrue(copy.read_bytes().startswith(b"age-encryption.org/v1"))

    def test_nothing_is_written_into_a_file_in_the_place_of_a_closed_stream(self):
        om1 = self.holder()
        before = om1.key(), (om1.state_dir / "record.json").read_bytes()
        for arguments in (("status",), ("ensure",), ("audit", "--fix"), ("gate", "--wait", "0s"), ("verify",)):
            streams.run(om1, *arguments, out="closed", err="closed")
        self.assertEqual((om1.key(), (om1.state_dir / "record.json").read_bytes()), before)
        om1.run("status")

    def test_a_closed_standard_input_is_an_error_of_reading(self):
        om1 = self.host("om1")
        om1.prefix = ("sh", "-c", 'exec "$@" <&-', "sh")
        self.assertIn("standard input", om1.run("import", "-", expect=1).err)
        self.assertFalse(om1.key_file.exists())

    def test_help_and_version_that_were_cut_off_end_with_1(self):
        om1 = self.host("om1")
        for word in ("--help", "--version"):
            for out in ("full", "broken", "closed"):
                with self.subTest(word, out=out):
                    self.assertEqual(streams.run(om1, word, out=out)[0], 1)


class Listening(MessengerTest):
    def test_a_listener_answers_whatever_its_streams_are_and_no_connection_takes_their_place(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.stop()
        for kind in streams.KINDS:
            with self.subTest(kind), streams.serving(om1, kind) as process:
                om2.gate("--policy", "strict", wait="60s")
                self.assertIsNone(process.poll())
                places = [os.readlink(f"/proc/{process.pid}/fd/{number}") for number in (1, 2)]
                self.assertFalse([place for place in places if place.startswith(("socket:", "anon_inode:", str(om1.state_dir)))])


class SystemLog(MessengerTest):
    """With both streams gone, the system's log is what is left."""

    def setUp(self):
        harness.need_root()
        super().setUp()
        self.log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.log.close)
        self.log.bind(str(self.directory / "log"))
        self.log.settimeout(0)
        self.before = ("unshare", "--mount", "sh", "-ec", streams.WITH_LOG, "sh", self.directory)

    def logged(self):
        lines = []
        while True:
            try:
                lines.append(self.log.recv(65536).decode())
            except BlockingIOError:
                return "\n".join(lines)

    def test_it_has_what_no_stream_took(self):
        om1 = self.holder()
        om1.put_key(self.fresh_key())
        for kind in ("closed", "full", "broken"):
            with self.subTest(kind):
                code, *_ = streams.run(om1, "gate", "--wait", "0s", out=kind, err=kind, before=self.before)
                self.assertEqual(code, 14)
                logged = self.logged()
                self.assertIn("the key on this host is not the one recorded for it", logged)
                self.assertIn("Ops Manager must not start", logged)
                self.assertRegex(logged, r"^<\d+>.*genkey-agent\[\d+\]: ")

    def test_it_has_errors_of_the_command_line_too(self):
        code, *_ = streams.run(self.host("om1"), "verfiy", out="closed", err="closed", before=self.before)
        self.assertEqual(code, 2)
        self.assertIn("--help", self.logged())

    def test_it_has_nothing_where_standard_error_takes_it(self):
        streams.run(self.holder(), "gate", "--wait", "0s", out="full", before=self.before)
        self.assertEqual(self.logged(), "")


class State(MessengerTest):
    def test_a_state_directory_that_is_read_only_changes_no_verdict(self):
        harness.need_root()
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.put_key(self.fresh_key())
        om2.run("gate", "--allow-next-start", "--reason", "it cannot be used up")
        for host, expect in ((om1, 0), (om2, 14)):
            with streams.read_only(host.state_dir) as before:
                for repeated in range(2):
                    code, said, told = streams.run(host, "gate", "--wait", "0s", before=before)
                    self.assertEqual(code, expect, (repeated, said, told))
        self.assertIn("cannot be removed, so it does not count", told)

    def test_a_state_directory_that_is_missing_and_cannot_be_made_changes_no_verdict(self):
        harness.need_root()
        om1 = self.holder()
        shutil.rmtree(om1.state_dir)
        with streams.read_only(om1.directory) as before:
            code, said, told = streams.run(om1, "gate", "--wait", "0s", before=before)
            self.assertEqual(code, 0, told)
            self.assertIn(ALLOWED, said)
        om1.key_file.unlink()
        with streams.read_only(om1.directory) as before:
            self.assertEqual(streams.run(om1, "gate", "--wait", "0s", before=before)[0], 11)

    def test_an_audit_whose_last_step_fails_reports_what_it_found(self):
        om1 = self.holder()
        om1.key_file.chmod(0o644)
        self.break_record(om1)
        outcome = om1.run("audit", expect=14)
        self.assertIn("chmod", outcome.out)
        self.assertIn("record.json", outcome.err)


class Policy(MessengerTest):
    """The policy is read first and on its own."""

    ELSEWHERE = ('frist_host = true\n', 'peers = ["a b"]\n', 'state_dir = "relative"\n', "name = 3\n", NO_TOML)

    def mistaken(self, policy, mistake):
        om1 = self.holder(f"om{len(self.hosts)}", gate={"policy": policy})
        om1.put_key(self.fresh_key())
        om1.config.write_text(mistake + f'[gate]\npolicy = "{policy}"\n', encoding="utf-8")
        return om1

    def test_warn_and_off_let_every_start_pass_whatever_else_is_wrong_in_the_file_and_name_it(self):
        for policy in ("warn", "off"):
            for mistake in self.ELSEWHERE:
                with self.subTest(policy=policy, mistake=mistake):
                    om1 = self.mistaken(policy, mistake)
                    outcome = om1.gate()
                    self.assertIn(ALLOWED, outcome.out)
                    self.assertIn(f"{om1.config}:1: " if mistake != NO_TOML else f"{om1.config}:", outcome.err)

    def test_warn_and_off_let_every_start_pass_where_the_gate_itself_fails(self):
        for policy in ("warn", "off"):
            for arguments in (("--install-path", "/nowhere"), ("--owner", "nobody-of-this-name")):
                with self.subTest(policy=policy, arguments=arguments):
                    om1 = self.holder(f"om{len(self.hosts)}", gate={"policy": policy})
                    command = om1.typed("gate", "--config", om1.config, "--state-dir", om1.state_dir, *arguments)
                    om1.command = lambda *_, typed=command: typed
                    self.assertIn(ALLOWED, om1.run("gate").out)

    def test_warn_and_off_let_every_start_pass_where_a_variable_has_a_bad_value(self):
        bad = {"GENKEY_AGENT_STATE_DIR": ("/", "--state-dir"), "GENKEY_AGENT_KEY_FILE": ("gka1_" + "A" * 60, "a ticket")}
        for policy in ("warn", "off"):
            om1 = self.holder(f"om{len(self.hosts)}", gate={"policy": policy})
            om1.command = lambda *words: om1.typed(*words, "--install-path", om1.directory)
            for command in (("gate",), ("hook", "run")):
                for variable, (value, told) in bad.items():
                    with self.subTest(policy=policy, command=command, variable=variable):
                        outcome = om1.run(*command, environment={"GENKEY_AGENT_CONFIG": str(om1.config), variable: value})
                        self.assertIn(told, outcome.err)
                        self.assertNotIn("AAAA", outcome.err)
                        # A hook says nothing of a start that goes on but what is wrong.
                        self.assertEqual(ALLOWED in outcome.out, command == ("gate",))

    def test_a_variable_with_a_bad_value_ends_every_other_command_and_policy(self):
        om1 = self.holder("om1", gate={"policy": "warn"})
        bad = {"GENKEY_AGENT_STATE_DIR": "/"}
        om1.command = lambda *words: om1.typed(*words, "--config", om1.config)
        for command in (("ensure",), ("gate", "--policy", "local"), ("gate", "--no-such-option")):
            with self.subTest(command=command):
                om1.run(*command, environment=bad, expect=2)

    def test_a_mistake_that_the_gate_does_not_need_is_told_and_does_not_stop_it(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        self.append(om1, '[backup]\nrecipient = "x"\n')
        self.prepend(om1, 'first_host = "yes"\n')
        outcome = om1.gate()
        self.assertIn('unknown key "backup.recipient" (did you mean "backup.recipients"?); the gate does not need it', outcome.err)
        self.assertIn('"first_host" must be true or false, without quotes; the gate does not need it', outcome.err)
        self.assertIn(om2.address, str(om1.run_json("gate", "--wait", "0s").get("peers")))
        om1.run("ensure", expect=2)
        om1.run("verify", expect=2)

    def test_a_mistake_that_the_gate_needs_makes_it_go_by_the_record_alone(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.stop()
        for mistake in ('peers = ["a b"]\n', "serve = 3\n", NO_TOML):
            with self.subTest(mistake=mistake):
                om1.config.write_text(mistake, encoding="utf-8")
                outcome = om1.gate()
                self.assertIn("asks no peer and goes by the record alone", outcome.err)
                self.assertNotIn(om2.address, outcome.out)
                for policy in ("majority", "strict"):
                    om1.gate("--policy", policy)
        self.watch(om1.key())
        om1.put_key(self.fresh_key())
        self.assertEqual(om1.gate_reasons(expect=14), ["not-recorded"])

    def test_a_configuration_that_cannot_be_read_makes_it_go_by_the_record_alone(self):
        om1 = self.holder()
        om1.config.unlink()
        self.assertIn("there is no configuration file", om1.gate().err)
        om1.config.mkdir()
        self.assertIn("goes by the record alone", om1.gate().err)
        om1.put_key(self.fresh_key())
        om1.gate(expect=14)

    def test_a_mistake_in_the_policy_is_told_and_default_holds_and_never_off(self):
        for policy in ('"of"', "off", '"off', "[]", '""'):
            with self.subTest(policy=policy):
                om1 = self.holder(f"om{len(self.hosts)}")
                om1.config.write_text(f"[gate]\npolicy = {policy}\n", encoding="utf-8")
                self.assertIn(f"{om1.config}:2: ", om1.gate().err)
                om1.put_key(self.fresh_key())
                self.assertIn("gate.policy" if policy != '"off' else "record", om1.gate(expect=14).err)
                self.assertEqual(om1.run_json("gate", "--wait", "0s", expect=14)["gate"]["policy"], "default")

    def test_a_hook_with_mistakes_in_the_configuration_makes_no_key(self):
        om1 = self.host("om1")
        om1.config.write_text('first_host = true\npeers = ["a b"]\n', encoding="utf-8")
        om1.run("hook", "run", expect=None)
        self.assertFalse(om1.key_file.exists())

    def test_an_override_is_not_used_up_by_a_policy_that_lets_the_start_pass(self):
        om1 = self.holder()
        om1.put_key(self.fresh_key())
        om1.run("gate", "--allow-next-start", "--reason", "for the day")
        for policy in ("warn", "off"):
            outcome = om1.gate("--policy", policy)
            self.assertNotIn("override", outcome.err)
            self.assertNotIn("--allow-next-start", outcome.err)
        self.assertIn("for the day", om1.gate().err)
        om1.gate(expect=14)


class NoOverrideWithoutKey(MessengerTest):
    """Ops Manager would make a new, wrong key."""

    def test_it_is_not_offered_where_there_is_no_key_or_no_valid_one(self):
        never, lost, invalid = self.host("om1"), self.holder("om2"), self.holder("om3")
        lost.key_file.unlink()
        invalid.put_key(os.urandom(23))
        for host, code in ((never, 11), (lost, 11), (invalid, 12)):
            with self.subTest(host.name):
                self.assertNotIn("--allow-next-start", host.gate(expect=code).err)

    def test_it_is_refused_while_there_is_no_key(self):
        never, lost = self.host("om1"), self.holder("om2")
        lost.key_file.unlink()
        for host in (never, lost):
            with self.subTest(host.name):
                outcome = host.run("gate", "--allow-next-start", "--reason", "I must", expect=11)
                self.assertIn("Ops Manager would create a new, wrong one", outcome.err)
                self.assertNotIn("--allow-next-start", outcome.err)
                host.gate(expect=11)

    def test_one_that_waits_is_not_used_when_the_key_has_gone_meanwhile(self):
        om1 = self.holder()
        key = om1.key()
        om1.run("gate", "--allow-next-start", "--reason", "a drill")
        om1.key_file.unlink()
        self.assertIn("no override starts Ops Manager without a key", om1.gate(expect=11).err)
        self.watch(key)
        om1.put_key(self.fresh_key())
        self.assertIn("a drill", om1.gate().err)


if __name__ == "__main__":
    harness.main()
