"""The hook, one line in mms.conf, asks the gate before each start and never before a stop. Real shells source it."""

import contextlib
import json
import os
import pwd
import re
import shutil
import socket
import subprocess

import harness

SHELLS = ("sh", "dash", "bash")
STARTS = ("start", "restart", "start_mms", "start_backup_daemon", "run")
OTHERS = ("stop", "status", "")
MARK = "# genkey-agent hook"
START = "0123456789abcdef0123456789abcdef"
ANOTHER_START = "fedcba9876543210fedcba9876543210"

# Stands in for Ops Manager's start script: sources mms.conf, and makes a new key file when there is none.
SCRIPT = """#!/bin/{shell}
{options}
installation=$(cd "$(dirname "$0")/.." && pwd)
. "$installation/conf/mms.conf"
case "${{1:-}}" in
    {starts})
        key=${{STAND_IN_ROOT:-}}$ENC_KEY_PATH
        if [ ! -f "$key" ]; then
            echo "Generating new Ops Manager private key..."
            mkdir -p "$(dirname "$key")"
            head -c 24 /dev/urandom >"$key"
        fi ;;
esac
echo "did ${{1:-nothing}}"
"""


def silent_peer():
    """Takes connections and never answers."""
    return socket.create_server(("127.0.0.1", 0))


def was_asked(server):
    server.settimeout(0)
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


class Installed(harness.Host):
    """A host with an Ops Manager from an archive, or from a package under a root of its own."""

    program = harness.PROGRAM

    def __init__(self, test, name):
        super().__init__(test, name)
        self.installation = self.directory / "ops manager"
        self.where = ["--install-path", self.installation]
        self.unpack(f"ENC_KEY_PATH={self.key_file}\n")

    def unpack(self, conf):
        (self.installation / "conf").mkdir(parents=True, exist_ok=True)
        (self.installation / "bin").mkdir(exist_ok=True)
        self.conf = self.installation / "conf" / "mms.conf"
        self.conf.write_bytes(conf.encode() if isinstance(conf, str) else conf)
        self.write_script()

    def write_script(self, shell="sh", options="set -eu"):
        script = self.installation / "bin" / "mongodb-mms"
        script.write_text(SCRIPT.format(shell=shell, options=options, starts="|".join(STARTS)))
        script.chmod(0o755)

    def command(self, *arguments):
        common = ["--config", self.config, "--state-dir", self.state_dir, *self.where]
        return [str(part) for part in (*self.prefix, self.program, *arguments, *common)]

    def call(self, verb="start", expect=0, prefix=(), shell=None, environment=None):
        """Calls the start script by hand."""
        script = self.installation / "bin" / "mongodb-mms"
        command = [str(part) for part in (*prefix, *([shell] if shell else []), script, *([verb] if verb else []))]
        # The test itself may run in a unit.
        clean = {name: value for name, value in os.environ.items() if name != "INVOCATION_ID"}
        done = subprocess.run(
            command, capture_output=True, timeout=harness.TIME_LIMIT, env={**clean, "LC_ALL": "C.UTF-8", **(environment or {})},
            cwd="/", check=False,
        )
        outcome = harness.Outcome(command, done.returncode, done.stdout, done.stderr)
        self.test.collect_output(f"{self.name}: {verb}", done.stdout + done.stderr)
        self.test.watch_key_file(self.key_file)
        if outcome.code != expect:
            raise AssertionError(f"{self.name}: expected the script's exit {expect}\n{outcome}")
        return outcome

    def hook_lines(self):
        return [line for line in self.conf.read_text().splitlines() if MARK in line]

    def last_gate(self):
        return json.loads((self.state_dir / "gate.json").read_text())


class HookTest(harness.StoryTest):
    def host(self, name, **configuration):
        return self.add_host(Installed(self, name), configuration)

    def hooked(self, name="om1", **configuration):
        host = self.host(name, **configuration)
        host.run("generate")
        host.run("hook", "install")
        return host

    def assert_refused(self, host, *said, verb="start", **how):
        outcome = host.call(verb, expect=1, **how)
        self.assertEqual(outcome.out, "")
        for text in (*said, "must not start"):
            self.assertIn(text, outcome.err)
        return outcome

    def assert_starts_in_silence(self, host, verb="start", **how):
        outcome = host.call(verb, **how)
        self.assertEqual((outcome.out, outcome.err), (f"did {verb}\n", ""))


class Verbs(HookTest):
    def test_every_verb_that_starts_is_held_in_every_shell_and_no_key_is_made(self):
        om1 = self.host("om1")
        om1.run("hook", "install")
        for shell in SHELLS:
            for verb in STARTS:
                with self.subTest(shell=shell, verb=verb):
                    self.assert_refused(om1, "there is no key", verb=verb, shell=shell)
        self.assertFalse(om1.key_file.exists())

    def test_stop_and_status_never_ask_whatever_is_wrong(self):
        om1 = self.host("om1")
        om1.run("hook", "install", "--require")
        om1.config.write_text("this is no TOML")
        self.assertIn(str(om1.config), om1.call("start", expect=1).err)
        for shell in SHELLS:
            for verb in OTHERS:
                with self.subTest(shell=shell, verb=verb):
                    outcome = om1.call(verb, shell=shell)
                    self.assertEqual((outcome.out, outcome.err), (f"did {verb or 'nothing'}\n", ""))

    def test_a_host_with_its_key_starts_in_silence_in_every_shell(self):
        om1 = self.hooked()
        for shell in SHELLS:
            for verb in STARTS:
                with self.subTest(shell=shell, verb=verb):
                    self.assert_starts_in_silence(om1, verb, shell=shell)

    def test_it_can_be_sourced_in_a_function_without_arguments_under_strict_rules(self):
        om1 = self.host("om1")
        om1.run("hook", "install")
        for shell in SHELLS:
            with self.subTest(shell=shell):
                done = subprocess.run(
                    [shell, "-euc", 'f() { . "$1"; }; g() { set --; . "$conf"; echo "$ENC_KEY_PATH"; }; conf=$0; g; f "$0"', om1.conf],
                    capture_output=True, text=True, timeout=harness.TIME_LIMIT, check=False,
                )
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, f"{om1.key_file}\n", ""))

    def test_a_script_that_splits_words_elsewhere_asks_for_the_same_file(self):
        om1 = self.hooked()
        om1.write_script(options="IFS=-./k")
        self.assert_starts_in_silence(om1)

    def test_a_start_that_may_go_on_leaves_standard_output_to_the_script(self):
        om1 = self.hooked(gate={"policy": "warn"})
        om1.key_file.unlink()
        outcome = om1.call("start")
        self.assertEqual(outcome.out, "Generating new Ops Manager private key...\ndid start\n")
        self.assertIn("this host's key is missing", outcome.err)


class Line(HookTest):
    CONTENTS = (
        b"", b"ENC_KEY_PATH=/k/gen.key\n", b"ENC_KEY_PATH=/k/gen.key", b"# \xe4 no UTF-8\nENC_KEY_PATH=/k/gen.key\n\n\n",
        b"# on Windows\r\nA=1\r\n", b"# on Windows\r\nA=1",
    )

    def test_it_is_the_last_line_and_the_only_one(self):
        om1 = self.host("om1")
        self.assertTrue(om1.run_json("hook", "install")["changed"])
        with om1.conf.open("a") as conf:
            conf.write("ENC_KEY_PATH=/later/gen.key\n")
        self.assertTrue(om1.run_json("hook", "install")["changed"])
        lines = om1.conf.read_text().splitlines()
        self.assertEqual([MARK in line for line in lines], [False, False, True])

    def test_installing_it_again_touches_nothing(self):
        om1 = self.host("om1")
        om1.run("hook", "install")
        before = om1.snapshot()
        again = om1.run_json("hook", "install")
        self.assertEqual((again["changed"], again["hook"]), (False, {"file": str(om1.conf), "present": True}))
        self.assertEqual(om1.snapshot(), before)

    def test_removing_it_restores_the_file_byte_for_byte(self):
        om1 = self.host("om1")
        for content in self.CONTENTS:
            with self.subTest(content=content):
                om1.conf.write_bytes(content)
                om1.run("hook", "install")
                self.assertEqual(len(om1.conf.read_bytes().split(MARK.encode())), 2)
                removed = om1.run_json("hook", "remove")
                self.assertEqual((removed["changed"], removed["hook"]["present"]), (True, False))
                self.assertEqual(om1.conf.read_bytes(), content)
        self.assertFalse(om1.run_json("hook", "remove")["changed"])

    def test_owner_and_mode_stay(self):
        harness.need_root()
        om1 = self.host("om1")
        os.chown(om1.conf, 1, 2)
        om1.conf.chmod(0o640)
        for command in ("install", "remove"):
            om1.run("hook", command)
            facts = om1.conf.stat()
            self.assertEqual((facts.st_uid, facts.st_gid, facts.st_mode & 0o7777), (1, 2, 0o640), command)

    def test_a_dry_run_says_the_line_and_changes_nothing(self):
        om1 = self.host("om1")
        before = om1.snapshot()
        self.assertIn(MARK, om1.run("hook", "install", "--dry-run").out)
        self.assertEqual(om1.snapshot(), before)
        om1.run("hook", "install")
        before = om1.snapshot()
        self.assertIn("would take", om1.run("hook", "remove", "--dry-run").out)
        self.assertEqual(om1.snapshot(), before)

    def test_two_that_install_it_at_once_leave_one_line(self):
        om1 = self.host("om1")
        for process in [om1.start("hook", "install") for _ in range(4)]:
            self.assertEqual(process.wait(harness.TIME_LIMIT), 0)
        self.assertEqual(len(om1.hook_lines()), 1)

    def test_an_installation_from_a_package_is_found_without_its_path(self):
        om1 = self.host("om1")
        root = om1.directory / "root"
        (root / "etc" / "mongodb-mms").mkdir(parents=True)
        om1.installation, om1.where = root / "opt" / "mongodb" / "mms", ["--root", root]
        om1.key_file = root / "etc" / "mongodb-mms" / "gen.key"
        self.key_files.add(om1.key_file)
        om1.unpack(f"ENC_KEY_PATH=/etc/mongodb-mms/gen.key\nMMS_USER={pwd.getpwuid(os.getuid()).pw_name}\n")
        om1.run("hook", "install")
        self.assert_refused(om1, str(om1.key_file))
        om1.run("generate")
        self.assertIn("systemctl start mongodb-mms", om1.run("ensure").err)
        self.assert_starts_in_silence(om1, environment={"STAND_IN_ROOT": str(root)})


class Refusals(HookTest):
    def assert_refused_and_untouched(self, host, *said, expect, command="install"):
        before = host.snapshot()
        outcome = host.run("hook", command, expect=expect)
        for text in said:
            self.assertIn(text, outcome.err)
        after = host.snapshot()
        # A command may make the state directory.
        self.assertEqual({name: after[name] for name in before if name != "."}, {name: before[name] for name in before if name != "."})
        self.assertFalse((host.state_dir / "hook.json").exists())

    def test_a_link_is_not_followed(self):
        om1 = self.host("om1")
        elsewhere = om1.directory / "elsewhere"
        om1.conf.rename(elsewhere)
        om1.conf.symlink_to(elsewhere)
        self.assert_refused_and_untouched(om1, str(om1.conf), "symbolic link", "genkey-agent hook install", expect=2)

    def test_a_file_with_several_names_is_left_alone(self):
        om1 = self.host("om1")
        os.link(om1.conf, om1.directory / "second")
        self.assert_refused_and_untouched(om1, str(om1.conf), "2 names", "genkey-agent hook install", expect=2)

    def test_without_a_file_it_says_what_was_expected(self):
        om1 = self.host("om1")
        om1.conf.unlink()
        self.assert_refused_and_untouched(om1, str(om1.conf), "install Ops Manager", expect=11)

    def test_a_file_that_is_still_open_at_its_end_is_named(self):
        om1 = self.host("om1")
        for end in ("if true; then\n", "JAVA_OPTS=-Xmx1g \\\n", "f() {\n"):
            with self.subTest(end=end):
                om1.conf.write_text(f"ENC_KEY_PATH={om1.key_file}\n{end}")
                self.assert_refused_and_untouched(om1, str(om1.conf), "open at its end", expect=2)

    def test_without_an_installation_it_asks_for_its_path(self):
        om1 = self.host("om1")
        om1.where = []
        om1.also(installation={"key_file": str(om1.key_file)})
        self.assert_refused_and_untouched(om1, "--install-path", expect=2)

    def test_a_key_file_of_its_own_belongs_into_the_configuration(self):
        om1 = self.host("om1")
        om1.where += ["--key-file", om1.key_file]
        self.assert_refused_and_untouched(om1, "[installation] key_file", expect=2)

    def test_whoever_may_not_write_the_file_is_told_to_be_root(self):
        harness.need_root()
        om1 = self.host("om1")
        state = om1.directory / "state"
        state.mkdir()
        os.chown(state, 65534, 65534)
        om1.prefix = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
        outcome = om1.run("hook", "install", expect=1)
        self.assertIn(str(om1.conf), outcome.err)
        self.assertIn("as root: sudo genkey-agent hook install", outcome.err)
        self.assertEqual(om1.hook_lines(), [])


class Upgrade(HookTest):
    def test_a_line_that_an_upgrade_lost_is_told_with_the_command_that_brings_it_back(self):
        for options in ((), ("--require",)):
            with self.subTest(options=options):
                om1 = self.host(f"om1{'-'.join(options)}")
                om1.run("generate")
                before = om1.conf.read_bytes()
                om1.run("hook", "install", *options)
                self.assertIn(f"in {om1.conf}", om1.run("status").out)
                lines = om1.hook_lines()
                om1.conf.write_bytes(before)
                outcome = om1.run("status", expect=10)
                self.assertIn(str(om1.conf), outcome.err)
                self.assertEqual(om1.run_json("status", expect=10)["status"]["hook"], {"file": str(om1.conf), "present": False})
                metrics = om1.run("status", "--format", "prometheus", expect=None).out
                self.assertIn("\ngenkey_agent_hook_missing 1\n", metrics)
                om1.run_advice(outcome, " ".join(("hook install", *options)))
                self.assertEqual(om1.hook_lines(), lines)
                self.assertTrue(om1.run_json("status")["status"]["hook"]["present"])

    def test_a_hook_that_was_removed_is_missed_by_nobody(self):
        om1 = self.hooked()
        om1.run("hook", "remove")
        self.assertIsNone(om1.run_json("status")["status"]["hook"])

    def test_removing_a_lost_hook_ends_the_alarm(self):
        om1 = self.hooked()
        om1.conf.write_text(f"ENC_KEY_PATH={om1.key_file}\n")
        om1.run("status", expect=10)
        self.assertTrue(om1.run_json("hook", "remove")["changed"])
        om1.run("status")


class AbsentAgent(HookTest):
    def with_own_program(self, *options):
        om1 = self.host("om1")
        om1.program = om1.directory / "it's here" / "genkey-agent"
        om1.program.parent.mkdir()
        shutil.copy(shutil.which(harness.PROGRAM), om1.program)
        om1.run("generate")
        om1.run("hook", "install", *options)
        om1.key_file.unlink()
        self.assert_refused(om1, "this host's key is missing")
        om1.program.unlink()
        return om1

    def test_ops_manager_starts_without_it(self):
        om1 = self.with_own_program()
        outcome = om1.call("start")
        self.assertIn("did start", outcome.out)
        self.assertEqual(outcome.err, "")

    def test_ops_manager_waits_for_it_where_it_is_required(self):
        om1 = self.with_own_program("--require")
        for shell in SHELLS:
            self.assert_refused(om1, f"{om1.program} is not there", "mend it", shell=shell)
            self.assertIn("did stop", om1.call("stop", shell=shell).out)
        self.assertFalse(om1.key_file.exists())


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
        self.assertIn(f"write ENC_KEY_PATH={self.own['HOME']}/.mongodb-mms/gen.key into {self.om1.conf}", outcome.err)
        command = re.search(r"start it as \S+: ([^;]+);", outcome.err)[1]
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
        self.assertIn("override", self.om1.call("start", environment=self.other).err)
        self.foreign.unlink()
        self.assert_refused(self.om1, environment=self.other)
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
        self.assertRegex(om1.run("status", expect=11).out, r"(?m)^gate       refused \(11\), 20\d\d-")
        self.assertIn("\ngenkey_agent_gate_refused 1\n", om1.run("status", "--format", "prometheus", expect=11).out)
        om1.run("generate")
        self.assert_starts_in_silence(om1)
        self.assertTrue(om1.run_json("status")["status"]["last_gate"]["allowed"])
        self.assertRegex(om1.run("status").out, r"(?m)^gate       allowed, 20\d\d-")
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
        command = re.search(r"to start it now: (.*)", om1.run("ensure").err)[1]
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
        self.assertIn("not noted", om1.call("start").err)

    def test_a_start_fetches_a_lost_key_back_first(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.run("hook", "install")
        om2.lose_key()
        with om2.restarting():
            outcome = om2.call("start")
        self.assertEqual(outcome.out, "did start\n")
        self.assertEqual(om2.key(), om1.key())


class ServiceUser(HookTest):
    """The service's account starts an Ops Manager from an archive; record and state belong to root."""

    SERVICE = pwd.getpwnam("nobody")
    AS_SERVICE = ("setpriv", "--reuid", str(SERVICE.pw_uid), "--regid", str(SERVICE.pw_gid), "--clear-groups")

    def setUp(self):
        harness.need_root()
        super().setUp()
        # The program under test may be in a directory that only root can enter.
        self.om1 = self.host("om1")
        self.om1.program = self.om1.directory / "genkey-agent"
        shutil.copy(shutil.which(harness.PROGRAM), self.om1.program)
        self.keys_of_service = self.om1.directory / "keys"
        self.keys_of_service.mkdir()
        self.om1.key_file = self.keys_of_service / "gen.key"
        self.key_files.add(self.om1.key_file)
        self.om1.unpack(f"ENC_KEY_PATH={self.om1.key_file}\nMMS_USER=nobody\n")
        self.om1.run("generate")
        self.om1.run("hook", "install")

    def test_it_judges_from_the_record_and_asks_nobody(self):
        with silent_peer() as peer:
            self.om1.also(peers=[f"127.0.0.1:{peer.getsockname()[1]}"])
            outcome = self.om1.call("start", prefix=self.AS_SERVICE)
            self.assertEqual((outcome.out, outcome.err), ("did start\n", ""))
            self.assertFalse(was_asked(peer))
        self.om1.put_key(self.fresh_key())
        os.chown(self.om1.key_file, self.SERVICE.pw_uid, self.SERVICE.pw_gid)
        self.assert_refused(self.om1, "not the one recorded", prefix=self.AS_SERVICE)

    def test_the_state_directory_of_who_installs_it_stands_in_the_line(self):
        command = [*self.AS_SERVICE, self.om1.program, "hook", "install", "--dry-run", "--install-path", self.om1.installation]
        environment = {**os.environ, "XDG_STATE_HOME": "/state of nobody"}
        done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"hook run --install-path '{self.om1.installation}' --state-dir '/state of nobody/genkey-agent' ", done.stdout)

    def test_it_changes_nothing_of_roots(self):
        before = self.om1.snapshot()
        self.om1.call("start", prefix=self.AS_SERVICE)
        self.om1.key_file.rename(self.om1.directory / "away")
        self.key_files.add(self.om1.directory / "away")
        self.assert_refused(self.om1, "this host's key is missing", prefix=self.AS_SERVICE)
        (self.om1.directory / "away").rename(self.om1.key_file)
        after = self.om1.snapshot()
        state = [name for name in {**before, **after} if name.startswith("state")]
        self.assertEqual({name: after.get(name) for name in state}, {name: before.get(name) for name in state})

    def test_it_passes_at_once_in_a_start_that_was_allowed(self):
        self.om1.run("gate", "--wait", "0s", environment={"INVOCATION_ID": START})
        self.assert_starts_in_silence(self.om1, prefix=self.AS_SERVICE, environment={"INVOCATION_ID": START})

    def test_a_script_that_roots_start_runs_again_as_the_account_is_the_same_start(self):
        again = 'su -s /bin/sh nobody -c "\'$0\' start"'
        self.om1.write_script(options=f'[ "$(id -u)" != 0 ] || {{ . "${{0%/bin/*}}/conf/mms.conf"; {again}; exit; }}')
        self.om1.put_key(self.fresh_key())
        self.assert_refused(self.om1)
        self.om1.run("gate", "--allow-next-start", "--reason", "known")
        self.assertEqual(self.om1.call("start").out, "did start\n")
        self.assert_refused(self.om1)

    def test_root_starts_it_as_well(self):
        self.assert_starts_in_silence(self.om1)

    def test_su_to_the_account_starts_it(self):
        self.start_through("su", "-s", "/bin/sh", "nobody", "-c")

    def test_sudo_to_the_account_starts_it(self):
        if shutil.which("sudo") is None:
            harness.skip("there is no sudo")
        self.start_through("sudo", "-n", "-H", "-u", "nobody", "sh", "-c")

    def start_through(self, *prefix):
        script = self.om1.installation / "bin" / "mongodb-mms"
        done = subprocess.run([*prefix, f"'{script}' start"], capture_output=True, text=True, cwd="/", check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "did start\n"), done.stderr)

    def test_the_command_that_root_is_told_runs_as_the_account(self):
        with contextlib.suppress(FileNotFoundError):
            self.om1.key_file.rename(self.om1.directory / "away")
        self.key_files.add(self.om1.directory / "away")
        self.assert_refused(self.om1)
        (self.om1.directory / "away").rename(self.om1.key_file)
        command = re.search(r"to start it now: (.*)", self.om1.run("ensure").err)[1]
        self.assertIn("nobody", command)
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "did start\n"), done.stderr)


if __name__ == "__main__":
    harness.main()
