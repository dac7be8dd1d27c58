# SPDX-License-Identifier: ISC
"""`status` reports what this host knows by itself. A problem changes its exit code and its metrics."""

import json
import os
import pwd
import re
import subprocess
import time

import harness
from harness import clocks, faults

MONTH = 31 * 86400
NOBODY = pwd.getpwnam("nobody")


class StatusTest(harness.StoryTest):
    def assert_status(self, host, code, says, **metrics):
        outcome = host.run("status", expect=code)
        self.assertIn(says, outcome.out + outcome.err)
        nagios = host.run("status", "--format", "nagios", expect=None)
        self.assertEqual(nagios.code, {0: 0, 10: 1, 14: 2}[code], nagios)
        shown = host.run("status", "--format", "prometheus", expect=code).out
        for name, value in {**metrics, "status": code}.items():
            self.assertEqual(re.findall(rf"^genkey_agent_{name}(?:{{.*}})? (\d+)$", shown, re.MULTILINE), [str(value)], name)
        return outcome

    def run_service(self, host, **account):
        """A process that looks like Ops Manager: java with this argument."""
        command = ["sh", "-c", "echo it runs; read end", f"-Dmms.keyfile={host.key_file}"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/", **account)
        self.addCleanup(process.communicate)  # which ends the process
        process.stdout.readline()

    def change_key(self, host, seconds):
        """Makes the file look as if it was written that many seconds from now."""
        when = time.time() + seconds
        os.utime(host.key_file, (when, when))


class Service(StatusTest):
    def test_one_that_still_uses_what_it_read_before_needs_a_restart(self):
        om1 = self.host("om1")
        om1.run("generate")
        self.run_service(om1)
        self.change_key(om1, -3600)
        self.assert_status(om1, 0, "Ops Manager  started", restart_needed=0)
        self.change_key(om1, 3600)
        self.assert_status(om1, 10, "RESTART NEEDED", restart_needed=1)
        # Without a known kind of installation, no command can be given.
        self.assertIn("still uses the former key", om1.run("status", expect=10).out)
        self.assertTrue(om1.run_json("status", expect=10)["status"]["restart_needed"])

    def test_a_strangers_process_that_looks_like_it_is_not_taken_for_it(self):
        harness.need_root()
        om1 = self.host("om1")
        om1.run("generate")
        self.run_service(om1, user=NOBODY.pw_uid, group=NOBODY.pw_gid, extra_groups=[])
        self.change_key(om1, 3600)
        self.assert_status(om1, 0, "not seen running", restart_needed=0)


class InUse(StatusTest, clocks.ClockTest):
    """After ten minutes on this file, Ops Manager has checked it against its database."""

    def adopted(self, **account):
        om1 = self.host("om1")
        om1.put_key(self.fresh_key())
        om1.run("ensure")
        self.change_key(om1, -3600)
        self.run_service_later(om1, **account)
        self.assertEqual(om1.standing(), "provisional")
        return om1

    def run_service_later(self, host, **account):
        """In a later second than that in which the file was last touched, because starts are known in seconds."""
        while time.time() < host.key_file.stat().st_ctime + 2:
            time.sleep(0.05)
        self.run_service(host, **account)

    def standing_after(self, host, minutes):
        self.set_clock(host, f"+{minutes * 60}")
        host.run("ensure")
        return host.standing()

    def test_it_establishes_the_key_after_ten_minutes_and_not_before(self):
        om1 = self.adopted()
        self.assertEqual(self.standing_after(om1, 9), "provisional")
        self.assertEqual(self.standing_after(om1, 11), "established")

    def test_a_file_that_changed_after_its_start_is_not_the_one_it_runs_on(self):
        om1 = self.adopted()
        self.change_key(om1, 5)
        self.assertEqual(self.standing_after(om1, 11), "provisional")

    def test_a_key_that_was_copied_in_with_its_old_time_is_not_the_one_it_runs_on(self):
        om1 = self.host("om1")
        om1.put_key(self.fresh_key())
        self.change_key(om1, -3600)
        self.run_service_later(om1)
        other = self.key_source(self.fresh_key())
        os.utime(other, ns=(om1.key_file.stat().st_mtime_ns,) * 2)
        subprocess.run(["cp", "-p", other, om1.key_file], check=True)
        self.assertEqual(self.standing_after(om1, 11), "provisional")

    def test_a_strangers_process_that_looks_like_it_establishes_nothing(self):
        harness.need_root()
        om1 = self.adopted(user=NOBODY.pw_uid, group=NOBODY.pw_gid, extra_groups=[])
        self.assertEqual(self.standing_after(om1, 11), "provisional")


class Peers(StatusTest):
    def edit_roster(self, host, change):
        path = host.state_dir / "agent" / "roster.json"
        roster = json.loads(path.read_text(encoding="utf-8"))
        change(roster)
        path.write_text(json.dumps(roster), encoding="utf-8")

    def test_a_result_that_is_a_month_old_is_not_a_good_one(self):
        om1, _ = self.joined_fleet("om1", "om2")
        self.assert_status(om1, 0, "agrees with 1 of 1 peer", peer_agrees=1)

        def age(roster):
            roster["last_verify"] -= MONTH
            roster["peers"][0]["seen"] -= MONTH
            roster["peers"][0]["last"]["when"] -= MONTH

        self.edit_roster(om1, age)
        outcome = self.assert_status(om1, 10, "not been asked for a long time", peer_agrees=0)
        om1.run_advice(outcome, "verify")
        self.assert_status(om1, 0, "agrees with 1 of 1 peer", peer_agrees=1)

    def test_it_lists_the_peers_that_verify_lists_and_names_no_identity_that_nobody_showed(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om1.also(peers=[om1.address, om2.address])
        om2.stop()
        for command in ("verify", "status"):
            (peer,) = om1.run_json(command, expect=15)["peers"]
            self.assertEqual((peer["address"], peer["result"], peer["identity"]), (om2.address, "unreachable", None), command)
        om2.serve()
        for command in ("verify", "status"):
            (peer,) = om1.run_json(command)["peers"]
            self.assertEqual((peer["result"], peer["identity"]), ("agree", "known"), command)

    def test_a_known_peer_that_drifted_turns_it(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.replace_key(self.fresh_key())
        om1.run("verify", expect=14)
        self.assert_status(om1, 14, "holds another key", peer_agrees=0, peer_drifted=1)

    def test_a_roster_that_cannot_be_read_is_not_health(self):
        om1, _ = self.joined_fleet("om1", "om2")
        (om1.state_dir / "agent" / "roster.json").write_text("", encoding="utf-8")
        self.assert_status(om1, 10, "roster.json")

    def test_it_asks_nobody(self):
        harness.need_root()
        om1, _ = self.joined_fleet("om1", "om2")
        om1.config.write_text('peers = ["om2.example.com"]\n', encoding="utf-8")  # the name of the host itself is looked up separately
        trace = self.directory / "trace"
        command = [*faults.STRACE, "-o", trace, "-e", "trace=network", *om1.command("status")]
        done = subprocess.run(command, check=False, capture_output=True, env=om1.environment(), timeout=harness.TIME_LIMIT)
        self.assertEqual(done.returncode, 10)  # om2 was never asked
        self.assertNotRegex(trace.read_text(encoding="utf-8"), r"\b(AF_INET|PF_INET)")


if __name__ == "__main__":
    harness.main()
