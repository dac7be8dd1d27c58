# SPDX-License-Identifier: ISC
"""Every command and every configuration in EXAMPLES of the manual pages does what the page says, on hosts with a network."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess

import harness
from harness.networks import Network
from harness.terminals import Terminal

DOCUMENTS = harness.SOURCE / "agent" / "doc"
DOMAIN = "example.com"
METRICS = "/var/lib/prometheus/node-exporter"
LITERAL = re.compile(r"^\.Bd -literal.*?\n(.*?)^\.Ed$", re.MULTILINE | re.DOTALL)


def examples_in(page):
    """The literal blocks below each heading of EXAMPLES, by the heading."""
    text = (DOCUMENTS / page).read_text(encoding="utf-8")
    section = text.partition("\n.Sh EXAMPLES\n")[2].partition("\n.Sh ")[0]
    parts = re.split(r"^\.Ss (.*)$", section, flags=re.MULTILINE)[1:]
    return {title: [block.replace(r"\e", "\\") for block in LITERAL.findall(body)] for title, body in zip(parts[::2], parts[1::2])}


class Machines(harness.StoryTest):
    """om1 to om3 find each other by name. Each has an Ops Manager, a listener that its unit runs, and a name of its own."""

    def setUp(self):
        super().setUp()
        self.network = Network(self)
        self.om1, self.om2, self.om3 = (self.machine(f"om{number}.{DOMAIN}") for number in (1, 2, 3))

    def machine(self, name):
        host = self.network.host(name)
        host.prefix = (*host.prefix, "unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', name)
        host.installed = host.install_ops_manager("")
        return host

    def configure(self, host, text):
        host.config.write_text(text.replace("/opt/ops-manager", str(host.installed)), encoding="utf-8")

    def environment(self, host):
        """What a packaged host has at fixed paths."""
        return {
            "PATH": f"{host.directory}/bin:{pathlib.Path(harness.PROGRAM).parent}:{os.environ['PATH']}",
            "HOME": str(host.directory),
            "LC_ALL": "C.UTF-8",
            "GENKEY_AGENT_CONFIG": str(host.config),
            "GENKEY_AGENT_STATE_DIR": str(host.state_dir),
            "GENKEY_AGENT_INSTALL_PATH": str(host.installed),
        }

    def shell(self, host, line):
        variables = [f"{name}={value}" for name, value in self.environment(host).items()]
        return [*host.prefix, "env", *variables, "bash", "-ec", f"cd {shlex.quote(str(host.directory))}; {line}"]

    @staticmethod
    def write_program(host, name, script):
        program = host.directory / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)


class Configurations(Machines):
    def test_each_is_accepted_and_its_peers_have_addresses(self):
        for title, blocks in examples_in("genkey-agent.toml.5").items():
            self.assertTrue(blocks, title)
            for block in blocks:
                with self.subTest(title):
                    self.configure(self.om1, block)
                    said = self.om1.run_json("config", "check", expect=None)
                    # The files of the authority are not here.
                    mistakes = [each for each in said["mistakes"] if '"tls.key": there is no such file' not in each]
                    self.assertEqual((mistakes, said["unresolved"]), ([], []))

    def test_one_with_a_mistake_would_be_noticed(self):
        self.configure(self.om1, 'pears = ["om1.example.com"]\n')
        self.om1.run("config", "check", expect=2)


class Commands(Machines):
    """The examples are typed one after the other, as in the life of one fleet."""

    CODES = {"om2# genkey-agent status": 14}  # it is the host with the wrong key

    def setUp(self):
        super().setUp()
        self.laptop = self.machine("laptop")
        there = shlex.join(self.shell(self.om1, 'eval "$0"'))
        self.write_program(self.laptop, "ssh", f'test "$1" = root@om1 && shift && exec {there} "$*"')
        for host in (self.om1, self.om2, self.om3):  # as the drop-in does
            self.write_program(host, "systemctl", 'test "$*" = "start mongodb-mms" && genkey-agent ensure && exec genkey-agent gate')
        self.ticket = self.backup = ""
        self.before = {
            "Two hosts": self.two_new_hosts,
            "A host whose key was copied by hand": self.copy_the_key,
            "A host that has lost its key": lambda: self.om2.lose_key(),
            "A host with a wrong key": self.import_another_key,
            "Restore the key when every host is lost": self.lose_every_host,
        }
        self.after = {
            "Two hosts": lambda: self.assert_agreed(self.om1, self.om2),
            "A host whose key was copied by hand": lambda: self.assert_agreed(self.om1, self.om3),
            "A host that has lost its key": lambda: self.assert_agreed(self.om1, self.om2),
            "A host with a wrong key": lambda: self.assert_agreed(self.om1, self.om2),
            "Tickets": lambda: self.assertEqual(self.om1.run_json("invite", "--list")["tickets"], []),
            "Restore the key when every host is lost": lambda: self.assert_agreed(self.om1, self.om2, self.om3),
            "Ask the gate at every start, also at one by hand": self.assert_hooked,
            "Metrics for node_exporter's textfile collector": self.assert_measured,
        }

    def test_each_succeeds_and_has_the_effect_that_it_is_there_for(self):
        examples = examples_in("genkey-agent.8")
        self.assertLessEqual({*self.before, *self.after}, set(examples))
        for title, blocks in examples.items():
            self.before.get(title, lambda: None)()
            for line in "".join(blocks).replace("\\\n", "").splitlines():
                self.type(line)
            self.after.get(title, lambda: None)()

    def type(self, line):
        prompt, typed = re.match(r"(\w+)[#$] (.*)", line).groups()
        host = getattr(self, prompt)
        if typed == "genkey-agent backup":
            self.configure_backups(host)
        words = {"FLEET": host.fleet_id, "BACKUP": lambda: str(self.backup), METRICS: lambda: str(host.directory)}
        for word, meaning in words.items():
            typed = typed.replace(word, meaning() if word in typed else "")
        command = self.shell(host, typed)
        code, said = self.answer(host, command) if typed.startswith("genkey-agent join") else self.run_in_shell(host, command)
        self.assertEqual(code, self.CODES.get(line, 0), f"{line}\n{said}")
        if ticket := re.search(r"^gka1_\S+", said, re.MULTILINE):
            self.ticket = ticket[0]

    def run_in_shell(self, host, command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=harness.TIME_LIMIT, check=False)
        self.collect_output(f"{host.name}: {command[-1]}", (done.stdout + done.stderr).encode())
        self.watch_key_file(host.key_file)
        return done.returncode, done.stdout + done.stderr

    def answer(self, host, command):
        terminal = Terminal(host, command=command)
        terminal.await_question("Ticket (from 'genkey-agent invite'")
        terminal.type(self.ticket + Terminal.ENTER)
        return terminal.end(), terminal.shown

    def serve(self, *hosts):
        """What the unit does."""
        for host in hosts:
            host.run("identity")
            host.serve()

    def two_new_hosts(self):
        for host in (self.om1, self.om2):
            host.config.write_bytes((harness.SOURCE / "scripts" / "examples" / "genkey-agent.toml").read_bytes())
        self.serve(self.om1, self.om2)

    def copy_the_key(self):
        self.configure(self.om3, self.om1.config.read_text(encoding="utf-8"))
        self.om3.put_key(self.om1.key())
        self.serve(self.om3)

    def import_another_key(self):
        with self.om2.restarting():
            key = self.key_source(self.fresh_key())
            self.om2.run("import", key, "--displace", "--confirm", self.om2.fleet_id())
        self.om2.run("verify", expect=14)

    def configure_backups(self, host):
        recipient = re.search(r"age1\w+", (self.laptop.directory / "identity.txt").read_text())[0]
        copies = host.directory / "copies"
        with host.config.open("a", encoding="utf-8") as file:
            file.write(f'[backup]\nrecipients = ["{recipient}"]\ndestinations = ["file://{copies}"]\n')

    def lose_every_host(self):
        (self.backup,) = [shutil.copy(copy, self.directory) for copy in self.om1.directory.glob("copies/*.age") if ".state." not in copy.name]
        shutil.copy(self.laptop.directory / "identity.txt", self.om1.directory)
        for host in (self.om1, self.om2):
            host.stop()
            host.key_file.unlink()
            shutil.rmtree(host.state_dir)
        self.serve(self.om1, self.om2)

    def assert_agreed(self, first, *others):
        for host in others:
            self.assertEqual(host.key(), first.key())
            self.assertIs(host.run_json("status", expect=None)["key"]["recorded"], True)

    def assert_hooked(self):
        # That it is in force is the command's exit code.
        self.assertIn("# genkey-agent hook", (self.om1.installed / "conf" / "mms.conf").read_text())

    def assert_measured(self):
        self.assertIn("genkey_agent_", (self.om1.directory / "genkey-agent.prom").read_text())


if __name__ == "__main__":
    harness.main()
