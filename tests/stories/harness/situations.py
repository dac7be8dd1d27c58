# SPDX-License-Identifier: ISC
"""Situations in which an administrator finds a host. Each is built with real hosts that run real listeners.

    for situation in situations.ALL:
        with self.subTest(situation.name):
            host = situation.build(self)

`build` takes a StoryTest and returns the host that is in the situation. The other hosts are in `test.hosts`, and have
names that no other situation of the same test has. A situation that needs root, or something that is not here, leaves
the test out.
"""

import dataclasses
import itertools
import json
import os
import pwd
import shutil
import subprocess
import time
import typing

from .host import Host
from .skipping import need_root

ALL = []


@dataclasses.dataclass(frozen=True)
class Situation:
    name: str
    what: str  # a sentence: what is so on that host
    build: typing.Callable

    def __str__(self):
        return self.name


def situation(builder):
    """Adds a builder to ALL. Its name names the situation, its docstring says what is so."""
    name = builder.__name__.replace("_", " ")
    ALL.append(Situation(name, " ".join(builder.__doc__.split()), builder))
    return builder


def named(name):
    """The situation of this name."""
    return next(each for each in ALL if each.name == name)


def unused(test, *names):
    """These names, or with a number where the test has a host of that name."""
    taken = {host.name for host in test.hosts}
    for number in itertools.count(1):
        found = [name if number == 1 else f"{name}-{number}" for name in names]
        if not taken.intersection(found):
            return found


def fleet(test, count):
    """Hosts that agree, are established, and serve."""
    return test.joined_fleet(*unused(test, *(f"om{which}" for which in range(1, count + 1))))


def lone_host(test, *making, **configuration):
    """A host that serves, and knows nobody. The command makes its key."""
    host = test.host(*unused(test, "om1"), **configuration)
    if making:
        host.run(*making)
    host.serve()
    return host


def replace_key_for_good(host, key):
    """Another key is put there by hand, and somebody vouches for it."""
    host.replace_key(key)
    host.run("ensure", "--keep")
    host.serve_again()


def copy_of(host):
    """A machine made from an image of this one: its key, its state and its identity, at another address."""
    copy = host.test.host(*unused(host.test, "copy"))
    subprocess.run(["cp", "-a", f"{host.state_dir}/.", copy.state_dir], check=True)
    shutil.copy2(host.key_file, copy.key_file)
    copy.serve()
    return copy


def state_that_cannot_be_written(host):
    """Moves the state directory to a file system of its own, which is read-only; the end of the test takes it away."""
    need_root()
    kept = host.directory / "kept-state"
    subprocess.run(["cp", "-a", host.state_dir, kept], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", host.state_dir], check=True)
    host.test.addCleanup(subprocess.run, ["umount", "--lazy", host.state_dir], check=True)
    subprocess.run(["cp", "-a", f"{kept}/.", host.state_dir], check=True)
    host.serve_again()  # another directory is another machine to its peers
    # In the second of the last round a command would have nothing to write.
    roster = host.state_dir / "agent" / "roster.json"
    known = json.loads(roster.read_text(encoding="utf-8"))
    roster.write_text(json.dumps({**known, "last_verify": known["last_verify"] - 60}), encoding="utf-8")
    remount(host, "ro")


def remount(host, how):
    subprocess.run(["mount", "-o", f"remount,{how}", host.state_dir], check=True)


# Nothing is wrong with the key here.


@situation
def healthy(test):
    """Two hosts agree."""
    return fleet(test, 2)[0]


@situation
def alone(test):
    """The only host. It made its key, and knows no peer."""
    return lone_host(test, "generate")


@situation
def newcomer_that_introduced_itself(test):
    """A host that nobody named here has proved the key."""
    om1, _ = fleet(test, 2)
    newcomer = test.host(*unused(test, "newcomer"))
    newcomer.put_key(om1.key())
    newcomer.run("ensure")
    newcomer.serve()
    newcomer.run("verify", "--peer", om1.address)
    return om1


# The file.


@situation
def wrong_key(test):
    """Another key lies in the key file."""
    _, om2 = fleet(test, 2)
    om2.replace_key(test.fresh_key())
    return om2


@situation
def wrong_key_peers_down(test):
    """Another key lies in the key file, and no peer answers."""
    om1, om2 = fleet(test, 2)
    om1.crash()
    om2.replace_key(test.fresh_key())
    return om2


@situation
def not_a_key(test):
    """The key file has 23 bytes."""
    _, om2 = fleet(test, 2)
    om2.replace_key(os.urandom(23))
    return om2


@situation
def lost_key(test):
    """The key file is gone, and a peer has the key."""
    _, om2 = fleet(test, 2)
    om2.lose_key()
    return om2


@situation
def lost_key_peers_down(test):
    """The key file is gone, and no peer answers."""
    om1, om2 = fleet(test, 2)
    om1.crash()
    om2.lose_key()
    return om2


@situation
def no_key_ever(test):
    """A new host, which knows no peer."""
    return lone_host(test)


@situation
def weak_key(test):
    """All hosts have a key that is weak by its bytes."""
    weak = bytes([7]) * 24
    om1, om2 = hosts = [test.host(name) for name in unused(test, "om1", "om2")]
    for host in hosts:
        host.configure(peers=[each.address for each in hosts])
    om1.run("import", test.key_source(weak, f"{om1.name}.given"), "--allow-weak")
    om1.serve()
    om2.run("join", "--ticket-file", "-", stdin=om1.run("invite").line)
    om2.serve()
    for host in hosts:
        host.run("verify", expect=None)
    return om1


@situation
def too_open(test):
    """Everybody can read the key file."""
    om1, _ = fleet(test, 2)
    om1.key_file.chmod(0o644)
    return om1


@situation
def unreadable_for_the_service(test):
    """The key file belongs to somebody else, and the service cannot read it."""
    need_root()
    om1, _ = fleet(test, 2)
    daemon = pwd.getpwnam("daemon")
    os.chown(om1.key_file, daemon.pw_uid, daemon.pw_gid)
    return om1


# The record and the state.


@situation
def record_damaged(test):
    """The record was cut."""
    om1, _ = fleet(test, 2)
    record = om1.state_dir / "record.json"
    record.write_text(record.read_text(encoding="utf-8")[:40], encoding="utf-8")
    return om1


@situation
def record_denied(test):
    """On a trial without root, root once ran a command, and the record is root's."""
    need_root()
    om1 = test.host(*unused(test, "om1"))
    nobody = pwd.getpwnam("nobody")
    os.chown(om1.directory, nobody.pw_uid, nobody.pw_gid)
    om1.owner = "nobody:nogroup"
    om1.prefix = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
    om1.run("generate")
    os.chown(om1.state_dir / "record.json", 0, 0)
    (om1.state_dir / "record.json").chmod(0o600)
    om1.serve()
    return om1


@situation
def lost_key_record_damaged(test):
    """The key file is gone, and the record was cut."""
    om1 = record_damaged(test)
    om1.lose_key()
    return om1


@situation
def record_rolled_back(test):
    """A backup of the machine brought an older record back. No peer answers."""
    om1, om2 = fleet(test, 2)
    before = (om1.state_dir / "record.json").read_bytes()
    ours = test.key_source(test.fresh_key(), f"{om1.name}.given")
    with om1.restarting():
        om1.run("import", ours, "--displace", "--confirm", om1.fleet_id())
    om2.crash()
    (om1.state_dir / "record.json").write_bytes(before)
    return om1


@situation
def interrupted_installation(test):
    """The key is installed. The power failed before its record got its name."""
    om1, _ = fleet(test, 2)
    (om1.state_dir / "record.json").rename(om1.state_dir / "record.pending")
    return om1


@situation
def roster_damaged(test):
    """The list of known peers is empty."""
    om1, _ = fleet(test, 2)
    (om1.state_dir / "agent" / "roster.json").write_text("", encoding="utf-8")
    return om1


@situation
def state_read_only(test):
    """The state directory cannot be written."""
    om1, _ = fleet(test, 2)
    time.sleep(1.1)  # results have whole seconds, and one that is the same as before is not written
    state_that_cannot_be_written(om1)
    return om1


# The peers.


@situation
def nobody_reachable(test):
    """No peer answers."""
    om1, om2 = fleet(test, 2)
    om2.crash()
    return om1


@situation
def one_peer_silent(test):
    """One of two peers does not answer."""
    om1, _, om3 = fleet(test, 3)
    om3.crash()
    return om1


@situation
def peer_wrong(test):
    """One of two peers has another key, and thinks that it is right."""
    om1, _, om3 = fleet(test, 3)
    replace_key_for_good(om3, test.fresh_key())
    return om1


@situation
def outnumbered(test):
    """This host has another key than two peers, and somebody vouched for it here."""
    *_, om3 = fleet(test, 3)
    replace_key_for_good(om3, test.fresh_key())
    return om3


@situation
def provisional_against_stronger(test):
    """A key was found here. Nobody has confirmed it, and an established host has another one."""
    om1, om2 = (test.host(name) for name in unused(test, "om1", "om2"))
    om1.run("generate")
    om1.run("ensure", "--keep")
    om1.serve()
    om2.put_key(test.fresh_key())
    om2.run("ensure")
    om2.configure(peers=[om1.address])
    om2.serve()
    return om2


@situation
def outdated(test):
    """The key was replaced on another host, and this host has the former one."""
    om1, om2, _ = fleet(test, 3)
    store = test.directory / f"store-{om1.name}"
    _, recipient = age_identity(test, om1.name)
    om1.also(backup={"recipients": [recipient], "destinations": [f"file://{store}"]})
    om1.run("backup")
    with om1.restarting():
        om1.run("generate", "--replace", "--confirm", om1.fleet_id())
    return om2


@situation
def removed_there(test):
    """The peer removed this host."""
    om1, om2 = fleet(test, 2)
    om1.run("peers", "remove", om2.address)
    return om2


@situation
def removed_peer_still_configured(test):
    """This host removed a peer that stands in its configuration."""
    om1, om2 = fleet(test, 2)
    om1.run("peers", "remove", om2.address)
    return om1


@situation
def clone(test):
    """A copy of this host's machine answers at an address of its list."""
    om1, _ = fleet(test, 2)
    copy = copy_of(om1)
    om1.also(peers=[*om1.settings["peers"], copy.address])
    return om1


@situation
def untrusted(test):
    """Another host, with another key, answers at the address of a peer."""
    om1, om2 = fleet(test, 2)
    om2.stop()
    stranger = test.add_host(Host(test, *unused(test, "stranger"), port=om2.port), {})
    stranger.run("generate")
    stranger.serve()
    return om1


def age_identity(test, name):
    """An age identity in a file of its own, and its recipient."""
    path = test.directory / f"identity-{name}"
    test.key_files.add(path)
    subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
    told = subprocess.run(["age-keygen", "-y", path], check=True, capture_output=True, text=True)
    return path, told.stdout.strip()
