# SPDX-License-Identifier: ISC
"""Attacks by peers that speak the protocol well, but have no key, repeat old proofs, or lie.

No byte that a stranger receives depends on the key. What a stranger says changes nothing, and the host that asked it
reports what it is.
"""

import concurrent.futures
import contextlib
import itertools
import os
import threading
import time

import harness
from harness import markers, peers, protocol

# When the listener ends each connection, in seconds; and the same with a sanitizer on a slow machine.
CONNECTION_TIME = 10
LONGEST = 40
# The listener works for one address only so much. Whoever attacks uses many, so that it answers everything.
SOURCES = itertools.cycle(f"127.0.{high}.{low}" for high in range(1, 5) for low in range(1, 251))
CHARACTERS = set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


class WireAttackTest(harness.StoryTest):
    """om1 and om2 have one key and serve. A stranger knows their addresses; a member has the key too."""

    def setUp(self):
        peers.need_openssl()
        super().setUp()
        self.om1, self.om2 = self.joined_fleet("om1", "om2")
        self.stranger = peers.Identity("stranger")
        self.fleet = bytes.fromhex(self.om1.fleet_id())

    def claim(self, **differences):
        return protocol.Claim(**{"fleet": self.fleet, "name": "om9", "address": "127.0.0.1:9", **differences})

    def agree(self, tag=bytes(32), **differences):
        return protocol.Agree(self.claim(**differences), tag)

    def hand_over(self, key=None, **differences):
        return protocol.HandOver(key or self.fresh_key(), self.claim(**differences))

    def say(self, content, identity=None, host=None):
        """Everything that a listener of the program answers to these bytes, until it ends the connection."""
        with peers.connect(identity or self.stranger, (host or self.om1).address, next(SOURCES)) as channel:
            with contextlib.suppress(peers.Closed):  # before it has all of it, or the last of it
                channel.send(content)
            channel.finish()
            return channel.receive_rest()

    def member(self):
        """An identity that has proved the key to om1."""
        identity = peers.Identity("om9")
        with peers.connect(identity, self.om1.address) as channel:
            self.assertTrue(channel.prove(self.om1.key(), self.claim())[1])
        return identity

    def listen(self, answer, identity=None, key=None):
        """A listener that answers every question with `answer`: a message, bytes, or a function that makes them."""
        member = peers.Member(identity or peers.Identity("liar"), key, self.claim())
        return peers.Listener(self, member, answer if callable(answer) else lambda _channel, _request: answer)

    def verify(self, listener, expect):
        """om1's opinion of a listener."""
        return self.om1.run_json("verify", "--peer", listener.address, expect=expect)["peers"][0]

    def knowledge(self, host):
        """Whom a host knows and what it thinks of its key, without times."""
        known = host.run_json("peers", "list")["roster"]
        without_times = [{**peer, "seen": None, "last_result": None} for peer in known]
        return without_times, host.run_json("status", expect=None)["key"]

    def assert_public(self, content):
        """There is no reply, or nothing in it depends on the key."""
        if not content:
            return
        self.assertEqual(markers.forms_in(content, {self.om1.key()}), [])
        reply = protocol.decode(protocol.REPLIES, content[4:])
        self.assertNotIsInstance(reply, (protocol.AgreeReply, protocol.HandOver))
        if isinstance(reply, protocol.Disagree):
            self.assertIsNone(reply.claim)


class Requests(WireAttackTest):
    """What strangers send to a listener."""

    def replies(self):
        claim = self.claim()
        return (
            protocol.HelloReply(True, bytes(32)),
            protocol.AgreeReply(claim, bytes(32)),
            protocol.Disagree(protocol.ESTABLISHED, claim),
            protocol.NoKey(),
            protocol.Refused(protocol.NOT_READY),
            self.hand_over(),
        )

    def requests(self):
        return (
            protocol.Hello(),
            self.agree(),
            protocol.Join(os.urandom(32), os.urandom(16), "om9", "127.0.0.1:9"),
            protocol.Refetch("om9", "127.0.0.1:9"),
        )

    def test_a_reply_is_not_taken_for_a_request(self):
        for identity in (self.stranger, self.member()):
            for reply in self.replies():
                with self.subTest(type(reply).__name__):
                    self.assertEqual(self.say(reply, identity), b"")

    def test_unknown_types_get_no_answer(self):
        for kind in (0x00, 0x05, 0x7F, 0x80, 0x87, 0xFF):
            with self.subTest(hex(kind)):
                self.assertEqual(self.say(protocol.frame(kind)), b"")

    def test_a_connection_carries_at_most_one_reply(self):
        request = protocol.Hello().frame()
        one = len(protocol.HelloReply(True, bytes(32)).frame())
        self.assertLessEqual(len(self.say(request * 2)), one)
        with peers.connect(self.stranger, self.om1.address) as channel:
            channel.ask(protocol.Hello())
            channel.send(request)
            self.assertEqual(channel.receive_rest(), b"")

    def test_a_request_in_small_pieces_is_one_request(self):
        request = protocol.Refetch("om9", "127.0.0.1:9").frame()
        with peers.connect(self.stranger, self.om1.address) as channel:
            for byte in request[:-1]:
                channel.send(bytes([byte]))
            self.assertIsInstance(channel.ask(request[-1:]), protocol.Refused)

    def test_a_request_that_is_cut_anywhere_gets_no_answer(self):
        for request in self.requests():
            frame = request.frame()
            for size in range(len(frame)):
                with self.subTest(type(request).__name__, size=size):
                    self.assertEqual(self.say(frame[:size]), b"")

    def test_a_message_that_is_cut_or_goes_on_within_its_frame_gets_no_answer(self):
        for request in self.requests():
            body = request.body()
            for cut in [*(body[:size] for size in range(len(body))), body + b"\0"]:
                with self.subTest(type(request).__name__, size=len(cut)):
                    self.assertEqual(self.say(protocol.frame(request.TYPE, cut)), b"")

    def test_a_frame_of_any_other_size_gets_no_answer(self):
        limit = protocol.LONGEST_REQUEST
        within = (*range(2, 40), *range(250, 260), *range(limit - 4, limit + 1))
        beyond = (limit + 1, limit + 2, 65535, 65536, 65537, 2**24, 2**31, 2**32 - 1)
        for size in (0, *within, *beyond):
            with self.subTest(size):
                body = b"\1" + bytes(min(size, limit) + 8)
                self.assertEqual(self.say(protocol.unsigned(size, 4) + body[: max(size, 1)]), b"")

    def test_names_and_addresses_have_their_lengths_and_characters(self):
        def answered(name, address):
            return self.say(protocol.Refetch(name, address)) != b""

        self.assertTrue(answered("n" * 253, "a" * 253 + ":1"))
        self.assertFalse(answered("n" * 254, "om9:1"))
        self.assertFalse(answered("om9", "a" * 260 + ":1"))
        for value in range(256):
            with self.subTest(value):
                body = protocol.counted(b"om" + bytes([value])) + protocol.counted(b"om9:1")
                said = self.say(protocol.frame(protocol.Refetch.TYPE, body))
                self.assertEqual(said != b"", value in CHARACTERS)
                if value not in CHARACTERS | set(b":[]%"):
                    body = protocol.counted(b"om9") + protocol.counted(b"om" + bytes([value]) + b":1")
                    self.assertEqual(self.say(protocol.frame(protocol.Refetch.TYPE, body)), b"")

    def test_fields_out_of_their_range_get_no_answer(self):
        body = self.agree().body()
        self.assertEqual(self.say(protocol.frame(protocol.Agree.TYPE, body[:20] + b"\3" + body[21:])), b"")
        secrets = (os.urandom(size) for size in (1, 16, 31, 33, 255))
        for request in (protocol.Join(secret, bytes(16), "om9", "om9:1") for secret in secrets):
            with self.subTest(len(request.secret)):
                self.assertEqual(self.say(request), b"")

    def test_a_hosts_own_identity_is_refused(self):
        own = peers.Identity.load((self.om1.state_dir / "identity.pem").read_bytes())
        for request in self.requests()[1:]:
            self.assertEqual(self.say(request, own), protocol.Refused(protocol.YOURSELF).frame())

    def test_what_a_stranger_receives_is_the_same_whatever_the_key(self):
        self.om1.configure()

        def everything():
            said = [self.say(request) for request in self.requests()]
            # And a proof with one wrong bit.
            with peers.connect(self.stranger, self.om1.address) as channel:
                tag = protocol.initiator_tag(self.om1.key(), channel, self.claim())
                channel.send(protocol.Agree(self.claim(), bytes([tag[0] ^ 1]) + tag[1:]))
                channel.finish()
                return [*said, channel.receive_rest()]

        before = everything()
        for content in before:
            self.assertNotEqual(content, b"")
            self.assert_public(content)
        starts = self.om1.server.starts
        other = self.key_source(self.fresh_key())
        self.om1.run("import", other, "--displace", "--confirm", self.om1.fleet_id())
        self.om1.server.await_start(starts + 1)
        # Its standing is public, and a new key begins as chosen.
        unsure = protocol.Disagree(protocol.CHOSEN).frame()
        sure = protocol.Disagree(protocol.ESTABLISHED).frame()
        self.assertEqual([content.replace(sure, unsure) for content in before], everything())

    def test_a_silent_and_a_slow_one_are_closed_in_time(self):
        def last(drops):
            begun = time.monotonic()
            with peers.connect(self.stranger, self.om1.address) as channel, contextlib.suppress(peers.Closed):
                for byte in drops:
                    channel.send(bytes([byte]))
                    never.wait(1)
                self.assertEqual(channel.receive_rest(), b"")
            return time.monotonic() - begun

        never = threading.Event()
        longest = protocol.frame(protocol.Agree.TYPE, bytes(protocol.LONGEST_REQUEST - 1))
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for lasted in pool.map(last, (b"", longest[:LONGEST])):
                self.assertGreater(lasted, CONNECTION_TIME - 1)
                self.assertLess(lasted, LONGEST)
        self.om2.run("verify")


class OldProofs(WireAttackTest):
    """A proof is worth nothing on another connection."""

    def record(self):
        """What om1 says to a host that it asks: its proof, for that connection."""
        listener = self.listen(protocol.Refused(protocol.NOT_READY))
        self.verify(listener, 16)
        return listener.asked[-1]

    def test_a_recorded_proof_proves_nothing_when_repeated(self):
        proof = self.record()
        before = self.knowledge(self.om1), self.knowledge(self.om2)
        for host in (self.om1, self.om2):
            said = self.say(proof, host=host)
            self.assertIsInstance(protocol.decode(protocol.REPLIES, said[4:]), protocol.Disagree)
            self.assert_public(said)
        self.assertEqual((self.knowledge(self.om1), self.knowledge(self.om2)), before)

    def test_a_members_own_proof_is_good_for_one_connection(self):
        member = self.member()
        with peers.connect(member, self.om1.address) as channel:
            proof = protocol.Agree(self.claim(), protocol.initiator_tag(self.om1.key(), channel, self.claim()))
            self.assertIsInstance(channel.ask(proof), protocol.AgreeReply)
        said = self.say(proof, member)
        self.assertIsInstance(protocol.decode(protocol.REPLIES, said[4:]), protocol.Disagree)

    def test_a_recorded_answer_proves_nothing_when_repeated(self):
        with peers.connect(self.member(), self.om1.address) as channel:
            answer, proved = channel.prove(self.om1.key(), self.claim())
        self.assertTrue(proved)
        self.assertEqual(self.verify(self.listen(answer), 16)["result"], "untrusted")

    def test_a_hosts_own_tag_sent_back_proves_nothing(self):
        mirror = self.listen(lambda _, request: protocol.AgreeReply(request.claim, request.tag))
        self.assertEqual(self.verify(mirror, 16)["result"], "untrusted")

    def test_a_proof_with_another_claim_proves_nothing(self):
        def embellish(channel, request):
            tag = protocol.responder_tag(self.om1.key(), channel, request, self.claim())
            return protocol.AgreeReply(self.claim(generation=2), tag)

        self.assertEqual(self.verify(self.listen(embellish), 16)["result"], "untrusted")

    def test_a_proof_with_another_key_proves_nothing(self):
        def prove(channel, request):
            return protocol.AgreeReply(self.claim(), protocol.responder_tag(key, channel, request, self.claim()))

        key = self.fresh_key()
        self.assertEqual(self.verify(self.listen(prove), 16)["result"], "untrusted")


class Relays(WireAttackTest):
    """A relay with a certificate of its own passes on what both sides say."""

    def relay(self, host):
        """A relay that puts each question to `host` and returns its answer; also the list of those answers."""

        def pass_on(_, request):
            with peers.connect(identity, host.address) as onward:
                given.append(onward.ask(request))
            return given[-1]

        identity, given = peers.Identity("relay"), []
        return self.listen(pass_on, identity), given

    def test_two_hosts_do_not_agree_through_it(self):
        for host in (self.om2, self.om1):
            before = self.knowledge(self.om1), self.knowledge(self.om2)
            relay, given = self.relay(host)
            said = self.verify(relay, 14)
            self.assertEqual((said["result"], said["identity"]), ("disagree", "unknown"))
            self.assertEqual([type(reply) for reply in given], [protocol.Disagree])
            self.assert_public(given[0].frame())
            self.assertEqual((self.knowledge(self.om1), self.knowledge(self.om2)), before)

    def test_it_is_given_no_ticket(self):
        relay, _ = self.relay(self.om1)
        om3 = self.host("om3")
        ticket = protocol.Ticket.decode(self.om1.run("invite").line)
        moved = protocol.Ticket(ticket.pin, ticket.id, ticket.secret, (relay.address,))
        om3.run("join", "--ticket-file", "-", stdin=moved.encode(), expect=16)
        self.assertFalse(om3.key_file.exists())
        self.assertEqual([request for request in relay.asked if request != protocol.Hello()], [])


class Answers(WireAttackTest):
    """What a host makes of false answers."""

    def opinions(self, lies):
        """om1's result for each of these answers, given by a stranger of its own each; asked all at once."""
        listeners = {name: self.listen(lie) for name, lie in lies.items()}
        asked = self.om1.verify(*(listener.address for listener in listeners.values()), expect=None)
        return {name: asked[listener.address]["result"] for name, listener in listeners.items()}

    def assert_opinions(self, expected, lies):
        before = self.knowledge(self.om1)
        self.assertEqual(self.opinions(lies), dict.fromkeys(lies, expected))
        self.assertEqual(self.knowledge(self.om1), before)
        self.om1.gate()

    def replies(self):
        neighbour = protocol.Neighbour(os.urandom(32), "om7", "127.0.0.1:7")
        return (
            protocol.HelloReply(True, bytes(32)),
            protocol.AgreeReply(self.claim(), bytes(32)),
            protocol.Disagree(protocol.CHOSEN),
            protocol.Disagree(protocol.ESTABLISHED, self.claim()),
            protocol.NoKey(),
            protocol.Refused(protocol.REMOVED),
            protocol.HandOver(self.fresh_key(), self.claim(), (neighbour,)),
        )

    def test_an_answer_to_another_question_is_incompatible(self):
        lies = {
            "hello": protocol.HelloReply(True, bytes(32)),
            "hello without a key": protocol.HelloReply(False, bytes(32)),
            "hand-over": self.hand_over(),
            "hand-over of the key": self.hand_over(self.om1.key()),
            "the question": lambda _, request: request,
            "hello as a request": protocol.Hello(),
            "a type that nobody has": protocol.frame(0x87),
        }
        self.assert_opinions("incompatible", lies)

    def test_a_refusal_for_any_reason_changes_nothing(self):
        lies = {why: protocol.Refused(why) for why in range(1, 11)}
        self.assert_opinions("untrusted", lies)

    def test_fields_out_of_their_range_are_incompatible(self):
        claim = self.claim().encode()
        bad_names = {name: self.claim(name=name) for name in ("\x1b]0;owned\a", "om9\n", "om 9", "a" * 254, "\0")}
        bad_texts = ("\x1b[2J", "om9:1\r", "$(reboot)", "a" * 262)
        bad_addresses = {address: self.claim(address=address) for address in bad_texts}
        lies = {
            "why 0": protocol.frame(0x85, b"\0"),
            "why 11": protocol.frame(0x85, b"\x0b"),
            "truth 2": protocol.frame(0x83, b"\2\2"),
            "standing 3": protocol.frame(0x83, b"\3\0"),
            "standing 3 in the claim": protocol.frame(0x83, b"\2\1" + claim[:20] + b"\3" + claim[21:]),
            "no claim": protocol.frame(0x83, b"\2\1"),
            "101 neighbours": protocol.frame(0x86, self.fresh_key() + claim + protocol.unsigned(101, 2)),
            **{repr(name): protocol.Disagree(2, bad) for name, bad in {**bad_names, **bad_addresses}.items()},
        }
        self.assert_opinions("incompatible", lies)

    def test_sizes_beyond_the_limit_are_incompatible(self):
        limit = protocol.LONGEST_REPLY
        lies = {size: protocol.unsigned(size, 4) + b"\x84" for size in (0, limit + 1, 2**31, 2**32 - 1)}
        lies[limit] = protocol.frame(0x84, bytes(limit - 1))
        self.assert_opinions("incompatible", lies)

    def test_an_answer_that_is_cut_anywhere_counts_as_silence(self):
        frames = [reply.frame() for reply in self.replies()]
        cuts = {(frame[4], size): frame[:size] for frame in frames for size in range(len(frame))}
        self.assert_opinions("unreachable", cuts)

    def test_a_message_that_is_cut_or_goes_on_within_its_frame_is_incompatible(self):
        bodies = [(reply.TYPE, reply.body()) for reply in self.replies()]
        cuts = {(kind, size): protocol.frame(kind, body[:size]) for kind, body in bodies for size in range(len(body))}
        longer = {(kind, len(body) + 1): protocol.frame(kind, body + b"\0") for kind, body in bodies}
        self.assert_opinions("incompatible", {**cuts, **longer})

    def test_what_a_stranger_claims_about_generation_fleet_and_standing_changes_nothing(self):
        claims = [self.claim(generation=number) for number in (0, 2, 17, 18, 2**31, 2**32 - 1)]
        claims += [self.claim(fleet=fleet, generation=9) for fleet in (bytes(16), b"\xff" * 16)]
        lies = {at: protocol.Disagree(standing, claim) for at, claim in enumerate(claims) for standing in (0, 1, 2)}
        self.assert_opinions("disagree", lies)

    def test_a_slow_answer_costs_its_own_time_only(self):
        def drip(channel, _):
            for byte in protocol.Disagree(protocol.CHOSEN).frame():
                channel.send(bytes([byte]))
                stopped.wait(1)

        stopped = threading.Event()
        self.addCleanup(stopped.set)
        slow, silent = self.listen(drip), self.listen(lambda *_: stopped.wait(harness.TIME_LIMIT) and None)
        begun = time.monotonic()
        said = self.om1.verify(self.om2, slow.address, silent.address, expect=15, wait="2s")
        self.assertLess(time.monotonic() - begun, LONGEST)
        results = [said[each.address]["result"] for each in (self.om2, slow, silent)]
        self.assertEqual(results, ["agree", "unreachable", "unreachable"])

    def test_a_hosts_own_identity_is_never_given_a_proof(self):
        own = peers.Identity.load((self.om1.state_dir / "identity.pem").read_bytes())
        lies = (protocol.HelloReply(True, bytes(32)), protocol.NoKey(), self.hand_over())
        for liar in (self.listen(lie, own) for lie in lies):
            self.om1.run("verify", "--peer", liar.address, expect=None)
            self.assertEqual(set(liar.asked), {protocol.Hello()})

    def test_a_weak_key_is_proved_to_no_stranger(self):
        om3 = self.host("om3")
        weak = b"a" * 24
        om3.run("import", "--allow-weak", self.key_source(weak))
        stranger = self.listen(protocol.Disagree(protocol.CHOSEN))
        self.assertEqual(om3.verify(stranger.address, expect=16)[stranger.address]["result"], "untrusted")
        self.assertEqual(stranger.asked, [])


class Generations(WireAttackTest):
    """What a member that has the key claims of the key's generation."""

    def record_after(self, configured=True, **differences):
        """Fleet and generation in om1's record once a member has claimed this under a proof."""
        member = peers.Member(peers.Identity("om9"), self.om1.key(), self.claim(**differences))
        listener = peers.Listener(self, member)
        if configured:
            self.om1.also(peers=[*self.om1.settings["peers"], listener.address])
        else:
            member.claim = self.claim(**{**differences, "address": listener.address})
            with peers.connect(member.identity, self.om1.address) as channel:
                self.assertTrue(channel.prove(self.om1.key(), member.claim)[1])
        self.assertEqual(self.om1.verify(expect=None)[listener.address]["result"], "agree")
        record = self.om1.record()
        return record["fleet"], record["generation"]

    def test_one_rises_by_at_most_16(self):
        for generation, expected in ((2**31, 1), (2**32 - 1, 1), (0, 1), (18, 1), (17, 17)):
            with self.subTest(generation):
                self.assertEqual(self.record_after(generation=generation), (self.fleet.hex(), expected))

    def test_one_rises_by_peers_that_somebody_named_only(self):
        self.assertEqual(self.record_after(configured=False, generation=2), (self.fleet.hex(), 1))
        self.om1.run("ensure")
        self.om1.gate()
        self.assertEqual(self.om1.record()["generation"], 1)

    def test_a_claim_to_the_listener_raises_none_by_itself(self):
        with peers.connect(self.stranger, self.om1.address) as channel:
            self.assertTrue(channel.prove(self.om1.key(), self.claim(generation=2**31))[1])
        self.om1.run("verify", expect=None)
        self.assertEqual(self.om1.record()["generation"], 1)
        self.om1.gate()


class Keys(WireAttackTest):
    """A host that asks for a key, or whether there is one, gets something else."""

    def inviter(self, answer):
        """A ticket of om9, whose listener answers a join with `answer`."""
        member = peers.Member(peers.Identity("om9"), self.fresh_key(), self.claim())

        def answer_join(channel, request):
            honest = member.answer(channel, request)
            return answer if isinstance(request, protocol.Join) else honest

        listener = peers.Listener(self, member, answer_join)
        return member.ticket(listener.address).encode()

    def test_a_host_that_joins_takes_a_key_from_a_hand_over_only(self):
        key = self.fresh_key()
        lies = {
            "a proof": (protocol.AgreeReply(self.claim(), key + bytes(8)), 15),
            "hello": (protocol.HelloReply(True, key + bytes(8)), 15),
            "a key that is too short": (protocol.frame(0x86, key[:23] + self.claim().encode() + b"\0\0"), 15),
            "a key that is too long": (protocol.frame(0x86, key + b"\0" + self.claim().encode() + b"\0\0"), 15),
            "the request": (protocol.Hello(), 15),
            "refused": (protocol.Refused(protocol.REMOVED), 16),
        }
        for name, (lie, code) in lies.items():
            with self.subTest(name):
                om3 = self.host(f"om{len(self.hosts) + 1}")
                om3.run("join", "--ticket-file", "-", stdin=self.inviter(lie), expect=code)
                self.assertFalse(om3.key_file.exists())
                self.assertFalse((om3.state_dir / "record.json").exists())

    def test_a_host_that_fetches_its_lost_key_takes_no_other(self):
        liar_identity = peers.Identity("om9")
        other = self.fresh_key()
        lies = {
            "another key": self.hand_over(other),
            "another key for another fleet": self.hand_over(other, fleet=os.urandom(16), generation=2),
            "a proof": protocol.AgreeReply(self.claim(), bytes(32)),
        }
        self.om1.stop()
        current = protocol.NoKey()
        member = peers.Member(liar_identity, other, self.claim())

        def answer(channel, request):
            return current if isinstance(request, protocol.Refetch) else member.answer(channel, request)

        liar = self.listen(answer, liar_identity)
        self.om2.run("peers", "add", liar.address, "--pin", liar_identity.pin.hex())
        self.om2.stop()
        self.om2.key_file.unlink()
        for name, current in lies.items():
            with self.subTest(name):
                self.om2.run("ensure", expect=11)
                self.assertFalse(self.om2.key_file.exists())
        self.assertIn(protocol.Refetch("om2", self.om2.address), liar.asked)

    def test_nobody_makes_a_key_beside_one_that_does_not_say_that_it_has_none(self):
        lies = {
            "hand-over": self.hand_over(),
            "a proof": protocol.AgreeReply(self.claim(), bytes(32)),
            "a key is there": protocol.HelloReply(True, bytes(32)),
            "refused": protocol.Refused(protocol.BANNED),
        }
        for name, lie in lies.items():
            with self.subTest(name):
                om3 = self.host(f"om{len(self.hosts) + 1}", peers=[self.listen(lie).address])
                om3.run("generate", expect=17)
                om3.also(first_host=True)
                om3.run("ensure", "--wait", "0s", expect=11)
                self.assertFalse(om3.key_file.exists())


if __name__ == "__main__":
    harness.main()
