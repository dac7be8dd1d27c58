# SPDX-License-Identifier: ISC
"""The bytes that two hosts exchange, written a second time, from agent/protocol/protocol.md and nothing else.

Where this and the program differ, one of them or the page is wrong. So nothing here may be copied from the program, and
what the page does not say is not known here either.
"""

import base64
import dataclasses
import hashlib
import hmac
import re

PORT = 27424
ALPN = b"genkey-agent/1"
EXPORTER = b"EXPORTER-genkey-agent agree v1"
LONGEST_REQUEST = 1024
LONGEST_REPLY = 65536
PROVISIONAL, CHOSEN, ESTABLISHED = range(3)
(
    REMOVED,
    NOT_A_MEMBER,
    NOT_READY,
    UNKNOWN_TICKET,
    USED_TICKET,
    EXPIRED_TICKET,
    BANNED,
    NOT_OFFERED,
    YOURSELF,
    NOT_ALLOWED,
) = range(1, 11)


class Malformed(Exception):
    """Bytes that are not what the page allows."""


def unsigned(value, size):
    return value.to_bytes(size, "big")


def counted(content):
    return unsigned(len(content), 2) + content


class Reader:
    """Takes fields from the front of some bytes."""

    def __init__(self, content):
        self.left = content

    def take(self, size):
        if len(self.left) < size:
            raise Malformed(f"{size} bytes expected, {len(self.left)} left")
        taken, self.left = self.left[:size], self.left[size:]
        return taken

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def below(self, limit, size=1):
        value = self.number(size)
        if value >= limit:
            raise Malformed(f"{value} is not below {limit}")
        return value

    def text(self):
        return self.take(self.number(2)).decode("ascii")

    def end(self):
        if self.left:
            raise Malformed(f"{len(self.left)} bytes left over")


@dataclasses.dataclass(frozen=True)
class Claim:
    fleet: bytes
    generation: int = 1
    standing: int = ESTABLISHED
    name: str = "peer"
    address: str = "peer.example.com:27424"

    def encode(self):
        name, address = counted(self.name.encode()), counted(self.address.encode())
        return self.fleet + unsigned(self.generation, 4) + unsigned(self.standing, 1) + name + address

    @staticmethod
    def decode(reader):
        return Claim(reader.take(16), reader.number(4), reader.below(3), reader.text(), reader.text())


@dataclasses.dataclass(frozen=True)
class Neighbour:
    """A host that a hand-over names."""

    pin: bytes
    name: str
    address: str

    def encode(self):
        return self.pin + counted(self.name.encode()) + counted(self.address.encode())


class Message:
    """One frame. Each kind has its TYPE, and writes and reads its body."""

    def body(self):
        return b""

    @classmethod
    def read(cls, _reader):
        return cls()

    def frame(self):
        return frame(self.TYPE, self.body())


def frame(kind, body=b""):
    return unsigned(1 + len(body), 4) + unsigned(kind, 1) + body


@dataclasses.dataclass(frozen=True)
class Hello(Message):
    TYPE = 0x01


@dataclasses.dataclass(frozen=True)
class Proof(Message):
    """What `agree` says in both directions."""

    claim: Claim
    tag: bytes

    def body(self):
        return self.claim.encode() + self.tag

    @classmethod
    def read(cls, reader):
        return cls(Claim.decode(reader), reader.take(32))


class Agree(Proof):
    TYPE = 0x02


@dataclasses.dataclass(frozen=True)
class Join(Message):
    TYPE = 0x03
    secret: bytes
    ticket: bytes
    name: str
    address: str

    def body(self):
        secret = unsigned(len(self.secret), 1) + self.secret
        return secret + self.ticket + counted(self.name.encode()) + counted(self.address.encode())

    @classmethod
    def read(cls, reader):
        size = reader.number(1)
        if size not in (0, 32):
            raise Malformed(f"a secret of {size} bytes")
        return cls(reader.take(size), reader.take(16), reader.text(), reader.text())


@dataclasses.dataclass(frozen=True)
class Refetch(Message):
    TYPE = 0x04
    name: str
    address: str

    def body(self):
        return counted(self.name.encode()) + counted(self.address.encode())

    @classmethod
    def read(cls, reader):
        return cls(reader.text(), reader.text())


@dataclasses.dataclass(frozen=True)
class AskFacts(Message):
    TYPE = 0x05
    claim: Claim
    tag: bytes
    fresh: bool = False

    def body(self):
        return unsigned(1, 1) + self.claim.encode() + self.tag + unsigned(self.fresh, 1)

    @classmethod
    def read(cls, reader):
        if reader.number(1) != 1:
            raise Malformed("facts of another version")
        return cls(Claim.decode(reader), reader.take(32), bool(reader.below(2)))


@dataclasses.dataclass(frozen=True)
class HelloReply(Message):
    TYPE = 0x81
    has_key: bool
    instance: bytes

    def body(self):
        return unsigned(self.has_key, 1) + self.instance

    @classmethod
    def read(cls, reader):
        return cls(bool(reader.below(2)), reader.take(32))


class AgreeReply(Proof):
    TYPE = 0x82


@dataclasses.dataclass(frozen=True)
class Disagree(Message):
    TYPE = 0x83
    standing: int
    claim: Claim = None

    def body(self):
        return unsigned(self.standing, 1) + (b"\0" if self.claim is None else b"\1" + self.claim.encode())

    @classmethod
    def read(cls, reader):
        return cls(reader.below(3), Claim.decode(reader) if reader.below(2) else None)


@dataclasses.dataclass(frozen=True)
class NoKey(Message):
    TYPE = 0x84


@dataclasses.dataclass(frozen=True)
class Refused(Message):
    TYPE = 0x85
    why: int

    def body(self):
        return unsigned(self.why, 1)

    @classmethod
    def read(cls, reader):
        why = reader.below(NOT_ALLOWED + 1)
        if why == 0:
            raise Malformed("refused for reason 0")
        return cls(why)


@dataclasses.dataclass(frozen=True)
class HandOver(Message):
    TYPE = 0x86
    key: bytes = dataclasses.field(repr=False)
    claim: Claim
    neighbours: tuple = ()

    def body(self):
        neighbours = b"".join(each.encode() for each in self.neighbours)
        return self.key + self.claim.encode() + unsigned(len(self.neighbours), 2) + neighbours

    @classmethod
    def read(cls, reader):
        key, claim, count = reader.take(24), Claim.decode(reader), reader.below(101, 2)
        return cls(key, claim, tuple(Neighbour(reader.take(32), reader.text(), reader.text()) for _ in range(count)))


@dataclasses.dataclass(frozen=True)
class FactsReply(Message):
    TYPE = 0x87
    tag: bytes
    age: int
    facts: tuple  # of names and values, sorted

    def untagged(self):
        pairs = b"".join(counted(name.encode()) + counted(value.encode()) for name, value in self.facts)
        return unsigned(self.age, 4) + unsigned(len(self.facts), 2) + pairs

    def body(self):
        return self.tag + self.untagged()

    @classmethod
    def read(cls, reader):
        tag, age = reader.take(32), reader.number(4)
        reply = cls(tag, age, tuple((reader.text(), reader.text()) for _ in range(reader.below(129, 2))))
        names = [name for name, _ in reply.facts]
        texts = "".join(names), "".join(value for _, value in reply.facts)
        bad = sorted(set(names)) != names or len(reply.untagged()) > 32768 or any(len(value) > 1024 for _, value in reply.facts)
        if bad or not all(0 < len(name) <= 64 for name in names) or not re.fullmatch("[A-Za-z0-9._]*", texts[0]):
            raise Malformed("facts that the page does not allow")
        if not re.fullmatch("[ -~]*", texts[1]):
            raise Malformed("a value with other characters")
        return reply


NEVER_COLLECTED = 0xFFFFFFFF
REQUESTS = {kind.TYPE: kind for kind in (Hello, Agree, Join, Refetch, AskFacts)}
REPLIES = {kind.TYPE: kind for kind in (HelloReply, AgreeReply, Disagree, NoKey, Refused, HandOver, FactsReply)}


def decode(kinds, content):
    """The message of a frame without its size."""
    reader = Reader(content)
    kind = reader.number(1)
    if kind not in kinds:
        raise Malformed(f"type {kind:#x}")
    message = kinds[kind].read(reader)
    reader.end()
    return message


def derived(key, label):
    """HKDF of RFC 5869 with one block of output."""
    extracted = hmac.digest(b"genkey-agent v1", key, "sha256")
    return hmac.digest(extracted, label + b"\1", "sha256")


def transcript(channel, claim_i):
    """T of the page. A channel has both public keys and the exporter's output."""
    fields = (b"genkey-agent agree v1", channel.spki_i, channel.spki_r, channel.ekm, claim_i.encode())
    return b"".join(map(counted, fields))


def initiator_tag(key, channel, claim_i):
    return hmac.digest(derived(key, b"initiator v1"), transcript(channel, claim_i), "sha256")


def responder_tag(key, channel, request, claim_r):
    said = transcript(channel, request.claim) + counted(request.tag) + counted(claim_r.encode())
    return hmac.digest(derived(key, b"responder v1"), said, "sha256")


def facts_transcript(channel, request):
    fields = (b"genkey-agent facts v1", channel.spki_i, channel.spki_r, channel.ekm, request.claim.encode())
    return b"".join(map(counted, fields)) + unsigned(1, 1) + unsigned(request.fresh, 1)


def facts_request(key, channel, claim, fresh=False):
    request = AskFacts(claim, bytes(32), fresh)
    tag = hmac.digest(derived(key, b"facts initiator v1"), facts_transcript(channel, request), "sha256")
    return dataclasses.replace(request, tag=tag)


def facts_tag(key, channel, request, reply):
    said = facts_transcript(channel, request) + counted(request.tag) + counted(reply.untagged())
    return hmac.digest(derived(key, b"facts responder v1"), said, "sha256")


def facts_reply(key, channel, request, facts, age=0):
    reply = FactsReply(bytes(32), age, tuple(sorted(facts.items())))
    return dataclasses.replace(reply, tag=facts_tag(key, channel, request, reply))


def setting_digest(key, name, value):
    said = counted(name.encode()) + counted(value.encode())
    return hmac.digest(derived(key, b"facts digest v1"), said, "sha256")[:16].hex()


def witness(key, fleet, generation):
    return hmac.digest(derived(key, b"witness v1"), fleet + unsigned(generation, 4), "sha256")


@dataclasses.dataclass(frozen=True)
class Ticket:
    pin: bytes
    id: bytes
    secret: bytes = dataclasses.field(repr=False)
    addresses: tuple

    def encode(self):
        head = unsigned(1, 1) + self.pin + self.id + self.secret + unsigned(len(self.addresses), 1)
        addresses = b"".join(counted(address.encode()) for address in self.addresses)
        return "gka1_" + base64.urlsafe_b64encode(head + addresses).decode().rstrip("=")

    @staticmethod
    def decode(line):
        text = line.removeprefix("gka1_")
        reader = Reader(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if text == line or reader.number(1) != 1:
            raise Malformed("not a ticket of version 1")
        pin, number, secret = reader.take(32), reader.take(16), reader.take(32)
        ticket = Ticket(pin, number, secret, tuple(reader.text() for _ in range(reader.number(1))))
        reader.end()
        return ticket


def pin_of(spki):
    return hashlib.sha256(spki).digest()
