# SPDX-License-Identifier: ISC
"""The account under which the program talks to peers, and that this account cannot make root do anything."""

import os
import pwd
import socket
import subprocess
import time

import harness
from harness import faults, processes
from harness.commands import SOURCE

AGENT = pwd.getpwnam("nobody")  # on trial, as on a machine without the agent's own account
CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapAmb")


class PrivilegesTest(harness.StoryTest):
    def setUp(self):
        harness.need_root()
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")

    def assert_powerless(self, pid):
        status = processes.status(pid)
        self.assertEqual(status["Uid"].split(), [str(AGENT.pw_uid)] * 4)
        self.assertEqual(status["Gid"].split(), [str(AGENT.pw_gid)] * 4)
        self.assertEqual(status["Groups"], "")
        self.assertEqual({int(status[name], 16) for name in CAPABILITIES}, {0})
        self.assertEqual(status["NoNewPrivs"], "1")


class Units(harness.StoryTest):
    def test_only_the_listeners_unit_gets_a_directory_from_systemd(self):
        # systemd gives such a directory, and everything below it, to the account and group of the unit.
        owners = [each.name for each in (SOURCE / "scripts" / "systemd").iterdir() if "\nStateDirectory=" in each.read_text()]
        self.assertEqual(owners, ["genkey-agent.service"])


class Listener(PrivilegesTest):
    def test_serve_is_the_agents_account_and_nothing_more(self):
        self.om1.serve()
        self.assert_powerless(self.om1.server.pid)

    def test_serve_has_no_way_to_write_the_key_or_the_record(self):
        self.om1.serve()
        pid = self.om1.server.pid
        for path in (self.om1.key_file, self.om1.state_dir / "record.json", self.om1.state_dir / "identity.pem"):
            opened = processes.as_account(AGENT.pw_uid, AGENT.pw_gid, lambda: processes.can_open(path, os.O_WRONLY))
            self.assertEqual(opened, 0)
        self.assertEqual(processes.written(pid, self.directory), [])

    def test_the_process_that_asks_peers_is_the_agents_account(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            asked = f"127.0.0.1:{silent.getsockname()[1]}"
            process = self.om1.start("verify", "--peer", asked, "--wait", "60s")
            silent.settimeout(harness.TIME_LIMIT)
            with silent.accept()[0]:
                (child,) = processes.children(process.pid)
                self.assert_powerless(child)
                self.assertEqual(processes.status(process.pid)["Uid"].split()[0], "0")
                process.kill()


class Reach(PrivilegesTest):
    """Root on trial: the files that the listener's account needs may be where it cannot reach them."""

    def refused(self, command):
        """`serve` is refused at its start, with a command that begins so; returns the command."""
        refused = self.om1.run("serve", expect=2)
        self.assertNotIn("listening on", refused.err)
        self.assertIn(AGENT.pw_name, refused.err)
        (line,) = (line for line in refused.err.splitlines() if command in line)
        return command + line.partition(command)[2]

    def assert_serves(self):
        self.om1.serve()
        om2 = self.host("om2")
        om2.run("join", "--ticket-file", "-", stdin=self.om1.run("invite").line)
        self.assertEqual(om2.key(), self.om1.key())

    def test_serve_in_a_directory_that_its_account_cannot_enter_is_refused_with_the_command_that_lets_it(self):
        self.om1.directory.chmod(0o700)
        advice = self.refused("chmod o+x ")
        self.assertEqual(advice, f"chmod o+x {self.om1.directory}")
        subprocess.run(advice, shell=True, check=True)
        self.assert_serves()

    def test_files_of_another_account_are_refused_with_the_command_that_gives_them_back(self):
        self.om1.run("invite")  # makes the file of tickets
        agent = self.om1.state_dir / "agent"
        for others in (agent, agent / "tickets.json"):
            with self.subTest(others.name):
                os.chown(others, 1, 1)
                advice = self.refused("chown -R ")
                subprocess.run(advice, shell=True, check=True)
                self.assertEqual((others.stat().st_uid, others.stat().st_gid), (AGENT.pw_uid, AGENT.pw_gid))
        self.assert_serves()

    def test_a_key_that_is_replaced_while_serve_starts_is_noticed(self):
        """Its bind() takes long enough for somebody to put another key in place."""
        trace = self.directory / "trace"
        self.om1.prefix = (*faults.STRACE, "-o", trace, "-e", "trace=openat,bind", "-e", "inject=bind:delay_enter=2s")
        process = self.om1.start("serve")
        self.om1.prefix = ()
        # The last file that is read before bind(). It is read before the key is watched, too.
        while process.poll() is None and not (trace.exists() and trace.read_text().count("identity.pem") > 1):
            time.sleep(0.02)
        self.om1.put_key(self.fresh_key())
        process.wait(harness.TIME_LIMIT)
        self.assertEqual(process.returncode, 0)


class PlantedLinks(PrivilegesTest):
    """The agent's account plants links at the paths to which root's commands write."""

    def setUp(self):
        super().setUp()
        self.agent_directory = self.om1.state_dir / "agent"
        self.victim = self.directory / "victim"
        self.victim.write_text("root's own\n")
        self.before = self.of_victim()

    def of_victim(self):
        facts = self.victim.stat()
        return self.victim.read_bytes(), facts.st_uid, facts.st_gid, facts.st_mode, facts.st_ino, facts.st_mtime_ns

    def plant(self, name, target):
        (self.agent_directory / name).unlink(missing_ok=True)
        planted = processes.as_account(AGENT.pw_uid, AGENT.pw_gid, lambda: os.symlink(target, self.agent_directory / name) or 0)
        self.assertEqual(planted, 0)

    def run_all(self):
        """Runs each command of root that writes to that directory, whatever its result."""
        for command in (("peers", "add", "127.0.0.1:1"), ("peers", "remove", "127.0.0.1:1"), ("verify",), ("invite",), ("ensure",)):
            self.om1.run(*command, expect=None)
        self.assertEqual(self.of_victim(), self.before)

    def test_roster_and_tickets_that_are_links(self):
        for name in ("roster.json", "tickets.json"):
            with self.subTest(name):
                self.plant(name, self.victim)
                self.run_all()

    def test_temporary_names_that_are_links(self):
        for name in (".roster.json.genkey-agent-new", ".tickets.json.genkey-agent-new"):
            with self.subTest(name):
                self.plant(name, self.victim)
                self.run_all()

    def test_links_to_nothing_create_nothing(self):
        target = self.directory / "made-by-root"
        for name in ("roster.json", "tickets.json", ".roster.json.genkey-agent-new"):
            self.plant(name, target)
            self.run_all()
            self.assertFalse(target.exists())
            (self.agent_directory / name).unlink(missing_ok=True)

    def test_the_directory_itself_cannot_be_moved_by_the_account(self):
        moved = self.om1.state_dir / "moved"

        def move():
            try:
                os.rename(self.agent_directory, moved)
            except OSError:
                return 0
            return 1

        self.assertEqual(processes.as_account(AGENT.pw_uid, AGENT.pw_gid, move), 0)


if __name__ == "__main__":
    harness.main()
