# SPDX-License-Identifier: ISC
"""Backups by the real program: other programs restore them, nothing is written twice, and old backups are reported."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import harness
from harness import clocks, object_stores

SOURCE = harness.SOURCE
ACCESS_KEY, SECRET_KEY = "GENKEYTESTACCESS", "genkey-test-secret-marker-0123456789abcdef"
PASSPHRASE = "correct horse battery staple"


def answer_prompts(command):
    """Runs a program that asks for a passphrase on the terminal."""
    helper = [sys.executable, SOURCE / "tests" / "stories" / "harness" / "with_terminal.py", PASSPHRASE]
    return subprocess.run(
        list(map(str, [*helper, *command])), capture_output=True, timeout=harness.TIME_LIMIT, check=True, stdin=subprocess.DEVNULL
    )


class BackupTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.identity, self.recipient = self.new_identity("identity.txt")
        self.store = self.directory / "store"
        self.om1 = self.host("om1", backup=self.backups())

    def new_identity(self, name):
        """An identity file and its recipient."""
        path = self.directory / name
        command = [*harness.HOST.prefix, harness.PROGRAM, "backup", "new-identity", "--json", "--output", harness.HOST.shown(path)]
        done = subprocess.run(command, capture_output=True, check=True)
        self.collect_output("new-identity", done.stdout + done.stderr)
        self.watch(path.read_bytes().splitlines()[-1])
        self.key_files.add(path)
        return path, json.loads(done.stdout)["recipient"]

    def backups(self, **settings):
        return {"recipients": [self.recipient], "destinations": [f"file://{self.store}"], **settings}

    def copies(self, store=None):
        return sorted(path for path in (store or self.store).glob("*") if not path.name.startswith("."))

    def several(self, host, times):
        """Copies that differ: each is also for a recipient of its own."""
        for number in range(times):
            _, recipient = self.new_identity(f"{host.name}-{len(list(self.directory.glob('*.txt')))}.txt")
            self.assertTrue(host.run_json("backup", "-r", self.recipient, "-r", recipient)["changed"])

    def only_copy(self):
        (copy,) = self.copies()
        return copy

    def make_key(self):
        """A key that has no backup yet."""
        self.om1.configure()
        self.om1.run("generate")
        self.om1.configure(backup=self.backups())

    def restored(self, copy, identity=None):
        done = subprocess.run(
            ["age", "-d", "-i", identity or self.identity, copy], capture_output=True, timeout=harness.TIME_LIMIT, check=False
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def certificate(self, *algorithm):
        """A certificate and its private key."""
        certificate, key = self.directory / "backup.pem", self.directory / "backup.key"
        command = ["openssl", "req", "-x509", "-subj", "/CN=backup", "-nodes", "-newkey", *algorithm]
        subprocess.run([*command, "-keyout", key, "-out", certificate], capture_output=True, check=True)
        self.key_files.add(key)
        return certificate, key

    def health(self, expect=0, host=None):
        (told,) = (host or self.om1).run_json("status", expect=expect)["backups"]["destinations"]
        return told


class WithoutLibraries(BackupTest):
    """The packages only recommend libcurl and libarchive. A library that is asked for here is on no system."""

    def setUp(self):
        super().setUp()
        installed = self.directory / "installed"
        self.helper = installed / "lib" / "genkey-agent" / "genkey-agent-backup"
        (installed / "bin").mkdir(parents=True)
        self.helper.parent.mkdir(parents=True)
        self.om1.program = str(shutil.copy(harness.PROGRAM, installed / "bin" / "genkey-agent"))
        program = pathlib.Path(os.environ.get("GENKEY_BACKUP_PROGRAM", "genkey-agent-backup")).read_bytes()
        self.helper.write_bytes(re.sub(rb"libarchive\.so\.\d\d", b"libarchive.so.99", program))
        self.helper.chmod(0o755)
        self.other = self.directory / "other"
        self.om1.configure(backup=self.backups(destinations=[f"file://{self.store}", f"file://{self.other}"]))

    def with_settings(self):
        folder = self.om1.install_ops_manager("mms.new=1\n")
        plain = self.om1.command
        self.om1.command = lambda *arguments: [*plain(*arguments), "--install-path", str(folder)]

    def assert_told_once(self, outcome, beginning):
        self.assertEqual(outcome.told.count("libarchive.so.99"), 1, outcome)
        self.assertIn(beginning, outcome.told)
        self.assertIn("libarchive.so.99 is not installed install libcurl and libarchive", outcome.told)
        self.assertNotIn("shared librar", outcome.told)  # the loader's own words

    def test_the_key_goes_to_directories_and_nothing_is_missed_where_there_are_no_settings(self):
        self.assertNotIn("librar", self.om1.run("generate").err)
        for store in (self.store, self.other):
            (copy,) = self.copies(store)
            self.assertEqual(self.restored(copy), self.om1.key())
        self.assertNotIn("libarchive", self.om1.run("backup").err)
        self.assertNotIn("libarchive", self.om1.run("status").err)

    def test_settings_that_cannot_be_packed_are_told_once_and_the_key_is_stored(self):
        self.with_settings()
        self.assert_told_once(self.om1.run("generate", expect=10), "Ops Manager's settings are not backed up: ")
        for store in (self.store, self.other):
            (copy,) = self.copies(store)
            self.assertEqual(self.restored(copy), self.om1.key())
        outcome = self.om1.run("backup", expect=10)
        self.assert_told_once(outcome, "Ops Manager's settings are not backed up: ")
        self.assertIn("\n    genkey-agent backup", outcome.err)

    def test_status_tells_of_it_before_the_day_it_is_needed(self):
        self.om1.run("generate")
        self.with_settings()
        self.assert_told_once(self.om1.run("status", expect=10), "backups of Ops Manager's settings are not possible: ")

    def test_status_tells_of_it_where_a_store_is_configured(self):
        self.om1.run("generate")
        self.om1.configure(backup=self.backups(destinations=["s3://keys/om"]))
        self.assert_told_once(self.om1.run("status", expect=10), "backups to stores are not possible: ")
        self.helper.unlink()
        self.assertIn("genkey-agent-backup is not in ", self.om1.run("status", expect=10).told)


class Restoring(BackupTest):
    def setUp(self):
        super().setUp()
        self.make_key()

    def test_age_restores_what_was_backed_up_to_a_destination(self):
        self.om1.run("backup")
        self.assertEqual(self.restored(self.only_copy()), self.om1.key())

    def test_age_restores_from_each_of_several_recipients(self):
        identity, recipient = self.new_identity("other.txt")
        listed = self.directory / "recipients"
        listed.write_text(f"# the vault\n{recipient}\n")
        self.om1.run("backup", "create", "-r", self.recipient, "--recipients-file", listed)
        for each in (self.identity, identity):
            self.assertEqual(self.restored(self.only_copy(), each), self.om1.key())

    def test_age_restores_with_an_ssh_key(self):
        key = self.directory / "id"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        self.key_files.add(key)
        public = pathlib.Path(f"{key}.pub").read_text(encoding="utf-8").strip()
        self.om1.also(backup=self.backups(recipients=[public]))
        self.om1.run("backup")
        self.assertEqual(self.restored(self.only_copy(), key), self.om1.key())
        self.om1.run("backup", "drill", "-i", key)

    def test_age_restores_with_a_passphrase(self):
        for number, passphrase in enumerate((f"{PASSPHRASE}\n", f"{PASSPHRASE}\r\n", PASSPHRASE)):
            copy, out = self.directory / f"copy{number}", self.directory / "gen.key.restored"
            self.key_files.add(out)
            self.om1.run("backup", "--output", copy, "--passphrase-fd", "0", stdin=passphrase)
            answer_prompts(["age", "-d", "-o", out, copy])
            self.assertEqual(out.read_bytes(), self.om1.key())
            out.unlink()
            self.om1.run("backup", "drill", copy, "--passphrase-fd", "0", stdin=passphrase)

    def test_a_passphrase_is_asked_for_on_the_terminal(self):
        copy = self.directory / "copy"
        said = answer_prompts(self.om1.command("backup", "--output", copy, "--passphrase"))
        self.assertNotIn(PASSPHRASE.encode(), said.stdout + said.stderr)
        answer_prompts(self.om1.command("backup", "drill", copy, "--passphrase"))
        self.om1.run("backup", "drill", copy, "--passphrase-fd", "0", stdin="another", expect=16)

    def test_openssl_restores_from_a_certificate(self):
        for algorithm in (("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), ("rsa:3072",)):
            with self.subTest(algorithm[0]):
                certificate, key = self.certificate(*algorithm)
                copy = self.directory / f"copy-{algorithm[0].partition(':')[0]}"
                self.om1.run("backup", "--certificate", certificate, "--output", copy)
                command = ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", copy, "-inkey", key]
                done = subprocess.run(command, capture_output=True, check=True)
                self.assertEqual(done.stdout, self.om1.key())
                self.om1.run("backup", "drill", copy, "-i", key)
                self.om1.run("backup", "drill", copy, "-i", self.identity, expect=16)

    def test_recipients_and_certificates_that_are_configured_each_have_a_copy(self):
        certificate, key = self.certificate("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
        self.om1.also(backup=self.backups(certificates=[str(certificate)]))
        self.om1.run("backup")
        self.assertEqual([copy.suffix for copy in self.copies()], [".age", ".cms"])
        self.assertFalse(self.om1.run_json("backup")["changed"])
        self.assertIsNone(self.health()["drilled"])
        self.om1.run("backup", "drill", "-i", self.identity)
        self.assertIsNone(self.health()["drilled"], "one of two")
        self.om1.run("backup", "drill", "-i", key)
        self.assertIsNotNone(self.health()["drilled"])

    def test_text_survives_a_clipboard(self):
        text = self.om1.run("backup", "-r", self.recipient, "--armor", "--output", "-").out
        self.assertTrue(text.startswith("-----BEGIN AGE ENCRYPTED FILE-----\n"))
        copy = self.directory / "copy"
        copy.write_text(text.replace("\n", "\r\n"))
        self.assertEqual(self.restored(copy), self.om1.key())

    def test_an_output_is_its_owners_alone_and_overwrites_nothing(self):
        copy = self.directory / "copy"
        self.om1.run("backup", "--output", copy)
        self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
        before = copy.read_bytes()
        self.om1.run("backup", "--output", copy, expect=17)
        self.assertEqual(copy.read_bytes(), before)


class Refusing(BackupTest):
    def test_nobody_to_encrypt_to_or_nowhere_to_go_is_a_wrong_configuration(self):
        self.om1.configure()
        self.om1.run("generate")
        nowhere = self.om1.run("backup", "-r", self.recipient, expect=2)
        self.assertIn("backup --output FILE", nowhere.err)
        self.assertFalse(self.om1.run_json("backup", "--if-configured")["changed"])
        self.om1.run("backup", "--if-configured", "--output", self.directory / "copy", expect=2)
        nobody = self.om1.run("backup", "--output", self.directory / "copy", expect=2)
        self.assertIn("backup --passphrase --output FILE", nobody.err)
        for command in (("list",), ("check",), ("prune",), ("drill", "-i", self.identity)):
            self.om1.run("backup", *command, expect=2)
        self.assertFalse((self.directory / "copy").exists())

    def test_a_key_that_is_not_the_recorded_one_is_not_backed_up(self):
        self.make_key()
        self.om1.put_key(self.fresh_key())
        self.om1.run("backup", expect=14)
        self.om1.run("backup", "--output", self.directory / "copy", expect=14)
        self.assertEqual(self.copies(), [])
        self.om1.key_file.unlink()
        self.om1.run("backup", expect=11)
        self.assertFalse((self.directory / "copy").exists())

    def test_an_empty_passphrase_encrypts_nothing(self):
        self.make_key()
        for passphrase in ("", "\n", "two\nlines\n"):
            self.om1.run("backup", "--output", self.directory / "copy", "--passphrase-fd", "0", stdin=passphrase, expect=2)
        self.assertFalse((self.directory / "copy").exists())

    def test_where_age_is_not_approved_the_refusal_names_the_alternative(self):
        self.make_key()
        lines = ("openssl_conf = openssl_init", "[openssl_init]", "alg_section = algorithms", "[algorithms]",
                 "default_properties = fips=yes", "")
        path = self.directory / "openssl.cnf"
        path.write_text("\n".join(lines), encoding="utf-8")
        approved_only = {"OPENSSL_CONF": str(path)}
        refused = self.om1.run("backup", "--output", "-", expect=2, environment=approved_only)
        self.assertEqual(refused.stdout, b"")
        self.assertIn("certificates", refused.err)
        self.assertIn("CMS", refused.err)


class Again(BackupTest):
    def setUp(self):
        super().setUp()
        self.make_key()
        self.om1.run("backup")

    def test_what_is_there_already_is_not_written_again(self):
        before = harness.seen_of(self.only_copy())
        said = self.om1.run_json("backup")
        self.assertEqual((said["changed"], said["backups"][0]["result"]), (False, "unchanged"))
        self.assertEqual(harness.seen_of(self.only_copy()), before)

    def test_other_recipients_need_another_copy_and_the_same_in_another_order_do_not(self):
        identity, recipient = self.new_identity("other.txt")
        self.om1.also(backup=self.backups(recipients=[self.recipient, recipient]))
        self.assertTrue(self.om1.run_json("backup")["changed"])
        self.assertEqual(len(self.copies()), 2)
        self.assertEqual(self.restored(self.copies()[-1], identity), self.om1.key())
        self.om1.also(backup=self.backups(recipients=[recipient, self.recipient]))
        self.assertFalse(self.om1.run_json("backup")["changed"])

    def test_a_copy_that_was_changed_or_lost_is_made_anew(self):
        copy = self.only_copy()
        copy.write_bytes(copy.read_bytes()[:-1] + b"?")
        outcome = self.om1.run("backup")
        self.assertIn("is not what was stored there", outcome.err)
        self.assertEqual(len(self.copies()), 2)
        self.assertEqual(self.restored(self.copies()[-1]), self.om1.key())
        for path in self.copies():
            path.unlink()
        self.assertIn("is gone", self.om1.run("backup").err)
        self.assertEqual(self.restored(self.only_copy()), self.om1.key())

    def test_another_key_has_another_number_also_when_the_notes_are_lost(self):
        self.assertTrue(self.only_copy().stem.endswith("-k1"))
        (self.om1.state_dir / "backups.json").unlink()
        self.om1.run("backup")
        self.assertEqual({path.stem[-3:] for path in self.copies()}, {"-k1", "-k2"})
        self.om1.run("import", self.key_source(self.fresh_key()), "--displace", "--confirm", self.om1.fleet_id())
        self.assertEqual(sorted(path.stem[-3:] for path in self.copies()), ["-k1", "-k2", "-k3"])

    def test_damaged_notes_are_made_anew(self):
        (self.om1.state_dir / "backups.json").write_text("{}")
        self.om1.run("backup")
        self.assertFalse(self.om1.run_json("backup")["changed"])

    def test_nothing_is_changed_in_a_dry_run(self):
        self.om1.also(backup=self.backups(destinations=[f"file://{self.store}", f"file://{self.directory}/second"]))
        before = self.om1.snapshot()
        said = self.om1.run("backup", "--dry-run").out
        self.assertIn("would store", said)
        self.assertIn("has it already", said)
        self.om1.run("backup", "prune", "--dry-run", expect=None)
        self.assertEqual(self.om1.snapshot(), before)
        self.assertFalse((self.directory / "second").exists())

    def test_one_destination_that_fails_holds_back_no_other(self):
        blocked = self.directory / "blocked"
        blocked.touch()
        self.om1.also(backup=self.backups(destinations=[f"file://{blocked}", f"file://{self.directory}/second"]))
        said = self.om1.run_json("backup", expect=None)
        self.assertNotEqual(said["exit"], 0)
        self.assertEqual([each["result"] for each in said["backups"]], ["failed", "stored"])
        self.assertEqual(self.restored(self.copies(self.directory / "second")[0]), self.om1.key())

    def test_the_notes_hold_no_digest_of_the_key(self):
        notes = (self.om1.state_dir / "backups.json").read_text(encoding="utf-8")
        for algorithm in ("md5", "sha1", "sha256", "sha512"):
            self.assertNotIn(hashlib.new(algorithm, self.om1.key()).hexdigest(), notes)


class Drilling(BackupTest):
    def setUp(self):
        super().setUp()
        self.make_key()
        self.om1.run("backup")

    def test_a_drill_opens_the_copy_and_its_date_is_kept(self):
        self.assertIsNone(self.health()["drilled"])
        self.om1.run("backup", "drill", "-i", self.identity)
        self.assertIsNotNone(self.health()["drilled"])
        self.assertNotIn("never opened", self.om1.run("status").out)

    def test_an_identity_may_come_on_standard_input(self):
        self.om1.run("backup", "drill", "-i", "-", stdin=self.identity.read_bytes())
        self.assertIsNotNone(self.health()["drilled"])

    def test_a_copy_that_was_carried_here_by_hand_counts_for_where_it_came_from(self):
        carried = self.directory / "carried"
        shutil.copy(self.only_copy(), carried)
        self.om1.run("backup", "drill", "-i", self.identity, carried)
        self.assertIsNotNone(self.health()["drilled"])

    def test_a_copy_is_found_by_its_name(self):
        self.om1.run("backup", "drill", "-i", self.identity, self.only_copy().name)
        self.assertIsNotNone(self.health()["drilled"])
        unknown = self.only_copy().name.replace("-k1", "-k9")
        self.om1.run("backup", "drill", "-i", self.identity, unknown, expect=1)

    def test_another_identity_opens_nothing_and_proves_nothing(self):
        other, _ = self.new_identity("other.txt")
        self.om1.run("backup", "drill", "-i", other, expect=16)
        self.assertIsNone(self.health()["drilled"])

    def test_a_copy_of_another_key_is_no_proof_that_this_one_is_safe(self):
        copy = self.directory / "copy"
        subprocess.run(["age", "-r", self.recipient, "-o", copy], input=self.fresh_key(), check=True)
        self.om1.run("backup", "drill", "-i", self.identity, copy, expect=14)
        subprocess.run(["age", "-r", self.recipient, "-o", copy], input=b"not a key", check=True)
        self.om1.run("backup", "drill", "-i", self.identity, copy, expect=12)
        self.assertIsNone(self.health()["drilled"])

    def test_a_drill_needs_the_record_alone(self):
        self.om1.key_file.unlink()
        self.om1.run("backup", "drill", "-i", self.identity)

    def test_a_damaged_copy_is_told_by_drill_and_by_check(self):
        copy = self.only_copy()
        whole = copy.read_bytes()
        self.assertEqual(self.om1.run_json("backup", "check")["backups"][0]["result"], "whole")
        for number in range(0, len(whole), 7):
            copy.write_bytes(whole[:number] + bytes([whole[number] ^ 1]) + whole[number + 1 :])
            said = self.om1.run_json("backup", "check", expect=1)
            self.assertEqual(said["backups"][0]["result"], "changed")
        self.om1.run("backup", "drill", "-i", self.identity, expect=1)
        copy.unlink()
        self.assertEqual(self.om1.run_json("backup", "check", expect=1)["backups"][0]["result"], "missing")

    def test_without_notes_a_check_tells_a_copy_that_is_cut(self):
        copy = self.only_copy()
        whole = copy.read_bytes()
        (self.om1.state_dir / "backups.json").unlink()
        self.om1.run("backup", "check")
        for size in (0, 1, 21, len(whole) // 2, len(whole) - 1):
            copy.write_bytes(whole[:size])
            self.assertEqual(self.om1.run_json("backup", "check", expect=1)["backups"][0]["result"], "damaged")

    def test_other_recipients_than_the_configured_ones_are_told(self):
        _, recipient = self.new_identity("other.txt")
        self.om1.also(backup=self.backups(recipients=[recipient]))
        outcome = self.om1.run("backup", "check", expect=10)
        self.om1.run_advice(outcome, "backup")
        self.om1.run("backup", "check")

    def test_the_identity_is_its_owners_alone_and_never_on_a_terminal_by_accident(self):
        self.assertEqual(self.identity.stat().st_mode & 0o777, 0o600)
        keygen = subprocess.run(["age-keygen", "-y", self.identity], capture_output=True, text=True, check=True)
        self.assertEqual(keygen.stdout.strip(), self.recipient)
        self.om1.run("backup", "new-identity", "--json", expect=2)
        self.om1.run("backup", "new-identity", "--output", self.identity, expect=17)


class Pruning(BackupTest):
    def setUp(self):
        super().setUp()
        self.make_key()

    def test_the_newest_copies_stay(self):
        self.several(self.om1, 5)
        before = self.copies()
        self.om1.run("backup", "prune", "--keep", "2")
        self.assertEqual(self.copies(), before[-2:])
        self.assertIn("nothing to do", self.om1.run("backup", "prune", "--keep", "2").out)
        self.om1.also(backup=self.backups(keep=1))
        self.om1.run("backup", "prune")
        self.assertEqual(self.copies(), before[-1:])

    def test_hosts_that_share_a_store_never_prune_each_others(self):
        self.om1.serve()
        om2 = self.host("om2", backup=self.backups())
        om2.run("join", "--ticket-file", "-", stdin=self.om1.run("invite").line)
        for host in (self.om1, om2):
            self.several(host, 3)
        others = [path for path in self.copies() if "-om2-" in path.name]
        self.om1.run("backup", "prune", "--keep", "1")
        self.assertEqual([path for path in self.copies() if "-om2-" in path.name], others)
        self.assertEqual(len([path for path in self.copies() if "-om1-" in path.name]), 1)
        listed = self.om1.run_json("backup", "list")["backups"]
        self.assertEqual([each["own"] for each in listed], [True, *[False] * len(others)])

    def test_the_last_copy_of_an_old_key_stays(self):
        self.several(self.om1, 2)
        old = self.copies()[-1]
        self.om1.run("import", self.key_source(self.fresh_key()), "--displace", "--confirm", self.om1.fleet_id())
        self.several(self.om1, 2)
        self.om1.run("backup", "prune", "--keep", "1")
        self.assertIn(old, self.copies())
        self.assertEqual(len(self.copies()), 2)


class Unasked(BackupTest):
    def test_every_command_that_brings_a_key_backs_it_up(self):
        self.om1.run("generate")
        self.assertEqual(self.restored(self.only_copy()), self.om1.key())
        self.om1.serve()
        om2 = self.host("om2", backup=self.backups(destinations=[f"file://{self.directory}/two"]))
        om2.run("join", "--ticket-file", "-", stdin=self.om1.run("invite").line)
        self.assertEqual(self.restored(self.copies(self.directory / "two")[0]), self.om1.key())
        om3 = self.host("om3", backup=self.backups(destinations=[f"file://{self.directory}/three"]))
        om3.run("import", self.key_source(self.om1.key()))
        self.assertEqual(self.restored(self.copies(self.directory / "three")[0]), self.om1.key())
        om4 = self.host("om4", backup=self.backups(destinations=[f"file://{self.directory}/four"]))
        om4.run("restore", self.only_copy(), "-i", self.identity)
        self.assertEqual(self.restored(self.copies(self.directory / "four")[0]), self.om1.key())

    def test_ensure_backs_up_what_it_adopts_or_generates_and_asks_no_destination_twice(self):
        self.om1.put_key(self.fresh_key())
        self.assertTrue(self.om1.run_json("ensure")["changed"])
        self.assertEqual(self.restored(self.only_copy()), self.om1.key())
        self.only_copy().chmod(0)
        shutil.rmtree(self.store)
        self.assertFalse(self.om1.run_json("ensure")["changed"])
        self.assertFalse(self.store.exists())
        self.store.mkdir()
        first = self.host("first", first_host=True, backup=self.backups())
        first.run("ensure")
        self.assertEqual(self.restored(self.only_copy()), first.key())

    def test_a_destination_that_fails_fails_no_command(self):
        self.store.touch()
        outcome = self.om1.run("import", self.key_source(self.fresh_key()), expect=10)
        self.assertTrue(self.om1.key_file.exists())
        self.assertIn("not backed up", outcome.err)
        self.store.unlink()
        self.om1.run("backup")
        self.assertEqual(self.restored(self.only_copy()), self.om1.key())

    def test_without_recipients_it_is_said_and_mended_in_one_command(self):
        self.om1.configure()
        for outcome in (self.om1.run("generate"), self.om1.run("status")):
            self.assertIn("the key has no backup", outcome.told)
            self.assertIn("genkey-agent backup --passphrase --output FILE", outcome.told)
        self.assertFalse(self.om1.run_json("status")["backups"]["configured"])
        self.assertIn("genkey_agent_backup_configured 0", self.om1.run("status", "--format", "prometheus").out)


    def test_destinations_that_nothing_can_be_encrypted_for_are_not_fine(self):
        self.om1.configure(backup=self.backups(recipients=[]))
        self.om1.run("generate")
        self.om1.run("backup", expect=2)
        status = self.om1.run("status", expect=10)
        self.assertTrue(status.out.startswith("CHECK"), status)
        for text in ("has destinations, and neither recipients nor certificates", "genkey-agent backup new-identity --output FILE"):
            self.assertIn(text, status.told)
        self.assertIn("WARNING", self.om1.run("status", "--format", "nagios", expect=None).out)


class Ageing(clocks.ClockTest, BackupTest):
    def setUp(self):
        super().setUp()
        self.make_key()
        self.om1.run("backup")

    def test_a_copy_that_nobody_has_seen_for_long_turns_status_red_until_it_is_looked_at(self):
        self.set_clock(self.om1, "+34d")
        self.assertFalse(self.health()["stale"])
        self.set_clock(self.om1, "+36d")
        self.assertTrue(self.health(expect=10)["stale"])
        destination = self.om1.shown(f"file://{self.store}")
        metrics = self.om1.run("status", "--format", "prometheus", expect=10).out
        self.assertIn(f'genkey_agent_backup_stale{{destination="{destination}"}} 1', metrics)
        self.assertIn("WARNING", self.om1.run("status", "--format", "nagios", expect=None).out)
        # An existing copy is checked, and not written again.
        outcome = self.om1.run("status", expect=10)
        self.om1.run("backup")
        self.assertEqual(len(self.copies()), 1)
        self.assertFalse(self.health()["stale"])
        self.assertIn("no backup has been seen", outcome.told)

    def test_a_drill_that_was_never_made_turns_status_red(self):
        self.om1.also(backup=self.backups(stale_after="1000d"))
        self.set_clock(self.om1, "+99d")
        self.assertFalse(self.health()["drill_stale"])
        self.set_clock(self.om1, "+101d")
        self.assertTrue(self.health(expect=10)["drill_stale"])
        self.assertIn("backup drill -i IDENTITY", self.om1.run("backup", expect=10).err)
        self.om1.run("backup", "drill", "-i", self.identity)
        self.assertFalse(self.health()["drill_stale"])
        self.om1.run("backup")

    def test_a_new_key_is_not_backed_up_because_the_old_one_was(self):
        self.om1.configure()
        self.om1.run("import", self.key_source(self.fresh_key()), "--displace", "--confirm", self.om1.fleet_id())
        self.om1.configure(backup=self.backups())
        self.assertTrue(self.health(expect=10)["stale"])
        self.om1.run("backup")
        self.assertFalse(self.health()["stale"])


@unittest.skipUnless(object_stores.ObjectStore.is_available(), "needs build/tools/radosgw, which scripts/setup unpacks")
class BucketTest(BackupTest):
    """The whole program, with its backup program beside it, and a strict store."""

    @classmethod
    def setUpClass(cls):
        cls.bucket_store, cls.admin = object_stores.shared_by(cls, ACCESS_KEY, SECRET_KEY)

    def setUp(self):
        super().setUp()
        self.watch(SECRET_KEY.encode())
        self.bucket = f"genkey-{len(self.id())}-{self.directory.name.lower().replace('_', '-')[-8:].strip('-')}"
        self.admin.must("PUT", f"/{self.bucket}")
        self.destination = f"s3://{self.bucket}/om?endpoint=http://127.0.0.1:{self.bucket_store.plain_port}"
        for program in (harness.PROGRAM, os.environ.get("GENKEY_BACKUP_PROGRAM", "genkey-agent-backup")):
            shutil.copy(program, self.directory)
        self.credentials = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_EC2_METADATA_DISABLED": "true"}

    def run_here(self, *arguments, expect=0, host=None, **environment):
        """With the copies of both programs, as they are installed beside each other."""
        host = host or self.om1
        command = host.command(*arguments)
        command[command.index(harness.PROGRAM)] = str(self.directory / pathlib.Path(harness.PROGRAM).name)
        environment = host.environment({**self.credentials, **environment})
        done = subprocess.run(command, capture_output=True, timeout=harness.TIME_LIMIT, env=environment, check=False)
        outcome = harness.Outcome(command, done.returncode, done.stdout, done.stderr)
        self.collect_output(" ".join(map(str, arguments)), done.stdout + done.stderr)
        self.watch_key_file(host.key_file)
        self.assertEqual(outcome.code, expect, outcome)
        return outcome


class Buckets(BucketTest):
    def setUp(self):
        super().setUp()
        self.om1.configure(backup=self.backups(destinations=[self.destination]))

    def test_a_bucket_is_a_destination_like_any_other(self):
        self.run_here("generate")
        (key,) = self.admin.keys(self.bucket)
        copy = self.directory / "copy"
        copy.write_bytes(self.admin.must("GET", f"/{self.bucket}/{key}"))
        self.assertEqual(self.restored(copy), self.om1.key())
        self.assertFalse(self.run_here("backup", "--json").json["changed"])
        self.run_here("backup", "check")
        self.run_here("backup", "drill", "-i", self.identity)
        self.assertIsNotNone(self.health()["drilled"])
        for number in range(2):
            _, recipient = self.new_identity(f"{number}.txt")
            self.run_here("backup", "-r", recipient)
        self.assertEqual(len(self.run_here("backup", "list", "--json").json["backups"]), 3)
        self.run_here("backup", "prune", "--keep", "1")
        self.assertEqual(len(self.admin.keys(self.bucket)), 1)

    def test_a_bucket_with_a_copy_makes_no_second_key_and_the_line_that_is_printed_names_it(self):
        self.run_here("generate")
        (key,) = self.admin.keys(self.bucket)
        om2 = self.host("om2", backup=self.backups(destinations=[self.destination]))
        outcome = self.run_here("generate", host=om2, expect=17)
        (copy,) = re.findall(r"genkey-agent restore '?([^'\s]+)'? -i IDENTITY", outcome.err)
        self.assertIn(key, copy)
        self.run_here("restore", copy, "-i", self.identity, host=om2)
        self.assertEqual(om2.key(), self.om1.key())

    def test_where_nobody_answers_no_key_is_made_and_the_address_is_told(self):
        port, = object_stores.free_ports(1)
        self.om1.configure(backup=self.backups(destinations=[f"s3://keys/om?endpoint=http://127.0.0.1:{port}"]))
        said = self.run_here("generate", "--json", expect=17).json
        self.assertEqual(said["error"], "backups-unknown")
        self.assertIn(f"http://127.0.0.1:{port}", said["message"])
        self.assertFalse(self.om1.key_file.exists())

    def test_a_wrong_secret_fails_backup_and_generate_and_is_a_warning_for_import(self):
        wrong = {"AWS_SECRET_ACCESS_KEY": "wrong"}
        # Without the list of copies nobody knows whether the fleet had a key.
        self.assertIn(self.destination, self.run_here("generate", expect=17, **wrong).err)
        self.assertFalse(self.om1.key_file.exists())
        outcome = self.run_here("import", self.key_source(self.fresh_key()), expect=10, **wrong)
        self.assertIn("AWS_SECRET_ACCESS_KEY", outcome.err)
        self.run_here("backup", expect=16, **wrong)
        self.assertEqual(self.admin.keys(self.bucket), [])
        self.run_here("backup")
        self.assertEqual(len(self.admin.keys(self.bucket)), 1)

    def test_without_the_backup_program_it_is_said_what_to_install(self):
        (self.directory / pathlib.Path(os.environ.get("GENKEY_BACKUP_PROGRAM", "genkey-agent-backup")).name).unlink()
        self.assertIn("libcurl", self.run_here("backup", "list", expect=1).err)
        self.run_here("generate", expect=17)
        self.run_here("import", self.key_source(self.fresh_key()), expect=10)
        self.assertIn("libcurl", self.run_here("backup", expect=1).err)


if __name__ == "__main__":
    harness.main()
