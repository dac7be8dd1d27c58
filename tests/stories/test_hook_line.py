# SPDX-License-Identifier: ISC
"""hook install and hook remove: the line comes and goes, and the rest of mms.conf stays as it is."""

import os
import pwd

import harness
from harness.hooks import HookTest, MARK


class Line(HookTest):
    CONTENTS = (
        b"", b"ENC_KEY_PATH=/k/gen.key\n", b"ENC_KEY_PATH=/k/gen.key", b"# \xe4 no UTF-8\nENC_KEY_PATH=/k/gen.key\n\n\n",
        b"# on Windows\r\nA=1\r\n", b"# on Windows\r\nA=1",
    )

    def test_it_is_the_last_line_and_the_only_one(self):
        om1 = self.host("om1")
        self.assertTrue(om1.run_json("hook", "install")["changed"])
        with om1.conf.open("a") as conf:
            conf.write("ENC_KEY_PATH=/later/gen.key\n")
        self.assertTrue(om1.run_json("hook", "install")["changed"])
        lines = om1.conf.read_text().splitlines()
        self.assertEqual([MARK in line for line in lines], [False, False, True])

    def test_installing_it_again_touches_nothing(self):
        om1 = self.host("om1")
        om1.run("hook", "install")
        before = om1.snapshot()
        again = om1.run_json("hook", "install")
        self.assertEqual((again["changed"], again["hook"]), (False, {"file": str(om1.conf), "present": True, "in_force": True}))
        self.assertEqual(om1.snapshot(), before)

    def test_removing_it_restores_the_file_byte_for_byte(self):
        om1 = self.host("om1")
        for content in self.CONTENTS:
            with self.subTest(content=content):
                om1.conf.write_bytes(content)
                om1.run("hook", "install")
                self.assertEqual(len(om1.conf.read_bytes().split(MARK.encode())), 2)
                removed = om1.run_json("hook", "remove")
                self.assertEqual((removed["changed"], removed["hook"]["present"]), (True, False))
                self.assertEqual(om1.conf.read_bytes(), content)
        self.assertFalse(om1.run_json("hook", "remove")["changed"])

    def test_owner_and_mode_stay(self):
        harness.need_root()
        om1 = self.host("om1")
        os.chown(om1.installation, 1, 2)
        os.chown(om1.conf, 1, 2)
        om1.conf.chmod(0o640)
        for command in ("install", "remove"):
            om1.run("hook", command)
            facts = om1.conf.stat()
            self.assertEqual((facts.st_uid, facts.st_gid, facts.st_mode & 0o7777), (1, 2, 0o640), command)

    def test_a_dry_run_says_the_line_and_changes_nothing(self):
        om1 = self.host("om1")
        before = om1.snapshot()
        self.assertIn(MARK, om1.run("hook", "install", "--dry-run").out)
        self.assertEqual(om1.snapshot(), before)
        om1.run("hook", "install")
        before = om1.snapshot()
        self.assertIn("would take", om1.run("hook", "remove", "--dry-run").out)
        self.assertEqual(om1.snapshot(), before)

    def test_two_that_install_it_at_once_leave_one_line(self):
        om1 = self.host("om1")
        for process in [om1.start("hook", "install") for _ in range(4)]:
            self.assertEqual(process.wait(harness.TIME_LIMIT), 0)
        self.assertEqual(len(om1.hook_lines()), 1)

    def test_an_installation_from_a_package_is_found_without_its_path(self):
        om1 = self.host("om1")
        root = om1.directory / "root"
        (root / "etc" / "mongodb-mms").mkdir(parents=True)
        om1.installation, om1.where = root / "opt" / "mongodb" / "mms", ["--root", root]
        om1.key_file = root / "etc" / "mongodb-mms" / "gen.key"
        self.key_files.add(om1.key_file)
        om1.unpack(f"ENC_KEY_PATH=/etc/mongodb-mms/gen.key\nMMS_USER={pwd.getpwuid(os.getuid()).pw_name}\n")
        om1.run("hook", "install")
        self.assert_refused(om1, str(om1.key_file))
        om1.run("generate")
        self.assertIn("systemctl start mongodb-mms", om1.run("ensure").err)
        self.assert_starts_in_silence(om1, environment={"STAND_IN_ROOT": str(root)})


class Refusals(HookTest):
    def assert_refused_and_untouched(self, host, *said, expect, command="install"):
        before = host.snapshot()
        outcome = host.run("hook", command, expect=expect)
        for text in said:
            self.assertIn(text, outcome.err)
        after = host.snapshot()
        # A command may make the state directory.
        self.assertEqual({name: after[name] for name in before if name != "."}, {name: before[name] for name in before if name != "."})
        self.assertFalse((host.state_dir / "hook.json").exists())

    def test_a_link_is_not_followed(self):
        om1 = self.host("om1")
        elsewhere = om1.directory / "elsewhere"
        om1.conf.rename(elsewhere)
        om1.conf.symlink_to(elsewhere)
        self.assert_refused_and_untouched(om1, str(om1.conf), "symbolic link", "genkey-agent hook install", expect=2)

    def test_a_file_with_several_names_is_left_alone(self):
        om1 = self.host("om1")
        os.link(om1.conf, om1.directory / "second")
        self.assert_refused_and_untouched(om1, str(om1.conf), "2 names", "genkey-agent hook install", expect=2)

    def test_without_a_file_it_says_what_was_expected(self):
        om1 = self.host("om1")
        om1.conf.unlink()
        self.assert_refused_and_untouched(om1, str(om1.conf), "install Ops Manager", expect=11)

    def test_a_file_that_is_still_open_at_its_end_is_named(self):
        om1 = self.host("om1")
        for end in ("if true; then\n", "JAVA_OPTS=-Xmx1g \\\n", "f() {\n"):
            with self.subTest(end=end):
                om1.conf.write_text(f"ENC_KEY_PATH={om1.key_file}\n{end}")
                self.assert_refused_and_untouched(om1, str(om1.conf), "open at its end", expect=2)

    def test_without_an_installation_it_asks_for_its_path(self):
        om1 = self.host("om1")
        om1.where = []
        om1.also(installation={"key_file": str(om1.key_file)})
        self.assert_refused_and_untouched(om1, "--install-path", expect=2)

    def test_a_key_file_of_its_own_belongs_into_the_configuration(self):
        om1 = self.host("om1")
        om1.where += ["--key-file", om1.key_file]
        self.assert_refused_and_untouched(om1, "under [installation]", expect=2)

    def test_whoever_may_not_write_the_file_is_told_to_be_root(self):
        harness.need_root()
        om1 = self.host("om1")
        state = om1.directory / "state"
        state.mkdir()
        os.chown(state, 65534, 65534)
        om1.prefix = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
        outcome = om1.run("hook", "install", expect=1)
        self.assertIn(str(om1.conf), outcome.err)
        self.assertIn("as root:\n    sudo genkey-agent hook install", outcome.err)
        self.assertEqual(om1.hook_lines(), [])


class Upgrade(HookTest):
    def test_a_line_that_an_upgrade_lost_is_told_with_the_command_that_brings_it_back(self):
        for options in ((), ("--require",)):
            with self.subTest(options=options):
                om1 = self.host(f"om1{'-'.join(options)}")
                om1.run("generate")
                before = om1.conf.read_bytes()
                om1.run("hook", "install", *options)
                self.assertIn(f"in {om1.conf}", om1.run("status").out)
                lines = om1.hook_lines()
                om1.conf.write_bytes(before)
                outcome = om1.run("status", expect=10)
                self.assertIn(str(om1.conf), outcome.told)
                self.assertEqual(om1.run_json("status", expect=10)["status"]["hook"], {"file": str(om1.conf), "present": False, "in_force": False})
                metrics = om1.run("status", "--format", "prometheus", expect=None).out
                self.assertIn("\ngenkey_agent_hook_missing 1\n", metrics)
                om1.run_advice(outcome, " ".join(("hook install", *options)))
                self.assertEqual(om1.hook_lines(), lines)
                self.assertTrue(om1.run_json("status")["status"]["hook"]["present"])

    def test_a_hook_that_was_removed_is_missed_by_nobody(self):
        om1 = self.hooked()
        om1.run("hook", "remove")
        self.assertIsNone(om1.run_json("status")["status"]["hook"])

    def test_removing_a_lost_hook_ends_the_alarm(self):
        om1 = self.hooked()
        om1.conf.write_text(f"ENC_KEY_PATH={om1.key_file}\n")
        om1.run("status", expect=10)
        self.assertTrue(om1.run_json("hook", "remove")["changed"])
        om1.run("status")


if __name__ == "__main__":
    harness.main()
