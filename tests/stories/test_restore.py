# SPDX-License-Identifier: ISC
"""restore takes the key from an encrypted backup, whichever program made it, and never a wrong key."""

import os
import shutil
import subprocess
import sys

import harness

SOURCE = harness.SOURCE
PACKAGE = SOURCE / "build" / "tools" / "node_modules" / "age-encryption" / "dist" / "index.js"
PASSPHRASE = "correct horse battery staple"
FLEET = "0123456789abcdef0123456789abcdef"
TIME = "20261122T022917Z"


def run(*command, stdin=b""):
    return subprocess.run(list(map(str, command)), input=stdin, capture_output=True, check=True, timeout=harness.TIME_LIMIT).stdout


def copy_name(fleet=FLEET, generation=1, host="om1", time=TIME, number=1, kind=".age"):
    return f"{fleet}-g{generation}-{host}-{time}-k{number}{kind}"


class RestoreTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.key = self.fresh_key()
        self.identity, self.recipient = self.new_identity("identity")

    def new_identity(self, name):
        path = self.directory / name
        run("age-keygen", "-o", path)
        return path, run("age-keygen", "-y", path).decode().strip()

    def seal(self, content=None, recipient=None):
        return run("age", "-r", recipient or self.recipient, stdin=self.key if content is None else content)

    def file(self, content, name="gen.key.age"):
        path = self.directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def restore(self, *arguments, host=None, **options):
        return (host or self.om1).run("restore", *arguments, "-i", self.identity, **options)

    def assert_nothing_there(self, host=None):
        host = host or self.om1
        self.assertFalse(host.key_file.exists())
        self.assertFalse((host.state_dir / "record.json").exists())
        self.assertFalse((host.state_dir / "record.pending").exists())
        self.assertEqual([path for path in host.directory.rglob("*") if "genkey-agent-new" in path.name], [])

    def assert_restored(self, host=None, standing="chosen"):
        host = host or self.om1
        self.assertEqual(host.key(), self.key)
        host.assert_private()
        told = host.run_json("status", expect=None)["key"]
        self.assertEqual((told["recorded"], told["standing"], told["origin"]), (True, standing, "restored"))
        return told


class Formats(RestoreTest):
    """One command restores the key, whichever program encrypted it."""

    def test_what_age_encrypted_to_a_recipient(self):
        outcome = self.restore(self.file(self.seal()))
        self.assertIn("restored the key", outcome.out)
        self.assert_restored()

    def test_armor_and_standard_input(self):
        self.restore("-", stdin=run("age", "-a", "-r", self.recipient, stdin=self.key))
        self.assert_restored()

    def test_what_age_encrypted_to_a_passphrase(self):
        clear = self.key_source(self.key, "clear.key")
        sealed = self.directory / "sealed.age"
        run(sys.executable, SOURCE / "tests" / "stories" / "harness" / "with_terminal.py", PASSPHRASE, "age", "-p", "-o", sealed, clear)
        self.om1.run("restore", sealed, "--passphrase-fd", "0", stdin="wrong\n", expect=16)
        self.assert_nothing_there()
        self.om1.run("restore", sealed, "--passphrase-fd", "0", stdin=PASSPHRASE + "\n")
        self.assert_restored()

    def test_what_age_encrypted_to_an_ssh_key(self):
        private = self.directory / "id"
        run("ssh-keygen", "-q", "-f", private, "-t", "ed25519", "-N", "")
        sealed = self.file(run("age", "-R", f"{private}.pub", stdin=self.key))
        self.om1.run("restore", sealed, "-i", private)
        self.assert_restored()

    def test_what_another_implementation_of_age_encrypted(self):
        if not PACKAGE.exists() or not shutil.which("node"):
            harness.skip("age-encryption or Node.js is not there")
        script = SOURCE / "tests" / "stories" / "harness" / "age_encryption.mjs"
        self.restore(self.file(run("node", script, PACKAGE, "encrypt", self.recipient, stdin=self.key)))
        self.assert_restored()

    def test_what_openssl_encrypted_to_a_certificate(self):
        private, certificate = self.directory / "backup.key", self.directory / "backup.crt"
        made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=backup"]
        run("openssl", "req", "-x509", *made, "-keyout", private, "-out", certificate)
        command = ["-encrypt", "-binary", "-aes-256-gcm", "-recip", certificate, "-keyopt", "ecdh_kdf_md:sha256"]
        for form in ("DER", "PEM"):
            sealed = self.file(run("openssl", "cms", *command, "-outform", form, stdin=self.key), f"key.{form}")
            host = self.host(form)
            host.run("restore", sealed, "-i", private)
            self.assert_restored(host)
            # Neither identity opens the other format.
            self.restore(sealed, host=self.host(f"{form}-age"), expect=16)

    def test_what_this_program_encrypted(self):
        self.om1.run("generate")
        self.key = self.om1.key()
        sealed = self.directory / "backup.age"
        self.om1.run("backup", "-r", self.recipient, "--output", sealed)
        om2 = self.host("om2")
        self.restore(sealed, host=om2)
        self.assert_restored(om2)


class Names(RestoreTest):
    def test_fleet_and_generation_come_from_the_name(self):
        self.restore(self.file(self.seal(), copy_name(generation=3)))
        told = self.assert_restored()
        self.assertEqual((told["fleet"], told["generation"]), (FLEET, 3))

    def test_a_renamed_copy_restores_as_a_key_of_no_known_fleet(self):
        self.restore(self.file(self.seal(), "copy of " + copy_name()))
        told = self.assert_restored()
        self.assertNotEqual(told["fleet"], FLEET)
        self.assertEqual(told["generation"], 1)

    def test_hosts_that_restored_renamed_copies_become_one_fleet(self):
        hosts = self.fleet("a", "b")
        for host in hosts:
            self.restore(self.file(self.seal()), host=host)
            host.serve()
        self.assertNotEqual(hosts[0].fleet_id(), hosts[1].fleet_id())
        for host in hosts:
            host.run("verify")
        self.assertEqual(hosts[0].fleet_id(), hosts[1].fleet_id())


class Newest(RestoreTest):
    """Without a file, restore takes the newest copy at the configured destinations, or at the given one."""

    def setUp(self):
        super().setUp()
        self.store = self.directory / "store"
        self.store.mkdir(mode=0o700)
        self.om1.configure(backup={"destinations": [f"file://{self.store}"]})

    def put(self, content, **name):
        self.file(content, f"store/{copy_name(**name)}")
        return copy_name(**name)

    def test_the_newest_of_all_hosts_is_taken_and_named(self):
        self.put(self.seal(), time="20251122T022917Z")
        newest = self.put(self.seal(), host="om2")
        self.assertIn(newest, self.restore().out)
        self.assertEqual(self.assert_restored()["fleet"], FLEET)

    def test_a_damaged_one_is_left_out_loudly(self):
        older = self.put(self.seal(), time="20251122T022917Z")
        damaged = self.put(self.seal()[:-1])
        outcome = self.restore()
        self.assertIn(older, outcome.out)
        self.assertIn(damaged, outcome.err)
        self.assert_restored()

    def test_an_earlier_generation_never_takes_the_place_of_a_damaged_one(self):
        self.put(self.seal(self.fresh_key()))
        self.put(self.seal()[:-1], generation=2, time="20251122T022917Z")
        self.restore(expect=1)
        self.assert_nothing_there()

    def test_copies_of_several_fleets_are_not_chosen_from(self):
        other = "f" * 32
        self.put(self.seal())
        self.put(self.seal(self.fresh_key()), fleet=other)
        outcome = self.restore(expect=2)
        self.assertIn(FLEET, outcome.err)
        self.assertIn(other, outcome.err)
        self.assert_nothing_there()
        self.restore(copy_name())
        self.assert_restored()

    def test_a_host_with_a_record_takes_copies_of_its_own_fleet(self):
        self.restore(self.file(self.seal(), copy_name()))
        self.put(self.seal(self.fresh_key()), fleet="f" * 32, time="20271122T022917Z")
        own = self.put(self.seal())
        self.om1.key_file.unlink()
        self.assertIn(own, self.restore().out)
        self.assert_restored()

    def test_a_destination_that_is_named_or_its_directory(self):
        self.put(self.seal())
        self.om1.configure()
        for number, named in enumerate((f"file://{self.store}", self.store)):
            host = self.host(f"named{number}")
            self.restore(named, host=host)
            self.assert_restored(host)

    def test_copies_of_host_state_are_no_keys(self):
        state = self.put(self.seal(), kind=".state.age", time="20271122T022917Z")
        self.restore(expect=1)
        self.assertIn("--host-state", self.restore(self.store / state, expect=2).err)
        self.put(self.seal())
        self.restore()
        self.assert_restored()

    def test_without_any_destination_it_says_what_is_missing(self):
        self.om1.configure()
        self.assertIn("no backup is named", self.restore(expect=2).err)

    def test_a_destination_that_is_gone_is_told_and_another_serves(self):
        self.put(self.seal())
        gone = f"file://{self.directory}/gone"
        self.om1.configure(backup={"destinations": [gone, f"file://{self.store}"]})
        self.assertIn(self.om1.shown(gone), self.restore().err)
        self.assert_restored()


class Present(RestoreTest):
    """The host has a key, or had one."""

    def test_the_same_key_is_done_already(self):
        sealed = self.file(self.seal())
        self.restore(sealed)
        before = self.om1.snapshot()
        said = self.restore(sealed, "--json").json
        self.assertEqual((said["changed"], said["exit"]), (False, 0))
        self.assertEqual(self.om1.snapshot(), before)

    def test_a_lost_file_comes_back_and_its_record_goes_on(self):
        self.restore(self.file(self.seal(), copy_name()))
        before = self.om1.record()
        self.om1.key_file.unlink()
        self.restore(self.file(self.seal(), "another name.age"))
        after = self.om1.record()
        self.assert_restored()
        for field in ("fleet", "generation", "witness", "epoch"):
            self.assertEqual(after[field], before[field], field)

    def test_a_lost_file_is_not_replaced_by_another_key(self):
        self.restore(self.file(self.seal(), copy_name()))
        self.om1.key_file.unlink()
        before = self.om1.snapshot()
        other = self.fresh_key()
        sealed = self.file(self.seal(other), "other.age")
        outcome = self.restore(sealed, expect=14)
        self.assertEqual(self.om1.snapshot(), before)
        self.assertIn(f"--displace --confirm {FLEET}", outcome.err)
        self.restore(sealed, "--displace", "--confirm", FLEET)
        self.assertEqual(self.om1.key(), other)

    def test_another_key_is_not_overwritten_unless_it_is_confirmed(self):
        self.om1.run("generate")
        old, fleet, before = self.om1.key(), self.om1.fleet_id(), self.om1.snapshot()
        sealed = self.file(self.seal())
        self.restore(sealed, expect=17)
        self.restore(sealed, "--displace", "--confirm", "unrecorded", expect=17)
        self.assertEqual(self.om1.snapshot(), before)
        said = self.restore(sealed, "--displace", "--confirm", fleet, "--json").json
        self.assertTrue(said["changed"])
        self.assertEqual(self.om1.path_of(said["displaced"]).read_bytes(), old)
        self.assert_restored()

    def test_a_weak_key_is_taken_loudly(self):
        weak = b"k" * 24
        outcome = self.restore(self.file(self.seal(weak)))
        self.assertEqual(self.om1.key(), weak)
        self.assertIn("weak", outcome.err)

    def test_a_dry_run_opens_it_and_changes_nothing(self):
        sealed = self.file(self.seal())
        before = self.om1.snapshot()
        self.assertIn("would install", self.restore(sealed, "--dry-run").out)
        self.restore(self.file(self.seal()[:-1], "damaged.age"), "--dry-run", expect=1)
        self.assertEqual(self.om1.snapshot(), before)

    def test_a_host_that_serves_proves_the_restored_key(self):
        om1, om2 = self.fleet("a", "b")
        for host in (om1, om2):
            host.serve()
            with host.restarting():
                self.restore(self.file(self.seal()), host=host)
        om1.run("verify")


class Outputs(RestoreTest):
    def test_standard_output_has_the_key_and_nothing_else(self):
        command = self.om1.command("restore", self.file(self.seal()), "-i", self.identity, "--output", "-")
        # Not through the harness, which fails when output contains a key.
        done = subprocess.run(command, capture_output=True, check=True, timeout=harness.TIME_LIMIT)
        self.assertEqual(done.stdout, self.key)
        self.collect_output("restore", done.stderr)
        self.assert_nothing_there()
        self.assertFalse(self.om1.state_dir.exists())

    def test_a_new_file_is_private(self):
        output = self.directory / "restored.key"
        self.key_files.add(output)
        sealed = self.file(self.seal())
        said = self.restore(sealed, "--output", output, "--json").json
        self.assertTrue(said["changed"])
        self.assertEqual((output.read_bytes(), output.stat().st_mode & 0o7777), (self.key, 0o600))
        self.assert_nothing_there()
        self.restore(sealed, "--output", output, expect=17)

    def test_it_needs_no_installation_of_ops_manager(self):
        output = self.directory / "restored.key"
        self.key_files.add(output)
        options = ["--root", self.directory / "nowhere", "--state-dir", self.directory / "state", "--output", output]
        run(*self.om1.typed("restore", self.file(self.seal()), "-i", self.identity, *options))
        self.assertEqual(output.read_bytes(), self.key)

    def test_what_contradicts_it_is_refused(self):
        sealed = self.file(self.seal())
        self.restore(sealed, "--output", "-", "--json", expect=2)
        self.restore(sealed, "--output", "x", "--displace", "--confirm", "unrecorded", expect=2)
        self.restore(sealed, "--host-state", "--output", "x", expect=2)
        self.restore(sealed, "--write", expect=2)
        self.om1.run("restore", "-", "-i", "-", expect=2)
        self.om1.run("restore", sealed, expect=2)


class Refusals(RestoreTest):
    def assert_refused(self, content, expect, *, says="", identity=None):
        path = self.file(content, "refused.age")
        outcome = self.om1.run("restore", path, "-i", identity or self.identity, expect=expect)
        self.assertIn(self.om1.shown(path), outcome.err)
        self.assertIn("\n    genkey-agent restore", outcome.err)
        self.assertIn(says, outcome.err)
        self.assert_nothing_there()

    def test_an_identity_of_somebody_else(self):
        other, _ = self.new_identity("other")
        self.assert_refused(self.seal(), 16, says="X25519", identity=other)

    def test_a_key_that_has_not_24_bytes(self):
        for size in (0, 23, 25, 4096):
            self.assert_refused(self.seal(b"x" * size), 12, says=f"these are {size}")

    def test_what_is_no_backup(self):
        for content in (b"", b"\n", os.urandom(24), b"x" * 4096, b"-----BEGIN AGE ENCRYPTED FILE-----\n"):
            self.assert_refused(content, 1)

    def test_a_file_that_is_not_there(self):
        outcome = self.restore(self.directory / "gone.age", expect=1)
        self.assertIn("gone.age", outcome.err)

    def test_an_identity_that_is_none(self):
        sealed = self.file(self.seal())
        self.om1.run("restore", sealed, "-i", self.file(b"nothing\n", "none"), expect=2)
        self.om1.run("restore", sealed, "-i", self.directory / "gone", expect=2)
        self.assert_nothing_there()


if __name__ == "__main__":
    absent = [program for program in ("age", "age-keygen", "ssh-keygen", "openssl") if not shutil.which(program)]
    if absent:
        print(f"left out: {', '.join(absent)} not there")
        sys.exit(harness.SKIPPED)
    harness.main()
