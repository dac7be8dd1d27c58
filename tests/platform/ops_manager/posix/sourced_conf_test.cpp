// SPDX-License-Identifier: ISC
// What a start of Ops Manager makes of mms.conf: the real bash is asked, and whatever the file does, the answer is the
// path that a start would use, or that nobody can tell.
#include "platform/ops_manager/sourced_conf.h"

#include <array>
#include <fstream>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "platform/files/file.h"
#include "platform/ops_manager/hook_reach.h"
#include "tests/platform/ops_manager/posix/mms_conf_rows.h"
#include "tests/support/temporary_directory.h"

namespace {

using platform::ErrorKind;
using platform::Path;
using platform::Result;
using platform::SourcedConf;
using platform::StartArguments;
using platform::StartScript;
using tests::service_home;
using tests::Understood;
using tests::understood;
using std::string_literals::operator""s;

constexpr const char* preset = "/preset/gen.key";
constexpr const char* call = " hook run ${ENC_KEY_PATH:+\"--key-file=$ENC_KEY_PATH\"} || exit 1";

class Installed {
 public:
  Installed() { boost::filesystem::create_directories(conf().parent_path()); }

  [[nodiscard]] Path path() const { return directory_.path(); }
  [[nodiscard]] Path conf() const { return path() / "conf" / "mms.conf"; }
  [[nodiscard]] std::string file(const std::string& name) const { return (path() / name).string(); }

  void write(const std::string& text) const { write("conf/mms.conf", text); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary) << text;
  }

  [[nodiscard]] StartScript script() const {
    auto service = platform::current_account();
    service.home = service_home;
    return {.conf = conf(), .install_path = path(), .service = service, .enc_key_path = preset, .mms_user = {}};
  }

  [[nodiscard]] Result<SourcedConf> source(const StartArguments& arguments = {"start"}) const {
    return source(script(), arguments);
  }
  static Result<SourcedConf> source(const StartScript& script, const StartArguments& arguments = {"start"}) {
    const std::array starts = {arguments};
    auto confs = platform::source_conf(script, starts);
    if (!confs) return tl::unexpected(confs.error());
    return std::move(confs->front());
  }

  [[nodiscard]] std::string path_for(const std::string& text) const {
    write(text);
    const auto conf = source();
    INFO(text);
    REQUIRE_MESSAGE(conf, (conf ? "" : conf.error().message));
    return conf->enc_key_path;
  }

  void check_unknown(const std::string& text, const std::string& why) const {
    write(text);
    CAPTURE(text);
    const auto conf = source();
    REQUIRE_FALSE(conf);
    CHECK(conf.error().kind == ErrorKind::configuration);
    CHECK(conf.error().message.starts_with(conf_name() + ": "));
    CAPTURE(conf.error().message);
    CHECK(conf.error().message.find(why) != std::string::npos);
  }

  [[nodiscard]] std::string conf_name() const { return conf().string(); }

 private:
  tests::TemporaryDirectory directory_;
};

std::string with_home(std::string path) {
  constexpr std::string_view home = "${HOME}";
  if (path.starts_with(home)) path.replace(0, home.size(), service_home);
  return path.empty() ? preset : path;
}

TEST_CASE("the path and the user are what the shell makes of the file") {
  const Installed installed;
  for (const Understood& row : understood) {
    CAPTURE(row.text);
    installed.write(row.text);
    const auto conf = installed.source();
    REQUIRE(conf);
    CHECK(conf->enc_key_path == with_home(row.enc_key_path));
    CHECK(conf->mms_user == row.mms_user);
    CHECK_FALSE(conf->enc_key_path_at_hook);
  }
}

TEST_CASE("what only a shell can evaluate comes to the path that a start would use") {
  const Installed installed;
  installed.write("where", "/a/gen.key\n");
  installed.write("more.conf", "ENC_KEY_PATH=/more/gen.key\n");
  const std::string where = installed.file("where");
  const std::string more = installed.file("more.conf");
  const std::array<std::array<std::string, 2>, 30> rows = {{
      {"\nENC_KEY_PATH=$(cat " + where + ")\n", "/a/gen.key"},
      {"ENC_KEY_PATH=`cat " + where + "`\n", "/a/gen.key"},
      {"ENC_KEY_PATH=${UNSET_VARIABLE:-/default/gen.key}\n", "/default/gen.key"},
      {"ENC_KEY_PATH=${ENC_KEY_PATH:-/etc/mongodb-mms/gen.key}\n", preset},
      {": ${ENC_KEY_PATH:=/etc/mongodb-mms/gen.key}\n", preset},
      {"ENC_KEY_PATH=/a\nENC_KEY_PATH+=/gen.key\n", "/a/gen.key"},
      {"ENC_KEY_PATH=(/a /b)\n", "/a"},
      {"ENC_KEY_PATH=$'/a\\x62/gen.key'\n", "/ab/gen.key"},
      {"ENC_KEY_PATH=/$1/gen.key\n", "/start/gen.key"},
      {"ENC_KEY_PATH=/a/gen.key &\nwait\n", preset},
      {"eval \"ENC_KEY_PATH=/a\"\n", "/a"},
      {"export \"ENC_KEY_PATH=/a\"\n", "/a"},
      {"read ENC_KEY_PATH <" + where + "\n", "/a/gen.key"},
      {"for ENC_KEY_PATH in /a /b; do :; done\n", "/b"},
      {"if true; then\n  ENC_KEY_PATH=/a/gen.key\nfi\n", "/a/gen.key"},
      {"if false; then\n  ENC_KEY_PATH=/a/gen.key\nfi\n", preset},
      {"[ -d / ] && ENC_KEY_PATH=/a/gen.key\n", "/a/gen.key"},
      {"[ -d /no/such/directory ] &&\n  ENC_KEY_PATH=/a/gen.key\n", preset},
      {"case x in a) : ;; x) ENC_KEY_PATH=/a;; esac\n", "/a"},
      {"(ENC_KEY_PATH=/a/gen.key)\n", preset},
      {"f() {\n ENC_KEY_PATH=/a/gen.key\n}\n", preset},
      {"f() {\n ENC_KEY_PATH=/a/gen.key\n}\nf\n", "/a/gen.key"},
      {"cat <<END\nENC_KEY_PATH=/a\nEND\n", preset},
      {"ENC_KEY_PATH= /a/gen.key\n", preset},
      {"ENC_KEY_PATH=/a/gen.key no-such-program\n", preset},
      {"ENC_KEY_PATH=/a/gen.key >/dev/null\n", "/a/gen.key"},
      {"DATA=$(pwd)\nENC_KEY_PATH=${DATA}data/gen.key\n", "/data/gen.key"},
      {". " + more + "\n", "/more/gen.key"},
      {"source \"$(dirname \"${BASH_SOURCE[0]}\")/../more.conf\"\n", "/more/gen.key"},
      {". \"$(dirname \"$0\")/../more.conf\"\n", "/more/gen.key"},
  }};
  // The script's own directory is there in a real installation.
  boost::filesystem::create_directories(installed.path() / "bin");
  for (const auto& [text, path] : rows) CHECK(installed.path_for(text) == path);
}

TEST_CASE("an early return, functions, strict rules and a foreign home come to the path of a start") {
  const Installed installed;
  CHECK(installed.path_for("ENC_KEY_PATH=/a/gen.key\nreturn 0\nENC_KEY_PATH=/b/gen.key\n") == "/a/gen.key");
  CHECK(installed.path_for("ENC_KEY_PATH=/a/gen.key\nfalse\n") == "/a/gen.key");
  CHECK(installed.path_for("set -eu\nENC_KEY_PATH=/a/gen.key\n") == "/a/gen.key");
  CHECK(installed.path_for("set -eu\nENC_KEY_PATH=/a/gen.key\nfalse || true\n") == "/a/gen.key");
  CHECK(installed.path_for("IFS=/\nset -f\nENC_KEY_PATH=/a/gen.key\n") == "/a/gen.key");
  CHECK(installed.path_for("HOME=/srv/om\nENC_KEY_PATH=~/gen.key\n") == "/srv/om/gen.key");
  CHECK(installed.path_for("ENC_KEY_PATH=$APP_DIR/gen.key\n") == installed.file("gen.key"));
  CHECK(installed.path_for("APP_DIR=/x SYSCONFIG=/y BASE_PORT=1\nENC_KEY_PATH=$APP_DIR/gen.key\n") == "/x/gen.key");
  CHECK(installed.path_for("exec 1>&2 2>/dev/null\nENC_KEY_PATH=/a/gen.key\n") == "/a/gen.key");
  CHECK(installed.path_for("trap 'echo bye' EXIT\nENC_KEY_PATH=/a/gen.key\n") == "/a/gen.key");
  CHECK(installed.path_for("unset MMS_USER\nENC_KEY_PATH=/a/gen.key\n") == "/a/gen.key");
}

TEST_CASE("a file that comes to no path is unknown, with the reason, and never a guess") {
  const Installed installed;
  installed.check_unknown("ENC_KEY_PATH=\n", "ENC_KEY_PATH is empty; expected the path of the key file");
  installed.check_unknown("unset ENC_KEY_PATH\n", "ENC_KEY_PATH is empty");
  installed.check_unknown("\\unset ENC_KEY_PATH\n", "ENC_KEY_PATH is empty");
  installed.check_unknown("ENC_KEY_PATH=gen.key\n", "ENC_KEY_PATH \"gen.key\" is not an absolute path");
  installed.check_unknown("ENC_KEY_PATH='$HOME/gen.key'\n", "is not an absolute path");
  installed.check_unknown("ENC_KEY_PATH=~no-such-account/gen.key\n", "is not an absolute path");
  installed.check_unknown(
      "ENC_KEY_PATH=/a/gen.key\r\n",
      "ENC_KEY_PATH ends in a carriage return (a Windows line ending), which the start script takes "
      "as part of the value");
  installed.check_unknown("MMS_USER=mongodb-mms\r\n", "MMS_USER ends in a carriage return");
  installed.check_unknown("ENC_KEY_PATH=/a/\x01gen.key\n", "ENC_KEY_PATH holds a control character");
  installed.check_unknown("ENC_KEY_PATH=/$(printf %5000s)\n", "is longer than a path can be");
  installed.check_unknown("ENC_KEY_PATH=/a/gen.key\nexit 0\n", "calls exit");
  installed.check_unknown("set -e\nENC_KEY_PATH=/a/gen.key\nfalse\n", "under set -e");
  installed.check_unknown("set -u\nENC_KEY_PATH=$UNSET_VARIABLE\n", "the start script would end in it");
  installed.check_unknown("exec true\n", "exec");
  for (const char* text : {"A=1\nB=\"never closed\nENC_KEY_PATH=/a\n", "A=$(never closed\nENC_KEY_PATH=/a\n",
                           "ENC_KEY_PATH=/a\n)\n", "ENC_KEY_PATH=/a\nif true; then\n"}) {
    installed.check_unknown(text, "it is not complete shell");
  }
}

TEST_CASE("a file that takes forever, or prints without end, costs a bounded time") {
  const Installed installed;
  auto script = installed.script();
  script.time = std::chrono::milliseconds(300);
  for (const char* text : {"while :; do :; done\n", "sleep 1000\n", "yes\n"}) {
    installed.write(text);
    CAPTURE(text);
    const auto conf = Installed::source(script);
    REQUIRE_FALSE(conf);
    CHECK(conf.error().message.find("took too long") != std::string::npos);
  }
  CHECK(installed.path_for("head -c 3000000 /dev/zero\nENC_KEY_PATH=/a/gen.key\n") == "/a/gen.key");
  CHECK(installed.path_for("(while :; do :; done) &\nENC_KEY_PATH=/a/gen.key\n") == "/a/gen.key");
}

TEST_CASE("the file can be read by nobody but its owner: that is said") {
  const Installed installed;
  if (!platform::running_as_root()) {
    MESSAGE("left out without root");
    return;
  }
  installed.write("ENC_KEY_PATH=/a/gen.key\n");
  auto script = installed.script();
  script.service = platform::find_account("nobody").value();
  REQUIRE(chmod(installed.path().c_str(), 0755) == 0);
  REQUIRE(Installed::source(script));
  REQUIRE(chmod(installed.conf().c_str(), 0600) == 0);
  const auto conf = Installed::source(script);
  REQUIRE_FALSE(conf);
  CHECK(conf.error().message.find("the account that runs Ops Manager cannot read it") != std::string::npos);
}

TEST_CASE("without a bash, or with one that prints something else, nothing is known") {
  const Installed installed;
  installed.write("ENC_KEY_PATH=/a/gen.key\n");
  auto script = installed.script();
  script.shell = "/no/such/bash";
  const auto absent = Installed::source(script);
  REQUIRE_FALSE(absent);
  CHECK(absent.error().message == installed.conf_name() + ": /no/such/bash is not there, or cannot be started");
  script.shell = "/bin/true";
  CHECK(Installed::source(script).error().message.find("ended before it had answered") != std::string::npos);
  script.shell = "/bin/echo";
  CHECK_FALSE(Installed::source(script));
}

TEST_CASE("an answer that is damaged is none") {
  const std::string good = "sourced\0/a\0om\0reached\0/a\0008080\08443\0next\0end\0"s;
  const auto parsed = platform::parse_sourced(good, 1, "mms.conf");
  REQUIRE(parsed);
  REQUIRE(parsed->front());
  CHECK(parsed->front()->enc_key_path_at_hook == "/a");
  for (std::size_t length = 0; length < good.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(platform::parse_sourced(good.substr(0, length), 1, "mms.conf"));
  }
  CHECK_FALSE(platform::parse_sourced(good, 2, "mms.conf"));
  CHECK_FALSE(platform::parse_sourced("x\0"s + good, 1, "mms.conf"));
  CHECK_FALSE(platform::parse_sourced(good + "x", 1, "mms.conf"));
}

// Left out in a container that forbids them, where neither is promised.
bool without_namespaces(const Installed& installed) {
  boost::system::error_code unknown;
  const auto own = boost::filesystem::read_symlink("/proc/self/ns/net", unknown).string();
  const bool without = installed.path_for("ENC_KEY_PATH=/$(readlink /proc/self/ns/net)\n") == "/" + own;
  if (without) MESSAGE("left out: there are no new namespaces here");
  return without;
}

TEST_CASE("nothing is written, whoever the file belongs to") {
  const Installed installed;
  if (without_namespaces(installed)) return;
  installed.write("kept", "as it was");
  const std::string text = "echo other >" + installed.file("kept") + "\n: >" + installed.file("kept") + "\ntouch " +
                           installed.file("new") + "\nrm -f " + installed.file("kept") + "\nENC_KEY_PATH=/a/gen.key\n";
  CHECK(installed.path_for(text) == "/a/gen.key");
  CHECK(boost::filesystem::file_size(installed.path() / "kept") == 9);
  CHECK_FALSE(boost::filesystem::exists(installed.path() / "new"));
}

TEST_CASE("what a file writes stays empty, and does not end it") {
  const Installed installed;
  CHECK(installed.path_for("echo log >>" + installed.file("log") + "\nENC_KEY_PATH=/a/gen.key\n") == "/a/gen.key");
  boost::system::error_code absent;
  const auto size = boost::filesystem::file_size(installed.path() / "log", absent);
  CHECK((absent || size == 0));
}

TEST_CASE("nobody is reached over the network") {
  const Installed installed;
  if (without_namespaces(installed)) return;
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  socklen_t size = sizeof address;
  REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(listen(listener, 1) == 0);
  REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const std::string port = std::to_string(ntohs(address.sin_port));
  CHECK(installed.path_for("echo x 2>/dev/null >/dev/tcp/127.0.0.1/" + port +
                           " && ENC_KEY_PATH=/online\nENC_KEY_PATH=${ENC_KEY_PATH}/gen.key\n") ==
        "/preset/gen.key/gen.key");
  CHECK(accept(listener, nullptr, nullptr) < 0);
  close(listener);
}

TEST_CASE("it has a fixed environment and no descriptor of ours") {
  const Installed installed;
  REQUIRE(setenv("GENKEY_AGENT_TEST_SECRET", "s3cret", 1) == 0);
  CHECK(installed.path_for("ENC_KEY_PATH=/${GENKEY_AGENT_TEST_SECRET:-none}/$HOME/$(ls /proc/self/fd | wc -l)\n") ==
        "/none/" + std::string(service_home) + "/4");  // ls itself has opened the fourth
  unsetenv("GENKEY_AGENT_TEST_SECRET");
}

TEST_CASE("the hook's command is noticed with its key file, and never run") {
  const Installed installed;
  for (const std::string& program : {installed.file("agent"), "'" + installed.file("it'\\''s here") + "'"}) {
    const std::string ran = installed.file("ran");
    installed.write("ENC_KEY_PATH=/a/gen.key\nset -eu\n" + program + call + "\nENC_KEY_PATH=/b/gen.key\n");
    const auto conf = installed.source();
    REQUIRE(conf);
    CHECK(conf->enc_key_path_at_hook == "/a/gen.key");
    CHECK(conf->enc_key_path == "/b/gen.key");
  }
  installed.write("return\nagent" + std::string(call) + "\n");
  CHECK_FALSE(installed.source()->enc_key_path_at_hook);
}

TEST_CASE("a shell that is being asked is not asked again from within") {
  const Installed installed;
  installed.write("ENC_KEY_PATH=/a/gen.key\n");
  REQUIRE(setenv("GENKEY_AGENT_ASKS_SHELL", "1", 1) == 0);
  CHECK_FALSE(installed.source());
  unsetenv("GENKEY_AGENT_ASKS_SHELL");
  CHECK(installed.source());
}

TEST_CASE("what is still open at the end of a file is found") {
  const Installed installed;
  for (const char* text :
       {"", "\n", "ENC_KEY_PATH=/a/gen.key\n", "ENC_KEY_PATH=/a/gen.key", "ENC_KEY_PATH=/a/gen.key\r\n# on Windows\r\n",
        "# genkey-agent hook\nA=1 # genkey-agent hook\n\n\n", "# a comment that ends in a backslash \\\n",
        "A='two\nlines'\n", "A=x\\\\\n", "if true; then A=1; fi\ncase x in a) B=1;; esac\nf() {\n C=1\n}\n", "return\n",
        "exit\n", "cat <<END\nx\nEND\n"}) {
    CAPTURE(text);
    installed.write(text);
    CHECK(platform::check_end_of_conf(installed.script()));
  }
  for (const char* text : {"A='open\n", "A=\"$(x\n", "if true; then\n", "f() {\n", "case x in\n", "cat <<END\n",
                           "( A=1\n", "true &&\n", "true |\n"}) {
    CAPTURE(text);
    installed.write(text);
    const auto refused = platform::check_end_of_conf(installed.script());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::configuration);
    CHECK(refused.error().message.starts_with(installed.conf_name()));
    CHECK(refused.error().message.find("open at its end") != std::string::npos);
  }
}

// The hook in force.

platform::HookReach reach(const Installed& installed, const std::string& text) {
  installed.write(text);
  return platform::reach_of_hook({.layout = platform::Layout::tar,
                                  .install_path = installed.path(),
                                  .key_file = "/a/gen.key",
                                  .key_file_unknown = {},
                                  .service = platform::current_account(),
                                  .other_candidates = {},
                                  .properties = {}},
                                 "/");
}

std::string hook() {
  return "for w in \"$@\"; do case \"$w\" in start|restart|start_mms|start_backup_daemon|run) agent" +
         std::string(call) + "; break ;; esac; done\n";
}

TEST_CASE("a hook that every start reaches with the key file of the host is in force") {
  const Installed installed;
  const auto whole = reach(installed, "ENC_KEY_PATH=/a/gen.key\n" + hook());
  CHECK(whole.in_force);
  CHECK(whole.problem.empty());
}

TEST_CASE("a hook that one start does not reach, or not with the key file of the host, is not in force") {
  const Installed installed;
  const auto check = [&](const std::string& text, const std::string& why) {
    const auto partly = reach(installed, text);
    CAPTURE(text);
    CAPTURE(partly.problem);
    CHECK_FALSE(partly.in_force);
    CHECK(partly.problem.find(why) != std::string::npos);
  };
  const std::string path = "ENC_KEY_PATH=/a/gen.key\n";
  check(path + "return\n" + hook(), "\"mongodb-mms start\" does not reach the hook");
  check(path + "[ \"$1\" != run ] || return\n" + hook(), "\"mongodb-mms run\" does not reach the hook");
  check(path + "case \"$1\" in start_mms) exit;; esac\n" + hook(), "\"mongodb-mms start_mms\"");
  check(path + "case \"$1\" in start) agent" + call + " ;; esac\n", "\"mongodb-mms --verbose start\" does not reach");
  check("ENC_KEY_PATH=/b/gen.key\n" + hook(), "reaches the hook with the key file /b/gen.key instead of /a/gen.key");
  check(path + hook() + "ENC_KEY_PATH=/b/gen.key\n", "reads the key file /b/gen.key instead of /a/gen.key");
  check(path + "if [ \"$1\" = restart ]; then ENC_KEY_PATH=/c/gen.key; fi\n" + hook(),
        "restart\" reaches the hook with");
  check(path + hook() + "if true; then\n", "it is not complete shell");
}

}  // namespace
