# SPDX-License-Identifier: ISC
"""genkey-agent doctor and the replica set of Ops Manager: what it finds, and that it is gone once the set is as it should be.
The databases are stand-ins at wire level (harness/mongod_stand_in.py), and not mongod.

They are all on this machine, so HA309 is a risk wherever all members of a set answer."""

import json

from harness import clocks, story
from harness.installed_host import URL, Installed
from harness.mongod_stand_in import Login, Mongos, ReplicaSet, Standalone

THREE = ["primary", "secondary", "secondary"]
WITH_ARBITER = ["primary", "secondary", "arbiter"]
ONE_MACHINE = {"HA309": "risk"}


class ReplicaSetTest(story.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.add_host(Installed(self, "om1"), {})
        self.om1.run("generate")
        self.configuration = self.om1.config.read_text()
        self.configure()

    def configure(self, settings="", fra1="127.0.0.0/8", ams1="*.ams1.example.com"):
        """The host is at 127.0.0.1, and so is the first member. The second one is at 127.0.0.2."""
        facilities = f"[doctor.facilities]\nfra1 = {json.dumps(fra1.split())}\nams1 = {json.dumps(ams1.split())}\n"
        self.om1.config.write_text(f"{self.configuration}[doctor]\n{settings}\n{facilities}")

    def replica_set(self, kinds):
        appdb = ReplicaSet(self, "appdb", kinds)
        self.use(appdb.uri())
        return appdb

    def with_login(self, kinds):
        appdb = ReplicaSet(self, "appdb", kinds)
        appdb.login = Login("om", "secret")
        self.use(appdb.uri("om:secret@", "&authSource=admin"))
        self.configure("database_login = true")
        return appdb

    def use(self, uri):
        self.om1.write(f"{URL}mongo.mongoUri={uri}\n")

    def found(self):
        """The findings by their ids. Each is there once."""
        said = json.loads(self.om1.run("doctor", "--only", "database,stores", "--json", expect=None).out)["findings"]
        found = {each["id"]: each for each in said}
        self.assertEqual(len(found), len(said), said)
        return found

    def wrong(self):
        """What is worse than a note."""
        return {id: each["result"] for id, each in self.found().items() if each["result"] not in ("ok", "note")}

    def assert_result(self, id, result, says=""):
        found = self.found().get(id)
        self.assertEqual(found and found["result"], result, found)
        self.assertIn(says, json.dumps(found))


class Shape(ReplicaSetTest):
    def test_a_healthy_set_of_three_has_nothing_above_a_note(self):
        self.with_login(THREE)
        self.assertEqual(self.wrong(), ONE_MACHINE)

    def test_without_a_login_only_the_defaults_are_unknown(self):
        self.replica_set(THREE)
        self.assertEqual(self.wrong(), {**ONE_MACHINE, "HA313": "unknown"})

    def test_a_database_of_no_set_is_a_fault_and_a_replica_set_is_not(self):
        alone = Standalone(self)
        self.use(f"mongodb://{alone.asked_as}/?replicaSet=appdb")
        self.assertEqual(self.wrong(), {"HA301": "fault"})
        self.replica_set(THREE)
        self.assert_result("HA301", "ok")

    def test_one_host_with_one_database_on_purpose_is_no_fault(self):
        self.use(f"mongodb://{Standalone(self).asked_as}/")
        self.assertEqual(self.wrong(), {"HA301": "risk"})

    def test_behind_a_mongos_nothing_is_known_of_the_shards_and_nothing_is_wrong(self):
        self.use(f"mongodb://{Mongos(self).asked_as}/")
        self.assertEqual(set(self.wrong().values()), {"unknown"})
        self.assert_result("HA301", "ok", "mongos")


class Members(ReplicaSetTest):
    def test_a_list_of_one_member_is_a_risk_until_it_names_all_three(self):
        appdb = self.replica_set(THREE)
        self.use(f"mongodb://{appdb.members[1].asked_as}/?replicaSet=appdb")
        self.assert_result("HA303", "risk", "1 of 3 members")
        self.use(appdb.uri())
        self.assert_result("HA303", "ok", "3 of 3 members")

    def test_an_arbiter_in_place_of_a_third_member_is_a_risk_and_three_members_are_right(self):
        self.replica_set(WITH_ARBITER)
        self.assertEqual(self.wrong(), {**ONE_MACHINE, "HA304": "risk", "HA306": "risk", "HA313": "unknown"})
        self.replica_set(THREE)
        self.assert_result("HA306", "ok")

    def test_a_majority_away_from_ops_manager_is_a_risk_and_one_beside_it_is_not(self):
        self.replica_set(THREE)
        self.configure(fra1="127.0.0.1", ams1="127.0.0.2 127.0.0.3")
        self.assert_result("HA307", "risk", "ams1 2, fra1 1")
        self.configure(fra1="127.0.0.1 127.0.0.2", ams1="127.0.0.3")
        self.assert_result("HA307", "ok")

    def test_a_member_elsewhere_that_can_become_primary_is_a_risk_until_its_priority_is_0(self):
        appdb = self.replica_set(THREE)
        self.configure(fra1="127.0.0.1 127.0.0.2", ams1="127.0.0.3")
        self.assert_result("HA308", "risk", appdb.members[2].name)
        appdb.members[2].priority = 0
        self.assert_result("HA308", "ok")

    def test_defaults_that_somebody_set_are_a_risk_until_they_are_removed(self):
        appdb = self.with_login(THREE)
        appdb.defaults = "global"
        self.assertEqual(self.wrong(), {**ONE_MACHINE, "HA313": "risk"})
        appdb.defaults = "implicit"
        self.assert_result("HA313", "ok")

    def test_too_few_members_for_a_write_are_a_fault_until_they_are_up(self):
        appdb = self.with_login(THREE)
        appdb.primary = None  # one of three is no majority
        for member in appdb.members[1:]:
            member.stop()
            member.up = False
        self.assert_result("HA304", "fault", "1 of 3 members with data are up")
        self.with_login(THREE)
        self.assert_result("HA304", "ok", "3 of 3 members with data are up")


class Primary(ReplicaSetTest):
    def test_without_a_primary_nothing_is_certain_where_ops_manager_does_not_run(self):
        self.replica_set(THREE).primary = None
        self.assertEqual(self.wrong(), {**ONE_MACHINE, "HA305": "unknown", "HA313": "unknown"})

    def test_without_a_primary_is_a_fault_where_ops_manager_has_run_for_an_hour_until_there_is_one(self):
        self.om1.run_ops_manager()
        self.om1.prefix = (*clocks.prefix_for("+1h"), *self.om1.prefix)
        appdb = self.replica_set(THREE)
        appdb.primary = None
        self.assert_result("HA305", "fault", "none of them knows a primary, twice")
        appdb.primary = appdb.members[2]
        self.assert_result("HA305", "ok", appdb.members[2].name)


class Backing(ReplicaSetTest):
    def back_up_to(self, backing):
        self.configure(f"backing_databases = {json.dumps([backing.uri()])}")

    def test_a_backing_database_on_the_same_set_is_a_risk_and_one_of_its_own_is_not(self):
        self.back_up_to(self.replica_set(THREE))
        self.assert_result("HA310", "risk")
        self.back_up_to(ReplicaSet(self, "blocks", THREE, first_address=4))
        self.assert_result("HA310", "ok")
        self.assert_result("HA501", "ok")


if __name__ == "__main__":
    story.main()
