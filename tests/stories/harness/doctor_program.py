# SPDX-License-Identifier: ISC
"""Talks to genkey-agent-doctor as genkey-agent does: agent/doctor/program_request.h, written again from that page."""

import dataclasses
import os
import re
import socket
import struct
import subprocess

PROGRAM = os.environ.get("GENKEY_DOCTOR_PROGRAM", "genkey-agent-doctor")
EXTRAS = ("none", "forged_address", "only_if_cached")
ENDS = ("not_asked", "answered", "no_name", "no_connection", "silent", "broken", "too_long", "no_tls", "untrusted")
FAULTS = ("none", "expired", "not_yet_valid", "wrong_name", "unknown_authority", "other")


@dataclasses.dataclass
class Answer:
    end: str
    status: int
    path: str
    elsewhere: str
    asset: str
    own_address: str
    their_address: str
    hit: str
    fault: str
    names_host: bool
    days_left: int
    digest: str
    witness: dict
    cookies: list


def get(path, origin=0, nonce="", extra="none", header="", pause=0, explore=False):
    return (origin, path, nonce, EXTRAS.index(extra), header, pause, int(explore))


def message(origins, gets, ca="", time=30_000):
    """`origins`: URLs; one that ends in "!" takes any certificate."""
    fields = [0, ca, time, len(origins)]
    for url in origins:
        scheme, host, port = re.fullmatch(r"(https?)://\[?(.+?)\]?:(\d+)!?", url).groups()
        fields += [int(scheme == "https"), host, port, int(not url.endswith("!"))]
    for each in gets:
        fields += each
    return joined(fields)


def joined(fields):
    return b"".join(struct.pack(">I", len(text)) + text for text in (str(field).encode() for field in fields))


def talk(request, prefix=(), timeout=60, **environment):
    framed = struct.pack("=Q", len(request)) + request
    # The program writes with send(2), as its parent gives it a socket.
    command = [*prefix, PROGRAM]
    return exchange(command, framed, timeout, {**os.environ, **environment})


def exchange(command, framed, timeout, environment):
    ours, theirs = socket.socketpair()
    with ours, subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, env=environment) as process:
        theirs.close()
        ours.settimeout(timeout)
        ours.sendall(framed)
        got = b""
        while part := ours.recv(65536):
            got += part
        complaint = process.stderr.read().decode()
        process.wait(timeout)
    return got, process.returncode, complaint


def ask(origins, gets, ca="", time=30_000, **options):
    got, code, complaint = talk(message(origins, gets, ca, time), **options)
    if code != 0:
        raise AssertionError(f"genkey-agent-doctor ended with {code}: {complaint}")
    return answers(got[8:])


def words_in(reply, kind):
    fields = []
    while reply:
        size = struct.unpack(">I", reply[:4])[0]
        fields.append(reply[4 : 4 + size].decode())
        reply = reply[4 + size :]
    words = iter(fields)
    if next(words) != kind:
        raise AssertionError(f"genkey-agent-doctor refuses: {fields}")
    return words


def answers(reply):
    words = words_in(reply, "0")
    return [answer(first, words) for first in words]


def answer(first, words):
    texts = [next(words) for _ in range(7)]
    fault, names, days, digest = (next(words) for _ in range(4))
    witness = dict(zip(("body", "etag", "cookie", "nonce", "date"), words))
    cookies = [next(words) for _ in range(int(next(words)))]
    return Answer(ENDS[int(first)], int(texts[0]), *texts[1:], FAULTS[int(fault)], names == "1", int(days), digest, witness, cookies)


DATABASE_ENDS = ("not_asked", "answered", "no_name", "no_connection", "silent", "broken", "no_tls", "untrusted", "too_new")
KINDS = ("primary", "secondary", "arbiter", "other", "standalone", "mongos")


@dataclasses.dataclass
class Hello:
    asked: str
    listed: bool
    end: str
    kind: str
    me: str
    set: str
    primary: str
    address: str
    round_trip: int
    hosts: list
    passives: list
    arbiters: list
    tags: dict


def database_message(databases, ca="", pem="", pem_password="", time=15_000):
    """`databases`: lists of hosts, "127.0.0.1:27017", each a pair of it and whether TLS is wanted."""
    fields = [1, ca, pem, pem_password, time]
    for hosts, tls in databases:
        fields += ["", int(tls), len(hosts)]
        for host in hosts:
            fields += host.rsplit(":", 1)
    return joined(fields)


def ask_databases(databases, **settings):
    """For each database its answers, by the name that was asked."""
    got, code, complaint = talk(database_message(databases, **settings))
    if (code, complaint) != (0, ""):
        raise AssertionError(f"genkey-agent-doctor ended with {code}: {complaint}")
    words = words_in(got[8:], "1")
    found = []
    for _ in words:  # the set, which only the DNS gives
        found.append({each.asked: each for each in (hello(words) for _ in range(int(next(words))))})
    return found


def hello(words):
    asked, listed, end, kind, *texts = (next(words) for _ in range(9))
    lists = [[next(words) for _ in range(int(next(words)))] for _ in range(3)]
    tags = {next(words): next(words) for _ in range(int(next(words)))}
    return Hello(asked, listed == "1", DATABASE_ENDS[int(end)], KINDS[int(kind)], *texts[:4], int(texts[4]), *lists, tags)


LOGIN_ENDS = ("not_wanted", "not_possible", "refused", "failed", "done")
MECHANISMS = ("any", "SCRAM-SHA-1", "SCRAM-SHA-256")


@dataclasses.dataclass
class Configured:
    name: str
    votes: int
    priority: float
    hidden: bool
    arbiter: bool
    state: str
    up: str
    tags: dict


def ask_login(host, user, password, source="admin", mechanism="any", tls=False, ca=""):
    """How the login ended, whether a role was missing, whether defaults were set ("?": not told), and the members."""
    fields = [2, *host.rsplit(":", 1), int(tls), ca, "", "", user, password, source, MECHANISMS.index(mechanism)]
    got, code, complaint = talk(joined(fields))
    if (code, complaint) != (0, ""):
        raise AssertionError(f"genkey-agent-doctor ended with {code}: {complaint}")
    words = words_in(got[8:], "2")
    end, denied, defaults = (int(next(words)) for _ in range(3))
    return LOGIN_ENDS[end], denied == 1, "ny?"[defaults], [configured(name, words) for name in words]


def configured(name, words):
    votes, priority, hidden, arbiter, state, up = (next(words) for _ in range(6))
    tags = {next(words): next(words) for _ in range(int(next(words)))}
    return Configured(name, int(votes), int(priority) / 1000, hidden == "1", arbiter == "1", state, "ny?"[int(up)], tags)
