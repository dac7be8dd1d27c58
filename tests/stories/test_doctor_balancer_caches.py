# SPDX-License-Identifier: ISC
"""What doctor finds out about caches: haproxy, Varnish, Apache and Squid of Debian, with and without a cache."""

from harness import balanced, proxies, story

SCRIPT = "a script of the login page"


class Caches(balanced.BalancedTest):
    def setUp(self):
        super().setUp()
        # A page that sets a cookie is not stored by most.
        self.start(login="token")

    def caching(self, **options):
        return self.findings(**options)["HA203"]

    def test_haproxy_with_a_cache_stores_scripts(self):
        proxies.haproxy(self, self.lb, self.hosts, cache=True)
        self.assert_result(self.caching(), "risk", f"an answer for {SCRIPT} has the header age")

    def test_varnish_as_shipped_stores_the_login_page(self):
        proxies.varnish(self, self.lb, self.hosts)
        self.assert_result(self.caching(), "fault", "an answer for /user/login has the header x-varnish")

    def test_varnish_that_passes_everything_is_ok(self):
        proxies.varnish(self, self.lb, self.hosts, passes=True)
        self.assert_result(self.caching(), "ok")

    def test_apache_without_a_cache_is_ok(self):
        proxies.apache(self, self.lb, self.hosts)
        found = self.findings()
        self.assert_result(found["HA203"], "ok")
        self.assert_result(found["HA205"], "ok")

    def test_squid_stores_scripts(self):
        proxies.squid(self, self.lb, self.hosts)
        self.assert_result(self.caching(), "risk", SCRIPT)

    def test_without_counting_the_headers_decide(self):
        proxies.varnish(self, self.lb, self.hosts)
        found = self.findings(count=False)
        self.assert_result(found["HA203"], "fault", "x-varnish")
        self.assert_result(found["HA202", "om2"], "unknown", "--no-count")
        self.assertEqual([line for line in self.web["om1"].lines() if "genkey-agent-doctor/" in line], [])


if __name__ == "__main__":
    story.main()
