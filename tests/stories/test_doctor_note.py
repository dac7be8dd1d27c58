# SPDX-License-Identifier: ISC
"""doctor notes what a complete run found, and status, Nagios and Prometheus mention it without changing their verdict."""

import json
import re

import harness
from harness import clocks
from harness.installed_host import FaultyTest

NUMERIC_URL = "mms.centralUrl=http://127.0.0.1:1\n"
MEMBERS = ("taken", "counts", "faults", "risks")


class NoteTest(FaultyTest):
    def setUp(self):
        super().setUp()
        self.note = self.om1.state_dir / "doctor.json"

    def noted(self):
        return json.loads(self.note.read_text(encoding="utf-8"))

    def status(self):
        return self.om1.run_json("status", expect=None)

    def shown(self, form):
        return self.om1.run("status", "--format", form, expect=None).out

    def write(self, properties):
        (self.installed / "conf" / "conf-mms.properties").write_text(properties, encoding="utf-8")


class Note(NoteTest):
    def test_a_complete_run_is_noted_with_its_counts_and_ids_and_without_what_they_are_about(self):
        said = self.om1.run_json("doctor", expect=18)
        noted = self.noted()
        self.assertEqual(noted["schema"], "genkey-agent/doctor-note/1")
        self.assertEqual(noted["counts"], said["summary"])
        for member, result in (("faults", "fault"), ("risks", "risk")):
            found = {each["id"] for each in said["findings"] if each["result"] == result}
            self.assertEqual(noted[member], sorted(found))
        self.assertIn("HA104", noted["faults"])
        self.assertEqual(set(noted), {"schema", "version", *MEMBERS})
        self.assertNotIn("om1", self.note.read_text(encoding="utf-8"))

    def test_everybody_may_read_it(self):
        self.om1.run("doctor", expect=18)
        self.assertEqual(self.note.stat().st_mode & 0o7777, 0o644)

    def test_a_run_into_a_file_as_json_or_with_everything_is_a_complete_one_too(self):
        for words in (("--output", self.directory / "report"), ("--format", "json"), ("--all",)):
            with self.subTest(words[0]):
                self.note.unlink(missing_ok=True)
                self.om1.run("doctor", *words, expect=18)
                self.assertEqual(self.noted()["faults"], ["HA104"])

    def test_a_run_that_leaves_something_out_or_looks_at_another_url_and_a_dry_run_do_not_touch_it(self):
        partial = (("--only", "hosts"), ("--offline",), ("--dry-run",), ("--list",), ("--explain", "HA104"), ("--url", "http://127.0.0.1:1"))
        for words in partial:
            self.om1.run("doctor", *words, expect=None)
        self.assertFalse(self.note.exists())
        self.om1.run("doctor", expect=18)
        before = harness.files.seen_of(self.note)
        for words in partial:
            self.om1.run("doctor", *words, expect=None)
        self.assertEqual(harness.files.seen_of(self.note), before)

    def test_a_host_that_could_ask_nobody_notes_nothing(self):
        om2 = self.host("om2")
        om2.run("doctor", expect=11)
        self.assertFalse((om2.state_dir / "doctor.json").exists())

    def test_the_next_complete_run_replaces_it(self):
        self.om1.run("doctor", expect=18)
        self.write(NUMERIC_URL)
        self.om1.run("doctor", expect=None)
        self.assertEqual(self.noted()["faults"], [])

    def test_a_note_that_cannot_be_written_is_said_and_changes_no_exit_code(self):
        self.note.mkdir()
        outcome = self.om1.run("doctor", expect=18)
        self.assertIn("could not be saved for status", outcome.err)
        self.assertIn("HA104", outcome.out)


class Mentioned(NoteTest):
    def test_before_the_first_run_nothing_speaks_of_doctor(self):
        self.assertIsNone(self.status()["doctor"])
        self.assertNotIn("doctor", self.shown("text"))
        self.assertNotIn("doctor", self.shown("nagios"))
        metrics = self.shown("prometheus")
        self.assertIn("\ngenkey_agent_doctor_timestamp_seconds 0\n", metrics)
        self.assertNotIn("genkey_agent_doctor_findings{", metrics)

    def test_status_names_a_fault_and_its_exit_code_stays(self):
        before = self.om1.run("status", expect=None).code
        said = self.om1.run_json("doctor", expect=18)
        self.assertEqual(self.om1.run("status", expect=None).code, before)
        self.assertRegex(self.shown("text"), r"(?m)^doctor +(just now|\d+ s ago): 1 fault \(HA104\)")
        of_status = self.status()["doctor"]
        self.assertEqual(set(of_status), set(MEMBERS))
        self.assertEqual((of_status["taken"], of_status["counts"]), (said["taken"], said["summary"]))
        self.assertEqual(of_status["faults"], ["HA104"])

    def test_the_line_of_nagios_ends_with_it_and_keeps_its_code(self):
        before = self.om1.run("status", "--format", "nagios", expect=None)
        self.om1.run("doctor", expect=18)
        after = self.om1.run("status", "--format", "nagios", expect=None)
        self.assertEqual(after.code, before.code)
        self.assertRegex(after.line, "^" + re.escape(before.line) + r"; doctor (just now|\d+ s ago): 1 fault(, \d+ risks?)?$")

    def test_prometheus_has_a_sample_for_each_result_and_the_time(self):
        said = self.om1.run_json("doctor", expect=18)
        metrics = self.shown("prometheus")
        samples = dict(re.findall(r'(?m)^genkey_agent_doctor_findings\{result="(\w+)"\} (\d+)$', metrics))
        self.assertEqual({result: int(count) for result, count in samples.items()}, said["summary"])
        when = re.search(r"(?m)^genkey_agent_doctor_timestamp_seconds (\d+)$", metrics)
        self.assertEqual(int(when[1]), self.noted()["taken"])

    def test_a_damaged_note_is_as_if_doctor_had_never_run(self):
        self.om1.run("doctor", expect=18)
        whole = self.note.read_text(encoding="utf-8")
        for text in (whole[:40], whole.replace("HA104", "HA\\u001b[31m"), "[]"):
            self.note.write_text(text, encoding="utf-8")
            self.assertIsNone(self.status()["doctor"])


class Later(NoteTest, clocks.ClockTest):
    def test_days_later_the_age_is_said(self):
        self.om1.run("doctor", expect=18)
        self.set_clock(self.om1, "+3d")
        self.assertRegex(self.shown("text"), r"(?m)^doctor +3 days ago: 1 fault \(HA104\)")
        self.assertRegex(self.shown("nagios"), r"; doctor 3 days ago: 1 fault")


if __name__ == "__main__":
    harness.main()
