# SPDX-License-Identifier: ISC
"""The login of doctor to the application database: what it learns, and that a refused login is tried once. The databases are
stand-ins at wire level (harness/mongod_stand_in.py), and not mongod."""

import time

from harness import certificates, doctor_program, story
from harness.installed_host import URL, Installed
from harness.mongod_stand_in import ITERATIONS, Login, ReplicaSet, TlsFront

KINDS = ["primary", ("secondary", {"tags": {"dc": "fra1"}, "up": False}), ("secondary", {"priority": 0, "hidden": True, "votes": 0}), "arbiter"]
QUESTIONS = ["replSetGetConfig", "replSetGetStatus", "getDefaultRWConcern"]


def attempts(appdb):
    """At each member. A driver may also send the start of a login with hello."""
    return [sum("saslStart" in each or "speculativeAuthenticate" in each for each in member.requests) for member in appdb.members]


class AskingTest(story.StoryTest):
    def setUp(self):
        super().setUp()
        self.appdb = ReplicaSet(self, "appdb", KINDS)
        self.appdb.login = Login("om@x", "p@ss:w/rd%?")
        self.first = self.appdb.members[0]

    def ask(self, password="p@ss:w/rd%?", user="om@x", **settings):
        return doctor_program.ask_login(self.first.asked_as, user, password, **settings)


class ProgramTest(AskingTest):
    def test_votes_priorities_hidden_members_and_states_are_learnt(self):
        end, denied, defaults, members = self.ask()
        self.assertEqual((end, denied, defaults), ("done", False, "n"))
        names = [member.name for member in self.appdb.members]
        self.assertEqual(
            [(each.name, each.votes, each.priority, each.hidden, each.arbiter, each.state, each.up, each.tags) for each in members],
            [(names[0], 1, 1.0, False, False, "PRIMARY", "y", {}),
             (names[1], 1, 1.0, False, False, "(not reachable/healthy)", "n", {"dc": "fra1"}),
             (names[2], 0, 0.0, True, False, "SECONDARY", "y", {}),
             (names[3], 1, 0.0, False, True, "ARBITER", "n", {})])
        self.assertEqual([name for name in self.first.names() if name in QUESTIONS], QUESTIONS)

    def test_a_default_that_somebody_set_is_seen_and_one_without_a_source_is_not_guessed(self):
        for source, told in (("global", "y"), ("implicit", "n"), (None, "?")):
            self.appdb.defaults = source
            self.assertEqual(self.ask()[2], told)

    def test_a_refused_login_is_tried_once_and_nothing_is_asked_after_it(self):
        for user, password in (("om@x", "wrong"), ("nobody", "p@ss:w/rd%?")):
            for mechanism in ("any", "SCRAM-SHA-256"):
                self.first.requests.clear()
                self.assertEqual(self.ask(password, user, mechanism=mechanism), ("refused", False, "?", []))
                self.assertEqual(attempts(self.appdb), [1, 0, 0, 0])
                self.assertEqual([name for name in self.first.names() if name in QUESTIONS], [])

    def test_a_user_without_the_role_is_told_apart_from_a_refused_one(self):
        self.first.answers = lambda: {}
        self.assertEqual(self.ask(), ("failed", True, "?", []))
        self.assertEqual(attempts(self.appdb), [1, 0, 0, 0])

    def test_it_works_over_tls_and_nothing_is_sent_to_a_server_that_does_not_verify(self):
        authority = certificates.Authority(self.directory)
        front = TlsFront(self, self.first, authority.issue("good", "127.0.0.1"))
        ask = lambda ca: doctor_program.ask_login(front.asked_as, "om@x", "p@ss:w/rd%?", tls=True, ca=ca)
        self.assertEqual(ask(authority.pem())[0], "done")
        self.first.requests.clear()
        self.assertEqual(ask("")[0], "failed")
        self.assertEqual(self.first.requests, [])

    def test_a_member_that_falls_silent_after_hello_ends_in_time(self):
        self.first.silent = True
        start = time.monotonic()
        self.assertEqual(self.ask()[0], "failed")
        self.assertLess(time.monotonic() - start, 12)


class Hostile(AskingTest):
    """A server that is not the one it says it is, or answers with what is none."""

    def setUp(self):
        super().setUp()
        self.first_answer = self.appdb.login.first

    def assert_not_asked(self, end):
        self.assertIn(end[0], ("refused", "failed"))
        self.assertEqual(end[1:], (False, "?", []))
        self.assertEqual([name for name in self.first.names() if name in QUESTIONS], [])

    def with_iterations(self, count):
        def first(message):
            answer, heard = self.first_answer(message)
            end = f",i={ITERATIONS}"
            return answer.replace(end.encode(), f",i={count}".encode()), heard.replace(end, f",i={count}")

        self.appdb.login.first = first

    def test_a_server_that_cannot_prove_that_it_knows_the_password_is_not_believed(self):
        self.appdb.login.server = bytes(32)
        self.assert_not_asked(self.ask())

    def test_a_server_that_would_make_the_password_easy_to_guess_gets_no_proof(self):
        for count in (1, 4095, 0, -1, "x", ""):
            self.with_iterations(count)
            self.first.requests.clear()
            self.assert_not_asked(self.ask())
            self.assertNotIn("saslContinue", self.first.names())

    def test_a_server_that_lets_the_client_compute_for_hours_is_given_up(self):
        self.with_iterations(2_147_483_647)
        start = time.monotonic()
        self.assert_not_asked(self.ask())
        self.assertLess(time.monotonic() - start, 12)

    def test_a_server_that_changes_the_nonce_or_sends_garbage_is_refused(self):
        for answer in (b"", b"r=", b"r=x,s=c2FsdA==,i=4096", b"\xff" * 500, b"r=x,s=,i=4096", b"x" * 100_000, b"r=" + b"," * 1000):
            self.appdb.login.first = lambda message, answer=answer: (answer, "")
            self.first.requests.clear()
            self.assert_not_asked(self.ask())

    def test_answers_of_other_types_show_nothing(self):
        strange = {"host": "db1\x1b[2J:1", "votes": "x", "priority": [], "tags": "y"}
        for members in ("none", 7, {"host": "a:1"}, [1, "x", None, ["a:1"]], [strange, {"host": 7}, {}]):
            self.first.answers = lambda members=members: {
                "replSetGetConfig": {"config": {"members": members}}, "replSetGetStatus": {"members": members},
                "getDefaultRWConcern": {"defaultReadConcernSource": 7, "defaultWriteConcernSource": {"a": "global"}}}
            self.assertEqual(self.ask(), ("done", False, "?", []))
        self.first.answers = lambda: {name: {"config": "none", "members": "none"} for name in QUESTIONS}
        self.assertEqual(self.ask(), ("done", False, "?", []))

    def test_numbers_that_are_none_are_bounded(self):
        given = [(float("nan"), float("inf")), (-5, -5), (1e300, 1e300), (2**62, -(2**62))]
        members = [{"host": f"db{at}:1", "priority": priority, "votes": votes} for at, (priority, votes) in enumerate(given)]
        self.first.answers = lambda: {"replSetGetConfig": {"config": {"members": members}}, "replSetGetStatus": {}, "getDefaultRWConcern": {}}
        shown = [(each.priority, each.votes) for each in self.ask()[3]]
        self.assertEqual(shown, [(0, 1), (0, 0), (1000, 1), (1000, 0)])

    def test_of_a_thousand_members_fifty_are_taken(self):
        tags = {f"t{at}": "x" for at in range(40)}
        members = [{"host": f"db{at}.example.com:27017", "tags": tags if at < 60 else {}} for at in range(1000)]
        self.first.answers = lambda: {"replSetGetConfig": {"config": {"members": members}}, "replSetGetStatus": {"members": members},
                                      "getDefaultRWConcern": {}}
        end, _, _, found = self.ask()
        self.assertEqual((end, len(found), {len(each.tags) for each in found}), ("done", 50, {32}))


class WholeTest(story.StoryTest):
    """genkey-agent doctor itself, on a host with these settings."""

    PASSWORD = "pwmarker4711@:/%?"

    def setUp(self):
        super().setUp()
        self.om1 = self.add_host(Installed(self, "om1"), {})
        self.om1.run("generate")
        self.om1.config.write_text(self.om1.config.read_text() + "[doctor]\ndatabase_login = true\n")
        self.appdb = ReplicaSet(self, "appdb", KINDS)
        self.appdb.login = Login("om", self.PASSWORD)
        self.watch(b"pwmarker4711")
        self.key_files |= {self.om1.properties}

    def doctor(self, password, options="&authSource=admin"):
        encoded = "".join(f"%{ord(each):02X}" if each in "@:/%?" else each for each in password)
        self.om1.write(URL + f"mongo.mongoUri={self.appdb.uri(f'om:{encoded}@', options)}\n")
        self.om1.run("doctor", "--only", "database", "--all", expect=None)

    def test_the_primary_is_asked_after_one_login_with_the_password_as_it_is_meant(self):
        self.doctor(self.PASSWORD)
        self.assertEqual(attempts(self.appdb), [1, 0, 0, 0])
        self.assertEqual([name for name in self.appdb.members[0].names() if name in QUESTIONS], QUESTIONS)

    def test_a_wrong_password_is_sent_once_in_a_run(self):
        self.doctor(self.PASSWORD + "x")
        self.assertEqual(attempts(self.appdb), [1, 0, 0, 0])

    def test_a_login_that_this_version_does_not_have_is_not_tried(self):
        for options in ("&authMechanism=PLAIN", "&authMechanism=GSSAPI", "&authMechanism=MONGODB-X509"):
            self.doctor(self.PASSWORD, options)
        self.assertEqual([member.names() for member in self.appdb.members], [[], [], [], []])

    def test_backing_databases_get_no_login(self):
        self.om1.config.write_text(self.om1.config.read_text() + f'backing_databases = ["{self.appdb.uri()}"]\n')
        self.om1.write(URL)
        self.om1.run("doctor", "--only", "database", expect=None)
        self.assertTrue(self.appdb.members[0].requests)
        self.assertEqual(attempts(self.appdb), [0, 0, 0, 0])


if __name__ == "__main__":
    story.main()
