# SPDX-License-Identifier: ISC
"""scripts/check layers: a sound tree is green, and each rule is red when it is broken."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import harness

sys.path.insert(0, str(harness.SOURCE / "scripts" / "checks"))

import layers_plan
import layers_rules

QUOTES = 3 * '"'  # of a documentation string


def source(*includes, namespace="agent", body=""):
    lines = "".join(f"#include {name}\n" for name in includes)
    return f"{lines}\nnamespace {namespace} {{\n{body}\n}}  // namespace {namespace}\n"


SOUND = {
    "platform/base/result.h": source("<tl/expected.hpp>", namespace="platform"),
    "platform/base/clock.h": source("<chrono>", namespace="platform", body="Time now();"),
    "platform/base/posix/clock.cpp": source('"platform/base/clock.h"', "<time.h>", namespace="platform"),
    "keystore/secret.h": source('"platform/base/result.h"', namespace="keystore"),
    "keystore/age/header.h": source('"keystore/secret.h"', namespace="keystore::age"),
    "agent/base/limits.h": source(namespace="agent::limits", body="inline constexpr int most = 3;"),
    "agent/fleet/roster.h": source('"agent/base/limits.h"', '"keystore/secret.h"', body="int load(int number);"),
    "agent/fleet/roster.cpp": source('"agent/fleet/roster.h"'),
    "agent/fleet/roster_json.cpp": source('"agent/fleet/roster.h"', "<nlohmann/json.hpp>"),
    "agent/commands/table.h": source(namespace="agent::commands", body="int join(const Host& host);\nint gate(const Host& host);"),
    "agent/commands/join.cpp": source(
        '"agent/commands/table.h"', '"agent/fleet/roster.h"', namespace="agent::commands", body="int join(const Host& host) { return 0; }"
    ),
    "agent/commands/table.cpp": source('"agent/commands/table.h"', namespace="agent::commands"),
    "agent/README.md": "Peers are in agent/fleet/roster.h, commands in agent/commands/NAME.cpp.\n",
    "tests/agent/fleet/roster_test.cpp": '#include "agent/fleet/roster.h"\n#include <doctest/doctest.h>\n',
}


class Layers(unittest.TestCase):
    def complaints(self, changed, exceptions=None):
        return list(layers_rules.complaints({**SOUND, **changed}, exceptions or {}))

    def assert_red(self, rule, path, text, **others):
        """`text` at `path` gives one complaint, by this rule and about this file or what is said in `about`."""
        found = self.complaints({path: text, **others.get("files", {})})
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].endswith(f"({rule})"), found[0])
        self.assertIn(others.get("about", path), found[0])

    def test_a_sound_tree_has_no_complaint(self):
        self.assertEqual(self.complaints({}), [])

    def test_a_library_does_not_know_one_above_it(self):
        self.assert_red("layers", "keystore/passphrase.h", source('"agent/base/limits.h"', namespace="keystore"))

    def test_no_product_code_knows_a_test(self):
        self.assert_red("layers", "agent/base/extra.h", source('"tests/support/servers.h"'))

    def test_a_folder_does_not_know_one_above_it(self):
        self.assert_red("layers", "agent/base/extra.h", source('"agent/fleet/roster.h"'))

    def test_equal_folders_do_not_know_each_other(self):
        self.assert_red("layers", "keystore/cms/message.h", source('"keystore/age/header.h"', namespace="keystore::cms"))

    def test_an_include_is_written_from_the_top(self):
        self.assert_red("layers", "agent/fleet/extra.h", source('"roster.h"'))

    def test_a_folder_that_nobody_planned_is_refused(self):
        self.assert_red("layers", "agent/fleet/extra.h", source('"agent/surprise/box.h"'))

    def test_what_is_for_one_system_stays_there(self):
        self.assert_red(
            "layers",
            "platform/files/lock.h",
            source('"platform/base/posix/errno_error.h"', namespace="platform"),
            files={"platform/base/posix/errno_error.h": source(namespace="platform::posix")},
        )

    def test_backups_do_not_know_the_transport(self):
        self.assert_red(
            "nevers", "agent/backups/copies.h", source('"agent/transport/slots.h"'), files={"agent/transport/slots.h": source()}
        )

    def test_the_listener_does_not_know_backups(self):
        self.assert_red("nevers", "agent/listener/bans.h", source('"agent/backups/copies.h"'), files={"agent/backups/copies.h": source()})

    def test_the_decision_knows_nothing_but_the_answers_and_the_policy(self):
        self.assert_red("nevers", "agent/gate/decision.h", source('"agent/fleet/roster.h"'))

    def test_the_backup_program_knows_no_peers(self):
        self.assert_red("nevers", "agent/backup_program/run.h", source('"agent/fleet/roster.h"', namespace="agent::backup_program"))

    def test_only_the_program_knows_the_commands(self):
        found = self.complaints({"agent/main.cpp": source('"agent/commands/table.h"')}, {"pairs": {"agent/main.cpp": "the entry"}})
        self.assertEqual(len(found), 1, found)
        self.assertIn("(nevers)", found[0])

    def test_units_do_not_go_round_in_circles(self):
        self.assert_red(
            "circles",
            "agent/fleet/round.h",
            source('"agent/fleet/asker.h"'),
            files={"agent/fleet/asker.h": source(), "agent/fleet/asker.cpp": source('"agent/fleet/asker.h"', '"agent/fleet/round.h"')},
            about="agent/fleet/asker -> agent/fleet/round -> agent/fleet/asker",
        )

    def test_a_source_has_a_header_of_its_name(self):
        self.assert_red("pairs", "agent/fleet/extra.cpp", source('"agent/fleet/roster.h"'))

    def test_a_header_with_a_function_has_a_source_of_its_name(self):
        self.assert_red("pairs", "agent/fleet/extra.h", source(body="int ask(int times = {});"))

    def test_a_header_without_a_function_needs_no_source(self):
        body = "struct Box { int size() const; };\ninline int twice(int one) { return 2 * one; }\ntemplate <class T>\nvoid use(T value) {}"
        self.assertEqual(self.complaints({"agent/fleet/extra.h": source(body=body)}), [])

    def test_a_command_stands_in_its_own_file(self):
        body = "int join(const Host& host) { return 0; }\nint gate(const Host& host) { return 0; }"
        self.assert_red("commands", "agent/commands/join.cpp", source('"agent/commands/table.h"', namespace="agent::commands", body=body))
        self.assert_red("commands", "agent/commands/gate.cpp", source('"agent/commands/table.h"', namespace="agent::commands"))

    def test_a_file_does_not_repeat_its_folders_name(self):
        self.assert_red("names", "agent/backups/backup_notes.h", source(), about="agent/backups/backup_notes")

    def test_a_folder_gives_no_namespace(self):
        self.assert_red("namespaces", "agent/fleet/extra.h", source(namespace="agent::fleet"))
        self.assert_red("namespaces", "agent/fleet/extra.h", "struct Box {};\n")

    def test_a_slow_library_stays_in_its_folders(self):
        self.assert_red("families", "agent/fleet/extra.h", source("<nlohmann/json.hpp>"))
        self.assert_red("families", "agent/fleet/extra.h", source("<boost/asio/io_context.hpp>"))
        self.assert_red("families", "agent/fleet/extra.h", source("<openssl/ssl.h>"))

    def test_an_unknown_library_is_refused(self):
        self.assert_red("families", "agent/fleet/extra.h", source("<surprise/box.hpp>"))

    def test_the_systems_headers_stay_in_the_systems_folders(self):
        self.assert_red("systems", "agent/fleet/extra.h", source("<unistd.h>"))
        self.assert_red("systems", "platform/base/extra.h", source("<sys/stat.h>", namespace="platform"))

    def test_a_folder_has_at_most_24_units(self):
        files = {f"agent/fleet/unit{number}.h": source() for number in range(23)}
        self.assertEqual(self.complaints(files), [])
        self.assert_red("sizes", "agent/fleet/extra.h", source(), files=files, about="agent/fleet: has 25 units")

    def test_a_path_in_a_comment_exists(self):
        for path, text in {
            "agent/fleet/extra.h": "// As agent/fleet/gone.h says.\n" + source(),
            "agent/base/extra.h": "// See gone.cpp.\n" + source(),
            "scripts/run": "#!/bin/sh\n# tests/gone\n",
            "scripts/run.py": QUOTES + "Like scripts/gone." + QUOTES,
            "CMakeLists.txt": "# agent/{base,gone}\n",
            "NOTES.md": "[there](agent/gone.md)\n",
        }.items():
            self.assert_red("paths", path, text)

    def test_an_exception_takes_a_complaint_away_and_is_refused_when_nothing_needs_it(self):
        extra = {"agent/fleet/extra.cpp": source('"agent/fleet/roster.h"')}
        self.assertEqual(self.complaints(extra, {"pairs": {"agent/fleet/extra.cpp": "a reason"}}), [])
        self.assertIn("nothing needs", "".join(self.complaints({}, {"pairs": {"agent/fleet/extra.cpp": "a reason"}})))

    def test_every_folder_of_the_tree_has_a_floor(self):
        for library, floors in layers_plan.FLOORS.items():
            folders = {path.name for path in (harness.SOURCE / library).iterdir() if any(path.rglob("*.h")) and path.is_dir()}
            self.assertEqual(folders - floors.keys(), set(), library)

    def test_the_check_reads_the_files_of_a_checkout(self):
        with tempfile.TemporaryDirectory() as directory:
            top = Path(directory)
            shutil.copytree(harness.SOURCE / "scripts" / "checks", top / "scripts" / "checks")
            (top / "agent" / "fleet").mkdir(parents=True)
            (top / "agent" / "fleet" / "extra.h").write_text(source("<unistd.h>"))
            subprocess.run(["git", "init", "--quiet", top], check=True)
            done = subprocess.run([top / "scripts" / "checks" / "layers"], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("agent/fleet/extra.h: <unistd.h>", done.stdout)


if __name__ == "__main__":
    harness.main()
