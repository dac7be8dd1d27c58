# SPDX-License-Identifier: ISC
"""[doctor] of the configuration: what it accepts and attests, and that no mistake in it stops anything but doctor."""

import datetime

import harness

MISTAKES = {
    "an unknown key": '[doctor]\nurll = "https://opsmanager.example.com"\n',
    "not a table": 'doctor = "fra1"\n',
    "a wrong type": "[doctor]\ndatabase_login = 1\n",
    "a path that is not absolute": '[doctor]\nca = "ca.pem"\n',
    "a database with a password": '[doctor]\nbacking_databases = ["mongodb://hugo:geheim@b1.example.com"]\n',
    "an unknown finding": '[doctor.ignore]\nHA999 = "later"\n',
    "no reason": '[doctor.ignore]\nHA801 = ""\n',
    "a host outside the fleet": '[doctor.ignore]\nHA001 = "later"\n',
    "no date": '[doctor.attested]\nHA801 = "restored"\n',
    "a facility that is not a list": '[doctor.facilities]\nfra1 = "om1"\n',
}


class Mistakes(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1, self.om2 = self.joined_fleet("om1", "om2")
        self.right = self.om2.config.read_text(encoding="utf-8")

    def each_mistake(self):
        for name, text in MISTAKES.items():
            with self.subTest(name):
                top, bottom = (text, self.right) if text.startswith("doctor =") else (self.right, text)
                self.om2.config.write_text(f"{top}\n{bottom}", encoding="utf-8")
                yield name

    def test_gate_ensure_and_every_command_about_the_key_ignore_them(self):
        for _ in self.each_mistake():
            self.assertEqual(self.om2.run("gate").err, "")
            self.om2.run("ensure")
            self.om2.run("verify")
            self.om2.run("status")

    def test_the_listener_starts_and_answers(self):
        self.om2.stop()
        for name in self.each_mistake():
            if name in ("an unknown key", "not a table", "an unknown finding"):
                self.om2.serve()
                self.om1.run("verify")
                self.om2.stop()

    def test_doctor_and_config_name_them_with_their_line(self):
        for _ in self.each_mistake():
            for words in (("doctor",), ("config", "check")):
                outcome = self.om2.run(*words, expect=2)
                said = outcome.out + outcome.err
                self.assertRegex(said, r"genkey-agent\.toml:\d+: ")
                self.assertNotIn("geheim", said)
                self.assertNotIn("hugo", said)
            self.om2.run("config", "show", expect=2)

    def test_list_and_explain_need_no_configuration(self):
        for _ in self.each_mistake():
            self.om2.run("doctor", "--list")


class Settings(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")

    def findings(self):
        said = self.om1.run_json("doctor", "--only", "attested")
        return {each["id"]: each for each in said["findings"]}

    def test_what_is_ignored_is_accepted_with_the_reason(self):
        self.om1.also(**{"doctor.ignore": {"HA801": "there is no database yet"}})
        found = self.findings()["HA801"]
        self.assertEqual((found["result"], found["reason"]), ("accepted", "there is no database yet"))
        out = self.om1.run("doctor", "--only", "attested").out
        self.assertIn("reason:   there is no database yet", out)
        self.assertIn("1 not checked, 1 accepted", out)

    def test_what_a_person_attests_is_as_it_should_be(self):
        today = datetime.datetime.now(datetime.timezone.utc).date()
        self.om1.also(**{"doctor.attested": {"HA801": f"{today} restored on a test host"}})
        found = self.findings()["HA801"]
        self.assertEqual((found["result"], found["evidence"]), ("ok", f"attested: {today} restored on a test host"))
        out = self.om1.run("doctor", "--only", "attested").out
        self.assertNotIn("HA801", out.replace("--explain HA801", ""))
        self.assertIn("HA801", self.om1.run("doctor", "--only", "attested", "--all").out)
        # The command that shows the rest is the one that was typed, with one word more.
        shown = next(line.strip() for line in out.splitlines() if line.strip().endswith("--all"))
        self.assertIn("doctor --only attested", shown)

    def test_a_word_that_is_too_old_does_not_count(self):
        then = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=120)
        self.om1.also(**{"doctor.attested": {"HA802": f"{then} failed over"}})
        found = self.findings()["HA802"]
        self.assertEqual(found["result"], "unknown")
        self.assertIn(str(then), found["needs"])
        self.assertIn("needs:", self.om1.run("doctor", "--only", "attested").out)

    def test_config_show_prints_both_as_the_file_has_them(self):
        self.om1.also(**{"doctor.ignore": {"HA801": "none yet"}, "doctor.attested": {"HA802": "2026-11-01 failed over"}})
        shown = {each["key"]: each["value"] for each in self.om1.run_json("config", "show")["settings"]}
        self.assertEqual(shown["doctor.ignore"], '{ HA801 = "none yet" }')
        self.assertEqual(shown["doctor.attested"], '{ HA802 = "2026-11-01 failed over" }')


class BareFile(harness.StoryTest):
    def test_a_file_that_is_not_toml_is_a_mistake_of_the_whole_file(self):
        om1 = self.host("om1")
        om1.config.write_text("[doctor\n", encoding="utf-8")
        self.assertEqual(om1.run("doctor", expect=2).out, "")


if __name__ == "__main__":
    harness.main()
