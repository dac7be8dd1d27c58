# SPDX-License-Identifier: ISC
"""Installations that are killed or fail where the file system has neither nameless files nor a rename that refuses to
replace, as on NFS. The next command finishes them, and no second name or copy of a key is left."""

import itertools
import re
import shutil
import subprocess

import harness
from harness import faults

# Each call by which an installation changes the disk.
CALLS = ("write", "fchmod", "fchown", "fsync", "linkat", "renameat", "unlinkat", "mkdirat")
NAMELESS = re.compile(r"^\d+ +openat\(\d+<([^>]*)>, \"\.\", [^)]*O_TMPFILE")


class InterruptedTest(harness.StoryTest):
    def setUp(self):
        harness.need_root()
        super().setUp()
        self.trace = self.directory / "trace"
        self.numbers = itertools.count()

    def fresh_host(self, displacing):
        """A host, the key that it has, the key that it is given, and the words that give it."""
        number = next(self.numbers)
        host = self.host(f"host{number}")
        given = self.fresh_key()
        words = ("import", self.key_source(given, f"given{number}.key"))
        if not displacing:
            return host, None, given, words
        host.run("import", self.key_source(self.fresh_key(), f"old{number}.key"))
        return host, host.key(), given, (*words, "--displace", "--confirm", host.record()["fleet"])

    def traced(self, host, words, *options):
        done = faults.traced(host.command(*words), self.trace, host.environment(), harness.TIME_LIMIT, "-y", *options)
        self.collect_output(words[0], done.stdout + done.stderr)
        return done.returncode

    def without_abilities(self, displacing):
        """strace's options that take from the file system what NFS does not have, for the installation of the key."""
        host, _, _, words = self.fresh_host(displacing)
        self.assertEqual(self.traced(host, words, "-e", "trace=openat"), 0)
        opened = [line for line in self.trace.read_text(encoding="utf-8").splitlines() if "openat(" in line]
        numbers = [n for n, line in enumerate(opened, 1) if (m := NAMELESS.match(line)) and m[1] == str(host.directory)]
        self.assertEqual(len(numbers), 1)
        self.forget(host)
        return ("-e", f"inject=openat:error=EISDIR:when={numbers[0]}", "-e", "inject=renameat2:error=EINVAL")

    def points(self, displacing, abilities):
        host, _, _, words = self.fresh_host(displacing)
        self.assertEqual(self.traced(host, words, *abilities), 0)
        self.assertIn("genkey-agent-new", self.trace.read_text(encoding="utf-8"))
        found = faults.points(self.trace, CALLS, host.directory)
        self.forget(host)
        return found

    def assert_no_stray(self, host, old, given):
        """Each key is there once: in its place, or among the displaced ones."""
        self.assertEqual([path for path in host.directory.rglob("*") if "genkey-agent-new" in path.name], [])
        self.assertFalse((host.state_dir / "record.pending").exists())
        kept = host.displaced_keys()
        if not host.key_file.exists():
            self.assertEqual((old, kept), (None, []))
            return
        self.assertEqual(host.key_file.stat().st_nlink, 1)
        self.assertIn(host.key(), (old, given))
        self.assertEqual(kept, [old] if old is not None and host.key() == given else [])

    def finish(self, host, old, given, words):
        """Another command finishes what was interrupted, and then the same command succeeds."""
        expected = 0 if host.key_file.exists() else 11
        host.run("ensure", expect=expected)
        self.assert_no_stray(host, old, given)
        done = host.key_file.exists() and host.key() == given
        self.moments.add(done)
        host.run(*(words[:2] if done else words))
        self.assertEqual(host.key(), given)
        self.assertTrue(host.run_json("status", expect=None)["key"]["recorded"])
        self.assert_no_stray(host, old, given)

    def forget(self, host):
        """Searches the host's output and files now, because hundreds of hosts cannot be kept until the end."""
        self.search_for_keys()
        self.outputs.clear()
        self.keys = set()
        self.hosts.remove(host)
        shutil.rmtree(host.directory)

    def interrupt_everywhere(self, effect, displacing):
        abilities = self.without_abilities(displacing)
        self.moments = set()
        for call, number in self.points(displacing, abilities):
            with self.subTest(call, number=number):
                host, old, given, words = self.fresh_host(displacing)
                self.traced(host, words, *abilities, "-e", f"inject={call}:{effect}:when={number}")
                self.finish(host, old, given, words)
                self.forget(host)
        self.assertEqual(self.moments, {False, True})


class Kills(InterruptedTest):
    def test_a_first_key(self):
        self.interrupt_everywhere("signal=KILL", displacing=False)

    def test_a_key_that_displaces_another(self):
        self.interrupt_everywhere("signal=KILL", displacing=True)


class Failures(InterruptedTest):
    def test_a_first_key(self):
        self.interrupt_everywhere("error=EIO", displacing=False)

    def test_a_key_that_displaces_another(self):
        self.interrupt_everywhere("error=EIO", displacing=True)


class Syncs(InterruptedTest):
    """A directory that could not be synced is synced before a command says that all is well."""

    def synced(self):
        return re.findall(r"fsync\(\d+<([^>]*)>\) += 0$", self.trace.read_text(encoding="utf-8"), re.MULTILINE)

    def not_synced(self):
        """The directories whose sync failed, and was not done again by the same run."""
        _, failure, after = re.split(r"fsync\(\d+<(.*)>(?:\(deleted\))?\) += -1 EIO", self.trace.read_text(encoding="utf-8"))
        is_directory = "genkey-agent-new" not in failure and "#" not in failure
        return [failure] if is_directory and f"<{failure}>) " not in after else []

    def test_the_next_run_syncs_what_this_run_could_not(self):
        host, _, _, words = self.fresh_host(False)
        self.assertEqual(self.traced(host, words, "-e", "trace=fsync"), 0)
        count = self.trace.read_text(encoding="utf-8").count(" fsync(")
        self.forget(host)
        directories = set()
        for number in range(1, count + 1):
            with self.subTest(number=number):
                host, _, given, words = self.fresh_host(False)
                self.assertNotEqual(self.traced(host, words, "-e", "trace=fsync", "-e", f"inject=fsync:error=EIO:when={number}"), 0)
                failed = self.not_synced()
                self.assertEqual(self.traced(host, words, "-e", "trace=fsync"), 0)
                self.assertEqual(host.key(), given)
                self.assertLessEqual(set(failed), set(self.synced()))
                directories.update(path.removeprefix(str(host.directory)) for path in failed)
                self.forget(host)
        self.assertIn("/state", directories)


class SecondNames(InterruptedTest):
    """Names that this program did not make are told, with the command that removes them."""

    def test_a_second_name_beside_the_key(self):
        om1 = self.host("om1")
        om1.run("generate")
        second = om1.directory / "kept here"
        second.hardlink_to(om1.key_file)
        self.key_files.add(second)
        said = om1.run("audit", expect=13)
        self.assertIn(str(second), said.out)
        command = re.search(r"(rm '[^']+')", said.out)[1]
        subprocess.run(om1.shell(command), check=True)
        om1.run("audit")
        om1.run("ensure")

    def test_a_copy_of_this_very_key_and_not_of_another(self):
        om1 = self.host("om1")
        om1.run("generate")
        for name, content in (("gen.key.bak", om1.key()), ("gen.key.old", self.fresh_key())):
            copy = om1.directory / name
            copy.write_bytes(content)
            copy.chmod(0o600)
            self.key_files.add(copy)
        said = om1.run("audit")
        self.assertRegex(said.out, r"gen\.key\.bak.*\n.*to remove it:\n +rm ")
        self.assertNotRegex(said.out, r"gen\.key\.old.*\n.*to remove it:\n +rm ")


if __name__ == "__main__":
    harness.main()
