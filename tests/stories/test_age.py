# SPDX-License-Identifier: ISC
"""Other programs open the files that this one encrypts, and this one opens theirs.

The others are Debian's age, the package age-encryption, ssh-keygen and openssl cms. tests/programs/age_files runs the
library of file formats alone; the commands backup and restore have tests of their own.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import harness

SOURCE = harness.SOURCE
PACKAGE = SOURCE / "build" / "tools" / "node_modules" / "age-encryption" / "dist" / "index.js"
PROGRAM = harness.built("GENKEY_AGE_FILES", "age-files")
TIME_LIMIT = 120

CHUNK = 64 * 1024
SIZES = (0, 24, CHUNK - 1, CHUNK, CHUNK + 1, 1024 * 1024)
CROWDS = (1, 2, 20)
PASSPHRASE = "correct horse battery staple"
# No agent and no configuration of whoever runs the test takes part.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("SSH_", "OPENSSL_"))}


def run(*command, stdin=b"", fails=False, environment=None):
    command = [str(word) for word in command]
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=TIME_LIMIT, env=environment or ENVIRONMENT)
    if (done.returncode != 0) != fails:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()}")
    return done


def ours(*words, stdin=b"", **rest):
    return run(*PROGRAM, *map(harness.HOST.shown, words), stdin=stdin, **rest)


def second(*words, stdin=b""):
    return run("node", SOURCE / "tests" / "stories" / "harness" / "age_encryption.mjs", PACKAGE, *words, stdin=stdin).stdout


def answer_prompts(command, answer):
    """Runs a program that asks on the terminal, and answers each of its questions."""
    run(sys.executable, SOURCE / "tests" / "stories" / "harness" / "with_terminal.py", answer, *command)


class BackupFiles(unittest.TestCase):
    def setUp(self):
        harness.skip_if_left_out(self)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="genkey-age-"))
        self.addCleanup(shutil.rmtree, self.directory)

    def file(self, name, content):
        path = self.directory / name
        path.write_bytes(content)
        path.chmod(0o600)
        return path

    def identities(self, count):
        """Identity files that this program makes, each with the recipient that age-keygen prints."""
        made = [self.file(f"identity-{number}", ours("new-identity").stdout) for number in range(count)]
        return made, [run("age-keygen", "-y", path).stdout.decode().strip() for path in made]

    def ssh_key(self, name, *options):
        path = self.directory / name
        run("ssh-keygen", "-q", "-f", path, *options)
        return path


def with_option(option, values):
    return [word for value in values for word in (option, value)]


class Age(BackupFiles):
    def test_each_restores_what_the_other_encrypted_whatever_its_size(self):
        (identity,), (recipient,) = self.identities(1)
        for size in SIZES:
            secret = os.urandom(size)
            for armor in ([], ["-a"]):
                with self.subTest(size=size, armor=armor):
                    sealed = ours("seal", "-r", recipient, *armor, stdin=secret).stdout
                    self.assertEqual(run("age", "-d", "-i", identity, stdin=sealed).stdout, secret)
                    theirs = run("age", "-r", recipient, *armor, stdin=secret).stdout
                    self.assertEqual(ours("open", "-i", identity, stdin=theirs).stdout, secret)

    def test_armor_of_both_is_laid_out_alike(self):
        _, (recipient,) = self.identities(1)
        lengths = [[len(line) for line in run(*command, "-a", "-r", recipient, stdin=b"k" * 24).stdout.splitlines()]
                   for command in ([*PROGRAM, "seal"], ["age"])]
        self.assertEqual(lengths[0], lengths[1])

    def test_every_one_of_many_recipients_restores(self):
        identities, recipients = self.identities(max(CROWDS))
        secret = os.urandom(24)
        for count in CROWDS:
            named = with_option("-r", recipients[:count])
            sealed, theirs = ours("seal", *named, stdin=secret).stdout, run("age", *named, stdin=secret).stdout
            for identity in identities[:count]:
                self.assertEqual(run("age", "-d", "-i", identity, stdin=sealed).stdout, secret)
                self.assertEqual(ours("open", "-i", identity, stdin=theirs).stdout, secret)

    def test_a_file_of_recipients_is_read_as_age_reads_it(self):
        identities, recipients = self.identities(2)
        listed = self.file("recipients", f"# the safe\n{recipients[0]}\n\n# the vault\n{recipients[1]}\n".encode())
        for sealed in (ours("seal", "-R", listed, stdin=b"key").stdout, run("age", "-R", listed, stdin=b"key").stdout):
            for identity in identities:
                self.assertEqual(ours("open", "-i", identity, stdin=sealed).stdout, b"key")
                self.assertEqual(run("age", "-d", "-i", identity, stdin=sealed).stdout, b"key")

    def test_an_identity_of_age_keygen_is_read(self):
        identity = self.directory / "theirs"
        run("age-keygen", "-o", identity)
        recipient = run("age-keygen", "-y", identity).stdout.decode().strip()
        sealed = ours("seal", "-r", recipient, stdin=b"key").stdout
        self.assertEqual(ours("open", "-i", identity, stdin=sealed).stdout, b"key")

    def test_a_passphrase_restores_in_both_directions(self):
        passphrase, key = self.file("passphrase", PASSPHRASE.encode()), self.file("key", os.urandom(24))
        sealed = self.file("ours.age", ours("seal", "-p", passphrase, stdin=key.read_bytes()).stdout)
        self.assertIn(b"\n-> scrypt ", sealed.read_bytes())
        self.assertIn(b" 18\n", sealed.read_bytes())
        answer_prompts(["age", "-d", "-o", self.directory / "restored", sealed], PASSPHRASE)
        self.assertEqual((self.directory / "restored").read_bytes(), key.read_bytes())
        answer_prompts(["age", "-p", "-o", self.directory / "theirs.age", key], PASSPHRASE)
        theirs = (self.directory / "theirs.age").read_bytes()
        self.assertEqual(ours("open", "-p", passphrase, stdin=theirs).stdout, key.read_bytes())

    def test_an_inspection_tells_what_is_in_a_file_of_age(self):
        _, recipients = self.identities(2)
        theirs = run("age", "-a", *with_option("-r", recipients), stdin=b"k" * 24).stdout
        self.assertEqual(ours("inspect", stdin=theirs).stdout, b"armored 24 X25519 X25519\n")


class Ssh(BackupFiles):
    def test_a_key_of_ssh_keygen_restores_in_both_directions(self):
        private = self.ssh_key("id", "-t", "ed25519", "-N", "", "-C", "somebody somewhere")
        public = pathlib.Path(f"{private}.pub")
        sealed = ours("seal", "-R", public, stdin=b"key").stdout
        self.assertEqual(run("age", "-d", "-i", private, stdin=sealed).stdout, b"key")
        theirs = run("age", "-R", public, stdin=b"key").stdout
        self.assertEqual(ours("open", "-i", private, stdin=theirs).stdout, b"key")

    def test_any_length_of_comment_is_read(self):
        for length in range(9):
            private = self.ssh_key(f"id-{length}", "-t", "ed25519", "-N", "", "-C", "c" * length)
            sealed = ours("seal", "-R", f"{private}.pub", stdin=b"key").stdout
            self.assertEqual(ours("open", "-i", private, stdin=sealed).stdout, b"key")

    def test_an_encrypted_key_is_refused_with_the_way_out_and_that_way_works(self):
        private = self.ssh_key("id", "-t", "ed25519", "-N", PASSPHRASE)
        sealed = ours("seal", "-R", f"{private}.pub", stdin=b"key").stdout
        refused = ours("open", "-i", private, stdin=sealed, fails=True).stderr.decode()
        self.assertTrue(refused.startswith("usage: "), refused)
        self.assertIn("""'ssh-keygen -p -N "" -f COPY'""", refused)
        run("ssh-keygen", "-q", "-p", "-P", PASSPHRASE, "-N", "", "-f", private)
        self.assertEqual(ours("open", "-i", private, stdin=sealed).stdout, b"key")

    def test_other_kinds_of_keys_are_refused(self):
        for kind in ("rsa", "ecdsa"):
            private = self.ssh_key(kind, "-t", kind, "-N", "")
            self.assertIn(b"ssh-keygen -t ed25519", ours("seal", "-R", f"{private}.pub", fails=True).stderr)
            self.assertIn(b"only ssh-ed25519", ours("open", "-i", private, fails=True).stderr)


@unittest.skipUnless(PACKAGE.exists() and shutil.which("node"), "age-encryption or Node.js is not there")
class AgeEncryption(BackupFiles):
    def secret_of(self, identity):
        return identity.read_text().splitlines()[-1]

    def test_each_restores_what_the_other_encrypted_whatever_its_size(self):
        (identity,), (recipient,) = self.identities(1)
        for size in SIZES:
            with self.subTest(size=size):
                secret = os.urandom(size)
                sealed = ours("seal", "-r", recipient, stdin=secret).stdout
                self.assertEqual(second("decrypt", self.secret_of(identity), stdin=sealed), secret)
                theirs = second("encrypt", recipient, stdin=secret)
                self.assertEqual(ours("open", "-i", identity, stdin=theirs).stdout, secret)

    def test_every_one_of_many_recipients_restores(self):
        identities, recipients = self.identities(max(CROWDS))
        for count in CROWDS:
            sealed = ours("seal", *with_option("-r", recipients[:count]), stdin=b"key").stdout
            theirs = second("encrypt", *recipients[:count], stdin=b"key")
            for identity in identities[:count]:
                self.assertEqual(ours("open", "-i", identity, stdin=theirs).stdout, b"key")
            self.assertEqual(second("decrypt", self.secret_of(identities[count - 1]), stdin=sealed), b"key")

    def test_a_passphrase_restores_in_both_directions(self):
        passphrase = self.file("passphrase", PASSPHRASE.encode())
        sealed = ours("seal", "-p", passphrase, "-w", "10", stdin=b"key").stdout
        self.assertEqual(second("decrypt-passphrase", PASSPHRASE, stdin=sealed), b"key")
        theirs = second("encrypt-passphrase", PASSPHRASE, stdin=b"key")
        self.assertEqual(ours("open", "-p", passphrase, stdin=theirs).stdout, b"key")


class Cms(BackupFiles):
    KINDS = {"curve": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "rsa": ["rsa:2048"]}

    def owner(self, kind, name=""):
        key, certificate = self.directory / f"{kind}{name}.key", self.directory / f"{kind}{name}.crt"
        run("openssl", "req", "-x509", "-newkey", *self.KINDS[kind], "-nodes", "-subj", f"/CN=backup {name}", "-days",
            "2", "-keyout", key, "-out", certificate)
        return key, certificate

    def theirs(self, form, key, certificate, sealed):
        command = ["openssl", "cms", "-decrypt", "-binary", "-inform", form, "-inkey", key, "-recip", certificate]
        return run(*command, stdin=sealed).stdout

    def test_openssl_restores_what_ours_encrypted_whatever_its_size(self):
        for kind in self.KINDS:
            key, certificate = self.owner(kind)
            for size in SIZES:
                for form, options in (("DER", []), ("PEM", ["-a"])):
                    with self.subTest(kind=kind, size=size, form=form):
                        secret = os.urandom(size)
                        sealed = ours("seal-cms", "-c", certificate, *options, stdin=secret).stdout
                        self.assertEqual(self.theirs(form, key, certificate, sealed), secret)
                        self.assertEqual(ours("open-cms", "-k", key, stdin=sealed).stdout, secret)

    def test_ours_restores_what_openssl_encrypted(self):
        oaep = ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"]
        for kind, options in (("curve", ["-keyopt", "ecdh_kdf_md:sha256"]), ("rsa", oaep)):
            key, certificate = self.owner(kind)
            for form in ("DER", "PEM"):
                secret = os.urandom(24)
                theirs = run("openssl", "cms", "-encrypt", "-binary", "-aes-256-gcm", "-outform", form, "-recip",
                             certificate, *options, stdin=secret).stdout
                self.assertEqual(ours("open-cms", "-k", key, stdin=theirs).stdout, secret)

    def test_the_message_says_that_it_uses_what_it_should(self):
        certificates = [self.owner(kind)[1] for kind in self.KINDS]
        sealed = ours("seal-cms", *with_option("-c", certificates), stdin=b"key").stdout
        printed = run("openssl", "cms", "-cmsout", "-print", "-noout", "-inform", "DER", stdin=sealed).stdout.decode()
        for algorithm in ("id-smime-ct-authEnvelopedData", "aes-256-gcm", "dhSinglePass-stdDH-sha256kdf-scheme",
                          "id-aes256-wrap", "rsaesOaep", "sha256"):
            self.assertIn(algorithm, printed)

    def test_every_one_of_many_recipients_restores(self):
        owners = [self.owner("curve", str(number)) for number in range(max(CROWDS))]
        sealed = ours("seal-cms", *with_option("-c", [certificate for _, certificate in owners]), stdin=b"key").stdout
        for key, certificate in owners:
            self.assertEqual(self.theirs("DER", key, certificate, sealed), b"key")
            self.assertEqual(ours("open-cms", "-k", key, stdin=sealed).stdout, b"key")

    def test_an_encrypted_private_key_opens_with_its_passphrase(self):
        key, certificate = self.owner("curve")
        passphrase, encrypted = self.file("passphrase", PASSPHRASE.encode()), self.directory / "encrypted.key"
        run("openssl", "pkcs8", "-topk8", "-in", key, "-out", encrypted, "-passout", f"file:{passphrase}")
        sealed = ours("seal-cms", "-c", certificate, stdin=b"key").stdout
        self.assertEqual(ours("open-cms", "-k", encrypted, "-p", passphrase, stdin=sealed).stdout, b"key")
        self.assertTrue(ours("open-cms", "-k", encrypted, stdin=sealed, fails=True).stderr.startswith(b"usage: "))


class ApprovedAlgorithmsOnly(BackupFiles):
    """OpenSSL as a host in FIPS mode configures it."""

    def setUp(self):
        super().setUp()
        lines = ("openssl_conf = openssl_init", "[openssl_init]", "alg_section = algorithms", "[algorithms]",
                 "default_properties = fips=yes", "")
        self.environment = {**ENVIRONMENT, "OPENSSL_CONF": str(self.file("openssl.cnf", "\n".join(lines).encode()))}

    def test_age_refuses_both_ways_and_names_the_alternative(self):
        (identity,), (recipient,) = self.identities(1)
        passphrase = self.file("passphrase", PASSPHRASE.encode())
        sealed = ours("seal", "-r", recipient, stdin=b"key").stdout
        for command in (["seal", "-r", recipient], ["seal", "-p", passphrase], ["open", "-i", identity]):
            refused = ours(*command, stdin=sealed, fails=True, environment=self.environment)
            self.assertEqual(refused.stdout, b"")
            self.assertTrue(refused.stderr.startswith(b"configuration: "), refused.stderr)
            self.assertIn(b"CMS", refused.stderr)


if __name__ == "__main__":
    absent = [program for program in ("age", "age-keygen", "ssh-keygen", "openssl") if not shutil.which(program)]
    if absent:
        print(f"left out: {', '.join(absent)} is not there: run scripts/setup")
        sys.exit(harness.SKIPPED)
    if not PACKAGE.exists():
        print("left out: age-encryption is not there: run scripts/setup")
    harness.main()
