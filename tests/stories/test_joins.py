# SPDX-License-Identifier: ISC
"""Joins: many at once, interrupted at any point, and on failing disks. The host that a ticket was spent on can always
finish, and a failed join leaves nothing behind."""

import json
import os
import re
import subprocess

import harness
from harness import faults

# Each call by which a join changes the disk: it makes a name, changes one, or makes bytes durable.
CALLS = ("linkat", "rename", "renameat", "fsync")
FULL = "(?i)no space left|disk full"  # the messages of Linux and of wine


class JoinTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")
        self.om1.serve()

    def ticket(self, *arguments):
        path = self.directory / f"ticket{len(list(self.directory.glob('ticket*')))}"
        path.write_text(self.om1.run("invite", *arguments).line + "\n")
        path.chmod(0o600)
        return path

    def join_at_once(self, hosts, ticket):
        """Their exit codes."""
        processes = [host.start("join", "--ticket-file", ticket) for host in hosts]
        return [process.wait(harness.TIME_LIMIT) for process in processes]

    def assert_nothing_left(self, host):
        """The host has no key, no record, and no temporary file of either."""
        self.assertFalse(host.key_file.exists())
        names = {path.name for path in host.state_dir.rglob("*") if path.is_file()}
        self.assertLessEqual(names, {"identity.pem", "lock", "roster.json"})
        self.assertEqual([path for path in host.key_file.parent.iterdir() if "genkey-agent-new" in path.name], [])


class Crowds(JoinTest):
    def join_all(self, count):
        hosts = [self.host(f"new{number}") for number in range(count)]
        self.assertEqual(self.join_at_once(hosts, self.ticket("--uses", "20")), [0] * count)
        self.assertEqual({host.key() for host in hosts}, {self.om1.key()})

    def test_two_hosts_at_once_receive_the_same_key(self):
        self.join_all(2)

    def test_twenty_hosts_at_once_receive_the_same_key(self):
        self.join_all(20)

    def test_no_more_hosts_than_the_ticket_has_uses(self):
        hosts = [self.host(f"new{number}") for number in range(5)]
        codes = self.join_at_once(hosts, self.ticket("--uses", "3"))
        self.assertEqual(sorted(codes), [0, 0, 0, 16, 16])
        for host, code in zip(hosts, codes):
            if code == 0:
                self.assertEqual(host.key(), self.om1.key())
            else:
                self.assert_nothing_left(host)


class Bytes(harness.StoryTest):
    def test_a_key_is_never_trimmed_quoted_or_expanded_on_any_way_that_it_goes(self):
        key = b" \n'\"`$(x)\\\0%s\xff\xfe&;*|~\t\r\n "
        self.assertEqual(len(key), 24)
        self.watch(key)
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("import", "-", stdin=key)
        self.assertEqual(om1.key(), key)
        om1.serve()
        om2.run("join", "--ticket-file", "-", stdin=om1.run("invite").line)
        self.assertEqual(om2.key(), key)
        om2.key_file.unlink()
        om2.run("ensure")
        self.assertEqual(om2.key(), key)
        other = self.fresh_key()
        om2.run("import", self.key_source(other), "--displace", "--confirm", om2.fleet_id())
        self.assertEqual((om2.key(), om2.displaced_keys()), (other, [key]))


class Interruptions(JoinTest):
    def setUp(self):
        harness.need_root()
        super().setUp()
        self.trace = self.directory / "trace"

    def traced(self, host, ticket, *options):
        """Runs join under strace; returns the exit code, negative when it was killed."""
        command = [*faults.STRACE, "-o", self.trace, *options, *host.command("join", "--ticket-file", ticket)]
        done = subprocess.run(command, capture_output=True, timeout=harness.TIME_LIMIT, env=host.environment(), check=False)
        self.collect_output("join", done.stdout + done.stderr)
        return done.returncode

    def count_calls(self):
        """The largest number of times that one process of a join makes each call."""
        host = self.host("counted")
        self.assertEqual(self.traced(host, self.ticket(), "-e", "trace=" + ",".join(CALLS)), 0)
        made = re.findall(r"^(\d+) +(\w+)\(", self.trace.read_text(encoding="utf-8"), re.MULTILINE)
        return {call: max([made.count((pid, call)) for pid, _ in made] or [0]) for call in CALLS}

    def add_moment(self, host):
        """Whether the ticket was spent on this host, and whether the key file existed by then."""
        tickets = json.loads((self.om1.state_dir / "agent" / "tickets.json").read_text(encoding="utf-8"))["tickets"]
        if host.key_file.exists():
            self.assertEqual(host.key(), self.om1.key())
        self.moments.add(("taken" if tickets[-1]["used_by"] else "untouched", host.key_file.exists()))

    def interrupt(self, call, number):
        host = self.host(f"{call}{number}")
        ticket = self.ticket()
        code = self.traced(host, ticket, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}")
        self.assertNotEqual(code, 0)
        self.add_moment(host)
        host.run("join", "--ticket-file", ticket)
        self.assertEqual(host.key(), self.om1.key())
        self.assertFalse((host.state_dir / "record.pending").exists())
        self.assertEqual(host.run_json("status", expect=None)["key"]["standing"], "established")
        leftovers = {path.name for path in host.directory.rglob("*") if "genkey-agent-new" in path.name}
        self.assertEqual(leftovers, set())

    def test_a_join_killed_at_any_change_of_the_disk_is_finished_with_the_same_ticket(self):
        self.moments = set()
        for call, count in self.count_calls().items():
            for number in range(1, count + 1):
                with self.subTest(call, number=number):
                    self.interrupt(call, number)
        # Before the reply, between receipt and installation, and between installation and the end.
        self.assertLessEqual({("untouched", False), ("taken", False), ("taken", True)}, self.moments)


class Failures(JoinTest):
    def test_a_refused_join_leaves_nothing(self):
        om2 = self.host("om2")
        ticket = self.ticket()
        om2.run("join", "--ticket-file", ticket)
        om3 = self.host("om3")
        om3.run("join", "--ticket-file", ticket, expect=16)
        self.assert_nothing_left(om3)

    def test_a_join_that_reaches_nobody_leaves_nothing_and_spends_nothing(self):
        ticket = self.ticket()
        self.om1.stop()
        om2 = self.host("om2")
        om2.run("join", "--ticket-file", ticket, expect=15)
        self.assert_nothing_left(om2)
        self.om1.serve()
        om2.run("join", "--ticket-file", ticket)
        self.assertEqual(om2.key(), self.om1.key())


class Disks(JoinTest):
    """A host whose key or state is on a small disk of its own."""

    def setUp(self):
        harness.need_root()
        super().setUp()
        self.om2 = self.host("om2")
        self.disk = self.directory / "disk"
        self.disk.mkdir()
        self.mount("mount", "-t", "tmpfs", "-o", "size=256k,mode=755", "tmpfs", self.disk)
        self.addCleanup(self.mount, "umount", self.disk)

    def mount(self, *command):
        subprocess.run(list(map(str, command)), check=True)

    def put_key_on_disk(self):
        self.om2.key_file = self.disk / "gen.key"
        self.key_files.add(self.om2.key_file)

    def put_state_on_disk(self):
        self.om2.state_dir = self.disk / "state"
        self.om2.run("identity")

    def fill(self):
        """Fills the disk to its last byte; free() empties it again."""
        with open(self.disk / "ballast", "wb", buffering=0) as ballast:
            try:
                while ballast.write(b"x" * 4096):
                    pass
            except OSError:
                pass

    def free(self):
        (self.disk / "ballast").unlink()

    def forbid_writing(self):
        self.mount("mount", "-o", "remount,ro", self.disk)

    def allow_writing(self):
        self.mount("mount", "-o", "remount,rw", self.disk)

    def attempts(self):
        """The commands that install a key, each with the input that it needs."""
        yield ("generate",)
        yield ("import", self.key_source(self.fresh_key()))
        yield ("join", "--ticket-file", self.ticket())

    def assert_refused_on(self, refusing, relenting, says):
        for attempt in self.attempts():
            with self.subTest(attempt[0]):
                refusing()
                outcome = self.om2.run(*attempt, expect=1)
                self.assertRegex(outcome.err, says)
                self.assertFalse(self.om2.key_file.exists())
                self.assertFalse((self.om2.state_dir / "record.json").exists())
                self.assertFalse((self.om2.state_dir / "record.pending").exists())
                self.assertEqual([path for path in self.disk.iterdir() if "genkey-agent-new" in path.name], [])
                relenting()
        self.om2.run(*attempt)
        self.assertEqual(self.om2.key(), self.om1.key())

    def test_no_room_for_the_key(self):
        self.put_key_on_disk()
        self.assert_refused_on(self.fill, self.free, FULL)

    def test_no_room_for_the_record(self):
        self.put_state_on_disk()
        self.assert_refused_on(self.fill, self.free, FULL)

    def test_a_directory_that_cannot_be_written(self):
        self.put_key_on_disk()
        self.assert_refused_on(self.forbid_writing, self.allow_writing, "(?i)read-only")

    def test_no_room_to_replace_a_key_keeps_the_old_one_and_its_record(self):
        self.put_key_on_disk()
        self.om2.run("import", self.key_source(self.fresh_key(), "old.key"))
        before = (self.om2.key(), os.stat(self.om2.key_file).st_ino, (self.om2.state_dir / "record.json").read_bytes())
        fleet = self.om2.run_json("status", expect=None)["key"]["fleet"]
        ticket = self.ticket()
        for refusing, relenting in ((self.fill, self.free), (self.forbid_writing, self.allow_writing)):
            refusing()
            self.om2.run("join", "--ticket-file", ticket, "--displace", "--confirm", fleet, expect=1)
            after = (self.om2.key(), os.stat(self.om2.key_file).st_ino, (self.om2.state_dir / "record.json").read_bytes())
            self.assertEqual(after, before)
            self.assertFalse((self.om2.state_dir / "record.pending").exists())
            relenting()
        self.om2.run("join", "--ticket-file", ticket, "--displace", "--confirm", fleet)
        self.assertEqual(self.om2.key(), self.om1.key())


if __name__ == "__main__":
    harness.main()
