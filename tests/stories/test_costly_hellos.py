# SPDX-License-Identifier: ISC
"""What a stranger can make a listener compute is bounded by its cost: honest hosts are answered as fast as before.

A client's first flight can be recorded once and sent again for ever, so it costs the attacker nothing. Connections come
from eight addresses, so a limit for each address alone is not what saves the listener."""

import contextlib
import socket
import statistics
import subprocess
import threading
import time

import harness
from harness import adversaries, strangers

ATTACKERS = [f"127.0.0.{number}" for number in range(2, 10)]
ALPN = ("-alpn", "genkey-agent/1")
QUESTIONS = 41
AT_ONCE, A_SECOND = 60, 30


def first_flight(test, *options):
    """The bytes with which `openssl s_client` begins, recorded from a real connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        client = subprocess.Popen(
            ["openssl", "s_client", "-connect", address, "-tls1_3", *ALPN, *options],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        test.addCleanup(strangers.end, client)
        connection = listener.accept()[0]
        with connection:
            connection.settimeout(harness.TIME_LIMIT)
            hello = connection.recv(5, socket.MSG_WAITALL)
            return hello + connection.recv(int.from_bytes(hello[3:5], "big"), socket.MSG_WAITALL)


class Flood:
    """Sends the same first flight on new connections, from all the addresses in turn, and never goes on."""

    def __init__(self, host, hello):
        self.host = host
        self.hello = hello
        self.sent = 0
        self.stopped = threading.Event()
        self.open = []

    def send(self):
        connection = socket.socket()
        connection.bind((ATTACKERS[self.sent % len(ATTACKERS)], 0))
        connection.connect(("127.0.0.1", self.host.port))
        connection.sendall(self.hello)
        self.open.append(connection)
        self.sent += 1

    def go_on(self):
        begin = time.monotonic()
        while not self.stopped.wait(max(0, begin + self.sent / A_SECOND - time.monotonic())):
            self.send()

    def close(self):
        self.stopped.set()
        for connection in self.open:
            connection.close()


class CostlyHellos(harness.StoryTest):
    def setUp(self):
        harness.need_no_sanitizer("a handshake costs several times as much there")
        super().setUp()
        self.om1, self.om2 = self.joined_fleet("om1", "om2")

    def question_time(self):
        """The median of honest questions from an address that has proved nothing lately, in seconds."""
        asked = adversaries.attack("greet", to=self.om1.address, times=QUESTIONS, **{"from": "127.0.0.77"})
        self.assertEqual({each.what for each in asked}, {"answered hello with key"})
        return statistics.median(each.seconds for each in asked)

    @contextlib.contextmanager
    def flood(self, hello):
        flood = Flood(self.om1, hello)
        self.addCleanup(flood.close)
        sender = threading.Thread(target=flood.go_on)
        sender.start()
        try:
            yield flood
        finally:
            flood.close()
            sender.join(harness.TIME_LIMIT)

    def assert_soon(self, measure, unloaded):
        """A machine that does something else for a moment is measured again."""
        for _ in range(3):
            loaded = measure()
            if loaded <= 2 * unloaded:
                return
        self.fail(f"{loaded * 1000:.1f} ms under attack, {unloaded * 1000:.1f} ms without")

    def assert_honest_questions_are_answered(self, hello):
        unloaded = self.question_time()

        def at_once():
            flood = Flood(self.om1, hello)
            for _ in range(AT_ONCE):
                flood.send()
            try:
                return self.question_time()
            finally:
                flood.close()

        def one_after_the_other():
            with self.flood(hello):
                time.sleep(1)  # the attack is under way
                return self.question_time()

        self.assert_soon(at_once, unloaded)
        self.assert_soon(one_after_the_other, unloaded)
        for host in (self.om1, self.om2):
            self.assertEqual({peer["result"] for peer in host.verify().values()}, {"agree"})

    def test_a_replayed_hello_for_ffdhe8192_costs_nothing(self):
        hello = first_flight(self, "-groups", "ffdhe8192")
        self.assertGreater(len(hello), 1000)
        self.assert_honest_questions_are_answered(hello)

    def test_replayed_hellos_for_p_384_take_nobodys_turn(self):
        self.assert_honest_questions_are_answered(first_flight(self, "-groups", "P-384"))

    def test_replayed_hellos_of_this_program_take_nobodys_turn(self):
        self.assert_honest_questions_are_answered(first_flight(self, "-groups", "X25519:P-256:P-384"))


if __name__ == "__main__":
    harness.main()
