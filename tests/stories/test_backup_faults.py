# SPDX-License-Identifier: ISC
"""backup and prune on failing disks, and killed at any point: whole copies or none, and the next run finishes the job."""

import shutil
import subprocess

import harness
from harness import faults
from test_backup import BackupTest


PASSWORD = "pass-that-nobody-sees-7f3b"


class Interruptions(BackupTest):
    def setUp(self):
        harness.need_root()
        super().setUp()
        self.make_key()
        self.trace = self.directory / "trace"

    def traced(self, arguments, *options):
        done = faults.traced(
            self.om1.command(*arguments), self.trace, self.om1.environment(), harness.TIME_LIMIT, *options)
        self.collect_output("traced", done.stdout + done.stderr)
        return done.returncode

    def points(self, arguments, calls):
        self.assertEqual(self.traced(arguments), 0)
        found = faults.points(self.trace, calls, self.directory)
        self.trace.unlink()
        return found

    def assert_whole(self):
        """Each copy under its final name is whole, and the program finishes what was interrupted."""
        for path in self.copies():
            content = self.restored(path)
            if ".state." in path.name:
                listed = subprocess.run(["tar", "-t"], input=content, check=True, capture_output=True).stdout
                self.assertEqual(len(listed.splitlines()), 3)
            else:
                self.assertEqual(content, self.om1.key())
        self.om1.run("backup")
        self.om1.run("backup", "check")
        self.assertEqual([path.name for path in self.store.iterdir() if path.name.startswith(".")], [])

    def begin_anew(self):
        shutil.rmtree(self.store, ignore_errors=True)
        (self.om1.state_dir / "backups.json").unlink(missing_ok=True)

    def interrupt_everywhere(self, arguments, prepare, effect, calls=faults.CHANGES):
        prepare()
        found = self.points(arguments, calls)
        self.assertGreater(len(found), 5)
        ends = set()
        for point in found:
            with self.subTest(point):
                prepare()
                ends.add(self.traced(arguments, *faults.injection(point, effect)))
                self.assert_whole()
        return ends

    def prepare_prune(self):
        self.begin_anew()
        shutil.copytree(self.spare, self.store)

    def make_spare(self):
        self.spare = self.directory / "spare"
        self.several(self.om1, 3)
        shutil.copytree(self.store, self.spare)
        self.newest = sorted(self.spare.iterdir())[-1]

    def test_a_backup_killed_anywhere_leaves_whole_copies_or_none(self):
        ends = self.interrupt_everywhere(("backup",), self.begin_anew, "signal=KILL")
        self.assertEqual(ends, {-9})

    def test_a_backup_on_a_full_disk_leaves_whole_copies_or_none(self):
        ends = self.interrupt_everywhere(("backup",), self.begin_anew, "error=ENOSPC")
        self.assertIn(1, ends)

    def test_a_backup_on_a_disk_that_cannot_be_read_leaves_whole_copies_or_none(self):
        ends = self.interrupt_everywhere(("backup",), self.begin_anew, "error=EIO", faults.LOOKS)
        self.assertIn(1, ends)

    def test_a_prune_killed_or_refused_anywhere_leaves_whole_copies_and_the_newest(self):
        self.make_spare()
        for effect in ("signal=KILL", "error=EIO", "error=ENOSPC"):
            self.interrupt_everywhere(("backup", "prune", "--keep", "1"), self.prepare_prune, effect)
            self.assertEqual((self.store / self.newest.name).read_bytes(), self.newest.read_bytes())

    def test_settings_beside_the_key_are_in_whole_copies_or_none_and_nowhere_else(self):
        conf = self.om1.directory / "ops-manager" / "conf"
        conf.mkdir(parents=True)
        (conf / "mms.conf").write_text(f'MMS_USER={self.om1.owner.split(":", maxsplit=1)[0]}\nENC_KEY_PATH="{self.om1.key_file}"\n')
        properties = conf / "conf-mms.properties"
        properties.write_text(f"mongo.mongoUri={PASSWORD}\n")
        self.watch(PASSWORD.encode())
        self.key_files.add(properties)
        plain = self.om1.command
        self.om1.command = lambda *arguments: [*plain(*arguments), "--install-path", str(conf.parent)]
        for effect in ("signal=KILL", "error=ENOSPC"):
            self.interrupt_everywhere(("backup",), self.begin_anew, effect)
        self.assertEqual(len([path for path in self.copies() if ".state." in path.name]), 1)


if __name__ == "__main__":
    if not shutil.which("age") or not shutil.which("strace"):
        print("left out: age or strace is not there")
        raise SystemExit(harness.SKIPPED)
    harness.main()
