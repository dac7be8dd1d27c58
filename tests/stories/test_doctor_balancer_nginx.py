# SPDX-License-Identifier: ISC
"""What doctor finds out about nginx, which shows no sign of its cache: only counting finds it."""

from harness import balanced, proxies, story

SCRIPT = "a script of the login page"


class Nginx(balanced.BalancedTest):
    def test_without_a_cache_it_is_ok(self):
        self.start()
        proxies.nginx(self, self.lb, self.hosts)
        found = self.findings()
        for name in ("HA201", "HA203", "HA205"):
            self.assert_result(found[name], "ok")

    def test_a_cache_for_scripts_is_a_risk(self):
        self.start()
        proxies.nginx(self, self.lb, self.hosts, cache="proxy_cache_methods GET;")
        self.assert_result(self.findings()["HA203"], "risk", f"6 identical requests for {SCRIPT}, 1 reached a host; control: 6 of 6")

    def test_a_cache_for_pages_is_a_fault(self):
        self.start(login="token", pattern="combined")
        proxies.nginx(self, self.lb, self.hosts, cache="proxy_cache_valid 200 1m;")
        found = self.findings()
        self.assert_result(found["HA203"], "fault", "6 identical requests for /user/login, 1 reached a host; control: 6 of 6")
        self.assertNotIn("/api/public", found["HA203"].evidence)

    def test_a_cache_for_refusals_is_a_fault(self):
        self.start()
        proxies.nginx(self, self.lb, self.hosts, cache="proxy_cache_valid any 1m;")
        self.assert_result(self.findings()["HA203"], "fault", "6 identical requests for /api/public/v1.0, 1 reached a host")

    def test_a_cache_that_ignores_the_query_is_never_ok(self):
        self.start(login="token")
        proxies.nginx(self, self.lb, self.hosts, cache="proxy_cache_valid any 1m;", ignore_query=True)
        found = self.findings()
        self.assertNotEqual(found["HA203"].result, "ok")
        self.assert_result(found["HA202", "om1"], found["HA202", "om1"].result)

    def test_logs_without_query_and_agent_leave_the_witness(self):
        self.start(pattern="path")
        proxies.nginx(self, self.lb, self.hosts, cache="proxy_cache_valid any 1m;")
        found = self.findings()
        self.assert_result(found["HA203"], "fault", "what a host makes anew for each answer came twice through the balancer")
        self.assert_result(found["HA202", "om1"], "unknown")


if __name__ == "__main__":
    story.main()
