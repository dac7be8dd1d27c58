# SPDX-License-Identifier: ISC
"""The hook, one line in mms.conf, asks the gate before each start and never before a stop. Real shells source it."""

import shutil
import subprocess

import harness
from harness.hooks import HookTest, OTHERS, SHELLS, STARTS


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
            self.assert_refused(om1, f"{om1.program} is missing", "install genkey-agent", shell=shell)
            self.assertIn("did stop", om1.call("stop", shell=shell).out)
        self.assertFalse(om1.key_file.exists())


if __name__ == "__main__":
    harness.main()
