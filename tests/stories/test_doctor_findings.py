# SPDX-License-Identifier: ISC
"""Every finding of doctor has a test that makes it appear and a test that makes it go away. Both are named here."""

import subprocess

import harness

STORIES = "tests/stories/test_doctor"
UNITS = "tests/agent/doctor/check_"


def story(name, test):
    return f"{STORIES}{name}.py", test


def unit(name, test):
    return f"{UNITS}{name}_test.cpp", test


def replica_set(test):
    return story("_replica_set", test)


def both(test):
    """One test that shows both."""
    return test, test


ATTESTED = (
    story("", "Report.test_the_object_has_every_finding_with_its_group_and_the_counts"),
    story("_settings", "Settings.test_what_a_person_attests_is_as_it_should_be"),
)
PEER_AGREES = unit("peers", "a peer that agrees and reports facts is as it should be")
BALANCER_IS_RIGHT = unit("balancer", "balancer: one that does everything right is ok")

# A name is that of a TEST_CASE, or Class.test of a story: first the test that makes the finding appear.
FINDINGS = {
    "HA001": (unit("peers", "a peer that gives no proof is a risk and no fault, because silence is no evidence"), PEER_AGREES),
    "HA002": (unit("peers", "a peer with another key is a fault"), PEER_AGREES),
    "HA003": (unit("peers", "a peer that agrees and reports nothing, or old facts, is unknown, with what is missing"), PEER_AGREES),
    "HA101": both(unit("fleet", "HA101: one web server is a risk, and two are as it should be")),
    "HA102": (
        unit("fleet", "HA102: URLs that differ in scheme, host or port are a fault, with who has which"),
        ("tests/stories/test_facts.py", "Comparing.test_the_same_url_is_no_fault"),
    ),
    "HA103": both(story("_host", "Settings.test_the_name_of_a_host_in_the_url_is_a_risk_and_the_balancers_is_not")),
    "HA104": both(story("_host", "Settings.test_exchanged_settings_are_a_fault_with_both_right_lines_until_they_are_corrected")),
    "HA105": (
        unit("url", "HA105: an expired certificate, or one for another name, is a fault whoever issued it"),
        unit("url", "HA105: a good certificate is ok until 21 days before its end"),
    ),
    "HA106": both(story("_host", "Settings.test_an_agent_of_one_host_is_a_risk_and_one_of_the_balancer_is_not")),
    "HA107": both(unit("fleet", "HA107: versions that differ are a risk, and a note while a host is being upgraded")),
    "HA108": (
        unit("fleet", "HA108: settings that differ are noted by their names, and no value is told"),
        unit("fleet", "HA108: what a host does not report is not compared"),
    ),
    "HA201": (unit("balancer", "HA201: 503 twice is a fault only while a host answers directly"), BALANCER_IS_RIGHT),
    "HA202": both(unit("pool", "HA202: hosts that get requests are ok, one that gets none is a risk with both causes")),
    "HA203": (unit("balancer", "HA203: a cached login page, health page or API is a fault, a cached script a risk"), BALANCER_IS_RIGHT),
    "HA204": (
        unit("url", "HA204: what cannot be a header's name is a fault, and hosts that differ are a risk"),
        unit("url", "HA204: an absent line is never a fault, and a header that works is ok"),
    ),
    "HA205": (unit("balancer", "HA205: lines without this host's address are a risk, where the log follows the header"), BALANCER_IS_RIGHT),
    "HA206": both(unit("balancer", "HA206: the certificate of this host behind the balancer is a note where no header arrives")),
    "HA207": both(unit("balancer", "HA207: a cookie that keeps a client on one host is a note, another cookie none")),
    "HA208": (
        unit("pool", "HA208: a host that fails twice is a fault, and a note shortly after its start"),
        unit("pool", "HA208: silence towards this host is no fault"),
    ),
    "HA209": both(unit("pool", "HA209: a peer's open port is a note where a header is trusted")),
    "HA210": (unit("url", "HA210: time-outs are left to a person who knows the balancer"), ATTESTED[1]),
    "HA301": both(replica_set("Shape.test_a_database_of_no_set_is_a_fault_and_a_replica_set_is_not")),
    "HA302": (
        unit("same_database", "HA302: different sets or databases are a fault"),
        unit("same_database", "HA302: the same set, the same SRV name or a member in common is one database"),
    ),
    "HA303": both(replica_set("Members.test_a_list_of_one_member_is_a_risk_until_it_names_all_three")),
    "HA304": both(replica_set("Members.test_too_few_members_for_a_write_are_a_fault_until_they_are_up")),
    "HA305": both(replica_set("Primary.test_without_a_primary_is_a_fault_where_ops_manager_has_run_for_an_hour_until_there_is_one")),
    "HA306": both(replica_set("Members.test_an_arbiter_in_place_of_a_third_member_is_a_risk_and_three_members_are_right")),
    "HA307": both(replica_set("Members.test_a_majority_away_from_ops_manager_is_a_risk_and_one_beside_it_is_not")),
    "HA308": both(replica_set("Members.test_a_member_elsewhere_that_can_become_primary_is_a_risk_until_its_priority_is_0")),
    "HA309": both(unit("facilities", "HA309: members at one address are a risk, at several not, and a silent one leaves it open")),
    "HA310": both(replica_set("Backing.test_a_backing_database_on_the_same_set_is_a_risk_and_one_of_its_own_is_not")),
    "HA311": both(story("_storage", "Journals.test_a_journal_on_another_device_is_noted_until_it_is_beside_the_data")),
    "HA312": both(unit("database_members", "HA312: names in upper case, or numeric, are a note")),
    "HA313": both(replica_set("Members.test_defaults_that_somebody_set_are_a_risk_until_they_are_removed")),
    "HA401": both(story("_api", "Daemons.test_one_activated_daemon_is_a_risk_until_a_second_one_is_activated")),
    "HA402": (
        unit("daemons", "HA402: an enabled unit that is stopped is a risk, and one that starts is not judged"),
        story("_api", "Daemons.test_two_activated_daemons_that_run_are_as_they_should_be"),
    ),
    "HA403": both(unit("daemons", "HA403 and HA404: boxes and labels are told as Ops Manager has them")),
    "HA404": both(unit("daemons", "HA403 and HA404: boxes and labels are told as Ops Manager has them")),
    "HA405": both(story("_api", "Daemons.test_an_activated_daemon_that_stopped_is_a_fault_until_it_runs")),
    "HA406": (
        unit("heads", "HA406: one directory of a file server for two daemons is a risk, by whatever path they reach it"),
        unit("heads", "HA406: directories of their own are as they should be, and unknown mounts are unknown"),
    ),
    "HA407": both(unit("heads", "HA407: a file server, an absent directory and one without the right to write are risks")),
    "HA501": both(
        unit("backing_databases", "HA501: a database of the backups of which nobody answers, twice, is a fault where Ops Manager runs")
    ),
    "HA502": both(unit("backing_databases", "HA502: a backing set is checked as the application database is, and named as the object")),
    "HA503": both(story("_api", "Stores.test_s3_stores_are_left_to_a_person")),
    "HA504": both(unit("stores", "HA504: one file server behind the path on every host is right, and anything else is a risk")),
    "HA505": (
        story("_api", "Stores.test_the_members_of_stores_with_labels_are_listed_for_a_person"),
        unit("stores", "HA505: stores with labels are left to a person, with their members"),
    ),
    "HA601": both(unit("fleet", "HA601: all key files on one export are a risk, and one on a disk of its own is enough")),
    "HA602": both(unit("key", "HA602: a mount of the key that is absent is a fault, and a present one is not")),
    "HA603": (
        unit("key", "HA603: a host whose backups are not as they should be is a risk"),
        unit("key", "HA603: one host that backs up the key is enough"),
    ),
    "HA701": both(story("_host", "Logs.test_a_wrong_key_in_the_log_is_a_fault_until_a_good_start_follows")),
    "HA702": both(unit("logs", "HA702: a refused start is a fault until Ops Manager runs")),
    "HA703": both(story("_host", "Settings.test_checks_that_are_switched_off_are_a_risk_until_the_line_is_removed")),
    "HA801": ATTESTED,
    "HA802": ATTESTED,
}


class Tests(harness.StoryTest):
    def listed(self):
        command = [*harness.HOST.prefix, harness.PROGRAM, "doctor", "--list"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return {line.split()[0] for line in done.stdout.splitlines() if line.startswith("HA")}

    def test_every_finding_that_is_listed_has_both(self):
        self.assertEqual(set(FINDINGS), self.listed())

    def test_every_test_that_is_named_exists(self):
        for id, named in FINDINGS.items():
            for file, test in named:
                with self.subTest(id=id, test=test):
                    self.assert_exists(file, test)

    def assert_exists(self, file, test):
        text = (harness.SOURCE / file).read_text(encoding="utf-8")
        if file.endswith(".cpp"):
            self.assertIn(f'TEST_CASE("{test}")', text)
            return
        within, _, method = test.partition(".")
        body = text.partition(f"class {within}(")[2].partition("\nclass ")[0]
        self.assertIn(f"def {method}(self)", body)


if __name__ == "__main__":
    harness.main()
