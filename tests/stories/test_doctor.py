# SPDX-License-Identifier: ISC
"""doctor shows what it knows about its findings, examines a host in any state, and changes nothing but its report."""

import json
import os
import re

import harness


class Catalogue(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")

    def ids(self):
        return re.findall(r"^(HA\d{3})  ", self.om1.run("doctor", "--list").out, re.MULTILINE)

    def test_the_list_has_every_finding_once_and_fits_a_terminal(self):
        ids = self.ids()
        self.assertGreater(len(ids), 2)
        self.assertEqual(ids, sorted(set(ids)))
        listed = self.om1.run_json("doctor", "--list")
        self.assertEqual([entry["id"] for entry in listed["catalogue"]], ids)
        for line in self.om1.run("doctor", "--list").out.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_every_finding_is_explained(self):
        for id in self.ids():
            with self.subTest(id):
                said = self.om1.run("doctor", "--explain", id).out
                for label in ("group:", "result:", "checked:", "effect:", "to fix this"):
                    self.assertIn(f"  {label}", said)
                self.assertEqual([entry["id"] for entry in self.om1.run_json("doctor", "--explain", id)["catalogue"]], [id])

    def test_list_and_explain_need_neither_a_host_nor_a_right_configuration(self):
        self.om1.config.write_text("nonsense", encoding="utf-8")
        self.om1.run("doctor", "--list")
        self.om1.run("doctor", "--explain", "HA801")
        self.om1.run("doctor", expect=2)

    def test_an_unknown_finding_or_group_is_wrong_usage_and_the_nearest_is_named(self):
        self.assertIn("did you mean 'HA801'?", self.om1.run("doctor", "--explain", "HA801X", expect=2).err)
        self.assertIn("did you mean 'hosts'?", self.om1.run("doctor", "--only", "host", expect=2).err)
        self.assertIn("did you mean 'attested'?", self.om1.run("doctor", "--only", "hosts,atested", expect=2).err)

    def test_a_group_without_findings_is_refused(self):
        listed = {entry["group"] for entry in self.om1.run_json("doctor", "--list")["catalogue"]}
        for group in {"hosts", "balancer", "database", "daemons", "stores", "key", "logs", "attested"} - listed:
            with self.subTest(group):
                self.assertIn(group, self.om1.run("doctor", "--only", f"attested,{group}", expect=2).err)

    def test_what_checks_nothing_takes_no_option_of_a_check(self):
        for words in (("--list", "--explain", "HA801"), ("--list", "--all"), ("--explain", "HA801", "--only", "key"),
                      ("--list", "--format", "json"), ("--list", "--output", "report"), ("--list", "--offline")):
            with self.subTest(words):
                self.assertIn("excludes", self.om1.run("doctor", *words, expect=2).err)


class Report(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")

    def findings(self, *words, expect=None):
        return self.om1.run_json("doctor", *words, expect=expect)["findings"]

    def test_the_table_has_this_host_and_the_last_line_the_counts(self):
        lines = self.om1.run("doctor", "--only", "attested").out.splitlines()
        self.assertTrue(any(re.match(r"om1 +this host", line) for line in lines), lines)
        self.assertEqual(lines[-1], "0 faults, 0 risks, 2 not checked, 0 as they should be")

    def test_what_only_a_person_can_attest_is_one_finding_with_the_command_that_explains_it(self):
        out = self.om1.run("doctor", "--only", "attested").out
        self.assertIn("HA801 HA802  only a person can attest these:", out)
        explain = next(line.strip() for line in out.splitlines() if "--explain" in line)
        self.assertRegex(explain, r"^(sudo )?genkey-agent doctor --explain HA801\b")

    def test_the_object_has_every_finding_with_its_group_and_the_counts(self):
        said = self.om1.run_json("doctor", "--only", "attested")
        self.assertEqual(said["schema"], "genkey-agent/doctor/1")
        self.assertFalse(said["complete"])
        self.assertEqual([(each["id"], each["group"], each["result"]) for each in said["findings"]],
                         [("HA801", "attested", "unknown"), ("HA802", "attested", "unknown")])
        self.assertEqual(said["summary"], {"fault": 0, "risk": 0, "unknown": 2, "note": 0, "accepted": 0, "ok": 0})
        self.assertEqual([(host["name"], host["own"], host["result"]) for host in said["hosts"]], [("om1", True, "self")])

    def test_format_json_is_the_object_of_json(self):
        said = self.om1.run("doctor", "--format", "json", "--only", "attested")
        self.assertEqual(said.json["schema"], "genkey-agent/doctor/1")
        self.assertEqual(said.err, "")

    def test_a_run_that_leaves_something_out_is_not_complete(self):
        self.assertFalse(self.om1.run_json("doctor", "--offline", expect=None)["complete"])
        self.assertTrue(self.om1.run_json("doctor", expect=None)["complete"])
        # Without a key no peer can be asked.
        self.assertFalse(self.host("om2").run_json("doctor", expect=11)["complete"])

    def test_no_line_is_wider_than_a_terminal_but_those_with_commands(self):
        for line in self.om1.run("doctor", "--all", expect=None).out.splitlines():
            if "genkey-agent " not in line:
                self.assertLessEqual(len(line), 80, line)

    def test_a_host_without_a_key_is_examined_all_the_same(self):
        om2 = self.host("om2")
        self.assertIn("no key on this host", om2.run("doctor", expect=11).err)
        self.assertEqual(om2.run_json("doctor", expect=11)["exit"], 11)
        om2.run("doctor", "--only", "attested")

    def test_a_key_that_is_not_the_recorded_one_ends_with_14(self):
        self.om1.put_key(self.fresh_key())
        self.assertIn("not the one recorded", self.om1.run("doctor", expect=14).err)

    def test_a_run_changes_nothing_but_its_note(self):
        def seen():
            # The directory of the note has another time then.
            return {path: seen for path, seen in self.om1.snapshot().items() if path not in ("state", "state/doctor.json")}

        before = seen()
        self.om1.run("doctor", expect=None)
        self.assertEqual(seen(), before)

    def test_a_host_without_an_identity_gets_none_and_asks_nobody(self):
        (self.om1.state_dir / "identity.pem").unlink()
        self.om1.configure(peers=["127.0.0.1:1"])
        before = self.om1.snapshot()
        said = self.om1.run_json("doctor", expect=None)
        self.assertFalse(said["complete"])
        self.assertIn("genkey-agent verify makes one", json.dumps(said["findings"]))
        self.assertEqual(self.om1.snapshot(), before)


class Output(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")
        self.report = self.directory / "report"

    def run_it(self, *words, **more):
        return self.om1.run("doctor", "--only", "attested", "--output", self.report, *words, **more)

    def test_the_report_goes_to_the_file_and_only_the_counts_to_standard_output(self):
        self.assertEqual(self.run_it().out, "0 faults, 0 risks, 2 not checked, 0 as they should be\n")
        self.assertIn("HA801 HA802", self.report.read_text(encoding="utf-8"))

    def test_a_report_in_json_leaves_the_counts_to_people_and_with_json_standard_output_is_an_object(self):
        self.assertEqual(self.run_it("--format", "json").out, "0 faults, 0 risks, 2 not checked, 0 as they should be\n")
        written = json.loads(self.report.read_text(encoding="utf-8"))
        self.assertEqual(self.run_it("--json").json["findings"], written["findings"])

    def test_a_report_that_is_there_is_replaced_and_nobody_else_can_read_it(self):
        self.report.write_text("former", encoding="utf-8")
        self.report.chmod(0o644)
        self.run_it()
        self.assertNotIn("former", self.report.read_text(encoding="utf-8"))
        if os.name == "posix" and harness.HOST is harness.Host:
            self.assertEqual(self.report.stat().st_mode & 0o777, 0o600)

    def test_a_report_that_cannot_be_written_is_a_failure(self):
        self.report = self.directory / "nowhere" / "report"
        self.run_it(expect=1)

    def test_a_dry_run_writes_no_report(self):
        self.run_it("--dry-run")
        self.assertFalse(self.report.exists())


if __name__ == "__main__":
    harness.main()
