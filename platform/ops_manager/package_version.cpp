// SPDX-License-Identifier: ISC
#include "platform/ops_manager/package_version.h"

#include <algorithm>
#include <array>
#include <vector>

#include "platform/processes/confined_program.h"

namespace platform {

namespace {

constexpr const char* package = "mongodb-mms";
// After the version, so that an answer that was cut short is not taken for one.
constexpr std::string_view last_words = "\nend\n";
constexpr ConfinedLimits limits{.output = 1024, .time = std::chrono::milliseconds(5'000)};

// A package whose files are gone still has a version in dpkg's list; its status then ends otherwise.
constexpr std::string_view installed = "install ok installed ";

std::optional<std::string> printed_by(const Path& file, std::vector<std::string> arguments, const Account& account) {
  const ConfinedProgram program{.file = file,
                                .arguments = std::move(arguments),
                                .environment = {"LC_ALL=C", "HOME=/", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"},
                                .account = account};
  const auto output = output_of(program, last_words, limits);
  return output ? std::optional(output->substr(0, output->size() - last_words.size())) : std::nullopt;
}

}  // namespace

std::optional<std::string> version_in(std::string_view text) {
  std::size_t numbers = 0;
  std::size_t at = 0;
  while (numbers < 3) {
    const auto end = std::min(text.find_first_not_of("0123456789", at), text.size());
    if (end == at || end - at > 4) return std::nullopt;
    ++numbers;
    if (numbers == 3) return std::string(text.substr(0, end));
    if (end == text.size() || text[end] != '.') return std::nullopt;
    at = end + 1;
  }
  return std::nullopt;
}

std::optional<std::string> version_of_package(const Account& account) {
  const auto debian =
      printed_by("/usr/bin/dpkg-query", {"dpkg-query", "-W", "-f", "${Status} ${Version}\nend\n", package}, account);
  if (debian && debian->starts_with(installed)) return version_in(std::string_view(*debian).substr(installed.size()));
  const auto red_hat = printed_by("/usr/bin/rpm", {"rpm", "-q", "--qf", "%{VERSION}\nend\n", package}, account);
  return red_hat ? version_in(*red_hat) : std::nullopt;
}

}  // namespace platform
