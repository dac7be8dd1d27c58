// SPDX-License-Identifier: ISC
// mms.conf and conf-mms.properties belong to the administrator of another product, so any bytes may be in them. The
// same holds for what bash prints after it sourced mms.conf.
#include "agent/gate/hook_line.h"
#include "platform/ops_manager/mms_properties.h"
#include "platform/ops_manager/sourced_conf.h"
#include "tests/fuzz/fuzz.h"

namespace {

void read_properties(std::string_view text) {
  const auto properties = platform::parse_mms_properties(text);
  // A property that is not in the text cannot be set. With escapes its name can be spelled in other ways.
  const bool plain = text.find('\\') == std::string_view::npos;
  if (!properties) {
    tests::require(!plain && properties.error().kind == platform::ErrorKind::configuration);
  } else if (properties->preflight_off && plain) {
    tests::require(text.find("mms.preflight.run") != std::string_view::npos);
  }
}

// Adding and removing the line must leave the rest of the file as it is.
void edit_hook(std::string_view text) {
  const auto line = agent::hook_line({.program = "/usr/bin/genkey-agent", .options = ""});
  const std::string without = agent::without_hook(text);
  tests::require(!agent::has_hook(without));
  const auto with = agent::with_hook(text, *line, "mms.conf");
  if (!with) return tests::require(with.error().kind == platform::ErrorKind::configuration);
  tests::require(with->starts_with(without));
  tests::require(agent::has_hook(*with));
  tests::require(agent::without_hook(*with) == without);
  tests::require(agent::with_hook(*with, *line, "mms.conf") == *with);
}

void read_answer(std::string_view text) {
  const auto confs = platform::parse_sourced(text, 2, "mms.conf");
  if (!confs) return tests::require(confs.error().kind == platform::ErrorKind::configuration);
  tests::require(confs->size() == 2);
  for (const auto& conf : *confs) {
    if (conf) tests::require(conf->enc_key_path.starts_with('/'));
    if (!conf) tests::require(conf.error().message.starts_with("mms.conf: "));
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_properties(tests::text_of(data, size));
  edit_hook(tests::text_of(data, size));
  read_answer(tests::text_of(data, size));
  return 0;
}
