# SPDX-License-Identifier: ISC
"""generate --replace makes the next generation of a key, if nothing needs the present one and its backup is recent."""

import subprocess

import harness
from harness import clocks


class ReplaceTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.identity, recipient = self.age_identity()
        self.backups = {"recipients": [recipient], "destinations": [f"file://{self.directory}/store"]}

    def host_with_key(self, name="om1"):
        host = self.host(name, backup=self.backups)
        host.run("generate")
        return host

    def replace(self, host, *arguments, **options):
        return host.run("generate", "--replace", "--confirm", host.record()["fleet"], *arguments, **options)

    def assert_refused(self, host, *arguments, expect=17, says=""):
        before = (host.key(), host.record(), host.displaced_keys())
        outcome = self.replace(host, *arguments, expect=expect)
        self.assertEqual((host.key(), host.record(), host.displaced_keys()), before)
        self.assertIn(says, outcome.err)
        return outcome


class Replacing(ReplaceTest):
    def test_it_makes_the_next_generation_and_keeps_the_old_key(self):
        om1 = self.host_with_key()
        old, before = om1.key(), om1.record()
        said = self.replace(om1, "--json").json
        after = om1.record()
        self.assertNotEqual(om1.key(), old)
        self.assertEqual(om1.displaced_keys(), [old])
        self.assertEqual((after["fleet"], after["generation"]), (before["fleet"], 2))
        self.assertNotEqual(after["epoch"], before["epoch"])
        self.assertEqual((said["changed"], said["key"]["generation"], said["key"]["standing"]), (True, 2, "chosen"))
        self.assertIn("join --displace --confirm", "\n".join(said["warnings"]))

    def test_the_old_key_comes_back_from_its_backup(self):
        om1 = self.host_with_key()
        old = om1.key()
        (backup,) = (self.directory / "store").glob("*-g1-*.age")
        self.replace(om1)
        om1.run("restore", backup, "-i", self.identity, "--displace", "--confirm", om1.record()["fleet"])
        self.assertEqual((om1.key(), om1.record()["generation"]), (old, 1))

    def test_a_dry_run_changes_nothing(self):
        om1 = self.host_with_key()
        before = om1.snapshot()
        self.replace(om1, "--dry-run")
        self.assertEqual(om1.snapshot(), before)

    def test_hosts_with_the_former_key_are_held_until_they_join(self):
        om1, om2, om3 = self.joined_fleet("om1", "om2", "om3")
        om1.also(backup=self.backups)
        om1.run("backup")
        for host in (om1, om2, om3):
            host.gate()
        with om1.restarting():
            self.replace(om1)
        for host in (om2, om3):
            self.assertIn("later-generation", host.gate_reasons(expect=14))
        fleet = om1.record()["fleet"]
        ticket = om1.run("invite", "--uses", "2").line
        for host in (om2, om3):
            with host.restarting():
                host.run("join", "--ticket-file", "-", "--displace", "--confirm", fleet, stdin=ticket)
        for host in (om1, om2, om3):
            self.assertEqual(host.key(), om1.key())
            host.run("verify")
            host.gate()


class Refusals(ReplaceTest):
    def test_without_a_backup(self):
        om1 = self.host("om1")
        om1.run("generate")
        self.assertIn("genkey-agent backup", self.assert_refused(om1, says="destinations and recipients under [backup]").err)

    def test_with_a_backup_of_another_key_alone(self):
        om1 = self.host_with_key()
        fleet = om1.record()["fleet"]
        om1.configure()
        om1.run("import", self.key_source(self.fresh_key()), "--displace", "--confirm", fleet)
        om1.configure(backup=self.backups)
        self.assert_refused(om1, says="no copy of the present key")

    def test_without_its_fleet_or_with_another(self):
        om1 = self.host_with_key()
        self.assertIn("needs-confirmation", om1.run("generate", "--replace", "--json", expect=17).out)
        om1.run("generate", "--replace", "--confirm", "f" * 32, expect=17)
        om1.run("generate", "--confirm", om1.record()["fleet"], expect=2)
        self.assertEqual(om1.record()["generation"], 1)

    def test_while_ops_manager_runs(self):
        om1 = self.host_with_key()
        command = ["sh", "-c", "echo it runs; read end", f"-Dmms.keyfile={om1.key_file}"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/")
        process.stdout.readline()
        self.assert_refused(om1, says=f"process {process.pid}")
        process.communicate()
        self.replace(om1)

    def test_where_there_is_no_key(self):
        om1 = self.host("om1")
        om1.run("generate", "--replace", "--confirm", "f" * 32, expect=11)
        self.assertFalse(om1.key_file.exists())

    def test_where_the_key_is_not_the_recorded_one(self):
        om1 = self.host_with_key()
        om1.put_key(self.fresh_key())
        self.assert_refused(om1, expect=14)

    def test_where_credentials_are_encrypted_with_it(self):
        om1 = self.host_with_key()
        installed = om1.install_ops_manager("mongo.encryptedCredentials=true\n")
        self.assert_refused(om1, "--install-path", installed, says="credentials")


class Age(ReplaceTest, clocks.ClockTest):
    def test_a_backup_that_is_older_than_an_hour_has_to_be_looked_at_again(self):
        om1 = self.host("om1", backup=self.backups)
        self.set_clock(om1, "-2h")
        om1.run("generate")
        self.right_clock(om1)
        self.assert_refused(om1, says="within the last hour")
        om1.run("backup")
        self.replace(om1)


if __name__ == "__main__":
    harness.main()
