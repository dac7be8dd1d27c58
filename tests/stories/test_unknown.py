# SPDX-License-Identifier: ISC
"""Reads that fail. What could not be read is unknown: it is told as what it is, it is never taken for absent, and no peer
is blamed for it."""

import json
import subprocess

import harness
from harness import faults


class UnknownTest(harness.StoryTest):
    def setUp(self):
        harness.need_root()
        super().setUp()
        self.trace = self.directory / "trace"

    def failing(self, host, path, *words, error="EIO", call="read", before=()):
        """The outcome of a command for which every such call on that file fails."""
        options = ("-qq", "-P", str(path), "-e", f"trace={call}", "-e", f"inject={call}:error={error}")
        done = faults.traced([*before, *host.command(*words)], self.trace, host.environment(), harness.TIME_LIMIT, *options)
        self.collect_output(words[0], done.stdout + done.stderr)
        return done.returncode, done.stderr.decode()

    def record_file(self, host):
        return host.state_dir / "record.json"


class Record(UnknownTest):
    """A record that cannot be read is not an absent one."""

    def damaged(self, name="om1"):
        """A host with another key than the recorded one, and a record that is damaged."""
        host = self.host(name)
        host.run("generate")
        host.put_key(self.fresh_key())
        text = self.record_file(host).read_text()
        self.record_file(host).write_text(text[: len(text) // 2])
        return host

    def commands(self):
        """Those that would adopt, install or hand out a key."""
        om9 = self.host("om9")
        om9.run("generate")
        om9.serve()
        ticket = self.directory / "ticket"
        ticket.write_text(om9.run("invite", "--uses", "9").line + "\n")
        ticket.chmod(0o600)
        yield ("ensure",)
        yield ("import", self.key_source(self.fresh_key()))
        yield ("import", self.key_source(self.fresh_key()), "--displace", "--confirm", "unrecorded")
        yield ("join", "--ticket-file", ticket)
        yield ("join", "--ticket-file", ticket, "--displace", "--confirm", "unrecorded")
        yield ("generate",)
        yield ("generate", "--replace", "--confirm", "0" * 32)
        yield ("invite",)

    def assert_refused(self, host, words, run):
        before = (host.key() if host.key_file.exists() else None, self.record_file(host).read_bytes())
        code, err = run(host, words)
        self.assertIn(code, (14, 17), err)
        self.assertIn("record.json", err)
        self.assertEqual((host.key() if host.key_file.exists() else None, self.record_file(host).read_bytes()), before)
        self.assertFalse((host.state_dir / "record.damaged").exists(), words)
        self.assertEqual(host.displaced_keys(), [])

    @staticmethod
    def plainly(host, words):
        outcome = host.run(*words, expect=None)
        return outcome.code, outcome.err

    def test_a_damaged_record_is_told_by_every_command_and_never_set_aside_by_one_that_nobody_watches(self):
        host = self.damaged()
        for words in self.commands():
            with self.subTest(words[0]):
                self.assert_refused(host, words, self.plainly)

    def test_without_a_key_either_no_command_takes_the_host_for_a_new_one(self):
        host = self.damaged()
        host.key_file.unlink()
        for words in self.commands():
            if words[0] != "invite":
                with self.subTest(words[0]):
                    self.assert_refused(host, words, self.plainly)

    def test_a_record_that_the_disk_does_not_give_is_told_by_every_command(self):
        host = self.host("om1")
        host.run("generate")
        commands = list(self.commands())
        for error in ("EIO", "EACCES"):
            for words in commands:
                with self.subTest(words[0], error=error):
                    path = self.record_file(host)
                    self.assert_refused(host, words, lambda host, words: self.failing(host, path, *words, error=error))

    def test_status_tells_it_and_does_not_advise_to_record_the_key(self):
        host = self.damaged()
        outcome = host.run("status", expect=14)
        self.assertIn("record.json", outcome.told)
        self.assertNotIn("not recorded yet", outcome.told)

    def test_a_person_who_vouches_for_the_key_sets_it_aside(self):
        host = self.damaged()
        damage = self.record_file(host).read_bytes()
        host.run_advice(host.run("ensure", expect=14), "ensure --keep")
        self.assertEqual(host.standing(), "established")
        self.assertEqual((host.state_dir / "record.damaged").read_bytes(), damage)
        self.record_file(host).write_text("{")
        host.run("ensure", "--keep")
        self.assertEqual((host.state_dir / "record.damaged").read_bytes(), damage, "a second one does not replace the first")
        self.assertEqual(len(list(host.state_dir.glob("record.damaged*"))), 2)

    def test_a_host_whose_record_was_set_aside_without_a_key_makes_none(self):
        host = self.damaged()
        host.key_file.unlink()
        host.also(first_host=True)
        host.run("ensure", "--keep", expect=11)
        host.run("ensure", expect=11)
        host.run("generate", expect=17)
        self.assertFalse(host.key_file.exists())

    def test_a_dry_run_sets_nothing_aside(self):
        host = self.damaged()
        before = host.snapshot()
        self.assertIn("would", host.run("ensure", "--keep", "--dry-run").out)
        self.assertEqual(host.snapshot(), before)

    def test_a_pending_record_that_cannot_be_read_is_kept(self):
        host = self.host("om1")
        host.run("generate")
        pending = host.state_dir / "record.pending"
        pending.write_bytes(self.record_file(host).read_bytes())
        code, err = self.failing(host, pending, "ensure")
        self.assertEqual(code, 14, err)
        self.assertIn("record.pending", err)
        self.assertTrue(pending.exists())
        host.run("ensure")
        self.assertFalse(pending.exists())


class Key(UnknownTest):
    """A read error while looking at the key is this host's own."""

    def test_a_key_that_join_cannot_read_back_is_not_a_peers_disagreement(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("generate")
        om1.serve()
        ticket = self.directory / "ticket"
        ticket.write_text(om1.run("invite").line + "\n")
        ticket.chmod(0o600)
        code, err = self.failing(om2, om2.key_file, "join", "--ticket-file", ticket)
        self.assertEqual(code, 1, err)
        self.assertIn("cannot be read back", err)
        self.assertIn("Input/output error", err)
        self.assertNotIn("disagree", err)
        for host in (om1, om2):
            roster = host.state_dir / "agent" / "roster.json"
            peers = json.loads(roster.read_text())["peers"] if roster.exists() else []
            self.assertEqual([peer for peer in peers if peer.get("drifted")], [])
        om2.run("join", "--ticket-file", ticket)
        self.assertEqual((om2.key(), om2.standing()), (om1.key(), "established"))

    def test_a_key_that_import_cannot_read_back_is_told_and_the_displaced_one_named(self):
        om1 = self.host("om1")
        om1.run("import", self.key_source(self.fresh_key(), "old.key"))
        given = self.key_source(self.fresh_key(), "new.key")
        # The reads before the installation succeed.
        options = ("-e", "trace=read", "-P", str(om1.key_file))
        words = ("import", given, "--displace", "--confirm", om1.fleet_id())
        command = om1.command(*words)
        old = om1.key()
        for number in range(1, 20):
            done = faults.traced(
                command, self.trace, om1.environment(), harness.TIME_LIMIT, *options, "-e", f"inject=read:error=EIO:when={number}"
            )
            self.collect_output("import", done.stdout + done.stderr)
            if om1.key() != old:
                break
            self.assertEqual(om1.displaced_keys(), [], number)
        self.assertEqual(om1.displaced_keys(), [old])
        if done.returncode != 0:
            self.assertIn("cannot be read back", done.stderr.decode())
            self.assertIn("displaced/", done.stderr.decode())

    def test_ensure_does_not_say_that_nothing_is_to_do(self):
        om1 = self.host("om1")
        om1.run("generate")
        code, err = self.failing(om1, om1.key_file, "ensure")
        self.assertEqual(code, 1, err)
        self.assertIn("Input/output error", err)


class Accounts(UnknownTest):
    def test_an_account_that_cannot_be_looked_up_is_not_an_absent_one(self):
        om1 = self.host("om1")
        om1.run("generate")
        # The last source of accounts has the last word, and systemd's would answer that there is none.
        sources = self.directory / "nsswitch.conf"
        sources.write_text("passwd: files\ngroup: files\n")
        before = ("unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/nsswitch.conf && exec "$@"', str(sources))
        code, err = self.failing(om1, "/etc/passwd", "ensure", call="openat", error="EMFILE", before=before)
        self.assertEqual(code, 1, err)
        self.assertIn("cannot look up", err)
        self.assertNotIn("install Ops Manager", err)


class Mounts(UnknownTest):
    def test_a_table_of_mounts_that_cannot_be_read_stops_an_installation(self):
        om1 = self.host("om1")
        disk = self.directory / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k,mode=755", "tmpfs", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        om1.key_file = disk / "gen.key"
        self.key_files.add(om1.key_file)
        code, err = self.failing(om1, "/proc/self/mountinfo", "generate", call="openat")
        self.assertEqual(code, 1, err)
        self.assertIn("mountinfo", err)
        self.assertFalse(om1.key_file.exists())


if __name__ == "__main__":
    harness.main()
