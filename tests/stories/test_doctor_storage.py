# SPDX-License-Identifier: ISC
"""doctor knows where the databases and the head directories of a host are: on which device, and who may write there."""

import os
import pathlib
import shutil
import subprocess
import time
import unittest

import harness
from harness.installed_host import SETTINGS, Installed

# Sets up a mount that only this process sees, keeps the lock file open, and becomes a program called mongod.
WITH_TMPFS = 'mount -t tmpfs none "$1/journal"; exec 9>"$1/mongod.lock"; exec "$0" 600'
WITH_LOCK = 'exec 9>"$1/mongod.lock"; exec "$0" 600'
# As in a container: a root directory of its own, with the data in /data. JOURNAL makes what is to be found there.
IN_CONTAINER = """
mount -t tmpfs none "$1"
cd "$1"
mkdir usr old data other
mount --bind /usr usr
for name in bin lib lib64; do if [ -L "/$name" ]; then cp -P "/$name" .; fi; done
cp -P "$0" mongod
JOURNAL
pivot_root . old
exec 9>/data/mongod.lock
exec /mongod 600
"""
# What genkey-agent-facts.service leaves to root.
COLLECTOR = ("setpriv", "--bounding-set=-all,+dac_read_search,+setuid,+setgid,+sys_ptrace", "--no-new-privs")
NOBODY = 65534


class StorageTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")

    def host(self, name, **configuration):
        return self.add_host(Installed(self, name), configuration)

    def said(self):
        return self.om1.run_json("doctor", "--offline", "--only", "database", expect=None)

    def fact(self, name):
        return self.said()["hosts"][0]["facts"].get(name)

    def directory_for(self, *names, mode=0o755, owner=None):
        """A directory that every account can reach."""
        path = self.directory.joinpath(*names)
        path.mkdir(parents=True, exist_ok=True)
        for above in path.parents:
            if self.directory in (above, *above.parents):
                above.chmod(0o755)
        path.chmod(mode)
        if owner is not None:
            os.chown(path, owner, owner)
        return path


@unittest.skipUnless(os.getuid() == 0, "needs root: it mounts a file system and looks into processes")
class Journals(StorageTest):
    def setUp(self):
        super().setUp()
        self.data = self.directory_for("data", "db")

    def run_mongod(self, script=WITH_LOCK, *, before=("unshare", "--mount")):
        """A stand-in that keeps mongod.lock open, as mongod does; its name is all that it has of it."""
        program = self.directory / "bin" / "mongod"
        if not program.exists():
            program.parent.mkdir()
            program.symlink_to(shutil.which("sleep"))
        process = subprocess.Popen([*before, "sh", "-ec", script, program, self.data])
        self.addCleanup(self.end, process)
        name = pathlib.Path(f"/proc/{process.pid}/comm")
        deadline = time.monotonic() + 20
        while name.read_text(encoding="ascii") != "mongod\n":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait()

    def journal(self):
        self.data.joinpath("journal").mkdir()

    def found(self):
        return [(each["result"], each["object"]) for each in self.said()["findings"] if each["id"] == "HA311"]

    def test_a_journal_on_another_device_is_noted_until_it_is_beside_the_data(self):
        self.journal()
        process = self.run_mongod(WITH_TMPFS)
        self.assertEqual(self.found(), [("note", "om1")])
        self.assertIn(str(self.data), self.om1.run("doctor", "--offline", "--only", "database", expect=None).out.replace("\n", ""))
        self.end(process)
        self.run_mongod()
        self.assertEqual(self.found(), [("ok", "om1")])

    def test_a_link_to_another_device_is_noted(self):
        self.data.joinpath("journal").symlink_to("/dev/shm")
        self.run_mongod()
        self.assertEqual(self.found(), [("note", "om1")])

    def test_without_mongod_nothing_is_said_and_the_fact_is_none(self):
        self.assertEqual((self.found(), self.fact("mongod")), ([], "none"))

    def test_nothing_is_said_about_a_mongod_without_a_journal(self):
        self.run_mongod()
        self.assertEqual((self.found(), self.fact("mongod")), ([], None))

    def test_several_databases_are_one_fact(self):
        self.journal()
        self.run_mongod()
        self.data = self.directory_for("data", "a, b")
        self.journal()
        self.run_mongod(WITH_TMPFS)
        above = self.data.parent
        self.assertEqual(self.fact("mongod"), f"different {above}/a%2C%20b,same {above}/db")

    def test_a_mongod_in_a_container_is_found_by_the_paths_that_it_sees_itself(self):
        self.run_mongod(IN_CONTAINER.replace("JOURNAL", "mkdir data/journal"))
        self.assertEqual(self.fact("mongod"), "same /data")

    def test_a_link_within_a_container_is_not_followed_on_the_host(self):
        # The host has such a directory, too, and it is another one.
        self.run_mongod(IN_CONTAINER.replace("JOURNAL", "mkdir dev dev/shm; ln -s /dev/shm data/journal"))
        self.assertEqual((self.found(), self.fact("mongod")), ([], None))

    def test_another_program_with_such_a_file_is_no_mongod(self):
        lock = self.data / "mongod.lock"
        self.journal()
        with lock.open("w"):
            self.assertEqual(self.fact("mongod"), "none")

    def test_the_collector_sees_the_mongod_of_another_account_with_the_little_that_its_unit_leaves_it(self):
        self.journal()
        self.data.chmod(0o700)
        os.chown(self.data, NOBODY, NOBODY)
        as_nobody = 'exec 9>"$1/mongod.lock"; exec setpriv --reuid=65534 --clear-groups "$0" 600'
        self.run_mongod(as_nobody, before=())
        self.om1.prefix = COLLECTOR
        self.assertEqual(self.fact("mongod"), f"same {self.data}")

    def test_nobody_says_none_where_processes_cannot_be_looked_into(self):
        self.journal()
        self.run_mongod()
        self.om1.prefix = ("setpriv", "--bounding-set=-all,+dac_read_search", "--no-new-privs")
        # Without this capability root is as blind as any account.
        self.assertEqual((self.found(), self.fact("mongod")), ([], None))


class Heads(StorageTest):
    def configure(self, *heads):
        self.om1.also(doctor={"head_directories": list(map(str, heads))})

    def test_without_a_setting_nobody_knows_them(self):
        self.assertIsNone(self.fact("heads"))

    def test_a_directory_of_the_service_is_writable(self):
        head = self.directory_for("head")
        self.configure(head)
        self.assertEqual(self.fact("heads"), f"writable local {head}")

    def test_a_missing_directory_and_a_file_are_absent(self):
        file = self.directory / "file"
        file.touch()
        self.configure(self.directory / "gone", file)
        self.assertEqual(self.fact("heads"), f"absent local {self.directory}/gone,absent local {file}")

    def test_a_path_keeps_its_blanks_and_commas_and_counts_once(self):
        head = self.directory_for("my head, 1")
        self.configure(head, f"{head}/")
        self.assertEqual(self.fact("heads"), f"writable local {head}".replace("my head, 1", "my%20head%2C%201"))

    def test_the_file_of_an_old_backup_daemon_names_one_too(self):
        head, other = self.directory_for("head"), self.directory_for("other")
        (self.om1.properties.parent / "conf-daemon.properties").write_text(
            f"mongo.mongoUri=mongodb://om:hidden@db1/\nrootDirectory = {head}/\n", encoding="ascii"
        )
        self.om1.write(SETTINGS)
        self.assertEqual(self.fact("heads"), f"writable local {head}")
        self.configure(other)
        self.assertEqual(self.fact("heads"), f"writable local {other},writable local {head}")

    @unittest.skipUnless(os.getuid() == 0, "needs root: another account is the service")
    def test_a_directory_of_another_account_is_not_writable_until_the_service_owns_it(self):
        self.om1.where += ["--owner", "nobody"]
        head = self.directory_for("above", "head")
        self.configure(head)
        self.assertEqual(self.fact("heads"), f"unwritable local {head}")
        os.chown(head, NOBODY, NOBODY)
        self.assertEqual(self.fact("heads"), f"writable local {head}")
        # No name below can be used without passing it.
        head.parent.chmod(0o700)
        self.assertEqual(self.fact("heads"), f"unwritable local {head}")

    @unittest.skipUnless(os.getuid() == 0, "needs root: another account is the service")
    def test_the_finding_about_it_goes_when_the_service_owns_it(self):
        self.om1.where += ["--owner", "nobody"]
        head = self.directory_for("head")
        self.configure(head)
        self.om1.run_ops_manager("com.xgen.svc.brs.grid.Daemon", user=NOBODY)

        def found():
            said = self.om1.run_json("doctor", "--only", "daemons", expect=None)
            return [each for each in said["findings"] if each["id"] == "HA407"]

        (finding,) = found()
        self.assertEqual((finding["result"], finding["object"]), ("risk", f"om1:{head}"))
        os.chown(head, NOBODY, NOBODY)
        self.assertEqual([(each["result"], each["object"]) for each in found()], [("ok", f"om1:{head}")])

    @unittest.skipUnless(os.getuid() == 0, "needs root: it mounts a file system")
    def test_a_file_system_that_is_read_only_is_not_writable(self):
        head = self.directory_for("head")
        self.configure(head)
        self.om1.prefix = ("unshare", "--mount", "sh", "-ec", f'mount -t tmpfs -o ro none "{head}"; exec "$@"', "sh")
        self.assertEqual(self.fact("heads"), f"unwritable local {head}")

    @unittest.skipUnless(os.getuid() == 0, "needs root: it mounts a file system")
    def test_the_sandbox_of_the_collector_makes_no_directory_unwritable(self):
        head = self.directory_for("head")
        self.configure(head)
        # ProtectSystem=strict makes every mount of the unit read-only, and no file system.
        sandbox = f'mount --bind "{head}" "{head}"; mount -o remount,bind,ro "{head}"; ! touch "{head}/file" 2>&-; exec "$@"'
        self.om1.prefix = ("unshare", "--mount", "sh", "-ec", sandbox, "sh")
        self.assertEqual(self.fact("heads"), f"writable local {head}")

    @unittest.skipUnless(os.getuid() == 0, "needs root: the collector loses its capabilities")
    def test_the_collector_decides_with_the_little_that_its_unit_leaves_it(self):
        self.om1.where += ["--owner", "nobody"]
        head = self.directory_for("head", mode=0o700, owner=NOBODY)
        self.configure(head)
        self.om1.prefix = COLLECTOR
        self.assertEqual(self.fact("heads"), f"writable local {head}")


if __name__ == "__main__":
    harness.main()
