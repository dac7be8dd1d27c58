# SPDX-License-Identifier: ISC
"""A host whose OpenSSL has the real FIPS provider and no other. Everything approved works; age is not approved, and
refuses with the alternative that works."""

import os
import shutil
import subprocess
import sys

import harness

MODULE = harness.SOURCE / "build" / "tools" / "fips"
# The configuration for a whole host from OpenSSL's manual. The last part is optional.
CONFIGURATION = """
openssl_conf = openssl_init
.include {module}/fipsmodule.cnf
[openssl_init]
providers = providers
{demand}
[providers]
fips = fips_sect
base = base_sect
[base_sect]
activate = 1
[algorithms]
default_properties = fips=yes
"""
DEMANDS = {"fips=yes": "alg_section = algorithms", "the provider alone": ""}
KINDS = {"EC": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "RSA": ("rsa:3072",)}


class FipsTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        # Children of root read it as another account.
        self.module = self.directory / "module"
        shutil.copytree(MODULE, self.module)
        self.module.chmod(0o755)
        self.store = self.directory / "store"
        self.approved_only(DEMANDS["fips=yes"])

    def approved_only(self, demand):
        """Puts the host into FIPS mode, for every program from now on."""
        path = self.module / "openssl.cnf"
        path.write_text(CONFIGURATION.format(module=self.module, demand=demand), encoding="utf-8")
        self.set_environment({"OPENSSL_CONF": str(path), "OPENSSL_MODULES": str(self.module)})

    def set_environment(self, variables):
        for name, value in variables.items():
            before = os.environ.get(name)
            os.environ[name] = value
            self.addCleanup(os.environ.__setitem__ if before else os.environ.pop, name, *([before] if before else []))

    def age_identity(self):
        path = self.directory / "identity"
        subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
        self.key_files.add(path)
        told = subprocess.run(["age-keygen", "-y", path], check=True, capture_output=True, text=True)
        return path, told.stdout.strip()

    def certificate(self, kind="EC"):
        certificate, key = self.directory / f"{kind}.pem", self.directory / f"{kind}.key"
        command = ["openssl", "req", "-x509", "-subj", "/CN=backup", "-nodes", "-newkey", *KINDS[kind]]
        subprocess.run([*command, "-keyout", key, "-out", certificate], capture_output=True, check=True)
        self.key_files.add(key)
        return certificate, key

    def copies(self):
        return sorted(self.store.iterdir()) if self.store.exists() else []


class Provider(FipsTest):
    def test_openssl_here_has_the_provider_and_nothing_else(self):
        for demand in DEMANDS.values():
            self.approved_only(demand)
            listed = subprocess.run(["openssl", "list", "-providers"], check=True, capture_output=True, text=True).stdout
            self.assertIn("OpenSSL FIPS Provider", listed)
            self.assertNotIn("OpenSSL Default Provider", listed)
            self.assertNotEqual(subprocess.run(["openssl", "md5", "/dev/null"], capture_output=True, check=False).returncode, 0)


class Fleets(FipsTest):
    def test_hosts_make_hand_over_prove_and_gate_a_key(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        self.assertEqual(om1.key(), om2.key())
        for host, peer in ((om1, om2), (om2, om1)):
            self.assertEqual(host.verify()[peer.address]["result"], "agree")
            host.gate(wait="5s")
            self.assertEqual(host.standing(), "established")

    def test_a_lost_key_is_fetched_again(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.lose_key()
        om2.run("ensure")
        self.assertEqual(om1.key(), om2.key())

    def test_another_key_is_told(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.replace_key(self.fresh_key())
        self.assertEqual(om1.verify(expect=14)[om2.address]["result"], "disagree")

    def test_hosts_in_fips_mode_and_others_are_one_fleet(self):
        om1, om2 = self.fleet("om1", "om2")
        om2.environment = lambda more=None: {**os.environ, "LC_ALL": "C.UTF-8", "OPENSSL_CONF": "/dev/null", **(more or {})}
        self.establish([om1, om2])
        self.assertEqual(om1.key(), om2.key())
        self.assertEqual(om2.verify()[om1.address]["result"], "agree")


class Groups(FipsTest):
    def shakes_hands(self, host, group):
        """Whether a host without FIPS mode gets through the key exchange in this group."""
        words = ["openssl", "s_client", "-brief", "-connect", host.address, "-tls1_3", "-groups", group, "-alpn", "genkey-agent/1"]
        environment = {**os.environ, "OPENSSL_CONF": "/dev/null"}
        done = subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        return "CONNECTION ESTABLISHED" in done.stderr

    def test_x25519_is_not_taken_because_it_is_not_approved(self):
        for demand in DEMANDS.values():
            self.approved_only(demand)
            om1 = self.host(f"om-{len(demand)}")
            om1.run("generate")
            om1.serve()
            found = {group: self.shakes_hands(om1, group) for group in ("X25519", "P-256", "P-384")}
            self.assertEqual(found, {"X25519": False, "P-256": True, "P-384": True})


class Backups(FipsTest):
    def host_with(self, **settings):
        return self.host("om1", backup={"destinations": [f"file://{self.store}"], **settings})

    def test_openssl_and_restore_open_what_was_backed_up(self):
        for kind in KINDS:
            with self.subTest(kind):
                certificate, key = self.certificate(kind)
                om1 = self.host(f"om-{kind.lower()}", backup={
                    "destinations": [f"file://{self.store}/{kind}"], "certificates": [str(certificate)]})
                self.store.mkdir(exist_ok=True)
                om1.run("generate")
                (copy,) = (self.store / kind).iterdir()
                command = ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", copy, "-inkey", key]
                self.assertEqual(subprocess.run(command, capture_output=True, check=True).stdout, om1.key())
                om1.run("backup", "check")
                om1.run("backup", "drill", "-i", key)
                lost = om1.key()
                om1.key_file.unlink()
                om1.run("restore", "-i", key)
                self.assertEqual(om1.key(), lost)

    def test_of_recipients_and_certificates_the_certificates_are_served(self):
        certificate, _ = self.certificate()
        _, recipient = self.age_identity()
        om1 = self.host_with(recipients=[recipient], certificates=[str(certificate)])
        om1.run("generate")
        self.assertEqual([path.suffix for path in self.copies()], [".cms"])
        om1.run("status")

    def test_age_refuses_and_names_the_alternative(self):
        identity, recipient = self.age_identity()
        sealed = self.directory / "sealed.age"
        subprocess.run(["age", "-r", recipient, "-o", sealed], input=self.fresh_key(), check=True)
        om1 = self.host_with(recipients=[recipient])
        for name, demand in DEMANDS.items():
            self.approved_only(demand)
            with self.subTest(name):
                self.assertIn("CMS", om1.run("generate" if name == "fips=yes" else "ensure", expect=10).err)
                for words in (
                    ("backup",), ("backup", "-r", recipient, "--output", self.directory / "out"),
                    ("backup", "--passphrase-fd", "0", "--output", self.directory / "out"),
                    ("backup", "drill", "-i", identity, sealed), ("backup", "new-identity", "--output", self.directory / "out"),
                    ("restore", sealed, "-i", identity), ("restore", sealed, "-i", identity, "--output", "-"),
                ):
                    outcome = om1.run(*words, stdin="correct horse battery staple", expect=2)
                    self.assertIn("CMS", outcome.err, outcome)
                    self.assertEqual(outcome.stdout, b"")
                self.assertFalse((self.directory / "out").exists())
                self.assertEqual(self.copies(), [])


if __name__ == "__main__":
    absent = [program for program in ("age", "age-keygen", "openssl") if not shutil.which(program)]
    if absent or not (MODULE / "fipsmodule.cnf").exists():
        print(f"left out: {', '.join(absent) or 'the FIPS provider'} is not there: run scripts/setup")
        sys.exit(harness.SKIPPED)
    harness.main()
