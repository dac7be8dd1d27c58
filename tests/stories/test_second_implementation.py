# SPDX-License-Identifier: ISC
"""A peer written from protocol.md alone works with this program, in both roles of each conversation."""

import datetime
import os

import harness
from harness import peers, protocol, strangers

# The second implementation's name and address.
WHO = ("om9", "127.0.0.1:9")


class SecondImplementationTest(harness.StoryTest):
    """om1 has a key and serves; the other implementation, om9, is on this machine too."""

    def setUp(self):
        peers.need_openssl()
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")
        self.om1.serve()
        self.om9 = peers.Identity("om9")
        self.pin1 = self.pin_of_om1()

    def pin_of_om1(self):
        return bytes.fromhex(self.om1.run_json("identity")["identity"]["pin"])

    def claim(self, **differences):
        fields = {"fleet": bytes.fromhex(self.om1.fleet_id()), "standing": protocol.CHOSEN, "name": WHO[0]}
        return protocol.Claim(**{**fields, "address": WHO[1], **differences})

    def ask(self, request, identity=None):
        with peers.connect(identity or self.om9, self.om1.address) as channel:
            self.assertEqual(channel.other_pin, self.pin1)
            return channel.ask(request)

    def prove(self, key=None, claim=None, identity=None):
        """The reply to a proof, and whether om1 proved the same key."""
        with peers.connect(identity or self.om9, self.om1.address) as channel:
            return channel.prove(key or self.om1.key(), claim or self.claim())

    def assert_refused(self, why, request, identity=None):
        self.assertEqual(self.ask(request, identity), protocol.Refused(why))

    def invite(self, *arguments):
        return protocol.Ticket.decode(self.om1.run("invite", *arguments).line)

    def join(self, ticket, identity=None):
        return self.ask(protocol.Join(ticket.secret, ticket.id, *WHO), identity)

    def assert_handed_over(self, reply):
        self.assertIsInstance(reply, protocol.HandOver)
        self.assertEqual(reply.key, self.om1.key())
        self.assertEqual(reply.claim, self.own_claim())

    def own_claim(self):
        """What om1 has to claim."""
        key = self.om1.run_json("status", expect=None)["key"]
        standing = ("provisional", "chosen", "established").index(key["standing"])
        return protocol.Claim(bytes.fromhex(key["fleet"]), key["generation"], standing, "om1", self.om1.address)

    def member(self, key=None, **differences):
        """om9 as a host that answers; `key` may be om1's or another one."""
        return peers.Member(self.om9, key, self.claim(**differences))


class OnDisk(SecondImplementationTest):
    """What the page says of the record, and of a ticket before it is used."""

    def test_the_witness_of_a_record(self):
        record = self.om1.record()
        witness = protocol.witness(self.om1.key(), bytes.fromhex(record["fleet"]), record["generation"])
        self.assertEqual(record["witness"], witness.hex())

    def test_the_issuer_of_a_ticket_keeps_a_digest_of_its_secret(self):
        line = self.om1.run("invite", "--address", "om1.example.com", "--address", "[2001:db8::1]:7").line
        ticket = protocol.Ticket.decode(line)
        self.assertEqual(ticket.encode(), line)
        self.assertEqual((ticket.pin, ticket.addresses), (self.pin1, ("om1.example.com:27424", "[2001:db8::1]:7")))
        longest = f"[fe80::1%{'z' * 245}]:65535"
        self.assertEqual((len(longest), len(self.om1.run("invite", *("--address", longest) * 16).line)), (261, 5725))
        kept = b"".join(path.read_bytes() for path in (self.om1.state_dir / "agent").rglob("*") if path.is_file())
        self.assertIn(protocol.pin_of(ticket.secret).hex().encode(), kept)
        self.assertIn(ticket.id.hex().encode(), kept)
        self.assertNotIn(ticket.secret.hex().encode(), kept)


class Asking(SecondImplementationTest):
    """It asks a listener of the program."""

    def test_hello_tells_whether_there_is_a_key_and_which_machine_it_is(self):
        first, second = self.ask(protocol.Hello()), self.ask(protocol.Hello())
        self.assertTrue(first.has_key)
        self.assertEqual(first.instance, second.instance)

    def test_hello_of_a_host_without_a_key(self):
        om2 = self.host("om2")
        om2.serve()
        with peers.connect(self.om9, om2.address) as channel:
            self.assertFalse(channel.ask(protocol.Hello()).has_key)

    def test_the_same_key_is_proved_and_both_sides_say_who_they_are(self):
        reply, proved = self.prove()
        self.assertTrue(proved)
        self.assertEqual((reply.claim.fleet, reply.claim.generation), (self.claim().fleet, 1))
        self.assertEqual((reply.claim.name, reply.claim.address), ("om1", self.om1.address))
        known = self.om1.run_json("peers", "list")["roster"]
        self.assertEqual([(peer["pin"], peer["name"]) for peer in known], [(self.om9.pin.hex(), "om9")])

    def test_another_key_is_told_to_a_stranger_by_how_sure_the_host_is_and_nothing_more(self):
        reply, _ = self.prove(os.urandom(24))
        self.assertEqual(reply, protocol.Disagree(protocol.CHOSEN))

    def test_another_key_is_told_to_a_known_peer_with_the_claim(self):
        self.prove()
        reply, _ = self.prove(os.urandom(24))
        own = self.own_claim()
        self.assertEqual(reply, protocol.Disagree(own.standing, own))

    def test_a_ticket_gives_the_key_to_the_pin_that_shows_it_first_until_that_pin_proves_the_key(self):
        ticket, thief = self.invite(), peers.Identity("thief")
        self.assertEqual((ticket.pin, ticket.addresses), (self.pin1, (self.om1.address,)))
        self.assert_handed_over(self.join(ticket))
        self.assertEqual(self.join(ticket, thief), protocol.Refused(protocol.USED_TICKET))
        self.assert_handed_over(self.join(ticket))
        self.assertTrue(self.prove()[1])
        self.assertEqual(self.join(ticket), protocol.Refused(protocol.USED_TICKET))

    def test_a_hand_over_names_the_other_hosts(self):
        om2 = self.host("om2")
        om2.run("join", "--ticket-file", "-", stdin=self.om1.run("invite").line)
        pin2 = bytes.fromhex(om2.run_json("identity")["identity"]["pin"])
        neighbours = self.join(self.invite()).neighbours
        self.assertEqual(neighbours, (protocol.Neighbour(pin2, "om2", om2.address),))

    def test_a_ticket_that_nobody_issued_a_wrong_secret_and_none(self):
        ticket = self.invite()
        for secret, number in ((ticket.secret, os.urandom(16)), (os.urandom(32), ticket.id)):
            self.assert_refused(protocol.UNKNOWN_TICKET, protocol.Join(secret, number, *WHO))
        self.assert_refused(protocol.NOT_OFFERED, protocol.Join(b"", bytes(16), *WHO))

    def test_a_member_receives_the_key_again_and_a_stranger_does_not(self):
        request = protocol.Refetch(*WHO)
        self.assert_refused(protocol.NOT_A_MEMBER, request)
        self.prove()
        self.assert_handed_over(self.ask(request))
        self.om1.run("peers", "remove", self.om9.pin.hex())
        self.om1.serve_again()
        self.assert_refused(protocol.REMOVED, request)

    def test_a_host_whose_key_is_not_the_recorded_one_hands_nothing_over(self):
        ticket = self.invite()
        self.prove()
        self.om1.replace_key(self.fresh_key())
        for request in (protocol.Refetch(*WHO), protocol.Join(ticket.secret, ticket.id, *WHO)):
            self.assert_refused(protocol.NOT_READY, request)


class Refusals(SecondImplementationTest):
    """Where several reasons apply, the page says which one is told."""

    def test_hello_is_answered_to_a_pin_that_was_removed(self):
        self.prove()
        self.om1.run("peers", "remove", self.om9.pin.hex())
        self.om1.serve_again()
        self.assertTrue(self.ask(protocol.Hello()).has_key)
        for request in (protocol.Agree(self.claim(), bytes(32)), self.wrong_ticket(), protocol.Refetch(*WHO)):
            self.assert_refused(protocol.REMOVED, request)

    def test_without_a_key_nothing_else_is_looked_at(self):
        self.om1.lose_key()
        for request in (protocol.Agree(self.claim(), bytes(32)), self.wrong_ticket(), protocol.Refetch(*WHO)):
            self.assertEqual(self.ask(request), protocol.NoKey())
        self.om1.also(serve={"refetch": False})
        self.om1.serve_again()
        self.assert_refused(protocol.NOT_OFFERED, protocol.Refetch(*WHO))

    def test_a_host_that_is_unsure_looks_at_no_ticket(self):
        ticket = self.invite()
        self.om1.replace_key(self.fresh_key())
        without = protocol.Join(b"", bytes(16), *WHO)
        for request in (without, *[self.wrong_ticket()] * 6, protocol.Join(ticket.secret, ticket.id, *WHO)):
            self.assert_refused(protocol.NOT_READY, request)

    def test_five_wrong_secrets_ban_before_a_right_one_is_looked_at(self):
        ticket = self.invite()
        for _ in range(5):
            self.assert_refused(protocol.UNKNOWN_TICKET, self.wrong_ticket())
        self.assertEqual(self.join(ticket), protocol.Refused(protocol.BANNED))
        self.assertTrue(self.prove()[1])

    def test_with_a_ca_a_name_that_is_not_allowed_is_refused_everything(self):
        ca = strangers.Authority(self)
        ca.configure(self.om1, allow=["*.om.example.com"])
        self.om1.serve_again()
        self.pin1 = self.pin_of_om1()
        requests = (protocol.Hello(), protocol.Agree(self.claim(), bytes(32)), self.wrong_ticket(), protocol.Refetch(*WHO))
        for name, allowed in (("om9.om.example.com", True), ("om9.example.com", False), ("a.b.om.example.com", False)):
            made, key = strangers.certificate(self.directory, name, ca.pair, f"DNS:{name}")
            identity = peers.Identity.load(key.read_bytes(), made.read_bytes())
            refusals = {self.ask(request, identity) == protocol.Refused(protocol.NOT_ALLOWED) for request in requests}
            self.assertEqual(refusals, {not allowed}, name)
        with self.assertRaises(peers.Closed):  # nobody whom the CA does not know
            self.ask(protocol.Hello())

    @staticmethod
    def wrong_ticket():
        return protocol.Join(os.urandom(32), os.urandom(16), *WHO)


class Answering(SecondImplementationTest):
    """It listens, and commands of the program ask it."""

    def setUp(self):
        super().setUp()
        self.om2 = self.host("om2")

    def listen(self, member):
        listener = peers.Listener(self, member)
        member.claim = protocol.Claim(member.claim.fleet, 1, member.claim.standing, "om9", listener.address)
        return listener

    def verify(self, listener, expect):
        """om1's opinion of the listener."""
        return self.om1.run_json("verify", "--peer", listener.address, expect=expect)["peers"][0]

    def test_a_host_that_asks_believes_the_proof_and_shows_its_own(self):
        listener = self.listen(self.member(self.om1.key(), standing=protocol.ESTABLISHED))
        said = self.verify(listener, 0)
        self.assertEqual((said["result"], said["name"], said["standing"]), ("agree", "om9", "established"))
        self.assertEqual(said["pin"], self.om9.pin.hex())
        asked = listener.asked[-1].claim
        self.assertEqual((asked.name, asked.address), ("om1", self.om1.address))
        # The listener has found the asker's proof right, or it would not have answered with its own.
        self.assertIn(self.pin1, listener.member.members)

    def test_another_key_and_no_key(self):
        listener = self.listen(self.member(os.urandom(24)))
        self.assertEqual(self.verify(listener, 14)["result"], "disagree")
        listener.member.key = None
        self.assertEqual(self.verify(listener, 15)["result"], "no-key")

    def test_a_new_host_joins_it_and_fetches_a_lost_key_from_it(self):
        member = self.member(self.fresh_key(), standing=protocol.ESTABLISHED)
        listener = self.listen(member)
        ticket = member.ticket(listener.address)
        self.om2.run("join", "--ticket-file", "-", stdin=ticket.encode())
        self.assertEqual(self.om2.key(), member.key)
        self.assertIn(ticket.id, member.spent)
        record = self.om2.record()
        self.assertEqual((record["fleet"], record["generation"]), (member.claim.fleet.hex(), 1))
        self.om2.key_file.unlink()
        self.om2.run("ensure")
        self.assertEqual(self.om2.key(), member.key)
        kinds = [type(request) for request in listener.asked]
        self.assertEqual((kinds.count(protocol.Join), kinds.count(protocol.Refetch)), (1, 1))

    def test_a_host_that_joins_also_tries_the_tickets_further_addresses(self):
        member = self.member(self.fresh_key())
        listener = self.listen(member)
        self.om2.run("join", "--ticket-file", "-", stdin=member.ticket(self.om2.address, listener.address).encode())
        self.assertEqual(self.om2.key(), member.key)

    def test_a_host_without_a_key_asks_whether_its_peers_have_one(self):
        listener = self.listen(self.member(os.urandom(24)))
        self.om2.configure(peers=[listener.address])
        self.om2.run("generate", expect=17)
        self.assertEqual(listener.asked, [protocol.Hello()])
        listener.member.key = None
        self.om2.run("generate")

    def test_what_prevails_among_hosts_with_one_key(self):
        own = self.om1.record()
        smallest, greatest = bytes(16), b"\xff" * 16
        listener = self.listen(self.member(self.om1.key()))
        self.om1.configure(peers=[listener.address])
        claims = {
            "the greater fleet does not": (greatest, protocol.CHOSEN, 1, own["fleet"], 1),
            "the later generation does": (bytes.fromhex(own["fleet"]), protocol.ESTABLISHED, 2, own["fleet"], 2),
            "the smaller fleet does": (smallest, protocol.ESTABLISHED, 1, smallest.hex(), 1),
            "the lesser standing does not": (smallest, protocol.CHOSEN, 3, smallest.hex(), 1),
        }
        for name, (fleet, standing, generation, *expected) in claims.items():
            with self.subTest(name):
                listener.member.claim = protocol.Claim(fleet, generation, standing, "om9", listener.address)
                self.assertEqual(self.om1.verify()[listener.address]["result"], "agree")
                record = self.om1.record()
                self.assertEqual([record["fleet"], record["generation"]], expected)

    def test_the_longest_ticket_that_can_be_written(self):
        member = self.member(self.fresh_key())
        listener = self.listen(member)
        longest = [f"{number:02}." + "a" * 61 + ("." + "b" * 62) * 3 + ":27424" for number in range(15)]
        self.assertEqual({len(address) for address in longest}, {259})
        ticket = member.ticket(*longest, listener.address)
        self.om2.run("join", "--ticket-file", "-", stdin=ticket.encode())
        self.assertEqual(self.om2.key(), member.key)


class Certificates(SecondImplementationTest):
    """Without a CA a certificate is a public key and nothing more."""

    def assert_agree(self, identity):
        """Both ways round, under the pin of the certificate."""
        claim = self.claim(name="om9")
        _, proved = self.prove(identity=identity, claim=claim)
        self.assertTrue(proved)
        listener = peers.Listener(self, peers.Member(identity, self.om1.key(), claim))
        said = self.om1.run_json("verify", "--peer", listener.address)["peers"]
        self.assertEqual([(peer["result"], peer["pin"]) for peer in said], [("agree", identity.pin.hex())])

    def test_its_dates_its_issuer_and_its_extensions_do_not_matter(self):
        past, future = datetime.datetime(1999, 1, 1), datetime.datetime(2999, 1, 1)
        key = peers.new_key()
        for made in (
            peers.certificate(key, "old", last=past),
            peers.certificate(key, "early", first=future),
            peers.certificate(key, "issued", issuer_key=peers.new_key()),
        ):
            with self.subTest(made.subject):
                self.assert_agree(peers.Identity(key=key, made=made))

    def test_other_kinds_of_keys_are_taken(self):
        p384 = ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]
        for name, options in {"rsa": ["rsa:2048"], "p384": p384, "ed25519": ["ed25519"]}.items():
            with self.subTest(name):
                self.assert_agree(self.made_by_openssl(name, "-newkey", *options))

    def test_the_pin_is_of_the_key_as_the_certificate_writes_it(self):
        plain, key = self.directory / "plain.key", self.directory / "compressed.key"
        strangers.openssl("ecparam", "-name", "P-256", "-genkey", "-noout", "-out", plain)
        strangers.openssl("ec", "-in", plain, "-conv_form", "compressed", "-out", key)
        identity = self.made_by_openssl("compressed", "-key", key)
        self.assertNotEqual(identity.spki, peers.Identity(key=identity.key).spki)
        self.assert_agree(identity)

    def test_no_server_name_is_sent(self):
        sent = []
        listener = peers.Listener(self, self.member())
        listener.context.set_tlsext_servername_callback(lambda tls: sent.append(tls.get_servername()))
        _, _, port = listener.address.rpartition(":")
        self.om1.run("verify", "--peer", f"localhost:{port}", expect=None)
        self.assertEqual(sent, [None])

    def made_by_openssl(self, name, *options):
        made, key = self.directory / f"{name}.pem", self.directory / f"{name}.key"
        written = [] if "-key" in options else ["-keyout", key]
        strangers.openssl("req", "-x509", *options, *written, "-noenc", "-subj", f"/CN={name}", "-out", made)
        return peers.Identity.load(key.read_bytes(), made.read_bytes())


class Authorities(SecondImplementationTest):
    """With a CA the chain counts, and the name to which the initiator connects."""

    def setUp(self):
        super().setUp()
        self.ca = strangers.Authority(self)
        self.ca.configure(self.om1)

    def result(self, host, name="om9", issuer=None, sent=(), **options):
        """om1's opinion of a listener with such a certificate, which sends those of `sent` too. It connects to `host`."""
        made, key = strangers.certificate(self.directory, name, issuer or self.ca.pair, **options)
        member = peers.Member(peers.Identity.load(key.read_bytes(), made.read_bytes()), self.om1.key(), self.claim())
        listener = peers.Listener(self, member)
        for path in sent:
            peers.add_issuer(listener.context, path.read_bytes())
        address = f"{host}:{listener.address.rpartition(':')[2]}"
        return self.om1.verify(address, expect=None)[address]["result"]

    def test_the_name_is_in_the_subject_alternative_name(self):
        self.assertEqual(self.result("127.0.0.1"), "agree")
        self.assertEqual(self.result("localhost", names="DNS:localhost"), "agree")
        self.assertEqual(self.result("localhost"), "untrusted")
        self.assertEqual(self.result("127.0.0.1", names="DNS:om9.example.com"), "untrusted")

    def test_the_common_name_counts_where_there_is_no_dns_name(self):
        self.assertEqual(self.result("localhost", "localhost", names=""), "agree")
        self.assertEqual(self.result("localhost", "localhost", names="DNS:om9.example.com"), "untrusted")

    def test_an_extended_key_usage_has_to_allow_the_role(self):
        for role, expected in (("serverAuth", "agree"), ("clientAuth", "untrusted")):
            self.assertEqual(self.result("127.0.0.1", extensions=[f"extendedKeyUsage={role}"]), expected)

    def test_an_issuer_in_between_is_sent_or_is_in_the_file(self):
        between = strangers.certificate(self.directory, "between", self.ca.pair, extensions=["basicConstraints=CA:TRUE"])
        self.assertEqual(self.result("127.0.0.1", issuer=between), "untrusted")
        self.assertEqual(self.result("127.0.0.1", issuer=between, sent=between[:1]), "agree")
        with open(self.ca.pair[0], "a", encoding="utf-8") as file:
            file.write(between[0].read_text(encoding="utf-8"))
        self.assertEqual(self.result("127.0.0.1", issuer=between), "agree")

    def test_a_host_sends_its_issuers_from_that_file(self):
        made, key = strangers.certificate(self.directory, "om9", self.ca.pair)
        self.om1.serve_again()
        with peers.connect(peers.Identity.load(key.read_bytes(), made.read_bytes()), self.om1.address) as channel:
            subjects = [shown.get_subject().CN for shown in channel.tls.get_peer_cert_chain()]
        self.assertEqual(subjects, ["om1-tls", "ca"])


if __name__ == "__main__":
    harness.main()
