# SPDX-License-Identifier: ISC
"""selftest.exe under wine: it runs to its end, leaves out what wine does not support, and cleans up."""

import os
import re

import installed

NOT_CHECKED = re.compile(r"^not checked here  .* \((.*)\)$", re.MULTILINE)


class Selftest(installed.WindowsTest):
    def selftest(self, *prefix, expect=0):
        return self.wine(*prefix, os.environ["GENKEY_SELFTEST"], os.environ["GENKEY_AGENT_WINDOWS"], expect=expect)

    def left_behind(self):
        return [path.name for path in (self.drive / "ProgramData").glob("*selftest*")]

    def test_it_checks_the_program_and_leaves_nothing_behind(self):
        said = self.selftest()
        self.assertNotIn("FAILED  ", said)
        self.assertIn("passed  it makes a key", said)
        self.assertIn("passed  a key file in use is told", said)
        self.assertIn("passed  nothing is left behind", said)
        self.assertEqual(self.left_behind(), [])

    def test_under_wine_only_access_lists_streams_and_junctions_are_not_checked(self):
        reasons = set(NOT_CHECKED.findall(self.selftest()))
        lacking = {"wine keeps no access lists", "wine has no alternate streams"}
        self.assertLessEqual(lacking, reasons)
        others = reasons - lacking
        self.assertTrue(all(reason.startswith("none can be made: ") for reason in others), reasons)

    def test_a_program_that_does_nothing_right_is_told(self):
        said = self.wine(os.environ["GENKEY_SELFTEST"], os.environ["GENKEY_COMPANION"], expect=1)
        self.assertIn("FAILED  it makes a key", said)
        self.assertIn("FAILED  the private key is sealed for this machine", said)
        self.assertEqual(self.left_behind(), [])

    def test_without_an_administrators_rights_it_says_why_it_does_not_begin(self):
        said = self.selftest(os.environ["GENKEY_COMPANION"], "without-rights", expect=2)
        self.assertIn("this has to run as an administrator", said)
        self.assertEqual(self.left_behind(), [])

    def test_a_program_that_is_not_there_is_no_result(self):
        self.wine(os.environ["GENKEY_SELFTEST"], "C:\\nowhere\\genkey-agent.exe", expect=2)


if __name__ == "__main__":
    os.environ.setdefault("GENKEY_AGENT_WINE", "wine")
    installed.harness.main()
