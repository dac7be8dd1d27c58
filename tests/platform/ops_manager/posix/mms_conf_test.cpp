// A real shell reads the same of conf/mms.conf.
#include "platform/ops_manager/mms_conf.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "tests/platform/ops_manager/mms_conf_rows.h"
#include "tests/support/temporary_directory.h"

namespace {

using platform::expand_home;
using tests::service_home;
using tests::Understood;
using tests::understood;

constexpr const char* origin = "/opt/mongodb/mms/conf/mms.conf";

std::string output_of(const std::string& command) {
  // NOLINTNEXTLINE(cert-env33-c): a shell is what the parser is compared with
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  std::array<char, 256> buffer{};
  while (const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), got);
  pclose(pipe);
  return output;
}

TEST_CASE("a real shell that sources the file comes to the same path and user") {
  const tests::TemporaryDirectory temporary;
  const std::string file = (temporary.path() / "mms.conf").string();
  for (const Understood& row : understood) {
    CAPTURE(row.text);
    std::ofstream(file, std::ios::binary) << row.text;
    const std::string command = "env -i PATH=/usr/bin:/bin HOME=" + std::string(service_home) +
                                " bash --noprofile --norc -c '. \"$0\" 2>/dev/null; printf \"%s|%s\" "
                                "\"$ENC_KEY_PATH\" \"$MMS_USER\"' " +
                                file;
    const std::string path =
        row.enc_key_path.empty() ? "" : expand_home(row.enc_key_path, service_home, origin).value();
    CHECK(output_of(command) == path + "|" + row.mms_user);
  }
}

}  // namespace
