# SPDX-License-Identifier: ISC
"""genkey-agent-doctor, asked as genkey-agent asks it: what it takes from servers, and what it does with hostile ones."""

import contextlib
import gzip
import os
import pathlib
import signal
import socket
import socketserver
import struct
import subprocess
import threading
import time

from harness import certificates, doctor_program, story
from harness.doctor_program import get
from harness.ops_manager_stand_in import ASSET, OpsManager
from harness.skipping import need_root

NONCE = "0123456789abcdef" * 2
OK = b"HTTP/1.1 200 OK\r\n"


class HostileServer:
    """Gives every connection to `behave` after the request was read; keeps the requests."""

    def __init__(self, test, behave):
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with contextlib.suppress(OSError):
                    outer.requests.append(self.request.recv(65536))
                    behave(self.request.sendall)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self.requests = []
        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)


class AnswersTest(story.StoryTest):
    """What is taken from the stand-in of Ops Manager."""

    def setUp(self):
        super().setUp()
        self.om = OpsManager(self, "om1", pattern="combined")
        self.url = f"http://127.0.0.1:{self.om.port}"

    def test_each_request_has_its_nonce_in_query_and_agent_and_a_connection_of_its_own(self):
        answers = doctor_program.ask([self.url], [get("/monitor/health", nonce=NONCE)] * 2)
        self.assertEqual([answer.status for answer in answers], [200, 200])
        lines = self.om.lines(2)
        self.assertEqual(len(lines), 2)
        self.assertIn(f"GET /monitor/health?genkey-agent={NONCE} HTTP/1.1", lines[0])
        self.assertIn(f'"genkey-agent-doctor/{NONCE}"', lines[0])

    def test_a_login_page_shows_an_asset_and_what_is_made_anew_differs(self):
        one, two = doctor_program.ask([self.url], [get("/user/login", explore=True)] * 2)
        self.assertEqual((one.status, one.asset, one.cookies), (200, ASSET, ["session"]))
        self.assertNotEqual(one.witness["cookie"], two.witness["cookie"])
        self.assertEqual(one.witness["body"], two.witness["body"])

    def test_a_refused_login_of_the_api_shows_another_nonce_each_time(self):
        one, two = doctor_program.ask([self.url], [get("/api/public/v1.0")] * 2)
        self.assertEqual(one.status, 401)
        self.assertNotEqual(one.witness["nonce"], two.witness["nonce"])

    def test_a_forged_address_stands_in_the_named_header(self):
        doctor_program.ask([self.url], [get("/monitor/health", extra="forged_address", header="X-Forwarded-For")])
        self.assertTrue(self.om.lines(1)[0].startswith("192.0.2.1 "))

    def test_a_proxy_of_the_environment_is_not_used(self):
        nowhere = "http://127.0.0.1:9"
        answers = doctor_program.ask([self.url], [get("/monitor/health")], http_proxy=nowhere, HTTP_PROXY=nowhere, all_proxy=nowhere)
        self.assertEqual(answers[0].status, 200)

    def test_redirects_are_followed_within_the_origin_and_not_elsewhere(self):
        self.om.change(redirect="/account/login?from=here")
        answer = doctor_program.ask([self.url], [get("/user/login", explore=True)])[0]
        self.assertEqual((answer.status, answer.path, answer.asset), (200, "/account/login", ASSET))
        self.om.change(redirect="http://127.0.0.2:1/account/login")
        answer = doctor_program.ask([self.url], [get("/user/login", explore=True)])[0]
        self.assertEqual((answer.status, answer.path, answer.elsewhere), (302, "/user/login", "http://127.0.0.2:1/account/login"))

    def test_a_circle_of_redirects_ends(self):
        self.om.change(redirect="/user/login")
        answer = doctor_program.ask([self.url], [get("/user/login", explore=True)])[0]
        self.assertEqual(answer.status, 302)
        self.assertEqual(len(self.om.lines(3)), 3)

    def test_a_url_gets_forty_requests_and_no_more(self):
        answers = doctor_program.ask([self.url], [get("/monitor/health")] * 50)
        self.assertEqual([answer.end for answer in answers], ["answered"] * 40 + ["not_asked"] * 10)
        self.assertEqual(len(self.om.lines(40)), 40)


class CertificateTest(story.StoryTest):
    def setUp(self):
        super().setUp()
        self.authority = certificates.Authority(self.directory)

    def ask(self, certificate, ca="", mark=""):
        om = OpsManager(self, certificate.name, certificate=str(certificate))
        return doctor_program.ask([f"https://127.0.0.1:{om.port}{mark}"], [get("/monitor/health")] * 2, ca)

    def test_an_authority_of_the_request_verifies(self):
        answer = self.ask(self.authority.issue("good", "127.0.0.1", days=90), self.authority.pem())[0]
        self.assertEqual((answer.end, answer.status, answer.fault, answer.names_host), ("answered", 200, "none", True))
        self.assertIn(answer.days_left, (89, 90))

    def test_an_unknown_authority_is_named_and_nothing_is_sent(self):
        one, two = self.ask(self.authority.issue("unknown", "127.0.0.1"))
        self.assertEqual((one.end, one.fault, one.names_host), ("untrusted", "unknown_authority", True))
        self.assertEqual(two.end, "not_asked")

    def test_an_expired_certificate_is_named_also_of_an_unknown_authority(self):
        expired = self.authority.issue("expired", "127.0.0.1", days=-1)
        answer = self.ask(expired, self.authority.pem())[0]
        self.assertEqual((answer.end, answer.fault), ("untrusted", "expired"))
        self.assertLess(answer.days_left, 0)
        self.assertLess(self.ask(self.authority.issue("both", "127.0.0.1", days=-1))[0].days_left, 0)

    def test_a_certificate_for_another_name_is_named(self):
        answer = self.ask(self.authority.issue("other", "om1.example.com"), self.authority.pem())[0]
        self.assertEqual((answer.end, answer.fault, answer.names_host), ("untrusted", "wrong_name", False))

    def test_an_origin_that_is_not_verified_takes_any_certificate(self):
        answer = self.ask(self.authority.issue("any", "om1.example.com", days=-1), mark="!")[0]
        self.assertEqual((answer.end, answer.status), ("answered", 200))
        self.assertEqual(len(answer.digest), 64)


class HostileAnswersTest(story.StoryTest):
    """Each is bounded, and told apart."""

    def ask(self, behave, time_limit=8_000, path="/user/login", times=1):
        server = HostileServer(self, behave)
        started = time.monotonic()
        answers = doctor_program.ask([server.url], [get(path, explore=True)] * times, time=time_limit)
        self.assertLess(time.monotonic() - started, time_limit / 1000 + 2)
        return answers

    def test_an_endless_body(self):
        taken = []

        def behave(send):
            send(OK + b"\r\n")
            while True:
                send(b"x" * 65536)
                taken.append(65536)

        self.assertEqual(self.ask(behave)[0].end, "too_long")
        self.assertLess(sum(taken), 16 << 20, "the limit, and what sockets hold")

    def test_a_header_without_an_end_and_interim_answers_without_an_end(self):
        def behave(send, part):
            while True:
                send(part * 1000)

        for first, part in ((OK + b"X-Header: ", b"x"), (b"", b"HTTP/1.1 100 Continue\r\n\r\n")):
            answer = self.ask(lambda send, first=first, part=part: (send(first), behave(send, part)))[0]
            self.assertIn(answer.end, ("too_long", "broken"))

    def test_lengths_that_are_none(self):
        heads = (b"Content-Length: -1\r\n\r\n", b"Content-Length: five\r\n\r\n", b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nabcde",
                 b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc", b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n")
        self.assertEqual([(head, self.ask(lambda send, head=head: send(OK + head))[0].end) for head in heads], [(head, "broken") for head in heads])

    def test_ten_thousand_headers(self):
        self.assertEqual(self.ask(lambda send: send(OK + b"X-Header: value\r\n" * 10_000 + b"\r\n"))[0].end, "too_long")

    def test_an_answer_that_comes_byte_by_byte(self):
        def behave(send):
            for byte in OK * 100:
                send(bytes([byte]))
                time.sleep(0.2)

        self.assertEqual(self.ask(behave, time_limit=2_000)[0].end, "silent")

    def test_a_body_that_comes_byte_by_byte(self):
        def behave(send):
            send(OK + b"Content-Length: 100\r\n\r\n")
            for _ in range(100):
                send(b"x")
                time.sleep(0.2)

        self.assertEqual(self.ask(behave, time_limit=2_000)[0].end, "silent")

    def test_a_redirect_to_elsewhere_is_told_and_not_followed(self):
        other = HostileServer(self, lambda send: send(OK + b"\r\n"))
        host = other.url.removeprefix("http://")
        for location in (other.url, f"//{host}/", f"http://127.0.0.1@{host}/", "file:///etc/passwd", "gopher://127.0.0.1:70/_", "/a\x1b[2J"):
            head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location.encode() + b"\r\n\r\n"
            answer = self.ask(lambda send, head=head: send(head))[0]
            self.assertEqual((answer.end, answer.status, answer.path), ("answered", 302, "/user/login"))
            self.assertEqual(answer.elsewhere, location.replace("\x1b", "?"))
        self.assertEqual(other.requests, [])

    def test_a_page_of_nothing_but_half_references(self):
        for part in (b'<script src="', b"src='//a", b"href="):
            page = (part * 1_000_000)[: 1_000_000]
            started = time.monotonic()
            answer = self.ask(lambda send, page=page: send(OK + b"Content-Length: %d\r\n\r\n" % len(page) + page))[0]
            self.assertEqual((answer.status, answer.asset), (200, ""))
            self.assertLess(time.monotonic() - started, 5)

    def test_a_silent_server_is_given_up_after_the_second_try(self):
        ends = [answer.end for answer in self.ask(lambda send: time.sleep(6), time_limit=12_000, times=4)]
        self.assertEqual(ends, ["silent", "silent", "not_asked", "not_asked"])

    def test_a_compressed_bomb_is_not_unpacked(self):
        bomb = gzip.compress(b"\0" * 200_000_000, 9)
        head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
        answer = self.ask(lambda send: send(head + bomb))[0]
        self.assertEqual((answer.end, answer.status, answer.asset), ("answered", 200, ""))

    def test_what_is_not_http(self):
        self.assertEqual(self.ask(lambda send: send(b"SSH-2.0-OpenSSH_9.2\r\n"))[0].end, "broken")
        self.assertEqual(self.ask(lambda send: None)[0].end, "broken")

    def test_a_closed_port_and_an_unknown_name(self):
        with socket.create_server(("127.0.0.1", 0)) as reserved:
            port = reserved.getsockname()[1]
        urls = [f"http://127.0.0.1:{port}", "http://no-such-host.invalid:80"]
        answers = doctor_program.ask(urls, [get("/"), get("/", origin=1), get("/", origin=1)])
        self.assertEqual([answer.end for answer in answers], ["no_connection", "no_name", "not_asked"])

    def test_control_characters_do_not_come_back(self):
        answer = self.ask(lambda send: send(OK + b"X-Cache: HIT \x1b[2J\xff\r\nSet-Cookie: \x1b[2J=1\r\nContent-Length: 0\r\n\r\n"))[0]
        self.assertEqual((answer.hit, answer.cookies), ("x-cache: HIT ?[2J?", ["?[2J"]))

    def test_a_long_asset_and_a_strange_one_are_left_out(self):
        page = b'<script src="/' + b"a" * 600 + b'.js"></script><script src="//elsewhere/a.js"></script><link href="/a b.css">'
        answer = self.ask(lambda send: send(OK + b"Content-Length: %d\r\n\r\n" % len(page) + page))[0]
        self.assertEqual((answer.status, answer.asset), (200, ""))


class ProcessTest(story.StoryTest):
    def test_a_request_that_is_not_one_is_refused(self):
        for message in (b"", b"garbage", b"\0\0\0\1" + b"9", doctor_program.message(["http://a:1"], [get("no-slash")]),
                        doctor_program.message(["http://a:1"], [get("/", origin=1)]), doctor_program.message(["http://a b:1"], [get("/")]),
                        doctor_program.message(["http://a:1"], [get("/", nonce="x\r\ny")]), doctor_program.message(["http://a:1"], [get("/")] * 129)):
            with self.subTest(message[:60]), self.assertRaisesRegex(AssertionError, "does not understand"):
                doctor_program.answers(doctor_program.talk(message)[0][8:])

    def test_it_cannot_be_looked_into_and_has_little_memory(self):
        need_root()
        server = HostileServer(self, lambda send: time.sleep(20))
        framed = doctor_program.message([server.url], [get("/")])
        ours, theirs = socket.socketpair()
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", doctor_program.PROGRAM]
        with ours, subprocess.Popen(command, stdin=theirs, stdout=theirs) as process:
            theirs.close()
            ours.sendall(struct.pack("=Q", len(framed)) + framed)
            while not server.requests:
                time.sleep(0.01)
            shown = pathlib.Path(f"/proc/{process.pid}/limits").read_text(encoding="utf-8").splitlines()
            limits = {line[:16].strip(): line[26:].split()[0] for line in shown}
            self.assertEqual(limits["Max core file si"], "0")
            if not os.environ.get("GENKEY_SANITIZERS"):
                self.assertEqual(limits["Max data size"], str(200 * 1024 * 1024))
            # The kernel gives the files of a process that is not dumpable to root.
            self.assertEqual(pathlib.Path(f"/proc/{process.pid}/environ").stat().st_uid, 0)
            process.send_signal(signal.SIGKILL)


if __name__ == "__main__":
    story.main()
