// SPDX-License-Identifier: ISC
// What people type: the configuration file, durations, addresses and pins.
#include "agent/base/duration.h"
#include "agent/config/config_file.h"
#include "agent/protocol/address.h"
#include "agent/protocol/claim.h"
#include "agent/protocol/pin.h"
#include "tests/fuzz/fuzz.h"

namespace {

void require_absolute(const std::optional<platform::Path>& path) {
  if (path) tests::require(path->is_absolute());
}

void require_promises(const agent::Config& config) {
  tests::require(config.gate_wait <= agent::limits::longest_gate_wait && !config.listen.empty());
  if (config.name) tests::require(agent::is_plain_name(*config.name));
  for (const auto* path : {&config.state_dir, &config.ticket_file, &config.install_path, &config.key_file, &config.ca,
                           &config.certificate, &config.certificate_key}) {
    require_absolute(*path);
  }
  tests::require(config.ca.has_value() == config.certificate.has_value());
  tests::require(config.ca.has_value() == config.certificate_key.has_value());
  if (config.join_without_ticket) tests::require(config.ca && !config.allow.empty());
}

void read_configuration(std::string_view text) {
  const auto config = agent::parse_config(text, "genkey-agent.toml");
  if (config) return require_promises(*config);
  tests::require(config.error().kind == platform::ErrorKind::configuration);
  tests::require(config.error().message.starts_with("genkey-agent.toml:"));
}

void read_address(std::string_view text) {
  const auto address = agent::parse_address(text);
  if (!address) return tests::require(address.error().kind == platform::ErrorKind::usage);
  const auto again = agent::parse_address(address->text());
  tests::require(again && *again == *address);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tests::text_of(data, size);
  read_configuration(text);
  read_address(text);
  if (const auto duration = agent::parse_duration(text)) tests::require(duration->count() >= 0);
  if (const auto pin = agent::Pin::parse(text)) tests::require(agent::Pin::parse(pin->text()) == pin);
  return 0;
}
