// SPDX-License-Identifier: ISC
#include "platform/ops_manager/sourced_conf.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include <boost/filesystem/operations.hpp>

#include "platform/base/shell_word.h"
#include "platform/files/file.h"
#include "platform/host/default_paths.h"
#include "platform/processes/confined_program.h"

namespace platform {

namespace {

using std::string_literals::operator""s;

// Each value that the shell prints ends with a zero byte, which no variable can hold. So no value can be mistaken for
// the next field or for the end.
const std::string last_words = "\0end\0"s;
// The file is somebody else's code and could print for ever.
constexpr std::size_t most_output = std::size_t{256} * 1024;
constexpr std::size_t longest_path = 4096;  // PATH_MAX
// Set in the shell's environment. If a hook in the file runs in spite of the trap, it must not ask the shell again.
constexpr const char* within = "GENKEY_AGENT_ASKS_SHELL";

// Runs before the file is sourced. The trap sees each command before it runs, in sourced files too. With extdebug, a
// trap that fails makes bash skip the command as if it had succeeded. The "!" keeps that failure from ending a script
// under set -e.
constexpr std::string_view preamble = R"(shopt -s extdebug
genkey_agent_at_hook() {
  [[ $BASH_COMMAND == *' hook run '*'"--key-file=$ENC_KEY_PATH"'* ]] || return 1
  genkey_agent_hook=reached genkey_agent_hook_path=${ENC_KEY_PATH-}
}
)";

// Written as in the vendor's script, so that set -e in the file means the same. Afterwards all traps go, because the
// file may have set its own, which would run during the answer. The trap of a signal that nobody sends keeps bash from
// replacing itself by the file's last command, after which there would be no answer.
constexpr std::string_view sourcing = R"(trap : USR2
trap '! genkey_agent_at_hook' DEBUG
[[ -f $SYSCONFIG ]] && . "$SYSCONFIG" </dev/null >/dev/null 2>&1
genkey_agent_status=$?
trap - DEBUG RETURN ERR EXIT
)";

// `builtin`, because the file may define a function named printf.
constexpr std::string_view answer =
    R"(builtin printf '%s\0' sourced "${ENC_KEY_PATH-}" "${MMS_USER-}" "$genkey_agent_hook" "$genkey_agent_hook_path" "${BASE_PORT-}" "${BASE_SSL_PORT-}"
)";

std::string word(const std::string& text) { return shell_quoted(text); }

// The variables that public copies of the vendor's script set before they source the file. A file may use them in its
// own lines.
std::string presets(const StartScript& script) {
  const std::string app = word(script.install_path.string());
  return "APP_DIR=" + app + " LOG_PATH=" + app + "/logs JAVA_HOME=" + app +
         "/jdk APP_NAME=mms-app APP_ENV=hosted APP_ID=mms BASE_PORT=8080 BASE_SSL_PORT=8443\nENC_KEY_PATH=" +
         script.enc_key_path + "\nMMS_USER=" + word(script.mms_user) + "\nSYSCONFIG=" + word(script.conf.string()) +
         "\nPROCESS_PERIOD=10 DAEMON_APP_ID=bgrid LOG_NAME=daemon\n";
}

// A subshell for each start, so that what the file changes in one of them is gone in the next.
std::string text_for(const StartScript& script, const StartArguments& arguments) {
  const std::string conf = word(script.conf.string());
  std::string text = "(\nset --";
  for (const std::string& argument : arguments) text += " " + word(argument);
  text += "\ngenkey_agent_hook= genkey_agent_hook_path=\n";
  // A file that cannot be read is skipped by the script without a word, which must not pass here for a file that sets
  // nothing.
  text += "[[ -f " + conf + " && -r " + conf + " ]] || { builtin printf 'unreadable\\0'; exit; }\n";
  text += presets(script);
  text += sourcing;
  // After a syntax error in a sourced file bash goes on with what was set until then. Such a path is half an answer, so
  // it counts as none.
  text += "[[ $genkey_agent_status == 0 ]] || \"$BASH\" -n " + conf +
          " 2>/dev/null || { builtin printf 'incomplete\\0'; exit; }\n";
  text += answer;
  return text + ")\nbuiltin printf 'next\\0'\n";
}

// Whoever can write the file runs code as the caller. Root gives up its rights before it sources the file. The agent's
// account has little to lose by it, and its unit forbids namespaces.
bool is_foreign(const Path& file) {
  if (running_as_root() || current_account().name == agent_account_name()) return false;
  const auto facts = facts_of(file);
  return !facts || (facts->uid != 0 && facts->uid != current_user());
}

Result<std::string> ask_shell(const StartScript& script, std::string text) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
  // A hook that calls this program while the shell is being asked would start the next shell, without end.
  if (std::getenv(within) != nullptr) return fail(ErrorKind::io, "the shell is being asked already");
  const Account& service = script.service;
  // The $0 of the vendor's script. A file may look for its neighbours by it.
  const std::string name = (script.install_path / "bin" / "mongodb-mms").string();
  const ConfinedProgram shell{.file = script.shell,
                              // No startup files: they are the account's own and are not read in a real start.
                              .arguments = {"bash", "--noprofile", "--norc", "-c", std::move(text), name},
                              // A fresh environment. The caller's may hold secrets, or variables that change what the
                              // file does.
                              .environment = {"HOME=" + service.home.string(), "USER=" + service.name,
                                              "LOGNAME=" + service.name, "LC_ALL=C.UTF-8", within + "=1"s,
                                              "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
                              .account = service,
                              .needs_namespaces = is_foreign(script.conf)};
  // A time limit, because the file may wait for something that never comes, and a start of Ops Manager waits for this
  // answer.
  auto output = output_of(shell, last_words, {.output = most_output, .time = script.time});
  if (!output && output.error().kind == ErrorKind::denied)
    return fail(ErrorKind::denied, "it belongs to another account, and cannot be sourced safely as this one");
  return output;
}

class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    const auto end = rest_.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view field = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return field;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// Always configuration and always with the file's name: to the caller the path is unknown, whatever the reason.
tl::unexpected<Error> unknown(std::string_view origin, const std::string& why) {
  return fail(ErrorKind::configuration, std::string(origin) + ": " + why);
}

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }

Result<void> check(std::string_view origin, const std::string& name, std::string_view value) {
  // Has a sentence of its own, because the character is invisible and an editor on Windows is the usual cause.
  if (value.ends_with('\r')) {
    return unknown(origin, name +
                               " ends in a carriage return (a Windows line ending), which the start script takes as "
                               "part of the value");
  }
  // The path is printed and put into command lines.
  if (std::ranges::any_of(value, is_control)) return unknown(origin, name + " holds a control character");
  if (value.size() > longest_path) return unknown(origin, name + " is longer than a path can be");
  return {};
}

Result<SourcedConf> checked(std::string_view origin, SourcedConf conf) {
  TRY(check(origin, "ENC_KEY_PATH", conf.enc_key_path));
  TRY(check(origin, "MMS_USER", conf.mms_user));
  // Elsewhere USER:GROUP names an account with another group. A file must not choose its groups.
  if (conf.mms_user.find(':') != std::string::npos) return unknown(origin, "MMS_USER is not the name of an account");
  if (conf.enc_key_path.empty()) return unknown(origin, "ENC_KEY_PATH is empty; expected the path of the key file");
  // A relative path would depend on the directory in which somebody starts the script.
  if (!conf.enc_key_path.starts_with('/'))
    return unknown(origin, "ENC_KEY_PATH \"" + conf.enc_key_path + "\" is not an absolute path");
  return conf;
}

// Nothing for what is not a port: the web server would not start with it.
std::optional<std::uint16_t> port_in(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  return whole && port != 0 ? std::optional(port) : std::nullopt;
}

// Reads one start's answer and the "next" after it. Nothing if what was printed is not such an answer.
std::optional<Result<SourcedConf>> read_start(Fields& fields, std::string_view origin) {
  const auto kind = fields.next();
  if (!kind) return std::nullopt;
  // The subshell ended without an answer, so the script would end there as well and Ops Manager would not start.
  if (*kind == "next") {
    return Result<SourcedConf>(
        unknown(origin, "the start script would end in it: it calls exit or exec, or a command fails under set -e"));
  }
  std::array<std::string_view, 6> values;
  if (*kind == "sourced") {
    for (std::string_view& value : values) {
      const auto field = fields.next();
      if (!field) return std::nullopt;
      value = *field;
    }
  }
  if (fields.next() != "next") return std::nullopt;
  if (*kind == "unreadable")
    return Result<SourcedConf>(
        unknown(origin, "the account that runs Ops Manager cannot read it, or it is not a file"));
  if (*kind == "incomplete")
    return Result<SourcedConf>(unknown(origin, "it is not complete shell: bash -n says where"));
  if (*kind != "sourced") return std::nullopt;
  SourcedConf conf{.enc_key_path = std::string(values[0]), .mms_user = std::string(values[1])};
  conf.base_port = port_in(values[4]);
  conf.base_ssl_port = port_in(values[5]);
  if (values[2] == "reached") conf.enc_key_path_at_hook = std::string(values[3]);
  return checked(origin, std::move(conf));
}

// Adds a line that is not shell. After complete shell bash finds the error; inside an open quote or here-document it
// finds none.
constexpr std::string_view end_check =
    R"(genkey_agent_text=$(<"$genkey_agent_conf") || { builtin printf 'unreadable\0'; exit; }
if ! "$BASH" -n <(builtin printf '%s\n' "$genkey_agent_text") 2>/dev/null; then builtin printf 'open\0'
elif "$BASH" -n <(builtin printf '%s\n)\n' "$genkey_agent_text") 2>/dev/null; then builtin printf 'open\0'
else builtin printf 'complete\0'; fi
)";

}  // namespace

Result<void> check_controlled_by_service(const StartScript& script) {
  // Nobody else can become the account, so the caller is the one who runs the code.
  if (!running_as_root()) return {};
  for (const Path& path : {script.install_path, script.conf.parent_path(), script.conf}) {
    boost::system::error_code error;
    const Path resolved = boost::filesystem::canonical(path, error);
    const FileFacts facts = TRY(facts_of(error ? path : resolved));
    constexpr std::uint32_t others_write = 0022;
    const bool own = facts.uid == 0 || facts.uid == script.service.uid;
    if (own && (facts.mode & others_write) == 0) continue;
    return fail(ErrorKind::configuration,
                "it is not sourced as " + script.service.name + ", because other accounts can change " + path.string());
  }
  return {};
}

Result<std::vector<Result<SourcedConf>>> parse_sourced(std::string_view output, std::size_t starts,
                                                       std::string_view origin) {
  Fields fields(output);
  std::vector<Result<SourcedConf>> confs;
  for (std::size_t count = 0; count < starts; ++count) {
    auto conf = read_start(fields, origin);
    // Damaged output is not an answer: the file could have printed a part of it itself.
    if (!conf) return unknown(origin, "what bash printed after sourcing it is damaged");
    confs.push_back(std::move(*conf));
  }
  // Anything after the end, or a missing end, means that the shell was cut off or the file wrote into the answer.
  if (fields.next() != "end" || !fields.at_end())
    return unknown(origin, "what bash printed after sourcing it is damaged");
  return confs;
}

Result<std::vector<Result<SourcedConf>>> source_conf(const StartScript& script,
                                                     std::span<const StartArguments> starts) {
  const std::string origin = script.conf.string();
  // A file that others can change must never run as root, whoever named root as the account.
  if (script.service.uid == 0) {
    if (const auto checked = check_controlled_by_service(script); !checked)
      return unknown(origin, checked.error().message);
  }
  std::string text(preamble);
  for (const StartArguments& arguments : starts) text += text_for(script, arguments);
  auto output = ask_shell(script, text + "builtin printf 'end\\0'\n");
  if (!output) return unknown(origin, output.error().message);
  return parse_sourced(*output, starts.size(), origin);
}

Result<void> check_end_of_conf(const StartScript& script) {
  const std::string origin = script.conf.string();
  auto output = ask_shell(script, "genkey_agent_conf=" + word(script.conf.string()) + "\n(" + std::string(end_check) +
                                      ")\nbuiltin printf 'end\\0'\n");
  if (!output) return unknown(origin, output.error().message);
  // Compared as a whole, so that nothing that the file prints can pass for this answer.
  if (*output == "complete\0end\0"s) return {};
  if (output->starts_with("open"))
    return unknown(origin,
                   "a quote, bracket, condition, here-document or line that is continued is still open at its end, so "
                   "that a line after it might not run");
  return unknown(origin, "the account that runs Ops Manager cannot read it");
}

}  // namespace platform
