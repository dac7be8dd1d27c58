# SPDX-License-Identifier: ISC
"""Two hosts with agents and a stand-in of Ops Manager each, in networks of their own, and a third one for a load balancer.

What starts the collector of facts is a stand-in, too: on a real host it is genkey-agent-facts.path."""

import ctypes
import os
import select
import subprocess
import threading

from . import networks, story
from .ops_manager_stand_in import OpsManager

CLOSE_WRITE = 8  # IN_CLOSE_WRITE of inotify(7): what PathChanged= of a unit waits for


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


class FleetTest(story.StoryTest):
    """om1, which asks, om2, and lb, where the load balancer is."""

    POOL = ("om1", "om2")

    def setUp(self):
        super().setUp()
        self.network = networks.Network(self)
        self.pool = self.establish(self.network.fleet(*self.POOL))
        self.om1, self.om2 = self.pool[:2]
        self.lb = self.network.host("lb")
        self.web_processes = []
        self.web = [self.install(host) for host in self.pool]
        for host in self.pool:
            host.run("doctor", "--collect")

    def settings(self):
        """Of Ops Manager, on each host."""
        return "mms.centralUrl=http://lb\nmms.remoteIp.header=X-Forwarded-For\n"

    def install(self, host):
        installed = host.install_ops_manager(self.settings())
        (installed / "logs").mkdir()
        host.also(installation={"kind": "tar", "path": str(installed)})
        host.serve_again()
        self.web_processes.append(self.run_java(host))
        log = installed / "logs" / "mms0-access.log"
        return OpsManager(self, host.name, host.prefix, address="0.0.0.0", port=8080, log=str(log))

    def run_java(self, host, part="com.xgen.svc.core.ServerMain"):
        """A process that looks like Ops Manager, to the agent of this host alone."""
        command = ["sh", "-c", "echo it runs; read end", f"-Dmms.keyfile={host.key_file}", part]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/")
        self.addCleanup(process.communicate)
        process.stdout.readline()
        return process

    def collect(self, *hosts):
        for host in hosts:
            Collector(self, host)

    def doctor(self, *words, only="balancer"):
        """By id, and by id and object."""
        said = self.om1.run_json("doctor", "--only", only, *words, expect=None)
        found = {(each["id"], each["object"]): each for each in said["findings"]}
        return {each["id"]: each for each in said["findings"]} | found

    def assert_result(self, finding, result, words=""):
        self.assertEqual(finding["result"], result, finding)
        self.assertIn(words, (finding["evidence"] or "") + (finding["needs"] or ""))
