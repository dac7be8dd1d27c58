# SPDX-License-Identifier: ISC
"""scripts/demo as a newcomer runs it: to its end, interrupted, without root, and with a program that is broken."""

import glob
import os
import signal
import subprocess

import harness
from harness import processes

DEMO = harness.SOURCE / "scripts" / "demo"
# genkey-agent, but for a gate that lets every host pass.
LENIENT = """#!/bin/sh
[ "$1" != gate ] || exit 0
exec "{program}" "$@"
"""


class Demonstration(harness.StoryTest):
    def start(self, *arguments, program=None, **how):
        self.files = self.directory / "files"
        self.files.mkdir(mode=0o755)
        environment = {**os.environ, "TMPDIR": str(self.files)}
        environment["GENKEY_AGENT"] = str(program or harness.PROGRAM)
        process = subprocess.Popen(
            [DEMO, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, **how
        )
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        """Interrupts it, as a person would, so that it cleans up even after a failed test."""
        with process:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)

    def play(self, *arguments, expect=0, **how):
        process = self.start(*arguments, **how)
        output, _ = process.communicate(timeout=harness.TIME_LIMIT)
        self.assertEqual(process.returncode, expect, output)
        self.assert_nothing_is_left(process)
        return output

    def assert_nothing_is_left(self, process):
        mark = f"genkeydemo{process.pid}"
        namespaces = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
        self.assertNotIn(mark, namespaces)
        self.assertEqual(glob.glob(f"/etc/netns/{mark}*"), [])
        self.assertEqual(list(self.files.iterdir()), [])
        # A listener that is left over would have its configuration in there.
        self.assertEqual(processes.with_environment(f"GENKEY_AGENT_CONFIG={self.files}"), [])

    def test_everything_happens_as_told_and_nothing_is_left(self):
        harness.need_root()
        output = self.play()
        self.assertIn("Generating new Ops Manager private key...", output)
        self.assertIn("Ops Manager must not start", output)
        self.assertTrue(output.endswith("Everything happened as told.\n"), output)
        self.assertNotRegex(output, r"gka1_\w")

    def test_quietly_it_tells_its_scenes_only(self):
        harness.need_root()
        output = self.play("--quiet")
        lines = output.splitlines()
        self.assertEqual([line for line in lines[:-2] if not line.startswith("== ")], [], output)

    def test_an_interrupted_demonstration_leaves_nothing(self):
        harness.need_root()
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number.name):
                process = self.start("--quiet", start_new_session=True)
                for line in process.stdout:
                    if "The gate refuses" in line:
                        break
                os.killpg(process.pid, number)  # as a terminal sends it
                process.communicate(timeout=harness.TIME_LIMIT)
                self.assertEqual(process.returncode, 128 + number)
                self.assert_nothing_is_left(process)
                self.files.rmdir()

    def test_kept_for_looking_around_it_runs_until_it_is_ended(self):
        harness.need_root()
        process = self.start("--quiet", "--keep")
        told = []
        for line in process.stdout:
            told.append(line.strip())
            if line.startswith("Files are below"):
                break
        look = next(line for line in told if line.startswith("om2: ")).removeprefix("om2: ")
        done = subprocess.run(look.split(), capture_output=True, text=True, check=False)
        self.assertIn("established, generation 1", done.stdout, done.stderr)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=harness.TIME_LIMIT)
        self.assert_nothing_is_left(process)

    def test_a_program_that_lets_a_wrong_key_pass_fails_it(self):
        harness.need_root()
        program = self.directory / "lenient"
        program.write_text(LENIENT.format(program=harness.PROGRAM))
        program.chmod(0o755)
        output = self.play("--quiet", expect=1, program=program)
        self.assertIn("om2: genkey-agent gate ended with 0, not 14", output)

    def test_without_root_it_says_that_it_needs_it(self):
        harness.need_root()
        output = self.play(expect=1, user=65534, group=65534, extra_groups=[])
        self.assertIn("run: sudo scripts/demo", output)


if __name__ == "__main__":
    harness.main()
