// SPDX-License-Identifier: ISC
// Facts while they are gathered. What cannot be reported unchanged is left out: cut short it would be wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/protocol/facts.h"
#include "platform/base/result.h"

namespace agent {

class FactList {
 public:
  /// Leaves out a value that is too long, or not printable ASCII.
  void add(std::string_view name, std::string value);
  void add(const Facts& facts);
  [[nodiscard]] Facts facts() && { return std::move(facts_); }

 private:
  Facts facts_;
};

/// "a,b,c"
std::string joined(const std::vector<std::string>& words);
/// The words of such a text; none of an empty one.
std::vector<std::string> words_of(std::string_view text);
/// Whether it is one of them: "web,daemon" has "web", and "webapp" has not.
bool has_word(std::string_view text, std::string_view word);

/// Why something could not be read: "denied", "refused" (Java does not read the file) or "unreadable". One word,
/// because the sentence would have a path of this host.
std::string word_for(const platform::Error& error);

/// The text as one word of a list: "%20" for a blank, "%2C" for a comma, "%25" for a percent sign.
std::string escaped_word(std::string_view text);
/// Nothing when escaped_word() does not write this, so that no character comes out that a fact may not have.
std::optional<std::string> unescaped_word(std::string_view word);

}  // namespace agent
