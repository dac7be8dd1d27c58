"""restore on disks that refuse, and killed anywhere: the old state or the new one, and nothing left on the way."""

import re
import shutil
import subprocess

import harness
from test_restore import FLEET, RestoreTest, copy_name

# Everything by which a restore changes the disk.
CALLS = (
    "mkdirat", "mkdir", "openat", "linkat", "rename", "renameat", "unlinkat", "unlink", "fchmod", "fchown", "fsync", "write"
)


class Interruptions(RestoreTest):
    """Whatever ends a restore, and wherever: the old state or the new one, and the same command finishes the job."""

    def setUp(self):
        harness.need_root()
        super().setUp()
        self.sealed = self.file(self.seal(), copy_name())
        self.trace = self.directory / "trace"

    def traced(self, host, *options, words=()):
        command = ["strace", "-f", "-o", self.trace, *options]
        command += host.command("restore", self.sealed, "-i", self.identity, *words)
        # A leak cannot be looked for in a process that is traced.
        environment = host.environment({"ASAN_OPTIONS": "detect_leaks=0"})
        done = subprocess.run(
            list(map(str, command)), capture_output=True, timeout=harness.TIME_LIMIT, env=environment, check=False
        )
        self.note_output("restore", done.stdout + done.stderr)
        return done.returncode

    def fresh_host(self, displacing):
        """A host, the key that it has before, and what a restore needs there."""
        number = len(self.hosts)
        host = self.host(f"interrupted{number}")
        if not displacing:
            return host, None, ()
        host.run("import", self.key_source(self.fresh_key(), f"old{number}.key"))
        return host, host.key(), ("--displace", "--confirm", host.record()["fleet"])

    def count_calls(self, displacing):
        host, _, words = self.fresh_host(displacing)
        self.assertEqual(self.traced(host, "-e", "trace=" + ",".join(CALLS), words=words), 0)
        made = re.findall(r"^(\d+) +(\w+)\(", self.trace.read_text(encoding="utf-8"), re.MULTILINE)
        return {call: max([made.count((pid, call)) for pid, _ in made] or [0]) for call in CALLS}

    def assert_old_or_new(self, host, old):
        """And that what is there is whole, and is what the record means or what it meant before."""
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

    def interrupt_everywhere(self, injection, displacing):
        self.moments = set()
        for call, count in self.count_calls(displacing).items():
            for number in range(1, count + 1):
                with self.subTest(call, number=number):
                    host, old, words = self.fresh_host(displacing)
                    self.traced(host, "-e", f"trace={call}", "-e", f"inject={call}:{injection}:when={number}", words=words)
                    self.assert_old_or_new(host, old)
                    self.finish(host, words)
        self.assertEqual(self.moments, {False, True})

    def test_killed_at_any_change_of_the_disk(self):
        self.interrupt_everywhere("signal=KILL", displacing=False)

    def test_killed_at_any_change_of_the_disk_when_it_displaces_a_key(self):
        self.interrupt_everywhere("signal=KILL", displacing=True)

    def test_no_room_at_any_change_of_the_disk(self):
        self.interrupt_everywhere("error=ENOSPC", displacing=False)

    def test_no_room_at_any_change_of_the_disk_when_it_displaces_a_key(self):
        self.interrupt_everywhere("error=ENOSPC", displacing=True)


if __name__ == "__main__":
    if not shutil.which("age") or not shutil.which("strace"):
        print("left out: age or strace is not there")
        raise SystemExit(harness.SKIPPED)
    harness.main()
