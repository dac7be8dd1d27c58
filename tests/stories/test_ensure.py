# SPDX-License-Identifier: ISC
"""`ensure` in each combination of key file and record. Unattended, it never makes a key where one may have been."""

import json
import os
import socket

import harness


class EnsureTest(harness.StoryTest):
    def assert_changes_nothing(self, host, *arguments, expect):
        before = host.snapshot()
        outcome = host.run("ensure", *arguments, expect=expect)
        self.assertEqual(host.snapshot(), before)
        return outcome

    def with_ticket(self, host, inviter):
        """A ticket waits at the path in the host's configuration."""
        waiting = host.directory / "ticket"
        ticket = inviter.run("invite").line
        waiting.touch(0o600)
        waiting.write_text(ticket + "\n")
        host.also(ticket_file=waiting)
        return waiting


class RecordedKey(EnsureTest):
    def test_nothing_is_to_do(self):
        om1 = self.host("om1")
        om1.run("generate")
        self.assertIn("nothing to do", self.assert_changes_nothing(om1, expect=0).out)

    def test_what_the_service_cannot_read_is_mended(self):
        harness.need_root()
        om1 = self.host("om1")
        om1.run("generate")
        key = om1.key()
        os.chown(om1.key_file, 1, 1)
        self.assertTrue(om1.run_json("ensure")["changed"])
        facts = om1.key_file.stat()
        self.assertEqual((facts.st_uid, facts.st_gid, facts.st_mode & 0o7777), (0, 0, 0o600))
        self.assertEqual(om1.key(), key)

    def test_what_a_stranger_can_write_is_mended(self):
        om1 = self.host("om1")
        om1.run("generate")
        om1.key_file.chmod(0o602)
        self.assertTrue(om1.run_json("ensure")["changed"])
        self.assertEqual(om1.key_file.stat().st_mode & 0o7777, 0o600)

    def test_what_is_merely_too_open_is_told_and_left_alone(self):
        om1 = self.host("om1")
        om1.run("generate")
        om1.key_file.chmod(0o640)
        self.assertIn("0640", self.assert_changes_nothing(om1, expect=10).err)

    def test_a_ticket_that_waits_is_left_for_whoever_needs_it(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        waiting = self.with_ticket(om2, om1)
        self.assert_changes_nothing(om2, expect=0)
        self.assertTrue(waiting.exists())


class AnotherKey(EnsureTest):
    def test_the_recorded_key_is_fetched_and_the_other_kept(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        wrong = self.fresh_key()
        om2.replace_key(wrong)
        with om2.restarting():
            said = om2.run_json("ensure")
        self.assertEqual(om2.key(), om1.key())
        self.assertEqual(om2.displaced_keys(), [wrong])
        self.assertIn("displaced", said)
        self.assertEqual((said["key"]["origin"], said["key"]["standing"]), ("refetched", "established"))

    def test_without_a_peer_it_is_told_and_nothing_is_touched(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.replace_key(self.fresh_key())
        om1.stop()
        outcome = self.assert_changes_nothing(om2, expect=14)
        self.assertIn("genkey-agent ensure --keep", outcome.err)
        self.assertIn(om2.shown(om2.key_file), outcome.err)

    def test_keep_records_it_as_established(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        right = self.fresh_key()
        om2.replace_key(right)
        om2.run("ensure", "--keep")
        self.assertEqual((om2.key(), om2.standing()), (right, "established"))
        self.assertNotEqual(om2.fleet_id(), om1.fleet_id())

    def test_a_key_that_somebody_vouched_for_while_peers_were_asked_is_not_displaced(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.stop()
        right = self.fresh_key()
        om2.replace_key(right)
        asking = om2.start("ensure", "--wait", "60s")
        with socket.create_server(("127.0.0.1", om1.port)) as peer:
            peer.settimeout(harness.TIME_LIMIT)
            peer.accept()[0].close()  # it has read the record by now and keeps asking peers
        om2.run("ensure", "--keep")
        om1.serve()
        self.assertEqual(asking.wait(harness.TIME_LIMIT), 17)
        self.assertEqual((om2.key(), om2.standing(), om2.displaced_keys()), (right, "established", []))

    def test_a_dry_run_only_says_what_it_would_do(self):
        _, om2 = self.joined_fleet("om1", "om2")
        om2.replace_key(self.fresh_key())
        self.assertIn("would fetch", self.assert_changes_nothing(om2, "--dry-run", expect=0).out)

    def test_a_peer_that_offers_another_key_than_the_recorded_one_is_not_believed(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        wrong = self.fresh_key()
        om2.replace_key(wrong)
        om1.replace_key(self.fresh_key())
        om1.run("ensure", "--keep")
        om1.serve_again()
        self.assert_changes_nothing(om2, expect=14)


class UnrecordedKey(EnsureTest):
    def test_it_is_adopted(self):
        om1 = self.host("om1")
        key = self.fresh_key()
        om1.put_key(key)
        said = om1.run_json("ensure")
        self.assertTrue(said["changed"])
        self.assertEqual((said["key"]["origin"], said["key"]["standing"]), ("adopted", "provisional"))
        self.assertEqual(om1.key(), key)

    def test_keep_adopts_it_as_established(self):
        om1 = self.host("om1")
        om1.put_key(self.fresh_key())
        self.assertEqual(om1.run_json("ensure", "--keep")["key"]["standing"], "established")
        self.assert_changes_nothing(om1, "--keep", expect=0)

    def test_a_waiting_ticket_displaces_it(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("generate")
        om1.serve()
        own = self.fresh_key()
        om2.put_key(own)
        waiting = self.with_ticket(om2, om1)
        om2.run("ensure")
        self.assertEqual((om2.key(), om2.displaced_keys()), (om1.key(), [own]))
        self.assertFalse(waiting.exists())

    def test_first_host_changes_nothing_about_it(self):
        om1 = self.host("om1", first_host=True)
        key = self.fresh_key()
        om1.put_key(key)
        om1.run("ensure")
        self.assertEqual(om1.key(), key)

    def test_a_damaged_record_is_told_and_only_a_person_has_it_put_aside(self):
        om1 = self.host("om1")
        om1.run("generate")
        key = om1.key()
        (om1.state_dir / "record.json").write_text('{"schema": "genkey-agent/record/1"')
        said = self.assert_changes_nothing(om1, expect=14)
        self.assertIn("record.json", said.err)
        om1.run_advice(said, "ensure --keep")
        self.assertTrue((om1.state_dir / "record.damaged").exists())
        self.assertEqual((om1.key(), om1.standing()), (key, "established"))

    def test_what_is_no_key_is_told_and_left_alone(self):
        om1 = self.host("om1")
        om1.put_key(b"x" * 23)
        self.assertIn("23 bytes", om1.run("ensure", expect=12).err)
        self.assertEqual(om1.key(), b"x" * 23)

    def test_a_dry_run_adopts_nothing(self):
        om1 = self.host("om1")
        om1.put_key(self.fresh_key())
        self.assertIn("would record", self.assert_changes_nothing(om1, "--dry-run", expect=0).out)


class LostKey(EnsureTest):
    def test_it_is_fetched_from_a_peer(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.lose_key()
        with om2.restarting():
            self.assertTrue(om2.run_json("ensure")["changed"])
        self.assertEqual((om2.key(), om2.displaced_keys()), (om1.key(), []))
        self.assertEqual(om2.standing(), "established")

    def test_without_a_peer_none_is_made_even_on_the_first_host(self):
        om1 = self.host("om1", first_host=True)
        om1.run("generate")
        fleet = om1.fleet_id()
        om1.key_file.unlink()
        self.assertIn(fleet, self.assert_changes_nothing(om1, expect=11).err)

    def test_a_peer_that_offers_no_refetch_gives_none(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.also(serve={"refetch": False})
        om1.serve_again()
        om2.lose_key()
        self.assertIn("does not offer", om2.run("ensure", expect=11).err)
        self.assertFalse(om2.key_file.exists())

    def test_a_removed_member_gets_none(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.run("peers", "remove", "om2")
        om2.lose_key()
        self.assertIn("removed this host", om2.run("ensure", expect=11).err)
        self.assertFalse(om2.key_file.exists())

    def test_it_waits_for_a_peer_as_long_as_it_was_told(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.lose_key()
        om1.crash()
        waiting = om2.start("ensure", "--wait", "60s")
        om1.serve()
        self.assertEqual(waiting.wait(90), 0)
        self.assertEqual(om2.key(), om1.key())

    def test_nothing_is_installed_underneath_a_network_mount_that_is_absent(self):
        _, om2 = self.joined_fleet("om1", "om2")
        om2.lose_key()
        record = om2.state_dir / "record.json"
        mount = om2.absent_mount()
        text = record.read_text().rstrip().removesuffix("}").rstrip()
        record.write_text(f'{text},\n  "network_mount": {json.dumps(mount)}\n}}\n')
        outcome = om2.run("ensure", expect=13)
        self.assertIn(mount, outcome.err)
        self.assertFalse(om2.key_file.exists())

    def test_a_dry_run_fetches_nothing(self):
        _, om2 = self.joined_fleet("om1", "om2")
        om2.lose_key()
        self.assertIn("would fetch", self.assert_changes_nothing(om2, "--dry-run", expect=0).out)


class NewHost(EnsureTest):
    def test_a_waiting_ticket_is_redeemed_and_removed(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("generate")
        om1.serve()
        waiting = self.with_ticket(om2, om1)
        self.assertEqual(om2.run_json("ensure")["key"]["origin"], "joined")
        self.assertEqual(om2.key(), om1.key())
        self.assertFalse(waiting.exists())

    def test_a_ticket_that_nobody_takes_stays_for_the_next_try(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("generate")
        waiting = self.with_ticket(om2, om1)
        om2.run("ensure", expect=15)
        self.assertTrue(waiting.exists())
        om1.serve()
        om2.run("ensure")
        self.assertEqual(om2.key(), om1.key())

    def test_a_dry_run_leaves_the_ticket(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("generate")
        om1.serve()
        waiting = self.with_ticket(om2, om1)
        self.assertIn("would redeem", self.assert_changes_nothing(om2, "--dry-run", expect=0).out)
        self.assertTrue(waiting.exists())

    def test_without_anything_it_says_what_to_type(self):
        om1 = self.host("om1")
        outcome = om1.run("ensure", expect=11)
        for command in ("genkey-agent generate", "genkey-agent invite", "genkey-agent join"):
            self.assertIn(command, outcome.err)
        self.assertFalse(om1.key_file.exists())

    def test_first_host_makes_the_key_when_every_peer_says_that_it_has_none(self):
        om1, om2 = self.fleet("om1", "om2")
        om1.also(first_host=True)
        om2.serve()
        self.assertEqual(om1.run_json("ensure")["key"]["origin"], "generated")
        self.assertFalse(om1.run_json("ensure")["changed"])

    def test_first_host_makes_none_while_a_peer_does_not_answer(self):
        om1, om2 = self.fleet("om1", "om2")
        om1.also(first_host=True)
        outcome = om1.run("ensure", expect=11)
        self.assertIn(om2.address, outcome.err)
        self.assertFalse(om1.key_file.exists())

    def test_first_host_makes_none_where_a_peer_has_one(self):
        om1, om2 = self.fleet("om1", "om2")
        om1.also(first_host=True)
        om2.run("generate")
        om2.serve()
        om1.run("ensure", expect=11)
        self.assertFalse(om1.key_file.exists())

    def test_a_damaged_record_without_a_key_is_no_new_host(self):
        om1 = self.host("om1", first_host=True)
        om1.run("generate")
        om1.key_file.unlink()
        (om1.state_dir / "record.json").write_text("{")
        self.assertIn("record.json", om1.run("ensure", expect=14).err)
        self.assertFalse(om1.key_file.exists())

    def test_first_host_makes_nothing_in_a_dry_run(self):
        om1 = self.host("om1", first_host=True)
        self.assert_changes_nothing(om1, "--dry-run", expect=0)


class MadeFromAnImage(EnsureTest):
    """/etc/machine-id says "uninitialized", or is empty, in an image that has not booted yet."""

    FIRST, SECOND = "4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9c", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

    def setUp(self):
        harness.need_root()
        super().setUp()
        if not os.path.exists("/etc/machine-id"):
            harness.skip("needs an /etc/machine-id to stand in for")

    def boot_with(self, host, machine_id):
        file = host.directory / "machine-id"
        file.write_text(machine_id + "\n")
        script = f'mount --bind {file} /etc/machine-id && exec "$@"'
        host.prefix = ("unshare", "--mount", "sh", "-c", script, "sh")

    def pin(self, host):
        return host.run_json("identity")["identity"]["pin"]

    def generated_on(self, machine_id):
        host = self.host(f"om{len(self.hosts)}")
        self.boot_with(host, machine_id)
        host.run("generate")
        return host, self.pin(host), host.standing()

    def test_a_host_whose_key_came_before_its_first_boot_is_no_copy(self):
        for before in ("uninitialized", "", "no id at all"):
            with self.subTest(before):
                host, pin, standing = self.generated_on(before)
                self.boot_with(host, self.FIRST)
                host.run("ensure")
                self.assertEqual((self.pin(host), host.standing()), (pin, standing))

    def test_a_record_of_version_0_1_that_was_written_there_makes_no_copy_of_it(self):
        host, pin, standing = self.generated_on("uninitialized")
        record = host.state_dir / "record.json"
        record.write_text(json.dumps({**host.record(), "machine": "uninitialized"}))
        self.boot_with(host, self.FIRST)
        host.run("ensure")
        self.assertEqual((self.pin(host), host.standing()), (pin, standing))

    def test_a_copied_disk_is_still_noticed(self):
        host, pin, _ = self.generated_on(self.FIRST)
        self.boot_with(host, self.SECOND)
        host.run("ensure")
        self.assertNotEqual(self.pin(host), pin)


class NotInstalledYet(EnsureTest):
    def test_without_the_service_account_it_says_when_it_runs_again(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("generate")
        om1.serve()
        waiting = self.with_ticket(om2, om1)
        om2.owner = "mongodb-mms-is-not-here"
        self.assertIn("install Ops Manager", om2.run("ensure", expect=11).err)
        self.assertTrue(waiting.exists())

    def test_without_the_directory_it_says_when_it_runs_again(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("generate")
        om1.serve()
        waiting = self.with_ticket(om2, om1)
        om2.key_file = om2.directory / "etc" / "gen.key"
        outcome = om2.run("ensure", expect=11)
        self.assertIn(om2.shown(om2.key_file.parent), outcome.err)
        self.assertIn("install Ops Manager", outcome.err)
        self.assertTrue(waiting.exists())


if __name__ == "__main__":
    harness.main()
