// SPDX-License-Identifier: ISC
#include "platform/ops_manager/listed_settings.h"

#include <algorithm>
#include <array>

#include <boost/filesystem/operations.hpp>

#include "platform/base/ascii.h"
#include "platform/base/bytes.h"
#include "platform/files/file.h"
#include "platform/ops_manager/java_properties.h"

namespace platform {

namespace {

constexpr std::u16string_view database_name = u"mongo.mongoUri";

constexpr std::array names = std::to_array<std::string_view>({
    "mms.centralUrl",
    "mms.agentCentralUrl",
    "mms.backupCentralUrl",
    "mms.remoteIp.header",
    "mms.publicApi.whitelistEnabled",
    "mms.https.PEMKeyFile",
    "mms.https.PEMKeyFilePassword",
    "mms.https.ClientCertificateMode",
    "mms.https.dualConnectors",
    "mongo.encryptedCredentials",
    "mongo.ssl",
    "mongodb.ssl.CAFile",
    "mongodb.ssl.PEMKeyFile",
    "mongodb.ssl.PEMKeyFilePassword",
    "mms.preflight.run",
    "mms.system.hostname",
    "rootDirectory",  // of conf-daemon.properties
    "mms.fromEmailAddr",
    "mms.replyToEmailAddr",
    "mms.adminEmailAddr",
    "mms.emailDaoClass",
    "mms.userSvcClass",
    "mms.mail.transport",
    "mms.mail.hostname",
    "mms.mail.port",
    "mms.mail.tls",
    "mms.user.invitationOnly",
    "mms.ldap.url",
    "mms.security.disableBrowserCaching",
    "mms.security.show.om.version",
    "automation.versions.source",
    "automation.versions.directory",
    "automation.versions.download.baseUrl",
    "mongodb.release.autoDownload",
    "brs.pitWindowInHours",
    "brs.queryable.proxyPort",
    "http.proxy.host",
    "http.proxy.port",
});
constexpr std::string_view listed_group = "brs.snapshotSchedule.";
// More names of that group than any version has, so that a file cannot fill the memory.
constexpr std::size_t most_names = 64;

bool is_listed(std::string_view name) {
  const auto is_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
  };
  return std::ranges::find(names, name) != names.end() ||
         (name.starts_with(listed_group) && std::ranges::all_of(name, is_name));
}

bool names_secret(std::string_view name) {
  const std::string small = lower(name);
  constexpr std::array words = std::to_array<std::string_view>({"password", "secret", "accesskey", "apikey", "token"});
  return small.ends_with(".pwd") ||
         std::ranges::any_of(words, [&](std::string_view word) { return small.find(word) != std::string::npos; });
}

// "user:password@host", with or without a scheme.
bool has_user_part(std::u16string_view value) {
  const auto at = value.rfind(u'@');
  return at != std::u16string_view::npos && value.substr(0, at).find(u':') != std::u16string_view::npos;
}

bool is_printable(std::u16string_view text) {
  return std::ranges::all_of(text, [](char16_t c) { return c >= u' ' && c <= u'~'; });
}

std::string ascii(std::u16string_view text) { return {text.begin(), text.end()}; }

// Ops Manager may or may not drop blanks at the ends. A finding that rests on one would often be wrong.
std::u16string_view trimmed(std::u16string_view text) {
  constexpr std::u16string_view blanks = u" \t\r\n\f\v";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::u16string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

// A URI has ASCII only, so one byte stands for every other character.
SecretBytes secret_of(std::u16string_view value) {
  SecretBytes secret(value.size());
  const auto room = secret.reveal_for_writing();
  for (std::size_t at = 0; at < value.size(); ++at) {
    room[at] = value[at] < 0x80 ? static_cast<std::byte>(value[at]) : std::byte{0xff};
  }
  return secret;
}

void take(ListedSettings& settings, std::u16string_view name, std::u16string_view value) {
  if (name == database_name) {
    settings.database = value.empty() ? std::nullopt : std::optional(secret_of(value));
    return;
  }
  if (name.size() > longest_setting || !is_printable(name)) return;
  const std::string key = ascii(name);
  if (!is_listed(key)) return;
  // The last line counts, and an empty value means that nothing is set.
  settings.values.erase(key);
  settings.withheld.erase(key);
  if (value.empty() || settings.values.size() + settings.withheld.size() >= most_names) return;
  const bool shown =
      !names_secret(key) && value.size() <= longest_setting && is_printable(value) && !has_user_part(value);
  if (shown) {
    settings.values.emplace(key, ascii(value));
  } else {
    settings.withheld.insert(key);
  }
}

Result<SecretFile> read_properties(const Path& file) {
  const auto facts = TRY(facts_of(file));
  // People link the file to where they keep their configuration. The service's account may own the directory, and a
  // link of its making could lead to any file.
  const bool own_link = facts.type == FileType::symlink && (facts.uid == 0 || facts.uid == current_user());
  if (!own_link) return read_secret_file(file, properties_size);
  boost::system::error_code error;
  const Path target = boost::filesystem::canonical(file, error);
  if (error) return fail(ErrorKind::io, file.string() + " is a symbolic link that leads nowhere");
  return read_secret_file(target, properties_size);
}

}  // namespace

Result<ListedSettings> parse_listed_settings(std::string_view text) {
  ListedSettings settings;
  TRY(each_java_property(
      text, [&](std::u16string_view name, std::u16string_view value) { take(settings, name, trimmed(value)); }));
  return settings;
}

Result<std::optional<ListedSettings>> read_listed_settings(const Path& file) {
  const auto content = read_properties(file);
  if (!content && content.error().kind == ErrorKind::not_found) return std::nullopt;
  if (!content) return tl::unexpected(content.error());
  auto settings = parse_listed_settings(text_of(content->content.reveal()));
  if (!settings) return fail(settings.error().kind, file.string() + ": " + settings.error().message);
  return std::move(*settings);
}

}  // namespace platform
