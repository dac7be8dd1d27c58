# SPDX-License-Identifier: ISC
"""What genkey-agent-doctor learns from databases, and what it does with hostile ones. The databases are stand-ins at wire
level (harness/mongod_stand_in.py), and not mongod."""

import contextlib
import socket
import socketserver
import struct
import threading
import time
import zlib

import bson

from harness import certificates, doctor_program, story
from harness.mongod_stand_in import Mongos, ReplicaSet, Standalone, TlsFront

THREE = ["primary", "secondary", "secondary"]


def ask(*hosts, **settings):
    (found,) = doctor_program.ask_databases([(hosts, False)], **settings)
    return found


def asked(replica_set):
    return [each.asked_as for each in replica_set.members]


class HelloTest(story.StoryTest):
    def test_each_member_of_a_set_says_what_it_is(self):
        appdb = ReplicaSet(self, "appdb", ["primary", "secondary", "arbiter", ("secondary", {"priority": 0})])
        appdb.members[1].tags = {"dc": "fra1"}
        found = ask(*asked(appdb))
        self.assertEqual([(each.listed, each.end, each.kind) for each in found.values()],
                         [(True, "answered", kind) for kind in ("primary", "secondary", "arbiter", "secondary")])
        names = [each.name for each in appdb.members]
        for name, each in zip(names, found.values()):
            self.assertEqual((each.me, each.set, each.primary, each.address), (name, "appdb", names[0], name.split(":")[0]))
            self.assertEqual((each.hosts, each.passives, each.arbiters), (names[:2], names[3:], [names[2]]))
            self.assertTrue(0 < each.round_trip < 1_000_000, each)
        self.assertEqual([each.tags for each in found.values()], [{}, {"dc": "fra1"}, {}, {}])

    def test_one_listed_member_leads_to_the_others(self):
        appdb = ReplicaSet(self, "appdb", THREE)
        found = ask(appdb.members[1].asked_as)
        self.assertEqual({each.asked: (each.listed, each.kind) for each in found.values()},
                         {name: (name == asked(appdb)[1], kind) for name, kind in zip(asked(appdb), THREE)})

    def test_a_mongos_and_a_standalone_are_told_apart(self):
        mongos, standalone = Mongos(self), Standalone(self)
        self.assertEqual([each.kind for each in ask(mongos.asked_as, standalone.asked_as).values()], ["mongos", "standalone"])

    def test_a_set_without_a_primary_names_none(self):
        appdb = ReplicaSet(self, "appdb", ["secondary", "secondary", "recovering"])
        self.assertEqual([(each.kind, each.primary) for each in ask(*asked(appdb)).values()],
                         [("secondary", ""), ("secondary", ""), ("other", "")])

    def test_several_databases_are_asked_at_once_and_stay_apart(self):
        sets = [ReplicaSet(self, name, THREE) for name in ("appdb", "blocks", "oplog")]
        found = doctor_program.ask_databases([(asked(each), False) for each in sets])
        self.assertEqual([{answer.set for answer in each.values()} for each in found], [{"appdb"}, {"blocks"}, {"oplog"}])

    def test_only_hello_is_sent(self):
        appdb = ReplicaSet(self, "appdb", THREE)
        ask(*asked(appdb))
        for member in appdb.members:
            self.assertEqual(member.names(), [])
            said = member.requests[0]["client"]
            self.assertEqual(said["application"], {"name": "genkey-agent-doctor"})
            self.assertNotIn("/", said["platform"], "a path of the machine that built the program")

    def test_an_old_server_that_only_knows_ismaster_is_understood(self):
        appdb = ReplicaSet(self, "appdb", THREE)
        for member in appdb.members:
            member.changes = {"helloOk": None, "isWritablePrimary": None}
        self.assertEqual([each.kind for each in ask(*asked(appdb)).values()], THREE)
        self.assertNotIn("hello", [next(iter(each)) for each in appdb.members[0].requests])


class EndsTest(story.StoryTest):
    def test_a_silent_member_costs_three_seconds_and_no_other_answer(self):
        appdb = ReplicaSet(self, "appdb", THREE)
        appdb.members[2].silent = True
        start = time.monotonic()
        self.assertEqual([each.end for each in ask(*asked(appdb)).values()], ["answered", "answered", "silent"])
        self.assertLess(time.monotonic() - start, 6)

    def test_each_way_to_fail_has_its_name(self):
        newer = Standalone(self)
        newer.changes = {"minWireVersion": 21, "maxWireVersion": 25}
        closed = socket.create_server(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        closed.close()
        found = ask(f"127.0.0.1:{port}", "nobody.invalid:27017", newer.asked_as)
        self.assertEqual([each.end for each in found.values()], ["no_connection", "no_name", "too_new"])

    def test_sixteen_silent_hosts_take_as_long_as_one(self):
        hosts = [f"{self.silent_host(at)}" for at in range(16)]
        start = time.monotonic()
        self.assertEqual({each.end for each in ask(*hosts).values()}, {"silent"})
        self.assertLess(time.monotonic() - start, 6)

    def silent_host(self, at):
        server = socket.create_server((f"127.0.0.{at + 1}", 0))
        self.addCleanup(server.close)
        return f"127.0.0.{at + 1}:{server.getsockname()[1]}"

    def test_what_is_not_asked_in_time_says_so(self):
        hosts = [self.silent_host(at) for at in range(20)]
        ends = [each.end for each in ask(*hosts, time=2000).values()]
        self.assertEqual(ends, ["silent"] * 16 + ["not_asked"] * 4)


class TlsTest(story.StoryTest):
    def setUp(self):
        super().setUp()
        self.authority = certificates.Authority(self.directory)
        self.member = Standalone(self)

    def end(self, certificate, client_authority=None, **settings):
        self.front = TlsFront(self, self.member, certificate, client_authority)
        (found,) = doctor_program.ask_databases([([self.front.asked_as], True)], **settings)
        return found[self.front.asked_as].end

    def test_an_own_authority_is_trusted_and_another_one_is_not(self):
        good = self.authority.issue("good", "127.0.0.1")
        self.assertEqual(self.end(good, ca=self.authority.pem()), "answered")
        self.assertEqual(self.end(good), "untrusted")
        other = certificates.Authority(self.directory, "other")
        self.assertEqual(self.end(good, ca=other.pem()), "untrusted")

    def test_a_certificate_of_another_name_or_an_old_one_is_not_trusted(self):
        ca = self.authority.pem()
        self.assertEqual(self.end(self.authority.issue("other", "db1.example.com"), ca=ca), "untrusted")
        self.assertEqual(self.end(self.authority.issue("old", "127.0.0.1", days=-1), ca=ca), "untrusted")

    def test_a_server_that_wants_a_certificate_gets_it(self):
        good = self.authority.issue("good", "127.0.0.1")
        mine = self.authority.issue("mine", "om1.example.com")
        pem = mine.read_text(encoding="utf-8")
        self.assertEqual(self.end(good, self.authority.file, ca=self.authority.pem(), pem=pem), "answered")
        self.assertTrue(self.front.certificates[0])
        self.assertEqual(self.end(good, self.authority.file, ca=self.authority.pem()), "no_tls")

    def test_tls_without_a_server_that_speaks_it_is_not_a_silent_server(self):
        (found,) = doctor_program.ask_databases([([self.member.asked_as], True)], ca=self.authority.pem())
        self.assertIn(found[self.member.asked_as].end, ("no_tls", "silent"))


def reply_with(document, request_id=1, size=None):
    """OP_MSG, as a server sends it."""
    body = struct.pack("<I", 0) + b"\0" + document
    return struct.pack("<iiii", size or 16 + len(body), 7, request_id, 2013) + body


def compressed(compressor, content, size, request_id):
    """OP_COMPRESSED around an OP_REPLY."""
    body = struct.pack("<iiB", 1, size, compressor) + content
    return struct.pack("<iiii", 16 + len(body), 7, request_id, 2012) + body


def old_reply_with(document, request_id, size=None):
    """OP_REPLY, which answers the first question of a connection."""
    body = struct.pack("<iqii", 8, 0, 0, 1) + document
    return struct.pack("<iiii", size or 16 + len(body), 7, request_id, 1) + body


class Hostile(story.StoryTest):
    def end(self, behave):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with contextlib.suppress(OSError, struct.error):
                    header = self.request.recv(65536)
                    behave(self.request.sendall, struct.unpack("<iiii", header[:16])[1])

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        server = Server(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        good = Standalone(self)
        host = f"127.0.0.1:{server.server_address[1]}"
        start = time.monotonic()
        found = ask(host, good.asked_as)
        self.assertLess(time.monotonic() - start, 7)
        self.assertEqual(found[good.asked_as].end, "answered")
        return found[host].end

    def test_garbage_is_broken(self):
        self.assertEqual(self.end(lambda send, number: send(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 100)), "broken")
        self.assertEqual(self.end(lambda send, number: send(old_reply_with(b"\x40\0\0\0" + b"\xff" * 60, number))), "broken")

    def test_a_length_that_would_fill_the_memory_is_broken(self):
        for size in (0x7FFFFFFF, 47_000_000, 3, -5):
            with self.subTest(size):
                self.assertIn(self.end(lambda send, number, size=size: send(old_reply_with(b"\5\0\0\0\0", number, size))), ("broken", "silent"))

    def test_an_endless_answer_ends(self):
        def drip(send, number):
            send(old_reply_with(b"", number, 1_000_000))
            while True:
                send(b"x")
                time.sleep(0.1)

        self.assertEqual(self.end(drip), "silent")

        def flood(send, number):
            send(old_reply_with(b"", number, 40_000_000))
            while True:
                send(b"x" * 65536)

        self.assertIn(self.end(flood), ("broken", "silent"))

    def test_a_deep_document_does_no_harm(self):
        deep = bson.encode({"ok": 1})
        for _ in range(20_000):
            deep = struct.pack("<i", len(deep) + 8) + b"\x03a\0" + deep + b"\0"
        hello = bson.encode({"ok": 1, "maxWireVersion": 17, "minWireVersion": 0, "ismaster": True})
        both = hello[4:-1] + b"\x03deep\0" + deep + b"\0"
        document = struct.pack("<i", len(both) + 4) + both
        self.assertIn(self.end(lambda send, number: send(old_reply_with(document, number))), ("broken", "silent"))

    def test_a_compressed_answer_is_not_unpacked(self):
        bomb = zlib.compress(b"\0" * 100_000_000, 9)
        for compressor, content in ((0, b"x" * 100), (1, b"\xff" * 100), (2, bomb), (3, b"\x28\xb5\x2f\xfd" + b"\0" * 50), (200, b"")):
            for size in (0x7FFFFFFF, 100_000_000, -1):
                with self.subTest(compressor=compressor, size=size):
                    self.assertEqual(self.end(lambda send, number, c=compressor, b=content, s=size: send(compressed(c, b, s, number))), "broken")

    def test_fields_of_other_types_are_not_believed(self):
        strange = Standalone(self)
        for changes in ({"ismaster": {"a": 1}, "setName": 7, "hosts": "a.invalid:1", "tags": ["x"], "me": True, "msg": 1},
                        {"hosts": {"0": "a.invalid:1"}, "passives": [["b.invalid:1"]], "arbiters": 1.5, "primary": None},
                        {"maxWireVersion": "seventeen", "minWireVersion": [], "maxBsonObjectSize": "x"}):
            strange.changes = changes
            found = ask(strange.asked_as)
            self.assertEqual(list(found), [strange.asked_as])
            answer = found[strange.asked_as]
            self.assertEqual((answer.set, answer.me, answer.primary, answer.hosts, answer.passives, answer.arbiters, answer.tags), ("", "", "", [], [], [], {}))

    def test_of_ten_thousand_named_members_fifty_are_asked(self):
        liar = ReplicaSet(self, "appdb", ["primary"]).members[0]
        liar.changes = {"hosts": [f"127.9.{at // 250}.{at % 250 + 1}:1" for at in range(10_000)], "passives": ["127.8.0.1:1"] * 10_000}
        start = time.monotonic()
        found = ask(liar.asked_as)
        self.assertLess(time.monotonic() - start, 16)
        self.assertEqual(len(found), 50)
        self.assertEqual([name for name, each in found.items() if each.end == "answered"], [liar.asked_as])

    def test_names_for_a_terminal_are_left_out(self):
        appdb = ReplicaSet(self, "appdb", THREE)
        appdb.members[0].changes = {"me": "db1\x1b[2J:1", "hosts": ["a b:1", "good.invalid:1", 7, "x" * 1000], "setName": "a\nb", "tags": {"dc": "\x07", "a": 1}}
        found = ask(appdb.members[0].asked_as)
        first = found[appdb.members[0].asked_as]
        self.assertEqual((first.kind, first.me, first.set, first.hosts, first.tags), ("primary", "", "", ["good.invalid:1"], {}))
        self.assertEqual(found["good.invalid:1"].end, "no_name")


if __name__ == "__main__":
    story.main()
