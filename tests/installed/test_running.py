# SPDX-License-Identifier: ISC
"""A booted fleet in daily use: reboots, a cut network, a full disk, and our service stopped and started."""

import json
import time

import containers
import installed
from installed import AGENT


class Running(installed.InstalledTest):
    def setUp(self):
        super().setUp()
        self.om1, self.om2, self.om3 = self.installed_fleet()

    def process_of(self, host, unit="mongodb-mms"):
        return host.run("systemctl", "show", "--property=MainPID", "--value", unit).stdout.strip()

    def unit_status(self, host):
        return host.run("systemctl", "show", "--property=StatusText", "--value", "mongodb-mms").stdout.strip()

    def test_a_whole_fleet_that_boots_at_once_starts(self):
        self.network.power_off(*self.machines)
        self.network.boot(*self.machines)
        self.assert_runs()
        self.assert_one_key()
        self.assert_no_key_made()

    def test_a_host_alone_on_the_network_starts_with_its_recorded_key(self):
        self.network.cut(self.om2)
        self.om2.reboot()
        self.assert_runs(self.om2)
        self.assertEqual(self.unit_status(self.om2), "")
        self.network.heal()
        self.await_agreement()

    def test_systemctl_status_says_whom_a_start_waits_for(self):
        self.network.cut(self.om2)
        self.om2.run("systemctl", "restart", "--no-block", "mongodb-mms")
        deadline = time.monotonic() + 30
        while not (said := self.unit_status(self.om2)):
            self.assertLess(time.monotonic(), deadline)
        self.assertRegex(said, r"^genkey-agent: waiting for \S+:27424, \S+:27424, at most \d+ s$")
        self.network.heal()
        self.om2.run("systemctl", "start", "mongodb-mms")  # waits for the job that runs already
        self.assertEqual(self.unit_status(self.om2), "")

    def test_status_says_when_an_override_takes_the_gate_out_of_the_unit(self):
        self.assertIn("in force for mongodb-mms", self.agent(self.om1, "status").stdout)
        for lines, words in (
            ("ExecStartPre=", "NOT IN FORCE for mongodb-mms"),
            ("ExecStartPre=\nExecStartPre=-/usr/bin/genkey-agent gate", "NOT OBEYED by mongodb-mms"),
        ):
            with self.subTest(lines):
                override = self.om1.root / "etc/systemd/system/mongodb-mms.service.d/override.conf"
                override.parent.mkdir(exist_ok=True)
                override.write_text(f"[Service]\n{lines}\n", encoding="utf-8")
                self.om1.run("systemctl", "daemon-reload")
                said = self.agent(self.om1, "status", expect=10).stdout
                self.assertTrue(said.startswith("CHECK"), said)
                self.assertIn(words, said)
                self.assertIn("systemctl cat mongodb-mms\n", said)
                override.unlink()
                self.om1.run("systemctl", "daemon-reload")
        self.assertIn("in force for mongodb-mms", self.agent(self.om1, "status").stdout)

    def owners(self, host):
        """What every file of the agent on that host belongs to."""
        return host.run("find", installed.STATE, "-printf", "%P %u:%g %m\\n").stdout.splitlines()

    def test_no_unit_of_ours_changes_an_owner_and_the_listener_answers_after_each(self):
        self.om1.run("systemctl", "start", "genkey-agent-facts.service")
        before = [line for line in self.owners(self.om1) if "facts" not in line]
        for unit in ("facts", "verify", "metrics", "facts"):
            self.om1.run("systemctl", "start", f"genkey-agent-{unit}.service")
            self.assertEqual([line for line in self.owners(self.om1) if "facts" not in line], before, unit)
            self.agent(self.om2, "verify")

    def test_a_host_that_is_asked_collects_its_facts_at_once_and_its_peers_see_them(self):
        wanted = f"{installed.STATE}/agent/facts-wanted"
        for _ in range(2):
            before = self.collected(self.om2)
            # As the listener does.
            self.om2.run("runuser", "-u", "genkey-agent", "--", "sh", "-c", f": >>{wanted}")
            deadline = time.monotonic() + 30
            while self.collected(self.om2) == before:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.2)
        said = json.loads(self.agent(self.om1, "fleet", "--json").stdout)
        facts = {host["name"]: host["facts"] for host in said["hosts"]}
        self.assertIn("om.running", facts["om2"])

    def collected(self, host):
        file = host.root / f"{installed.STATE[1:]}/facts.json"
        return file.read_bytes() if file.exists() else b""

    def test_ops_manager_keeps_running_whatever_happens_to_our_service(self):
        before = self.process_of(self.om1)
        self.om1.run("systemctl", "restart", "genkey-agent")
        self.om1.run("dpkg", "--install", installed.package(AGENT))  # an upgrade to the same version
        self.assertEqual(self.om1.run("systemctl", "is-active", "genkey-agent").stdout, "active\n")
        self.assertEqual(self.process_of(self.om1), before)

        listener = self.process_of(self.om1, "genkey-agent")
        self.om1.run("kill", "-9", listener)
        self.await_agreement(self.om2)  # it is started again
        self.assertNotEqual(self.process_of(self.om1, "genkey-agent"), listener)
        self.assertEqual(self.process_of(self.om1), before)

        self.assertIn("\nlistener     running\n", self.agent(self.om1, "status").stdout)
        self.om1.run("systemctl", "stop", "genkey-agent")
        self.assertEqual(self.process_of(self.om1), before)
        said = self.agent(self.om1, "status", expect=10).stdout
        self.assertTrue(said.startswith("CHECK"), said)
        self.assertIn("    systemctl start genkey-agent\n", said)
        said = self.agent(self.om2, "verify", "--wait", "2s", expect=15).said
        self.assertIn("om1", said)
        self.om1.run("systemctl", "restart", "mongodb-mms")  # it wants the listener, too
        self.assert_runs()
        self.om1.run("systemctl", "stop", "genkey-agent")
        self.om1.run("systemctl", "start", "genkey-agent")  # as advised
        self.assertIn("\nlistener     running\n", self.agent(self.om1, "status", expect=None).stdout)
        self.await_agreement(self.om2)

    def test_a_closed_port_is_a_peer_that_does_not_answer_and_open_again_it_agrees(self):
        closed = "table inet closed { chain input { type filter hook input priority 0; tcp dport 27424 drop; }; }"
        inside = ("ip", "netns", "exec", self.om3.namespace, "nft")
        containers.ask(*inside, closed)
        self.agent(self.om1, "verify", "--wait", "2s", expect=15)
        said = self.agent(self.om1, "status", expect=15).stdout
        self.assertTrue(said.startswith("CHECK  key agrees with 1 of 2 peers"), said)
        self.assertIn("om3 (om3:27424) does not answer", said)
        self.assertIn("its port is open", said)
        containers.ask(*inside, "delete table inet closed")
        self.agent(self.om1, "verify")  # as advised
        self.assertTrue(self.agent(self.om1, "status").stdout.startswith("OK  "))

    def test_a_host_whose_state_was_lost_knows_its_fleet_again(self):
        """Record, identity and list of peers are lost; the key is still there."""
        before = self.process_of(self.om1)
        self.om1.run("systemctl", "stop", "genkey-agent")
        self.om1.run("rm", "-rf", installed.STATE)
        self.om1.run("systemctl", "start", "genkey-agent", "genkey-agent-verify")
        self.agent(self.om1, "ensure")
        self.await_agreement()
        self.assertEqual(self.status(self.om1)["key"]["standing"], "established")
        self.assertEqual(self.process_of(self.om1), before)
        self.om1.run("systemctl", "restart", "mongodb-mms")
        self.assert_runs()

    def test_a_full_disk_below_the_state_stops_nobody(self):
        state = installed.STATE
        self.om1.run("sh", "-c", f"cp -a {state} /root/state && mount -t tmpfs -o size=256k tmpfs {state} && cp -a /root/state/. {state}/")
        self.om1.run("systemctl", "restart", "genkey-agent")
        self.om1.run("sh", "-c", f"cat /dev/zero >{state}/filling || :")
        before = self.process_of(self.om1)
        said = self.agent(self.om1, "verify", expect=1).said
        self.assertIn("No space left", said)
        self.assertIn("2 of 2 peers agree", said)
        self.assertEqual(self.process_of(self.om1), before)
        self.om1.run("systemctl", "restart", "mongodb-mms")
        self.assert_runs()

    def test_the_override_lets_one_start_through_and_is_written_down(self):
        self.network.power_off(self.om2, self.om3)
        self.put_key(self.om1, self.fresh_key())
        self.om1.run("systemctl", "stop", "mongodb-mms")
        self.start(self.om1, expect=1)
        self.assert_refused(self.om1, "--allow-next-start", code=14)
        # The gate lets it through, and the pre-flight check then reports the wrong key. A start that systemd itself could
        # not finish has used the override up.
        for _ in range(3):
            before = self.startup_log(self.om1)
            self.agent(self.om1, "gate", "--allow-next-start", "--reason", "the vendor asked for it")
            self.start(self.om1, expect=1)
            if self.startup_log(self.om1) != before:
                break
        self.assertIn("does not match the gen.key already used", self.startup_log(self.om1))
        self.assertIn("the vendor asked for it", self.om1.run("journalctl", "--no-pager", "--output=cat").stdout)
        tried = self.startup_log(self.om1)
        self.start(self.om1, expect=1)
        self.assert_refused(self.om1, code=14)
        self.assertEqual(self.startup_log(self.om1), tried)

    def test_the_timers_service_and_the_metrics_run_under_their_units(self):
        self.om1.run("systemctl", "start", "genkey-agent-verify.service")
        directory = "/var/lib/prometheus/node-exporter"
        self.om1.run("systemctl", "start", "genkey-agent-metrics.service")  # skipped
        written = self.om1.run("journalctl", "--no-pager", "--output=cat", "--unit=genkey-agent-metrics.service").stdout
        self.assertEqual(written.replace("-- No entries --", "").strip(), "")
        self.om1.run("mkdir", "-p", directory)
        self.om1.run("systemctl", "start", "genkey-agent-metrics.service")
        self.assertIn("genkey_agent_peer", self.om1.run("cat", f"{directory}/genkey-agent.prom").stdout)

    def test_doctors_unit_notes_what_it_found_and_a_fault_fails_it(self):
        unit = "genkey-agent-doctor.service"
        self.om1.run("systemctl", "start", unit, expect=None)
        noted = self.status(self.om1)["doctor"]
        state = self.om1.run("systemctl", "show", "--property=Result", "--value", unit).stdout.strip()
        self.assertEqual(state, "exit-code" if noted["faults"] else "success", noted)
        self.assertIn("as they should be", self.om1.run("journalctl", "--no-pager", "--output=cat", f"--unit={unit}").stdout)

    def test_the_timer_of_backups_stores_what_is_missing_where_a_destination_is_configured(self):
        unit = "genkey-agent-backup.service"
        self.om1.run("systemctl", "start", unit)
        place = "/var/backups/genkey-agent"
        made = json.loads(self.agent(self.om1, "backup", "new-identity", "--json", "--output", "/root/identity").stdout)
        self.configure(self.om1, backup={"recipients": [made["recipient"]], "destinations": [f"file://{place}"]})
        self.om1.run("systemctl", "start", unit)
        copies = self.om1.run("ls", place).stdout.split()
        self.assertEqual(len([name for name in copies if name.endswith("-k1.age")]), 1)
        self.agent(self.om1, "backup", "drill", "-i", "/root/identity")
        self.om1.run("rm", "-r", place)
        self.om1.run("systemctl", "start", unit)
        self.assertEqual(sorted(self.om1.run("ls", place).stdout.split())[0][:34], copies[0][:34])
        next_run = self.om1.run("systemctl", "list-timers", "--no-legend", "genkey-agent-backup.timer").stdout
        self.assertIn(unit, next_run)


if __name__ == "__main__":
    installed.harness.main()
