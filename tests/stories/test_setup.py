# SPDX-License-Identifier: ISC
"""`setup`: the configuration file of a new host, from a few answers. A file that somebody wrote is never replaced."""

import json
import os
import re
import subprocess

import harness
from harness.terminals import Terminal

EXAMPLE = harness.SOURCE / "scripts" / "examples" / "genkey-agent.toml"


class SetupTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.config.unlink()

    def setup(self, *words, expect=0):
        return self.om1.run("setup", *words, expect=expect)

    def configured(self):
        """The settings of the file, each on a line of its own."""
        text = self.om1.config.read_text(encoding="utf-8")
        return {key: json.loads(value) for key, value in re.findall(r"^(\w+) = (.*)$", text, re.MULTILINE)}


class Writing(SetupTest):
    def test_options_give_the_whole_file(self):
        outcome = self.setup("--name", "om1", "--address", "127.0.0.1:1", "--peer", "127.0.0.1:1", "--peer", "127.0.0.1:2")
        self.assertEqual(self.configured(), {"name": "om1", "address": "127.0.0.1:1", "peers": ["127.0.0.1:1", "127.0.0.1:2"]})
        self.assertIn("genkey-agent generate", outcome.out)
        self.assertIn("genkey-agent join", outcome.out)
        self.assertIn("genkey-agent invite", outcome.out)
        self.om1.run("config", "check")

    def test_this_hosts_own_entry_in_the_list_is_its_address(self):
        peers = ("--peer", "om1.example.com", "--peer", "om2.example.com:1", "--peer", "om2.other.example.com")
        for name, address in (("om1", "om1.example.com"), ("om2.example.com", "om2.example.com:1"), ("om2", None), ("om3", None)):
            with self.subTest(name):
                self.om1.config.unlink(missing_ok=True)
                self.setup("--name", name, *peers, expect=10)  # the names lead nowhere
                self.assertEqual(self.configured().get("address"), address)

    def test_it_is_the_example_but_for_those_lines(self):
        self.setup("--peer", "127.0.0.1")
        ours, example = (path.read_text(encoding="utf-8").splitlines() for path in (self.om1.config, EXAMPLE))
        differ = [(mine, other) for mine, other in zip(ours, example) if mine != other]
        self.assertEqual((len(ours), len(differ)), (len(example), 1))
        self.assertEqual(differ[0][0], 'peers = ["127.0.0.1"]')

    def test_the_line_that_it_names_next_works(self):
        outcome = self.setup("--name", "om1", "--peer", "127.0.0.1:1")
        line = next(line for line in outcome.out.splitlines() if "generate" in line)
        self.assertIn("--config", line)
        self.om1.run("generate")
        self.assertEqual(len(self.om1.key()), 24)

    def test_a_second_time_it_changes_nothing(self):
        self.setup("--peer", "127.0.0.1")
        before = self.om1.snapshot()
        said = self.om1.run_json("setup", "--peer", "127.0.0.1")
        self.assertIs(said["changed"], False)
        self.assertEqual(self.om1.snapshot(), before)

    def test_an_untouched_example_is_replaced_and_an_edited_file_never(self):
        self.om1.config.write_bytes(EXAMPLE.read_bytes())
        self.setup("--peer", "127.0.0.1")
        self.om1.config.write_bytes(self.om1.config.read_bytes() + b"# mine\n")
        before = self.om1.config.read_bytes()
        refused = self.setup("--peer", "127.0.0.2", expect=17)
        self.assertIn("config show", refused.err)
        self.assertEqual(self.om1.config.read_bytes(), before)
        self.om1.config.write_bytes(b"")
        self.setup("--peer", "127.0.0.2", expect=17)

    def test_a_link_is_never_replaced(self):
        self.om1.config.symlink_to(self.om1.directory / "elsewhere")
        self.setup("--peer", "127.0.0.1", expect=17)
        self.assertFalse((self.om1.directory / "elsewhere").exists())

    def test_it_writes_nothing_but_the_file_and_puts_no_secret_into_it(self):
        self.om1.put_key(self.fresh_key(), mode=0o644)
        before = self.om1.snapshot()
        self.setup("--peer", "127.0.0.1")
        after = self.om1.snapshot()
        self.assertEqual(set(after) - set(before), {self.om1.config.name})
        self.assertEqual({path for path in before if after[path] != before[path]}, {"."})

    def test_everybody_may_read_the_file(self):
        self.setup("--peer", "127.0.0.1")
        self.assertEqual(self.om1.config.stat().st_mode & 0o7777, 0o644)

    def test_a_dry_run_prints_the_file_and_writes_none(self):
        outcome = self.setup("--peer", "127.0.0.1", "--dry-run")
        self.assertFalse(self.om1.config.exists())
        said = self.om1.run_json("setup", "--peer", "127.0.0.1", "--dry-run")
        self.assertIs(said["changed"], False)
        self.assertEqual(outcome.out, said["content"])
        self.setup("--peer", "127.0.0.1")
        self.assertEqual(self.om1.config.read_text(encoding="utf-8"), outcome.out)

    def test_a_peer_whose_name_has_no_address_is_named_and_the_file_is_written(self):
        outcome = self.setup("--peer", "no-such-host.invalid", expect=10)
        self.assertIn("no-such-host.invalid does not resolve", outcome.out)
        self.assertEqual(self.configured()["peers"], ["no-such-host.invalid"])

    def test_wrong_values_are_refused_before_anything_is_written(self):
        for words in (("--name", "a b"), ("--peer", "a b"), ("--address", "a b")):
            with self.subTest(words[0]):
                self.setup("--peer", "om1", *words, expect=2)
        self.assertFalse(self.om1.config.exists())


class Asking(SetupTest):
    def test_a_terminal_is_asked_for_name_and_hosts(self):
        terminal = Terminal(self.om1, "setup")
        terminal.await_question("Name of this host")
        terminal.type("om1" + terminal.ENTER)
        terminal.await_text("All hosts of Ops Manager")
        terminal.type("127.0.0.1:1, 127.0.0.1:2" + terminal.ENTER)
        self.assertEqual(terminal.end(), 0, terminal.shown)
        self.assertEqual(self.configured(), {"name": "om1", "peers": ["127.0.0.1:1", "127.0.0.1:2"]})

    def test_an_empty_name_is_the_hosts_own(self):
        terminal = Terminal(self.om1, "setup")
        terminal.await_question("Name of this host")
        terminal.type(terminal.ENTER)
        terminal.await_text("All hosts of Ops Manager")
        terminal.type("127.0.0.1:1" + terminal.ENTER)
        self.assertEqual(terminal.end(), 0, terminal.shown)
        self.assertEqual(self.configured(), {"peers": ["127.0.0.1:1"]})

    def test_no_hosts_is_no_answer(self):
        terminal = Terminal(self.om1, "setup", "--name", "om1")
        terminal.await_text("All hosts of Ops Manager")
        terminal.type(terminal.ENTER)
        self.assertEqual(terminal.end(), 2, terminal.shown)
        self.assertFalse(self.om1.config.exists())


class WithoutTerminal(SetupTest):
    def test_the_refusal_names_the_option(self):
        command = ["setsid", "--wait", *self.om1.command("setup")]
        done = subprocess.run(command, capture_output=True, timeout=harness.TIME_LIMIT, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"setup --peer HOST --peer HOST", done.stderr)


class DefaultFile(harness.StoryTest):
    """The file in /etc, in a mount namespace of its own, and a service manager that the test stands in for."""

    def setUp(self):
        harness.need_root()
        super().setUp()
        self.om1 = self.host("om1")
        self.programs = self.directory / "programs"
        self.programs.mkdir()

    def run_setup(self, state, restart="exit 0"):
        asked = self.programs / "asked"
        script = self.programs / "systemctl"
        script.write_text(
            f'#!/bin/sh\necho "$*" >>{asked}\ncase "$*" in *restart*) {restart} ;; esac\n'
            f"echo LoadState=loaded\necho ActiveState={state}\n",
            encoding="utf-8",
        )
        script.chmod(0o755)
        words = ["setup", "--peer", "127.0.0.1", "--state-dir", self.om1.state_dir, "--key-file", self.om1.key_file, "--owner", self.om1.owner]
        line = 'mkdir -p /mnt && mount -t tmpfs none /mnt && cp -a /etc/. /mnt && mount --bind /mnt /etc && "$@" && cat /etc/genkey-agent/genkey-agent.toml'
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", line, "sh", *self.om1.typed(*words)],
            capture_output=True,
            env=self.om1.environment({"PATH": f"{self.programs}:{os.environ['PATH']}"}),
            timeout=harness.TIME_LIMIT,
            check=False,
        )
        self.collect_output("setup", done.stdout + done.stderr)
        return done, asked.read_text(encoding="utf-8") if asked.exists() else ""

    def test_a_listener_that_runs_is_restarted(self):
        done, asked = self.run_setup("active")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn(b"the listener was restarted", done.stdout)
        self.assertIn(b'\npeers = ["127.0.0.1"]\n', done.stdout)
        self.assertIn("restart genkey-agent.service", asked)

    def test_one_that_is_stopped_stays_so(self):
        done, asked = self.run_setup("inactive")
        self.assertEqual(done.returncode, 0, done)
        self.assertNotIn("restart", asked)

    def test_one_that_does_not_restart_is_reported_with_the_command(self):
        done, _ = self.run_setup("active", "echo no way; exit 1")
        self.assertEqual(done.returncode, 10, done)
        self.assertIn(b"no way", done.stderr)
        self.assertIn(b"systemctl restart genkey-agent", done.stderr)


if __name__ == "__main__":
    harness.main()
