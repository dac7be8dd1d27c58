# SPDX-License-Identifier: ISC
"""Hosts with agents and a stand-in of Ops Manager each, in networks of their own, and one more for a load balancer.

What starts the collector of facts is a stand-in, too: on a real host it is genkey-agent-facts.path."""

import ctypes
import json
import os
import select
import subprocess
import threading

from . import networks, story
from .ops_manager_stand_in import OpsManager

CLOSE_WRITE = 8  # IN_CLOSE_WRITE of inotify(7): what PathChanged= of a unit waits for
SETTINGS = "mms.centralUrl=http://lb\nmms.remoteIp.header=X-Forwarded-For\n"


class Collector:
    """Collects the facts of a host whenever its listener has opened its file for writing and closed it."""

    def __init__(self, test, host):
        self.host = host
        libc = ctypes.CDLL(None, use_errno=True)
        self.events = libc.inotify_init()
        watched = libc.inotify_add_watch(self.events, os.fsencode(host.state_dir / "agent"), CLOSE_WRITE)
        test.assertGreaterEqual(min(self.events, watched), 0, os.strerror(ctypes.get_errno()))
        self.over = threading.Event()
        thread = threading.Thread(target=self.watch)
        thread.start()
        test.addCleanup(os.close, self.events)
        test.addCleanup(thread.join)
        test.addCleanup(self.over.set)

    def watch(self):
        while not self.over.is_set():
            ready, _, _ = select.select([self.events], [], [], 0.1)
            if ready and b"facts-wanted" in os.read(self.events, 65536):
                self.host.run("doctor", "--collect")


class InstalledFleetTest(story.StoryTest):
    """om1, which asks, om2, and lb, where the load balancer goes."""

    POOL = ("om1", "om2")

    def setUp(self):
        super().setUp()
        self.network = networks.Network(self)
        self.pool = [self.network.host(name) for name in self.POOL]
        self.om1, self.om2, *_ = self.pool
        self.lb = self.network.host("lb")
        self.prepare_network()
        for host in self.pool:
            self.install(host)
        self.join_all()
        self.web = [self.start_web(host) for host in self.pool]
        self.web_processes = [self.run_java(host) for host in self.pool]

    def prepare_network(self):
        """Before anybody talks to anybody."""

    def settings(self):
        """Of Ops Manager, on each host."""
        return SETTINGS

    def install(self, host):
        installed = host.install_ops_manager(self.settings())
        (installed / "logs").mkdir()
        host.also(installation={"kind": "tar", "path": str(installed)})

    def join_all(self):
        self.om1.run("generate")
        self.om1.serve()
        ticket = self.om1.run("invite", "--uses", str(len(self.pool) - 1)).line
        for host in self.pool[1:]:
            host.run("join", "--ticket-file", "-", stdin=ticket)
            host.serve()

    def start_web(self, host, port=8080, **settings):
        log = host.directory / "ops-manager" / "logs" / "mms0-access.log"
        return OpsManager(self, f"{host.name}-{port}", host.prefix, address="0.0.0.0", port=port, log=str(log), **settings)

    def run_java(self, host, part="com.xgen.svc.core.ServerMain"):
        """A process that looks like Ops Manager, to the agent of this host alone."""
        command = ["sh", "-c", "echo it runs; read end", f"-Dmms.keyfile={host.key_file}", part]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/")
        self.addCleanup(process.communicate)
        process.stdout.readline()
        return process

    def write_settings(self, text, *hosts):
        for host in hosts or self.pool:
            (host.directory / "ops-manager" / "conf" / "conf-mms.properties").write_text(text)

    def collect_now(self):
        for host in self.pool:
            host.run("doctor", "--collect")

    def collect(self, *hosts):
        """Whenever they are asked to."""
        for host in hosts:
            Collector(self, host)

    def change_facts(self, host, ago=0, **facts):
        """What the host has collected, and how many seconds ago."""
        file = host.state_dir / "facts.json"
        said = json.loads(file.read_text())
        said["collected"] -= ago * 1000
        said["facts"] |= {name.replace("__", "."): value for name, value in facts.items()}
        file.write_text(json.dumps(said))


class FleetTest(InstalledFleetTest):
    """The hosts have collected their facts."""

    def setUp(self):
        super().setUp()
        self.collect_now()

    def doctor(self, *words, only="balancer"):
        """By id, and by id and object."""
        said = self.om1.run_json("doctor", "--only", only, *words, expect=None)
        found = {(each["id"], each["object"]): each for each in said["findings"]}
        return {each["id"]: each for each in said["findings"]} | found

    def assert_result(self, finding, result, words=""):
        self.assertEqual(finding["result"], result, finding)
        self.assertIn(words, (finding["evidence"] or "") + (finding["needs"] or ""))
