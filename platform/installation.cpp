#include "platform/installation.h"

#include <algorithm>

#include <boost/filesystem/operations.hpp>

#include "platform/bytes.h"
#include "platform/file.h"
#include "platform/secret_bytes.h"

namespace platform {

namespace {

constexpr std::size_t max_configuration = std::size_t{1024} * 1024;
constexpr const char* package_directory = "opt/mongodb/mms";
constexpr const char* package_key = "etc/mongodb-mms/gen.key";
constexpr const char* package_account = "mongodb-mms";
constexpr const char* tar_key = "${HOME}/.mongodb-mms/gen.key";  // the vendor's mms.conf says so
constexpr const char* home_key = ".mongodb-mms/gen.key";

bool is_there(const Path& path) { return facts_of(path).has_value(); }

bool has_directory(const Path& path) {
  boost::system::error_code error;
  return boost::filesystem::is_directory(path, error);
}

Path whole_path(const Path& path) {
  // Parts that lead back ("..") stay, because behind a link they lead elsewhere than the text says.
  const Path whole = path.is_absolute() ? path : boost::filesystem::current_path() / path;
  const bool leads_back = std::ranges::any_of(whole, [](const Path& part) { return part == ".."; });
  const Path plain = leads_back ? whole : whole.lexically_normal();
  return plain.filename() == "." ? plain.parent_path() : plain;
}

Result<Path> key_file_named(const Path& path) {
  const Path name = path.filename();
  if (name.empty() || name == "." || name == ".." || name == "/") {
    return fail(ErrorKind::usage,
                "the key file \"" + path.string() + "\" names no file; expected a path like /etc/mongodb-mms/gen.key");
  }
  return whole_path(path);
}

// An account that is known by its number only still owns its files.
Account account_of(UserId uid, GroupId gid) {
  if (auto known = find_account(std::to_string(uid))) return *std::move(known);
  return {.name = user_name(uid), .group = group_name(gid), .uid = uid, .gid = gid, .home = {}};
}

Path root_home() { return account_of(0, 0).home; }

class Finder {
 public:
  explicit Finder(const InstallationRequest& request) : request_(request) {}

  Result<Installation> run() {
    switch (TRY(layout())) {
      case Layout::package: return package();
      case Layout::tar: return tar();
      case Layout::plain: return plain();
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

  Result<Installation> plain() const {
    if (!request_.key_file)
      return fail(ErrorKind::usage, "without an installation of Ops Manager a key file has to be named");
    Installation found;
    found.layout = Layout::plain;
    found.key_file = TRY(key_file_named(*request_.key_file));
    found.service = TRY(plain_owner(found.key_file));
    return found;
  }

  Result<Account> plain_owner(const Path& key_file) const {
    if (request_.owner) return find_account(*request_.owner);
    const auto facts = facts_of(key_file);
    if (facts && facts->type == FileType::regular) return account_of(facts->uid, facts->gid);
    return current_account();
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
    found.properties = TRY(properties(install_path));
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

  static Result<MmsProperties> properties(const Path& install_path) {
    auto file = read_file(install_path / "conf" / "conf-mms.properties", max_configuration, Links::follow);
    // Passwords stand in it, so others than root and the service often cannot read it; neither can they
    // replace a key.
    if (!file && (file.error().kind == ErrorKind::not_found || !running_as_root())) return MmsProperties{};
    if (!file) return tl::unexpected(file.error());
    const MmsProperties properties = parse_mms_properties(text_of(file->content));
    wipe(file->content);
    return properties;
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
