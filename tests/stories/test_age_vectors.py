# SPDX-License-Identifier: ISC
"""The public test vectors of the age format (C2SP/CCTV, package cctv-age), each with exactly the result it asks for.

Post-quantum ones are the exception: their identities are not supported, and are refused by name.
"""

import base64
import collections
import dataclasses
import hashlib
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import zlib

import harness

SOURCE = harness.SOURCE
KIT = SOURCE / "build" / "tools" / "node_modules" / "cctv-age" / "index.js"
PROGRAM = harness.built("GENKEY_AGE_FILES", "age-files")
ALL, POST_QUANTUM = 143, 19

# The error by which each expected result is recognised.
CLASSES = {
    "no match": "wrong-identity: ",
    "HMAC failure": "bad-backup: the MAC of the header ",
    "header failure": "bad-backup: the header ",
    "payload failure": "bad-backup: the payload ",
    "armor failure": "bad-backup: the armor ",
}


@dataclasses.dataclass
class Vector:
    name: str
    fields: dict  # values are lists: a key may occur more than once
    file: bytes

    def field(self, key):
        return self.fields[key][0] if key in self.fields else None

    @property
    def is_post_quantum(self):
        return any(identity.startswith("AGE-SECRET-KEY-PQ-1") for identity in self.fields.get("identity", []))


def vector_of(name, content):
    head, _, file = content.partition(b"\n\n")
    fields = collections.defaultdict(list)
    for line in head.decode().splitlines():
        key, _, value = line.partition(": ")
        fields[key].append(value)
    return Vector(name, dict(fields), zlib.decompress(file) if "compressed" in fields else file)


def vectors():
    """The kit is a module of JavaScript that holds each file as base64 without padding."""
    found = re.findall(r'^// \.\./testdata/(\S+)\nvar \w+ = __toBinary\("([^"]*)"\)', KIT.read_text(), re.MULTILINE)
    return [vector_of(name, base64.b64decode(text + "=" * (-len(text) % 4))) for name, text in found]


def open_vector(vector, directory):
    options = ["-a"] if vector.field("armored") == "yes" else []
    for kind, option in (("identity", "-i"), ("passphrase", "-p")):
        for number, value in enumerate(vector.fields.get(kind, [])):
            path = pathlib.Path(directory) / f"{kind}-{number}"
            path.write_text(value)
            options += [option, harness.HOST.shown(path)]
    return subprocess.run([*PROGRAM, "open", *options], input=vector.file, capture_output=True, timeout=120)


class AgeVectors(unittest.TestCase):
    def check(self, vector, done):
        told = done.stderr.decode()
        if vector.is_post_quantum:
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertRegex(told, "^usage: .* post-quantum identity")
        elif vector.field("expect") == "success":
            self.assertEqual(told, "")
            self.assertEqual(hashlib.sha256(done.stdout).hexdigest(), vector.field("payload"))
        else:  # of a damaged payload nothing is printed, not even the intact beginning
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertTrue(told.startswith(CLASSES[vector.field("expect")]), told)

    def test_each_vector_has_exactly_the_result_that_it_asks_for(self):
        kit = vectors()
        self.assertEqual((len(kit), sum(vector.is_post_quantum for vector in kit)), (ALL, POST_QUANTUM))
        with tempfile.TemporaryDirectory() as directory:
            for vector in kit:
                with self.subTest(vector.name, expected=vector.field("expect")):
                    self.check(vector, open_vector(vector, directory))


if __name__ == "__main__":
    if not KIT.exists():
        print("left out: the test vectors of age are not there: run scripts/setup")
        sys.exit(harness.SKIPPED)
    harness.main()
