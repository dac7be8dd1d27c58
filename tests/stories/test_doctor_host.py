# SPDX-License-Identifier: ISC
"""doctor reads this host's own files: each finding appears, goes when it is fixed, and shows nothing secret."""

import json

import harness
from harness.installed_host import HEADER, MONGO, SETTINGS, URL, Installed

GOOD = "Starting pre-flight checks\nSuccessfully finished pre-flight checks\n"
GENERATED = "Generating new Ops Manager private key...\n"
MISMATCH = (
    "The gen.key file at /etc/mongodb-mms/gen.key does not match the gen.key already used for this Ops Manager "
    "installation. The key file for this Ops Manager server must be copied from another server.\n"
)
REFUSED = "Pre-flight checks failed. Service can not start.\nPreflight check failed.\n"


class DoctorHostTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")

    def host(self, name, **configuration):
        return self.add_host(Installed(self, name), configuration)

    def said(self):
        return json.loads(self.om1.run("doctor", "--offline", "--only", "hosts,key,logs", "--json", expect=None).out)

    def findings(self):
        return {each["id"]: each for each in self.said()["findings"]}

    def facts(self):
        return self.said()["hosts"][0]["facts"]

    def assert_result(self, id, result, says=""):
        found = self.findings().get(id)
        self.assertEqual(found and found["result"], result, found)
        for text in (says,) if isinstance(says, str) else says:
            self.assertIn(text, json.dumps(found))


class Settings(DoctorHostTest):
    def test_exchanged_settings_are_a_fault_with_both_right_lines_until_they_are_corrected(self):
        self.om1.write("mms.centralUrl=X-Forwarded-For\nmms.remoteIp.header=https://opsmanager.example.com/\n" + MONGO)
        self.assert_result("HA104", "fault", ("mms.centralUrl=https://opsmanager.example.com\\n", "mms.remoteIp.header=<the name that mms.centralUrl has now>"))
        shown = self.om1.run("doctor", "--offline", "--only", "hosts", expect=18).out
        self.assertIn("exchanged", shown)
        self.om1.write(SETTINGS)
        self.assert_result("HA104", "ok")
        self.om1.run("doctor", "--offline", "--only", "hosts")

    def test_a_url_that_nobody_can_open_is_a_fault(self):
        for value in ("${OpsManagerUrl}", "https://${host}:8080", "opsmanager.example.com", "htps://om"):
            with self.subTest(value):
                self.om1.write(f"mms.centralUrl={value}\n{HEADER}")
                self.assert_result("HA104", "fault")

    def test_the_name_of_a_host_in_the_url_is_a_risk_and_the_balancers_is_not(self):
        self.om1.write("mms.centralUrl=http://OM1:8080\n")
        self.assert_result("HA103", "risk", "om1")
        self.om1.write("mms.centralUrl=http\\://localhost\\:8080\n")
        self.assert_result("HA103", "risk", "loopback")
        self.om1.write(URL)
        self.assert_result("HA103", "ok")

    def test_an_agent_of_one_host_is_a_risk_and_one_of_the_balancer_is_not(self):
        self.assert_result("HA106", None)
        self.om1.agent.write_text("mmsGroupId=6\n  mmsBaseUrl=http://om1:8080\nmmsApiKey=0123\n")
        self.assert_result("HA106", "risk", "http://om1:8080")
        self.om1.agent.write_text("mmsGroupId=6\nmmsBaseUrl = https://opsmanager.example.com\nmmsApiKey=0123\n")
        self.assert_result("HA106", "ok")

    def test_an_agents_file_that_cannot_be_read_is_unknown(self):
        self.om1.agent.symlink_to(self.om1.directory / "elsewhere")
        self.assert_result("HA106", "unknown", "automation-agent.config of om1 as a regular file")
        self.om1.agent.unlink()
        self.om1.agent.write_text("mmsGroupId=6\nmmsBaseUrl=https://om:hidden@opsmanager.example.com\n")
        self.assert_result("HA106", "unknown", "with a URL and without a user name")

    def test_a_record_that_cannot_be_read_leaves_the_findings_about_the_key_open(self):
        self.assert_result("HA602", "ok")
        self.assert_result("HA603", "risk")
        (self.om1.state_dir / "record.json").write_text("nonsense")
        self.assert_result("HA602", "unknown", "the record of the key on om1")
        self.assert_result("HA603", "unknown", "the record of the key on om1")

    def test_an_empty_line_about_the_checks_is_no_line_for_doctor_and_for_status(self):
        self.om1.write(SETTINGS + "mms.preflight.run=\n")
        self.assert_result("HA703", "ok")
        self.assertFalse(self.om1.run_json("status", expect=None)["status"]["preflight_off"])

    def test_checks_that_are_switched_off_are_a_risk_until_the_line_is_removed(self):
        self.om1.write(SETTINGS + "mms.preflight.run=false\n")
        self.assert_result("HA703", "risk")
        self.om1.write(SETTINGS)
        self.assert_result("HA703", "ok")

    def test_a_file_that_nobody_can_read_is_unknown_and_says_so(self):
        for text in (SETTINGS + "mms.mail.password=\\u12\n", SETTINGS + "#" * (300 << 10)):
            self.om1.write(text)
            self.assert_result("HA104", "unknown", "conf-mms.properties of om1")
            self.assert_result("HA703", "unknown")
        self.om1.properties.unlink()
        self.assert_result("HA104", "unknown", "which is missing")

    def test_a_link_of_root_is_followed(self):
        elsewhere = self.om1.directory / "elsewhere.properties"
        self.om1.properties.rename(elsewhere)
        self.om1.properties.symlink_to(elsewhere)
        self.assert_result("HA104", "ok")

    def test_ten_spellings_of_settings(self):
        for text, wanted in {
            SETTINGS + "mongodb.ssl.CAFile=\nmongodb.ssl.PEMKeyFile=\n": {"central_url": "https|opsmanager.example.com|443"},
            URL + "mongo.mongoUri=mongodb://om:a#b!c@db1/\n": {"uri.unreadable": "user"},
            " mms.centralUrl = https://opsmanager.example.com \n": {"central_url": "https|opsmanager.example.com|443"},
            "mms.centralUrl=${OpsManagerUrl}\n": {"central_url": "malformed", "central_url.like": "placeholder"},
            "mms.centralUrl=http://192.0.2.4:8080\n": {"central_url": "http|192.0.2.4|8080"},
            "mongo.mongoUri=mongodb://om:a!b@db1/\nmms.noSuch.setting=1\n": {"uri.hosts": "db1:27017", "uri.login": "scram"},
            "mms.centralUrl=http://ops-manager-svc.mongodb.svc.cluster.local:8080\n": {
                "central_url": "http|ops-manager-svc.mongodb.svc.cluster.local|8080"
            },
            "mongo.mongoUri=mongodb://127.0.0.1:27017,127.0.0.1:27018,127.0.0.1:27019/?maxPoolSize=150\n": {
                "uri.hosts": "127.0.0.1:27017,127.0.0.1:27018,127.0.0.1:27019", "uri.options": "maxpoolsize"
            },
            "mongo.mongoUri=mongodb://om%40x:p%3Aw@db1/?authSource=admin\nmongo.ssl=true\n": {"uri.login": "scram", "uri.tls": "on"},
            "mongo.mongoUri=mongodb\\://om\\:\\u0070w\\u0040@db1\nmongo.mongoUri=mongodb\\://om\\:pw@\\\n   db2\n": {
                "uri.hosts": "db2:27017"
            },
        }.items():
            with self.subTest(text):
                self.om1.write(text)
                facts = self.facts()
                self.assertEqual({name: facts.get(name) for name in wanted}, wanted)

    def test_ports_and_https_are_those_of_a_start(self):
        self.assertEqual((self.facts()["port"], self.facts()["https"]), ("8080", "off"))
        (self.om1.installation / "conf" / "mms.conf").write_text("ENC_KEY_PATH=/gen.key\nBASE_PORT=9080 BASE_SSL_PORT=9443\n")
        self.assertEqual(self.facts()["port"], "9080")
        self.om1.write(SETTINGS + "mms.https.PEMKeyFile=/etc/om.pem\nmms.https.ClientCertificateMode=None\n")
        self.assertEqual((self.facts()["port"], self.facts()["https"]), ("9443", "on"))
        self.om1.write(SETTINGS + "mms.https.PEMKeyFile=/etc/om.pem\nmms.https.ClientCertificateMode=Required\n")
        self.assertEqual(self.facts()["https"], "client-certificate")


class Logs(DoctorHostTest):
    def test_logs_without_a_trace_are_ok_and_absent_logs_are_unknown(self):
        self.assert_result("HA701", "unknown", "mms0-startup.log")
        self.om1.log(GOOD)
        self.assert_result("HA701", "ok")
        self.assert_result("HA702", "ok")

    def test_a_wrong_key_in_the_log_is_a_fault_until_a_good_start_follows(self):
        for trace in (MISMATCH, GENERATED):
            self.om1.log(GOOD + trace + REFUSED)
            self.assert_result("HA701", "fault")
            self.assert_result("HA702", "fault")
            self.om1.log(trace + REFUSED + GOOD)
            self.assert_result("HA701", "note")
            self.assert_result("HA702", "note")

    def test_the_log_of_the_daemon_counts_too(self):
        self.om1.log(GOOD)
        self.om1.log("Backup Daemon preflight check failed.\n", "daemon-startup.log")
        self.assert_result("HA702", "fault")
        self.om1.run_ops_manager("com.xgen.svc.brs.grid.Daemon")
        self.assert_result("HA702", "note")

    def test_trouble_is_over_when_ops_manager_runs_with_the_recorded_key(self):
        self.om1.log(GENERATED + REFUSED)
        self.assert_result("HA701", "fault")
        self.om1.run_ops_manager()
        self.assert_result("HA701", "note")
        self.assert_result("HA702", "note")
        self.assertEqual(self.facts()["om.running"], "web")
        self.assertRegex(self.facts()["om.started"], r"^\d+$")
        # Nobody has put this key in place through this program.
        self.om1.put_key(self.fresh_key())
        self.assert_result("HA701", "fault")

    def test_a_link_in_place_of_a_log_is_not_followed(self):
        elsewhere = self.om1.directory / "elsewhere"
        elsewhere.write_text(MISMATCH)
        (self.om1.installation / "logs" / "mms0-startup.log").symlink_to(elsewhere)
        self.assert_result("HA701", "unknown")


class Key(DoctorHostTest):
    def test_a_mount_of_the_key_that_is_gone_is_a_fault(self):
        self.assert_result("HA602", "ok")
        record = {**self.om1.record(), "network_mount": self.om1.absent_mount()}
        (self.om1.state_dir / "record.json").write_text(json.dumps(record))
        self.assert_result("HA602", "fault", "not mounted")

    def test_backups_are_told_as_status_tells_them(self):
        self.assert_result("HA603", "risk", "destination")
        _, recipient = self.age_identity()
        store = self.directory / "store"
        store.mkdir()
        settings = {"recipients": [recipient], "destinations": [f"file://{store}"], "host_state": False}
        self.om1.also(backup=settings)
        self.assert_result("HA603", "risk", "no fresh copy")
        self.om1.run("backup")
        self.assert_result("HA603", "ok")


class Healthy(DoctorHostTest):
    def test_installations_that_only_look_odd_have_no_fault(self):
        self.om1.log(GOOD)
        for name, text in {
            "a floating address": "mms.centralUrl=https://192.0.2.80\n" + HEADER,
            "settings made in the Admin UI": MONGO,
            "an empty file": "",
            "a single host on purpose": "mms.centralUrl=http://om1:8080\n" + MONGO,
            "TLS of its own": SETTINGS + "mms.https.PEMKeyFile=/etc/om.pem\n",
            "another header": URL + "mms.remoteIp.header=CF-Connecting-IP\n",
            "a port and a path": "mms.centralUrl=https://om.example.com:8443/\n",
            "an old name for the URL": "mms.backupCentralUrl=https://om.example.com\n",
            "a URL with a user": "mms.centralUrl=https://me:secret@om.example.com\n",
            "a URI that only the driver accepts": "mongo.mongoUri=mongodb://om:a@b@db1/\n",
            "a URL beyond ASCII": "mms.centralUrl=https://b\xfccher.example.com\n",
            "trailing blanks": "mms.centralUrl=https://om.example.com \t\nmms.remoteIp.header=X-Forwarded-For \n",
        }.items():
            with self.subTest(name):
                self.om1.write(text)
                self.assertEqual([each for each in self.said()["findings"] if each["result"] == "fault"], [])
        self.om1.properties.unlink()
        self.assertEqual([each for each in self.said()["findings"] if each["result"] == "fault"], [])


class Secrets(DoctorHostTest):
    def test_no_secret_of_a_settings_file_is_shown(self):
        secrets = [f"marker{at}of0a1b2c3d4e5f".encode() for at in range(8)]
        for secret in secrets:
            self.watch(secret)
        one, two, three, four, five, six, seven, eight = (secret.decode() for secret in secrets)
        self.key_files |= {self.om1.properties, self.om1.agent}
        self.om1.agent.write_text(f"mmsBaseUrl=http://om:{one}@om1:8080\nmmsApiKey={two}\n")
        lines = (
            f"mms.https.PEMKeyFile=/etc/om.pem\nmms.https.PEMKeyFilePassword={three}\nmms.mail.password={four}\n"
            f"mms.centralUrl=https://om:{five}@om1\nmms.ldap.url=ldaps://om:{six}@ldap\nmms.remoteIp.header=x:{seven}@y\n"
        )
        for mark in "@:/%?#[] ":
            self.om1.write(f"{lines}mongo.mongoUri=mongodb://om{mark}{eight}:pw{mark}{eight}@db1/?replicaSet=a\n")
            facts = json.dumps(self.said())
            self.assertNotIn("marker", facts)
        self.om1.write(f"{lines}mongo.mongoUri=mongodb://{seven}:{eight}@db1/?replicaSet=a\n")
        for words in ((), ("--all",), ("--json",), ("--verbose",)):
            self.om1.run("doctor", "--offline", *words, expect=None)
        self.om1.write(f"{lines}mongo.mongoUri=mongodb://om:{eight}@db1\nx=\\u{eight}\n")
        self.om1.run("doctor", "--offline", "--all", expect=None)


if __name__ == "__main__":
    harness.main()
