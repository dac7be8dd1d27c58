# SPDX-License-Identifier: ISC
"""bash, zsh and fish complete a command line with all that the program takes there, and with nothing else."""

import subprocess

import harness
from harness import program_help
from harness.program_help import help_of, options_in, subcommands_in
from harness.shells import Shells


class Completion(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.shells = Shells(self.directory)
        self.work = self.directory / "work"
        self.work.mkdir()

    @staticmethod
    def meaning(host):
        """The options that name this host's files, as they stand on a line."""
        return " ".join(map(str, host.command()[1:]))

    def assert_offers(self, line, expected):
        for name in Shells.NAMES:
            with self.subTest(shell=name, line=line):
                self.assertEqual(self.shells.offered(name, line, self.work), set(expected))

    def test_every_command_is_offered(self):
        self.assert_offers("", [*subcommands_in(help_of()), *program_help.own_commands()])
        for group in ("peers", "hook", "backup"):
            self.assert_offers(f"{group} ", subcommands_in(help_of(group)))
        self.assert_offers("ve", ["verify", "version"])
        self.assert_offers("--json backup l", ["list"])
        self.assert_offers("help peers a", ["add"])

    def test_every_option_is_offered_and_no_other(self):
        common = {f"--{name}" for name in program_help.common_options()}
        self.assert_offers("--", {f"--{name}" for name in options_in(help_of())})
        # The rules are the program's, so one shell is enough for all commands.
        for command, options in program_help.commands().items():
            offered = self.shells.offered("bash", f"{command} --", self.work)
            self.assertEqual(offered, common | {"--help"} | {f"--{name}" for name in options}, command)
        self.assert_offers("gate --po", ["--policy"])

    def test_values_are_those_that_the_program_takes(self):
        for words, option in (("gate", "--policy"), ("status", "--format"), ("import x", "--format")):
            offered = self.shells.offered("bash", f"{words} {option} ", self.work)
            self.assertGreater(len(offered), 2)
            self.assert_offers(f"{words} {option} ", offered)
            for value in offered:
                done = subprocess.run([harness.PROGRAM, *words.split(), option, value, "--help"], capture_output=True, check=False)
                self.assertEqual(done.returncode, 0)
        self.assert_offers("gate --policy wa", ["warn"])
        self.assert_offers("gate --policy=wa", ["--policy=warn"])
        self.assert_offers("completion ", Shells.NAMES)
        self.assert_offers("doctor --only at", ["attested"])
        self.assert_offers("doctor --explain HA80", ["HA801", "HA802"])

    def test_files_and_directories_are_offered_where_they_are_wanted(self):
        (self.work / "some.key").touch()
        (self.work / "folder").mkdir()
        self.assert_offers("--key-file so", ["some.key"])
        self.assert_offers("import so", ["some.key"])
        self.assert_offers("--state-dir fold", ["folder"])
        self.assert_offers("--state-dir so", [])
        self.assert_offers("status ", [])

    def test_peers_of_this_host_are_offered_by_name_and_address(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.run("peers", "add", "om9.example.com:4711")
        before = {path: path.read_bytes() for path in om1.state_dir.rglob("*") if path.is_file()}
        for line in ("peers remove ", "verify --peer "):
            for name in Shells.NAMES:
                offered = self.shells.offered(name, f"{self.meaning(om1)} {line}", self.work)
                self.assertLessEqual({"om2", om2.address, "om9.example.com:4711"}, offered, f"{name}: {line}")
        self.assert_offers(f"{self.meaning(om1)} peers remove om9", ["om9.example.com:4711"])
        self.assert_offers(f"{self.meaning(om1)} peers remove om9.example.com:4", ["om9.example.com:4711"])
        self.assertEqual({path: path.read_bytes() for path in om1.state_dir.rglob("*") if path.is_file()}, before)

    def test_open_tickets_are_offered_to_be_revoked(self):
        om1 = self.host("om1")
        om1.run("generate")
        self.assert_offers(f"{self.meaning(om1)} invite --revoke ", ["all"])
        om1.run("invite", "--output", self.directory / "ticket")
        self.key_files.add(self.directory / "ticket")
        ids = [ticket["id"] for ticket in om1.run_json("invite", "--list")["tickets"]]
        self.assertEqual(len(ids), 1)
        self.assert_offers(f"{self.meaning(om1)} invite --revoke ", ["all", *ids])

    def test_copies_on_this_hosts_disks_are_offered(self):
        copies = self.directory / "copies"
        _, recipient = self.age_identity()
        om1 = self.host("om1", backup={"recipients": [recipient], "destinations": [f"file://{copies}"]})
        om1.run("generate", expect=None)
        copy = next(path.name for path in copies.iterdir() if path.name.endswith(".age") and ".state" not in path.name)
        for line in ("restore ", "backup drill "):
            for name in Shells.NAMES:
                self.assertIn(copy, self.shells.offered(name, f"{self.meaning(om1)} {line}", self.work), f"{name}: {line}")

    def test_what_cannot_be_read_is_no_error_and_offers_nothing(self):
        self.assert_offers(f"--config {self.directory / 'absent'} peers remove ", [])
        broken = self.directory / "broken.toml"
        broken.write_text("this is not TOML\n", encoding="utf-8")
        self.assert_offers(f"--config {broken} peers remove ", [])
        self.assert_offers("nonsense ", [])


if __name__ == "__main__":
    harness.main()
