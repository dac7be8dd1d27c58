# SPDX-License-Identifier: ISC
"""Three hosts behind haproxy, nginx, Varnish, Apache and Squid of Debian, each with a cache and without: whether there is
one, and which hosts are in the pool."""

from harness import balanced, proxies, story

CACHES = "proxy_cache_valid 200 1m;"


class ThreeHosts(balanced.BalancedTest):
    def setUp(self):
        super().setUp()
        self.network.host("om3")  # which adds it to the hosts
        self.start(login="token")

    def assert_told_right(self, start, cached, plain="ok"):
        """`start` starts the balancer, with a cache or without. `cached`, `plain`: the results about it."""
        for cache, result in ((False, plain), (True, cached)):
            with self.subTest(cache=cache):
                balancer = start(cache)
                found = self.findings()
                self.assert_result(found["HA203"], result)
                if not cache:
                    for host in self.hosts:
                        self.assert_result(found["HA202", host.name], "ok", "of the counted requests")
                balancer.close()

    def test_haproxy(self):
        self.assert_told_right(lambda cache: proxies.haproxy(self, self.lb, self.hosts, cache=cache), "risk")

    def test_nginx(self):
        self.assert_told_right(lambda cache: proxies.nginx(self, self.lb, self.hosts, cache=CACHES if cache else ""), "fault")

    def test_varnish(self):
        self.assert_told_right(lambda cache: proxies.varnish(self, self.lb, self.hosts, passes=not cache), "fault")

    def test_apache(self):
        self.assert_told_right(lambda cache: proxies.apache(self, self.lb, self.hosts, cache=cache), "risk")

    def test_squid(self):
        # Even if it stores nothing, it answers as a cache when it is asked for what is cached alone.
        self.assert_told_right(lambda cache: proxies.squid(self, self.lb, self.hosts, cache=cache), "risk", plain="risk")

    def test_a_third_host_that_is_not_in_the_pool_is_a_risk(self):
        proxies.haproxy(self, self.lb, self.hosts[:2])
        found = self.findings()
        self.assert_result(found["HA202", "om1"], "ok")
        self.assert_result(found["HA202", "om3"], "risk", "om3: 0")


if __name__ == "__main__":
    story.main()
