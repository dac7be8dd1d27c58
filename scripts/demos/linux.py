# SPDX-License-Identifier: ISC
"""The demonstration of scripts/demo, which sets up and starts this program."""

import argparse
import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import time

from stage import Failed, Host, Stage, Teller, at_once, perform

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("GENKEY_AGENT", "genkey-agent")).absolute()
STAND_IN = SOURCE / "tests" / "support" / "mongodb-mms"
GATE_WAIT = 3
# On a busy machine, a command may take this much longer than its wait.
GRACE = 15


def ip(*arguments):
    done = subprocess.run(["ip", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"ip {' '.join(map(str, arguments))}: {done.stderr.strip()}")


class Network:
    """A bridge in a namespace of its own, apart from this machine's network."""

    def __init__(self, cleanup):
        self.cleanup = cleanup
        self.name = f"genkeydemo{os.getpid()}"
        self.names = {}
        self.folders = pathlib.Path("/etc/netns")
        if not self.folders.exists():
            cleanup.callback(self.remove_folders)
        self.add_namespace(self.name)
        ip("-n", self.name, "link", "add", "bridge", "type", "bridge")
        ip("-n", self.name, "link", "set", "bridge", "up")

    def connect(self, host):
        """Makes a namespace for the host, connects it to the bridge and tells every host its name."""
        number = len(self.names) + 1
        host.namespace, host.port = f"{self.name}-{host.name}", f"port{number}"
        address = f"10.77.1.{number}"
        self.add_namespace(host.namespace)
        ip("-n", self.name, "link", "add", host.port, "type", "veth", "peer", "name", "eth0", "netns", host.namespace)
        ip("-n", self.name, "link", "set", host.port, "master", "bridge", "up")
        ip("-n", host.namespace, "address", "add", f"{address}/24", "dev", "eth0")
        ip("-n", host.namespace, "link", "set", "eth0", "up")
        self.names[host] = address
        self.write_names()

    def cut_off(self, host):
        ip("-n", self.name, "link", "set", host.port, "nomaster")

    def heal(self, host):
        ip("-n", self.name, "link", "set", host.port, "master", "bridge")

    def add_namespace(self, namespace):
        self.cleanup.callback(self.remove_namespace, namespace)
        ip("netns", "add", namespace)
        ip("-n", namespace, "link", "set", "lo", "up")

    def remove_namespace(self, namespace):
        subprocess.run(["ip", "netns", "delete", namespace], capture_output=True, check=False)
        shutil.rmtree(self.folders / namespace, ignore_errors=True)

    def remove_folders(self):
        with contextlib.suppress(OSError):
            self.folders.rmdir()  # only when it is empty

    def write_names(self):
        """`ip netns exec` shows this file as /etc/hosts."""
        text = "".join(f"{address} {host.name}\n" for host, address in self.names.items())
        for host in self.names:
            folder = self.folders / host.namespace
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "hosts").write_text(f"127.0.0.1 localhost\n{text}", encoding="utf-8")


class OpsManagerHost(Host):
    """A host: an Ops Manager under a root directory of its own, and genkey-agent beside it."""

    def __init__(self, stage, name, layout, account):
        super().__init__(stage.teller, name, stage.directory / name)
        self.layout, self.account = layout, account
        self.root = self.directory
        self.state = self.root / "var/lib/genkey-agent"
        self.config = self.root / "etc/genkey-agent/genkey-agent.toml"
        if layout == "package":
            self.installation, key = "opt/mongodb/mms", "/etc/mongodb-mms/gen.key"
            self.key = self.root / key.lstrip("/")
        else:
            self.installation, key = "srv/ops-manager", "${HOME}/.mongodb-mms/gen.key"
            self.key = self.root / pwd.getpwnam(account).pw_dir.lstrip("/") / ".mongodb-mms/gen.key"
        self.install_ops_manager(key)

    def install_ops_manager(self, key):
        for folder in (f"{self.installation}/conf", f"{self.installation}/bin", "etc/genkey-agent", "var/lib"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        owner = pwd.getpwnam(self.account)
        self.key.parent.mkdir(parents=True)
        os.chown(self.key.parent, owner.pw_uid, owner.pw_gid)
        self.vendor_script = self.root / self.installation / "bin/mongodb-mms"
        shutil.copy(STAND_IN, self.vendor_script)
        conf = self.root / self.installation / "conf/mms.conf"
        conf.write_text(f"ENC_KEY_PATH={key}\nMMS_USER={self.account}\n", encoding="utf-8")

    def configure(self, peers):
        listed = ", ".join(f'"{peer}"' for peer in peers)
        text = f'name = "{self.name}"\naddress = "{self.name}"\npeers = [{listed}]\nstate_dir = "{self.state}"\n'
        if self.layout == "tar":
            text += f'[installation]\npath = "{self.root / self.installation}"\n'
        text += f'[serve]\nlisten = ["0.0.0.0"]\n[gate]\nwait = "{GATE_WAIT}s"\n'
        self.config.write_text(text, encoding="utf-8")

    def environment(self):
        plain = {name: value for name, value in os.environ.items() if not name.startswith("GENKEY_AGENT")}
        own = {"GENKEY_AGENT_CONFIG": str(self.config), "GENKEY_AGENT_ROOT": str(self.root)}
        return {**plain, **own, "STAND_IN_ROOT": str(self.root), "HOME": pwd.getpwnam(self.account).pw_dir}

    def command(self, *words):
        return [str(word) for word in ("ip", "netns", "exec", self.namespace, *words)]

    def typed(self, *arguments):
        return self.command(PROGRAM, *arguments)

    def start_vendor(self):
        """Runs the vendor's start script, as somebody may who ignores the units."""
        done = subprocess.run(
            self.command(self.vendor_script, "start"), capture_output=True, text=True, env=self.environment(), check=False
        )
        self.teller.show(self.name + self.prompt, f"/{self.installation}/bin/mongodb-mms start", done.returncode, done.stdout)
        if done.returncode != 0:
            raise Failed(f"{self.name}: the stand-in of the start script failed: {done.stderr}")

    def start_as_unit(self):
        """Does what the unit's drop-in does: ensure, whatever its result; then the gate; then the start script."""
        subprocess.run(self.command(PROGRAM, "ensure", "--quiet"), env=self.environment(), capture_output=True, check=False)
        begin = time.monotonic()
        self.run("gate")
        if time.monotonic() - begin > GATE_WAIT + GRACE:
            raise Failed(f"{self.name}: the gate took longer than its wait")
        self.start_vendor()


class Fleet(Stage):
    """The three hosts, which are gone after the demonstration."""

    def __init__(self, cleanup, teller):
        super().__init__(cleanup, teller)
        self.network = Network(cleanup)
        layouts = (("om1", "package", "daemon"), ("om2", "tar", "backup"), ("om3", "package", "games"))
        self.hosts = [OpsManagerHost(self, *each) for each in layouts]
        for host in self.hosts:
            self.network.connect(host)
            host.configure([each.name for each in self.hosts])
            cleanup.callback(host.close)


def make_the_fleet(stage):
    om1, om2, om3 = stage.hosts
    tell = stage.teller
    tell.scene("The first host makes the key")
    tell.say("om1 and om3 are installed from a package, om2 from an archive. No account \"genkey-agent\" is made on this\n"
             "machine for a demonstration; that is what the notice about a trial says.")
    om1.run("generate")
    om1.serve()
    facts = om1.key.stat()
    private = facts.st_mode & 0o777 == 0o600 and facts.st_uid == pwd.getpwnam(om1.account).pw_uid
    tell.expect(f"the key has 24 bytes, mode 0600, and belongs to the service ({om1.account})", private and facts.st_size == 24)

    tell.scene("The other two receive it, with one line each")
    for host in (om2, om3):
        om1.admit(host)
    stage.expect_one_key()
    tell.scene("Every host proves to every other that it holds the same key")
    stage.verify_everywhere()


def drift(stage):
    om1, om2, om3 = stage.hosts
    tell = stage.teller
    tell.scene("om2 loses its file, and the vendor's start script makes a wrong key")
    right = om2.key.read_bytes()
    om2.key.unlink()
    om2.start_vendor()
    wrong = om2.key.read_bytes()
    tell.expect("om2 now has another key, and nothing has complained", wrong != right)

    tell.scene("The gate refuses there, and only there")
    om2.run("gate", expect=14)
    om1.run("gate", "--quiet")
    om3.run("gate", "--quiet")

    tell.scene("ensure brings the right key back, and keeps the other")
    om2.run("ensure")
    tell.expect("om2 has the fleet's key again", om2.key.read_bytes() == right)
    kept = [file.read_bytes() for file in (om2.state / "displaced").iterdir()]
    tell.expect("the displaced key was kept, for root only", kept == [wrong])
    om2.start_as_unit()


def partition(stage):
    om3 = stage.hosts[2]
    tell = stage.teller
    tell.scene("om3 is cut off from the network")
    stage.network.cut_off(om3)
    om3.run("verify", "--wait", "1s", expect=15)
    tell.say("Nobody answers it, and that is no evidence against it: it starts with its recorded key. So do the others.")
    at_once([host.start_as_unit for host in stage.hosts])
    stage.network.heal(om3)
    om3.run("verify", "--quiet")


def cold_start(stage):
    tell = stage.teller
    tell.scene("Everything goes down, and all three start at once")
    for host in stage.hosts:
        host.stop()
    tell.say("No host is the first: none waits for another that waits for it.")
    at_once([action for host in stage.hosts for action in (host.serve, host.start_as_unit)])
    stage.verify_everywhere()
    stage.expect_one_key()


def wait_for_the_visitor(stage):
    print("\nEverything still runs. In another terminal, as root, on om2 for example:\n")
    for host in stage.hosts:
        own = " ".join(f"{name}={value}" for name, value in host.environment().items() if name.startswith("GENKEY_AGENT"))
        print(f"  {host.name}: ip netns exec {host.namespace} env {own} {PROGRAM} status")
    print(f"\nFiles are below {stage.directory}. Ctrl-C here ends it and removes everything.", flush=True)
    signal.pause()


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()

    def act(cleanup):
        stage = Fleet(cleanup, Teller(options.quiet))
        for scene in (make_the_fleet, drift, partition, cold_start):
            scene(stage)
        print("\nEverything happened as told.", flush=True)
        if options.keep:
            wait_for_the_visitor(stage)

    return perform("scripts/demo", act)


if __name__ == "__main__":
    sys.exit(main())
