// SPDX-License-Identifier: ISC
// The hook's line: what it is, and that the file around it stays as it was, byte for byte.
#include "agent/gate/hook_line.h"

#include <vector>

#include <doctest/doctest.h>

using agent::has_hook;
using agent::hook_line;
using agent::with_hook;
using agent::without_hook;
using platform::ErrorKind;

namespace {

constexpr const char* origin = "/opt/mongodb/mms/conf/mms.conf";

std::string line() { return *hook_line({.program = "/usr/bin/genkey-agent", .options = ""}); }

std::string hooked(std::string_view text) {
  const auto whole = with_hook(text, line(), origin);
  INFO(std::string(text));
  REQUIRE(whole);
  return *whole;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const std::vector<std::string> files = {
    "",
    "\n",
    "ENC_KEY_PATH=/a/gen.key\n",
    "ENC_KEY_PATH=/a/gen.key",
    "ENC_KEY_PATH=/a/gen.key\r\n# on Windows\r\n",
    "ENC_KEY_PATH=/a/gen.key\r\n# on Windows",
    "# genkey-agent hook\nA=1 # genkey-agent hook\n\n\n",
    "# a comment that ends in a backslash \\\n",
    "A='two\nlines'\n",
    "A=x\\\\\n",
    "if true; then A=1; fi\ncase x in a) B=1;; esac\nf() {\n C=1\n}\n",
};

}  // namespace

TEST_CASE("the line is the one that is documented") {
  CHECK(line() ==
        "for genkey_agent_word in \"$@\"; do case \"$genkey_agent_word\" in "
        "start|restart|start_mms|start_backup_daemon|run) if [ -x /usr/bin/genkey-agent ]; then "
        "/usr/bin/genkey-agent hook run ${ENC_KEY_PATH:+\"--key-file=$ENC_KEY_PATH\"} || exit 1; fi; break ;; "
        "stop|stop_mms|stop_backup_daemon|status) break ;; esac; done # genkey-agent hook");
}

TEST_CASE("paths in the line are quoted, and one that no line can hold is refused") {
  const auto odd = hook_line({.program = "/opt/it's here/genkey-agent", .options = " --state-dir '/a b'"});
  REQUIRE(odd);
  CHECK(contains(*odd, "[ -x '/opt/it'\\''s here/genkey-agent' ]"));
  CHECK(contains(*odd, "hook run --state-dir '/a b' "));
  for (const char* path : {"/a\nb", "/a\rb", "/a\x1b"}) {
    const auto refused = hook_line({.program = path, .options = ""});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("the hook is the last line, once, and without it the file is what it was") {
  for (const std::string& file : files) {
    CAPTURE(file);
    CHECK_FALSE(has_hook(file));
    const std::string once = hooked(file);
    CHECK(has_hook(once));
    CHECK(once.starts_with(file));
    CHECK(once.ends_with("\n"));
    CHECK(contains(once.substr(file.size()), line()));
    CHECK(hooked(once) == once);
    CHECK(without_hook(once) == file);
    CHECK(without_hook(file) == file);
  }
}

TEST_CASE("another hook takes the place of the one that was there, and comes last again") {
  const std::string older = *hook_line({.program = "/old/genkey-agent", .options = "", .required = true});
  for (const char* before : {"A=1\n", "A=1"}) {
    const std::string file = *with_hook(before, older, origin) + "ENC_KEY_PATH=/later\n";
    const std::string now = hooked(file);
    CHECK_FALSE(contains(now, "/old/"));
    CHECK(now == "A=1\nENC_KEY_PATH=/later\n" + line() + "\n");
  }
}

TEST_CASE("a hook whose line end was changed to that of Windows is found and removed") {
  const std::string file = "A=1\r\n" + line() + "\r\n";
  CHECK(has_hook(file));
  CHECK(without_hook(file) == "A=1\r\n");
}

TEST_CASE("a line of a former version is found, removed and replaced") {
  const std::string former =
      "case \"${1:-}\" in start|restart|start_mms|start_backup_daemon|run) if [ -x /old/genkey-agent ]; then "
      "/old/genkey-agent hook run ${ENC_KEY_PATH:+\"--key-file=$ENC_KEY_PATH\"} || exit 1; fi ;; esac "
      "# genkey-agent hook\n";
  CHECK(has_hook("A=1\n" + former));
  CHECK(without_hook("A=1\n" + former) == "A=1\n");
  CHECK(hooked("A=1\n" + former) == "A=1\n" + line() + "\n");
}

TEST_CASE("a line that would be joined to the last one is refused") {
  for (const std::string file : {"A=1 \\\n", "A=1\\", "A=1 \\\\\\\n"}) {
    CAPTURE(file);
    const auto refused = with_hook(file, line(), origin);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::configuration);
    CHECK(refused.error().message.starts_with(origin));
  }
}
