# SPDX-License-Identifier: ISC
"""The packages before anybody installs them: what they hold, what they need, and what lintian and rpmlint say."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tarfile

import harness
import installed

SOURCE = harness.SOURCE

# The libraries of a bare RHEL 9 or Ubuntu 22.04.
LIBRARIES = {"libc.so.6", "libgcc_s.so.1", "libm.so.6", "libstdc++.so.6", "libssl.so.3", "libcrypto.so.3", "ld-linux-x86-64.so.2"}
# Libraries that only one program needs. The packages recommend them, and most base systems have them.
MORE_LIBRARIES = {"genkey-agent-backup": {"libcurl.so.4", "libarchive.so.13"}, "genkey-agent-doctor": {"libcurl.so.4", "libresolv.so.2"}}
NEWEST_SYMBOLS = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13), "OPENSSL": (3, 0, 0), "GCC": (4, 3, 0)}

# Directives of our units that systemd 239 (RHEL 8) does not know. It logs that and goes on, without one of the fences
# around the process. A directive that a unit cannot do without must not be in this list.
FENCES_SINCE_240 = {
    "ProtectClock": 245,
    "ProtectHostname": 242,
    "ProtectKernelLogs": 244,
    "ProtectProc": 247,
    "RestrictSUIDSGID": 242,
}
# All other directives that our units use are older.
KNOWN_TO_239 = set(
    """Description Documentation Wants After StartLimitIntervalSec ConditionPathIsDirectory Type NotifyAccess ExecStartPre
    ExecStart User Group AmbientCapabilities CapabilityBoundingSet Environment Restart RestartSec TimeoutStartSec LimitMEMLOCK
    LimitCORE LimitNOFILE TasksMax MemoryMax OOMScoreAdjust NoNewPrivileges UMask ProtectSystem ReadWritePaths
    ProtectHome PrivateTmp PrivateDevices PrivateNetwork DevicePolicy ProtectControlGroups ProtectKernelModules
    ProtectKernelTunables PrivateMounts RestrictAddressFamilies RestrictNamespaces RestrictRealtime LockPersonality
    MemoryDenyWriteExecute KeyringMode RemoveIPC SystemCallArchitectures SystemCallFilter SystemCallErrorNumber
    IPAddressDeny IPAddressAllow SuccessExitStatus WantedBy OnCalendar RandomizedDelaySec AccuracySec OnBootSec
    OnUnitActiveSec OnUnitInactiveSec PathChanged Persistent StateDirectory StateDirectoryMode SyslogLevel LogLevelMax""".split()
)


# What is linked in statically, by Debian's packages, under the names that the copyright file has for them.
LINKED_IN = {
    "libboost1.81-dev": "boost",
    "libboost-filesystem1.81-dev": "boost",
    "libcli11-dev": "cli11",
    "libexpected-dev": "expected",
    "libfmt-dev": "fmt",
    "libpugixml-dev": "pugixml",
    "libsodium-dev": "libsodium",
    "libspdlog-dev": "spdlog",
    "libtomlplusplus-dev": "tomlplusplus",
    "nlohmann-json3-dev": "nlohmann-json",
}
# What scripts/packaging/dependencies builds from a source package of Debian.
BUILT = "libmongoc"
# What the system has and the programs load when they start: their headers are used, and they are not contained.
SHARED = {"libarchive-dev", "libc6-dev", "libcurl4-openssl-dev", "libssl-dev", "libstdc++-12-dev", "linux-libc-dev"}


def output_of(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def version(text):
    return tuple(int(part) for part in text.split("."))


def built(pattern):
    (found,) = installed.PACKAGES.glob(pattern)
    return found


def paragraphs(text):
    """A file in the form of debian/copyright: each paragraph as its fields."""
    found = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        fields = re.split(r"(?m)^([A-Za-z-]+):", "\n" + paragraph)[1:]
        found.append({name: value.strip() for name, value in zip(fields[::2], fields[1::2])})
    return found


def linked_in(build):
    """What a build has in its programs besides our own code: by the headers that it read and the archives that it linked."""
    files = set()
    mine = False
    for line in output_of("ninja", "-C", build, "-t", "deps").splitlines():
        if not line.startswith(" "):
            mine = re.match(r"(agent|keystore|platform)/", line) is not None
        elif mine and line.strip().startswith("/usr/include/"):
            files.add(line.strip())
    # One header tells for its directory.
    one_each = {re.sub(r"^(/usr/include/(x86_64-linux-gnu/)?[^/]+).*", r"\1", name): name for name in sorted(files)}
    programs = ("agent/genkey-agent", "agent/genkey-agent-backup", "agent/genkey-agent-doctor")
    commands = output_of("ninja", "-C", build, "-t", "commands", *programs)
    archives = re.findall(r"/usr/\S+\.a\b", commands)
    owners = output_of("dpkg-query", "--search", *one_each.values(), *sorted(set(archives)))
    packages = {line.partition(":")[0] for line in owners.splitlines()}
    unknown = packages - set(LINKED_IN) - SHARED
    if unknown:
        raise AssertionError(f"say whether these are linked in: {sorted(unknown)}")
    built_here = {BUILT} if f"{BUILT}-static-1.0.a" in commands else set()
    return built_here | {LINKED_IN[package] for package in packages if package in LINKED_IN}


def copyright_of(component):
    if component == BUILT:
        return pathlib.Path(output_of(SOURCE / "scripts/packaging/dependencies").strip()) / "copyright"
    (package, *_) = (package for package, name in LINKED_IN.items() if name == component)
    return pathlib.Path(f"/usr/share/doc/{package}/copyright")


class Packages(harness.StoryTest):
    def setUp(self):
        super().setUp()
        if not installed.PACKAGES.is_dir():
            harness.skip("no packages: tests/installed/build-packages build/test-packages")
        self.deb, self.rpm, self.tar = built("genkey-agent_*.deb"), built("genkey-agent-*.rpm"), built("genkey-agent-*.tar.gz")
        self.unpacked = self.directory / "deb"
        output_of("dpkg-deb", "--extract", self.deb, self.unpacked)

    def files(self):
        """What the deb installs, as paths below /."""
        return {str(path.relative_to(self.unpacked)) for path in self.unpacked.rglob("*") if not path.is_dir()}

    def units(self):
        return sorted(path for path in self.unpacked.glob("usr/lib/systemd/**/*") if path.is_file())

    def programs(self):
        found = [path for path in self.unpacked.rglob("*") if path.is_file() and path.read_bytes()[:4] == b"\x7fELF"]
        self.assertEqual({path.name for path in found}, {"genkey-agent", "genkey-agent-backup", "genkey-agent-doctor"})
        return found

    def test_lintian_and_rpmlint_have_nothing_to_say(self):
        said = output_of("lintian", "--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "0", self.deb)
        self.assertNotRegex(said, r"(?m)^[EW]:")
        said = output_of("rpmlint", "-c", SOURCE / "scripts/packaging/rpm/rpmlint.toml", self.rpm)
        self.assertIn("0 errors, 0 warnings", said)

    def test_all_three_install_the_same_files(self):
        of_rpm = {line.lstrip("/") for line in output_of("rpm", "-qpl", self.rpm).split()}
        with tarfile.open(self.tar) as archive:
            of_tar = {"usr/" + name.partition("/")[2] for name in (each.name for each in archive if not each.isdir())}
        files = self.files()
        self.assertLessEqual(files - {"usr/share/doc/genkey-agent/CHANGELOG.md.gz"}, of_rpm)
        self.assertEqual(of_tar - {"usr/INSTALL.txt"}, files - {"usr/share/doc/genkey-agent/CHANGELOG.md.gz"})

    def test_they_hold_what_a_host_needs_and_nothing_secret(self):
        files = self.files()
        for needed in (
            "usr/bin/genkey-agent",
            "usr/lib/systemd/system/genkey-agent.service",
            "usr/lib/systemd/system/genkey-agent-verify.timer",
            "usr/lib/systemd/system/genkey-agent-backup.timer",
            "usr/lib/systemd/system/genkey-agent-metrics.timer",
            "usr/lib/systemd/system/genkey-agent-facts.service",
            "usr/lib/systemd/system/genkey-agent-facts.timer",
            "usr/lib/systemd/system/genkey-agent-facts.path",
            "usr/lib/systemd/system/genkey-agent-doctor.service",
            "usr/lib/systemd/system/genkey-agent-doctor.timer",
            "usr/lib/systemd/system/mongodb-mms.service.d/50-genkey-agent.conf",
            "usr/lib/systemd/system/mongodb-mms-backup-daemon.service.d/50-genkey-agent.conf",
            "usr/lib/systemd/user/genkey-agent.service",
            "usr/lib/sysusers.d/genkey-agent.conf",
            "usr/lib/tmpfiles.d/genkey-agent.conf",
            "usr/share/man/man5/genkey-agent.toml.5.gz",
            "usr/share/man/man8/genkey-agent.8.gz",
            "usr/share/bash-completion/completions/genkey-agent",
            "usr/share/fish/vendor_completions.d/genkey-agent.fish",
            "usr/share/zsh/site-functions/_genkey-agent",
            "usr/share/zsh/vendor-completions/_genkey-agent",
            "usr/share/doc/genkey-agent/examples/genkey-agent.toml",
            "usr/share/doc/genkey-agent/examples/cloud-init.yaml",
            "usr/share/doc/genkey-agent/examples/ansible/site.yml",
            "usr/share/doc/genkey-agent/examples/ansible/roles/genkey_agent/tasks/main.yml",
            "usr/share/doc/genkey-agent/apache-2.0.txt",
            "usr/share/doc/genkey-agent/copyright",
        ):
            self.assertIn(needed, files)
        secret = re.compile(r"gen\.key$|\.pem$|ticket$|^var/|^etc/genkey-agent/.")
        self.assertEqual([name for name in files if secret.search(name)], [])
        for path in self.unpacked.rglob("*"):
            if path.is_file():
                self.assertNotIn(b"PRIVATE KEY-----\n", path.read_bytes(), path)

    def test_a_bare_rhel_9_or_ubuntu_22_04_has_all_that_the_programs_need(self):
        for program in self.programs():
            needed = set(re.findall(r"NEEDED +(\S+)", output_of("objdump", "-p", program)))
            self.assertLessEqual(needed, LIBRARIES | MORE_LIBRARIES.get(program.name, set()), program.name)
            for name, number in re.findall(r"\(?\b([A-Z]+)_([0-9.]+)\b\)?", output_of("objdump", "-T", program)):
                self.assertLessEqual(version(number), NEWEST_SYMBOLS[name], f"{program.name}: {name}_{number}")

    def test_they_depend_on_nothing_else(self):
        depends = output_of("dpkg-deb", "--field", self.deb, "Depends")
        self.assertEqual(re.findall(r"(?:^|, )(\S+)", depends), ["libc6", "libgcc-s1", "libssl3", "libstdc++6"])
        for needed in output_of("rpm", "-qpR", self.rpm).splitlines():
            self.assertRegex(needed, r"^(rpmlib\(|/bin/sh$|config\(|lib(c|m|gcc_s|stdc\+\+|ssl|crypto|resolv)\.so|rtld|ld-linux)", needed)

    def test_the_programs_are_hardened(self):
        for program in self.programs():
            with self.subTest(program.name):
                headers = output_of("readelf", "--wide", "--file-header", "--program-headers", "--dynamic", program)
                for trait in (r"Type: +DYN", r"GNU_STACK.* RW ", r"GNU_RELRO", r"FLAGS_1\).*\bNOW\b.*\bPIE\b"):
                    self.assertRegex(headers, trait)
                imported = set(re.findall(r"\b(__\w+_chk(?:_fail)?)\b", output_of("objdump", "--dynamic-syms", program)))
                self.assertIn("__stack_chk_fail", imported)
                self.assertTrue({name for name in imported if name.endswith("_chk")}, "no function that checks a buffer's size")
                code = output_of("objdump", "--disassemble", "--no-show-raw-insn", program)
                if program.name == "genkey-agent":  # the others may have no frame larger than a page
                    probed = re.search(r"sub +\$0x1000,%rsp\n.*\bor[ql]? +\$0x0,", code)
                    self.assertTrue(probed, "large frames are not touched page by page")
                self.assertGreater(len(re.findall(r"\bendbr64\b", code)), 300, "marks where an indirect call may arrive")

    def test_every_source_is_compiled_with_the_checks_that_a_program_does_not_show(self):
        commands = json.loads((SOURCE / "build/package/compile_commands.json").read_text(encoding="utf-8"))
        for flag in ("-D_FORTIFY_SOURCE=3", "-D_GLIBCXX_ASSERTIONS", "-fstack-clash-protection", "-fcf-protection", "-fstack-protector-strong"):
            without = [each["file"] for each in commands if flag not in each["command"] and "/scripts/packaging/" not in each["file"]]
            self.assertEqual(without, [], flag)

    def copyright(self):
        """The paragraphs of the copyright file, each as its fields."""
        text = (self.unpacked / "usr/share/doc/genkey-agent/copyright").read_text(encoding="utf-8")
        return paragraphs(text)

    def test_the_copyright_file_names_what_is_linked_in_and_nothing_else(self):
        components = {each["Files"].partition("/")[0] for each in self.copyright() if "Files" in each} - {"*"}
        self.assertEqual(components, linked_in(SOURCE / "build/package"))

    def test_the_copyright_file_has_the_text_of_each_licence_that_it_names(self):
        first, *others = self.copyright()
        self.assertEqual(first["Format"], "https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/")
        # "A and B" names two, each with a paragraph of its own.
        named = {name for each in others if "Files" in each for name in each["License"].split(" and ")}
        texts = {each["License"].partition("\n")[0]: each["License"] for each in others if "Files" not in each}
        self.assertEqual(named, set(texts))
        for name, text in texts.items():
            self.assertGreater(len(text.splitlines()), 2, name)

    def test_the_copyright_file_agrees_with_debians(self):
        for each in self.copyright():
            component = each.get("Files", "*").partition("/")[0]
            if component == "*":
                continue
            theirs = " ".join(copyright_of(component).read_text(encoding="utf-8").split())
            for line in each["Copyright"].splitlines():
                self.assertIn(" ".join(line.split()), theirs, component)

    def test_each_link_in_a_document_leads_to_a_file_of_the_package(self):
        documents = list((self.unpacked / "usr/share/doc/genkey-agent").rglob("*.md"))
        self.assertGreater(len(documents), 4)
        for document in documents:
            for target in re.findall(r"\]\(([^)#]*)", document.read_text(encoding="utf-8")):
                if target and not target.startswith("https://"):
                    self.assertTrue((document.parent / target).exists(), f"{document.name}: {target}")

    def test_every_unit_that_runs_once_has_a_start_time_limit(self):
        """It has none by itself, and its timer does not fire again while it hangs."""
        once = [unit for unit in self.units() if re.search(r"(?m)^Type=oneshot$", unit.read_text(encoding="utf-8"))]
        self.assertGreaterEqual(len(once), 3)
        for unit in once:
            self.assertRegex(unit.read_text(encoding="utf-8"), r"(?m)^TimeoutStartSec=[1-9][0-9]*(s|min)?$", unit.name)

    def test_systemd_takes_the_units_and_finds_the_listener_well_fenced(self):
        said = subprocess.run(
            ["systemd-analyze", "verify", f"--root={self._root()}", "--man=no", *(f"/{each}" for each in self._system_units())],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        exposure = output_of(
            "systemd-analyze", "security", "--offline=true", f"--root={self._root()}", "--threshold=15", "--no-pager", "genkey-agent.service"
        )
        self.assertIn("Overall exposure level for genkey-agent.service", exposure)

    def test_an_older_systemd_loses_fences_and_nothing_that_a_unit_needs(self):
        used = set()
        for unit in self.units():
            used |= set(re.findall(r"(?m)^([A-Za-z]+)=", unit.read_text(encoding="utf-8")))
        self.assertLessEqual(used - KNOWN_TO_239, set(FENCES_SINCE_240))
        self.assertLessEqual(set(FENCES_SINCE_240), used, "the list is no longer than it has to be")

    def test_each_start_of_ops_manager_waits_less_than_systemd_does(self):
        """The longest ensure and the longest gate together fit into the 90 seconds that systemd gives a unit by default."""
        drop_in = (self.unpacked / "usr/lib/systemd/system/mongodb-mms.service.d/50-genkey-agent.conf").read_text()
        (wait,) = re.findall(r"ensure --wait (\d+)s", drop_in)
        self.assertLess(int(wait) + 60, 90)  # the gate never waits for more than 60 seconds
        other = self.unpacked / "usr/lib/systemd/system/mongodb-mms-backup-daemon.service.d/50-genkey-agent.conf"
        self.assertEqual(other.read_text(), drop_in)

    def _system_units(self):
        return [str(path.relative_to(self.unpacked)) for path in self.units() if "/system/" in str(path) and path.suffix in (".service", ".timer")]

    def _root(self):
        """The unpacked deb, with the programs that its units call and the units that they are ordered after."""
        for program in ("bin/sh",):
            (self.unpacked / program).parent.mkdir(parents=True, exist_ok=True)
            (self.unpacked / program).touch(mode=0o755)
        units = self.unpacked / "usr/lib/systemd/system"
        for name in pathlib.Path("/usr/lib/systemd/system").glob("*.target"):
            if not (units / name.name).exists():
                shutil.copy(name, units, follow_symlinks=True)
        for name in ("mongodb-mms.service", "mongodb-mms-backup-daemon.service"):
            (units / name).write_text("[Service]\nExecStart=/bin/sh\n")
        return self.unpacked


class Reproducible(harness.StoryTest):
    def test_built_again_from_the_same_files_somewhere_else_they_are_the_same_bytes(self):
        if not installed.PACKAGES.is_dir():
            harness.skip("no packages: tests/installed/build-packages build/test-packages")
        tree, again = self.directory / "elsewhere", self.directory / "again"
        for name in output_of("git", "-C", SOURCE, "ls-files").splitlines():
            if (SOURCE / name).exists():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(SOURCE / name, tree / name)
        (tree / "build").mkdir()
        (tree / "build/tools").symlink_to(SOURCE / "build/tools")
        times = {"SOURCE_DATE_EPOCH": output_of("git", "-C", SOURCE, "log", "-1", "--format=%ct").strip()}
        environment = {**os.environ, **times, "CCACHE_DISABLE": "1"}
        done = subprocess.run(
            [tree / "scripts/package", "--output", again], capture_output=True, text=True, check=False, env=environment
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        names = sorted(path.name for path in again.iterdir())
        self.assertEqual(len(names), 3)
        for name in names:
            self.assertEqual((again / name).read_bytes(), (installed.PACKAGES / name).read_bytes(), name)


if __name__ == "__main__":
    harness.main()
