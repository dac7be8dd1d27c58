// SPDX-License-Identifier: ISC
#include "agent/actions/check_named.h"

#include <variant>

#include <boost/filesystem/operations.hpp>

#include "agent/backups/recipients.h"
#include "agent/base/limits.h"
#include "agent/config/combined_settings.h"
#include "agent/fleet/own_identity.h"
#include "agent/transport/tls.h"
#include "platform/accounts/account.h"
#include "platform/files/file.h"
#include "platform/processes/forked_child.h"

namespace agent {

namespace {

using platform::Error;
using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

bool is_another_file(const Path& path) {
  boost::system::error_code unknown;  // what cannot be looked at is not known to be wrong
  return boost::filesystem::exists(path, unknown) && !boost::filesystem::is_directory(path, unknown);
}

// `backup` makes the directory itself, but not the one above it, which may be a mount that is missing.
Result<void> check_destination(const Directory& directory) {
  if (is_another_file(directory.path))
    return fail(ErrorKind::configuration, directory.path.string() + " is not a directory");
  boost::system::error_code unknown;
  const Path above = directory.path.parent_path();
  const bool absent = !boost::filesystem::exists(above, unknown) &&
                      (!unknown || unknown == boost::system::errc::no_such_file_or_directory);
  return absent ? fail(ErrorKind::configuration, "there is no directory " + above.string()) : Result<void>();
}

Result<void> check_destination(const S3Bucket& bucket) {
  if (!bucket.ca) return {};
  constexpr std::size_t largest = 16 * std::size_t{1024} * 1024;  // a system's whole bundle is below 1 MiB
  const auto file = platform::read_file(*bucket.ca, largest, platform::Links::follow);
  return file ? Result<void>() : tl::unexpected(file.error());
}

class Search {
 public:
  Search(const Options& options, const Settings& settings, const Host* host)
      : options_(options), settings_(settings), config_(settings.config), host_(host) {}

  NamedProblems run() {
    state_directory();
    ticket_file();
    owner();
    identity();
    copies();
    return std::move(found_);
  }

 private:
  void add(const std::string& key, const Error& error) {
    const std::string line =
        place_of(key, settings_, configuration_file(options_).string()) + ": \"" + key + "\": " + error.message;
    // Another user may be able to read it.
    const bool unknown = error.kind == ErrorKind::denied || error.kind == ErrorKind::io;
    (unknown ? found_.unknown : found_.mistakes).push_back(line);
  }

  void state_directory() {
    if (options_.state_dir || !config_.state_dir || !is_another_file(*config_.state_dir)) return;
    add("state_dir", {ErrorKind::configuration, config_.state_dir->string() + " is not a directory"});
  }

  // The file is absent once its ticket was used. Its path may be a secret's, so it is not repeated.
  void ticket_file() {
    if (!config_.ticket_file) return;
    const auto facts = platform::facts_of(*config_.ticket_file);
    if (facts && facts->type != platform::FileType::regular)
      add("ticket_file", {ErrorKind::configuration, "it is not a regular file, and a link is not followed"});
  }

  void owner() {
    if (options_.owner || !config_.owner) return;
    const auto account = platform::find_account(*config_.owner);
    if (!account) add("installation.owner", account.error());
  }

  void identity() {
    if (!config_.certificate) return;
    const auto key = platform::facts_of(*config_.certificate_key);
    if (!key) {
      const bool absent = key.error().kind == ErrorKind::not_found;
      return add("tls.key", {key.error().kind, absent ? "there is no such file" : "it cannot be looked at"});
    }
    const auto own = Identity::load(*config_.certificate, *config_.certificate_key);
    if (!own) {
      // Like `config show`, it does not repeat where the private key is.
      const std::string file = config_.certificate_key->string();
      Error error = own.error();
      const auto at = error.message.find(file);
      if (at == std::string::npos) return add("tls.certificate", error);
      error.message.replace(at, file.size(), "the file");
      return add("tls.key", error);
    }
    const auto made = context_of(*own);
    if (made) return;
    const bool is_ca = made.error().message.find(config_.ca->string()) != std::string::npos;
    add(is_ca ? "tls.ca" : "tls.certificate", made.error());
  }

  // The account that talks to peers reads the CA's certificates itself.
  [[nodiscard]] Result<void> context_of(const Identity& own) const {
    const auto make = [&]() -> Result<void> {
      TRY(tls::make_context(tls::Role::responder, own, own_authority(config_)));
      return {};
    };
    if (host_ == nullptr || !platform::running_as_root()) return make();
    constexpr std::size_t longest = 512;
    const auto said = platform::run_in_child(
        host_->agent, {.secret = 0, .said = longest, .time = limits::verify_wait + limits::child_grace}, [&] {
          const auto made = make();
          return platform::public_report(made ? "" : made.error().message.substr(0, longest));
        });
    if (!said) return tl::unexpected(said.error());
    if (said->said.empty()) return {};
    return fail(ErrorKind::configuration, std::string(platform::text_of(said->said)));
  }

  void copies() {
    for (const BackupDestination& destination : config_.destinations) {
      const auto usable = std::visit([](const auto& kind) { return check_destination(kind); }, destination);
      if (!usable) add("backup.destinations", usable.error());
    }
    if (config_.certificates.empty()) return;
    const auto recipients = read_recipients(Options(), config_);
    if (!recipients) add("backup.certificates", recipients.error());
  }

  const Options& options_;
  const Settings& settings_;
  const Config& config_;
  const Host* host_;
  NamedProblems found_;
};

}  // namespace

NamedProblems problems_of_named(const Options& options, const Settings& settings, const Host* host) {
  return Search(options, settings, host).run();
}

}  // namespace agent
