#include "agent/config/typed_commands.h"

namespace agent {

namespace {

// Whoever starts an archive's script has its own home read, so the command brings the service's.
std::string as_service(const platform::Account& service, const std::string& script) {
  const std::string home = "HOME=" + quoted(service.home.string());
  if (platform::current_user() == service.uid) return home + " " + script;
  if (platform::running_as_root()) return "runuser -u " + quoted(service.name) + " -- env " + home + " " + script;
  return "sudo -H -u " + quoted(service.name) + " " + script;
}

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

std::optional<std::string> start_command(const Host& host) { return command_to(host, "start"); }

std::optional<std::string> restart_command(const Host& host) {
  if (host.installation.layout != platform::Layout::windows) return command_to(host, "restart");
  return *command_to(host, "stop") + ", then " + *command_to(host, "start");
}

}  // namespace agent
