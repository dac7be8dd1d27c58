#include "platform/ops_manager/installation.h"

#include <algorithm>

#include <boost/filesystem/operations.hpp>

#include "platform/base/bytes.h"
#include "platform/files/file.h"
#include "platform/ops_manager/installation_parts.h"
#include "platform/ops_manager/mms_conf.h"

namespace platform {

namespace {

constexpr std::size_t max_configuration = std::size_t{1024} * 1024;
constexpr const char* package_directory = "opt/mongodb/mms";
constexpr const char* package_key = "etc/mongodb-mms/gen.key";
constexpr const char* package_account = "mongodb-mms";
constexpr const char* tar_key = "${HOME}/.mongodb-mms/gen.key";  // the vendor's mms.conf says so
constexpr const char* home_key = ".mongodb-mms/gen.key";

Path root_home() { return account_of(0, 0).home; }

class Finder {
 public:
  explicit Finder(const InstallationRequest& request) : request_(request) {}

  Result<Installation> run() {
    switch (TRY(layout())) {
      case Layout::package: return package();
      case Layout::tar: return tar();
      case Layout::plain: return plain_installation(request_);
      case Layout::windows: return fail(ErrorKind::usage, "an installation of Windows is found on Windows only");
    }
    __builtin_unreachable();
  }

 private:
  Result<Layout> layout() const {
    if (request_.layout) return *request_.layout;
    if (request_.install_path) return Layout::tar;
    if (request_.key_file) return Layout::plain;
    if (has_directory(under_root(package_directory)) || find_account(package_account)) return Layout::package;
    return fail(ErrorKind::not_installed, "Ops Manager is not installed here: there is neither " +
                                              under_root(package_directory).string() + " nor an account \"" +
                                              package_account + "\"; an installation from an archive needs its path");
  }

  Result<Installation> package() const {
    const Path directory = request_.install_path ? whole_path(*request_.install_path) : under_root(package_directory);
    const MmsConf conf = TRY(configuration(directory));
    Installation found;
    found.layout = Layout::package;
    found.install_path = directory;
    found.service = TRY(find_account(request_.owner.value_or(conf.mms_user.value_or(package_account))));
    const std::string fallback = "/" + std::string(package_key);
    TRY(complete(found, conf.enc_key_path.value_or(fallback)));
    const bool packaged_place = found.key_file == under_root(package_key);
    if (packaged_place && !has_directory(found.key_file.parent_path())) {
      return fail(ErrorKind::not_installed, "the package of Ops Manager is not installed yet: there is no directory " +
                                                found.key_file.parent_path().string());
    }
    return found;
  }

  Result<Installation> tar() const {
    if (!request_.install_path) {
      return fail(ErrorKind::usage, "an installation from an archive needs its path, such as /opt/ops-manager");
    }
    const Path directory = whole_path(*request_.install_path);
    if (!is_there(conf_of(directory))) {
      return fail(ErrorKind::not_installed, "Ops Manager is not installed in " + directory.string() + ": there is no " +
                                                conf_of(directory).string());
    }
    const MmsConf conf = TRY(configuration(directory));
    Installation found;
    found.layout = Layout::tar;
    found.install_path = directory;
    found.service = TRY(tar_owner(directory, conf));
    TRY(complete(found, conf.enc_key_path.value_or(tar_key)));
    return found;
  }

  Result<Account> tar_owner(const Path& directory, const MmsConf& conf) const {
    if (request_.owner) return find_account(*request_.owner);
    if (conf.mms_user) return find_account(*conf.mms_user);
    boost::system::error_code error;
    const Path resolved = boost::filesystem::canonical(directory, error);
    const FileFacts facts = TRY(facts_of(error ? directory : resolved));
    return account_of(facts.uid, facts.gid);
  }

  // `configured` is what Ops Manager reads; the request may name another file.
  Result<void> complete(Installation& found, const std::string& configured) const {
    const Path install_path = *found.install_path;
    const auto expanded = expand_home(configured, found.service.home.string(), conf_of(install_path).string());
    if (request_.key_file) {
      found.key_file = TRY(key_file_named(*request_.key_file));
    } else if (!expanded) {
      return tl::unexpected(expanded.error());
    } else {
      found.key_file = TRY(key_file_named(under_root(*expanded)));
    }
    found.other_candidates = candidates_besides(found, expanded ? under_root(*expanded) : Path());
    found.properties = TRY(properties_in(install_path / "conf" / "conf-mms.properties"));
    return {};
  }

  std::vector<Path> candidates_besides(const Installation& found, const Path& configured) const {
    std::vector<Path> others;
    for (const Path& path : {configured, under_root(package_key), under_root(found.service.home / home_key),
                             under_root(root_home() / home_key)}) {
      const bool known = path == found.key_file || std::ranges::find(others, path) != others.end();
      if (!path.empty() && !known && is_there(path)) others.push_back(path);
    }
    return others;
  }

  static Path conf_of(const Path& install_path) { return install_path / "conf" / "mms.conf"; }

  Result<MmsConf> configuration(const Path& install_path) const {
    auto conf = read_configuration(conf_of(install_path));
    // Whoever names both the file and its owner has overridden all that mms.conf could say.
    const bool overridden = request_.key_file && request_.owner;
    return !conf && overridden ? Result<MmsConf>(MmsConf{}) : conf;
  }

  static Result<MmsConf> read_configuration(const Path& path) {
    const auto file = read_file(path, max_configuration, Links::follow);
    if (!file && file.error().kind == ErrorKind::not_found) return MmsConf{};
    if (!file) return tl::unexpected(file.error());
    return parse_mms_conf(text_of(file->content), path.string());
  }

  [[nodiscard]] Path under_root(const Path& path) const { return whole_path(request_.root) / path.relative_path(); }

  const InstallationRequest& request_;
};

}  // namespace

Result<Installation> find_installation(const InstallationRequest& request) { return Finder(request).run(); }

std::optional<Installation> expected_installation(const InstallationRequest& request) {
  const bool own_place = request.install_path || request.layout.value_or(Layout::package) != Layout::package;
  if (own_place) return std::nullopt;
  Installation expected;
  expected.layout = Layout::package;
  expected.key_file = request.key_file.value_or(request.root / package_key);
  expected.service = current_account();
  return expected;
}

}  // namespace platform
