"""restore --host-state: Ops Manager's settings come back, told by names before anything is written, never by values."""

import os
import pwd
import stat
import subprocess

import harness

PASSWORD = "pass-that-nobody-sees-7f3b"
OLD_PASSWORD = "former-that-nobody-sees-91ac"


class HostStateTest(harness.ScriptTest):
    def setUp(self):
        super().setUp()
        self.identity = self.directory / "identity"
        self.key_files.add(self.identity)
        subprocess.run(["age-keygen", "-o", self.identity], check=True, capture_output=True)
        told = subprocess.run(["age-keygen", "-y", self.identity], check=True, capture_output=True, text=True)
        self.recipient = told.stdout.strip()
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
        """As `backup` stores it: a tar, encrypted."""
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


if __name__ == "__main__":
    harness.main()
