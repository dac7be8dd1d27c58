# SPDX-License-Identifier: ISC
"""conf-mms.properties is read as Java reads it: the real java.util.Properties is asked about the same files."""

import os
import random
import shutil
import subprocess
import unittest

import harness

READER = os.environ.get("GENKEY_JAVA_PROPERTIES", "java-properties")
JAVA = ["java", "-XX:TieredStopAtLevel=1", str(harness.SOURCE / "tests/stories/harness/PropertiesOfJava.java")]
NAMES = ("mongo.encryptedCredentials", "mms.preflight.run", "a", "b", "u", "#", "a b", "a=b", "true")
# Short pieces of what the format treats in a way of its own, so that a random file meets every rule with every other.
WORDS = [b"mongo.encryptedCredentials", b"mms.preflight.run", b"mongo.", b"encryptedCredentials", b"true", b"false", b"a", b"b", b"u"]
ENDS = [b"\n", b"\r", b"\r\n", b"\\\n", b"\\\r", b"\\\r\n"]
MARKS = [b"=", b":", b" ", b"\t", b"\f", b"\v", b"#", b"!", b"\\", b"\\t", b"\\ ", b"\\\\", b"\xe9", b"\xef\xbb\xbf", b"\0"]
CODES = [b"\\u0074", b"\\u006d", b"\\u003D", b"\\u000a"]
RARE = [b"\\u", b"\\u00", b"\\u00g0"]  # Java refuses the whole file for one of these
KINDS = (WORDS, ENDS, MARKS, CODES)
SEED = 20261129
FILES = 20_000


def random_file(choice):
    kinds = choice.choices(KINDS, weights=(8, 6, 5, 1), k=choice.randint(1, 30))
    pieces = [choice.choice(kind) for kind in kinds]
    return b"".join(pieces) + (choice.choice(RARE) if choice.random() < 0.02 else b"")


@unittest.skipUnless(shutil.which("javac"), "needs a JDK, which scripts/setup installs")
class AsJava(harness.StoryTest):
    def answers(self, command, lines):
        """One for each line, which has the bytes of a file in hex digits."""
        done = subprocess.run(
            [*command, *NAMES], input="".join(lines).encode(), capture_output=True, check=True, timeout=harness.TIME_LIMIT
        )
        return done.stdout.decode("ascii").splitlines()

    def assert_same(self, lines):
        ours = self.answers([READER, "read"], lines)
        for line, own, java in zip(lines, ours, self.answers(JAVA, lines), strict=True):
            self.assertEqual(own, java, bytes.fromhex(line))
        return ours

    def test_each_spelling_of_the_unit_test(self):
        printed = subprocess.run([READER, "spellings"], capture_output=True, check=True, text=True)
        self.assertGreater(len(self.assert_same(printed.stdout.splitlines(keepends=True))), 70)

    def test_random_files(self):
        choice = random.Random(SEED)
        answers = self.assert_same([random_file(choice).hex() + "\n" for _ in range(FILES)])
        # The comparison means something only if the files set the properties, do not set them, or are unreadable.
        self.assertGreater(sum(line.startswith("=") for line in answers), FILES // 20)
        self.assertGreater(sum(line.startswith("-") for line in answers), FILES // 20)
        self.assertGreater(answers.count("unreadable"), FILES // 1000)


if __name__ == "__main__":
    harness.main()
