# SPDX-License-Identifier: ISC
"""What doctor finds out about the certificate of a load balancer, and about one that passes TLS through (layer 4)."""

from harness import balanced, certificates, proxies, story

URL = "https://lb"


class Certificate(balanced.BalancedTest):
    def setUp(self):
        super().setUp()
        self.authority = certificates.Authority(self.directory)
        self.start()

    def test_an_authority_of_ones_own_is_unknown_until_it_is_configured(self):
        proxies.haproxy(self, self.lb, self.hosts, certificate=self.authority.issue("good", "lb"))
        found = self.findings(URL)
        self.assert_result(found["HA105"], "unknown", "[doctor] ca")
        for name in ("HA201", "HA203", "HA205"):
            self.assert_result(found[name], "unknown", "certificate")
        self.assertEqual([line for line in self.web["om1"].lines() if "genkey-agent=" in line], [])
        found = self.findings(URL, self.authority.file)
        self.assert_result(found["HA105"], "ok", "expires in")
        self.assert_result(found["HA203"], "ok")
        self.assertNotIn("HA206", found)

    def test_one_that_expires_soon_is_a_risk(self):
        proxies.haproxy(self, self.lb, self.hosts, certificate=self.authority.issue("soon", "lb", days=20))
        self.assert_result(self.findings(URL, self.authority.file)["HA105"], "risk", "expires in")

    def test_an_expired_one_is_a_fault_with_and_without_its_authority(self):
        proxies.haproxy(self, self.lb, self.hosts, certificate=self.authority.issue("old", "lb", days=-1))
        for ca in ("", self.authority.file):
            self.assert_result(self.findings(URL, ca)["HA105"], "fault", "expired")

    def test_one_for_another_name_is_a_fault(self):
        proxies.haproxy(self, self.lb, self.hosts, certificate=self.authority.issue("other", "om1"))
        self.assert_result(self.findings(URL, self.authority.file)["HA105"], "fault", "another name")


class LayerFour(balanced.BalancedTest):
    def test_the_certificate_of_a_host_without_a_header_is_a_note(self):
        authority = certificates.Authority(self.directory)
        self.start(certificate=str(authority.issue("hosts", "lb")))
        proxies.haproxy(self, self.lb, [self.om1, self.om2], mode="tcp")
        found = self.findings(URL, authority.file)
        self.assert_result(found["HA205"], "risk")
        self.assert_result(found["HA206"], "note", "the certificate of this host")
        self.assert_result(found["HA203"], "ok")
        self.assert_result(found["HA202", "om2"], "ok")


if __name__ == "__main__":
    story.main()
