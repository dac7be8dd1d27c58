# SPDX-License-Identifier: ISC
"""restore --host-state brings back Ops Manager's settings. It first lists what would change, by name, never by value."""

import json
import os
import pwd
import shutil
import stat
import subprocess

import harness

PASSWORD = "pass-that-nobody-sees-7f3b"
OLD_PASSWORD = "former-that-nobody-sees-91ac"


class HostStateTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.identity, self.recipient = self.age_identity()
        self.om1 = self.installed("om1")

    def installed(self, name):
        """A host with an Ops Manager from an archive."""
        host = self.host(name)
        host.conf = host.directory / "ops-manager" / "conf"
        host.conf.mkdir(parents=True)
        plain = host.command
        host.command = lambda *arguments: [*plain(*arguments), "--install-path", str(host.conf.parent)]
        user = pwd.getpwuid(os.getuid()).pw_name
        (host.conf / "mms.conf").write_text(f'MMS_USER={user}\nENC_KEY_PATH="{host.key_file}"\n')
        return host

    def write(self, host, name, text, mode=0o600):
        path = host.conf / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def seal_state(self, **files):
        """An encrypted tar, as `backup` makes it."""
        folder = self.directory / "packed"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content.encode())
        tar = subprocess.run(["tar", "--format=ustar", "-C", folder, "-cf", "-", *files], check=True, capture_output=True).stdout
        sealed = subprocess.run(["age", "-r", self.recipient], input=tar, check=True, capture_output=True).stdout
        path = self.directory / "state.age"
        path.write_bytes(sealed)
        return path

    def restore(self, host, sealed, *arguments, **options):
        return host.run("restore", "--host-state", sealed, "-i", self.identity, *arguments, **options)

    def assert_no_values(self, outcome):
        for secret in (PASSWORD, OLD_PASSWORD):
            self.assertNotIn(secret, outcome.out + outcome.err)


class Settings(HostStateTest):
    def setUp(self):
        super().setUp()
        self.sealed = self.seal_state(**{"conf-mms.properties": f"mongo.mongoUri={PASSWORD}\nmms.new=1\nmms.same=x\n"})

    def test_it_shows_names_and_writes_nothing_until_it_is_asked_to(self):
        self.write(self.om1, "conf-mms.properties", f"mongo.mongoUri={OLD_PASSWORD}\nmms.old=1\nmms.same=x\n")
        self.om1.run("generate")
        before = self.om1.snapshot()
        outcome = self.restore(self.om1, self.sealed)
        self.assertEqual(self.om1.snapshot(), before)
        for line in ("  adds mms.new", "  changes mongo.mongoUri", "  removes mms.old"):
            self.assertIn(line, outcome.out.splitlines())
        self.assertNotIn("mms.same", outcome.out)
        self.assertIn("--write", outcome.out)
        self.assert_no_values(outcome)

    def test_writing_keeps_owner_and_mode_and_the_old_file(self):
        path = self.write(self.om1, "conf-mms.properties", f"mongo.mongoUri={OLD_PASSWORD}\n", mode=0o640)
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
        before = path.stat()
        outcome = self.restore(self.om1, self.sealed, "--write")
        self.assert_no_values(outcome)
        self.assertIn(f"mongo.mongoUri={PASSWORD}\n", path.read_text())
        after = path.stat()
        self.assertEqual((after.st_uid, after.st_gid, after.st_mode), (before.st_uid, before.st_gid, before.st_mode))
        (aside,) = (self.om1.state_dir / "displaced").iterdir()
        self.assertEqual(aside.read_text(), f"mongo.mongoUri={OLD_PASSWORD}\n")
        self.assertEqual(stat.S_IMODE(aside.stat().st_mode), 0o600)

    def test_a_file_that_was_not_there_is_private(self):
        said = self.restore(self.om1, self.sealed, "--write", "--json").json
        path = self.om1.conf / "conf-mms.properties"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(said["changed"], True)
        self.assertEqual([(each["file"], each["result"]) for each in said["files"]], [(str(path), "added")])
        self.assertEqual(said["files"][0]["added"], ["mms.new", "mms.same", "mongo.mongoUri"])

    def test_again_it_changes_nothing(self):
        self.restore(self.om1, self.sealed, "--write")
        before = self.om1.snapshot()
        said = self.restore(self.om1, self.sealed, "--write", "--json").json
        self.assertEqual(said["changed"], False)
        self.assertEqual(said["files"][0]["result"], "unchanged")
        self.assertEqual(self.om1.snapshot(), before)

    def test_nothing_behind_a_link_is_written(self):
        elsewhere = self.om1.directory / "elsewhere"
        elsewhere.write_text("untouched\n")
        (self.om1.conf / "conf-mms.properties").symlink_to(elsewhere)
        self.restore(self.om1, self.sealed, "--write", expect=2)
        self.assertEqual(elsewhere.read_text(), "untouched\n")


class Archives(HostStateTest):
    def test_a_file_that_is_not_expected_is_refused(self):
        before = self.om1.snapshot()
        self.restore(self.om1, self.seal_state(**{"gen.key": "x" * 24}), "--write", expect=1)
        self.assertEqual(self.om1.snapshot(), before)

    def test_a_damaged_one_writes_nothing(self):
        sealed = self.seal_state(**{"conf-mms.properties": "a=1\n"})
        sealed.write_bytes(sealed.read_bytes()[:-1])
        before = self.om1.snapshot()
        self.restore(self.om1, sealed, "--write", expect=1)
        self.assertEqual(self.om1.snapshot(), before)


class Records(HostStateTest):
    def setUp(self):
        super().setUp()
        self.om1.run("generate")
        self.sealed = self.seal_state(**{"record.json": (self.om1.state_dir / "record.json").read_text()})

    def test_it_gives_a_renamed_key_its_fleet_back(self):
        om2 = self.installed("om2")
        om2.run("import", self.key_source(self.om1.key()))
        self.assertNotEqual(om2.fleet_id(), self.om1.fleet_id())
        self.restore(om2, self.sealed, "--write")
        self.assertEqual(om2.fleet_id(), self.om1.fleet_id())
        self.assertTrue(om2.run_json("status", expect=None)["key"]["recorded"])

    def test_a_record_of_another_key_is_left(self):
        om2 = self.installed("om2")
        om2.run("generate")
        before = om2.record()
        said = self.restore(om2, self.sealed, "--write", "--json").json
        self.assertEqual((said["changed"], said["files"][0]["result"]), (False, "left"))
        self.assertEqual(om2.record(), before)


class Backups(HostStateTest):
    """`backup` writes settings beside the key's copies, in copies of their own."""

    def setUp(self):
        super().setUp()
        self.store = self.directory / "store"
        self.om1.configure(backup=self.backups())
        self.properties = self.write(self.om1, "conf-mms.properties", f"mongo.mongoUri={PASSWORD}\n")
        self.om1.run("generate")

    def backups(self, **settings):
        return {"recipients": [self.recipient], "destinations": [f"file://{self.store}"], **settings}

    def copies(self, ending=".state.age"):
        return sorted(path.name for path in self.store.iterdir() if path.name.endswith(ending))

    def change_settings(self, text):
        self.properties.write_text(f"mongo.mongoUri={PASSWORD}\n{text}\n")

    def opened(self, copy):
        return subprocess.run(["age", "-d", "-i", self.identity, self.store / copy], check=True, capture_output=True).stdout

    def health(self, expect=0):
        (told,) = self.om1.run_json("status", expect=expect)["backups"]["destinations"]
        return told

    def test_age_and_tar_restore_what_was_stored_beside_the_key(self):
        (copy,) = self.copies()
        listed = subprocess.run(["tar", "-t"], input=self.opened(copy), check=True, capture_output=True).stdout
        self.assertEqual(sorted(listed.decode().split()), ["conf-mms.properties", "mms.conf", "record.json"])
        # Each name has the second in which its copy was made.
        (of_the_key,) = set(self.copies(".age")) - {copy}
        self.assertEqual(self.opened(of_the_key), self.om1.key())

    def test_a_lost_file_comes_back_from_the_destination(self):
        content = self.properties.read_bytes()
        self.properties.unlink()
        outcome = self.restore(self.om1, self.store, "--write")
        self.assert_no_values(outcome)
        self.assertEqual(self.properties.read_bytes(), content)

    def test_what_is_there_already_is_not_written_again(self):
        before = self.copies(".age")
        said = self.om1.run_json("backup")
        self.assertEqual((said["changed"], [each["result"] for each in said["backups"]]), (False, ["unchanged"] * 2))
        # What a peer or a person has confirmed is in the record, not in other settings.
        self.om1.run("ensure", "--keep")
        self.assertFalse(self.om1.run_json("backup")["changed"])
        self.properties.write_bytes(self.properties.read_bytes())
        self.assertFalse(self.om1.run_json("backup")["changed"])
        self.assertEqual(self.copies(".age"), before)

    def test_changed_settings_are_stored_anew_and_the_key_is_not(self):
        self.change_settings("mms.new=1")
        said = self.om1.run_json("backup")
        self.assertEqual([each["result"] for each in said["backups"]], ["unchanged", "stored"])
        self.change_settings("mms.new=2")
        self.om1.run("ensure")
        self.assertEqual(len(self.copies()), 3)
        self.assertIn(b"mms.new=2", self.opened(self.copies()[-1]))
        self.assertEqual(len(self.copies(".age")), 4)

    def test_a_dry_run_tells_what_it_would_store_and_stores_nothing(self):
        self.change_settings("mms.new=1")
        before = self.om1.snapshot()
        self.assertIn(".state.age", self.om1.run("backup", "--dry-run").out)
        self.assertEqual(self.om1.snapshot(), before)
        self.assertEqual(len(self.copies()), 1)

    def test_what_tells_of_settings_is_for_root_alone(self):
        private = self.om1.state_dir / "host-state"
        self.assertEqual(stat.S_IMODE(private.stat().st_mode), 0o600)
        notes = (self.om1.state_dir / "backups.json").read_text(encoding="utf-8")
        _, tag, revision = private.read_text(encoding="utf-8").split()
        self.assertNotIn(tag, notes)
        self.assertIn(revision, notes)

    def test_who_does_not_want_it_has_the_key_alone(self):
        om2 = self.installed("om2")
        om2.configure(backup=self.backups(host_state=False, destinations=[f"file://{self.directory}/other"]))
        om2.run("generate")
        self.assertEqual([path.name.count(".state") for path in (self.directory / "other").iterdir()], [0])
        om2.run("status")

    def test_settings_that_cannot_be_read_hold_back_no_key(self):
        shutil.rmtree(self.store)
        self.properties.write_bytes(b"#" * 300_000)
        outcome = self.om1.run("backup", expect=10)
        self.assertIn("Ops Manager's settings are not backed up", outcome.err)
        self.assertEqual((len(self.copies()), len(self.copies(".age"))), (0, 1))

    def test_a_link_is_followed_to_what_the_service_can_read_itself(self):
        harness.need_root()
        elsewhere = self.directory / "elsewhere"
        self.properties.rename(elsewhere)
        self.properties.symlink_to(elsewhere)
        os.chown(elsewhere, 65534, 65534)
        self.om1.owner = "nobody:nogroup"
        (self.om1.conf / "mms.conf").write_text(f'MMS_USER=nobody\nENC_KEY_PATH="{self.om1.key_file}"\n')
        os.chown(self.om1.key_file, 65534, 65534)
        self.om1.run("backup")
        before = self.copies()
        os.chown(elsewhere, 0, 0)
        elsewhere.write_text("root's own\n")
        outcome = self.om1.run("backup", expect=10)
        self.assertIn(str(elsewhere), outcome.err)
        self.assertEqual(self.copies(), before)

    def test_without_the_backup_program_the_key_is_backed_up_and_the_rest_is_told(self):
        shutil.rmtree(self.store)
        alone = self.directory / "alone"
        alone.mkdir()
        shutil.copy(harness.PROGRAM, alone)
        command = self.om1.command("backup")
        command[command.index(harness.PROGRAM)] = str(alone / os.path.basename(harness.PROGRAM))
        done = subprocess.run(command, capture_output=True, text=True, timeout=harness.TIME_LIMIT, check=False)
        self.assertEqual(done.returncode, 10, done)
        self.assertIn("Ops Manager's settings are not backed up", done.stderr)
        self.assertIn("libarchive", done.stderr)
        self.assertEqual((len(self.copies()), len(self.copies(".age"))), (0, 1))

    def test_copies_of_settings_are_listed_checked_drilled_and_pruned_like_those_of_keys(self):
        for number in range(4):
            self.change_settings(f"mms.new={number}")
            self.om1.run("backup")
        self.assertEqual(len(self.copies()), 5)
        listed = self.om1.run_json("backup", "list")["backups"]
        self.assertEqual([each["name"] for each in listed], self.copies(".age"))
        checked = self.om1.run_json("backup", "check")["backups"]
        self.assertEqual([each["result"] for each in checked], ["whole"] * 6)
        drilled = self.om1.run("backup", "drill", "-i", self.identity)
        self.assertIn("Ops Manager's settings", drilled.out)
        self.assert_no_values(drilled)
        newest = self.copies()[-2:]
        self.om1.run("backup", "prune", "--keep", "2")
        self.assertEqual(self.copies(), newest)
        self.assertEqual(len(self.copies(".age")), 3)

    def test_settings_of_somebody_else_are_no_good_copy(self):
        copy = self.store / self.copies()[0]
        copy.write_bytes(self.seal_state(**{"mms.conf": "MMS_USER=root\n"}).read_bytes())
        said = self.om1.run_json("backup", "drill", "-i", self.identity, expect=1)
        self.assertEqual([each["result"] for each in said["backups"]], ["opened", "damaged"])

    def test_settings_that_are_not_backed_up_turn_status_red(self):
        self.assertFalse(self.health()["settings_stale"])
        self.assertIsNotNone(self.health()["settings_seen"])
        notes = self.om1.state_dir / "backups.json"
        told = json.loads(notes.read_text(encoding="utf-8"))
        told["copies"] = [copy for copy in told["copies"] if ".state" not in copy["name"]]
        notes.write_text(json.dumps(told), encoding="utf-8")
        self.assertTrue(self.health(expect=10)["settings_stale"])
        outcome = self.om1.run("status", expect=10)
        self.assertIn("no recent backup of Ops Manager's settings", outcome.told)
        self.om1.run_advice(outcome, "backup")
        self.assertFalse(self.health()["settings_stale"])


if __name__ == "__main__":
    harness.main()
