# SPDX-License-Identifier: ISC
"""restore on failing disks, and killed at any point: the old state or the new one, and no temporary files."""

import itertools
import shutil

import harness
from harness import faults
from test_restore import FLEET, RestoreTest, copy_name


class Interruptions(RestoreTest):
    """However a restore ends, the host has the old state or the new one, and the same command finishes the job."""

    def setUp(self):
        harness.need_root()
        super().setUp()
        self.sealed = self.file(self.seal(), copy_name())
        self.trace = self.directory / "trace"
        self.numbers = itertools.count()

    def traced(self, host, *options, words=()):
        command = host.command("restore", self.sealed, "-i", self.identity, *words)
        done = faults.traced(command, self.trace, host.environment(), harness.TIME_LIMIT, *options)
        self.collect_output("restore", done.stdout + done.stderr)
        return done.returncode

    def fresh_host(self, displacing):
        """A host, its key before the restore, and what the restore needs there."""
        number = next(self.numbers)
        host = self.host(f"interrupted{number}")
        if not displacing:
            return host, None, ()
        host.run("import", self.key_source(self.fresh_key(), f"old{number}.key"))
        return host, host.key(), ("--displace", "--confirm", host.record()["fleet"])

    def points(self, displacing, calls):
        host, _, words = self.fresh_host(displacing)
        self.assertEqual(self.traced(host, words=words), 0)
        return faults.points(self.trace, calls, self.directory)

    def assert_old_or_new(self, host, old):
        """Also checks that the key file is whole and matches the new record or the old one."""
        now = host.key() if host.key_file.exists() else None
        self.assertIn(now, (old, self.key))
        if now is not None:
            self.assertTrue(host.run_json("status", expect=None)["key"]["recorded"])
        self.moments.add(now == self.key)

    def finish(self, host, words):
        done = host.key_file.exists() and host.key() == self.key
        self.restore(self.sealed, *(() if done else words), host=host)
        told = self.assert_restored(host)
        self.assertEqual(told["fleet"], FLEET)
        self.assertFalse((host.state_dir / "record.pending").exists())
        self.assertEqual([path for path in host.directory.rglob("*") if "genkey-agent-new" in path.name], [])

    def interrupt_everywhere(self, effect, displacing, calls=faults.CHANGES):
        self.moments = set()
        for point in self.points(displacing, calls):
            with self.subTest(point):
                host, old, words = self.fresh_host(displacing)
                self.traced(host, *faults.injection(point, effect), words=words)
                self.assert_old_or_new(host, old)
                self.finish(host, words)
                self.forget(host)
        self.assertEqual(self.moments, {False, True})

    def forget(self, host):
        """Searches the host's output and files for keys now, because hundreds of hosts cannot be kept until the end."""
        self.search_for_keys()
        self.outputs.clear()
        self.keys = {self.key}
        self.hosts.remove(host)
        shutil.rmtree(host.directory)

    def test_killed_at_any_change_of_the_disk(self):
        self.interrupt_everywhere("signal=KILL", displacing=False)

    def test_killed_at_any_change_of_the_disk_when_it_displaces_a_key(self):
        self.interrupt_everywhere("signal=KILL", displacing=True)

    def test_no_room_at_any_change_of_the_disk(self):
        self.interrupt_everywhere("error=ENOSPC", displacing=False)

    def test_no_room_at_any_change_of_the_disk_when_it_displaces_a_key(self):
        self.interrupt_everywhere("error=ENOSPC", displacing=True)

    def test_nothing_can_be_read_at_any_look_at_the_disk(self):
        self.interrupt_everywhere("error=EIO", displacing=False, calls=faults.LOOKS)


if __name__ == "__main__":
    if not shutil.which("age") or not shutil.which("strace"):
        print("left out: age or strace is not there")
        raise SystemExit(harness.SKIPPED)
    harness.main()
