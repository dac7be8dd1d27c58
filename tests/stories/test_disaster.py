# SPDX-License-Identifier: ISC
"""Everything is gone but one backup and one identity: the commands of backups.md, exactly as they stand there, suffice."""

import re
import shlex
import shutil
import subprocess

import harness
from harness.terminals import Terminal

PAGE = harness.SOURCE / "agent" / "doc" / "backups.md"


def commands_of_the_page():
    """(host, words) of each command in the section."""
    section = PAGE.read_text(encoding="utf-8").partition("## When everything is gone")[2].partition("\n## ")[0]
    typed = re.findall(r"^    (om\d)# genkey-agent ([^#\n]+)", section, re.MULTILINE)
    return [(host, shlex.split(words)) for host, words in typed]


class Disaster(harness.StoryTest):
    def new_identity(self):
        path = self.directory / "identity"
        subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
        told = subprocess.run(["age-keygen", "-y", path], check=True, capture_output=True, text=True)
        return path, told.stdout.strip()

    def lose(self, hosts):
        for host in hosts:
            host.close()
            shutil.rmtree(host.directory)

    def type_ticket(self, host, words, ticket):
        terminal = Terminal(host, *words)
        terminal.await_question("Ticket (from")
        terminal.type(ticket + terminal.ENTER)
        self.assertEqual(terminal.end(), 0, terminal.shown)
        self.assertNotIn("gka1_", terminal.shown)

    def test_one_backup_and_one_identity_bring_three_hosts_back_with_four_commands(self):
        identity, recipient = self.new_identity()
        store = self.directory / "store"
        hosts = self.joined_fleet("old1", "old2", "old3")
        hosts[0].also(backup={"recipients": [recipient], "destinations": [f"file://{store}"]})
        hosts[0].run("backup")
        (backup,) = store.glob("*.age")
        key, fleet = hosts[0].key(), hosts[0].fleet_id()
        self.lose(hosts)

        new = dict(zip(("om1", "om2", "om3"), self.fleet("new1", "new2", "new3")))
        for host in new.values():
            host.serve()  # as its unit does once the package is installed
        commands = commands_of_the_page()
        self.assertLessEqual(len(commands), 4)
        ticket = None
        for name, words in commands:
            words = [{"BACKUP": backup, "IDENTITY": identity}.get(word, word) for word in words]
            if words[0] == "join":
                with new[name].restarting():
                    self.type_ticket(new[name], words, ticket)
            elif words[0] == "restore":
                with new[name].restarting():
                    new[name].run(*words)
            else:
                ticket = new[name].run(*words).line

        self.assertEqual({host.key() for host in new.values()}, {key})
        for host in new.values():
            host.run("verify")
            host.gate()
            self.assertEqual(host.fleet_id(), fleet)


if __name__ == "__main__":
    if not shutil.which("age-keygen"):
        print("left out: age-keygen is not there")
        raise SystemExit(harness.SKIPPED)
    harness.main()
