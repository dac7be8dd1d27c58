# SPDX-License-Identifier: ISC
"""doctor counts its requests in the access logs of the whole fleet: peers collect when they are asked, and report what
they found. Real agents, networks and a real haproxy; Ops Manager is a stand-in, and so is what starts the collector,
which is genkey-agent-facts.path on a real host."""

from harness import proxies, story
from harness.ops_manager_fleet import FleetTest


class Counting(FleetTest):
    def test_the_logs_of_both_hosts_show_that_nothing_is_cached_and_each_gets_its_share(self):
        self.collect(self.om2)
        proxies.haproxy(self, self.lb, self.pool)
        found = self.doctor()
        self.assert_result(found["HA203"], "ok", "6 identical requests for /user/login, 6 reached a host; control: 6 of 6")
        for host in self.pool:
            self.assert_result(found["HA202", host.name], "ok", "of the counted requests")

    def test_a_host_that_gets_no_request_is_a_risk_until_it_is_in_the_pool(self):
        self.collect(self.om2)
        balancer = proxies.haproxy(self, self.lb, [self.om1])
        found = self.doctor()
        self.assert_result(found["HA202", "om2"], "risk", "om1: 30, om2: 0")
        self.assert_result(found["HA202", "om1"], "ok")
        self.assert_result(found["HA203"], "ok")
        balancer.close()
        proxies.haproxy(self, self.lb, self.pool)
        self.assert_result(self.doctor()["HA202", "om2"], "ok")

    def test_a_cache_before_both_hosts_is_found_by_the_count(self):
        self.collect(self.om2)
        proxies.nginx(self, self.lb, self.pool, cache="proxy_cache_valid 200 1m;")
        self.assert_result(self.doctor()["HA203"], "fault", "6 identical requests for /monitor/health, 1 reached a host")

    def test_a_peer_that_does_not_collect_did_not_report_and_nothing_is_a_fault(self):
        proxies.haproxy(self, self.lb, self.pool)
        found = self.doctor()
        self.assert_result(found["HA202", "om2"], "unknown", "the access log of om2, read after the requests")
        self.assert_result(found["HA203"], "unknown")

    def test_without_counting_no_request_can_be_found_again(self):
        proxies.haproxy(self, self.lb, self.pool)
        found = self.doctor("--no-count")
        self.assert_result(found["HA202", "om1"], "unknown", "a run without --no-count")
        self.assertNotIn("fault", [each["result"] for each in found.values()])
        log = self.om1.directory / "ops-manager" / "logs" / "mms0-access.log"
        # One request has a random number all the same: the one that asks for cached content alone.
        self.assertLessEqual(log.read_text().count("genkey-agent="), 1)

    def test_the_url_of_the_command_line_wins_and_one_that_is_none_is_refused(self):
        proxies.haproxy(self, self.lb, self.pool)
        self.assert_result(self.doctor("--no-count", "--url", f"http://{self.lb.address.split(':')[0]}")["HA201"], "ok")
        refused = self.om1.run("doctor", "--url", "opsmanager", expect=2)
        self.assertIn('"opsmanager" is not a URL; write it as https://opsmanager.example.com', refused.err)


if __name__ == "__main__":
    story.main()
