// SPDX-License-Identifier: ISC
// The calls that read and set security descriptors of open objects (platform/accounts/windows/security_descriptor.h).
#pragma once

#include <optional>
#include <vector>

#include "platform/accounts/windows/access.h"
#include "platform/accounts/windows/security_descriptor.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/base/windows/system.h"

namespace platform::windows {

/// Whether the program runs under wine, where setting an access list succeeds but stores something else.
bool is_wine();

/// Owner and access list of an open file or directory. `path` only names the object in the sentence of a failure.
Result<SecurityDescriptor> descriptor_of(HANDLE object, const Path& path);
/// Sets the protected access list, and the owner where `with_owner`, and nothing else. Does not check what the file
/// system stored; check_kept() does.
Result<void> set_descriptor(HANDLE object, const Path& path, const SecurityDescriptor& descriptor, bool with_owner);

/// Reads the descriptor back. io when the file system stored something else, as FAT and some file servers do. Always
/// succeeds under wine.
Result<void> check_kept(HANDLE object, const Path& path, const SecurityDescriptor& wanted);

/// For the calls that create an object, so that it has its descriptor from the first moment and no stranger can open it
/// before.
class SecurityAttributes {
 public:
  explicit SecurityAttributes(const SecurityDescriptor& descriptor);
  SecurityAttributes(const SecurityAttributes&) = delete;
  SecurityAttributes& operator=(const SecurityAttributes&) = delete;
  ~SecurityAttributes() = default;
  [[nodiscard]] SECURITY_ATTRIBUTES* get() { return &attributes_; }

 private:
  Bytes bytes_;
  SECURITY_ATTRIBUTES attributes_{};
};

/// Switches on a privilege of this process. False when the process does not hold the privilege.
bool enable_privilege(const wchar_t* name);

}  // namespace platform::windows
