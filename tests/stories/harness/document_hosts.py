# SPDX-License-Identifier: ISC
"""Hosts on which the documents say to type something. Each is built with real hosts for a test."""

import dataclasses
import itertools
import shutil

from . import situations
from .skipping import need_root

PASSPHRASE = "correct horse battery staple, twice"
NUMBERS = itertools.count(1)


@dataclasses.dataclass(frozen=True)
class Prepared:
    """The host where the command is typed, words for its placeholders, and answers to what it asks."""

    host: object
    words: dict = dataclasses.field(default_factory=dict)
    answers: dict = dataclasses.field(default_factory=dict)


def found(name):
    """Builds one of the situations."""

    def build(test):
        return Prepared(situations.named(name).build(test))

    build.__name__ = name
    return build



# Hosts.


def unconfigured(test):
    host = test.host(f"new-{next(NUMBERS)}")
    host.config.unlink()
    return Prepared(host)


def without_names(test):
    """A new host in a network without a server for names, so that the documents' names have no address anywhere."""
    need_root()
    host = unconfigured(test).host
    host.prefix = ("unshare", "--net")
    return Prepared(host)


def at_a_terminal(test):
    """A new host, and somebody who answers what is asked there."""
    return Prepared(unconfigured(test).host, answers={"Name of this host": "om1", "All hosts of Ops Manager": "127.0.0.1:1, 127.0.0.1:2"})


def copied_by_hand(test):
    """The key was copied to two hosts, which have no record."""
    names = [f"copied{which}-{next(NUMBERS)}" for which in (1, 2)]
    hosts, key = test.fleet(*names), test.fresh_key()
    for host in hosts:
        host.put_key(key)
        host.serve()
    return Prepared(hosts[0])


def other_hosts_after_a_restore(test):
    """All hosts had lost the key, and one has it again."""
    om1, om2 = situations.fleet(test, 2)
    key = om1.key()
    om1.lose_key()
    om2.lose_key()
    with om1.restarting():
        om1.run("import", test.key_source(key))
    return Prepared(om2)


# Tickets.


def ticket_from(host):
    return {"Ticket (from": host.run("invite").line}


def with_a_ticket(test):
    """A new host, and a ticket of one that has the key."""
    om1 = situations.fleet(test, 2)[0]
    host = test.host(f"new-{next(NUMBERS)}", peers=[om1.address])
    host.serve()
    return Prepared(host, answers=ticket_from(om1))


def reinstalled(test):
    """A host of the fleet that came back without key and record."""
    om1, om2 = situations.fleet(test, 2)
    om2.lose_key()
    om2.stop()
    shutil.rmtree(om2.state_dir)
    om2.serve()
    return Prepared(om2, answers=ticket_from(om1))


def outdated(test):
    host = situations.named("outdated").build(test)
    host.run("verify", expect=14)
    giver = next(each for each in test.hosts if each.record()["generation"] == 2)
    return Prepared(host, answers=ticket_from(giver))


def wrong_for_good(test):
    """A host with a wrong key that a person once vouched for, and a ticket of a host with the right one."""
    om1, _, om3 = situations.fleet(test, 3)
    situations.replace_key_for_good(om3, test.fresh_key())
    om3.run("verify", expect=14)
    return Prepared(om3, answers=ticket_from(om1))


# Peers.


def copied_machine(test):
    situations.named("clone").build(test)
    return Prepared(test.hosts[-1])


def with_a_host_that_leaves(test):
    """A host whose peer was switched off for good."""
    om1, _, om3 = situations.fleet(test, 3)
    om3.crash()
    om1.run("verify", "--wait", "2s", expect=15)
    return Prepared(om1, {"NAME": om3.name})


def with_a_host_to_take_back(test):
    om1 = situations.named("removed peer still configured").build(test)
    om2 = next(host for host in test.hosts if host.name.replace("om2", "om1") == om1.name and host is not om1)
    om1.run("verify", expect=10)
    return Prepared(om1, {"ADDRESS": om2.address, "PIN": om2.run_json("identity")["identity"]["pin"]})


# Ops Manager and backups.


def with_ops_manager(test):
    host = situations.lone_host(test, "generate")
    host.install_ops_manager("mms.one=1\n")
    return Prepared(host)


def configured(test):
    """A host of two with Ops Manager, a destination, and the identity that opens its copies."""
    om1, _ = situations.fleet(test, 2)
    om1.install_ops_manager("mms.one=1\n")
    identity, recipient = test.age_identity(f"{om1.name}/identity.txt")
    om1.also(backup={"recipients": [recipient], "destinations": [f"file://{om1.directory}/store"]})
    return Prepared(om1, {"IDENTITY": identity})


def backed_up(test):
    prepared = configured(test)
    host = prepared.host
    host.run("backup", "--install-path", host.directory / "ops-manager")
    copies = sorted((host.directory / "store").glob("*.age"))
    key, state = sorted(copies, key=lambda path: ".state." in path.name)
    return Prepared(host, {**prepared.words, "BACKUP": key, "STATE": state})


def lost_everywhere(test):
    prepared = backed_up(test)
    for host in test.hosts:
        host.lose_key()
    return prepared


def settings_lost(test):
    prepared = backed_up(test)
    (prepared.host.directory / "ops-manager" / "conf" / "conf-mms.properties").unlink()
    return Prepared(prepared.host, {**prepared.words, "BACKUP": prepared.words["STATE"]})


def with_a_passphrase(test):
    host = situations.lone_host(test, "generate")
    return Prepared(host, answers={"Passphrase": PASSPHRASE, "same passphrase again": PASSPHRASE})
