// SPDX-License-Identifier: ISC
// A shell makes the same of mms.conf with the hook in it, and comes by the hook's command.
#include <array>
#include <fstream>

#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "agent/gate/hook_line.h"
#include "platform/ops_manager/hook_reach.h"
#include "tests/support/temporary_directory.h"

using platform::StartArguments;

TEST_CASE("a file with the hook says the same of key and user as before, and every start comes by it") {
  const tests::TemporaryDirectory temporary;
  const platform::Path conf = temporary.path() / "conf" / "mms.conf";
  boost::filesystem::create_directories(conf.parent_path());
  auto service = platform::current_account();
  service.home = "/home/om";
  const platform::StartScript script{.conf = conf,
                                     .install_path = temporary.path(),
                                     .service = service,
                                     .enc_key_path = "/preset/gen.key",
                                     .mms_user = "mongodb-mms"};
  const platform::Installation installation{.layout = platform::Layout::tar,
                                            .install_path = temporary.path(),
                                            .key_file = "/home/om/gen.key",
                                            .key_file_unknown = {},
                                            .service = service,
                                            .other_candidates = {},
                                            .properties = {}};
  const std::array starts = {StartArguments{"start"}, StartArguments{"--verbose", "run"}};
  const std::string options = " --config '/x=y;ENC_KEY_PATH=/wrong' --state-dir '/MMS_USER=wrong if'";
  // There, so that the line calls it; it would fail.
  for (const char* program : {"/bin/false", "/o p/genkey-agent"}) {
    for (const bool required : {false, true}) {
      const auto own = agent::hook_line({.program = program, .options = options, .required = required});
      const auto text = agent::with_hook("ENC_KEY_PATH=${HOME}/gen.key\nMMS_USER=om\n", *own, "mms.conf");
      REQUIRE(text);
      const bool absent = program != std::string("/bin/false");
      for (const std::string& read : {*text, *text + "MMS_USER=om\n"}) {
        std::ofstream(conf.string()) << read;
        const auto confs = platform::source_conf(script, starts);
        REQUIRE(confs);
        for (const auto& sourced : *confs) {
          // Where the program is required, a start without it ends.
          REQUIRE(sourced.has_value() == !(absent && required));
          if (!sourced) continue;
          CHECK(sourced->enc_key_path == "/home/om/gen.key");
          CHECK(sourced->mms_user == "om");
          CHECK(sourced->enc_key_path_at_hook.has_value() == !absent);
        }
        CHECK(platform::reach_of_hook(installation, "/").in_force == !absent);
      }
    }
  }
}
