# SPDX-License-Identifier: ISC
"""What the tests of installed packages share: three booted hosts, the packages, and the conditions that a fleet must meet.

tests/ops_manager stands in for Ops Manager.
"""

import json
import os
import pathlib

import containers
import harness
from harness import markers

SOURCE = harness.SOURCE
PACKAGES = pathlib.Path(os.environ.get("GENKEY_AGENT_PACKAGES", SOURCE / "build" / "test-packages"))
KEY_FILE = "/etc/mongodb-mms/gen.key"
STATE = "/var/lib/genkey-agent"
CONFIGURATION = "/etc/genkey-agent/genkey-agent.toml"
TICKET = "/etc/genkey-agent/ticket"
STARTUP_LOG = "opt/mongodb/mms/logs/mms0-startup.log"
NAMES = ("om1", "om2", "om3")
GENERATED = "Generating new Ops Manager private key"


def package(name, version="", kind="deb"):
    (found,) = PACKAGES.glob(f"{name}[-_]{version}*.{kind}")
    return f"/srv/packages/{found.name}"


AGENT = "genkey-agent"
OPS_MANAGER = "mongodb-mms"


class InstalledTest(harness.StoryTest):
    names = NAMES

    def setUp(self):
        super().setUp()
        harness.need_root()
        if not PACKAGES.is_dir():
            harness.skip("no packages: tests/installed/build-packages build/test-packages")
        self.network = containers.Network(PACKAGES, self.collect_output)
        self.addCleanup(self.network.close)
        self.addCleanup(self.search_hosts)
        self.machines = self.network.fleet(*self.names)

    # Actions of an administrator.

    def configure(self, host, **settings):
        host.write(CONFIGURATION, harness.toml({"name": host.name, "address": host.name, "peers": list(NAMES), "ticket_file": TICKET, **settings}))

    def install(self, host, name, version="", kind="deb"):
        given = package(name, version, kind)
        # The libraries are installed, but by dpkg, of which Debian's rpm does not know.
        command = ["dpkg", "--install"] if kind == "deb" else ["rpm", "--upgrade", "--nodeps"]
        return host.run(*command, given)

    def start(self, host, expect=0):
        # Between two commands of a unit, systemd may find its control group empty, remove it and then miss it. That says
        # nothing about the commands, so such a start is made again.
        for _ in range(3):
            done = host.run("systemctl", "start", "mongodb-mms", expect=None)
            # Without its lines in the journal, which may be of an earlier start.
            told = host.run("systemctl", "status", "--no-pager", "--lines=0", "mongodb-mms", expect=None).said
            if "status=219/CGROUP" not in told:
                break
        self.assertEqual(done.code, expect, done)
        return done

    def agent(self, host, *arguments, input=None, expect=0):
        return host.run("genkey-agent", *arguments, input=input, expect=expect)

    def status(self, host):
        return json.loads(self.agent(host, "status", "--json", expect=None).stdout)

    def put_key(self, host, key, mode=0o600):
        """Copies a key by hand, with the right owner."""
        self.watch(key)
        host.run("install", "-D", "-m", f"{mode:o}", "-o", "mongodb-mms", "-g", "mongodb-mms", "/dev/stdin", KEY_FILE, input=key)

    def lose_key(self, host):
        host.run("rm", KEY_FILE)

    def installed_fleet(self):
        """Three hosts with both packages, one key, Ops Manager enabled and running."""
        om1, om2, om3 = self.machines
        for host in (om2, om3, om1):
            self.configure(host, first_host=host is om1)
            self.install(host, OPS_MANAGER, "1.0")
            self.install(host, AGENT)
        ticket = self.agent(om1, "invite", "--uses", "2").stdout
        for host in (om2, om3):
            self.agent(host, "join", "--ticket-file", "-", input=ticket)
        self.await_agreement()
        for host in self.machines:
            host.run("systemctl", "enable", "--now", "mongodb-mms")
        self.assert_one_key()
        return om1, om2, om3

    # Conditions.

    def key(self, host):
        path = host.root / KEY_FILE[1:]
        return path.read_bytes() if path.exists() else None

    def await_agreement(self, *hosts):
        """Runs verify until all agree: a listener restarts when its host has received the key."""
        for host in hosts or self.machines:
            asked = ["sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do genkey-agent verify --wait 10s && exit; sleep 0.5; done; exit 1"]
            host.run(*asked)

    def assert_one_key(self, *hosts):
        hosts = hosts or self.machines
        keys = [self.key(host) for host in hosts]
        self.assertIsNotNone(keys[0])
        self.watch(keys[0])
        self.assertEqual(keys, [keys[0]] * len(hosts))
        self.assertEqual(len(keys[0]), 24)
        for host in hosts:
            self.assertEqual(host.run("stat", "-c", "%U:%G %a", KEY_FILE).stdout, "mongodb-mms:mongodb-mms 600\n")
        return keys[0]

    def assert_runs(self, *hosts):
        for host in hosts or self.machines:
            self.assertEqual(host.run("systemctl", "is-active", "mongodb-mms", expect=None).stdout, "active\n", host.name)

    def assert_refused(self, host, *words, code, unit="mongodb-mms"):
        """Ops Manager's start script was not run, and `systemctl status` says why and what to do."""
        self.assertNotEqual(host.run("systemctl", "is-active", unit, expect=None).code, 0)
        said = host.run("systemctl", "status", "--full", "--no-pager", unit, expect=None).said
        self.assertIn(f"status={code}", said)
        self.assertIn('Status: "genkey-agent refused the start: ', said)
        for word in words:
            self.assertIn(word, said)
        return said

    def startup_log(self, host):
        path = host.root / STARTUP_LOG
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def assert_no_key_made(self, *hosts):
        """The vendor's script has not made a key."""
        for host in hosts or self.machines:
            self.assertNotIn(GENERATED, self.startup_log(host), host.name)

    def search_hosts(self):
        """No file that the host has written holds a key, except the key files."""
        for host in self.network.hosts:
            if host.leader:
                self.collect_output(f"{host.name}: journal", host.run("journalctl", "--no-pager", expect=None).stdout.encode())
            self.assertEqual(markers.in_files(host.written, self.keys, self.own_files(host)), [], host.name)

    def own_files(self, host):
        return {host.written / KEY_FILE[1:]}
