// SPDX-License-Identifier: ISC
// What is not as it should be, and what to do about it. Every refusal and warning of the program has this form:
//
//   genkey-agent: the key in /etc/mongodb-mms/gen.key is not the one recorded for this host
//     to get the recorded key back:
//       genkey-agent ensure
//     if the present key is the right one:
//       genkey-agent ensure --keep
//
// The sentence begins with its object and has no command in it. Each command stands alone on a line, ready to be
// pasted.
#pragma once

#include <string>

#include "platform/base/result.h"

namespace agent {

struct Message {
  std::string text;
  platform::Steps steps = {};  // in the order in which they are done; conditions make some of them alternatives
  bool remark = false;         // worth knowing; nothing is wrong, and the exit code is the same without it
  bool operator==(const Message&) const = default;
};

/// Several lines, without a line end behind the last one. Nothing is wrapped, so that a program finds a sentence in one
/// piece.
std::string for_people(const Message& message);

/// The same for a terminal: sentence and purposes are wrapped, and each command stays whole. `first_column` is where
/// the sentence begins.
std::string for_terminal(const Message& message, std::size_t first_column);

/// The same with each step on one line: `systemctl status` shows the last ten lines, and the sentence has to be there.
std::string for_journal(const Message& message);

/// For JSON, Nagios and logs: the sentence, then each purpose and command, with semicolons between them.
std::string on_one_line(const Message& message);
std::string on_one_line(const platform::Steps& steps);

}  // namespace agent
