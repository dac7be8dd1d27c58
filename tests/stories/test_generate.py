# SPDX-License-Identifier: ISC
"""`generate` makes the fleet's key on its first host, once, and never where a key may exist already."""

import os

import harness
from harness import strangers

ROUNDS = 20 if harness.HOST is harness.Host else 5  # wine takes several times as long to start


class Once(harness.StoryTest):
    def race(self, number):
        host = self.host(f"om{number}")
        started = [host.start("generate", "--json") for _ in range(3)]
        codes = [process.wait(harness.TIME_LIMIT) for process in started]
        self.watch_key_file(host.key_file)
        return host, sorted(codes)

    def test_of_commands_at_once_on_one_host_one_makes_the_key_and_the_others_refuse(self):
        for number in range(ROUNDS):
            host, codes = self.race(number)
            self.assertEqual(codes, [0, 17, 17])
            self.assertEqual(len(host.key()), 24)
            self.assertTrue(host.run_json("status", expect=None)["key"]["recorded"])
            self.assertEqual(list(host.directory.glob("gen.key?*")), [])

    def test_a_new_key_is_private_to_the_service(self):
        om1 = self.host("om1")
        om1.run("generate")
        facts = om1.key_file.stat()
        self.assertEqual((facts.st_uid, facts.st_mode & 0o7777, facts.st_nlink), (os.getuid(), 0o600, 1))

    def test_two_hosts_at_once_are_told_or_held(self):
        for number in range(3):
            om1, om2 = self.fleet(f"om1-{number}", f"om2-{number}")
            for host in (om1, om2):
                host.serve()
            started = [host.start("generate") for host in (om1, om2)]
            codes = sorted(process.wait(harness.TIME_LIMIT) for process in started)
            self.assertIn(codes, ([0, 17], [0, 14], [14, 14]))
            if 17 in codes:
                continue  # one of them asked after the other had made its key
            for host in (om1, om2):
                host.serve_again()
            for host in (om1, om2):
                self.assertEqual(host.gate_reasons(expect=14), ["unconfirmed"])

    def test_two_hosts_that_could_not_see_each_other_are_both_held(self):
        om1, om2 = self.fleet("om1", "om2")
        for host in (om1, om2):
            self.assertIn("could not ask", host.run("generate").err)
        for host in (om1, om2):
            host.serve()
        for host in (om1, om2):
            self.assertEqual(host.gate_reasons(expect=14), ["unconfirmed"])


class Refusals(harness.StoryTest):
    def assert_refused(self, host, *arguments, expect=17):
        before = host.key_file.read_bytes() if host.key_file.exists() else None
        outcome = host.run("generate", *arguments, expect=expect)
        self.assertEqual(host.key_file.read_bytes() if host.key_file.exists() else None, before)
        return outcome

    def test_over_a_key(self):
        om1 = self.host("om1")
        om1.put_key(self.fresh_key())
        self.assertIn(om1.shown(om1.key_file), self.assert_refused(om1).err)

    def test_over_the_key_that_it_made_itself(self):
        om1 = self.host("om1")
        om1.run("generate")
        self.assert_refused(om1)

    def test_over_a_file_that_is_no_key(self):
        om1 = self.host("om1")
        om1.put_key(b"")
        self.assertIn("0 bytes", self.assert_refused(om1).err)

    def test_over_a_link_that_leads_nowhere(self):
        om1 = self.host("om1")
        om1.key_file.symlink_to(om1.directory / "elsewhere")
        om1.run("generate", expect=17)
        self.assertFalse((om1.directory / "elsewhere").exists())

    def test_where_a_recorded_key_was_lost(self):
        om1 = self.host("om1")
        om1.run("generate")
        fleet = om1.fleet_id()
        om1.key_file.unlink()
        outcome = self.assert_refused(om1)
        self.assertIn(fleet, outcome.err)
        self.assertIn("genkey-agent ensure", outcome.err)

    def test_where_a_record_cannot_be_understood(self):
        om1 = self.host("om1")
        om1.run("generate")
        om1.key_file.unlink()
        (om1.state_dir / "record.json").write_text("{")
        self.assertIn(om1.shown(om1.state_dir / "record.json"), self.assert_refused(om1).err)

    def test_where_a_configured_peer_has_a_key(self):
        om1, om2 = self.fleet("om1", "om2")
        om1.run("generate")
        om1.serve()
        outcome = self.assert_refused(om2)
        self.assertIn(om1.address, outcome.err)
        self.assertIn("genkey-agent join", outcome.err)

    def test_peers_without_a_key_or_an_answer_do_not_stop_a_person(self):
        om1, om2, om3 = self.fleet("om1", "om2", "om3")
        om2.serve()
        outcome = om1.run("generate")
        self.assertIn(om3.address, outcome.err)
        self.assertNotIn(f"could not ask {om2.address}", outcome.err)

    def beside_another_program(self):
        """A host that has an address in its list where something answers that is not genkey-agent."""
        other = strangers.TalkingServer(self, b"220 mail.example.com ESMTP\r\n")
        return self.host("om1", peers=[other.address]), other.address

    def test_beside_something_that_answers_and_does_not_tell_whether_it_has_a_key(self):
        om1, other = self.beside_another_program()
        for dry in ((), ("--dry-run",)):
            self.assertIn(other, self.assert_refused(om1, *dry).err)
        self.assertEqual(om1.run_json("generate", expect=17)["error"], "peers-unknown")

    def test_beside_a_copy_of_its_own_machine(self):
        om1, copy = self.fleet("om1", "copy")
        copy.run("generate")
        copy.serve()
        harness.copy_tree(copy.state_dir, om1.state_dir)
        (om1.state_dir / "record.json").unlink()
        self.assertIn(f"{copy.address}: clone", self.assert_refused(om1).err)

    def test_which_a_person_takes_out_of_a_new_fleet_with_the_line_that_it_prints(self):
        om1, other = self.beside_another_program()
        om1.run_advice(self.assert_refused(om1), f"peers remove {other}")
        om1.run("generate")
        self.assertEqual(len(om1.key()), 24)

    def test_a_dry_run_makes_nothing(self):
        om1 = self.host("om1")
        before = om1.snapshot()
        om1.run("generate", "--dry-run")
        self.assertEqual(om1.snapshot(), before)


class TarInstallation(harness.StoryTest):
    """An Ops Manager from an archive, whose conf/mms.conf names a key file (on Windows, there is only one path)."""

    def unpacked(self, properties=""):
        om1 = self.host("om1")
        installed = om1.install_ops_manager(properties)
        om1.command = lambda *arguments: om1.typed(
            *arguments, "--config", om1.config, "--install-path", installed, "--state-dir", om1.state_dir
        )
        return om1

    def test_encrypted_credentials_are_bound_to_a_key_that_exists(self):
        om1 = self.unpacked("mongo.mongoUri=mongodb://db/\nmongo.encryptedCredentials=true\n")
        outcome = om1.run("generate", expect=17)
        self.assertIn("encrypted credentials", outcome.err)
        self.assertFalse(om1.key_file.exists())

    def test_plain_credentials_are_not(self):
        om1 = self.unpacked("mongo.mongoUri=mongodb://db/\nmongo.encryptedCredentials=false\n")
        om1.run("generate")
        self.assertEqual(len(om1.key()), 24)


if __name__ == "__main__":
    harness.main()
