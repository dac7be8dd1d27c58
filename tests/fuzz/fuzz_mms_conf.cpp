// mms.conf and conf-mms.properties belong to another product's administrator: any bytes may stand there.
#include "platform/ops_manager/mms_conf.h"
#include "platform/ops_manager/mms_properties.h"
#include "tests/fuzz/fuzz.h"

namespace {

void read_properties(std::string_view text) {
  const platform::MmsProperties properties = platform::parse_mms_properties(text);
  // A property that is never named cannot be set; escapes may spell a name in other ways.
  const bool plain = text.find('\\') == std::string_view::npos;
  if (properties.preflight_off && plain) tests::require(text.find("mms.preflight.run") != std::string_view::npos);
}

void read_configuration(std::string_view text) {
  const auto configuration = platform::parse_mms_conf(text, "mms.conf");
  if (!configuration) {
    tests::require(configuration.error().kind == platform::ErrorKind::configuration);
    tests::require(configuration.error().message.find("mms.conf") != std::string::npos);
    return;
  }
  if (configuration->mms_user) tests::require(!configuration->mms_user->empty());
  if (!configuration->enc_key_path) return;
  const auto path = platform::expand_home(*configuration->enc_key_path, "/home/mms", "mms.conf");
  if (path) tests::require(path->starts_with('/'));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_configuration(tests::text_of(data, size));
  read_properties(tests::text_of(data, size));
  return 0;
}
