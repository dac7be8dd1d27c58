# SPDX-License-Identifier: ISC
"""The services: the listener, and the gate before each start of Ops Manager.

wine's service manager ignores dependencies. So these tests show that the dependency is set and what the gate's service
does, and not that Windows refuses to start Ops Manager then."""

import os
import time

import installed

SERVICES = "HKLM\\System\\CurrentControlSet\\Services"
EVENT_SOURCE = f"{SERVICES}\\EventLog\\Application\\genkey-agent"
TITLE = "MongoDB Ops Manager HTTP Service"


class ServicesTest(installed.WindowsTest):
    def setUp(self):
        super().setUp()
        self.host = self.windows_host("om1")
        self.options = self.host.typed("--config", self.host.config, "--key-file", self.host.key_file, "--state-dir",
                                       self.host.state_dir)[2:]  # fmt: skip

    def agent(self, *words, expect=0):
        return self.wine(self.host.program, *words, *self.options, expect=expect)

    def install_ops_manager(self):
        """Installs a service that stands in for Ops Manager: this program again, on a host of its own."""
        stand_in = self.windows_host("stand-in")
        line = " ".join([installed.harness.WindowsHost.shown(self.host.program), "service", "run", *stand_in.typed(
            "--config", stand_in.config, "--key-file", stand_in.key_file, "--state-dir", stand_in.state_dir)[2:]])  # fmt: skip
        self.wine("sc", "create", "mms", "binPath=", line, "DisplayName=", TITLE)

    def gate_note(self):
        path = self.host.state_dir / "gate.json"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def await_gate(self, state):
        end = time.monotonic() + 60
        while self.state_of("genkey-agent-gate") != state:
            self.assertLess(time.monotonic(), end, f"the gate to be {state}")


class Services(ServicesTest):
    def test_installing_again_changes_nothing(self):
        self.assertIn("installed the service genkey-agent", self.agent("service", "install"))
        self.assertIn("nothing to do", self.agent("service", "install"))

    def test_the_listener_runs_until_it_is_stopped(self):
        self.agent("service", "install")
        self.agent("service", "start")
        self.assertEqual(self.state_of("genkey-agent"), "RUNNING")
        self.agent("service", "stop")
        self.assertEqual(self.state_of("genkey-agent"), "STOPPED")

    def test_ops_managers_service_depends_on_the_gate(self):
        self.install_ops_manager()
        self.assertIn("mms depends on genkey-agent-gate", self.agent("service", "install"))
        self.assertEqual(self.value(f"{SERVICES}\\mms", "DependOnService"), "genkey-agent-gate")

    def test_a_dependency_that_an_upgrade_dropped_is_told_with_what_brings_it_back(self):
        self.install_ops_manager()
        self.agent("service", "install")
        self.agent("generate")
        self.assertNotIn("MISSING", self.agent("status"))
        self.wine("reg", "delete", f"{SERVICES}\\mms", "/v", "DependOnService", "/f")
        said = self.agent("status", expect=10)
        self.assertIn("NOT IN FORCE for mms", said)
        self.assertIn("genkey-agent service install", said)
        self.assertIn("mms depends on genkey-agent-gate", self.agent("service", "install"))
        self.assertNotIn("MISSING", self.agent("status"))

    def test_a_path_that_is_none_makes_no_service(self):
        words = ["service", "install", "--state-dir", installed.harness.WindowsHost.shown(self.directory) + "\\NUL"]
        self.assertIn("names the device NUL", self.wine(self.host.program, *words, expect=2))
        self.assertIsNone(self.value(f"{SERVICES}\\genkey-agent", "ImagePath"))

    def test_where_a_hook_is_asked_for_the_service_is_told(self):
        for command in ("install", "remove"):
            said = self.agent("hook", command, expect=2)
            self.assertIn("genkey-agent service install", said)
            self.assertNotIn("--install-path", said)

    def test_without_the_gates_service_nothing_is_missed(self):
        self.install_ops_manager()
        self.agent("generate")
        self.assertNotIn("MISSING", self.agent("status"))

    def test_removing_takes_both_services_and_the_dependency_away(self):
        self.install_ops_manager()
        self.agent("service", "install")
        self.assertIsNotNone(self.value(EVENT_SOURCE, "EventMessageFile"))
        self.agent("service", "start")
        self.agent("service", "remove")
        self.assertIsNone(self.value(f"{SERVICES}\\genkey-agent", "ImagePath"))
        self.assertIsNone(self.value(f"{SERVICES}\\genkey-agent-gate", "ImagePath"))
        self.assertIsNone(self.value(EVENT_SOURCE, "EventMessageFile"))
        self.assertIn(self.value(f"{SERVICES}\\mms", "DependOnService"), (None, ""))

    def test_with_a_configuration_that_is_wrong_they_can_be_taken_away_all_the_same(self):
        self.install_ops_manager()
        self.agent("service", "install")
        self.host.config.write_text("nonsense = 1\n", encoding="utf-8")
        self.agent("service", "remove")
        self.assertIsNone(self.value(f"{SERVICES}\\genkey-agent-gate", "ImagePath"))
        self.assertIn(self.value(f"{SERVICES}\\mms", "DependOnService"), (None, ""))

    def test_the_gate_does_not_run_without_a_key(self):
        self.install_ops_manager()
        self.agent("service", "install")
        self.wine("sc", "start", "genkey-agent-gate", expect=None)
        self.await_gate("STOPPED")
        self.assertIn('"allowed": false', self.gate_note())

    def test_with_a_key_the_gate_runs_until_ops_manager_does(self):
        self.install_ops_manager()
        self.agent("service", "install")
        self.agent("generate")
        self.wine("sc", "start", "genkey-agent-gate", expect=None)
        self.await_gate("RUNNING")
        self.assertIn('"allowed": true', self.gate_note())
        self.wine("net", "start", "mms")
        self.await_gate("STOPPED")
        self.assertEqual(self.state_of("mms"), "RUNNING")


class Events(ServicesTest):
    """wine keeps no event log, but its trace shows what would be logged."""

    debug = "-all,+eventlog"

    def assert_reported(self, level, text):
        self.assertRegex(self.said_by_all(), rf'{level}:eventlog:ReportEventW L"[^"]*{text}')

    def test_what_the_listener_says_goes_to_the_event_log(self):
        self.agent("service", "install")
        self.agent("service", "start")
        self.assert_reported("trace", "listening on")
        self.assert_reported("warn", "there is no key in")

    def test_why_the_gate_refuses_goes_to_the_event_log(self):
        self.agent("service", "install")
        self.wine("sc", "start", "genkey-agent-gate", expect=None)
        self.await_gate("STOPPED")
        self.assert_reported("warn", "refused: there is no key on this host")
        self.assert_reported("err", "Ops Manager is not started")


if __name__ == "__main__":
    os.environ.setdefault("GENKEY_AGENT_WINE", "wine")
    installed.harness.main()
