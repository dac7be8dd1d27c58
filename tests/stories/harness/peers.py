# SPDX-License-Identifier: ISC
"""A second implementation of a peer: TLS by pyOpenSSL, bytes by protocol.py. It asks, and it answers.

    identity = peers.Identity("om9")
    with peers.connect(identity, om1.address) as channel:
        reply = channel.ask(protocol.Hello())

    member = peers.Member(identity, key, protocol.Claim(...))
    listener = peers.Listener(self, member)
    om1.verify(listener.address)

A Channel keeps every byte that it received, so that a test can look for what must not be in it.
"""

import contextlib
import datetime
import os
import socket
import struct
import threading

from . import protocol
from .commands import TIME_LIMIT
from .skipping import skip

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from OpenSSL import SSL, crypto
except ImportError:
    SSL = None

# How long a channel waits for bytes. The program ends each connection long before.
PATIENCE = TIME_LIMIT
FIRST_DAY, LAST_DAY = datetime.datetime(1970, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59)


def need_openssl():
    """Python's own ssl module has no exporter."""
    if SSL is None:
        skip("this Python lacks pyOpenSSL (Debian: python3-openssl)")


class Closed(Exception):
    """The other side ended the connection, or an answer did not come in time."""


def new_key():
    return ec.generate_private_key(ec.SECP256R1())


def spki_in(certificate):
    """The SubjectPublicKeyInfo with the bytes that it has in a DER certificate: the sixth field after the version."""
    _, inside, _ = element(certificate)
    _, inside, _ = element(inside)
    tag, _, rest = element(inside)
    for _ in range(6 if tag == 0xA0 else 5):
        field = rest
        _, _, rest = element(field)
    return field[: len(field) - len(rest)]


def element(content):
    """Tag, value and what follows of the DER element at the front."""
    size, start = content[1], 2
    if size >= 0x80:
        start += size - 0x80
        size = int.from_bytes(content[2:start], "big")
    return content[0], content[start : start + size], content[start + size :]


def der_of(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def certificate(key, name, first=FIRST_DAY, last=LAST_DAY, issuer_key=None):
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1 + int.from_bytes(os.urandom(8), "big"))
    return builder.not_valid_before(first).not_valid_after(last).sign(issuer_key or key, hashes.SHA256())


def add_issuer(context, pem):
    """The certificate of an issuer, to be sent too."""
    context.add_extra_chain_cert(crypto.X509.from_cryptography(x509.load_pem_x509_certificate(pem)))


class Identity:
    """A private key and its certificate, self-signed as the page says unless another one is given."""

    def __init__(self, name="peer", key=None, made=None):
        self.name = name
        self.key = key or new_key()
        self.certificate = made or certificate(self.key, name)
        self.spki = spki_in(der_of(self.certificate))
        self.pin = protocol.pin_of(self.spki)

    @staticmethod
    def load(*pems):
        """From one file with both, or from the key's and the certificate's."""
        key = serialization.load_pem_private_key(pems[0], None)
        return Identity(key=key, made=x509.load_pem_x509_certificate(pems[-1]))

    def context(self, alpn=(protocol.ALPN,)):
        made = SSL.Context(SSL.TLS_METHOD)
        made.set_min_proto_version(SSL.TLS1_3_VERSION)
        made.set_options(SSL.OP_NO_TICKET)
        made.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        made.use_certificate(crypto.X509.from_cryptography(self.certificate))
        made.use_privatekey(crypto.PKey.from_cryptography_key(self.key))
        # Any certificate: the pin is judged afterwards.
        made.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        if alpn:
            made.set_alpn_protos(list(alpn))
        made.set_alpn_select_callback(lambda _, offered: protocol.ALPN if protocol.ALPN in offered else b"")
        return made


class Channel:
    """A connection after its handshake."""

    def __init__(self, context, sock, initiates):
        self.socket = sock
        # Not settimeout(): that would make the descriptor non-blocking, which OpenSSL sees.
        sock.settimeout(None)
        limit = struct.pack("ll", PATIENCE, 0)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.tls = SSL.Connection(context, sock)
        (self.tls.set_connect_state if initiates else self.tls.set_accept_state)()
        try:
            self._translated(self.tls.do_handshake)
        except Closed:
            sock.close()
            raise
        shown = self.tls.get_certificate(), self.tls.get_peer_certificate()
        own, other = (spki_in(der_of(certificate.to_cryptography())) for certificate in shown)
        self.other_pin = protocol.pin_of(other)
        self.spki_i, self.spki_r = (own, other) if initiates else (other, own)
        self.ekm = self.tls.export_keying_material(protocol.EXPORTER, 32, self.spki_i + self.spki_r)

    @staticmethod
    def _translated(operation, *arguments):
        try:
            return operation(*arguments)
        except SSL.WantReadError:
            raise Closed("not in time") from None
        except SSL.Error as error:
            raise Closed(type(error).__name__, *error.args) from None

    def send(self, content):
        if isinstance(content, protocol.Message):
            content = content.frame()
        while content:
            content = content[self._translated(self.tls.send, content) :]

    def receive(self, size):
        content = b""
        while len(content) < size:
            taken = self._translated(self.tls.recv, min(size - len(content), 16384))
            content += taken
            self.received += taken
        return content

    def receive_frame(self, longest):
        """Type and body. An oversized frame is Malformed."""
        size = int.from_bytes(self.receive(4), "big")
        if not 0 < size <= longest:
            raise protocol.Malformed(f"a frame of {size} bytes")
        return self.receive(size)

    def receive_rest(self):
        """Everything until the other side ends the connection."""
        content = b""
        try:
            while True:
                content += self.receive(1)
        except Closed as end:
            if end.args[0] == "not in time":
                raise
        return content

    def ask(self, request):
        """The reply; Closed when there is none."""
        self.send(request)
        return protocol.decode(protocol.REPLIES, self.receive_frame(protocol.LONGEST_REPLY))

    def prove(self, key, claim):
        """Asks `agree`. Returns the reply, and whether it proves the same key."""
        request = protocol.Agree(claim, protocol.initiator_tag(key, self, claim))
        reply = self.ask(request)
        proved = isinstance(reply, protocol.AgreeReply)
        return reply, proved and reply.tag == protocol.responder_tag(key, self, request, reply.claim)

    def ask_facts(self, key, claim, fresh=False):
        """The reply, and whether it proves the same key."""
        request = protocol.facts_request(key, self, claim, fresh)
        reply = self.ask(request)
        proved = isinstance(reply, protocol.FactsReply)
        return reply, proved and reply.tag == protocol.facts_tag(key, self, request, reply)

    def finish(self):
        """Says that nothing more comes, and still listens. The other side may have ended by now."""
        with contextlib.suppress(Closed, OSError):
            self._translated(self.tls.shutdown)
            self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        with contextlib.suppress(SSL.Error):  # it was closed by the other side
            self.tls.shutdown()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def split(address):
    host, _, port = address.rpartition(":")
    return host, int(port)


def connect(identity, address, source="127.0.0.1", context=None):
    """A Channel to a listener; Closed when it refuses the handshake."""
    sock = socket.create_connection(split(address), PATIENCE, source_address=(source, 0))
    return Channel(context or identity.context(), sock, initiates=True)


class Member:
    """What a host knows and answers by the page: `answer` is the whole responder."""

    def __init__(self, identity, key=None, claim=None):
        self.identity = identity
        self.key = key
        self.claim = claim
        self.instance = os.urandom(32)
        self.removed, self.members, self.known = set(), set(), set()
        self.tickets = {}  # by id: the digest of the secret, and the pin that shows it
        self.spent = set()
        self.neighbours = ()
        self.facts = None  # None: as a version without facts, it closes the connection
        self.age = 0

    def ticket(self, *addresses):
        made = protocol.Ticket(self.identity.pin, os.urandom(16), os.urandom(32), addresses)
        self.tickets[made.id] = [protocol.pin_of(made.secret), None]
        return made

    def answer(self, channel, request):
        if isinstance(request, protocol.Hello):
            return protocol.HelloReply(self.key is not None, self.instance)
        if isinstance(request, protocol.AskFacts) and self.facts is None:
            return None
        if channel.other_pin in self.removed:
            return protocol.Refused(protocol.REMOVED)
        if self.key is None:
            return protocol.NoKey()
        if isinstance(request, protocol.Agree):
            return self._agree(channel, request)
        if isinstance(request, protocol.AskFacts):
            return self._report(channel, request)
        if isinstance(request, protocol.Join):
            return self._join(channel.other_pin, request)
        if channel.other_pin not in self.members:
            return protocol.Refused(protocol.NOT_A_MEMBER)
        return self._hand_over()

    def _agree(self, channel, request):
        if request.tag != protocol.initiator_tag(self.key, channel, request.claim):
            known = channel.other_pin in self.known | self.members
            return protocol.Disagree(self.claim.standing, self.claim if known else None)
        self.members.add(channel.other_pin)
        self.spent |= {number for number, (_, pin) in self.tickets.items() if pin == channel.other_pin}
        return protocol.AgreeReply(self.claim, protocol.responder_tag(self.key, channel, request, self.claim))

    def _report(self, channel, request):
        if request != protocol.facts_request(self.key, channel, request.claim, request.fresh):
            return protocol.Disagree(self.claim.standing)
        return protocol.facts_reply(self.key, channel, request, self.facts, self.age)

    def _join(self, pin, request):
        entry = self.tickets.get(request.ticket)
        if entry is None or entry[0] != protocol.pin_of(request.secret):
            return protocol.Refused(protocol.UNKNOWN_TICKET)
        if entry[1] not in (None, pin) or request.ticket in self.spent:
            return protocol.Refused(protocol.USED_TICKET)
        entry[1] = pin
        self.members.add(pin)
        return self._hand_over()

    def _hand_over(self):
        return protocol.HandOver(self.key, self.claim, self.neighbours)


class Listener:
    """Answers at an address of its own, a thread for each connection, and notes what it was asked.

    `member.answer` may return a message, bytes, or None for no reply. An answer that lies is a function given instead:
    it has the channel and the request, and may also use the channel as it likes.
    """

    def __init__(self, test, member, answer=None, address="127.0.0.1:0"):
        self.member = member
        self.answer = answer or member.answer
        self.asked = []
        self.failures = []
        self.context = member.identity.context()
        self._socket = socket.create_server(split(address), backlog=64)
        self.address = "{}:{}".format(*self._socket.getsockname())
        threading.Thread(target=self._accept, daemon=True).start()
        test.addCleanup(self.close)

    def close(self):
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is closed
        self._socket.close()

    def _accept(self):
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock):
        try:
            with Channel(self.context, sock, initiates=False) as channel:
                content = channel.receive_frame(protocol.LONGEST_REQUEST)
                request = protocol.decode(protocol.REQUESTS, content)
                self.asked.append(request)
                reply = self.answer(channel, request)
                if reply is not None:
                    channel.send(reply)
        except (Closed, OSError) as failure:
            self.failures.append(failure)
