# SPDX-License-Identifier: ISC
"""What doctor learns from Ops Manager's administration API about daemons and stores of backups. Real agents, sockets and
HTTP digest; Ops Manager and its daemons are stand-ins."""

import json
import time

from harness import story
from harness.installed_host import Installed
from harness.mongod_stand_in import ReplicaSet
from harness.ops_manager_fleet import FleetTest
from harness.ops_manager_stand_in import OpsManager

PUBLIC, PRIVATE = "publicmarker47", "privatemarker-11-08-15"
DAEMON = "com.xgen.svc.brs.BackupDaemon"
SECRET = "storemarker42"


def daemon(machine, head="/head/", configured=True, labels=(), **boxes):
    flags = dict.fromkeys(["backupJobsEnabled", "restoreJobsEnabled", "restoreQueryableJobsEnabled", "garbageCollectionEnabled"], True)
    return {"id": machine, "machine": {"machine": machine, "headRootDirectory": head}, "configured": configured, "labels": list(labels), **flags, **boxes}


ONLY_QUERYABLE = {"backupJobsEnabled": False, "restoreJobsEnabled": False, "garbageCollectionEnabled": False}


class ApiTest(FleetTest):
    def setUp(self):
        super().setUp()
        self.daemons = [self.run_java(host, DAEMON) for host in self.pool]
        self.web[0].change(api_key=f"{PUBLIC}:{PRIVATE}")
        self.key_file = self.om1.directory / "api-key"
        self.key_file.write_text(f"{PUBLIC}:{PRIVATE}\n")
        self.key_file.chmod(0o600)
        self.key_files |= {self.key_file, self.web[0].file}
        self.watch(PRIVATE.encode())
        self.watch(SECRET.encode())
        self.configure(f'api_key_file = "{self.key_file}"')
        self.om2.run("doctor", "--collect")

    def configure(self, *lines):
        plain = self.om1.config.read_text().split("[doctor]")[0]
        self.om1.config.write_text(plain + "[doctor]\n" + "".join(line + "\n" for line in lines))

    def lists(self, **lists):
        self.web[0].change(api={name.replace("__", "/"): entries for name, entries in lists.items()})

    def doctor(self, *words, only="daemons,stores"):
        return super().doctor(*words, only=only)

    def age_web_server(self, at):
        """As if it had been started an hour earlier: nobody waits 20 minutes in a test."""
        facts = self.pool[at].state_dir / "facts.json"
        object = json.loads(facts.read_text())
        object["facts"]["om.started"] = "3600"
        facts.write_text(json.dumps(object))

    def stop_daemon(self, at):
        self.daemons[at].communicate()
        self.pool[at].run("doctor", "--collect")


class Daemons(ApiTest):
    def test_two_activated_daemons_that_run_are_as_they_should_be(self):
        daemons = [daemon("om1", labels=["fra1"]), daemon("om2.example.com"), daemon("om2", "/head2/", **ONLY_QUERYABLE)]
        self.lists(daemon__configs=daemons)
        found = self.doctor()
        self.assert_result(found["HA401"], "ok", "activated on om1 and om2")
        for host in ("om1", "om2"):
            self.assert_result(found["HA402", host], "ok", "it runs and is activated")
        self.assert_result(found["HA403"], "ok", "only queryable restores: om2")
        self.assert_result(found["HA404"], "ok", "om1 (fra1)")
        for machine in ("om1", "om2.example.com"):
            self.assert_result(found["HA405", machine], "ok")

    def test_one_activated_daemon_is_a_risk_until_a_second_one_is_activated(self):
        self.lists(daemon__configs=[daemon("om1"), daemon("om2", configured=False)])
        found = self.doctor()
        self.assert_result(found["HA401"], "risk", "activated only on om1")
        self.assert_result(found["HA402", "om2"], "note", "no activated daemon with a name of this host")
        self.assert_result(found["HA403"], "note")
        self.assert_result(found["HA404"], "note")
        self.lists(daemon__configs=[daemon("om1"), daemon("om2")])
        self.assert_result(self.doctor()["HA401"], "ok")

    def test_an_activated_daemon_that_stopped_is_a_fault_until_it_runs(self):
        self.lists(daemon__configs=[daemon("om1"), daemon("om2")])
        self.stop_daemon(1)
        # The web server was started just now, so the daemon may be on its way.
        self.assert_result(self.doctor()["HA405", "om2"], "unknown", "20 minutes after")
        self.age_web_server(1)
        self.assert_result(self.doctor()["HA405", "om2"], "fault", "it is activated, and does not run on om2")
        self.run_java(self.om2, DAEMON)
        self.om2.run("doctor", "--collect")
        self.assert_result(self.doctor()["HA405", "om2"], "ok")

    def test_a_machine_that_no_host_is_called_by_is_a_risk(self):
        self.lists(daemon__configs=[daemon("om1"), daemon("lost.example.com")])
        self.assert_result(self.doctor()["HA405", "lost.example.com"], "risk", "no host that was asked has this name")

    def test_without_an_activated_daemon_nothing_else_is_said(self):
        self.lists(daemon__configs=[daemon("om1", configured=False)])
        found = self.doctor()
        self.assertEqual({key for key in found if isinstance(key, str)}, {"HA401"})
        self.assert_result(found["HA401"], "note", "backups are not used")

    def test_without_any_daemon_and_without_a_key_backups_are_not_used_either(self):
        self.configure()
        for at in (0, 1):
            self.stop_daemon(at)
        found = self.doctor()
        self.assertEqual({key for key in found if isinstance(key, str)}, {"HA401"})
        self.assert_result(found["HA401"], "note", "no host runs a backup daemon")


class Stores(ApiTest):
    def stores(self, **lists):
        self.lists(daemon__configs=[daemon("om1"), daemon("om2")], **lists)

    def test_s3_stores_are_left_to_a_person(self):
        self.stores(snapshot__s3Configs=[{"id": "s3a", "s3BucketName": "b", "awsSecretKey": SECRET}])
        self.assert_result(self.doctor()["HA503", "s3a"], "unknown", "a person who attests it")
        attested = f'HA503 = "{time.strftime("%Y-%m-%d")} three sites"'
        self.configure(f'api_key_file = "{self.key_file}"', "[doctor.attested]", attested)
        self.assert_result(self.doctor()["HA503", "s3a"], "ok", "three sites")

    def test_a_file_system_store_on_the_disks_of_two_hosts_is_a_risk(self):
        self.stores(snapshot__fileSystemConfigs=[{"id": "files", "storePath": "/data/backups"}])
        self.assert_result(self.doctor()["HA504", "files"], "risk", "/data/backups is a disk of the host itself on om1 and om2")

    def test_the_members_of_stores_with_labels_are_listed_for_a_person(self):
        members = {"uri": f"mongodb://om:{SECRET}%40@b1,b2:27018/", "ssl": False, "writeConcern": "W2"}
        self.stores(oplog__mongoConfigs=[{"id": "oplog1", "labels": ["fra1", "fra2"], **members}])
        found = self.doctor(only="stores")
        self.assert_result(found["HA505", "oplog1"], "unknown", "labels fra1 and fra2; members b1:27017 and b2:27018")


class Databases(story.StoryTest):
    """One host, because the stand-ins of databases are on this machine's loopback."""

    def setUp(self):
        super().setUp()
        self.watch(SECRET.encode())
        self.om1 = self.add_host(Installed(self, "om1"), {})
        self.om1.run("generate")
        self.web = OpsManager(self, "om1", api_key=f"{PUBLIC}:{PRIVATE}")
        (self.om1.installation / "conf" / "mms.conf").write_text(f"ENC_KEY_PATH=/gen.key\nBASE_PORT={self.web.port}\n")
        self.om1.run_ops_manager()
        self.om1.run_ops_manager(DAEMON)
        key_file = self.om1.directory / "api-key"
        key_file.write_text(f"{PUBLIC}:{PRIVATE}\n")
        key_file.chmod(0o600)
        self.key_files |= {key_file, self.web.file}
        self.om1.config.write_text(self.om1.config.read_text() + f'[doctor]\napi_key_file = "{key_file}"\n')
        self.blocks = ReplicaSet(self, "blocks", ["primary", "secondary", "secondary"])
        self.tell({"writeConcern": "W2"})

    def tell(self, *stores):
        uri = self.blocks.uri(user=f"om:{SECRET}%40@")
        entries = [{"id": f"store{at}", "uri": uri, "ssl": False, **store} for at, store in enumerate(stores)]
        lists = {"daemon/configs": [daemon("om1")], "snapshot/mongoConfigs": entries[:1], "oplog/mongoConfigs": entries[1:]}
        self.web.change(api=lists)

    def stores(self, identity):
        """The findings with that id; there may be several about one database."""
        found = self.om1.run_json("doctor", "--only", "stores", expect=None)["findings"]
        return [each for each in found if each["id"] == identity]

    def test_a_database_that_the_api_names_is_asked_without_a_login_and_none_is_shown(self):
        answers = self.stores("HA501")
        self.assertEqual([(each["object"], each["result"]) for each in answers], [("blocks", "ok")])
        self.assertEqual([member.names() for member in self.blocks.members], [[], [], []])

    def test_two_stores_in_one_database_are_one(self):
        self.tell({}, {})
        self.assertEqual(len(self.stores("HA501")), 1)

    def test_the_write_concern_of_the_store_is_the_rule(self):
        self.blocks.members[1].stop()
        said = lambda: "\n".join(each["evidence"] or "" for each in self.stores("HA502"))
        self.assertIn("2 of 3 members with data are up", said())
        self.assertIn("Ops Manager writes to it with W2", said())
        self.tell({"writeConcern": "ACKNOWLEDGED"})
        self.assertNotIn("HA304", said())

    def test_a_connection_string_that_cannot_be_read_is_unknown(self):
        self.tell({"uri": f"mongodb://om:{SECRET}@@{SECRET}/"})
        (found,) = self.stores("HA501")
        self.assertEqual((found["result"], found["object"]), ("unknown", "store0"))
        self.assertIn("its connection string in Ops Manager cannot be read", found["needs"])


class Refusals(ApiTest):
    IDS = ("HA403", "HA404", "HA405", "HA503", "HA504", "HA505")

    def assert_all(self, needs):
        found = self.doctor()
        for identity in self.IDS:
            self.assert_result(found[identity], "unknown", needs)
        self.assertNotIn("fault", [each["result"] for each in found.values()])
        return found

    def test_a_wrong_key_is_tried_once_and_the_role_is_named(self):
        self.web[0].change(api_key=f"{PUBLIC}:another")
        before = len(self.web[0].lines())
        self.assert_all("an API key that Ops Manager accepts from 127.0.0.1")
        # The challenge, and one answer to it.
        self.assertEqual(["admin/backup" in line for line in self.web[0].lines()[before:]], [True, True])

    def test_the_private_part_is_not_sent_even_if_the_server_demands_it(self):
        logins = self.directory / "logins"
        for scheme in ("Digest", "Basic"):
            self.web[0].change(scheme=scheme, logins=str(logins), api_key=f"{PUBLIC}:another")
            self.assert_all("an API key that Ops Manager accepts")
        words = [line.split()[0] for line in logins.read_text().splitlines()]
        self.assertEqual(words, ["none", "Digest", "none"])
        self.assertNotIn(PRIVATE, logins.read_text())

    def test_a_key_without_the_role_is_unknown(self):
        self.web[0].change(api_status=403)
        self.assert_all("one with the role Global Read Only")

    def test_without_a_key_the_setting_is_named_and_processes_are_counted(self):
        self.configure()
        found = self.assert_all("api_key_file")
        self.assert_result(found["HA401"], "unknown", "backup daemons: om1 and om2")
        self.assert_result(found["HA501"], "unknown", "backing_databases or api_key_file")

    def test_a_key_that_others_can_read_is_not_used(self):
        self.key_file.chmod(0o640)
        self.assert_all(f"chmod 0600 {self.key_file}")
        self.assertEqual([line for line in self.web[0].lines() if "admin/backup" in line], [])

    def test_a_file_that_is_no_key_is_named_without_its_content(self):
        for content in ("", "\n", "storemarker42\n", f"a:{SECRET}\nb:c\n", f":{SECRET}\n", f"{SECRET}:\n", "a b:c\n"):
            self.key_file.write_text(content)
            self.assert_all("with one line PUBLIC:PRIVATE")

    def test_answers_that_are_no_lists_are_unknown(self):
        for body in ("", "no", "[]", "{}", '{"results": 4}', '{"results": [1]}', "[" * 200_000, '{"results": [' + "[" * 400_000):
            self.web[0].change(api={name: body for name in ("daemon/configs", "snapshot/s3Configs")})
            found = self.doctor()
            self.assert_result(found["HA403"], "unknown", "Ops Manager's API")
            self.assert_result(found["HA503"], "unknown", "Ops Manager's API")

    def test_an_answer_beyond_the_limit_is_not_read(self):
        self.web[0].change(api={"daemon/configs": json.dumps({"results": [daemon(f"om{n}", "/" + "x" * 400) for n in range(3000)]})})
        self.assert_result(self.doctor()["HA403"], "unknown", "more of Ops Manager's API than one page of a list")

    def test_where_no_web_server_runs_the_api_is_not_asked(self):
        self.web_processes[0].communicate()
        self.om1.run("doctor", "--collect")
        self.assert_all("on a host where the web server of Ops Manager runs")

    def test_neither_offline_nor_for_another_group_is_it_asked(self):
        self.doctor("--offline")
        self.doctor(only="key")
        self.assertEqual([line for line in self.web[0].lines() if "admin/backup" in line], [])


if __name__ == "__main__":
    story.main()
