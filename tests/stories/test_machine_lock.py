# SPDX-License-Identifier: ISC
"""Two checkouts do not boot containers at the same time, and tests of one checkout do not wait for each other."""

import subprocess
import sys

import harness

# Takes the lock, says so, and holds it until its standard input ends.
HOLDER = """
import sys
from harness import machine_lock
with machine_lock.held(*sys.argv[1:]):
    print("held", flush=True)
    sys.stdin.read()
"""


class MachineLock(harness.StoryTest):
    def holder(self, checkout):
        command = [sys.executable, "-B", "-c", HOLDER, str(self.directory / "lock"), checkout]
        environment = {"PYTHONPATH": str(harness.SOURCE / "tests" / "stories")}
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()

    def assert_held(self, process):
        self.assertEqual(process.stdout.readline(), "held\n")

    def await_waiting(self, process):
        """Returns when the kernel lists the process among those that wait for a lock."""
        while process.poll() is None:
            with open("/proc/locks", encoding="utf-8") as file:
                if any("->" in line and f" {process.pid} " in line for line in file):
                    return
        self.fail("it has ended")

    def test_another_checkout_waits_until_the_first_is_done(self):
        first, second = self.holder("/one"), self.holder("/one")
        self.assert_held(first)
        self.assert_held(second)
        other = self.holder("/two")
        self.await_waiting(other)
        first.stdin.close()
        first.wait(harness.TIME_LIMIT)
        self.await_waiting(other)
        second.stdin.close()
        self.assert_held(other)

    def test_a_killed_test_leaves_nothing_locked(self):
        killed = self.holder("/one")
        self.assert_held(killed)
        killed.kill()
        self.assert_held(self.holder("/two"))


if __name__ == "__main__":
    harness.main()
