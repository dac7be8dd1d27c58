# SPDX-License-Identifier: ISC
"""genkey-agent doctor and the databases of Ops Manager: whom it asks, when it asks again, and that no login of the settings
goes anywhere. The databases are stand-ins at wire level (harness/mongod_stand_in.py), and not mongod."""

from harness import certificates, processes, story
from harness.installed_host import URL, Installed
from harness.mongod_stand_in import ReplicaSet, TlsFront

THREE = ["primary", "secondary", "secondary"]


class WholeTest(story.StoryTest):
    """genkey-agent doctor itself, on a host with these settings."""

    def setUp(self):
        super().setUp()
        self.om1 = self.add_host(Installed(self, "om1"), {})
        self.om1.run("generate")
        self.appdb = ReplicaSet(self, "appdb", THREE)

    def doctor(self, *words):
        return self.om1.run("doctor", "--only", "database", *words, expect=None)

    def looks(self):
        """At each member. A look is one connection, in which a busy member is asked several times."""
        return [sum("client" in each for each in member.requests) for member in self.appdb.members]

    def test_the_members_of_the_settings_are_asked_once_when_all_is_well(self):
        self.om1.write(URL + f"mongo.mongoUri={self.appdb.uri()}\n")
        self.doctor()
        self.assertEqual(self.looks(), [1, 1, 1])

    def test_they_are_asked_again_when_one_does_not_answer(self):
        self.appdb.members[2].stop()
        self.om1.write(URL + f"mongo.mongoUri={self.appdb.uri()}\n")
        self.doctor()
        self.assertEqual(self.looks(), [2, 2, 0])

    def test_backing_databases_of_the_configuration_are_asked_too(self):
        blocks = ReplicaSet(self, "blocks", THREE)
        self.om1.write(URL)
        self.om1.config.write_text(self.om1.config.read_text() + f'[doctor]\nbacking_databases = ["{blocks.uri()}"]\n')
        self.doctor()
        self.assertTrue(all(member.requests for member in blocks.members))
        self.assertEqual(self.looks(), [0, 0, 0])

    def test_nobody_is_asked_offline_or_for_another_group(self):
        self.om1.write(URL + f"mongo.mongoUri={self.appdb.uri()}\n")
        self.doctor("--offline")
        self.om1.run("doctor", "--only", "key", expect=None)
        self.assertEqual([len(member.requests) for member in self.appdb.members], [0, 0, 0])

    def test_tls_is_spoken_as_the_settings_say(self):
        authority = certificates.Authority(self.directory)
        front = TlsFront(self, self.appdb.members[0], authority.issue("good", "127.0.0.1"))
        self.om1.write(URL + f"mongo.mongoUri=mongodb://{front.asked_as}/\nmongo.ssl=true\nmongodb.ssl.CAFile={authority.file}\n")
        self.doctor()
        self.assertGreaterEqual(len(self.appdb.members[0].requests), 2)

    def test_no_part_of_a_login_is_shown_sent_or_given_to_a_process(self):
        user, password = "usermarker4711", "passwordmarker0815"
        self.watch(user.encode())
        self.watch(password.encode())
        self.key_files |= {self.om1.properties}
        hosts = self.appdb.uri().removeprefix("mongodb://")
        with processes.WordSearch((user, password)) as search:
            for mark in ("", "@", ":", "/", "%", "?", "%40"):
                self.om1.write(URL + f"mongo.mongoUri=mongodb://{user}:{mark}{password}{mark}{user}@{hosts}\n")
                self.doctor("--all")
            self.doctor("--json")
        self.assertEqual(search.found, [])
        sent = b"".join(str(each).encode() for member in self.appdb.members for each in member.requests)
        self.assertTrue(sent)
        self.assertNotIn(b"marker", sent)
        self.assertEqual([member.names() for member in self.appdb.members], [[], [], []])


if __name__ == "__main__":
    story.main()
