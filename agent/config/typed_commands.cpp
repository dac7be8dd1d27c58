// SPDX-License-Identifier: ISC
#include "agent/config/typed_commands.h"

#include <boost/filesystem/operations.hpp>

#include "agent/base/listener_service.h"
#include "platform/accounts/account.h"
#include "platform/host/typed_command.h"

namespace agent {

namespace {

// An archive's start script looks for gen.key below ${HOME}. With the home of whoever types the command it would find
// another key, or make one.
std::string as_service(const platform::Account& service, const std::string& script) {
  const std::string home = "HOME=" + quoted(service.home.string());
  if (platform::current_user() == service.uid) return home + " " + script;
  // Root needs no sudo, which may not be installed. runuser keeps root's HOME, so env sets it.
  if (platform::running_as_root()) return "runuser -u " + quoted(service.name) + " -- env " + home + " " + script;
  return "sudo -H -u " + quoted(service.name) + " " + script;
}

// The way that belongs to the installation: a package's service is known to systemd, an archive's only to its script.
std::optional<std::string> command_to(const Host& host, const std::string& what) {
  switch (host.installation.layout) {
    case platform::Layout::package:
      return (platform::running_as_root() ? "" : "sudo ") + ("systemctl " + what) + " mongodb-mms";
    case platform::Layout::tar:
      return as_service(host.files.service,
                        quoted((*host.installation.install_path / "bin" / "mongodb-mms").string()) + " " + what);
    case platform::Layout::windows: return "net " + what + " \"MongoDB Ops Manager HTTP Service\"";
    case platform::Layout::plain: return std::nullopt;
  }
  __builtin_unreachable();
}

}  // namespace

// Users with files of their own need no sudo, and under sudo the command would concern other files.
std::string administrator_line(const Options& options, const std::string& line) {
  const bool own_files = options.state_dir || options.key_file || options.config;
  return platform::running_as_root() || own_files ? line : platform::typed_as_administrator(line);
}

std::string quoted(const std::string& word) { return platform::typed_word(word); }

std::vector<std::string> option_words_of(const Options& options) {
  std::vector<std::string> words;
  const auto add = [&words](const char* name, const std::optional<std::string>& value) {
    if (value) words.insert(words.end(), {name, *value});
  };
  // Absolute, because the command may be typed in another directory.
  const auto text = [](const std::optional<platform::Path>& path) {
    return path ? std::optional(boost::filesystem::absolute(*path).string()) : std::nullopt;
  };
  // Options of one run, such as --json or --wait, are left out: they do not say which installation is meant.
  add("--config", text(options.config));
  add("--install-path", text(options.install_path));
  add("--key-file", text(options.key_file));
  add("--owner", options.owner);
  add("--state-dir", text(options.state_dir));
  add("--root", text(options.root));
  return words;
}

std::string options_line_for(const Options& options) {
  std::string line;
  for (const std::string& word : option_words_of(options)) line += " " + quoted(word);
  return line;
}

std::string command_line_for(const Options& options, const std::string& command) {
  return administrator_line(options, "genkey-agent " + command + options_line_for(options));
}

std::string command_line_elsewhere(const Options& options, const std::string& command) {
  return administrator_line(options, "genkey-agent " + command);
}

std::optional<std::string> start_command(const Host& host) { return command_to(host, "start"); }

platform::Steps restart_steps(const Host& host) {
  // "net" on Windows has no restart.
  if (host.installation.layout == platform::Layout::windows)
    return {{"to restart it", *command_to(host, "stop")}, {"then", *command_to(host, "start")}};
  const auto restart = command_to(host, "restart");
  return restart ? platform::Steps{{"to restart it", *restart}} : platform::Steps{{"restart Ops Manager", ""}};
}

platform::Steps restart_listener_steps(const Options& options) {
  return {{"to restart it", administrator_line(options, platform::restart_command_of(listener_service))}};
}

platform::Steps start_listener_steps(const Options& options) {
  return {{"to start it", administrator_line(options, platform::start_command_of(listener_service))}};
}

}  // namespace agent
