# SPDX-License-Identifier: ISC
"""Installation and removal change nothing that is not theirs."""

import os

import installed
from installed import AGENT, KEY_FILE, OPS_MANAGER


class Brownfield(installed.InstalledTest):
    def test_a_running_fleet_with_a_weak_and_readable_key_keeps_all_of_it(self):
        key = b"printable-key-of-24-byte"
        for host in self.machines:
            self.install(host, OPS_MANAGER, "1.0")
            self.put_key(host, key, 0o640)
            host.run("systemctl", "enable", "--now", "mongodb-mms")
        before = {host: host.run("stat", "-c", "%i %a %U %Y %Z", KEY_FILE).stdout for host in self.machines}
        processes = {host: host.run("cat", "/opt/mongodb/mms/logs/mms.pid").stdout for host in self.machines}
        for host in self.machines:
            self.configure(host)
            self.install(host, AGENT)
        for host in self.machines:
            self.assertEqual(host.run("stat", "-c", "%i %a %U %Y %Z", KEY_FILE).stdout, before[host])
            self.assertEqual(host.run("cat", "/opt/mongodb/mms/logs/mms.pid").stdout, processes[host])
        for host in self.machines:
            host.reboot()
        self.assert_runs()
        for host in self.machines:
            said = host.run("journalctl", "--no-pager", "--unit=mongodb-mms", "--output=cat").stdout
            self.assertIn("printable", said)
            self.assertIn("0640", said)
            self.assertEqual(self.key(host), key)


class Removing(installed.InstalledTest):
    def test_removal_keeps_what_is_needed_again_and_purge_never_takes_the_key(self):
        om1, _, om3 = self.installed_fleet()
        key = self.key(om1)
        om1.run("dpkg", "--remove", "genkey-agent")
        for kept in ("record.json", "identity.pem"):
            self.assertTrue((om1.root / "var/lib/genkey-agent" / kept).exists(), kept)
        self.assertEqual(self.key(om1), key)
        self.assertTrue((om1.root / installed.CONFIGURATION[1:]).exists())
        self.assertNotEqual(om1.run("systemctl", "is-active", "genkey-agent", expect=None).stdout, "active\n")
        om1.run("systemctl", "restart", "mongodb-mms")
        self.assert_runs()

        self.install(om1, AGENT)
        self.await_agreement(om1, om3)
        om1.run("dpkg", "--purge", "genkey-agent")
        self.assertFalse((om1.root / "var/lib/genkey-agent").exists())
        self.assertFalse((om1.root / "etc/genkey-agent").exists())
        self.assertEqual(self.key(om1), key)
        self.assertEqual(om1.run("getent", "passwd", "genkey-agent", expect=None).stdout, "")
        om1.run("systemctl", "restart", "mongodb-mms")
        self.assert_runs()

    def test_purge_keeps_keys_that_were_put_aside(self):
        om1, *_ = self.installed_fleet()
        wrong = os.urandom(24)
        self.put_key(om1, wrong)
        om1.run("systemctl", "restart", "mongodb-mms")
        om1.run("dpkg", "--purge", "genkey-agent")
        (kept,) = (om1.root / "var/lib/genkey-agent/displaced").iterdir()
        self.assertEqual(kept.read_bytes(), wrong)


if __name__ == "__main__":
    installed.harness.main()
