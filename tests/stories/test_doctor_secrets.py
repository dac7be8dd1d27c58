# SPDX-License-Identifier: ISC
"""What is secret in the settings of Ops Manager stays on its host: doctor prints, notes and sends none of it but the login,
which goes to the application database alone. The databases are stand-ins at wire level (harness/mongod_stand_in.py), and not
mongod."""

import os
import pathlib
import resource
import signal
import subprocess
import threading

from harness import markers, networks, packets, processes, story
from harness.commands import TIME_LIMIT
from harness.installed_host import URL, Installed
from harness.mongod_stand_in import Login, ReplicaSet
from harness.skipping import skip

KINDS = ["primary", "secondary", "secondary"]
USER, FIRST, SECOND = "usernamemarker4711", "firstpasswordmarker", "secondpasswordmarker"
MARKS = ("@", ":", "/", "%", "?", "#", "%4")  # in a password these must be encoded
LINES = {
    "mongodb.ssl.PEMKeyFilePassword": "databasepempassword",
    "mms.https.PEMKeyFilePassword": "httpspempasswordmarker",
    "mms.mail.username": "mailusermarker4711",
    "mms.mail.password": "mailpasswordmarker",
    "mms.ldap.bindDn": "binddnmarker471147",
    "mms.ldap.bindPassword": "bindpasswordmarker",
    "aws.accesskey": "awsaccesskeymarker",
    "aws.secretkey": "awssecretkeymarker",
    "brs.s3.bucket.accessKey": "s3accesskeymarker4711",
    "brs.s3.bucket.secretKey": "s3secretkeymarker4711",
    "http.proxy.username": "proxyusermarker4711",
    "http.proxy.password": "proxypasswordmarker",
    "mms.invented.token": "inventedtokenmarker",
}
API_KEY, PEM = "agentapikeymarker4711", "privatekeymarkerinpem"
SECRETS = (USER, FIRST, SECOND, *LINES.values(), API_KEY, PEM)
# As a DNS query has the name of URL.
ASKED_NAME = b"\x0aopsmanager\x07example\x03com"


def encoded(text):
    return "".join(f"%{ord(each):02X}" if each in "@:/%?#" else each for each in text)


class SecretsTest(story.StoryTest):
    """om1 in a network of its own, in which the databases listen, too."""

    def setUp(self):
        super().setUp()
        self.net = networks.Network(self).host("net")
        networks.NameServer(self, self.net)
        self.om1 = self.add_host(Installed(self, "om1"), {})
        self.om1.prefix = self.net.prefix
        self.om1.run("generate")
        self.om1.config.write_text(self.om1.config.read_text() + "[doctor]\ndatabase_login = true\n")
        self.password = FIRST + "@:/%?#" + SECOND
        with packets.inside(self.net):
            self.appdb = ReplicaSet(self, "appdb", KINDS)
        self.appdb.login = Login(USER, self.password)
        self.pem = self.directory / "server.pem"
        self.pem.write_text(f"-----BEGIN PRIVATE KEY-----\n{PEM}\n-----END PRIVATE KEY-----\n")
        self.om1.agent.write_text(f"mmsApiKey={API_KEY}\nmmsBaseUrl=https://opsmanager.example.com\n")
        self.key_files |= {self.pem, self.om1.agent, self.om1.properties}
        for secret in SECRETS:
            self.watch(secret.encode())

    def write(self, password, url=URL):
        lines = [f"{name}={value}\n" for name, value in LINES.items()]
        lines += [f"{name}={self.pem}\n" for name in ("mongodb.ssl.PEMKeyFile", "mms.https.PEMKeyFile")]
        self.om1.write(url + f"mongo.mongoUri={self.appdb.uri(f'{USER}:{password}@', '&authSource=admin')}\n" + "".join(lines))

    def doctor(self, *words):
        return self.om1.run("doctor", "--no-count", *words, expect=None)

    def doctor_in_every_form(self):
        for words in (["--all"], ["--json"], ["--format", "html"], ["--output", self.directory / "report"]):
            self.doctor(*words)
        self.om1.run("doctor", "--collect")
        for name in ("doctor.json", "facts.json"):
            self.assertTrue((self.om1.state_dir / name).exists(), name)

    def logins(self):
        return sum("saslStart" in each or "speculativeAuthenticate" in each for member in self.appdb.members for each in member.requests)


class Everywhere(SecretsTest):
    """StoryTest searches what was printed and written, after each test."""

    def search(self, *but):
        return processes.WordSearch([secret for secret in SECRETS if secret not in but])

    def assert_not_sent(self, capture, *but):
        self.assertIn(ASKED_NAME, capture.content)
        found = {secret for secret in SECRETS if secret not in but and markers.forms_in(capture.content, {secret.encode()})}
        self.assertEqual(found, set())

    def test_a_password_with_marks_that_are_not_encoded_is_in_no_output_file_packet_or_process(self):
        with packets.Capture(self.net) as capture, self.search() as search:
            for mark in MARKS:
                self.write(f"{FIRST}{mark}{SECOND}")
                self.doctor("--all")
            self.doctor_in_every_form()
        self.assertEqual(search.found, [])
        self.assert_not_sent(capture)
        self.assertEqual(self.logins(), 0)

    def test_a_login_shows_the_user_to_the_database_alone_and_the_password_to_nobody(self):
        self.write(encoded(self.password))
        with packets.Capture(self.net) as capture, self.search() as search:
            self.doctor_in_every_form()
        self.assertEqual(search.found, [])
        self.assert_not_sent(capture, USER)
        self.assertIn(b"n=" + USER.encode(), capture.content)
        self.assertEqual(self.logins(), 4, "one in each run that is not a collection")
        sent = str([each for member in self.appdb.members[1:] for each in member.requests])
        self.assertNotIn(USER, sent)

    def test_a_url_with_a_login_is_not_asked_for_and_not_shown(self):
        self.write(encoded(self.password), f"mms.centralUrl=https://{USER}:{FIRST}@opsmanager.example.com\n{URL.replace('central', 'agentCentral')}")
        with packets.Capture(self.net) as capture, self.search() as search:
            self.doctor_in_every_form()
        self.assertEqual(search.found, [])
        self.assertEqual(markers.forms_in(capture.content, {FIRST.encode()}), [])


def with_cores():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def descendants(pid):
    return [pid, *(each for child in processes.children(pid) for each in descendants(child))]


def files_in(places):
    return {path for place in places for path in place.iterdir()}


class Cores(SecretsTest):
    def test_no_process_of_doctor_leaves_a_core_when_it_is_aborted_during_the_login(self):
        self.need_cores()
        self.write(encoded(self.password))
        process = self.start_doctor_and_await_its_login()
        family = descendants(process.pid)
        programs = [pid for pid in family if os.readlink(f"/proc/{pid}/exe").endswith("/genkey-agent-doctor")]
        self.assertEqual(len(programs), 2, "the program and its child that logs in")
        places = {pathlib.Path(os.readlink(f"/proc/{pid}/cwd")) for pid in family}
        before = files_in(places)
        for pid in family:
            limits = pathlib.Path(f"/proc/{pid}/limits").read_text(encoding="utf-8")
            self.assertRegex(limits, r"Max core file size +0 +0 ")
        # Stopped meanwhile, so that none ends because another one did.
        for number in (signal.SIGSTOP, signal.SIGABRT, signal.SIGCONT):
            for pid in family:
                os.kill(pid, number)
        with process:
            process.stdout.read()
        self.assertEqual(process.returncode, -signal.SIGABRT)
        self.assertEqual([path for path in files_in(places) - before if "core" in path.name], [])

    def need_cores(self):
        """An unprotected process leaves one, so that finding none means something."""
        place = self.directory / "cores"
        place.mkdir()
        done = subprocess.run(["sh", "-c", "kill -ABRT $$"], cwd=place, preexec_fn=with_cores, check=False)
        self.assertEqual(done.returncode, -signal.SIGABRT)
        if not list(place.iterdir()):
            skip("this system writes no core into the directory of a process")

    def start_doctor_and_await_its_login(self):
        asked, over = threading.Event(), threading.Event()
        self.addCleanup(over.set)

        def wait(*_):
            asked.set()
            over.wait(TIME_LIMIT)

        self.appdb.members[0]._scram = wait
        command = self.om1.command("doctor", "--only", "database")
        process = subprocess.Popen(command, cwd=self.om1.directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=with_cores)
        self.addCleanup(process.kill)
        self.assertTrue(asked.wait(TIME_LIMIT), "no login came")
        return process


if __name__ == "__main__":
    story.main()
