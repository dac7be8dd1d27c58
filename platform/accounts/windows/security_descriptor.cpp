// SPDX-License-Identifier: ISC
#include "platform/accounts/windows/security_descriptor.h"

#include <algorithm>
#include <array>
#include <utility>

namespace platform::windows {

namespace {

constexpr std::uint16_t list_present = 0x0004;
constexpr std::uint16_t list_protected = 0x1000;
constexpr std::uint16_t self_relative = 0x8000;
constexpr std::size_t head_size = 20;
constexpr std::size_t list_head_size = 8;
constexpr std::size_t entry_head_size = 8;  // kind, flags, size, mask
constexpr std::uint8_t list_revision = 2;
constexpr std::uint8_t object_list_revision = 4;
constexpr std::size_t id_size = 16;

// All numbers are little endian (MS-DTYP 2.4), on every host that runs the tests.
std::uint32_t number_at(BytesView bytes, std::size_t at, std::size_t width) {
  std::uint32_t number = 0;
  for (std::size_t index = width; index-- > 0;)
    number = number << 8U | std::to_integer<std::uint32_t>(bytes[at + index]);
  return number;
}

void put(Bytes& out, std::uint32_t number, std::size_t width) {
  for (std::size_t index = 0; index < width; ++index) out.push_back(static_cast<std::byte>(number >> (8 * index)));
}

void put(Bytes& out, const Bytes& more) { out.insert(out.end(), more.begin(), more.end()); }

bool is_object(Entry::Kind kind) { return kind == Entry::Kind::allow_object || kind == Entry::Kind::deny_object; }

// The ids begin with four bytes of flags, which say which of the two ids follow (MS-DTYP 2.4.4.3).
std::size_t ids_size(BytesView body) {
  const std::uint32_t present = body.size() < 4 ? 0 : number_at(body, 0, 4);
  return 4 + id_size * ((present & 1U) + (present >> 1U & 1U));
}

Bytes encode(const Entry& entry) {
  Bytes out;
  put(out, static_cast<std::uint32_t>(entry.kind), 1);
  put(out, entry.flags, 1);
  Bytes body;
  if (!entry.is_known()) {
    body = entry.rest;
  } else {
    const std::size_t before = is_object(entry.kind) ? std::min(entry.rest.size(), ids_size(entry.rest)) : 0;
    put(body, entry.mask, 4);
    body.insert(body.end(), entry.rest.begin(), entry.rest.begin() + static_cast<std::ptrdiff_t>(before));
    put(body, encode(entry.sid));
    body.insert(body.end(), entry.rest.begin() + static_cast<std::ptrdiff_t>(before), entry.rest.end());
  }
  // The system refuses entries whose size is not a multiple of four.
  while (body.size() % 4 != 0) body.push_back(std::byte{0});
  put(out, static_cast<std::uint32_t>(body.size() + 4), 2);
  put(out, body);
  return out;
}

// `bytes` is exactly one entry. The caller has compared its size with the list.
std::optional<Entry> decode_entry(BytesView bytes) {
  Entry entry;
  entry.kind = static_cast<Entry::Kind>(bytes[0]);
  entry.flags = std::to_integer<std::uint8_t>(bytes[1]);
  if (!entry.is_known()) {
    // Kept as it is, so that encoding the descriptor again does not drop an entry that this program does not know.
    entry.rest.assign(bytes.begin() + 4, bytes.end());
    return entry;
  }
  if (bytes.size() < entry_head_size) return std::nullopt;
  entry.mask = number_at(bytes, 4, 4);
  BytesView body = bytes.subspan(entry_head_size);
  if (is_object(entry.kind)) {
    const std::size_t ids = ids_size(body);
    if (body.size() < ids) return std::nullopt;
    entry.rest.assign(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(ids));
    body = body.subspan(ids);
  }
  const auto sid = decode_sid(body);
  if (!sid) return std::nullopt;
  entry.sid = *sid;
  body = body.subspan(encoded_size(*sid));
  entry.rest.insert(entry.rest.end(), body.begin(), body.end());
  return entry;
}

std::optional<Entries> decode_list(BytesView bytes) {
  if (bytes.size() < list_head_size) return std::nullopt;
  const std::size_t size = number_at(bytes, 2, 2);
  const std::size_t count = number_at(bytes, 4, 2);
  if (size < list_head_size || size > bytes.size()) return std::nullopt;
  BytesView rest = bytes.first(size).subspan(list_head_size);
  Entries entries;
  for (std::size_t index = 0; index < count; ++index) {
    if (rest.size() < 4) return std::nullopt;
    const std::size_t entry_size = number_at(rest, 2, 2);
    // A size below the head's would never advance, and a larger size than the rest would read beyond the list.
    if (entry_size < 4 || entry_size > rest.size()) return std::nullopt;
    auto entry = decode_entry(rest.first(entry_size));
    if (!entry) return std::nullopt;
    entries.push_back(std::move(*entry));
    rest = rest.subspan(entry_size);
  }
  return entries;
}

Bytes encode(const Entries& entries) {
  Bytes body;
  bool objects = false;
  for (const Entry& entry : entries) {
    put(body, encode(entry));
    objects = objects || is_object(entry.kind);
  }
  Bytes out;
  // Entries for kinds of objects are only valid in the later revision (MS-DTYP 2.4.5).
  put(out, objects ? object_list_revision : list_revision, 2);
  put(out, static_cast<std::uint32_t>(body.size() + list_head_size), 2);
  put(out, static_cast<std::uint32_t>(entries.size()), 4);
  put(out, body);
  return out;
}

// Finds the part whose offset stands at `at`. An offset of 0 means that there is no part. False when the part lies
// outside, as in damaged or hostile bytes.
bool part_at(BytesView bytes, std::size_t at, std::optional<BytesView>& part) {
  const std::size_t offset = number_at(bytes, at, 4);
  if (offset == 0) return true;
  if (offset < head_size || offset > bytes.size()) return false;
  part = bytes.subspan(offset);
  return true;
}

bool decode_sid_at(BytesView bytes, std::size_t at, std::optional<Sid>& sid) {
  std::optional<BytesView> part;
  if (!part_at(bytes, at, part)) return false;
  if (part) sid = decode_sid(*part);
  return !part || sid;
}

}  // namespace

std::uint32_t specific(std::uint32_t mask) {
  static constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 4> meanings = {
      {{rights::generic_all, rights::file_all},
       {rights::generic_execute, rights::file_execute},
       {rights::generic_write, rights::file_write},
       {rights::generic_read, rights::file_read}}};
  for (const auto& [generic, meaning] : meanings) {
    if ((mask & generic) != 0) mask = (mask & ~generic) | meaning;
  }
  return mask;
}

bool Entry::is_known() const { return grants() || denies(); }

bool Entry::grants() const { return kind == Kind::allow || kind == Kind::allow_object || kind == Kind::allow_callback; }

bool Entry::denies() const { return kind == Kind::deny || kind == Kind::deny_object || kind == Kind::deny_callback; }

Bytes encode(const SecurityDescriptor& descriptor) {
  const Bytes owner = descriptor.owner ? encode(*descriptor.owner) : Bytes();
  const Bytes group = descriptor.group ? encode(*descriptor.group) : Bytes();
  const Bytes list = descriptor.entries ? encode(*descriptor.entries) : Bytes();
  const auto control =
      static_cast<std::uint16_t>(self_relative | list_present | (descriptor.is_protected ? list_protected : 0U));
  Bytes out;
  put(out, 1, 2);  // revision
  put(out, control, 2);
  // The system finds the parts by their offsets. An empty part has offset 0.
  std::size_t at = head_size;
  for (const Bytes* part : std::array{&owner, &group}) {
    put(out, part->empty() ? 0 : static_cast<std::uint32_t>(at), 4);
    at += part->size();
  }
  put(out, 0, 4);  // no audit list
  // list_present with offset 0 is a null list, which lets everyone do everything.
  put(out, list.empty() ? 0 : static_cast<std::uint32_t>(at), 4);
  put(out, owner);
  put(out, group);
  put(out, list);
  return out;
}

std::optional<SecurityDescriptor> decode_descriptor(BytesView bytes) {
  if (bytes.size() < head_size || bytes[0] != std::byte{1}) return std::nullopt;
  const std::uint32_t control = number_at(bytes, 2, 2);
  // In the absolute form the offsets would be addresses.
  if ((control & self_relative) == 0) return std::nullopt;
  SecurityDescriptor descriptor;
  descriptor.is_protected = (control & list_protected) != 0;
  if (!decode_sid_at(bytes, 4, descriptor.owner) || !decode_sid_at(bytes, 8, descriptor.group)) return std::nullopt;
  std::optional<BytesView> list;
  if ((control & list_present) != 0 && !part_at(bytes, 16, list)) return std::nullopt;
  descriptor.entries = std::nullopt;
  // No list and a null list both let everyone do everything.
  if (!list) return descriptor;
  descriptor.entries = decode_list(*list);
  return descriptor.entries ? std::optional(descriptor) : std::nullopt;
}

}  // namespace platform::windows
