# SPDX-License-Identifier: ISC
"""At a terminal, a typed secret is not shown and a wait is announced; neither reaches a file or a pipe."""

import fcntl
import re
import signal
import socket
import subprocess

import harness
from harness import streams
from harness.terminals import Terminal

PROMPT = "Ticket (from"
WAITING = "waiting for peers: 0 of 1 have answered, "


class Ticket(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1, self.om2 = self.host("om1"), self.host("om2")
        self.om1.run("generate")
        self.om1.serve()

    def test_it_is_asked_for_and_not_shown(self):
        ticket = self.om1.run("invite").line
        terminal = Terminal(self.om2, "join")
        terminal.await_question(PROMPT)
        self.assertFalse(terminal.echoes)
        terminal.type(ticket + terminal.ENTER)
        self.assertEqual(terminal.end(), 0, terminal.shown)
        self.assertNotIn("gka1_", terminal.shown)  # under wine the terminal's own echo is always off, so this checks it
        self.assertTrue(terminal.echoes)
        self.assertEqual(self.om2.key(), self.om1.key())

    def test_whoever_gives_up_has_the_terminal_back_as_it_was(self):
        for key, number in (("\x03", signal.SIGINT), ("\x1c", signal.SIGQUIT)):
            with self.subTest(number):
                terminal = Terminal(self.om2, "join")
                terminal.await_question(PROMPT)
                terminal.type(key)
                self.assertEqual(terminal.end(), -number, terminal.shown)
                self.assertTrue(terminal.echoes)
        self.assertFalse(self.om2.key_file.exists())

    def test_without_a_terminal_it_is_not_asked_for(self):
        command = ["setsid", "--wait", *self.om2.command("join")]
        done = subprocess.run(command, capture_output=True, timeout=harness.TIME_LIMIT, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"there is no terminal to ask for the ticket on", done.stderr)


class Waiting(harness.StoryTest):
    """A peer that accepts connections and says nothing."""

    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")
        self.silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.silent.close)
        self.address = f"127.0.0.1:{self.silent.getsockname()[1]}"
        self.om1.configure(peers=[self.address])

    def test_a_wait_for_peers_is_told_while_it_lasts(self):
        for command in (("verify", "--wait", "3s"), ("gate", "--wait", "3s")):
            with self.subTest(command[0]):
                terminal = Terminal(self.om1, *command)
                terminal.await_text(WAITING)
                terminal.end()

    def test_a_wait_for_a_key_is_told_while_it_lasts(self):
        ticket = self.directory / "ticket"
        ticket.write_text(self.om1.run("invite", "--address", self.address).line)
        ticket.chmod(0o600)
        terminal = Terminal(self.host("om2"), "join", "--ticket-file", ticket)
        terminal.await_text(WAITING)
        self.assertEqual(terminal.end(), 15)

    def test_the_line_counts_the_seconds_down_and_is_gone_when_the_wait_is_over(self):
        terminal = Terminal(self.om1, "verify", "--wait", "4s")
        terminal.end()
        lines = [piece for piece in terminal.raw.split("\r") if WAITING in piece]
        left = [int(re.search(r"(\d+) s left", line)[1]) for line in lines]
        self.assertGreater(len(left), 1, terminal.raw)
        self.assertEqual(left, sorted(left, reverse=True))
        self.assertLessEqual(left[0], 4)
        # Blanks over the line, and the cursor at its beginning.
        self.assertIn("\r" + " " * len(lines[-1].rstrip()) + "\r", terminal.raw)
        self.assertNotIn("\n", terminal.raw[: terminal.raw.rindex(WAITING)])

    def test_a_terminal_that_cannot_rewrite_a_line_gets_it_once(self):
        terminal = Terminal(self.om1, "verify", "--wait", "4s", environment={"TERM": "dumb"})
        terminal.end()
        self.assertEqual(terminal.shown.count(WAITING), 1)
        self.assertRegex(terminal.shown, WAITING + r"\d+ s left\r?\n")

    def test_the_journal_gets_it_once(self):
        with streams.journal(self.om1):
            said = self.om1.run("verify", "--wait", "4s", expect=15).err
        self.assertEqual(said.count(WAITING), 1, said)

    def test_a_variable_that_a_session_inherited_makes_no_journal_of_a_pipe(self):
        said = self.om1.run("verify", "--wait", "4s", expect=15, environment={"JOURNAL_STREAM": "1:1"}).err
        self.assertNotIn(WAITING, said)

    def test_nothing_of_that_goes_elsewhere_or_to_whoever_wants_quiet(self):
        self.assertNotIn("waiting", self.om1.run("verify", "--wait", "3s", expect=15).err)
        terminal = Terminal(self.om1, "verify", "--wait", "3s", "--quiet")
        terminal.end()
        self.assertNotIn("waiting", terminal.shown)

    def test_a_terminal_is_shown_no_escape_sequence(self):
        terminal = Terminal(self.om1, "verify", "--wait", "3s")
        terminal.end()
        self.assertIn("unreachable", terminal.shown)
        self.assertNotIn("\x1b", terminal.raw)


class Store(harness.StoryTest):
    """A store of backups that accepts connections and says nothing."""

    def test_a_wait_for_it_is_told_while_it_lasts(self):
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        store = f"s3://bucket/keys?endpoint=http://127.0.0.1:{silent.getsockname()[1]}"
        recipient = "age1zpamhas42608p6t0da6t2xux6mu0fgr583ye87tds3fr230as5gqy38jl0"
        om1 = self.host("om1", backup={"recipients": [recipient], "destinations": [store]})
        secrets = {"AWS_ACCESS_KEY_ID": "name", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}
        terminal = Terminal(om1, "backup", "list", environment=secrets)
        terminal.await_text("waiting for s3://bucket/keys?endpoint=")
        terminal.await_text(" s left")
        terminal.process.terminate()


class Names(harness.StoryTest):
    def test_a_name_beyond_ascii_is_shown_as_it_is(self):
        om1 = self.host("om1")
        om1.key_file = om1.directory / "Schlüssel 鍵" / "gen.key"
        om1.key_file.parent.mkdir()
        for command in ("status", "verify"):  # once on standard output, once on standard error
            with self.subTest(command):
                terminal = Terminal(om1, command)
                self.assertEqual(terminal.end(), 11)
                self.assertIn(om1.shown(om1.key_file), terminal.shown)


class Lock(harness.StoryTest):
    """Another genkey-agent is at work, or appears to be."""

    def test_a_wait_for_it_is_told_and_ends_when_it_does(self):
        om1 = self.host("om1")
        om1.run("generate")
        with open(om1.state_dir / "lock", "rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            terminal = Terminal(om1, "ensure")
            terminal.await_text("waiting for another genkey-agent command, ")
        self.assertIn(terminal.end(), (0, 10), terminal.shown)


if __name__ == "__main__":
    harness.main()
