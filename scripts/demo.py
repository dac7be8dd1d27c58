"""The play of scripts/demo, which does the set-up and starts this."""

import argparse
import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SOURCE / "tests" / "scripts"))

import servers  # noqa: E402  (found only by then)

PROGRAM = pathlib.Path(os.environ.get("GENKEY_AGENT", "genkey-agent")).absolute()
STAND_IN = SOURCE / "tests" / "support" / "mongodb-mms"
GATE_WAIT = 3
# What a command may take beyond the wait that it was given, on a machine that is busy.
GRACE = 15


class Failed(Exception):
    """Something did not happen as told."""


class Teller:
    """Says what happens; quietly, only the headings."""

    def __init__(self, quiet):
        self.quiet = quiet
        self.bold, self.plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")

    def scene(self, title):
        print(f"{'' if self.quiet else chr(10)}{self.bold}== {title}{self.plain}", flush=True)

    def say(self, text):
        if not self.quiet:
            print(text, flush=True)

    def show(self, host, command, code, output):
        if self.quiet:
            return
        print(f"{self.bold}{host}# {command}{self.plain}")
        for line in output.splitlines():
            print(f"    {line}")
        if code != 0:
            print(f"    (exit {code})")
        sys.stdout.flush()


def ip(*arguments):
    done = subprocess.run(["ip", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"ip {' '.join(map(str, arguments))}: {done.stderr.strip()}")


class Network:
    """A bridge in a namespace of its own; nothing of it touches this machine's network."""

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
        """A namespace for the host, plugged into the bridge; everybody learns its name."""
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


class Host:
    """An installation of Ops Manager below a root of its own, with genkey-agent beside it."""

    def __init__(self, stage, name, layout, account):
        self.stage, self.name, self.layout, self.account = stage, name, layout, account
        self.root = stage.directory / name
        self.state = self.root / "var/lib/genkey-agent"
        self.config = self.root / "etc/genkey-agent/genkey-agent.toml"
        self.server = None
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

    def run(self, *arguments, expect=0, stdin=None, shown=None):
        """Runs genkey-agent here, shows what it says, and demands its exit code. Gives standard output."""
        done = subprocess.run(
            self.command(PROGRAM, *arguments), input=stdin, capture_output=True, text=True, env=self.environment(), check=False
        )
        output = (done.stdout if shown is None else f"{shown}\n") + done.stderr
        self.stage.teller.show(self.name, " ".join(["genkey-agent", *map(str, arguments)]), done.returncode, output)
        if done.returncode != expect:
            raise Failed(f"{self.name}: genkey-agent {arguments[0]} ended with {done.returncode}, not {expect}:\n{output}")
        return done.stdout

    def start_vendor(self):
        """The vendor's start script, as somebody may call it past every unit."""
        done = subprocess.run(
            self.command(self.vendor_script, "start"), capture_output=True, text=True, env=self.environment(), check=False
        )
        self.stage.teller.show(self.name, f"/{self.installation}/bin/mongodb-mms start", done.returncode, done.stdout)
        if done.returncode != 0:
            raise Failed(f"{self.name}: the stand-in of the start script failed: {done.stderr}")

    def start_as_unit(self):
        """What the unit's drop-in does: ensure, whatever it says; gate; only then the start script."""
        subprocess.run(self.command(PROGRAM, "ensure", "--quiet"), env=self.environment(), capture_output=True, check=False)
        begin = time.monotonic()
        self.run("gate")
        if time.monotonic() - begin > GATE_WAIT + GRACE:
            raise Failed(f"{self.name}: the gate took longer than its wait")
        self.start_vendor()

    def serve(self):
        self.server = servers.Server(self.name, self.command(PROGRAM, "serve"), self.root, self.environment())
        self.server.await_start(1)

    def stop(self):
        if self.server is not None:
            server, self.server = self.server, None
            server.stop()


class Stage:
    """The three hosts, and what takes them away again."""

    def __init__(self, cleanup, teller):
        self.teller = teller
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="genkey-agent-demo-"))
        cleanup.callback(shutil.rmtree, self.directory, ignore_errors=True)
        self.directory.chmod(0o755)  # the agent's network processes are not root
        self.network = Network(cleanup)
        layouts = (("om1", "package", "daemon"), ("om2", "tar", "backup"), ("om3", "package", "games"))
        self.hosts = [Host(self, *each) for each in layouts]
        for host in self.hosts:
            self.network.connect(host)
            host.configure([each.name for each in self.hosts])
            cleanup.callback(self.stop, host)

    @staticmethod
    def stop(host):
        try:
            host.stop()
        except AssertionError as problem:
            print(f"scripts/demo: {problem}", file=sys.stderr)

    def expect(self, told, happened):
        if not happened:
            raise Failed(f"this did not happen: {told}")
        self.teller.say(f"  -> {told}")

    def all_agree(self):
        return len({host.key.read_bytes() for host in self.hosts}) == 1


def at_once(actions):
    """Runs them all at the same time; the first failure is everybody's."""
    problems = []

    def attempt(action):
        try:
            action()
        except (Failed, AssertionError, OSError) as problem:
            problems.append(problem)

    threads = [threading.Thread(target=attempt, args=(action,)) for action in actions]
    with contextlib.ExitStack() as ended:
        for thread in threads:
            thread.start()
            ended.callback(thread.join)  # after Ctrl-C too, so that nothing is started behind the clean-up
    if problems:
        raise Failed(str(problems[0]))


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
    stage.expect(f"the key has 24 bytes, mode 0600, and belongs to the service ({om1.account})", private and facts.st_size == 24)

    tell.scene("The other two receive it, with one line each")
    for host in (om2, om3):
        ticket = om1.run("invite", shown="gka1_... (one line, a secret: it is not shown here)")
        host.run("join", "--ticket-file", "-", stdin=ticket)
        host.serve()
    stage.expect("all three key files are the same", stage.all_agree())

    tell.scene("Every host proves to every other that it holds the same key")
    for host in stage.hosts:
        host.run("verify", "--quiet")


def drift(stage):
    om1, om2, om3 = stage.hosts
    tell = stage.teller
    tell.scene("om2 loses its file, and the vendor's start script makes a wrong key")
    right = om2.key.read_bytes()
    om2.key.unlink()
    om2.start_vendor()
    wrong = om2.key.read_bytes()
    stage.expect("om2 now has another key, and nothing has complained", wrong != right)

    tell.scene("The gate refuses there, and only there")
    om2.run("gate", expect=14)
    om1.run("gate", "--quiet")
    om3.run("gate", "--quiet")

    tell.scene("ensure brings the right key back, and keeps the other")
    om2.run("ensure")
    stage.expect("om2 has the fleet's key again", om2.key.read_bytes() == right)
    kept = [file.read_bytes() for file in (om2.state / "displaced").iterdir()]
    stage.expect("the displaced key was kept, for root only", kept == [wrong])
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
    for host in stage.hosts:
        host.run("verify", "--quiet")
    stage.expect("all three key files are the same", stage.all_agree())


def wait_for_the_visitor(stage):
    print("\nEverything still runs. In another terminal, as root, on om2 for example:\n")
    for host in stage.hosts:
        own = " ".join(f"{name}={value}" for name, value in host.environment().items() if name.startswith("GENKEY_AGENT"))
        print(f"  {host.name}: ip netns exec {host.namespace} env {own} {PROGRAM} status")
    print(f"\nFiles are below {stage.directory}. Ctrl-C here ends it and removes everything.", flush=True)
    signal.pause()


def end_by_signal(number, _frame):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + number)


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end_by_signal)
    os.umask(0o022)
    try:
        with contextlib.ExitStack() as cleanup:
            stage = Stage(cleanup, Teller(options.quiet))
            for scene in (make_the_fleet, drift, partition, cold_start):
                scene(stage)
            print("\nEverything happened as told.", flush=True)
            if options.keep:
                wait_for_the_visitor(stage)
    except (Failed, AssertionError) as problem:
        print(f"scripts/demo: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
