# SPDX-License-Identifier: ISC
"""Windows and Linux hosts in one fleet: the Windows program under wine, the Linux program beside it."""

import os

import harness


class MixedFleet(harness.StoryTest):
    def setUp(self):
        super().setUp()
        if not os.access(harness.PROGRAM, os.X_OK):
            harness.skip(f"no Linux program at {harness.PROGRAM}; scripts/windows test builds it")

    def pair(self):
        linux, windows = self.host("linux"), self.windows_host("windows")
        for host in (linux, windows):
            host.configure(peers=[linux.address, windows.address])
        return linux, windows

    def joined(self, first, second):
        first.configure()
        first.run("generate")
        first.serve()
        ticket = first.run("invite").line
        second.run("join", "--ticket-file", "-", stdin=ticket)
        second.serve()

    def assert_agree(self, *hosts):
        self.assertEqual(len({host.key() for host in hosts}), 1)
        for host in hosts:
            for other in hosts:
                if other is not host:
                    self.assertEqual(host.verify(other)[other.address]["result"], "agree")
        self.assertEqual(len({host.fleet_id() for host in hosts}), 1)

    def test_a_windows_host_joins_a_linux_host(self):
        linux, windows = self.pair()
        self.joined(linux, windows)
        self.assert_agree(linux, windows)

    def test_a_linux_host_joins_a_windows_host(self):
        linux, windows = self.pair()
        self.joined(windows, linux)
        self.assert_agree(linux, windows)

    def test_another_key_on_one_of_them_is_told_on_both(self):
        linux, windows = self.pair()
        self.joined(linux, windows)
        self.assert_agree(linux, windows)
        windows.replace_key(self.fresh_key())
        self.assertEqual(linux.verify(windows, expect=14)[windows.address]["result"], "disagree")
        self.assertEqual(windows.verify(linux, expect=14)[linux.address]["result"], "disagree")
        self.assertIn("not-recorded", windows.gate_reasons(expect=14))

    def test_a_lost_file_comes_back_from_the_other_system(self):
        for first, second in (("linux", "windows"), ("windows", "linux")):
            with self.subTest(fetched_by=second):
                hosts = dict(zip(("linux", "windows"), self.pair_named(first, second)))
                self.joined(hosts[first], hosts[second])
                self.assert_agree(*hosts.values())
                key = hosts[second].key()
                hosts[second].lose_key()
                hosts[second].run("ensure")
                self.assertEqual(hosts[second].key(), key)

    def pair_named(self, first, second):
        linux, windows = self.host(f"linux-{first}"), self.windows_host(f"windows-{second}")
        for host in (linux, windows):
            host.configure(peers=[linux.address, windows.address])
        return linux, windows

    def test_a_backup_of_one_is_restored_on_the_other(self):
        for maker_class, restorer_class in ((self.host, self.windows_host), (self.windows_host, self.host)):
            maker, restorer = maker_class(f"maker-{maker_class.__name__}"), restorer_class(f"other-{restorer_class.__name__}")
            with self.subTest(made_by=maker.name):
                identity = self.directory / f"{maker.name}.identity"
                made = maker.run("backup", "new-identity", "--output", identity)
                recipient = made.line if made.out.startswith("age1") else self.recipient_in(made)
                maker.run("generate")
                backup = self.directory / f"{maker.name}.age"
                maker.run("backup", "--recipient", recipient, "--output", backup)
                restorer.run("restore", backup, "-i", identity)
                self.assertEqual(restorer.key(), maker.key())

    @staticmethod
    def recipient_in(outcome):
        return next(word for word in (outcome.out + outcome.err).split() if word.startswith("age1"))


if __name__ == "__main__":
    harness.main()
