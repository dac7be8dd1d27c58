# SPDX-License-Identifier: ISC
"""Hosts that are machines of their own: containers that boot systemd, on one bridge, and install packages. Needs root.

    network = containers.Network()
    om1 = network.host("om1")
    om1.boot()
    om1.wait()
    om1.run("dpkg", "-i", "/srv/packages/genkey-agent.deb")

The networks of one checkout may run at the same time; those of another checkout on this machine wait (machine_lock.py).

A host's files survive its reboots and are removed with the network. All mounts are made in a mount namespace of this
process, so they end with it, however it ends. All hosts of a network share /srv/appdb, which stands for the application
database.
"""

import contextlib
import ctypes
import itertools
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import harness
from harness import machine_lock

SOURCE = harness.SOURCE
BOOT_LIMIT = 240
NUMBERS = itertools.count(1)
NEW_MOUNTS = 0x20000
DIE_WITH_PARENT = 1
LIBC = ctypes.CDLL(None, use_errno=True)
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C.UTF-8",
    "SYSTEMD_PAGER": "",
    "SYSTEMD_COLORS": "0",
}


def ask(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")
    return done.stdout


def own_mounts():
    if LIBC.unshare(NEW_MOUNTS) != 0:
        harness.skip("the kernel makes no mount namespaces here")
    ask("mount", "--make-rprivate", "/")


def die_with_parent():
    LIBC.prctl(DIE_WITH_PARENT, signal.SIGKILL)


def read_of(process, name):
    """A file of /proc, or nothing when the process has ended."""
    try:
        return pathlib.Path(f"/proc/{process}/{name}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def children_of(process):
    """All descendants of nspawn, whose processes have one thread each."""
    children = [int(child) for child in read_of(process, f"task/{process}/children").split()]
    return children + [each for child in children for each in children_of(child)]


def is_first(process):
    """Whether it is the first process of a PID namespace."""
    numbers = re.search(r"^NSpid:\s+\d+.*\t1$", read_of(process, "status"), re.MULTILINE)
    return numbers is not None


class Done:
    """What a command in a container did."""

    def __init__(self, host, command, done):
        self.code = done.returncode
        self.stdout, self.stderr = (text.decode(errors="backslashreplace") for text in (done.stdout, done.stderr))
        self.said = self.stdout + self.stderr
        self._told = f"{host}$ {' '.join(map(str, command))}\nexit {self.code}\n{self.said}"

    def __str__(self):
        return self._told


class Host:
    def __init__(self, network, name, number):
        self.network = network
        self.name = name
        self.address = f"10.87.0.{number}"
        self.link = f"port{number}"
        self.namespace = f"{network.name}-{name}"
        self.directory = network.directory / name
        self.root = self.directory / "root"
        self.written = self.directory / "written"
        self.process = None
        self.leader = None
        self._make_root()
        self._connect()

    def boot(self):
        """Returns at once; wait() returns when the host is up."""
        binds = [f"--bind={self.network.database}:/srv/appdb", f"--bind-ro={self.network.packages}:/srv/packages"]
        self.console = open(self.directory / "console", "ab")
        self.process = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--directory", self.root, "--register=no", "--keep-unit", *binds]
            + [f"--network-namespace-path=/run/netns/{self.namespace}", f"--hostname={self.name}"]
            + ["--system-call-filter=@memlock", "--resolv-conf=off", "--timezone=off", "--link-journal=no", "--console=pipe", "--boot"],
            stdin=subprocess.DEVNULL,
            stdout=self.console,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
        )

    def wait(self):
        """Waits until every unit that starts at boot has started or failed."""
        deadline = time.monotonic() + BOOT_LIMIT
        state = None
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            self.leader = next((each for each in children_of(self.process.pid) if is_first(each)), None)
            state = self.leader and self.run("systemctl", "is-system-running", "--wait", expect=None).stdout.strip()
            if state in ("running", "degraded"):
                return
            time.sleep(0.05)
        raise AssertionError(f"{self.name} does not boot (systemd-nspawn: {self.process.poll()}, first process: {self.leader}, state: {state}):\n{(self.directory / 'console').read_text(errors='replace')}")

    def power_off(self):
        """Shuts the host down, which stops every unit."""
        if self.process is None:
            return
        if self.process.poll() is None:
            if self.leader:
                os.kill(self.leader, signal.SIGRTMIN + 4)
            else:
                self.process.kill()
            try:
                self.process.wait(BOOT_LIMIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.console.close()
        self.process = self.leader = None

    def reboot(self):
        self.power_off()
        self.boot()
        self.wait()

    def run(self, *command, input=None, expect=0, timeout=harness.TIME_LIMIT):
        """Runs a command as root, outside any session; expect=None takes any exit code."""
        done = subprocess.run(
            ["nsenter", "--target", str(self.leader), "--all", "env", "--ignore-environment"]
            + [f"{name}={value}" for name, value in ENVIRONMENT.items()]
            + [str(word) for word in command],
            input=(input.encode() if isinstance(input, str) else input) or b"",
            capture_output=True,
            check=False,
            timeout=timeout,
        )
        outcome = Done(self.name, command, done)
        self.network.collect_output(f"{self.name}: {command[0]}", done.stdout + done.stderr)
        if expect is not None and outcome.code != expect:
            raise AssertionError(f"expected exit {expect}\n{outcome}")
        return outcome

    def write(self, path, content, mode=0o644):
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode)
        file.chmod(mode)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def _make_root(self):
        work = self.directory / "work"
        for directory in (self.root, self.written, work):
            directory.mkdir(parents=True)
        layers = f"lowerdir={self.network.base},upperdir={self.written},workdir={work}"
        ask("mount", "-t", "overlay", "overlay", "-o", layers, self.root)

    def _connect(self):
        ask("ip", "netns", "add", self.namespace)
        switch = ("ip", "-n", self.network.name)
        ask(*switch, "link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.namespace)
        ask(*switch, "link", "set", self.link, "master", "bridge", "up")
        inside = ("ip", "-n", self.namespace)
        ask(*inside, "address", "add", f"{self.address}/24", "dev", "eth0")
        ask(*inside, "link", "set", "eth0", "up")
        ask(*inside, "link", "set", "lo", "up")


class Network:
    """A bridge in a namespace, which is also the administrator's own machine."""

    def __init__(self, packages="/nonexistent", collect_output=lambda origin, content: None):
        harness.need_root()
        for program in ("systemd-nspawn", "debootstrap", "nft"):
            if shutil.which(program) is None:
                harness.skip(f"no {program}: scripts/setup")
        self.lock = contextlib.ExitStack()
        self.lock.enter_context(machine_lock.held(machine_lock.CONTAINERS, SOURCE))
        own_mounts()
        self.collect_output = collect_output
        self.name = f"gkc{os.getpid()}n{next(NUMBERS)}"
        self.base = ask(SOURCE / "scripts" / "fetch" / "container-root").strip()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="genkey-agent-containers-"))
        self.database = self.directory / "appdb"
        self.database.mkdir()
        self.packages = packages if pathlib.Path(packages).is_dir() else self.database
        self.hosts = []
        ask("ip", "netns", "add", self.name)
        self._inside("link", "set", "lo", "up")
        self._inside("link", "add", "bridge", "type", "bridge")
        self._inside("address", "add", "10.87.0.254/24", "dev", "bridge")
        self._inside("link", "set", "bridge", "up")

    def host(self, name):
        host = Host(self, name, len(self.hosts) + 1)
        self.hosts.append(host)
        return host

    def fleet(self, *names):
        """Booted hosts that find each other by name."""
        hosts = [self.host(name) for name in names]
        lines = "".join(f"{host.address} {host.name}\n" for host in hosts)
        for host in hosts:
            host.write("/etc/hosts", f"127.0.0.1 localhost\n{lines}")
        self.boot(*hosts)
        return hosts

    def boot(self, *hosts):
        """Boots all hosts at the same time and waits for them."""
        for host in hosts:
            host.boot()
        for host in hosts:
            host.wait()

    def power_off(self, *hosts):
        for host in hosts:
            host.power_off()

    def cut(self, host):
        """Nothing passes between the host and the others."""
        rules = f'iifname "{host.link}" drop; oifname "{host.link}" drop;'
        chain = f"table bridge cuts {{ chain forward {{ type filter hook forward priority 0; policy accept; {rules} }}; }}"
        ask("ip", "netns", "exec", self.name, "nft", chain)

    def heal(self):
        ask("ip", "netns", "exec", self.name, "nft", "delete table bridge cuts")

    def close(self):
        for host in self.hosts:
            host.power_off()
            subprocess.run(["umount", "--lazy", host.root], capture_output=True, check=False)
            subprocess.run(["ip", "netns", "delete", host.namespace], capture_output=True, check=False)
        subprocess.run(["ip", "netns", "delete", self.name], capture_output=True, check=False)
        shutil.rmtree(self.directory, ignore_errors=True)
        self.lock.close()

    def _inside(self, *arguments):
        ask("ip", "-n", self.name, *arguments)
