# SPDX-License-Identifier: ISC
"""doctor asks the load balancer: from the URL in the settings to the report."""

import pathlib
import socket

import harness
from harness.ops_manager_stand_in import OpsManager

IDS = ("HA105", "HA201", "HA203", "HA205")


class Url(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")

    def install(self, properties):
        installed = self.om1.install_ops_manager(properties)
        (installed / "logs").mkdir()
        self.om1.also(installation={"kind": "tar", "path": str(installed)})
        return installed / "logs" / "mms0-access.log"

    def findings(self, *words):
        said = self.om1.run_json("doctor", "--only", "hosts,balancer", *words, expect=None)
        return {each["id"]: each for each in said["findings"]}

    def test_the_url_of_the_settings_is_asked_and_the_requests_are_counted_in_the_log(self):
        web = OpsManager(self, "om1", log=None)
        web.change(log=str(self.install(f"mms.centralUrl=http://127.0.0.1:{web.port}\n")))
        found = self.findings()
        self.assertEqual(found["HA201"]["result"], "ok", found["HA201"])
        self.assertEqual(found["HA203"]["result"], "ok", found["HA203"])
        self.assertIn("6 identical requests for /user/login, 6 reached a host; control: 6 of 6", found["HA203"]["evidence"])
        self.assertEqual(found["HA207"]["result"], "ok")
        # The balancer is this host, so nobody can tell whose address is whose.
        self.assertEqual(found["HA205"]["result"], "unknown")

    def test_a_url_that_does_not_answer_is_a_risk(self):
        with socket.create_server(("127.0.0.1", 0)) as reserved:
            port = reserved.getsockname()[1]
        self.install(f"mms.centralUrl=http://127.0.0.1:{port}\n")
        found = self.findings()
        self.assertEqual((found["HA201"]["result"], found["HA203"]["result"]), ("risk", "unknown"))

    def test_without_a_url_the_line_to_write_is_named(self):
        self.install("")
        found = self.findings()
        for id in IDS:
            self.assertEqual(found[id]["result"], "unknown")
            self.assertIn('url = "https://opsmanager.example.com" below [doctor]', found[id]["needs"])

    def test_the_url_of_the_configuration_counts_where_the_settings_have_none(self):
        web = OpsManager(self, "om1", log=None)
        web.change(log=str(self.install("")))
        self.om1.also(doctor={"url": f"http://127.0.0.1:{web.port}/"})
        self.assertEqual(self.findings()["HA201"]["result"], "ok")

    def test_offline_nothing_is_asked(self):
        web = OpsManager(self, "om1")
        self.install(f"mms.centralUrl=http://127.0.0.1:{web.port}\n")
        found = self.findings("--offline")
        for id in IDS:
            self.assertEqual((found[id]["result"], found[id]["needs"]), ("unknown", "a run without --offline"))
        self.assertEqual(web.lines(), [])

    def test_groups_without_the_balancer_do_not_ask_it(self):
        web = OpsManager(self, "om1")
        self.install(f"mms.centralUrl=http://127.0.0.1:{web.port}\n")
        self.om1.run("doctor", "--only", "attested")
        self.assertEqual(web.lines(), [])

    def test_a_log_that_is_a_link_is_not_read(self):
        web = OpsManager(self, "om1")
        log = self.install(f"mms.centralUrl=http://127.0.0.1:{web.port}\n")
        pathlib.Path(log).symlink_to(web.settings["log"])
        self.assertNotIn("6 of 6", str(self.findings()["HA203"]))


if __name__ == "__main__":
    harness.main()
