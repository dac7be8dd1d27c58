// SPDX-License-Identifier: ISC
#include "platform/ops_manager/installation.h"

#include <algorithm>
#include <cstdlib>

#include "platform/files/file.h"
#include "platform/files/windows/directory.h"
#include "platform/ops_manager/installation_parts.h"
#include "platform/services/windows/services.h"

namespace platform {

namespace {

constexpr const char* data_name = "MMSData";
constexpr const char* key_name = "Secrets/gen.key";

Path native(const Path& path) { return Path(path).make_preferred(); }

// A data directory has at least one of these in it. On a new installation Secrets comes only with the first key.
bool holds_data(const Path& directory) {
  return has_directory(directory / "Secrets") || has_directory(directory / "Server" / "Config");
}

class Finder {
 public:
  explicit Finder(const InstallationRequest& request) : request_(request) {}

  Result<Installation> run() {
    // A name that is not a plain file, such as a device, is refused as it was typed, before anything opens it.
    if (request_.key_file) TRY(windows::plain_path(*request_.key_file));
    switch (layout()) {
      case Layout::windows: return windows_or_plain();
      case Layout::plain: return plain_installation(request_);
      case Layout::package:
      case Layout::tar:
        return fail(ErrorKind::usage, "Ops Manager for Windows comes as an installer: the kind is \"windows\"");
    }
    __builtin_unreachable();
  }

  // In the order of trust: what the services say, then the usual directories.
  [[nodiscard]] std::vector<Path> data_directories() const {
    std::vector<Path> found;
    const auto add = [&](const Path& directory) {
      const bool known = std::ranges::find(found, directory) != found.end();
      if (!known && holds_data(directory)) found.push_back(directory);
    };
    for (const windows::InstalledService& service : services_) {
      // The vendor's services say where their program is. The data lies in one of the directories above it.
      for (Path above = service.program.parent_path(); above.has_relative_path(); above = above.parent_path()) {
        add(above / data_name);
        add(above);
      }
    }
    add(drive() / data_name);
    add(drive() / "ProgramData" / data_name);
    return found;
  }

  [[nodiscard]] Path drive() const {
    // A test has a drive of its own, so that it never touches a real installation.
    if (request_.root != "/") return whole_path(request_.root);
    const char* letter = std::getenv("SystemDrive");  // NOLINT(concurrency-mt-unsafe): nobody changes it
    return Path(letter != nullptr ? letter : "C:") / "/";
  }

 private:
  [[nodiscard]] Layout layout() const {
    if (request_.layout) return *request_.layout;
    // Windows has one kind of installation, so nothing has to be looked at. If there is none, its search says so by
    // name.
    const bool trial = request_.key_file && !request_.install_path && !request_.key_file_is_installed;
    return trial ? Layout::plain : Layout::windows;
  }

  // A key file that the configuration names is that of the installation, if there is one.
  Result<Installation> windows_or_plain() {
    auto found = windows();
    const bool only_key_file = request_.key_file && !request_.install_path && !request_.layout;
    const bool absent = !found && found.error().kind == ErrorKind::not_installed;
    return absent && only_key_file ? plain_installation(request_) : std::move(found);
  }

  Result<Installation> windows() {
    // Services belong to the machine, so an installation under a prefix has none.
    if (request_.root == "/") find_services();
    const Path data = TRY(data_directory());
    Installation found;
    found.layout = Layout::windows;
    found.install_path = data;
    found.service = TRY(account());
    found.key_file = native(data / key_name);
    if (request_.key_file) found.key_file = TRY(key_file_named(*request_.key_file));
    found.key_file = TRY(windows::plain_path(found.key_file));
    found.other_candidates = candidates_besides(found);
    found.properties = properties_in(*properties_file(found));
    return found;
  }

  Result<Path> data_directory() const {
    if (request_.install_path) return named_directory(TRY(windows::plain_path(*request_.install_path)));
    const std::vector<Path> all = data_directories();
    if (!all.empty()) return native(all.front());
    return fail(ErrorKind::not_installed,
                "Ops Manager is not installed here: there is no " + native(drive() / data_name).string() + ", no " +
                    native(drive() / "ProgramData" / data_name).string() +
                    " and none of its services tells another place; name it with --install-path");
  }

  // The person named this directory, so it is accepted even if the directory of the key has to come first.
  static Result<Path> named_directory(const Path& path) {
    if (holds_data(path / data_name) || has_directory(path / data_name)) return native(path / data_name);
    if (holds_data(path) || path.filename() == data_name) return path;
    return fail(ErrorKind::not_installed, "Ops Manager is not installed in " + path.string() + ": there is neither " +
                                              native(path / data_name).string() + " nor " +
                                              native(path / "Server" / "Config").string());
  }

  Result<Account> account() const {
    if (request_.owner) return find_account(*request_.owner);
    // Without services to ask, SYSTEM is assumed, which may read every file.
    return find_account(services_.empty() ? "LocalSystem" : services_.front().account);
  }

  std::vector<Path> candidates_besides(const Installation& found) const {
    std::vector<Path> others;
    std::vector<Path> directories = data_directories();
    // The named installation too: with --key-file its own key is the likeliest to be read by mistake.
    directories.insert(directories.begin(), *found.install_path);
    for (const Path& directory : directories) {
      // A second key file is reported, because after a change of directory Ops Manager could read that file instead.
      const Path key = native(directory / key_name);
      const bool known = key == found.key_file || std::ranges::find(others, key) != others.end();
      if (!known && is_there(key)) others.push_back(key);
    }
    return others;
  }

  void find_services() {
    for (const std::string& name : windows::ops_manager_services()) {
      if (auto service = windows::find_service(name)) services_.push_back(std::move(*service));
    }
  }

  const InstallationRequest& request_;
  std::vector<windows::InstalledService> services_;
};

}  // namespace

Result<Installation> find_installation(const InstallationRequest& request) { return Finder(request).run(); }

std::optional<Installation> expected_installation(const InstallationRequest& request) {
  const bool own_place = request.install_path || request.layout.value_or(Layout::windows) != Layout::windows;
  if (own_place) return std::nullopt;
  Installation expected;
  expected.layout = Layout::windows;
  expected.key_file = request.key_file.value_or(native(Finder(request).drive() / data_name / key_name));
  expected.service = current_account();
  return expected;
}

}  // namespace platform
