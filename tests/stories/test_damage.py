# SPDX-License-Identifier: ISC
"""Damaged backups, given to the commands that people type: cut at every byte, and with every byte changed. The result is
never a wrong key or a part of one, and nothing else changes.

Damage that leaves the key readable is fine: the recipient in a CMS message, for example, only serves to find the right
identity. Long files are damaged at every byte of their header, and at every STEP-th byte after it; the unit tests damage
every byte.
"""

import datetime
import os
import pwd
import shutil
import subprocess
import sys

import harness

FILES = os.environ.get("GENKEY_AGE_FILES", "age-files")
FLEET = "0123456789abcdef0123456789abcdef"
PASSPHRASE = "correct horse battery staple"
PASSWORD = "pass-that-nobody-sees-7f3b"
# A sanitizer makes each of several thousand runs slow.
DENSE, STEP = (60 if os.environ.get("GENKEY_SANITIZERS") else 700), 61


def run(*command, stdin=b""):
    return subprocess.run(list(map(str, command)), input=stdin, capture_output=True, check=True, timeout=harness.TIME_LIMIT).stdout


def places(content):
    return sorted({*range(min(DENSE, len(content))), *range(0, len(content), STEP), *range(max(0, len(content) - 41), len(content))})


def cut(content):
    return [content[:size] for size in places(content)]


def flipped(content):
    return [content[:at] + bytes([content[at] ^ 0x01]) + content[at + 1 :] for at in places(content)]


class DamageTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.key = self.fresh_key()
        self.om1 = self.host("om1")
        self.identity = self.directory / "identity"
        run("age-keygen", "-o", self.identity)
        self.recipient = run("age-keygen", "-y", self.identity).decode().strip()
        self.opening = ("-i", self.identity)
        self.damaged = self.directory / "damaged"

    def sealed_to_recipient(self, *options):
        return run("age", "-r", self.recipient, *options, stdin=self.key)

    def sealed_to_passphrase(self):
        """The work factor is low, because the file is opened hundreds of times."""
        path = self.directory / "passphrase"
        path.write_text(PASSPHRASE)
        self.opening = ("--passphrase-fd", "0")
        return run(FILES, "seal", "-p", path, "-w", "4", stdin=self.key)

    def sealed_to_certificate(self, *options):
        private, certificate = self.directory / "backup.key", self.directory / "backup.crt"
        made = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=backup")
        run("openssl", "req", "-x509", *made, "-keyout", private, "-out", certificate)
        self.opening = ("-i", private)
        return run(FILES, "seal-cms", "-c", certificate, *options, stdin=self.key)


class Restoring(DamageTest):
    def assert_never_another_key(self, sealed):
        contents = [*cut(sealed), *flipped(sealed)]
        before = self.om1.snapshot()
        refused = 0
        for number, content in enumerate(contents):
            self.damaged.write_bytes(content)
            outcome = self.om1.run("restore", self.damaged, *self.opening, stdin=PASSPHRASE, expect=None)
            if outcome.code == 0:
                self.assertEqual(self.om1.key(), self.key, number)
                shutil.rmtree(self.om1.state_dir)
                self.om1.key_file.unlink()
                before = self.om1.snapshot()
                continue
            refused += 1
            self.assertIn(outcome.code, (1, 16), f"{number}: {outcome}")
            self.assertEqual(outcome.out, "")
            self.assertEqual(self.om1.snapshot(), before, number)
        # The whole file opens.
        self.damaged.write_bytes(sealed)
        self.om1.run("restore", self.damaged, *self.opening, stdin=PASSPHRASE)
        self.assertEqual(self.om1.key(), self.key)
        return len(contents) - refused

    def test_a_file_of_age(self):
        self.assertEqual(self.assert_never_another_key(self.sealed_to_recipient()), 0)

    def test_one_in_armor(self):
        # The end of the last line may be missing.
        self.assertEqual(self.assert_never_another_key(self.sealed_to_recipient("-a")), 1)

    def test_one_with_a_passphrase(self):
        self.assertEqual(self.assert_never_another_key(self.sealed_to_passphrase()), 0)

    def test_a_cms_message(self):
        sealed = self.sealed_to_certificate()
        self.assertLess(self.assert_never_another_key(sealed), len(sealed) / 4)

    def test_over_another_key_that_stays(self):
        self.om1.put_key(self.fresh_key())
        self.om1.run("ensure")
        before = self.om1.snapshot()
        confirmed = ("--displace", "--confirm", self.om1.fleet_id())
        sealed = self.sealed_to_recipient()
        for content in [*cut(sealed)[::3], *flipped(sealed)[::3]]:
            self.damaged.write_bytes(content)
            self.om1.run("restore", self.damaged, *self.opening, *confirmed, expect=None)
            self.assertEqual(self.om1.snapshot(), before)
        self.damaged.write_bytes(sealed)
        self.om1.run("restore", self.damaged, *self.opening, *confirmed)
        self.assertEqual(self.om1.key(), self.key)


class Checking(DamageTest):
    """`backup check` looks at all copies in one run, so each damaged version is a copy of its own."""

    def setUp(self):
        super().setUp()
        self.store = self.directory / "store"
        self.store.mkdir(mode=0o700)
        self.om1.configure(backup={"destinations": [f"file://{self.store}"]})

    def name_of(self, number, kind=".age"):
        moment = datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=number)
        return f"{FLEET}-g1-om1-{moment:%Y%m%dT%H%M%SZ}-k1{kind}"

    def check(self, contents, kind=".age", expect=1):
        """What is reported of each, in the same order."""
        for path in self.store.iterdir():
            path.unlink()
        for number, content in enumerate(contents):
            (self.store / self.name_of(number, kind)).write_bytes(content)
        before = self.om1.key_file.exists()
        told = self.om1.run_json("backup", "check", expect=expect)["backups"]
        self.assertEqual(self.om1.key_file.exists(), before)
        self.assertEqual([each["name"] for each in told], [self.name_of(number, kind) for number in range(len(contents))])
        return [each["result"] for each in told]

    def assert_told(self, sealed, kind=".age", tolerated=0):
        self.assertEqual(self.check([sealed], kind, expect=0), ["whole"])
        self.assertEqual(self.check(cut(sealed), kind).count("whole"), tolerated)
        told = self.check(flipped(sealed), kind)
        self.assertEqual(set(told), {"damaged", "whole"}, "nobody sees without an identity what only its key shows")

    def test_a_file_of_age_that_is_cut(self):
        self.assert_told(self.sealed_to_recipient())

    def test_one_in_armor(self):
        self.assert_told(self.sealed_to_recipient("-a"), tolerated=1)

    def test_one_with_a_passphrase(self):
        self.assert_told(self.sealed_to_passphrase())

    def test_a_cms_message(self):
        self.assert_told(self.sealed_to_certificate(), ".cms")

    def test_what_this_host_stored_is_told_at_every_byte(self):
        self.om1.configure(backup={"destinations": [f"file://{self.store}"], "recipients": [self.recipient]})
        self.om1.run("generate")
        (copy,) = self.store.iterdir()
        whole = copy.read_bytes()
        # Each run looks at one copy, so fewer positions are damaged.
        for content in [*cut(whole)[::5], *flipped(whole)[::5]]:
            copy.write_bytes(content)
            (told,) = self.om1.run_json("backup", "check", expect=1)["backups"]
            self.assertEqual(told["result"], "changed")


class HostStates(DamageTest):
    def setUp(self):
        super().setUp()
        self.conf = self.om1.directory / "ops-manager" / "conf"
        self.conf.mkdir(parents=True)
        user = pwd.getpwuid(os.getuid()).pw_name
        (self.conf / "mms.conf").write_text(f'MMS_USER={user}\nENC_KEY_PATH="{self.om1.key_file}"\n')
        (self.conf / "conf-mms.properties").write_text(f"mongo.mongoUri={PASSWORD}\n")
        self.tar = run("tar", "--format=ustar", "-b1", "-C", self.conf, "-cf", "-", "conf-mms.properties", "mms.conf")
        (self.conf / "conf-mms.properties").unlink()

    def restore(self, content, *words):
        self.damaged.write_bytes(content)
        words = ("restore", "--host-state", self.damaged, *self.opening, "--install-path", self.conf.parent, *words)
        return self.om1.run(*words, expect=None)

    def test_a_sealed_tar_is_restored_whole_or_not_at_all(self):
        sealed = run("age", "-r", self.recipient, stdin=self.tar)
        before = self.om1.snapshot()
        for content in [*cut(sealed), *flipped(sealed)]:
            outcome = self.restore(content, "--write")
            self.assertIn(outcome.code, (1, 16), outcome)
            self.assertEqual(self.om1.snapshot(), before)
        self.assertEqual(self.restore(sealed, "--write").code, 0)
        self.assertIn(PASSWORD, (self.conf / "conf-mms.properties").read_text())

    def test_a_tar_that_was_damaged_before_it_was_sealed_ends_in_words(self):
        before = self.om1.snapshot()
        for content in [*cut(self.tar)[::3], *flipped(self.tar)[::3]]:
            outcome = self.restore(run("age", "-r", self.recipient, stdin=content))
            self.assertIn(outcome.code, (0, 1), outcome)
            self.assertNotIn(PASSWORD, outcome.out + outcome.err)
            self.assertEqual(self.om1.snapshot(), before)


if __name__ == "__main__":
    absent = [program for program in ("age", "age-keygen", "openssl", "tar") if not shutil.which(program)]
    if absent:
        print(f"left out: {', '.join(absent)} not there: run scripts/setup")
        sys.exit(harness.SKIPPED)
    harness.main()
