# SPDX-License-Identifier: ISC
"""doctor counts its requests in the access logs of the whole fleet: peers collect when they are asked, and report what
they found. Real agents, networks and a real haproxy; Ops Manager is a stand-in, and so is what starts the collector,
which is genkey-agent-facts.path on a real host."""

import ctypes
import os
import select
import subprocess
import threading

from harness import networks, proxies, story
from harness.ops_manager_stand_in import OpsManager


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

    def setUp(self):
        super().setUp()
        self.network = networks.Network(self)
        self.om1, self.om2 = self.pool = self.establish(self.network.fleet("om1", "om2"))
        self.lb = self.network.host("lb")
        self.web = [self.install(host) for host in self.pool]
        for host in self.pool:
            host.run("doctor", "--collect")

    def install(self, host):
        installed = host.install_ops_manager("mms.centralUrl=http://lb\nmms.remoteIp.header=X-Forwarded-For\n")
        (installed / "logs").mkdir()
        host.also(installation={"kind": "tar", "path": str(installed)})
        host.serve_again()
        self.run_java(host)
        log = installed / "logs" / "mms0-access.log"
        return OpsManager(self, host.name, host.prefix, address="0.0.0.0", port=8080, log=str(log))

    def run_java(self, host):
        """A process that looks like Ops Manager, to the agent of this host alone."""
        command = ["sh", "-c", "echo it runs; read end", f"-Dmms.keyfile={host.key_file}", "com.xgen.svc.core.ServerMain"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/")
        self.addCleanup(process.communicate)
        process.stdout.readline()

    def collect(self, *hosts):
        for host in hosts:
            Collector(self, host)

    def doctor(self, *words):
        """By id, and by id and object."""
        said = self.om1.run_json("doctor", "--only", "balancer", *words, expect=None)
        found = {(each["id"], each["object"]): each for each in said["findings"]}
        return {each["id"]: each for each in said["findings"]} | found

    def assert_result(self, finding, result, words=""):
        self.assertEqual(finding["result"], result, finding)
        self.assertIn(words, (finding["evidence"] or "") + (finding["needs"] or ""))


class Counting(FleetTest):
    def test_the_logs_of_both_hosts_show_that_nothing_is_cached_and_each_gets_its_share(self):
        self.collect(self.om2)
        proxies.haproxy(self, self.lb, self.pool)
        found = self.doctor()
        self.assert_result(found["HA203"], "ok", "6 identical requests for /user/login, 6 reached a host; control: 6 of 6")
        for host in self.pool:
            self.assert_result(found["HA202", host.name], "ok", "of the counted requests")

    def test_a_host_that_gets_no_request_is_a_risk_until_it_is_in_the_pool(self):
        self.collect(self.om2)
        balancer = proxies.haproxy(self, self.lb, [self.om1])
        found = self.doctor()
        self.assert_result(found["HA202", "om2"], "risk", "om1: 30, om2: 0")
        self.assert_result(found["HA202", "om1"], "ok")
        self.assert_result(found["HA203"], "ok")
        balancer.close()
        proxies.haproxy(self, self.lb, self.pool)
        self.assert_result(self.doctor()["HA202", "om2"], "ok")

    def test_a_cache_before_both_hosts_is_found_by_the_count(self):
        self.collect(self.om2)
        proxies.nginx(self, self.lb, self.pool, cache="proxy_cache_valid 200 1m;")
        self.assert_result(self.doctor()["HA203"], "fault", "6 identical requests for /monitor/health, 1 reached a host")

    def test_a_peer_that_does_not_collect_did_not_report_and_nothing_is_a_fault(self):
        proxies.haproxy(self, self.lb, self.pool)
        found = self.doctor()
        self.assert_result(found["HA202", "om2"], "unknown", "the access log of om2, read after the requests")
        self.assert_result(found["HA203"], "unknown")

    def test_without_counting_no_request_can_be_found_again(self):
        proxies.haproxy(self, self.lb, self.pool)
        found = self.doctor("--no-count")
        self.assert_result(found["HA202", "om1"], "unknown", "a run without --no-count")
        self.assertNotIn("fault", [each["result"] for each in found.values()])
        log = self.om1.directory / "ops-manager" / "logs" / "mms0-access.log"
        # One request has a random number all the same: the one that asks for cached content alone.
        self.assertLessEqual(log.read_text().count("genkey-agent="), 1)

    def test_the_url_of_the_command_line_wins_and_one_that_is_none_is_refused(self):
        proxies.haproxy(self, self.lb, self.pool)
        self.assert_result(self.doctor("--no-count", "--url", f"http://{self.lb.address.split(':')[0]}")["HA201"], "ok")
        refused = self.om1.run("doctor", "--url", "opsmanager", expect=2)
        self.assertIn('"opsmanager" is not a URL; write it as https://opsmanager.example.com', refused.err)


if __name__ == "__main__":
    story.main()
