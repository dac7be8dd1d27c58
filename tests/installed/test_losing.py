# SPDX-License-Identifier: ISC
"""Booted hosts with the packages: whatever happens to the key, Ops Manager starts with the right one or not at all."""

import installed
from installed import OPS_MANAGER


class Losing(installed.InstalledTest):
    def setUp(self):
        super().setUp()
        self.om1, self.om2, self.om3 = self.installed_fleet()
        self.right_key = self.key(self.om1)

    def test_a_key_that_was_deleted_is_back_before_ops_manager_starts(self):
        self.lose_key(self.om3)
        self.om3.reboot()
        self.assert_runs()
        self.assert_one_key()
        self.assert_no_key_made()

    def test_without_a_key_and_without_peers_nothing_starts_and_no_key_is_made(self):
        self.network.power_off(self.om1, self.om2)
        self.lose_key(self.om3)
        self.om3.reboot()
        self.assert_refused(self.om3, "key is missing", "genkey-agent", code=11)
        self.assertIsNone(self.key(self.om3))
        self.assert_no_key_made()

        self.network.boot(self.om1, self.om2)
        said = self.agent(self.om3, "ensure").said
        self.assertIn("systemctl start mongodb-mms", said)
        self.start(self.om3)
        self.assert_one_key()
        self.assert_runs()

    def test_the_backup_daemon_is_judged_like_the_application(self):
        self.network.power_off(self.om1, self.om2)
        self.om3.run("systemctl", "stop", "mongodb-mms")
        before = self.startup_log(self.om3)
        self.lose_key(self.om3)
        self.om3.run("systemctl", "start", "mongodb-mms-backup-daemon", expect=1)
        self.assert_refused(self.om3, "key is missing", unit="mongodb-mms-backup-daemon", code=11)
        self.assertEqual(self.startup_log(self.om3), before)

        self.network.boot(self.om1, self.om2)
        self.om3.run("systemctl", "start", "mongodb-mms-backup-daemon")
        self.assert_one_key()
        self.assert_no_key_made()

    def test_another_key_is_put_aside_for_the_recorded_one(self):
        wrong = self.fresh_key()
        self.put_key(self.om3, wrong)
        self.om3.reboot()
        self.assert_runs()
        self.assertEqual(self.assert_one_key(), self.right_key)
        kept = [path.read_bytes() for path in (self.om3.root / "var/lib/genkey-agent/displaced").iterdir()]
        self.assertEqual(kept, [wrong])

    def test_another_key_without_peers_is_refused_there_and_only_there(self):
        self.network.power_off(self.om1, self.om2)
        wrong = self.fresh_key()
        self.put_key(self.om3, wrong)
        self.om3.reboot()
        self.assert_refused(self.om3, "not the one recorded", "genkey-agent", code=14)
        self.assertEqual(self.key(self.om3), wrong)
        self.om3.power_off()
        self.network.boot(self.om1, self.om2)
        self.assert_runs(self.om1, self.om2)
        self.om1.reboot()
        self.om2.reboot()
        self.assert_runs(self.om1, self.om2)
        self.assert_one_key(self.om1, self.om2)

    def test_an_upgrade_of_ops_manager_that_deletes_the_key_starts_with_it(self):
        self.install(self.om2, OPS_MANAGER, "2.0")
        self.assert_runs()
        self.assertEqual(self.assert_one_key(), self.right_key)
        self.assert_no_key_made()

    def test_such_an_upgrade_without_peers_says_how_the_key_comes_back(self):
        self.network.power_off(self.om1, self.om3)
        said = self.install(self.om2, OPS_MANAGER, "2.0").said
        self.assertIn("genkey-agent", said)
        self.assert_refused(self.om2, "key is missing", code=11)
        self.assertIsNone(self.key(self.om2))
        self.network.boot(self.om1, self.om3)
        self.start(self.om2)
        self.assertEqual(self.assert_one_key(), self.right_key)
        self.assert_runs()


if __name__ == "__main__":
    installed.harness.main()
