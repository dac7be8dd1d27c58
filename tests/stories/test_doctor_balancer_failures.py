# SPDX-License-Identifier: ISC
"""What doctor says about a load balancer or a host that does not answer, and about what it cannot know."""

import contextlib
import socket
import time

from harness import balanced, packets, proxies, story


class Failures(balanced.BalancedTest):
    def test_503_is_a_fault_while_a_host_answers_directly(self):
        self.start()
        proxies.haproxy(self, self.lb, [])
        found = self.findings()
        self.assert_result(found["HA201"], "fault", "503, twice, while om1 answers directly")
        self.assert_result(found["HA203"], "unknown")
        self.assert_result(found["HA202", "om1"], "unknown")

    def test_a_silent_balancer_is_a_risk(self):
        self.start()
        self.assert_result(self.findings("http://lb:81")["HA201"], "risk", "took no connection, twice")

    def test_a_balancer_that_does_not_answer_is_asked_for_one_page_twice(self):
        self.start()
        with packets.inside(self.lb):
            server = socket.create_server((self.lb.address.split(":")[0], 80))
        started = time.monotonic()
        self.assert_result(self.findings()["HA201"], "risk", "twice")
        self.assertLess(time.monotonic() - started, 15)
        asked = []
        server.settimeout(0.2)
        with server, contextlib.suppress(TimeoutError):
            while True:
                with server.accept()[0] as client:
                    asked.append(client.recv(65536).split()[1])
        self.assertEqual(asked, [b"/monitor/health"] * 2)

    def test_a_name_without_an_address_is_a_risk_of_the_name_alone(self):
        self.start()
        found = self.findings("http://nowhere.invalid")
        self.assert_result(found["HA105"], "risk", "no address")
        self.assert_result(found["HA201"], "unknown")

    def test_an_unhealthy_host_is_a_fault_unless_it_has_just_started(self):
        self.start()
        self.web["om2"].change(health=503)
        self.assert_result(self.findings("")["HA208", "om2"], "fault", "status 503, twice")
        self.assert_result(self.findings("", **{"om.started": "60"})["HA208", "om2"], "note")


if __name__ == "__main__":
    story.main()
