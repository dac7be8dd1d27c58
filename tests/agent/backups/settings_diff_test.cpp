// SPDX-License-Identifier: ISC
// What changed in a file of settings, without showing a value.
#include "agent/backups/settings_diff.h"

#include <doctest/doctest.h>

using agent::compare_settings;
using agent::NameChanges;
using agent::SettingsSyntax;

namespace {

NameChanges properties(std::string_view before, std::string_view after) {
  return compare_settings(before, after, SettingsSyntax::properties);
}
NameChanges shell(std::string_view before, std::string_view after) {
  return compare_settings(before, after, SettingsSyntax::shell);
}

}  // namespace

TEST_CASE("settings that came, changed and went are told by name") {
  const auto changes = properties("mongo.mongoUri=mongodb://a/\nmms.old = 1\nmms.same: x\n",
                                  "mongo.mongoUri=mongodb://b/\nmms.same: x\nmms.new=2\n");
  CHECK(changes == NameChanges{.added = {"mms.new"}, .changed = {"mongo.mongoUri"}, .removed = {"mms.old"}});
}

TEST_CASE("the same settings in another order have not changed") {
  CHECK_FALSE(properties("a=1\nb=2\n", "b=2\n\n  a=1\n").any());
}

TEST_CASE("a comment that changed has no name") {
  CHECK(properties("# by somebody\na=1\n", "! by somebody else\na=1\n") == NameChanges{.elsewhere = true});
}

TEST_CASE("a line that continues a value is never taken for a name") {
  const auto changes = properties("password=x\n", "password=first\\\n  c2VjcmV0PQ=second\nother=1\n");
  CHECK(changes == NameChanges{.added = {"other"}, .changed = {"password"}});
  const auto quoted = shell("A=\"x\"\n", "A=\"first\nSECRET=second\n\"\nexport B='1\nAGAIN=2'\n");
  CHECK(quoted == NameChanges{.added = {"B"}, .changed = {"A"}});
}

TEST_CASE("what is no plain name is not told") {
  CHECK(properties("", "c2Vj+cmV0=\n").elsewhere);
  CHECK(properties("", "just a secret\n") == NameChanges{.elsewhere = true});
  CHECK(shell("", "echo secret=1\n") == NameChanges{.elsewhere = true});
  CHECK(shell("", "1SECRET=1\n") == NameChanges{.elsewhere = true});
}

TEST_CASE("a quote in a comment opens nothing") {
  CHECK(shell("# don't\nA=1\n", "# don't\nA=2\n") == NameChanges{.changed = {"A"}});
}

TEST_CASE("a setting that is there twice has changed when one of them has") {
  CHECK(shell("A=1\nA=2\n", "A=1\nA=3\n") == NameChanges{.changed = {"A"}});
}

TEST_CASE("a text without a line's end at its end is read to its end") {
  CHECK(properties("a=1", "a=2") == NameChanges{.changed = {"a"}});
  CHECK(properties("a=1\\", "a=1\\").any() == false);
}
