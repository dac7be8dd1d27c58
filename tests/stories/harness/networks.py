# SPDX-License-Identifier: ISC
"""Hosts with a network of their own: namespaces on a bridge, itself in a namespace. Needs root.

    network = networks.Network(self)
    om1, om2 = network.host("om1"), network.host("om2")
    network.partition([om1], [om2])
    network.heal()

Hosts find each other by name. Everything is removed after the test.
"""

import itertools
import os
import pathlib
import shutil
import subprocess
import sys

from .host import Host
from .skipping import need_root

PORT = 27424
NUMBERS = itertools.count(1)


def ip(*arguments):
    done = subprocess.run(["ip", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"ip {' '.join(map(str, arguments))}: {done.stderr.strip()}")


def run(host, *command):
    """Runs a command in the network of a host."""
    done = subprocess.run([*host.prefix, *command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{host.name}: {' '.join(command)}: {done.stderr.strip()}")


def folder_of(host):
    """The files in it replace those of the same name in /etc for everything that the host runs."""
    return pathlib.Path("/etc/netns") / host.namespace


class NetHost(Host):
    def __init__(self, test, name, network, number):
        self.namespace = f"{network.name}-{name}"
        self.link = f"port{number}"
        self.prefix = ("ip", "netns", "exec", self.namespace)
        super().__init__(test, name, address=f"10.77.0.{number}", port=PORT)


class Network:
    def __init__(self, test):
        need_root()
        self.test = test
        self.hosts = []
        self.name = f"genkey{os.getpid()}n{next(NUMBERS)}"
        self.switch = self.name
        self._add_namespace(self.switch)
        self._in_switch("link", "add", "bridge", "type", "bridge")
        self._in_switch("link", "set", "bridge", "up")

    def host(self, name, **configuration):
        host = NetHost(self.test, name, self, len(self.hosts) + 1)
        self._add_namespace(host.namespace)
        self._connect(host)
        self.hosts.append(host)
        self._write_names()
        return self.test.add_host(host, configuration)

    def fleet(self, *names):
        """Hosts that know each other by name, with the same list on each of them."""
        hosts = [self.host(name) for name in names]
        for host in hosts:
            host.configure(peers=[each.name for each in hosts])
        return hosts

    def partition(self, *sides):
        """Nothing passes between the sides, everything within one."""
        rules = ["type filter hook forward priority 0; policy accept;"]
        for one, other in itertools.permutations(sides, 2):
            rules += [f'iifname "{a.link}" oifname "{b.link}" drop' for a in one for b in other]
        chain = "\n".join(["table bridge cuts { chain forward {", *rules, "}", "}"])
        self._nft(f"add table bridge cuts; delete table bridge cuts\n{chain}")

    def heal(self):
        self._nft("delete table bridge cuts")

    def isolate(self, host):
        self.partition([host], [other for other in self.hosts if other is not host])

    def deafen(self, host):
        """Nothing that others send arrives there, so that everybody is silent to it: no error tells why."""
        self._nft('table inet deaf { chain arriving { type filter hook input priority 0;\niifname "eth0" drop;\n}\n}', host.namespace)

    def _connect(self, host):
        self._in_switch("link", "add", host.link, "type", "veth", "peer", "name", "eth0", "netns", host.namespace)
        self._in_switch("link", "set", host.link, "master", "bridge", "up")
        ip("-n", host.namespace, "address", "add", f"{host.address.split(':')[0]}/24", "dev", "eth0")
        ip("-n", host.namespace, "link", "set", "eth0", "up")

    def _add_namespace(self, namespace):
        self.test.addCleanup(self._remove_namespace, namespace)
        ip("netns", "add", namespace)
        ip("-n", namespace, "link", "set", "lo", "up")

    def _remove_namespace(self, namespace):
        subprocess.run(["ip", "netns", "delete", namespace], capture_output=True, check=False)
        shutil.rmtree(f"/etc/netns/{namespace}", ignore_errors=True)

    def _write_names(self):
        """`ip netns exec` shows each host this file as its /etc/hosts."""
        names = "".join(f"{host.address.split(':')[0]} {host.name}\n" for host in self.hosts)
        for host in self.hosts:
            folder = folder_of(host)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "hosts").write_text(f"127.0.0.1 localhost\n{names}", encoding="utf-8")

    def _in_switch(self, *arguments):
        ip("-n", self.switch, *arguments)

    def _nft(self, commands, namespace=None):
        command = ["ip", "netns", "exec", namespace or self.switch, "nft", commands]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"nft {commands}: {done.stderr.strip()}")


class NameServer:
    """Listens on a host's own 127.0.0.1, answers that a name does not exist, and prints each question."""

    SCRIPT = """
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
print("ready", flush=True)
while True:
    question, asker = server.recvfrom(512)
    print(question[12:], flush=True)
    server.sendto(question[:2] + b"\\x81\\x83" + question[4:], asker)
"""

    def __init__(self, test, host):
        (folder_of(host) / "resolv.conf").write_text("nameserver 127.0.0.1\n", encoding="utf-8")
        command = ["ip", "netns", "exec", host.namespace, sys.executable, "-c", self.SCRIPT]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        test.addCleanup(self.close)
        self.await_line("ready")

    def close(self):
        self.process.kill()
        with self.process:
            self.process.stdout.read()

    def await_question(self, name):
        self.await_line(name)

    def await_line(self, part):
        for line in self.process.stdout:
            if part in line:
                return
        raise AssertionError(f"the name server has ended without {part!r}")
