# SPDX-License-Identifier: ISC
"""The promises of README.md, INSTALL.txt and agent/report/json.md are kept."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import harness
from harness import program_help

SOURCE = harness.SOURCE
# Options of other programs that README.md mentions.
FOREIGN_OPTIONS = {"system", "home-dir", "shell", "now", "preset", "build", "install", "prefix", "upgrade"}


def text_of(name):
    return (SOURCE / name).read_text(encoding="utf-8")


def options_of_the_program():
    options = program_help.options_in(program_help.help_of()).union(*program_help.commands().values())
    return options | {"help"}, program_help.first_words()


class Readme(harness.StoryTest):
    def test_the_first_commands_exist(self):
        said = re.findall(r"^    (scripts/\w+)", text_of("README.md"), re.MULTILINE)[:2]
        self.assertEqual(said, ["scripts/demo", "scripts/test"])
        for script in said:
            self.assertTrue(os.access(SOURCE / script, os.X_OK), script)

    def test_every_link_leads_somewhere(self):
        for document in ("README.md", "SECURITY.md"):
            for link in re.findall(r"\]\(([^)#]+)\)", text_of(document)):
                self.assertTrue((SOURCE / link).exists(), f"{document}: {link}")

    def test_it_speaks_of_no_option_or_command_that_is_not_there(self):
        options, commands = options_of_the_program()
        text = text_of("README.md")
        self.assertEqual(set(re.findall(r"(?<![\w-])--([a-z][a-z-]+)", text)) - options - FOREIGN_OPTIONS, set())
        typed = re.findall(r"(?:^    |[`#] |[`/]|root |sudo )genkey-agent (?:--config \S+ )?([a-z]+)", text, re.MULTILINE)
        self.assertGreater(len(typed), len(commands))
        known = {*commands, *program_help.own_commands()}
        self.assertEqual(set(typed) - known, {"service"})  # only the Windows program has it

    def test_it_names_every_command(self):
        table = text_of("README.md").partition("## Commands at a glance")[2].partition("\n## ")[0]
        rows = [line for line in table.splitlines() if line.startswith("| `")]
        commands = set(program_help.commands()) - {"hook run"}  # only the line in mms.conf calls it
        for command in commands:
            words = {f"`{word}`" for word in command.split()}
            self.assertTrue(any(all(word in row for word in words) for row in rows), command)

    def test_the_trial_without_root_works_as_written(self):
        harness.need_root()  # the fixed ports need a network of their own
        section = text_of("README.md").partition("## Try it without root")[2].partition("\n## ")[0]
        script = "\n".join(line[4:] for line in section.splitlines() if line.startswith("    "))
        folder = self.directory / "trial"
        folder.mkdir(mode=0o755)
        os.chown(folder, 65534, 65534)
        path = f"{pathlib.Path(harness.PROGRAM).parent}:{os.environ['PATH']}"
        alone = 'ip link set lo up && exec setpriv --reuid 65534 --regid 65534 --clear-groups bash -ec "$1"'
        done = subprocess.run(
            ["unshare", "--net", "bash", "-c", alone, "bash", f"{script}\nwait"],
            cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=harness.TIME_LIMIT, check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("1 of 1 peer agrees\n", done.stdout)
        self.assertTrue(done.stdout.endswith("Ops Manager may start\n"), done.stdout)
        keys = {(folder / name / "gen.key").read_bytes() for name in ("om1", "om2")}
        self.assertEqual(len(keys), 1)


class Archive(harness.StoryTest):
    """INSTALL.txt, as an account without root types it. What needs a session of systemd is left to the booted hosts."""

    OF_THE_SESSION = ("tar ", "cd ", "systemctl ", "loginctl ")

    def steps(self):
        section = text_of("scripts/packaging/INSTALL.txt").partition("Without root")[2]
        return [line[4:] for line in section.splitlines() if line.startswith("    ")]

    def unpacked(self):
        """What the archive has, as far as the steps name it."""
        folder = self.directory / "unpacked"
        for name, source in (
            ("bin/genkey-agent", harness.PROGRAM),
            ("lib/genkey-agent/genkey-agent-backup", os.environ.get("GENKEY_BACKUP_PROGRAM", "genkey-agent-backup")),
            ("lib/systemd/user/genkey-agent.service", SOURCE / "scripts" / "systemd" / "user.service"),
        ):
            (folder / name).parent.mkdir(parents=True)
            shutil.copy(source, folder / name)
        return folder

    def ops_manager(self):
        folder = self.directory / "mongodb-mms"
        (folder / "conf").mkdir(parents=True)
        (folder / "bin").mkdir()
        (folder / "conf" / "mms.conf").write_text('MMS_USER=""\nENC_KEY_PATH=${HOME}/.mongodb-mms/gen.key\n')
        return folder

    def test_the_steps_without_root_work_as_written_for_whom_no_path_leads_home(self):
        harness.need_root()  # to become another account
        home, unpacked, ops_manager = self.directory / "home", self.unpacked(), self.ops_manager()
        home.mkdir(mode=0o755)
        steps = [line.replace("DIRECTORY", str(ops_manager)) for line in self.steps() if not line.startswith(self.OF_THE_SESSION)]
        subprocess.run(["chown", "-R", "4711:4711", home, ops_manager], check=True)
        accounts = self.directory / "passwd"
        accounts.write_text(pathlib.Path("/etc/passwd").read_text() + f"ops:x:4711:4711::{home}:/bin/bash\n")
        become = f'mount --bind {accounts} /etc/passwd && exec setpriv --reuid=4711 --regid=4711 --clear-groups bash -euc "$1"'
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", become, "sh", "\n".join([*steps, "genkey-agent gate --wait 0s"])],
            cwd=unpacked, env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, capture_output=True, text=True,
            timeout=harness.TIME_LIMIT, check=False,
        )
        key = home / ".mongodb-mms" / "gen.key"
        self.key_files.add(key)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(len(key.read_bytes()), 24)
        self.assertIn("genkey-agent", (ops_manager / "conf" / "mms.conf").read_text())

    def test_the_listener_stays_when_nobody_is_logged_in(self):
        steps = self.steps()
        self.assertLess(steps.index("systemctl --user enable --now genkey-agent"), steps.index("loginctl enable-linger"))


def names_in(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


class Json(harness.StoryTest):
    def objects(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        om3.stop()
        om2.replace_key(self.fresh_key(), mode=0o644)
        plain = [("verify",), ("gate", "--wait", "1s"), ("status",), ("audit",), ("peers", "list"), ("identity",), ("generate",)]
        for host in (om1, om2):
            for words in plain:
                yield words, host.run(*words, "--json", expect=None).json
        recipient = "age1zpamhas42608p6t0da6t2xux6mu0fgr583ye87tds3fr230as5gqy38jl0"
        om1.also(backup={"recipients": [recipient], "destinations": [f"file://{self.directory}/backups"]})
        for words in ((), ("list",), ("check",), ("prune",)):
            yield ("backup", *words), om1.run("backup", *words, "--json").json
        yield ("status",), om1.run("status", "--json", expect=None).json
        made = ("backup", "new-identity")
        identity = self.directory / "identity"
        new = om1.run(*made, "--json", "--output", identity).json
        yield made, new
        yield from self.restored(om1, identity, new["recipient"])
        yield ("ensure",), om2.run("ensure", "--json", expect=None).json
        yield ("peers", "remove"), om1.run("peers", "remove", "om3", "--json").json
        yield ("peers", "list"), om1.run("peers", "list", "--json").json

    def restored(self, om1, identity, recipient):
        sealed = self.directory / "sealed.age"
        om1.run("backup", "-r", recipient, "--output", sealed)
        om4 = self.installed("om4", backup={"recipients": [recipient], "destinations": [f"file://{self.directory}/four"]})
        for words in ((sealed,), (sealed, "--output", self.directory / "out"), ("--host-state", "--write"), (self.directory,)):
            self.key_files.add(self.directory / "out")
            yield ("restore",), om4.run("restore", *words, "-i", identity, "--json", expect=None).json
        om4.run("import", self.key_source(self.fresh_key()), "--displace", "--confirm", om4.fleet_id())
        yield ("restore",), om4.run(
            "restore", sealed, "-i", identity, "--displace", "--confirm", om4.fleet_id(), "--json").json

    def installed(self, name, **settings):
        """With Ops Manager's settings."""
        host = self.host(name, **settings)
        conf = host.directory / "ops-manager" / "conf"
        conf.mkdir(parents=True)
        (conf / "mms.conf").write_text(f'MMS_USER={host.owner.partition(":")[0]}\nENC_KEY_PATH="{host.key_file}"\n')
        plain = host.command
        host.command = lambda *arguments: [*plain(*arguments), "--install-path", str(conf.parent)]
        return host

    def test_every_field_is_described(self):
        described = set(re.findall(r"`([a-z_-]+)`", text_of("agent/report/json.md")))
        for words, value in self.objects():
            with self.subTest(command=" ".join(words)):
                self.assertEqual(set(names_in(value)) - described, set())

    def test_every_schema_has_the_parts_that_are_listed(self):
        table = text_of("agent/report/json.md").partition("| schema | has besides |")[2].partition("\n\n")[0]
        listed = {}
        for line in table.splitlines()[2:]:
            schemas, parts = line.strip("| ").split(" | ", 1)
            for schema in re.findall(r"`([a-z-]+)`", schemas):
                listed[schema] = set(re.findall(r"`([a-z]+)`", parts))
        always = {"schema", "exit", "changed", "warnings"}
        for words, value in self.objects():
            if value["schema"] != "genkey-agent/error/1":
                with self.subTest(command=" ".join(words)):
                    schema = value["schema"].split("/")[1]
                    self.assertEqual(set(value) - always - listed[schema], set())

    def test_every_command_has_a_schema_that_is_listed(self):
        rows = text_of("agent/report/json.md").partition("| schema | has besides |")[2].partition("\n\n")[0]
        listed = set(re.findall(r"`([a-z-]+)`", "\n".join(line.split(" | ")[0] for line in rows.splitlines()[2:])))
        commands = {program_help.named_as(command).replace(" ", "-") for command in program_help.commands()}
        only_windows = {name for name in listed if name.startswith("service-")}
        self.assertEqual(commands | only_windows, listed)

    def test_its_example_is_json(self):
        examples = re.findall(r"(?:^    .*\n)+", text_of("agent/report/json.md"), re.MULTILINE)
        self.assertEqual(len(examples), 2)
        for example in examples:
            self.assertIn("schema", json.loads(example))


if __name__ == "__main__":
    harness.main()
