# SPDX-License-Identifier: ISC
"""The key, what is derived from it, and a ticket's secret are only where they have to be.

Output and files are searched after every story (harness/markers.py); this one searches memory, arguments and cores.
"""

import base64
import hashlib
import hmac
import os
import pathlib
import pwd
import resource
import signal
import socket
import struct
import subprocess

import harness
from harness import adversaries, markers, processes

NOBODY = pwd.getpwnam("nobody")


def derived_from(key):
    """Values that prove the key and are as secret as the key (keystore/key/key_proof.h)."""
    prk = hmac.digest(b"genkey-agent v1", key, hashlib.sha256)
    labels = (b"initiator v1", b"responder v1", b"witness v1")
    return [prk, *(hmac.digest(prk, label + b"\x01", hashlib.sha256) for label in labels)]


def as_words(secret):
    """The key as SHA-256 loads it: as words in the processor's byte order."""
    return b"".join(struct.pack("<I", word) for (word,) in struct.iter_unpack(">I", secret))


def secret_of(ticket):
    """The secret within a ticket, after version, pin and id (agent/protocol/ticket.h)."""
    text = ticket.removeprefix("gka1_")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))[49:81]


def forms(secrets):
    for name, secret in secrets.items():
        yield from ((f"{name}, {form}", content) for form, content in markers.forms_of(secret))
        yield f"{name}, as words", as_words(secret)


class SecretsTest(harness.StoryTest):
    def setUp(self):
        harness.need_root()
        super().setUp()

    def secrets(self, key):
        return {"key": key, **{f"derived {number}": secret for number, secret in enumerate(derived_from(key))}}

    def assert_clean(self, pid, secrets):
        """None of the secrets is outside locked memory."""
        found = {name for _, content in processes.memory(pid, locked=False) for name, form in forms(secrets) if form in content}
        self.assertEqual(found, set())

    def assert_holds(self, pid, key):
        """The search finds a secret that is there, so finding none means something."""
        self.assertTrue(any(key in content for _, content in processes.memory(pid, locked=True)))


class Memory(SecretsTest):
    def setUp(self):
        harness.need_no_sanitizer("its runtime locks no memory and keeps copies of what it watches")
        super().setUp()

    def test_serve_holds_secrets_only_in_locked_memory_after_it_has_answered_everything(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("generate")
        om1.serve()
        ticket = om1.run("invite").line
        om2.run("join", "--ticket-file", "-", stdin=ticket)
        om2.run("verify")
        om2.key_file.unlink()
        om2.run("ensure")
        self.assertEqual(om1.server.starts, 1)
        self.assert_holds(om1.server.pid, om1.key())
        self.assert_clean(om1.server.pid, {**self.secrets(om1.key()), "ticket": secret_of(ticket)})

    def test_verify_and_gate_hold_secrets_only_in_locked_memory_while_they_wait(self):
        om1 = self.host("om1")
        om1.run("generate")
        silent = adversaries.Impostor(self, "answer", how="silence")
        om1.configure(peers=[silent.address])
        for command in (("verify", "--wait", "60s"), ("gate", "--wait", "60s")):
            with self.subTest(command[0]):
                process = om1.start(*command)
                silent.await_line("asked agree")
                for pid in om1.family(process):
                    self.assert_clean(pid, self.secrets(om1.key()))
                self.assert_holds(process.pid, om1.key())
                process.kill()
                process.wait()

    def test_the_joiner_holds_the_ticket_only_in_locked_memory(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("generate")
        with socket.create_server(("127.0.0.1", 0)) as silent:
            ticket = om1.run("invite", "--address", f"127.0.0.1:{silent.getsockname()[1]}").line
            path = self.directory / "ticket"
            path.write_text(ticket)
            path.chmod(0o600)
            silent.settimeout(harness.TIME_LIMIT)
            silent.accept()[0].close()  # invite checks that something listens there
            process = om2.start("join", "--ticket-file", path)
            with silent.accept()[0]:
                for pid in om2.family(process):
                    self.assert_clean(pid, {"ticket": secret_of(ticket)})
                    self.assertNotIn(ticket.encode(), b"".join(content for _, content in processes.memory(pid, locked=False)))
                    self.assertNotIn(ticket.encode(), processes.words(pid))
                process.kill()


class Inspection(SecretsTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")
        self.om1.serve()

    def test_the_agents_own_account_reads_nothing_of_a_running_serve(self):
        account = (NOBODY.pw_uid, NOBODY.pw_gid)
        pid = self.om1.server.pid
        memory = f"/proc/{pid}/mem"
        self.assertEqual(int(processes.status(pid)["Uid"].split()[0]), account[0])
        self.assertEqual(processes.as_account(*account, lambda: processes.can_open(memory, os.O_RDONLY)), 0)
        self.assertEqual(processes.as_account(*account, lambda: processes.can_trace(pid)), 0)

    def test_the_same_is_possible_with_a_process_that_is_not_protected(self):
        account = (NOBODY.pw_uid, NOBODY.pw_gid)
        with subprocess.Popen(["sleep", "600"], user=account[0], group=account[1], extra_groups=[]) as other:
            memory = f"/proc/{other.pid}/mem"
            opened = processes.as_account(*account, lambda: processes.can_open(memory, os.O_RDONLY))
            other.kill()
        if opened == 0:
            harness.skip("this system protects every process of an account from the others")

    def test_an_abort_leaves_no_core(self):
        limits = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        self.om1.stop()
        process = subprocess.Popen(
            self.om1.command("serve"),
            cwd=self.om1.directory,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, limits),
        )
        for line in process.stderr:
            if b"listening" in line:
                break
        limit = pathlib.Path(f"/proc/{process.pid}/limits").read_text(encoding="utf-8")
        self.assertRegex(limit, r"Max core file size +0 +0 ")
        os.kill(process.pid, signal.SIGABRT)
        ended = os.waitpid(process.pid, 0)[1]
        process.stderr.close()
        process.returncode = 0
        self.assertEqual(os.WTERMSIG(ended), signal.SIGABRT)
        self.assertFalse(os.WCOREDUMP(ended))
        self.assertEqual([path for path in self.om1.directory.iterdir() if "core" in path.name], [])


if __name__ == "__main__":
    harness.main()
