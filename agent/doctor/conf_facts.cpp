// SPDX-License-Identifier: ISC
#include "agent/doctor/conf_facts.h"

#include <algorithm>
#include <array>

#include "agent/doctor/database_uri.h"
#include "agent/doctor/setting_facts.h"
#include "platform/base/ascii.h"
#include "platform/base/bytes.h"
#include "platform/ops_manager/agent_configuration.h"
#include "platform/ops_manager/sourced_conf.h"
#include "platform/ops_manager/truth.h"

namespace agent {

namespace {

using platform::ListedSettings;
using platform::lower;

// What two hosts must have alike, or one of them behaves in another way (HA108).
constexpr std::array compared = std::to_array<std::string_view>({
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
constexpr std::string_view compared_group = "brs.snapshotSchedule.";

// Empty when the file does not set it; nothing when it is set to what is not shown.
std::optional<std::string> value_of(const ListedSettings& settings, std::string_view name) {
  if (settings.withheld.contains(name)) return std::nullopt;
  const auto found = settings.values.find(name);
  return found == settings.values.end() ? "" : found->second;
}

bool is_set(const ListedSettings& settings, std::string_view name) {
  return settings.withheld.contains(name) || settings.values.contains(name);
}

bool is_true(const ListedSettings& settings, std::string_view name) {
  return lower(value_of(settings, name).value_or("")) == "true";
}

std::string https_fact(const ListedSettings& settings) {
  if (!is_set(settings, "mms.https.PEMKeyFile")) return "off";
  const std::string mode = lower(value_of(settings, "mms.https.ClientCertificateMode").value_or("unknown"));
  return mode.empty() || mode == "none" ? "on" : "client-certificate";
}

void add_compared(const ListedSettings& settings, FactList& facts) {
  for (const auto& [name, value] : settings.values) {
    const bool is_compared = std::ranges::find(compared, name) != compared.end() || name.starts_with(compared_group);
    if (is_compared) facts.add("setting." + name, value);
  }
}

// Whether the web server speaks TLS decides which of its ports is the one.
void add_port(const Host& host, const ListedSettings& settings, FactList& facts) {
  if (!platform::mms_conf_file(host.installation)) return;
  const bool tls = is_set(settings, "mms.https.PEMKeyFile");
  // The vendor's, where no file changes them.
  std::optional<std::uint16_t> port = tls ? 8443 : 8080;
  if (const auto script = platform::start_script_of(host.installation)) {
    const std::array starts = {platform::StartArguments{"start"}};
    const auto sourced = platform::source_conf(*script, starts);
    if (!sourced || !sourced->front()) return;
    const platform::SourcedConf& conf = *sourced->front();
    port = tls ? conf.base_ssl_port : conf.base_port;
  }
  if (port) facts.add("port", std::to_string(*port));
}

void add_properties(const Host& host, FactList& facts) {
  const auto file = platform::properties_file(host.installation);
  if (!file) return;
  const auto settings = platform::read_listed_settings(*file);
  if (!settings) {
    facts.add("settings", word_for(settings.error()));
  } else if (!*settings) {
    facts.add("settings", "absent");
  } else {
    facts.add("settings", "read");
    add_port(host, **settings, facts);
    add_setting_facts(**settings, facts);
  }
}

// What the MongoDB Agent of this host calls Ops Manager.
void add_agent(const platform::Path& file, FactList& facts) {
  const auto url = platform::read_base_url(file);
  facts.add("agent.settings", url ? "read" : word_for(url.error()));
  if (url && *url) facts.add("agent.base_url", central_url_fact(**url));
}

}  // namespace

void add_setting_facts(const ListedSettings& settings, FactList& facts) {
  if (const auto url = value_of(settings, "mms.centralUrl")) {
    facts.add("central_url", central_url_fact(*url));
    if (central_url_fact(*url) == malformed_fact) facts.add("central_url.like", std::string(likeness_of(*url)));
  }
  if (const auto header = value_of(settings, "mms.remoteIp.header")) {
    facts.add("remote_ip_header", header_fact(*header));
    // The right value of the other setting, where the two were exchanged.
    if (const auto url = url_fact_of(*header)) facts.add("remote_ip_header.url", *url);
  }
  if (const auto preflight = value_of(settings, "mms.preflight.run")) {
    const std::u16string value(preflight->begin(), preflight->end());
    facts.add("preflight", platform::switches_preflight_off(value) ? "off" : "on");
  }
  facts.add("https", https_fact(settings));
  if (settings.database) {
    facts.add(uri_facts(
        read_database_uri(platform::text_of(settings.database->reveal())),
        {.tls = is_true(settings, "mongo.ssl"), .encrypted = is_true(settings, "mongo.encryptedCredentials")}));
  }
  add_compared(settings, facts);
}

void add_conf_facts(const Host& host, FactList& facts) {
  add_properties(host, facts);
  if (!host.installation.install_path) return;
  add_agent(platform::agent_configuration_file(host.options.root.value_or(platform::Path("/"))), facts);
}

}  // namespace agent
