# SPDX-License-Identifier: ISC
"""Text that editors on Windows saved is read alike everywhere: the mark of UTF-8 does not matter, UTF-16 is refused by name."""

import codecs
import subprocess

import harness

PASSPHRASE = "correct horse battery staple"
WIDE = {
    "UTF-16 of Notepad": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "big-endian UTF-16": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
}


def run(*command, stdin=None):
    return subprocess.run(list(map(str, command)), input=stdin, capture_output=True, check=True).stdout


class EditorTextTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.run("generate")
        self.identity, self.recipient = self.age_identity()

    def file(self, content, name="given.txt"):
        path = self.directory / name
        path.write_bytes(content)
        path.chmod(0o600)
        self.key_files.add(path)
        return path

    def newcomer(self):
        return self.host(f"new{len(self.hosts)}")

    def certificate(self):
        certificate, key = self.directory / "backup.pem", self.directory / "backup.key"
        run("openssl", "req", "-x509", "-subj", "/CN=backup", "-nodes", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-keyout", key, "-out", certificate)
        self.key_files.add(key)
        return certificate, key

    # One method per reader: what it reads, as text, and the command that reads it from the given bytes.

    def configuration(self):
        return self.om1.config.read_text(), self.read_configuration

    def read_configuration(self, content, expect):
        host = self.newcomer()
        host.config.write_bytes(content)
        return host.run("identity", expect=expect and 2)

    def ticket(self):
        line = self.om1.run("invite").line
        return line, lambda content, expect: self.newcomer().run(
            "join", "--dry-run", "--ticket-file", self.file(content), expect=expect and 16)

    def piped_ticket(self):
        line = self.om1.run("invite").line
        return line, lambda content, expect: self.newcomer().run(
            "join", "--dry-run", "--ticket-file", "-", stdin=content, expect=expect and 16)

    def waiting_ticket(self):
        self.om1.serve()
        line = self.om1.run("invite", "--uses", "9").line

        def read(content, expect):
            host = self.newcomer()
            host.configure(ticket_file=str(self.file(content, f"{host.name}.ticket")))
            return host.run("ensure", expect=expect and 16)

        return line, read

    def key_in_hex(self):
        key = self.fresh_key().hex() + "\r\n"
        return key, lambda content, expect: self.newcomer().run(
            "import", self.file(content), "--format", "hex", expect=expect and 12)

    def recipients(self):
        text = f"# the vault\r\n{self.recipient}\r\n"
        return text, lambda content, expect: self.om1.run(
            "backup", "--recipients-file", self.file(content), "--output", self.unused(), expect=expect and 2)

    def certificates(self):
        text = self.certificate()[0].read_text()
        return text, lambda content, expect: self.om1.run(
            "backup", "--certificate", self.file(content), "--output", self.unused(), expect=expect and 2)

    def unused(self):
        self.outputs_made = getattr(self, "outputs_made", 0) + 1
        return self.directory / f"output{self.outputs_made}"

    def opens(self, sealed):
        """restore of that backup with an identity of the given bytes."""
        return lambda content, expect: self.om1.run(
            "restore", sealed, "-i", self.file(content), "--output", self.key_output(), expect=expect and 2)

    def key_output(self):
        path = self.unused()
        self.key_files.add(path)
        return path

    def sealed(self, *options):
        path = self.unused()
        self.om1.run("backup", *options, "--output", path)
        return path

    def age_identities(self):
        return self.identity.read_text(), self.opens(self.sealed("-r", self.recipient))

    def ssh_identity(self):
        key = self.directory / "id"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
        self.key_files.add(key)
        public = key.with_suffix(".pub").read_text().strip()
        return key.read_text(), self.opens(self.sealed("-r", public))

    def private_key(self):
        certificate, key = self.certificate()
        return key.read_text(), self.opens(self.sealed("--certificate", certificate))

    def armored_backup(self):
        text = self.sealed("-r", self.recipient, "--armor").read_text()
        return text, lambda content, expect: self.om1.run(
            "restore", self.file(content), "-i", self.identity, "--output", self.key_output(), expect=expect and 1)

    def own_certificate(self):
        return self.tls("certificate")

    def own_private_key(self):
        return self.tls("key")

    def tls(self, part):
        certificate, key = self.certificate()
        files = {"ca": str(certificate), "certificate": str(certificate), "key": str(key)}

        def read(content, expect):
            host = self.newcomer()
            host.configure(tls={**files, part: str(self.file(content)), "allow": ["*.example.com"]})
            return host.run("identity", expect=expect and 2)

        return (certificate if part == "certificate" else key).read_text(), read

    def passphrase(self):
        return PASSPHRASE + "\r\n", lambda content, expect: self.om1.run(
            "backup", "--passphrase-fd", "0", "--output", self.unused(), stdin=content, expect=expect and 2)

    READERS = (
        configuration, ticket, piped_ticket, waiting_ticket, key_in_hex, recipients, certificates, age_identities, ssh_identity,
        private_key, armored_backup, own_certificate, own_private_key,
    )

    def test_the_mark_that_an_editor_puts_before_utf_8_does_not_matter(self):
        for reader in self.READERS:
            with self.subTest(reader.__name__):
                text, read = reader(self)
                read(codecs.BOM_UTF8 + text.encode(), expect=0)

    def test_utf_16_is_refused_everywhere_with_what_to_do(self):
        for reader in (*self.READERS, EditorTextTest.passphrase):
            text, read = reader(self)
            for name, encoded in WIDE.items():
                with self.subTest(reader.__name__, text=name):
                    outcome = read(encoded(text), expect=True)
                    self.assertIn("UTF-16", outcome.err, outcome)
                    self.assertIn("save it as UTF-8", outcome.err, outcome)

    def test_no_copy_is_made_under_a_passphrase_that_nobody_can_type(self):
        _, read = self.passphrase()
        outcome = read(codecs.BOM_UTF8 + PASSPHRASE.encode(), expect=True)
        self.assertIn("byte order mark", outcome.err)
        self.assertIn("without BOM", outcome.err)
        self.assertFalse((self.directory / "output1").exists())

    def test_a_marked_file_opens_what_the_typed_passphrase_made_and_what_the_mark_made(self):
        """Version 0.1 made copies with the mark, as another program does here."""
        marked = codecs.BOM_UTF8 + PASSPHRASE.encode()
        for passphrase in (PASSPHRASE.encode(), marked):
            seal = [*harness.built("GENKEY_AGE_FILES", "age-files"), "seal", "-w", "10", "-p", self.file(passphrase)]
            copy = self.file(run(*seal, stdin=self.om1.key()), "copy.age")
            self.om1.run("restore", copy, "--passphrase-fd", "0", "--output", self.key_output(), stdin=marked)


if __name__ == "__main__":
    harness.main()
