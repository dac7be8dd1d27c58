# SPDX-License-Identifier: ISC
"""What doctor leaves open about a load balancer: it says what is missing, and accuses nobody."""

from harness import balanced, proxies, story


class Unknown(balanced.BalancedTest):
    def test_a_host_without_an_agent_is_unknown_and_nothing_is_a_fault(self):
        self.start()
        self.unreported.add("om2")
        proxies.haproxy(self, self.lb, self.hosts)
        found = self.findings()
        self.assert_result(found["HA202", "om2"], "unknown", "the access log of om2")
        self.assert_result(found["HA203"], "unknown", "of 6 requests that no cache can answer, they show 3")
        self.assertNotIn("fault", [finding.result for finding in found.values()])

    def test_a_blocked_health_path_alone_is_ok(self):
        self.start()
        proxies.haproxy(self, self.lb, self.hosts, extra="http-request deny deny_status 403 if { path /monitor/health }")
        found = self.findings()
        self.assert_result(found["HA201"], "ok")
        self.assert_result(found["HA203"], "ok")

    def test_without_a_url_one_line_is_missing_and_the_hosts_are_asked(self):
        self.start()
        found = self.findings("")
        for name in ("HA105", "HA201", "HA203", "HA205"):
            self.assert_result(found[name], "unknown", "the URL to Access Ops Manager: a line such as url")
        self.assert_result(found["HA208", "om1"], "ok")

    def test_hosts_that_agree_on_the_url_need_no_other(self):
        self.start()
        proxies.haproxy(self, self.lb, self.hosts)
        lines = [self.fact_line(host, {"central_url": "http/lb/80"}) for host in self.hosts]
        self.assertIn("HA201\tok\thttp://lb\t", self.run_findings("", lines))


if __name__ == "__main__":
    story.main()
