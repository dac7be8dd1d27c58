// SPDX-License-Identifier: ISC
#include "platform/ops_manager/installation.h"

#include <algorithm>
#include <array>
#include <functional>

#include <boost/filesystem/operations.hpp>

#include "platform/files/file.h"
#include "platform/ops_manager/installation_parts.h"

namespace platform {

namespace {

constexpr const char* package_directory = "opt/mongodb/mms";
constexpr const char* package_key = "etc/mongodb-mms/gen.key";
constexpr const char* package_account = "mongodb-mms";
constexpr const char* home_key = ".mongodb-mms/gen.key";

Path root_home() {
  const auto root = account_of(0, 0);
  return root ? root->home : Path();
}

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
    // From the most to the least explicit. A path that a person gave is never overruled by what happens to be
    // installed.
    if (request_.layout) return *request_.layout;
    if (request_.install_path) return Layout::tar;
    if (request_.key_file && !request_.key_file_is_installed) return Layout::plain;
    // Either is enough. The account also exists on a host whose directory is on a mount that is missing.
    if (has_directory(under_root(package_directory))) return Layout::package;
    const auto account = find_account(package_account);
    if (account) return Layout::package;
    if (account.error().kind != ErrorKind::not_installed) return tl::unexpected(account.error());
    if (request_.key_file) return Layout::plain;
    return fail(ErrorKind::not_installed, "Ops Manager is not installed here: there is neither " +
                                              under_root(package_directory).string() + " nor an account \"" +
                                              package_account + "\"; an installation from an archive needs its path");
  }

  Result<Installation> package() const {
    Installation found;
    found.layout = Layout::package;
    found.install_path = request_.install_path ? whole_path(*request_.install_path) : under_root(package_directory);
    TRY(complete(found, [&] { return account_of_package(); }));
    const bool packaged_place = found.key_file == under_root(package_key);
    // Only the package's own path comes with the package. A missing directory elsewhere says nothing about it.
    if (packaged_place && !has_directory(found.key_file.parent_path())) {
      return fail(ErrorKind::not_installed, "the package of Ops Manager is not installed yet: there is no directory " +
                                                found.key_file.parent_path().string());
    }
    return found;
  }

  // A key file that was named and already belongs to another account than root was made for that account: mms.conf,
  // which may name it, is not read then.
  Result<Account> account_of_package() const {
    if (!request_.key_file || request_.layout) return find_account(package_account);
    const auto facts = facts_of(whole_path(*request_.key_file));
    if (facts && facts->type == FileType::regular && facts->uid != 0) return account_of(facts->uid, facts->gid);
    if (!facts && facts.error().kind == ErrorKind::io) return tl::unexpected(facts.error());
    return find_account(package_account);
  }

  Result<Installation> tar() const {
    if (!request_.install_path) {
      return fail(ErrorKind::usage, "an installation from an archive needs its path, such as /opt/ops-manager");
    }
    Installation found;
    found.layout = Layout::tar;
    found.install_path = whole_path(*request_.install_path);
    const Path conf = *mms_conf_file(found);
    // Without this file a directory is not an installation, and a key in it would never be read.
    if (!is_there(conf)) {
      return fail(ErrorKind::not_installed,
                  "Ops Manager is not installed in " + found.install_path->string() + ": there is no " + conf.string());
    }
    TRY(complete(found, [&] { return owner_of(*found.install_path); }));
    return found;
  }

  static Result<Account> owner_of(const Path& path) {
    boost::system::error_code error;
    // The owner of the directory and not of a link to it, which anybody may have made.
    const Path resolved = boost::filesystem::canonical(path, error);
    const FileFacts facts = TRY(facts_of(error ? path : resolved));
    return account_of(facts.uid, facts.gid);
  }

  // `usual_owner` gives the service's account if neither the request nor mms.conf names one.
  Result<void> complete(Installation& found, const std::function<Result<Account>()>& usual_owner) const {
    // No shell for a path that was given: the hook does this at each start, and it must work with a broken mms.conf
    // too.
    if (request_.key_file) {
      found.service = TRY(request_.owner ? find_account(*request_.owner) : usual_owner());
      found.key_file = TRY(key_file_named(*request_.key_file));
    } else if (auto asked = ask_start_script(found, usual_owner); !asked) {
      return asked;
    }
    found.other_candidates = candidates_besides(found);
    found.properties = properties_in(*properties_file(found));
    return {};
  }

  // The usual account may be missing if mms.conf names another one. Until that is known, the file is sourced as its
  // owner, whose code it is.
  Result<void> ask_start_script(Installation& found, const std::function<Result<Account>()>& usual_owner) const {
    const auto usual = request_.owner ? find_account(*request_.owner) : usual_owner();
    // Only an account that is known not to exist may be replaced by another one.
    if (!usual && usual.error().kind == ErrorKind::io) return tl::unexpected(usual.error());
    if (usual) found.service = *usual;
    auto script = start_script_of(found);
    if (!script && !usual) return tl::unexpected(usual.error());
    if (!script) return take(found, {.enc_key_path = "/" + std::string(package_key), .mms_user = {}});
    if (!usual) script->service = TRY(owner_of(script->conf));
    auto conf = usual ? source_for_start(*script) : source_as_chosen(*script);
    if (conf && !request_.owner && !conf->mms_user.empty() && (!usual || conf->mms_user != usual->name)) {
      auto service = find_account(conf->mms_user);
      // Without the package's account either, the package is not installed yet.
      if (!service && (!usual || service.error().kind == ErrorKind::io)) return tl::unexpected(service.error());
      conf = source_again(found, conf->mms_user, std::move(service));
    } else if (!usual) {
      return tl::unexpected(usual.error());
    }
    const auto taken = conf ? take(found, *conf) : Result<void>(tl::unexpected(conf.error()));
    // Not an error of this function: the gate and `ensure` can still use the path in the record.
    if (!taken) found.key_file_unknown = taken.error();
    return {};
  }

  // ${HOME} stands for the home of the account that sources the file, so the file is sourced again as the account that
  // it names.
  static Result<SourcedConf> source_again(Installation& found, const std::string& user, Result<Account> service) {
    if (!service) {
      return fail(ErrorKind::configuration,
                  mms_conf_file(found)->string() + ": MMS_USER is " + user + ": " + service.error().message);
    }
    Installation chosen = found;
    chosen.service = std::move(*service);
    auto conf = source_as_chosen(*start_script_of(chosen));
    if (conf) found.service = chosen.service;
    if (!conf || conf->mms_user == user) return conf;
    return fail(ErrorKind::configuration, mms_conf_file(found)->string() + ": MMS_USER is " + user + " and then " +
                                              conf->mms_user + ", depending on who sources the file");
  }

  // The file, or its owner, chose the account. Only root and that account itself may make that choice.
  static Result<SourcedConf> source_as_chosen(const StartScript& script) {
    if (const auto checked = check_controlled_by_service(script); !checked)
      return fail(ErrorKind::configuration, script.conf.string() + ": " + checked.error().message);
    return source_for_start(script);
  }

  static Result<SourcedConf> source_for_start(const StartScript& script) {
    // The verb that a service uses. Whether other verbs give another path is for hook_reach.h to find out.
    const std::array starts = {StartArguments{"start"}};
    auto confs = TRY(source_conf(script, starts));
    return std::move(confs.front());
  }

  Result<void> take(Installation& found, const SourcedConf& conf) const {
    // The file's paths do not know of a demonstration's prefix.
    found.key_file = TRY(key_file_named(under_root(conf.enc_key_path)));
    return {};
  }

  std::vector<Path> candidates_besides(const Installation& found) const {
    std::vector<Path> others;
    // The package's path, and the one in the home of the service or of root: which of them a tar installation reads
    // depends on who starts it.
    for (const Path& path :
         {under_root(package_key), under_root(found.service.home / home_key), under_root(root_home() / home_key)}) {
      const bool known = path == found.key_file || std::ranges::find(others, path) != others.end();
      if (!known && is_there(path)) others.push_back(path);
    }
    return others;
  }

  [[nodiscard]] Path under_root(const Path& path) const { return whole_path(request_.root) / path.relative_path(); }

  const InstallationRequest& request_;
};

}  // namespace

Result<Installation> find_installation(const InstallationRequest& request) { return Finder(request).run(); }

std::optional<Installation> expected_installation(const InstallationRequest& request) {
  // A tar layout's path follows from its own files, which are not there yet.
  const bool own_place = request.install_path || request.layout.value_or(Layout::package) != Layout::package;
  if (own_place) return std::nullopt;
  Installation expected;
  expected.layout = Layout::package;
  expected.key_file = request.key_file.value_or(request.root / package_key);
  expected.service = current_account();
  return expected;
}

}  // namespace platform
