# SPDX-License-Identifier: ISC
"""The Ansible role against three booted hosts, over ssh, with the package that is installed for real."""

import json
import os
import re
import shutil
import subprocess

import containers
import harness
import installed

SOURCE = harness.SOURCE
ANSIBLE = SOURCE / "scripts" / "ansible"
KEY_FILE = installed.KEY_FILE

# A host as a provider hands it over: an account for Ansible that may become root, and Ops Manager's directories.
HOST = """
set -eu
useradd --create-home --shell /bin/sh ops
install -d -m 700 -o ops -g ops /home/ops/.ssh
cat >/home/ops/.ssh/authorized_keys
chown ops: /home/ops/.ssh/authorized_keys
echo 'ops ALL=(root) NOPASSWD: ALL' >/etc/sudoers.d/ops
ssh-keygen -A
systemctl start ssh
# On a busy machine it was seen to outlive the boot, and nobody could log in.
rm -f /run/nologin
useradd --system mongodb-mms
install -d -o mongodb-mms -g mongodb-mms /etc/mongodb-mms /opt/mongodb/mms/conf
"""

DOCTOR = {
    "genkey_agent_doctor_url": "https://opsmanager.example.com",
    "genkey_agent_doctor_ignore": {"HA103": "a floating address"},
    "genkey_agent_doctor_weekly": True,
}

# A ticket. On a host, only the ticket's own file may hold one.
TICKET = re.compile(rb"gka1_[A-Za-z0-9_-]{20,}")


def status_of(host):
    return json.loads(host.run("genkey-agent", "status", "--json").stdout)


def written_on(host):
    """Every regular file that the host has written."""
    return [path for path in host.written.rglob("*") if path.is_file() and not path.is_symlink()]


def seen_on(host):
    """The files that a run without changes leaves alone: the key, the program's state and its configuration."""
    paths = [KEY_FILE, "/var/lib/genkey-agent/record.json", "/var/lib/genkey-agent/identity.pem"]
    listed = host.run("stat", "-c", "%n %U %a %i %Y", *paths, "/etc/genkey-agent/genkey-agent.toml").stdout
    tickets = [path.read_bytes() for path in sorted(host.root.glob("var/lib/genkey-agent/agent/*ticket*"))]
    return listed, tickets


class Fleet:
    """Three hosts, and whoever administers them from a machine in the same network."""

    def __init__(self, test):
        self.test = test
        self.directory = test.directory / "admin"
        self.directory.mkdir()
        self.network = containers.Network(collect_output=test.collect_output)
        test.addCleanup(self.network.close)
        self.hosts = self.network.fleet(*installed.NAMES)
        self._make_keys()
        for host in self.hosts:
            self._prepare(host)
        test.addCleanup(self._end_connections)

    def _make_keys(self):
        self.identity = self.directory / "id"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.identity], check=True)

    def _prepare(self, host):
        host.run("sh", "-c", HOST, input=self.identity.with_suffix(".pub").read_text(encoding="utf-8"))
        public = host.run("cat", "/etc/ssh/ssh_host_ed25519_key.pub").stdout
        with open(self.directory / "known_hosts", "a", encoding="utf-8") as known:
            known.write(f"{host.address} {public}")

    def _end_connections(self):
        for socket in (self.directory / "cp").glob("*"):
            subprocess.run(["ssh", "-O", "exit", "-o", f"ControlPath={socket}", "any"], capture_output=True, check=False)

    def _write_inventory(self, settings):
        ssh = f"-o UserKnownHostsFile={self.directory}/known_hosts -o StrictHostKeyChecking=yes"
        shared = {
            "ansible_user": "ops",
            "ansible_ssh_private_key_file": str(self.identity),
            "ansible_ssh_common_args": ssh,
            "ansible_python_interpreter": "/usr/bin/python3",
            "genkey_agent_package": str(next(installed.PACKAGES.glob("genkey-agent_*.deb"))),
            **settings,
        }
        hosts = "".join(f"{host.name} ansible_host={host.address}\n" for host in self.hosts)
        lines = "".join(f"{name}={value!r}\n" for name, value in shared.items())
        inventory = self.directory / "inventory.ini"
        inventory.write_text(f"[genkey_agent]\n{hosts}\n[genkey_agent:vars]\n{lines}", encoding="utf-8")
        return inventory

    def play(self, *arguments, expect=0, playbook=ANSIBLE / "site.yml", pipelining=True, **settings):
        """Runs the example's playbook with Ansible's most verbose output, which is searched for secrets after the test."""
        command = ["ip", "netns", "exec", self.network.name, "ansible-playbook", "-vvv", "--diff"]
        done = subprocess.run(
            [*command, "-i", str(self._write_inventory(settings)), *arguments, playbook],
            env={
                **os.environ,
                "HOME": str(self.directory),
                "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_PIPELINING": str(pipelining),
                "ANSIBLE_ROLES_PATH": str(ANSIBLE / "roles"),
                "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self.directory / "cp"),
                # On a busy machine, the first login after a boot can take longer than ten seconds.
                "ANSIBLE_TIMEOUT": "60",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=harness.TIME_LIMIT,
        )
        self.test.collect_output("ansible-playbook", done.stdout + done.stderr)
        said = Said(done)
        self.test.assertEqual(done.returncode, expect, said.text)
        return said

    def keys(self):
        return self.keys_of(*self.hosts)

    def keys_of(self, *hosts):
        return [(host.root / KEY_FILE[1:]).read_bytes() for host in hosts]


class Said:
    """What ansible-playbook printed."""

    def __init__(self, done):
        self.text = (done.stdout + done.stderr).decode(errors="backslashreplace")

    def changed(self):
        """By host, from the recap."""
        found = re.findall(r"^(\w+) +: ok=\d+ +changed=(\d+) ", self.text, re.MULTILINE)
        return {name: int(count) for name, count in found}

    def did(self, task):
        """Whether any host ran the task."""
        _, _, after = self.text.partition(f"TASK [genkey_agent : {task}]")
        part = after.partition("\nTASK [")[0]
        return re.search(r"^(changed|ok|fatal): ", part, re.MULTILINE) is not None


class Ansible(harness.StoryTest):
    def setUp(self):
        super().setUp()
        harness.need_root()
        if shutil.which("ansible-playbook") is None:
            harness.skip("no ansible-playbook: scripts/setup")
        self.fleet = Fleet(self)
        self.om1, self.om2, self.om3 = self.fleet.hosts
        self.addCleanup(self.search_for_tickets)

    def search_for_tickets(self):
        """Neither Ansible nor a host has written a ticket down."""
        for origin, content in self.outputs:
            self.assertNotRegex(content, TICKET, origin)
        for host in self.fleet.hosts:
            self.collect_output(host.name, host.run("journalctl", "--no-pager", "--output=cat").stdout.encode())
            for file in written_on(host):
                self.assertNotRegex(file.read_bytes(), TICKET, f"{host.name}: {file}")

    def copy_by_hand(self, key, *hosts):
        for host in hosts:
            host.run("sh", "-c", f"install -m 600 -o mongodb-mms -g mongodb-mms /dev/stdin {KEY_FILE}", input=key)
            self.watch(key)

    def assert_one_key(self):
        keys = self.fleet.keys()
        for key in keys:
            self.watch(key)
        self.assertEqual(len(keys[0]), 24)
        self.assertEqual(keys, [keys[0]] * 3)
        for host in self.fleet.hosts:
            self.assertEqual(host.run("stat", "-c", "%U:%G %a", KEY_FILE).stdout, "mongodb-mms:mongodb-mms 600\n")
            self.assertEqual(status_of(host)["key"]["standing"], "established")

    def assert_doctor_is_configured(self):
        for host in self.fleet.hosts:
            self.assertEqual(host.run("systemctl", "is-enabled", "genkey-agent-doctor.timer").stdout, "enabled\n")
            shown = host.run("cat", "/etc/genkey-agent/genkey-agent.toml").stdout
            self.assertIn('[doctor]\nurl = "https://opsmanager.example.com"\n', shown)
            self.assertIn('[doctor.ignore]\n"HA103" = "a floating address"\n', shown)
            host.run("genkey-agent", "doctor", "--offline", "--only", "attested")

    def test_a_new_fleet_gets_one_key_and_a_second_run_changes_nothing(self):
        self.fleet.play("--check")
        self.assertFalse(any((host.root / "usr/bin/genkey-agent").exists() for host in self.fleet.hosts))

        # Without pipelining, as most machines are set up, Ansible sends everything in files.
        self.fleet.play(genkey_agent_gate_policy="warn", pipelining=False, **DOCTOR)
        self.assert_one_key()
        self.assert_doctor_is_configured()
        before = [seen_on(host) for host in self.fleet.hosts]

        said = self.fleet.play(genkey_agent_gate_policy="warn", **DOCTOR)
        self.assertEqual(said.changed(), {"om1": 0, "om2": 0, "om3": 0}, said.text)
        self.assertEqual([seen_on(host) for host in self.fleet.hosts], before)
        self.assertFalse(said.did("Have a ticket made on a host that holds the key"))

        said = self.fleet.play("--check", genkey_agent_gate_policy="local", **DOCTOR)
        self.assertIn('+policy = "local"', said.text)
        self.assertEqual(said.changed(), {"om1": 1, "om2": 1, "om3": 1}, said.text)
        self.assertEqual([seen_on(host) for host in self.fleet.hosts], before)

    def test_a_host_that_was_installed_anew_gets_the_key_from_a_host_outside_of_the_limit(self):
        self.fleet.play()
        self.om3.run("systemctl", "stop", "genkey-agent.service")
        self.om3.run("rm", "-rf", KEY_FILE, "/var/lib/genkey-agent")
        before = [self.fleet.keys_of(self.om1, self.om2)]

        said = self.fleet.play("--limit", "om3")
        self.assertEqual(set(said.changed()), {"om3"})
        self.assertTrue(said.did("Have a ticket made on a host that holds the key"))
        self.assertEqual([self.fleet.keys_of(self.om1, self.om2)], before)
        self.assert_one_key()

    def test_a_key_that_was_copied_by_hand_is_kept_and_no_ticket_is_made(self):
        key = os.urandom(24)
        self.copy_by_hand(key, *self.fleet.hosts)
        said = self.fleet.play()
        self.assertFalse(said.did("Have a ticket made on a host that holds the key"))
        self.assertEqual(self.fleet.keys(), [key] * 3)
        self.assert_one_key()

    def test_a_host_with_another_key_fails_the_run_and_keeps_it(self):
        key, other = os.urandom(24), os.urandom(24)
        self.copy_by_hand(key, self.om1, self.om2)
        self.copy_by_hand(other, self.om3)
        said = self.fleet.play(expect=2)
        self.assertIn('\\"result\\": \\"disagree\\"', said.text)
        self.assertEqual(self.fleet.keys(), [key, key, other])

    def test_the_whole_role_in_one_play_for_all_hosts_at_once_does_the_same(self):
        playbook = self.directory / "site.yml"
        playbook.write_text("- hosts: genkey_agent\n  become: true\n  roles: [genkey_agent]\n", encoding="utf-8")
        self.fleet.play(playbook=playbook)
        self.assert_one_key()
        self.assertEqual(self.fleet.play(playbook=playbook).changed(), {"om1": 0, "om2": 0, "om3": 0})

    def test_where_no_host_holds_a_key_a_host_that_is_not_the_first_gets_none(self):
        said = self.fleet.play("--limit", "om2", expect=2)
        self.assertIn("No host may hand over the key.", said.text)
        self.assertFalse((self.om2.root / KEY_FILE[1:]).exists())


if __name__ == "__main__":
    harness.main()
