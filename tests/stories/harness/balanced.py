# SPDX-License-Identifier: ISC
"""Stand-ins of Ops Manager behind a load balancer, each in a network of its own, and what doctor finds out about them.

The findings come from the program balancer-findings, which asks as doctor does and is given the facts and access logs of
the hosts.
"""

import os
import subprocess

from . import networks, story
from .ops_manager_stand_in import OpsManager

PROGRAM = os.environ.get("GENKEY_BALANCER_FINDINGS", "balancer-findings")
DOCTOR = os.environ.get("GENKEY_DOCTOR_PROGRAM", "genkey-agent-doctor")
HEADER = "x-forwarded-for"


class BalancedTest(story.StoryTest):
    """om1, which asks, om2, and lb, where the balancer goes."""

    def setUp(self):
        super().setUp()
        self.network = networks.Network(self)
        self.om1, self.om2, self.lb = (self.network.host(name) for name in ("om1", "om2", "lb"))
        self.hosts = [self.om1, self.om2]
        self.unreported = set()  # names of hosts without an agent

    def start(self, **settings):
        self.web = {host.name: self.start_one(host, **settings) for host in self.hosts}

    def start_one(self, host, **settings):
        return OpsManager(self, host.name, host.prefix, **{"address": "0.0.0.0", "port": 8080, **settings})

    def fact_line(self, host, facts):
        ip = host.address.split(":")[0]
        web = self.web[host.name]
        known = {"om.running": "web", "om.started": "90000", "port": "8080", "https": "on" if web.settings["certificate"] else "off"}
        known |= {"addresses": ip, "remote_ip_header": HEADER} | facts
        log = "" if host.name in self.unreported else web.settings["log"]
        return "|".join([host.name, f"{ip}:27424", log, *(f"{name}={value}" for name, value in known.items())])

    def findings(self, url="http://lb", ca="", count=True, **facts):
        """By id; those of hosts by (id, host)."""
        lines = [self.fact_line(host, facts) for host in self.hosts]
        names = {host.name for host in self.hosts}
        found = {}
        for line in self.run_findings(url, lines, ca, count).splitlines():
            finding = Finding(*line.split("\t"))
            found[(finding.id, finding.object) if finding.object in names else finding.id] = finding
        return found

    def run_findings(self, url, lines, ca="", count=True):
        command = [*self.om1.prefix, PROGRAM, DOCTOR, url, str(ca), "count" if count else "no-count", *lines]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def assert_result(self, finding, result, words=""):
        self.assertEqual(finding.result, result, finding)
        self.assertIn(words, finding.evidence + finding.needs)


class Finding:
    def __init__(self, identity, result, subject, evidence, needs):
        self.id, self.result, self.object, self.evidence, self.needs = identity, result, subject, evidence, needs

    def __repr__(self):
        return f"{self.id} {self.result} {self.object}: {self.evidence} | {self.needs}"
