# SPDX-License-Identifier: ISC
"""scripts/windows demo, a fleet of Linux and Windows hosts: to its end, and with a program that is broken."""

import os
import subprocess

import harness
from harness import processes

SOURCE = harness.SOURCE

# genkey-agent, but for a verify that is satisfied with every peer.
CREDULOUS = """#!/bin/sh
[ "$1" != verify ] || exit 0
exec "{program}" "$@"
"""


class Demonstration(harness.StoryTest):
    def play(self, *arguments, expect=0, program=harness.PROGRAM):
        files = self.directory / "files"
        files.mkdir(mode=0o755)
        done = subprocess.run(
            [SOURCE / "scripts" / "windows", "demo", *arguments], capture_output=True, text=True, check=False,
            timeout=harness.TIME_LIMIT, env={**os.environ, "TMPDIR": str(files), "GENKEY_AGENT": str(program)},
        )  # fmt: skip
        output = done.stdout + done.stderr
        self.collect_output("demo", output.encode())
        self.assertEqual(done.returncode, expect, output)
        self.assertEqual(list(files.glob("genkey-agent-demo-*")), [])
        for written in (files, harness.WindowsHost.shown(files)):
            self.assertEqual(processes.with_environment(f"GENKEY_AGENT_CONFIG={written}"), [])
        self.assertNotRegex(output, r"gka1_\w")
        return output

    def test_everything_happens_as_told_and_nothing_is_left(self):
        output = self.play()
        self.assertIn("disagree, provisional, known identity", output)
        self.assertTrue(output.endswith("Everything happened as told.\n"), output)

    def test_quietly_it_tells_its_scenes_only(self):
        lines = self.play("--quiet").splitlines()
        self.assertEqual([line for line in lines[:-2] if not line.startswith("== ")], [])

    def test_a_program_that_believes_every_peer_fails_it(self):
        program = self.directory / "credulous"
        program.write_text(CREDULOUS.format(program=harness.PROGRAM), encoding="utf-8")
        program.chmod(0o755)
        output = self.play("--quiet", expect=1, program=program)
        self.assertIn("lin1: genkey-agent verify ended with 0, not 14", output)


if __name__ == "__main__":
    harness.main()
