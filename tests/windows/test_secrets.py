# SPDX-License-Identifier: ISC
"""What other processes can see of a process that holds the key. story-secrets searches its memory, under wine too."""

import os
import shutil
import subprocess

import harness
from harness import servers


class Inspection(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.windows_host("om1")
        # Under a name of its own: other tests' processes may still be starting.
        self.om1.program = shutil.copy(self.om1.program, self.directory / "inspected.exe")
        self.om1.run("generate")

    def companion(self, *words):
        return [*self.om1.prefix, os.environ["GENKEY_COMPANION"], *words]

    def opened(self, program):
        """The result of opening each process of that name to read its memory."""
        done = subprocess.run(
            self.companion("read-memory", program), capture_output=True, text=True, timeout=harness.TIME_LIMIT, check=True
        )
        return set(done.stdout.split())

    def test_no_process_of_the_same_user_reads_the_memory_of_a_running_serve(self):
        self.om1.serve()
        self.assertEqual(self.opened("inspected.exe"), {"refused"})

    def test_the_same_is_possible_with_a_process_that_is_not_protected(self):
        key_file = harness.WindowsHost.shown(self.om1.key_file)
        holder = subprocess.Popen(self.companion("hold", key_file), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(servers.end, holder)
        self.assertIn(b"held", holder.stdout.readline())
        self.assertIn("opened", self.opened("companion.exe"))


if __name__ == "__main__":
    harness.main()
