# SPDX-License-Identifier: ISC
"""What the stories stand on: hosts that run the real program, each in a directory of its own.

A story is a file test_*.py with unittest cases made from StoryTest:

    class Joining(harness.StoryTest):
        def test_a_second_host_receives_the_key(self):
            om1, om2 = self.host("om1"), self.host("om2")
            om1.run("generate")
            om1.serve()
            ticket = om1.run("invite").line
            om2.run("join", "--ticket-file", "-", stdin=ticket)
            self.assertEqual(om2.key(), om1.key())

    if __name__ == "__main__":
        harness.main()

No story sleeps to let something happen: a listener is waited for by the line that it prints. Time limits are generous,
because TLS under a sanitizer is slow; they only end a test that hangs. After each test, everything that the program
printed or wrote is searched for the key (markers.py).

What every story needs is imported here. The other modules are imported by name: `from harness import networks`.
"""

from .commands import PROGRAM, SOURCE, TIME_LIMIT
from .configuration import toml
from .files import copy_tree, seen_of
from .host import Host, own_names
from .outcome import EXIT_CODES, Outcome
from .skipping import SKIPPED, need_no_sanitizer, need_root, skip
from .story import HOST, StoryTest, built, main, skip_if_left_out
from .windows_host import WindowsHost, keep_wine

__all__ = [
    "EXIT_CODES",
    "HOST",
    "Host",
    "Outcome",
    "PROGRAM",
    "SKIPPED",
    "SOURCE",
    "StoryTest",
    "TIME_LIMIT",
    "WindowsHost",
    "built",
    "copy_tree",
    "keep_wine",
    "main",
    "need_no_sanitizer",
    "need_root",
    "own_names",
    "seen_of",
    "skip",
    "skip_if_left_out",
    "toml",
]
