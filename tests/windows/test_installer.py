# SPDX-License-Identifier: ISC
"""The installer: program, services and example come, are replaced by a newer version, and go; key and record stay."""

import functools
import os
import re
import subprocess

import installed

SERVICES = "HKLM\\System\\CurrentControlSet\\Services"
ENVIRONMENT = "HKLM\\System\\CurrentControlSet\\Control\\Session Manager\\Environment"


# Whose the archives are that the program is linked with, by the names that LICENSES.txt has for them.
ARCHIVES = {
    "archive": "libarchive",
    "boost_filesystem": "boost",
    "crypto": "openssl",
    "curl": "curl",
    "pugixml": "pugixml",
    "sodium": "libsodium",
    "ssl": "openssl",
}


@functools.cache
def packed(version):
    """The installer of this build, under the given version. Packed once, because each pack has a new product code, by
    which it is removed."""
    subprocess.run([installed.SOURCE / "scripts" / "windows", "pack", version], check=True, stdout=subprocess.DEVNULL)
    return installed.SOURCE / "build" / "packages" / f"genkey-agent-{version}-windows-x86_64.msi"


class Installer(installed.WindowsTest):
    def setUp(self):
        super().setUp()
        self.program = self.drive / "Program Files" / "genkey-agent" / "genkey-agent.exe"
        self.state = self.drive / "ProgramData" / "genkey-agent" / "state"
        self.key = self.drive / "MMSData" / "Secrets" / "gen.key"

    def install(self, version):
        self.wine("msiexec", "/i", installed.harness.WindowsHost.shown(packed(version)), "/qn")

    def remove(self, version):
        self.wine("msiexec", "/x", installed.harness.WindowsHost.shown(packed(version)), "/qn")

    def agent(self, *words):
        return self.wine(self.program, *words)

    def make_a_key(self):
        self.key.parent.mkdir(parents=True)
        self.key_files.add(self.key)
        self.agent("generate")

    def kept(self):
        names = ("identity.pem", "record.json")
        return [self.key.read_bytes(), *((self.state / name).read_bytes() for name in names)]

    def test_it_installs_program_services_and_example(self):
        self.install("0.1.0")
        self.assertTrue(self.program.is_file())
        self.assertIn("[installation]", self.program.with_name("genkey-agent.toml.example").read_text(encoding="utf-8"))
        self.assertEqual(self.state_of("genkey-agent"), "RUNNING")
        self.assertIn("--gate", self.value(f"{SERVICES}\\genkey-agent-gate", "ImagePath"))
        self.assertIn("C:\\Program Files\\genkey-agent", self.value(ENVIRONMENT, "PATH"))

    def test_it_brings_the_licences_of_what_is_linked_in(self):
        self.install("0.1.0")
        licences = self.program.with_name("LICENSES.txt").read_text(encoding="utf-8")
        components = set(re.findall(r"(?m)^Files: ([a-z0-9-]+)/", licences))
        build = (installed.SOURCE / "build/windows/build.ninja").read_text(encoding="utf-8")
        archives = set(re.findall(r"/windows-[0-9a-f]+/lib/lib(\w+)\.a\b", build))
        self.assertEqual(archives, set(ARCHIVES))
        self.assertLessEqual(set(ARCHIVES.values()) | {"gcc", "mingw-w64"}, components)
        named = {name for line in re.findall(r"(?m)^Files:(?:.*\n)+?License: (.*)", licences) for name in line.split(" and ")}
        texts = set(re.findall(r"(?m)^License: (.*)\n .", licences))
        self.assertLessEqual(named, texts)

    def test_each_link_in_a_document_leads_to_a_file_of_the_installer(self):
        self.install("0.1.0")
        documents = list(self.program.parent.glob("*.md"))
        self.assertGreaterEqual(len(documents), 4)
        for document in documents:
            for target in re.findall(r"\]\(([^)#]*)", document.read_text(encoding="utf-8")):
                if target and not target.startswith("https://"):
                    self.assertTrue((document.parent / target).exists(), f"{document.name}: {target}")

    def test_a_newer_version_takes_its_place_and_keeps_key_record_and_identity(self):
        self.install("0.1.0")
        self.make_a_key()
        before = self.kept()
        self.install("0.1.1")
        self.assertEqual(self.kept(), before)
        self.assertEqual(self.state_of("genkey-agent"), "RUNNING")
        self.assertIn("may start", self.agent("gate"))
        listed = self.wine("reg", "query", "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall", "/s")
        self.assertIn("0.1.1", listed)
        self.assertNotIn("0.1.0", listed)

    def test_removing_it_keeps_key_record_and_identity(self):
        self.install("0.1.0")
        self.make_a_key()
        before = self.kept()
        self.remove("0.1.0")
        self.assertEqual(self.kept(), before)
        self.assertFalse(self.program.exists())
        self.assertIsNone(self.value(f"{SERVICES}\\genkey-agent", "ImagePath"))
        self.assertIsNone(self.value(f"{SERVICES}\\genkey-agent-gate", "ImagePath"))
        self.assertNotIn("genkey-agent", self.value(ENVIRONMENT, "PATH"))


if __name__ == "__main__":
    os.environ.setdefault("GENKEY_AGENT_WINE", "wine")
    installed.harness.main()
