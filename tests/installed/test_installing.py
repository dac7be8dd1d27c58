# SPDX-License-Identifier: ISC
"""Packages are installed on booted hosts, in either order and unattended."""

import re

import installed
from installed import AGENT, OPS_MANAGER, TICKET


class Installing(installed.InstalledTest):
    def test_packages_in_either_order_and_a_waiting_ticket_end_with_one_key(self):
        om1, om2, om3 = self.machines
        for host in self.machines:
            self.configure(host, first_host=host is om1)
        said = self.install(om2, AGENT).said  # before Ops Manager
        self.assertIn("Ops Manager is not installed here", said)
        self.assertEqual(om2.run("systemctl", "is-active", "genkey-agent").stdout, "active\n")
        self.install(om3, OPS_MANAGER, "1.0")
        self.assertIn("genkey-agent join", self.install(om3, AGENT).said)
        self.install(om1, OPS_MANAGER, "1.0")
        self.install(om1, AGENT)
        self.assertIsNotNone(self.key(om1), "first_host, and nobody has a key")

        ticket = self.agent(om1, "invite", "--uses", "2").stdout
        for host in (om2, om3):
            host.write(TICKET, ticket, mode=0o600)
        self.install(om2, OPS_MANAGER, "1.0")  # its trigger redeems the ticket
        self.assertEqual(self.key(om2), self.key(om1))
        for host in self.machines:
            host.run("systemctl", "enable", "--now", "mongodb-mms")  # redeems the one of om3
        self.assertFalse((om2.root / TICKET[1:]).exists())
        self.assertFalse((om3.root / TICKET[1:]).exists())
        self.assert_one_key()
        self.await_agreement()
        self.assert_runs()
        self.assert_no_key_made()

    def test_the_same_from_rpms(self):
        om1, om2, om3 = self.machines
        for host in self.machines:
            self.configure(host, first_host=host is om1)
        self.install(om2, AGENT, kind="rpm")
        self.install(om3, OPS_MANAGER, "1.0", kind="rpm")
        self.install(om3, AGENT, kind="rpm")
        self.install(om1, OPS_MANAGER, "1.0", kind="rpm")
        self.install(om1, AGENT, kind="rpm")
        ticket = self.agent(om1, "invite", "--uses", "2").stdout
        for host in (om2, om3):
            host.write(TICKET, ticket, mode=0o600)
        self.install(om2, OPS_MANAGER, "1.0", kind="rpm")  # its file trigger redeems the ticket
        self.assertEqual(self.key(om2), self.key(om1))
        for host in self.machines:
            host.run("systemctl", "enable", "--now", "mongodb-mms")
        self.await_agreement()
        self.assert_one_key()
        self.assert_runs()

        key = self.key(om3)
        self.install(om3, OPS_MANAGER, "2.0", kind="rpm")
        self.assertEqual(self.key(om3), key)
        self.assert_runs()
        self.assert_no_key_made()

        om3.run("rpm", "--erase", "genkey-agent")
        self.assertEqual(self.key(om3), key)
        self.assertTrue((om3.root / "var/lib/genkey-agent/record.json").exists())
        self.assert_runs(om3)

    def test_the_quick_start_of_the_readme_works_as_written(self):
        section = (installed.SOURCE / "README.md").read_text().partition("## Quick start")[2].partition("\n## ")[0]
        (setup,) = re.findall(r"(?m)^    (genkey-agent setup .+)$", section)
        typed = re.findall(r"(?m)^    (om\d)# (genkey-agent .+?)(?: +#.*)?$", section)
        self.assertEqual([words.split()[1] for _, words in typed], ["generate", "invite", "join", "verify"])
        hosts = {host.name: host for host in self.machines[:2]}
        lines = "".join(f"{host.address} {host.name}.example.com {host.name}\n" for host in hosts.values())
        for host in hosts.values():
            host.write("/etc/hosts", f"127.0.0.1 localhost\n{lines}")
            host.run("sh", "-c", "cd /srv/packages && dpkg --install genkey-agent_*.deb")
            self.install(host, OPS_MANAGER, "1.0")
            # Without a terminal, the name of the host is not asked for.
            host.run(*setup.split())
        ticket = ""
        for name, line in typed:
            # Without a terminal, join reads the line that it asks for from standard input.
            words = line.split() + (["--ticket-file", "-"] if line.endswith("join") else [])
            if line.endswith("verify"):
                self.await_agreement(hosts[name])
            said = hosts[name].run(*words, input=ticket)
            ticket = said.stdout
        self.assertTrue(said.stdout.endswith("\n1 of 1 peer agrees\n"), said)
        for host in hosts.values():
            host.run("systemctl", "start", "mongodb-mms")
        self.assert_one_key(*hosts.values())
        self.assert_no_key_made()

    def test_an_installed_package_enables_its_units(self):
        om1 = self.machines[0]
        self.install(om1, AGENT)
        for unit in (
            "genkey-agent.service", "genkey-agent-verify.timer", "genkey-agent-backup.timer", "genkey-agent-metrics.timer",
            "genkey-agent-facts.timer", "genkey-agent-facts.path",
        ):
            self.assertEqual(om1.run("systemctl", "is-enabled", unit).stdout, "enabled\n")
            self.assertEqual(om1.run("systemctl", "is-active", unit).stdout, "active\n")
        # One host that checks the whole installation is enough, so a person enables this one.
        for asks, said in (("is-enabled", "disabled\n"), ("is-active", "inactive\n")):
            self.assertEqual(om1.run("systemctl", asks, "genkey-agent-doctor.timer", expect=None).stdout, said)
        listener = om1.run("systemctl", "show", "--property=MainPID", "--value", "genkey-agent").stdout.strip()
        self.assertEqual(om1.run("ps", "-o", "user=", "-p", listener).stdout.strip(), "genkey-agent")


if __name__ == "__main__":
    installed.harness.main()
