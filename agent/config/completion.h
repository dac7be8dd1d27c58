// SPDX-License-Identifier: ISC
// What a shell may offer for the next word of a command line. Commands, options and values come from the parser itself,
// so that nothing can be offered that this program does not take, or be missing.
//
// The shells' scripts (completion_scripts.h) call `genkey-agent __complete WORD...` at each key press, with the last
// word as far as it is typed. One hidden command instead of a generated script for each shell: the rules are written
// once, and values that only this host knows, such as its peers, need the program anyway.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace agent {

inline constexpr std::string_view completion_word = "__complete";

/// What stands for values that the parser does not know.
enum class ValueSource : std::uint8_t {
  none,
  files,  // the first three are found by the shell
  directories,
  users,
  peers,     // names and addresses of the peers of this host
  tickets,   // ids of its tickets that a host could still use
  copies,    // files, and copies at destinations on this host's disks
  findings,  // ids of findings of doctor
};

struct Candidate {
  std::string word;
  std::string help = {};
  bool operator==(const Candidate&) const = default;
};

struct Completion {
  std::vector<Candidate> candidates;
  ValueSource source = ValueSource::none;
  std::string prefix = {};  // "--peer=", which each value needs in front of it
  /// The common options of the line so far, as words: they say which host's values are meant.
  std::vector<std::string> common = {};
};

/// `words` are those behind the program's name; the last one is completed, and may be empty. Shells choose those that
/// fit what is typed.
Completion complete(const CLI::App& program, std::span<const std::string> words);

}  // namespace agent
