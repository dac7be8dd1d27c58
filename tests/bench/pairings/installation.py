# SPDX-License-Identifier: ISC
"""A whole installation for doctor, of the stories' harness: three hosts with a listener and a web server each behind a real
haproxy, and a replica set of three. Ops Manager and the databases are stand-ins. Each host has a network of its own.

The harness reads at its import which programs it runs: import this module when the environment names them.
"""

import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "stories"))

from harness import proxies  # noqa: E402
from harness.mongod_stand_in import ReplicaSet  # noqa: E402
from harness.ops_manager_fleet import FleetTest  # noqa: E402

from .rig import Failed  # noqa: E402


class Installation(FleetTest):
    """Use as a context; raises unittest.SkipTest where something that it needs is missing."""

    POOL = ("om1", "om2", "om3")
    MEMBERS = ("primary", "secondary", "secondary")
    appdb = None

    def __enter__(self):
        try:
            self.setUp()
            self.collect(*self.pool[1:])
            proxies.haproxy(self, self.lb, self.pool)
        except BaseException:
            self.doCleanups()
            raise
        return self

    def __exit__(self, *_):
        self.doCleanups()

    def settings(self):
        if self.appdb is None:
            hosts = [self.network.host(f"db{number}") for number in range(1, 4)]
            self.appdb = ReplicaSet(self, "appdb", self.MEMBERS, hosts=hosts)
        return f"{super().settings()}mongo.mongoUri={self.appdb.uri()}\n"

    def time_of(self, *words, codes=(0, 10)):
        """Seconds that om1 takes for a command, which ends with one of these codes."""
        start = time.monotonic()
        outcome = self.om1.run(*words, expect=None)
        taken = time.monotonic() - start
        if outcome.code not in codes:
            raise Failed(f"{' '.join(words)} ended with {outcome.code}: {outcome.out}{outcome.err}")
        return taken


Missing = unittest.SkipTest
