# SPDX-License-Identifier: ISC
"""What doctor finds out about haproxy in front of two stand-ins of Ops Manager: pool, header, stickiness, certificate."""

from harness import balanced, proxies, story


class Haproxy(balanced.BalancedTest):
    def test_one_that_does_everything_right_is_ok(self):
        self.start()
        proxies.haproxy(self, self.lb, self.hosts)
        found = self.findings()
        for name in ("HA201", "HA203", "HA204", "HA205", "HA207"):
            self.assert_result(found[name], "ok")
        for host in ("om1", "om2"):
            self.assert_result(found["HA202", host], "ok", "it got 15 of the counted requests")
            self.assert_result(found["HA208", host], "ok")
        self.assertNotIn("HA105", found)
        self.assert_result(found["HA209", "om2"], "note")

    def test_a_host_that_is_not_in_the_pool_is_a_risk(self):
        self.start(pattern="combined", log_delay=1)
        proxies.haproxy(self, self.lb, [self.om1])
        found = self.findings()
        self.assert_result(found["HA202", "om2"], "risk", "om1: 30, om2: 0")
        self.assert_result(found["HA202", "om1"], "ok")
        self.assert_result(found["HA203"], "ok")

    def test_a_client_that_stays_on_one_host_is_a_risk_with_that_cause(self):
        self.start()
        proxies.haproxy(self, self.lb, self.hosts, balance="source", cookie=True)
        found = self.findings()
        risks = [finding for name, finding in found.items() if name[0] == "HA202" and finding.result == "risk"]
        self.assertEqual(len(risks), 1)
        self.assertIn("keeps a client on one host", risks[0].evidence)
        self.assert_result(found["HA207"], "note", "SERVERID")

    def test_without_the_header_this_hosts_address_is_missing(self):
        self.start()
        proxies.haproxy(self, self.lb, self.hosts, header=False)
        self.assert_result(self.findings()["HA205"], "risk", "shows 10.77.0.3 for requests that this host sent from 10.77.0.1")

    def test_a_header_that_no_file_names_is_proved_by_its_effect(self):
        self.start()
        proxies.haproxy(self, self.lb, self.hosts)
        found = self.findings(remote_ip_header="")
        self.assert_result(found["HA204"], "ok", "so the Admin UI sets it")
        self.assertNotIn(("HA209", "om2"), found)

    def test_ops_manager_that_does_not_follow_the_header_is_unknown(self):
        self.start(header=None)
        proxies.haproxy(self, self.lb, self.hosts)
        found = self.findings(remote_ip_header="")
        self.assert_result(found["HA204"], "unknown")
        self.assert_result(found["HA205"], "unknown", "x-forwarded-for does not")


if __name__ == "__main__":
    story.main()
