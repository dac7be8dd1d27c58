# SPDX-License-Identifier: ISC
"""Options of every command: --dry-run changes nothing, --json prints one object, --quiet only results and refusals."""

import os
import socket

import harness
from harness import program_help

UNKNOWN_PIN = "ab" * 32
# All commands but serve, which does not end, and hook, which has a test of its own.
COMMANDS = {
    "setup": ("--peer", "127.0.0.1"),
    "ensure": (),
    "ensure --keep": (),
    "generate": (),
    "import": ("{source}",),
    "import --displace": ("{source}", "--confirm", "{fleet}"),
    "invite": ("--output", "{output}"),
    "invite --list": (),
    "invite --revoke": ("all",),
    "join": ("--ticket-file", "{ticket}"),
    "join --displace": ("--ticket-file", "{ticket}", "--confirm", "{fleet}"),
    "verify": ("--wait", "5s"),
    "fleet": ("--wait", "5s"),
    "gate": ("--wait", "0s"),
    "gate --allow-next-start": ("--reason", "a test"),
    "restore": ("{sealed}", "-i", "{identity}"),
    "restore --displace": ("{sealed}", "-i", "{identity}", "--confirm", "{fleet}"),
    "restore --host-state": ("{state}", "-i", "{identity}"),
    "backup": (),
    "backup list": (),
    "backup check": (),
    "backup drill": ("-i", "{identity}"),
    "backup prune": ("--keep", "1"),
    "backup new-identity": ("--output", "{new_identity}"),
    "status": (),
    "audit": (),
    "audit --fix": (),
    "doctor": (),
    "doctor --output": ("{report}",),
    "doctor --collect": (),
    "doctor --list": (),
    "doctor --explain": ("HA801",),
    "peers list": (),
    "peers add": ("om9.example.com",),
    "peers add om8.example.com": ("--pin", UNKNOWN_PIN),
    "peers remove": ("{peer}",),
    "peers remove " + UNKNOWN_PIN: (),
    "identity": (),
    "config check": (),
    "config show": (),
    "identity --renew": (),
}

# These commands decide or show; they have no change to report.
ONLY_LOOK = ("status", "doctor", "doctor --collect", "fleet", "doctor --output", "doctor --list", "doctor --explain", "peers list", "gate", "backup list", "invite --list", "config check", "config show")


class OptionsTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1, self.om2 = self.joined_fleet("om1", "om2")
        self.om3 = self.host("om3")
        self.ticket = self.directory / "given.ticket"
        self.ticket.write_text(self.om1.run("invite", "--uses", "5").line, encoding="utf-8")
        self.ticket.chmod(0o600)
        self.source = self.key_source(self.fresh_key())


class CommandsTest(OptionsTest):
    def setUp(self):
        super().setUp()
        self.make_backups()

    def make_backups(self):
        """A backup of another key, and empty destinations."""
        self.identity, self.sealed = self.directory / "identity", self.directory / "sealed.age"
        made = self.om1.run_json("backup", "new-identity", "--output", self.identity)
        other = self.host("om4")
        other.run("import", self.key_source(self.fresh_key(), "other.key"))
        other.run("backup", "-r", made["recipient"], "--output", self.sealed)
        for host in (self.om2, self.om3):
            host.also(backup={"recipients": [made["recipient"]], "destinations": [f"file://{host.directory}/store"]})

    def words(self, host, command):
        names = {
            "source": self.source,
            "ticket": self.ticket,
            "output": host.directory / "printed.ticket",
            "report": host.directory / "report",
            "fleet": host.fleet_id() or "unrecorded",
            "peer": self.om1.address,
            "sealed": self.sealed,
            "state": self.sealed,
            "identity": self.identity,
            "new_identity": host.directory / "new-identity",
        }
        return [*command.split(), *(word.format(**names) for word in COMMANDS[command])]


class Coverage(harness.StoryTest):
    def test_every_command_is_tried_that_ends_and_has_no_story_of_its_own(self):
        tried = {words for command in COMMANDS for words in (" ".join(command.split()[:2]), command.split()[0])}
        elsewhere = {"serve", "hook install", "hook remove", "hook run"}
        commands = {program_help.named_as(command) for command in program_help.commands()}
        self.assertEqual(commands - elsewhere - tried, set())


class Help(harness.StoryTest):
    def test_every_line_fits_on_a_terminal(self):
        for command in ("", *program_help.commands(), *program_help.own_commands()):
            with self.subTest(command):
                for line in program_help.help_of(*command.split()).splitlines():
                    self.assertLessEqual(len(line), 80, line)


class DryRun(CommandsTest):
    def files(self, host):
        """But for what a listener notes when it starts, which the change of the key's rights makes it do at any time."""
        return {path: facts for path, facts in host.snapshot().items() if not path.startswith("state/agent/serving")}

    def assert_changes_nothing(self, host):
        for command in COMMANDS:
            with self.subTest(command):
                words = self.words(host, command)
                before = self.files(host)
                said = host.run_json(*words, "--dry-run", expect=None)
                self.assertEqual(self.files(host), before, said)
                if said["schema"] != "genkey-agent/error/1":
                    self.assertNotEqual(said.get("changed"), True, said)

    def test_no_command_changes_anything_on_a_host_with_a_key(self):
        self.om2.key_file.chmod(0o640)
        self.assert_changes_nothing(self.om2)

    def test_no_command_changes_anything_on_a_host_where_the_program_never_ran(self):
        self.assert_changes_nothing(self.om3)

    def test_no_command_changes_anything_on_a_host_whose_key_drifted(self):
        self.om2.replace_key(self.fresh_key())
        self.assert_changes_nothing(self.om2)


class Json(CommandsTest):
    def assert_one_object(self, host):
        for command in COMMANDS:
            with self.subTest(command):
                outcome = host.run(*self.words(host, command), "--json", expect=None)
                said = outcome.json
                self.assertRegex(said["schema"], r"^genkey-agent/[a-z-]+/1$")
                self.assertEqual(said["exit"], outcome.code)
                name = command.split(" --")[0].rsplit(" " + UNKNOWN_PIN)[0].replace(" om8.example.com", "")
                if said["schema"] == "genkey-agent/error/1":
                    self.assertEqual(said["command"], name)
                    self.assertTrue(said["message"] and said["error"], said)
                else:
                    self.assertEqual(said["schema"], f"genkey-agent/{name.replace(' ', '-')}/1")
                    self.assertEqual("changed" in said, command not in ONLY_LOOK, said)

    def test_every_command_prints_one_object_on_a_host_with_a_key(self):
        self.assert_one_object(self.om2)

    def test_every_command_prints_one_object_on_a_host_without(self):
        self.assert_one_object(self.om3)


class Quiet(OptionsTest):
    def test_what_is_well_says_nothing_on_standard_error(self):
        for words in (["ensure"], ["verify"], ["gate"], ["status"], ["audit"], ["identity"], ["peers", "list"]):
            with self.subTest(words[0]):
                self.assertEqual(self.om2.run(*words, "--quiet", expect=None).err, "")

    def test_a_refusal_is_said_all_the_same(self):
        self.assertIn("genkey-agent join", self.om3.run("ensure", "--quiet", expect=11).err)


class Environment(OptionsTest):
    def test_variables_stand_for_options_and_the_command_line_wins(self):
        variables = {
            "GENKEY_AGENT_KEY_FILE": str(self.om1.key_file),
            "GENKEY_AGENT_STATE_DIR": str(self.om1.state_dir),
            "GENKEY_AGENT_CONFIG": str(self.om1.config),
            "GENKEY_AGENT_OWNER": self.om1.owner or "LocalSystem",
        }
        told = self.om2.run_json("status", environment=variables)
        self.assertEqual(told["key"]["file"], self.om2.shown(self.om2.key_file))
        self.om2.command = lambda *arguments: self.om2.typed(*arguments)
        told = self.om2.run_json("status", environment=variables)
        self.assertEqual(told["key"]["file"], self.om1.shown(self.om1.key_file))
        self.assertEqual(told["status"]["state_directory"], self.om1.shown(self.om1.state_dir))


class Precedence(OptionsTest):
    """When several exit codes apply: 14, 12, 13, 11, 18, 16, 15, 10."""

    def test_disagreement_comes_before_a_peer_that_is_silent_and_a_file_that_is_too_open(self):
        self.om2.key_file.chmod(0o640)
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            dead = f"127.0.0.1:{nobody.getsockname()[1]}"
        self.om2.run("verify", "--peer", dead, "--peer", self.om1.address, "--wait", "1s", expect=15)
        self.om1.replace_key(self.fresh_key())
        self.om2.run("verify", "--peer", dead, "--peer", self.om1.address, "--wait", "5s", expect=14)

    def test_a_file_that_is_too_open_comes_after_all_others(self):
        self.om2.key_file.chmod(0o640)
        self.om2.run("status", expect=10)
        self.om2.put_key(os.urandom(24), mode=0o640)
        self.om2.run("status", expect=14)


if __name__ == "__main__":
    harness.main()
