// SPDX-License-Identifier: ISC
#include "platform/accounts/windows/sid.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace platform::windows {

namespace {

constexpr std::uint64_t world_authority = 1;
constexpr std::uint64_t creator_authority = 3;
constexpr std::uint64_t nt_authority = 5;
constexpr std::uint64_t application_authority = 15;
constexpr std::uint64_t largest_authority = (std::uint64_t{1} << 48U) - 1;
constexpr std::size_t head_size = 8;  // revision, number of parts, authority in six bytes, big endian

struct Alias {
  std::string_view letters;
  Sid sid;
};

// The list in MS-DTYP 2.5.1.1, without the SIDs that depend on a domain.
const std::array<Alias, 23>& aliases() {
  static const std::array<Alias, 23> all = {{
      {"WD", {world_authority, {0}}},
      {"CO", {creator_authority, {0}}},
      {"CG", {creator_authority, {1}}},
      {"OW", {creator_authority, {4}}},
      {"NU", {nt_authority, {2}}},
      {"IU", {nt_authority, {4}}},
      {"SU", {nt_authority, {6}}},
      {"AN", {nt_authority, {7}}},
      {"ED", {nt_authority, {9}}},
      {"PS", {nt_authority, {10}}},
      {"AU", {nt_authority, {11}}},
      {"RC", {nt_authority, {12}}},
      {"SY", {nt_authority, {18}}},
      {"LS", {nt_authority, {19}}},
      {"NS", {nt_authority, {20}}},
      {"BA", {nt_authority, {32, 544}}},
      {"BU", {nt_authority, {32, 545}}},
      {"BG", {nt_authority, {32, 546}}},
      {"PU", {nt_authority, {32, 547}}},
      {"SO", {nt_authority, {32, 549}}},
      {"BO", {nt_authority, {32, 551}}},
      {"RU", {nt_authority, {32, 554}}},
      {"AC", {application_authority, {2, 1}}},
  }};
  return all;
}

Sid known(std::string_view letters) { return std::ranges::find(aliases(), letters, &Alias::letters)->sid; }

// Windows writes authorities beyond 32 bits in hexadecimal with 0x, and everything else in decimal.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, hexadecimal ? 16 : 10);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string text_of(const Sid& sid) {
  std::string text = "S-1-" + std::to_string(sid.authority);
  for (const std::uint32_t part : sid.parts) text += "-" + std::to_string(part);
  return text;
}

std::optional<Sid> parse_sid(std::string_view text) {
  const auto alias = std::ranges::find(aliases(), text, &Alias::letters);
  if (alias != aliases().end()) return alias->sid;
  if (!take(text, "S-1-") && !take(text, "s-1-")) return std::nullopt;
  const auto authority = take_number(text);
  if (!authority || *authority > largest_authority) return std::nullopt;
  Sid sid{*authority, {}};
  while (!text.empty()) {
    if (!take(text, "-")) return std::nullopt;
    const auto part = take_number(text);
    // A SID with more parts has no binary form that the system would take.
    if (!part || *part > UINT32_MAX || sid.parts.size() == most_sid_parts) return std::nullopt;
    sid.parts.push_back(static_cast<std::uint32_t>(*part));
  }
  return sid;
}

std::optional<std::string_view> alias_of(const Sid& sid) {
  const auto alias = std::ranges::find(aliases(), sid, &Alias::sid);
  return alias == aliases().end() ? std::nullopt : std::optional(alias->letters);
}

std::size_t encoded_size(const Sid& sid) { return head_size + sizeof(std::uint32_t) * sid.parts.size(); }

Bytes encode(const Sid& sid) {
  Bytes bytes = {std::byte{1}, static_cast<std::byte>(sid.parts.size())};
  for (unsigned shift = 48; shift > 0; shift -= 8)
    bytes.push_back(static_cast<std::byte>(sid.authority >> (shift - 8)));
  for (const std::uint32_t part : sid.parts) {
    for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::byte>(part >> shift));
  }
  return bytes;
}

std::optional<Sid> decode_sid(BytesView bytes) {
  if (bytes.size() < head_size || bytes[0] != std::byte{1}) return std::nullopt;
  const auto count = std::to_integer<std::size_t>(bytes[1]);
  if (count > most_sid_parts || bytes.size() < head_size + sizeof(std::uint32_t) * count) return std::nullopt;
  Sid sid;
  for (std::size_t at = 2; at < head_size; ++at) {
    sid.authority = sid.authority << 8U | std::to_integer<std::uint64_t>(bytes[at]);
  }
  for (std::size_t index = 0; index < count; ++index) {
    std::uint32_t part = 0;
    // The parts are little endian, unlike the authority.
    for (std::size_t byte = 4; byte-- > 0;) {
      part = part << 8U | std::to_integer<std::uint32_t>(bytes[head_size + 4 * index + byte]);
    }
    sid.parts.push_back(part);
  }
  return sid;
}

Sid system_sid() { return known("SY"); }
Sid administrators_sid() { return known("BA"); }
Sid users_sid() { return known("BU"); }
Sid everyone_sid() { return known("WD"); }
Sid authenticated_users_sid() { return known("AU"); }
Sid creator_owner_sid() { return known("CO"); }
Sid owner_rights_sid() { return known("OW"); }
// Windows derives a service's SID from its name, so TrustedInstaller has the same SID on every host.
Sid trusted_installer_sid() { return {nt_authority, {80, 956008885, 3418522649, 1831038044, 1853292631, 2271478464}}; }

bool is_administrative(const Sid& sid) {
  return sid == system_sid() || sid == administrators_sid() || sid == trusted_installer_sid();
}

// Groups that an account is in without anybody having put it there, or that nearly every account is in. A right of
// theirs is a right of strangers.
bool is_everybody(const Sid& sid) {
  static constexpr std::array<std::string_view, 13> groups = {"WD", "NU", "IU", "SU", "AN", "AU", "RC",
                                                              "BU", "BG", "PU", "RU", "AC", "ED"};
  const auto letters = alias_of(sid);
  return letters && std::ranges::find(groups, *letters) != groups.end();
}

}  // namespace platform::windows
