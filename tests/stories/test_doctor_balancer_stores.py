# SPDX-License-Identifier: ISC
"""What doctor finds out about Apache and Squid, which answer only-if-cached with 504: asked twice, which takes a while."""

from harness import balanced, proxies, story

SCRIPT = "a script of the login page"


class StoresThatSayNothing(balanced.BalancedTest):
    """Asked with Cache-Control: only-if-cached, Apache and Squid say twice that they stored nothing."""

    def test_apache_with_a_cache_stores_scripts(self):
        self.start(login="token")
        proxies.apache(self, self.lb, self.hosts, cache=True)
        self.assert_result(self.findings()["HA203"], "risk", f"an answer for {SCRIPT} has the header age")

    def test_squid_whose_cache_denies_everything_still_has_one(self):
        self.start(login="token")
        proxies.squid(self, self.lb, self.hosts, cache=False, header=False)
        found = self.findings()
        self.assertIn(found["HA203"].result, ("ok", "risk"))
        self.assert_result(found["HA205"], "risk")


if __name__ == "__main__":
    story.main()
