# SPDX-License-Identifier: ISC
"""A stand-in of mongod and mongos at wire level, and not mongod: mockupdb speaks the protocol, and the answers are written
here. No election, no replication and no data are behind them.

    appdb = ReplicaSet(self, "appdb", ["primary", "secondary", "arbiter"])
    appdb.uri()                             # mongodb://127.0.0.1:PORT,127.0.0.2:PORT,…/?replicaSet=appdb
    appdb.members[1].silent = True          # it takes requests and answers none
    appdb.members[2].stop()                 # connections are refused
    appdb.primary = None                    # nobody is primary, and the others say so
    appdb.members[0].changes = {"tags": {"dc": "fra1"}}   # fields of hello, replaced; None leaves one out
    appdb.login = Login("om", "secret")     # without it, nobody can log in
    appdb.members[0].requests               # the commands that came, as documents, hello among them
"""

import base64
import contextlib
import hashlib
import hmac
import os
import select
import socket
import ssl
import threading

import mockupdb

from . import packets

HELLO = ("hello", "ismaster", "isMaster")
NEWEST_WIRE = 17  # MongoDB 6.0, the newest that libmongoc 1.23 knows
ITERATIONS = 4096
UNAUTHORIZED = 13
AUTHENTICATION_FAILED = 18


class Server(mockupdb.MockupDB):
    """Two changes to MockupDB: it listens where it is told to, and it stops at once instead of within a second."""

    def __init__(self, address, port):
        super().__init__(request_timeout=3600)
        self._address = (address, port)

    def _accept_loop(self):
        with contextlib.suppress(OSError):
            while True:
                client, address = self._listening_sock.accept()
                thread = threading.Thread(target=self._server_loop, args=(client, address), daemon=True)
                self._server_threads[thread] = None
                self._server_socks[client] = None
                thread.start()

    def stop(self):
        with contextlib.suppress(OSError):
            self._listening_sock.shutdown(socket.SHUT_RDWR)
        super().stop()


class Login:
    """A user whom SCRAM-SHA-256 (RFC 7677) lets in."""

    def __init__(self, user, password):
        self.user = user
        self.salt = os.urandom(28)
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), self.salt, ITERATIONS)
        self.stored = hashlib.sha256(self._mac(salted, b"Client Key")).digest()
        self.server = self._mac(salted, b"Server Key")

    @staticmethod
    def _mac(key, text):
        return hmac.new(key, text, "sha256").digest()

    def first(self, message):
        """The answer to the client's first message, and what its last message is checked with; nothing for others."""
        bare = message.decode().partition("n,,")[2]
        fields = dict(part.split("=", 1) for part in bare.split(","))
        if fields["n"].replace("=2C", ",").replace("=3D", "=") != self.user:
            return None
        nonce = fields["r"] + base64.b64encode(os.urandom(18)).decode()
        answer = f"r={nonce},s={base64.b64encode(self.salt).decode()},i={ITERATIONS}"
        return answer.encode(), f"{bare},{answer}"

    def last(self, message, heard):
        """The answer to the client's proof; nothing when the password is not the right one."""
        without, _, proof = message.decode().rpartition(",p=")
        signed = f"{heard},{without}".encode()
        signature = self._mac(self.stored, signed)
        key = bytes(left ^ right for left, right in zip(base64.b64decode(proof), signature))
        if hashlib.sha256(key).digest() != self.stored:
            return None
        return b"v=" + base64.b64encode(self._mac(self.server, signed))


class Process:
    """One mongod or mongos. Subclasses write the answers."""

    def __init__(self, test, address, port=None):
        self.silent = False
        self.changes = {}
        self.requests = []
        self.logged_in = set()  # ports of clients
        self._heard = {}
        self._server = Server(address, port)
        self.port = self._server.run()
        self._server.autoresponds(self._answer)
        self.address = address
        self.asked_as = f"{address}:{self.port}"
        self._stopped = False
        test.addCleanup(self.stop)

    def stop(self):
        if not self._stopped:
            self._stopped = True
            self._server.stop()

    def names(self):
        """Of the commands that came, without hello."""
        return [name for name in (next(iter(each)) for each in self.requests) if name not in HELLO]

    def hello(self):
        raise NotImplementedError

    def login(self):
        return None

    def answers(self):
        """What a user who has logged in gets: command -> document."""
        return {}

    def _answer(self, request):
        document = request.doc
        name = next(iter(document))
        self.requests.append(document)
        if self.silent:
            return True
        if name in HELLO:
            hello = {**self.hello(), **self.changes}
            if self.login() and document.get("saslSupportedMechs", "").partition(".")[2] == self.login().user:
                hello["saslSupportedMechs"] = ["SCRAM-SHA-256"]
            return self._reply(request, {key: value for key, value in hello.items() if value is not None})
        if name in ("saslStart", "saslContinue"):
            return self._reply(request, self._scram(name, document, request.client_port))
        if name in ("endSessions", "ping"):
            return self._reply(request, {})
        if request.client_port not in self.logged_in:
            return self._refuse(request, UNAUTHORIZED, "command requires authentication")
        answer = self.answers().get(name)
        if answer is None:
            return self._refuse(request, UNAUTHORIZED, "not authorized on admin to execute command")
        return self._reply(request, answer)

    @staticmethod
    def _reply(request, document):
        if document is None:
            return Process._refuse(request, AUTHENTICATION_FAILED, "Authentication failed.")
        return request.replies({"ok": 1, **document})

    @staticmethod
    def _refuse(request, code, message):
        # Request.fail() would say "ok": 1.
        return request.replies({"ok": 0, "errmsg": message, "code": code, "codeName": "Refused"})

    def _scram(self, name, document, client):
        login = self.login()
        payload = bytes(document["payload"])
        if login is None or (name == "saslStart" and document["mechanism"] != "SCRAM-SHA-256"):
            return None
        answer = {"conversationId": 1, "done": False}
        if name == "saslStart":
            first = login.first(payload)
            if first is None:
                return None
            answer["payload"], self._heard[client] = first
            return answer
        if not payload:  # a client that does not skip the empty exchange
            return {**answer, "payload": b"", "done": True}
        last = login.last(payload, self._heard.get(client, ""))
        if last is None:
            return None
        self.logged_in.add(client)
        return {**answer, "payload": last, "done": bool(self._skips(client))}

    def _skips(self, client):
        starts = [each for each in self.requests if "saslStart" in each]
        return starts and starts[-1].get("options", {}).get("skipEmptyExchange")


COMMON = {"helloOk": True, "maxBsonObjectSize": 16777216, "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 100000,
          "minWireVersion": 0, "maxWireVersion": NEWEST_WIRE, "readOnly": False}


class Member(Process):
    def __init__(self, test, replica_set, kind, address, **settings):
        super().__init__(test, address)
        self.set = replica_set
        self.kind = kind  # primary, secondary, arbiter or recovering
        self.name = self.asked_as  # as the set calls it
        self.votes, self.priority, self.hidden, self.tags, self.up = 1, int(kind != "arbiter"), False, {}, True
        for key, value in settings.items():
            setattr(self, key, value)

    def is_primary(self):
        return self.set.primary is self

    def state(self):
        if not self.up:
            return "(not reachable/healthy)"
        return "PRIMARY" if self.is_primary() else {"arbiter": "ARBITER", "recovering": "RECOVERING"}.get(self.kind, "SECONDARY")

    def hello(self):
        shown = [each for each in self.set.members if not each.hidden]
        data = [each for each in shown if each.kind != "arbiter"]
        writable = self.is_primary()
        hello = {**COMMON, "ismaster": writable, "isWritablePrimary": writable, "setName": self.set.name, "setVersion": 1, "me": self.name,
                 "secondary": not writable and self.kind in ("primary", "secondary"),
                 "hosts": [each.name for each in data if each.priority > 0],
                 "passives": [each.name for each in data if each.priority == 0] or None,
                 "arbiters": [each.name for each in shown if each.kind == "arbiter"] or None,
                 "primary": self.set.primary.name if self.set.primary else None,
                 "tags": self.tags or None}
        if self.kind == "arbiter":
            hello["arbiterOnly"] = True
        if self.priority == 0 and self.kind != "arbiter":
            hello["passive"] = True
        if self.hidden:
            hello["hidden"] = True
        return hello

    def login(self):
        return self.set.login

    def answers(self):
        members = [{"_id": at, "host": each.name, "arbiterOnly": each.kind == "arbiter", "hidden": each.hidden, "priority": float(each.priority),
                    "votes": each.votes, "tags": each.tags} for at, each in enumerate(self.set.members)]
        status = [{"_id": at, "name": each.name, "health": float(each.up), "stateStr": each.state()} for at, each in enumerate(self.set.members)]
        defaults = {} if self.set.defaults is None else {"defaultWriteConcernSource": self.set.defaults, "defaultReadConcernSource": "implicit"}
        return {"replSetGetConfig": {"config": {"_id": self.set.name, "version": 1, "members": members}},
                "replSetGetStatus": {"set": self.set.name, "members": status},
                "getDefaultRWConcern": {"defaultReadConcern": {"level": "local"}, "defaultWriteConcern": {"w": "majority", "wtimeout": 0}, **defaults}}


class ReplicaSet:
    """Its members are at 127.0.0.1, 127.0.0.2 and so on, or each on a host of harness/networks.py. A member is a kind, or a
    pair of it and a dict of settings of Member: votes, priority, hidden, tags, up."""

    def __init__(self, test, name, kinds, first_address=1, hosts=()):
        self.name = name
        self.login = None
        self.defaults = "implicit"  # the source that getDefaultRWConcern tells; nothing: none is told
        self.members = []
        for at, each in enumerate(kinds):
            kind, settings = (each, {}) if isinstance(each, str) else each
            address = hosts[at].address.split(":")[0] if hosts else f"127.0.0.{first_address + at}"
            with packets.inside(hosts[at]) if hosts else contextlib.nullcontext():
                self.members.append(Member(test, self, kind, address, **settings))
        self.primary = next((each for each in self.members if each.kind == "primary"), None)

    def uri(self, user="", options=""):
        """`user`: "name:password@", already encoded; `options`: "&tls=true"."""
        hosts = ",".join(each.asked_as for each in self.members if not each.hidden)
        return f"mongodb://{user}{hosts}/?replicaSet={self.name}{options}"


class Standalone(Process):
    """A mongod of no set."""

    def __init__(self, test, address="127.0.0.1"):
        super().__init__(test, address)

    def hello(self):
        return {**COMMON, "ismaster": True, "isWritablePrimary": True}


class Mongos(Standalone):
    def hello(self):
        return {**super().hello(), "msg": "isdbgrid"}


class TlsFront:
    """Speaks TLS before a stand-in, because MockupDB cannot demand a certificate of its clients."""

    def __init__(self, test, process, certificate, client_authority=None):
        self._target = (process.address, process.port)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        if client_authority:
            self._context.load_verify_locations(client_authority)
            self._context.verify_mode = ssl.CERT_REQUIRED
        self.certificates = []  # what clients showed
        self._listening = socket.create_server((process.address, 0))
        self.port = self._listening.getsockname()[1]
        self.asked_as = f"{process.address}:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()
        test.addCleanup(self._listening.close)

    def _accept(self):
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with contextlib.suppress(OSError), self._context.wrap_socket(client, server_side=True) as near:
            self.certificates.append(near.getpeercert(binary_form=True))
            with socket.create_connection(self._target) as far:
                self._pass_on(near, far)

    @staticmethod
    def _pass_on(near, far):
        while True:
            ready = [near] if near.pending() else select.select([near, far], [], [], 60)[0]
            if not ready:
                return
            for source, sink in ((near, far), (far, near)):
                if source in ready:
                    got = source.recv(65536)
                    if not got:
                        return
                    sink.sendall(got)
