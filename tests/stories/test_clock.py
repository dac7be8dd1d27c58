# SPDX-License-Identifier: ISC
"""Clocks that are a year wrong, on either side, do not matter. Only a ticket's expiry uses a clock: its issuer's."""

import harness
from harness import clocks


class PairTest(clocks.ClockTest):
    def pair(self, offset, name):
        om1, om2 = self.fleet(f"om1-{name}", f"om2-{name}")
        self.set_clock(om2, offset)
        om1.run("generate")
        om1.serve()
        return om1, om2


class AYearOff(PairTest):
    def for_each_side(self):
        for name, offset in (("ahead", "+370d"), ("behind", "-370d")):
            with self.subTest(name):
                yield self.pair(offset, name)

    def test_the_clock_of_these_tests_is_off(self):
        om1 = self.host("om1")
        self.set_clock(om1, "+370d")
        om1.run("generate")
        real = self.host("om2")
        real.run("generate")
        self.assertGreater(om1.record()["installed"] - real.record()["installed"], 369 * 86400)

    def test_a_host_joins_and_all_agree(self):
        for om1, om2 in self.for_each_side():
            om2.run("join", "--ticket-file", "-", stdin=om1.run("invite").line)
            om2.serve()
            self.assertEqual(om2.key(), om1.key())
            self.assertEqual(om1.verify()[om2.address]["result"], "agree")
            self.assertEqual(om2.verify()[om1.address]["result"], "agree")

    def test_it_invites_others(self):
        for om1, om2 in self.for_each_side():
            om2.run("join", "--ticket-file", "-", stdin=om1.run("invite").line)
            om2.serve()
            om3 = self.host(f"{om2.name}-3")
            om3.run("join", "--ticket-file", "-", stdin=om2.run("invite").line)
            self.assertEqual(om3.key(), om1.key())

    def test_the_gate_judges_as_ever(self):
        for om1, om2 in self.for_each_side():
            om2.run("join", "--ticket-file", "-", stdin=om1.run("invite").line)
            om2.serve()
            for host in (om1, om2):
                host.gate("--policy", "strict")
            om2.replace_key(self.fresh_key())
            om1.gate()
            self.assertIn("not-recorded", om2.gate_reasons(expect=14))

    def test_a_lost_key_is_fetched_again(self):
        for om1, om2 in self.for_each_side():
            om2.run("join", "--ticket-file", "-", stdin=om1.run("invite").line)
            om2.key_file.unlink()
            om2.run("ensure")
            self.assertEqual(om2.key(), om1.key())


class Tickets(PairTest):
    def join_expired(self, name, joiner_offset):
        om1, om2 = self.host(f"om1-{name}"), self.host(f"om2-{name}")
        om1.run("generate")
        ticket = om1.run("invite", "--ttl", "1h").line
        self.set_clock(om1, "+2h")
        om1.serve()
        self.set_clock(om2, joiner_offset)
        outcome = om2.run("join", "--ticket-file", "-", stdin=ticket, expect=16)
        self.assertIn("expired", outcome.err)
        self.assertFalse(om2.key_file.exists())

    def test_a_ticket_that_its_issuer_calls_expired_is_refused_whatever_the_joiner_thinks(self):
        for name, offset in (("behind", "-370d"), ("right", "+0d"), ("ahead", "+370d")):
            with self.subTest(name):
                self.join_expired(name, offset)

    def test_a_ticket_of_a_minute_is_good_for_a_host_whose_clock_is_a_year_ahead(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("generate")
        om1.serve()
        self.set_clock(om2, "+370d")
        om2.run("join", "--ticket-file", "-", stdin=om1.run("invite", "--ttl", "1m").line)
        self.assertEqual(om2.key(), om1.key())


if __name__ == "__main__":
    harness.main()
