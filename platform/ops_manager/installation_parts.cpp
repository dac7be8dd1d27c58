// SPDX-License-Identifier: ISC
#include "platform/ops_manager/installation_parts.h"

#include <algorithm>

#include <boost/filesystem/operations.hpp>

#include "platform/base/bytes.h"
#include "platform/base/secret_bytes.h"
#include "platform/files/file.h"

namespace platform {

namespace {

// Far more than any real file, and small enough to be read whole.
constexpr std::size_t max_configuration = std::size_t{1024} * 1024;

Result<Account> plain_owner(const InstallationRequest& request, const Path& key_file) {
  // A person's word comes first, then the owner of the file, who certainly reads it, then whoever runs this.
  if (request.owner) return find_account(*request.owner);
  const auto facts = facts_of(key_file);
  if (facts && facts->type == FileType::regular) return account_of(facts->uid, facts->gid);
  if (!facts && facts.error().kind == ErrorKind::io) return tl::unexpected(facts.error());
  return current_account();
}

}  // namespace

bool is_there(const Path& path) { return facts_of(path).has_value(); }

bool has_directory(const Path& path) {
  boost::system::error_code error;
  return boost::filesystem::is_directory(path, error);
}

Path whole_path(const Path& path) {
  // Parts like ".." stay, because behind a link they lead elsewhere than the text says.
  const Path whole = path.is_absolute() ? path : boost::filesystem::current_path() / path;
  const bool leads_back = std::ranges::any_of(whole, [](const Path& part) { return part == ".."; });
  const Path plain = leads_back ? whole : normal(whole);
  return plain.filename() == "." ? plain.parent_path() : plain;
}

Result<Path> key_file_named(const Path& path) {
  const Path name = path.filename();
  // Such a path names a directory. Taken for a file, the key would be written beside it or not at all.
  if (name.empty() || name == "." || name == ".." || name == "/") {
    return fail(ErrorKind::usage,
                "the key file \"" + path.string() + "\" names no file; expected a path like /etc/mongodb-mms/gen.key");
  }
  return whole_path(path);
}

// An account without a name in the system still owns its files, for example in a container.
Result<Account> account_of(UserId uid, GroupId gid) {
  auto known = find_account(std::to_string(uid));
  if (known || known.error().kind != ErrorKind::not_installed) return known;
  return Account{.name = user_name(uid), .uid = uid, .gid = gid, .home = {}};
}

Result<Installation> plain_installation(const InstallationRequest& request) {
  if (!request.key_file)
    return fail(ErrorKind::usage, "without an installation of Ops Manager a key file has to be named");
  Installation found;
  found.layout = Layout::plain;
  found.key_file = TRY(key_file_named(*request.key_file));
  found.service = TRY(plain_owner(request, found.key_file));
  return found;
}

std::optional<Path> properties_file(const Installation& installation) {
  if (!installation.install_path) return std::nullopt;
  const bool windows = installation.layout == Layout::windows;
  const Path directory = windows ? Path("Server") / "Config" : Path("conf");
  return *installation.install_path / directory / "conf-mms.properties";
}

std::optional<Path> mms_conf_file(const Installation& installation) {
  if (!installation.install_path || installation.layout == Layout::windows) return std::nullopt;
  return *installation.install_path / "conf" / "mms.conf";
}

std::optional<StartScript> start_script_of(const Installation& installation) {
  const auto conf = mms_conf_file(installation);
  if (!conf || !is_there(*conf)) return std::nullopt;
  const bool package = installation.layout == Layout::package;
  // What the vendor's script has before it reads mms.conf, which differs between the package and the archive.
  return StartScript{.conf = *conf,
                     .install_path = *installation.install_path,
                     .service = installation.service,
                     .enc_key_path = package ? "/etc/mongodb-mms/gen.key" : "${HOME}/.mongodb-mms/gen.key",
                     .mms_user = package ? "mongodb-mms" : ""};
}

MmsProperties properties_in(const Path& file) {
  auto content = read_file(file, max_configuration, Links::follow);
  // A link that leads nowhere may lead to a mount that is missing, so it is not an absent file.
  if (!content && content.error().kind == ErrorKind::not_found && !is_there(file)) return {};
  // Ops Manager's account can read its settings. A user who may not is neither that account nor root, and makes no key
  // for Ops Manager.
  if (!content && content.error().kind == ErrorKind::denied && !running_as_root()) return {};
  if (!content) return {.unknown = std::move(content).error()};
  auto properties = parse_mms_properties(text_of(content->content));
  // The passwords in it must not stay in memory.
  wipe(content->content);
  if (properties) return *properties;
  return {.unknown = Error{properties.error().kind, file.string() + ": " + properties.error().message}};
}

}  // namespace platform
