# SPDX-License-Identifier: ISC
"""The promises of the documents are kept: their links lead somewhere, and their commands do what they are for."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import urllib.parse

import harness
from harness import document_commands, program_help, situations
from harness.document_scenes import ELSEWHERE, QUOTED, SCENES, WHOLE_BLOCKS
from harness.typist import Typist

SOURCE = harness.SOURCE
WELL = (0, 10)  # what status ends with when nothing is wrong
# Options of other programs that the documents mention.
FOREIGN_OPTIONS = {
    "all", "check", "diff", "enable-linger", "exclude", "home-dir", "install", "limit", "now", "output", "prefix", "preset", "build", "shell",
    "strip-components", "system", "upgrade", "user",
}


def text_of(name):
    return (SOURCE / name).read_text(encoding="utf-8")


def options_of_the_program():
    options = program_help.options_in(program_help.help_of()).union(*program_help.commands().values())
    return options | {"help"}


class Readme(harness.StoryTest):
    def test_it_is_short(self):
        self.assertLessEqual(len(text_of("README.md").splitlines()), 220)

    def test_the_first_commands_exist(self):
        said = re.findall(r"^    (\S+)", text_of("README.md"), re.MULTILINE)[:2]
        self.assertEqual(said, ["scripts/demo", "scripts/test"])
        for script in said:
            self.assertTrue(os.access(SOURCE / script, os.X_OK), script)

    def test_its_contents_name_every_section(self):
        text = text_of("README.md")
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        contents = text.partition("Contents: ")[2].partition("\n\n")[0]
        self.assertEqual(re.findall(r"\]\(#([^)]+)\)", contents), [anchor_of(heading) for heading in headings])

    def test_it_names_every_command(self):
        table = text_of("README.md").partition("## Commands at a glance")[2].partition("\n## ")[0]
        rows = [line for line in table.splitlines() if line.startswith("| `")]
        commands = set(program_help.commands()) - {"hook run"}  # only the line in mms.conf calls it
        for command in commands:
            words = {f"`{word}`" for word in command.split()}
            self.assertTrue(any(all(word in row for word in words) for row in rows), command)

    def test_two_hosts_take_seven_commands_and_each_further_one_two(self):
        section = text_of("README.md").partition("## Quick start")[2].partition("\n## ")[0]
        typed = re.findall(r"^    (?:om\d# )?genkey-agent (\w+)", section, re.MULTILINE)
        on_each_host = typed.count("setup")
        self.assertLessEqual(len(typed) + on_each_host, 7)
        self.assertLessEqual(on_each_host + typed.count("join"), 2)


def anchor_of(heading):
    """How GitHub names a heading in links."""
    return re.sub(r"[^\w\- ]", "", heading.replace("`", "")).lower().replace(" ", "-")


class Links(harness.StoryTest):
    def pages(self):
        listed = subprocess.run(["git", "-C", SOURCE, "ls-files", "*.md"], capture_output=True, text=True, check=False)
        return sorted({*listed.stdout.split(), *document_commands.documents()} - {"scripts/packaging/INSTALL.txt"})

    def test_every_link_leads_to_a_file_and_every_anchor_to_a_heading(self):
        for page in self.pages():
            for link in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
                if "://" not in link:
                    with self.subTest(page=page, link=link):
                        self.assert_leads_somewhere(page, link)

    def assert_leads_somewhere(self, page, link):
        path, _, anchor = urllib.parse.unquote(link).partition("#")
        target = (SOURCE / page).parent / path if path else SOURCE / page
        self.assertTrue(target.exists(), "there is no such file")
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            self.assertIn(anchor, map(anchor_of, headings))

    def test_every_page_is_reached_from_the_readme(self):
        linked = set(re.findall(r"\]\(([^)#\s]+)", text_of("README.md")))
        self.assertLessEqual(set(document_commands.documents()) - {"README.md", "scripts/packaging/INSTALL.txt"}, linked)


class Commands(harness.StoryTest):
    """Each command is typed on the hosts for which it is meant. Its tests are added below, one for each command."""

    def check(self, command):
        typist = Typist(self)
        for scene in SCENES[command]:
            with self.subTest(scene.name):
                self.assertNotEqual(scene.expect, 2, "no document tells people to type a mistake")
                self.assertEqual(scene.expect != 0, bool(scene.because), "an exit code that is not 0 has a reason")
                prepared = scene.build(self)
                for earlier in scene.after:
                    self.assertEqual(typist.type(prepared.host, f"genkey-agent {earlier}").code, 0)
                if scene.fixes:
                    self.assertNotIn(prepared.host.run("status", expect=None).code, WELL)
                outcome = typist.type(prepared.host, f"genkey-agent {command}", prepared.words, prepared.answers)
                self.assertEqual(outcome.code, scene.expect, outcome)
                if scene.fixes:
                    self.assertIn(prepared.host.run("status", expect=None).code, WELL, outcome)


for number, each in enumerate(SCENES):
    name = re.sub(r"\W+", "_", each).strip("_")
    setattr(Commands, f"test_{number:02}_{name}", lambda self, command=each: self.check(command))


class Coverage(harness.StoryTest):
    def found(self):
        """(where, command without the program's name) of each command that no test runs as part of its block."""
        for found in document_commands.all_commands():
            if not (found.is_in_block and (found.document, found.section) in WHOLE_BLOCKS):
                yield str(found), re.sub(r"^(?:ssh \S+ )?(?:sudo )?genkey-agent ", "", found.text)

    def test_every_command_in_a_document_is_run_by_a_test(self):
        for where, command in self.found():
            with self.subTest(where):
                self.assertTrue(command in SCENES or command in ELSEWHERE, "add a scene: tests/stories/harness/document_scenes.py")

    def test_every_command_that_is_run_is_in_a_document(self):
        self.assertEqual({*SCENES, *ELSEWHERE} - {command for _, command in self.found()}, set())
        blocks = {(found.document, found.section) for found in document_commands.all_commands() if found.is_in_block}
        self.assertEqual(set(WHOLE_BLOCKS) - blocks, set())

    def test_every_test_that_is_named_exists(self):
        for named in (*ELSEWHERE.values(), *WHOLE_BLOCKS.values()):
            file, _, test = named.partition(" ")
            within, _, method = test.partition(".")
            part = re.split(r"(?m)^class ", text_of(file))
            self.assertTrue(any(each.startswith(within) and f"def {method}(self)" in each for each in part), named)

    def test_no_document_speaks_of_an_option_that_is_not_there(self):
        options = options_of_the_program() | FOREIGN_OPTIONS
        for document in document_commands.documents():
            self.assertEqual(set(re.findall(r"(?<![\w-])--([a-z][a-z-]+)", text_of(document))) - options, set(), document)


class Quotations(harness.StoryTest):
    """What the documents say that people see is what the program prints."""

    def spans(self):
        return {" ".join(span.split()) for document in document_commands.documents() for span in re.findall(r"`([^`]+)`", text_of(document))}

    def test_each_is_shown_in_its_situation(self):
        for quotation, name in QUOTED.items():
            with self.subTest(quotation):
                host = situations.named(name).build(self)
                shown = " ".join(host.run(command, expect=None).told for command in ("verify", "status"))
                self.assertRegex(shown, ".*".join(map(re.escape, quotation.split("…"))))

    def test_every_verdict_in_a_document_has_a_situation(self):
        spans = self.spans()
        self.assertEqual({span for span in spans if re.match(r"(NO KEY|WRONG KEY|CHECK|OK) ", span)} - set(QUOTED), set())
        self.assertEqual(set(QUOTED) - spans, set())

    def test_the_results_of_peers_are_those_of_the_program(self):
        section = text_of("agent/doc/troubleshooting.md").partition("\n## Peers")[2].partition("\n## ")[0]
        source = text_of("agent/fleet/peer_answer.cpp")
        names = set(re.findall(r'"([a-z-]+)"', re.search(r"result_names = \{([^}]+)\}", source)[1]))
        self.assertEqual(set(re.findall(r"^\| `([a-z-]+)`", section, re.MULTILINE)), names - {"agree", "self"})


class Trial(harness.StoryTest):
    def test_it_works_as_written_without_root(self):
        harness.need_root()  # the fixed ports need a network of their own
        section = text_of("agent/doc/deployment.md").partition("## Try it on one machine")[2].partition("\n## ")[0]
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
        om1.run("invite", "--output", self.directory / "ticket")
        self.key_files.add(self.directory / "ticket")
        for words in (("invite", "--list"), ("invite", "--revoke", "all"), ("config", "check"), ("config", "show"),
                      ("gate", "--allow-next-start", "--reason", "one")):
            yield words, om1.run(*words, "--json").json
        new_host = self.host("om5")
        new_host.config.unlink()
        yield ("setup",), new_host.run("setup", "--peer", "om1", "--dry-run", "--json").json
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

    # Where the program has the words that a field can have.
    WORDS = {
        "agent/fleet/peer_answer.cpp": r"result_names\b[^{]*\{([^}]*)\}",
        "agent/fleet/peer.cpp": r"introduction_names = \{([^}]*)\}",
        "keystore/host_key/record_json.cpp": r"(?:standing|origin)_names = \{([^}]*)\}",
        "agent/gate/decision.cpp": r"case Reason::\w+: return (\"[a-z-]+\");",
        "platform/audit/audit.cpp": r"case FindingKind::\w+: return (.*);",
        "agent/report/json.cpp": r"case (?:\w+::)*\w+: return (.*);",
        "agent/report/report.cpp": r"case BackupResult::\w+: return (.*);",
        "agent/report/verdict.cpp": r"case VerdictKind::\w+: return (\"[a-z-]+\");",
        "agent/commands/restore_host_state.cpp": r"case StateChange::\w+: return (.*);",
        "agent/report/error_table.cpp": r"ErrorKind::\w+,\s*(\"[a-z-]+\")",
        "agent/config/config_file.h": r"layout_names\(([^)]*)\)",
        "agent/config/effective_settings.h": r"origin_names\(([^)]*)\)",
        "agent/actions/listener_settings.h": r"listener_states\(([^)]*)\)",
        "agent/fleet/ticket_book.h": r"ticket_states\(([^)]*)\)",
    }

    def test_every_word_that_a_field_can_have_is_described(self):
        described = set(re.findall(r"`([a-z-]+)`", text_of("agent/report/json.md")))
        for source, pattern in self.WORDS.items():
            words = re.findall(r'"([a-z-]+)"', " ".join(re.findall(pattern, text_of(source))))
            with self.subTest(source):
                self.assertGreater(len(words), 2)
                self.assertEqual(set(words) - described, set())

    def test_its_example_is_json(self):
        examples = re.findall(r"(?:^    .*\n)+", text_of("agent/report/json.md"), re.MULTILINE)
        self.assertEqual(len(examples), 2)
        for example in examples:
            self.assertIn("schema", json.loads(example))


if __name__ == "__main__":
    harness.main()
