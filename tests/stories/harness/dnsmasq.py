# SPDX-License-Identifier: ISC
"""A name server as people have one: Debian's dnsmasq, in the network of a host.

    server = Dnsmasq(self, dns, ["host-record=db1.example.com,10.77.0.4", "txt-record=appdb.example.com,replicaSet=appdb"])
    server.serve([om1])     # it becomes the name server of these hosts
    server.questions()      # "SRV _mongodb._tcp.appdb.example.com", in the order in which they came
"""

import re
import shutil
import subprocess
import time

from . import networks
from .skipping import skip

START_LIMIT = 20
QUESTION = re.compile(r" query\[(\w+)\] (.*) from ")


class Dnsmasq:
    def __init__(self, test, host, records):
        """`records`: lines of dnsmasq's configuration. What they do not name does not exist."""
        program = shutil.which("dnsmasq", path="/usr/sbin:/usr/bin")
        if program is None:
            skip("no dnsmasq: run scripts/setup")
        self.address = host.address.split(":")[0]
        lines = ["no-resolv", "no-hosts", "port=53", f"listen-address={self.address}", "bind-interfaces", "address=/#/", "user=root"]
        lines += ["log-queries", "log-facility=-", "pid-file", *records]
        configuration = test.directory / "dnsmasq.conf"
        configuration.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        self.log = test.directory / "dnsmasq.log"
        with self.log.open("wb") as log:
            command = [*host.prefix, program, "--keep-in-foreground", f"--conf-file={configuration}"]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        test.addCleanup(self.close)
        self.await_start()

    def await_start(self):
        end = time.monotonic() + START_LIMIT
        while "started, version" not in self.said():
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"dnsmasq does not start: {self.said()}")
            time.sleep(0.02)

    def serve(self, hosts):
        for host in hosts:
            (networks.folder_of(host) / "resolv.conf").write_text(f"nameserver {self.address}\n", encoding="utf-8")

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="backslashreplace")

    def questions(self):
        return [f"{kind} {name}" for kind, name in QUESTION.findall(self.said())]

    def close(self):
        self.process.terminate()
        self.process.wait(5)
