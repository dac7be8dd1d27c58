// SPDX-License-Identifier: ISC
// A security descriptor of Windows as a value: who owns a file or directory and who may do what with it
// (MS-DTYP 2.4.4 to 2.4.6). Pure: the same on every system, so that it is tested without NTFS.
//
// What it does not model: the audit list (SACL), integrity labels, the conditions of callback entries. An entry of an
// unknown kind is kept byte for byte and is never taken for harmless.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "platform/accounts/windows/sid.h"
#include "platform/base/bytes.h"

namespace platform::windows {

// Access rights of files and directories (winnt.h). The comment is the meaning for a directory.
namespace rights {
inline constexpr std::uint32_t read_data = 0x0001;    // list
inline constexpr std::uint32_t write_data = 0x0002;   // add a file
inline constexpr std::uint32_t append_data = 0x0004;  // add a directory
inline constexpr std::uint32_t read_attributes_ea = 0x0008;
inline constexpr std::uint32_t write_attributes_ea = 0x0010;
inline constexpr std::uint32_t execute = 0x0020;  // traverse
inline constexpr std::uint32_t delete_child = 0x0040;
inline constexpr std::uint32_t read_attributes = 0x0080;
inline constexpr std::uint32_t write_attributes = 0x0100;
inline constexpr std::uint32_t erase = 0x0001'0000;  // DELETE, which also renames
inline constexpr std::uint32_t read_control = 0x0002'0000;
inline constexpr std::uint32_t write_list = 0x0004'0000;  // WRITE_DAC
inline constexpr std::uint32_t write_owner = 0x0008'0000;
inline constexpr std::uint32_t synchronize = 0x0010'0000;
inline constexpr std::uint32_t generic_all = 0x1000'0000;
inline constexpr std::uint32_t generic_execute = 0x2000'0000;
inline constexpr std::uint32_t generic_write = 0x4000'0000;
inline constexpr std::uint32_t generic_read = 0x8000'0000;
inline constexpr std::uint32_t file_all = 0x001F'01FF;
inline constexpr std::uint32_t file_read = 0x0012'0089;
inline constexpr std::uint32_t file_write = 0x0012'0116;
inline constexpr std::uint32_t file_execute = 0x0012'00A0;
}  // namespace rights

/// Replaces generic rights by the specific rights that they stand for on files.
std::uint32_t specific(std::uint32_t mask);

namespace inheritance {
inline constexpr std::uint8_t files = 0x01;         // OI
inline constexpr std::uint8_t directories = 0x02;   // CI
inline constexpr std::uint8_t once = 0x04;          // NP
inline constexpr std::uint8_t inherit_only = 0x08;  // IO: nothing for the directory itself
inline constexpr std::uint8_t inherited = 0x10;     // ID
inline constexpr std::uint8_t known = 0x1F;
}  // namespace inheritance

struct Entry {
  // MS-DTYP 2.4.4.1
  enum class Kind : std::uint8_t {
    allow = 0x00,
    deny = 0x01,
    allow_object = 0x05,  // for one kind of directory object; works like `allow` on a file
    deny_object = 0x06,
    allow_callback = 0x09,  // under a condition
    deny_callback = 0x0A,
  };
  Kind kind = Kind::allow;  // or any other byte
  std::uint8_t flags = 0;   // of inheritance
  std::uint32_t mask = 0;   // of rights
  Sid sid;
  Bytes rest = {};  // all else: ids of an object, a condition, the whole body of an unknown entry

  bool operator==(const Entry&) const = default;
  [[nodiscard]] bool is_known() const;
  [[nodiscard]] bool grants() const;
  [[nodiscard]] bool denies() const;
  [[nodiscard]] bool applies_here() const { return (flags & inheritance::inherit_only) == 0; }
  [[nodiscard]] bool is_inherited() const { return (flags & inheritance::inherited) != 0; }
};

using Entries = std::vector<Entry>;

struct SecurityDescriptor {
  std::optional<Sid> owner;
  std::optional<Sid> group;                    // Windows itself never asks for it
  bool is_protected = false;                   // no entries are inherited from the directory above
  std::optional<Entries> entries = Entries();  // nothing means no list: everyone may do everything

  bool operator==(const SecurityDescriptor&) const = default;
};

/// The self-relative form (MS-DTYP 2.4.6), which the system's calls take and give. Decoding gives nothing for damaged
/// bytes.
Bytes encode(const SecurityDescriptor& descriptor);
std::optional<SecurityDescriptor> decode_descriptor(BytesView bytes);

}  // namespace platform::windows
