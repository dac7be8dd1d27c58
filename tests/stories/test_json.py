# SPDX-License-Identifier: ISC
"""agent/report/json.md describes every object that --json prints, and nothing else."""

import json
import re

import harness
from harness import program_help


def text_of(name):
    return (harness.SOURCE / name).read_text(encoding="utf-8")


def names_in(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            # The names of facts are those of the protocol.
            yield from names_in(inner if name != "facts" else None)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


class Json(harness.StoryTest):
    def objects(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        om3.stop()
        om2.replace_key(self.fresh_key(), mode=0o644)
        plain = [("verify",), ("gate", "--wait", "1s"), ("status",), ("audit",), ("doctor",), ("peers", "list"), ("identity",), ("generate",)]
        for host in (om1, om2):
            for words in plain:
                yield words, host.run(*words, "--json", expect=None).json
        om1.run("invite", "--output", self.directory / "ticket")
        self.key_files.add(self.directory / "ticket")
        for words in (("invite", "--list"), ("invite", "--revoke", "all"), ("config", "check"), ("config", "show"),
                      ("doctor", "--list"), ("doctor", "--explain", "HA801"),
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
        "agent/config/doctor_groups.h": r"doctor_groups\(([^)]*)\)",
        "agent/doctor/finding.h": r"doctor_results\(([^)]*)\)",
        "agent/config/settings.h": r"layout_names\(([^)]*)\)",
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
