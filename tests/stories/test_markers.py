# SPDX-License-Identifier: ISC
"""The search for leaked keys finds them; every other story relies on it."""

import base64
import os
import pathlib
import tempfile
import unittest

import harness
from harness import markers


class Search(unittest.TestCase):
    def setUp(self):
        self.key = os.urandom(24)

    def forms(self, content):
        return markers.forms_in(content, {self.key})

    def test_finds_raw_and_hexadecimal_bytes(self):
        self.assertEqual(self.forms(b"x" + self.key + b"y"), ["raw"])
        self.assertEqual(self.forms(f"key={self.key.hex()}".encode()), ["hex"])
        self.assertEqual(self.forms(self.key.hex().upper().encode()), ["HEX"])

    def test_finds_base64_wherever_the_key_stands_in_the_encoded_bytes(self):
        for before in range(4):
            for after in range(4):
                longer = os.urandom(before) + self.key + os.urandom(after)
                for encode in (base64.b64encode, base64.urlsafe_b64encode):
                    with self.subTest(before=before, after=after, encode=encode.__name__):
                        self.assertEqual(self.forms(encode(longer).rstrip(b"=")), ["base64"])

    def test_finds_nothing_in_other_bytes(self):
        other = os.urandom(24)
        self.assertEqual(self.forms(other + other.hex().encode() + base64.b64encode(other)), [])

    def test_leaves_out_key_files_and_displaced_keys_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder)
            (top / "displaced").mkdir()
            for name in ("gen.key", "displaced/old.key", "log", "gen.key.copy"):
                (top / name).write_bytes(self.key)
            found = markers.in_files(top, {self.key}, {top / "gen.key"})
            self.assertEqual(found, ["  in gen.key.copy: raw", "  in log: raw"])


if __name__ == "__main__":
    harness.main()
