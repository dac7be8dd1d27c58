// SPDX-License-Identifier: ISC
#include "agent/config/effective_settings.h"

#include <algorithm>
#include <array>
#include <functional>

#include "agent/base/repeatable.h"

namespace agent {

namespace {

using Value = std::optional<std::string>;

// Single quotes where a backslash would begin an escape.
std::string quoted_text(const std::string& text) {
  const char mark = text.find_first_of("\\\"") == std::string::npos ? '"' : '\'';
  return mark + text + mark;
}

Value text_of(const std::optional<std::string>& text) { return text ? Value(quoted_text(*text)) : std::nullopt; }
Value text_of(const std::optional<platform::Path>& path) {
  return path ? Value(quoted_text(path->string())) : std::nullopt;
}
Value text_of(bool value) { return value ? "true" : "false"; }

template <class Elements, class Text>
Value list_of(const Elements& elements, Text text) {
  std::string list;
  for (const auto& element : elements) list += (list.empty() ? "" : ", ") + quoted_text(text(element));
  return "[" + list + "]";
}

// As an inline table: { HA403 = "no queryable restores here" }.
template <class Elements, class Key, class Text>
Value table_of(const Elements& elements, Key key, Text text) {
  std::string table;
  for (const auto& element : elements) {
    table += table.empty() ? " " : ", ";
    table += std::invoke(key, element) + " = " + quoted_text(std::invoke(text, element));
  }
  return "{" + table + (table.empty() ? "}" : " }");
}

// As an inline table: { fra1 = ["*.fra1.example.com"] }.
Value facilities_of(const DoctorSettings& doctor) {
  std::string table;
  for (const Facility& facility : doctor.facilities) {
    table += table.empty() ? " " : ", ";
    table += facility.name + " = " + list_of(facility.patterns, [](const std::string& each) { return each; }).value();
  }
  return "{" + table + (table.empty() ? "}" : " }");
}

Value duration_of(std::chrono::milliseconds time) {
  struct Unit {
    std::int64_t milliseconds;
    const char* name;
  };
  constexpr std::array units = {Unit{86'400'000, "d"}, Unit{3'600'000, "h"}, Unit{60'000, "m"}, Unit{1'000, "s"}};
  const auto* const unit =
      std::ranges::find_if(units, [&](const Unit& one) { return time.count() % one.milliseconds == 0; });
  if (unit == units.end() || time.count() == 0) return quoted_text(std::to_string(time.count()) + "ms");
  return quoted_text(std::to_string(time.count() / unit->milliseconds) + unit->name);
}

class Lister {
 public:
  Lister(const Options& options, const Settings& settings, const Host* host)
      : options_(options), settings_(settings), config_(settings.config), host_(host) {}

  std::vector<Setting> all_of(const DoctorSettings& doctor) {
    add("doctor.url", text_of(doctor.url));
    add("doctor.ca", text_of(doctor.ca));
    add("doctor.facility", text_of(doctor.facility));
    add("doctor.database_login", text_of(doctor.database_login));
    add("doctor.api_key_file", text_of(doctor.api_key_file));
    add("doctor.backing_databases", list_of(doctor.backing_databases, [](const std::string& uri) { return uri; }));
    add("doctor.head_directories",
        list_of(doctor.head_directories, [](const platform::Path& path) { return path.string(); }));
    add("doctor.ignore", table_of(doctor.ignored, &IgnoredFinding::id, &IgnoredFinding::reason));
    add("doctor.attested", table_of(doctor.attested, &AttestedFinding::id, &AttestedFinding::text));
    add("doctor.facilities", facilities_of(doctor));
    return std::move(found_);
  }

  std::vector<Setting> all() {
    host_part();
    installation();
    serving();
    backup();
    return std::move(found_);
  }

 private:
  void add(std::string key, Value value) {
    Setting setting{.key = std::move(key), .value = std::move(value)};
    if (const auto line = settings_.lines.find(setting.key); line != settings_.lines.end()) {
      setting.origin = Origin::file;
      setting.where = configuration_file(options_).string() + ":" + std::to_string(line->second);
    }
    found_.push_back(std::move(setting));
  }

  // An option of every command, or its variable, comes before the file.
  void add(std::string key, Value value, bool is_given, std::string option, std::string variable) {
    add(std::move(key), std::move(value));
    if (!is_given) return;
    const bool by_variable = std::ranges::find(options_.from_variables, variable) != options_.from_variables.end();
    found_.back().origin = by_variable ? Origin::variable : Origin::option;
    found_.back().where = by_variable ? std::move(variable) : std::move(option);
  }

  void host_part() {
    add("first_host", text_of(config_.first_host));
    add("name", host_ != nullptr ? Value(quoted_text(host_->name)) : text_of(config_.name));
    const auto address = host_ != nullptr ? std::optional(host_->address()) : config_.address;
    add("address", address ? Value(quoted_text(address->text())) : std::nullopt);
    add("peers", list_of(config_.peers, [](const Address& peer) { return peer.text(); }));
    add("state_dir",
        host_ != nullptr ? text_of(std::optional(host_->files.state_directory))
                         : text_of(options_.state_dir ? options_.state_dir : config_.state_dir),
        options_.state_dir.has_value(), "--state-dir", "GENKEY_AGENT_STATE_DIR");
    add("ticket_file", text_of(config_.ticket_file));
  }

  void installation() {
    const auto kind = host_ != nullptr ? std::optional(host_->installation.layout) : config_.kind;
    add("installation.kind", kind ? Value(quoted_text(std::string(layout_names.of(*kind)))) : std::nullopt);
    const auto path = options_.install_path ? options_.install_path : config_.install_path;
    add("installation.path", text_of(host_ != nullptr ? host_->installation.install_path : path),
        options_.install_path.has_value(), "--install-path", "GENKEY_AGENT_INSTALL_PATH");
    const auto key_file = options_.key_file ? options_.key_file : config_.key_file;
    add("installation.key_file", text_of(host_ != nullptr ? std::optional(host_->files.key_file) : key_file),
        options_.key_file.has_value(), "--key-file", "GENKEY_AGENT_KEY_FILE");
    const auto owner = options_.owner ? options_.owner : config_.owner;
    add("installation.owner", text_of(host_ != nullptr && !owner ? std::optional(host_->files.service.name) : owner),
        options_.owner.has_value(), "--owner", "GENKEY_AGENT_OWNER");
  }

  void serving() {
    add("serve.listen", list_of(config_.listen, [](const Address& address) { return address.text(); }));
    add("serve.refetch", text_of(config_.refetch));
    add("serve.facts", text_of(config_.facts));
    add("gate.policy", quoted_text(std::string(policy_names.of(config_.policy))));
    add("gate.wait", duration_of(config_.gate_wait));
    add("tls.ca", text_of(config_.ca));
    add("tls.certificate", text_of(config_.certificate));
    add("tls.key", text_of(config_.certificate_key));
    add("tls.allow", list_of(config_.allow, [](const std::string& name) { return name; }));
    add("join.without_ticket", text_of(config_.join_without_ticket));
  }

  void backup() {
    add("backup.recipients", list_of(config_.recipients, [](const auto& recipient) { return to_text(recipient); }));
    add("backup.certificates", list_of(config_.certificates, [](const platform::Path& file) { return file.string(); }));
    add("backup.destinations",
        list_of(config_.destinations, [](const BackupDestination& each) { return agent::text_of(each); }));
    add("backup.host_state", text_of(config_.host_state));
    add("backup.keep", std::to_string(config_.keep));
    add("backup.stale_after", duration_of(config_.stale_after));
    add("backup.drill_stale_after", duration_of(config_.drill_stale_after));
  }

  const Options& options_;
  const Settings& settings_;
  const Config& config_;
  const Host* host_;
  std::vector<Setting> found_;
};

}  // namespace

std::vector<Setting> effective_settings(const Options& options, const Settings& settings, const Host* host) {
  return Lister(options, settings, host).all();
}

std::vector<Setting> effective_settings(const Options& options, const Settings& settings,
                                        const DoctorSettings& doctor) {
  return Lister(options, settings, nullptr).all_of(doctor);
}

bool may_hold_secret(const Setting& setting) { return setting.key == "ticket_file" || setting.key == "tls.key"; }

std::string origin_text(const Setting& setting) {
  return setting.origin == Origin::by_default ? std::string(origin_names.of(setting.origin)) : setting.where;
}

bool is_for_listener(const Setting& setting) {
  constexpr std::array keys = {std::string_view("name"), std::string_view("address"), std::string_view("state_dir"),
                               std::string_view("join.without_ticket")};
  constexpr std::array tables = {std::string_view("installation."), std::string_view("serve."),
                                 std::string_view("tls.")};
  return std::ranges::find(keys, setting.key) != keys.end() ||
         std::ranges::any_of(tables, [&](std::string_view table) { return setting.key.starts_with(table); });
}

}  // namespace agent
