// SPDX-License-Identifier: ISC
#include "agent/actions/gather_databases.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "agent/base/doctor_limits.h"
#include "agent/base/wait_line.h"
#include "agent/doctor/ask_database.h"
#include "agent/doctor/database_login.h"
#include "platform/base/ascii.h"
#include "platform/files/file.h"
#include "platform/ops_manager/installation.h"
#include "platform/ops_manager/listed_settings.h"

namespace agent {

namespace {

using platform::ListedSettings;
using platform::Result;

constexpr const char* application = "application";

bool is_true(const ListedSettings& settings, std::string_view name) {
  const auto found = settings.values.find(name);
  return found != settings.values.end() && platform::lower(found->second) == "true";
}

// Either what can be asked, or why nothing can.
struct Application {
  std::optional<DatabaseQuestion> question = std::nullopt;
  std::string not_asked = {};
};

Application application_in(const ListedSettings& settings, bool with_login) {
  if (!settings.database) return {.not_asked = "the line mongo.mongoUri in conf-mms.properties on this host"};
  auto uri = read_database_uri(platform::text_of(settings.database->reveal()));
  if (const auto* part = std::get_if<UriPart>(&uri)) {
    return {.not_asked = "a mongo.mongoUri on this host that is written as MongoDB's connection strings are: its " +
                         std::string(uri_parts.of(*part)) + " cannot be read"};
  }
  auto& known = std::get<DatabaseUri>(uri);
  const bool tls = is_true(settings, "mongo.ssl") || known.tls.value_or(known.srv);
  DatabaseQuestion question{.of = application, .tls = tls};
  if (with_login)
    question.login = login_in(settings.database->reveal(), known, is_true(settings, "mongo.encryptedCredentials"));
  question.uri = std::move(known);
  return {.question = std::move(question)};
}

Result<std::optional<ListedSettings>> settings_of(const Host& host) {
  const auto file = platform::properties_file(host.installation);
  if (!file) return std::nullopt;
  return platform::read_listed_settings(*file);
}

// The certificates alone. The account of Ops Manager writes the path, and root reads the file.
std::string certificates_in(std::string_view text) {
  constexpr std::string_view first = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view last = "-----END CERTIFICATE-----";
  std::string certificates;
  for (;;) {
    const auto begin = text.find(first);
    if (begin == std::string_view::npos) return certificates;
    const auto end = text.find(last, begin);
    if (end == std::string_view::npos) return certificates;
    certificates.append(text.substr(begin, end + last.size() - begin)).append("\n");
    text.remove_prefix(end + last.size());
  }
}

// Without it the system's authorities count, and a certificate of another authority is untrusted, which is unknown.
DatabaseTls tls_in(const ListedSettings& settings) {
  DatabaseTls tls;
  const auto file = settings.values.find("mongodb.ssl.CAFile");
  if (file == settings.values.end()) return tls;
  const auto content = platform::read_file(file->second, limits::authority_file, platform::Links::follow);
  if (content) tls.ca = certificates_in(platform::text_of(content->content));
  return tls;
}

Result<DoctorProgram> program_for(const Host& host) {
  if (host.options.offline) return fail(platform::ErrorKind::usage, "a run without --offline");
  return find_doctor_program();
}

void add_backing(const DoctorSettings& settings, std::vector<DatabaseQuestion>& questions) {
  for (const std::string& text : settings.backing_databases) {
    auto uri = read_database_uri(text);
    auto* const known = std::get_if<DatabaseUri>(&uri);
    // `doctor` has refused the configuration otherwise.
    if (known == nullptr) continue;
    const std::string name = known->set.empty() ? known->hosts.front().text() : known->set;
    const bool tls = known->tls.value_or(known->srv);
    questions.push_back({.of = name, .uri = std::move(*known), .tls = tls});
  }
}

std::vector<Address> sorted(std::vector<Address> hosts) {
  std::ranges::sort(hosts);
  return hosts;
}

// All but file systems: a store in S3 has a database for its metadata.
bool has_database(ApiList list) { return list != ApiList::file_systems; }

// Several stores may be in one database. What the configuration names is asked as it says.
void add_store(const ApiStore& store, DatabaseQuestions& questions) {
  DatabaseUri uri{.srv = store.srv, .hosts = store.hosts, .database = store.database, .set = store.set};
  const auto same = std::ranges::find_if(questions.databases, [&](const DatabaseQuestion& each) {
    return each.of != application && sorted(each.uri.hosts) == sorted(uri.hosts);
  });
  if (same != questions.databases.end()) {
    if (same->write_concern.empty()) same->write_concern = store.write_concern;
    return;
  }
  const std::string name = uri.set.empty() ? uri.hosts.front().text() : uri.set;
  questions.databases.push_back(
      {.of = name, .uri = std::move(uri), .tls = store.tls, .write_concern = store.write_concern});
}

// Those that cannot be asked, with the reason.
std::vector<DatabaseEvidence> add_stores(const ApiReply& reply, DatabaseQuestions& questions) {
  std::vector<DatabaseEvidence> left_out;
  for (const ApiStore& store : reply.stores) {
    if (store.has_database) {
      add_store(store, questions);
    } else if (has_database(store.list)) {
      left_out.push_back({.of = store.id,
                          .not_asked = "the hosts of this store in [doctor] backing_databases: its "
                                       "connection string in Ops Manager cannot be read"});
    }
  }
  while (questions.databases.size() > limits::databases) {
    left_out.push_back({.of = questions.databases.back().of,
                        .not_asked = "a version that asks more than " + std::to_string(limits::databases - 1) +
                                     " databases of backups"});
    questions.databases.pop_back();
  }
  return left_out;
}

}  // namespace

std::vector<DatabaseEvidence> gather_databases(const Host& host, const DoctorSettings& settings,
                                               const std::optional<ApiEvidence>& api) {
  if (!doctor_program_is_built) return {};
  DatabaseQuestions questions;
  Application found;
  const auto read = settings_of(host);
  if (!read)
    found.not_asked = read.error().message;
  else if (!*read)
    found.not_asked = "Ops Manager's conf-mms.properties on this host";
  else
    found = application_in(**read, settings.database_login);
  if (read && *read) questions.tls = tls_in(**read);
  if (found.question) questions.databases.push_back(*std::move(found.question));
  add_backing(settings, questions.databases);
  auto left_out = api ? add_stores(api->reply, questions) : std::vector<DatabaseEvidence>();
  WaitLine line(WaitLine::Clock::now() + 2 * limits::database_time_in_all + limits::second_look, host.options.quiet);
  questions.progress = [&](const std::string& what) { line.show(what); };
  auto evidence = ask_databases(std::move(questions), program_for(host));
  std::ranges::move(left_out, std::back_inserter(evidence));
  if (!found.not_asked.empty())
    evidence.insert(evidence.begin(), DatabaseEvidence{.of = application, .not_asked = found.not_asked});
  return evidence;
}

}  // namespace agent
