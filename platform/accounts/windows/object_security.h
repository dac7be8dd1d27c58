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

/// wine keeps no access lists: setting one succeeds and stores something else.
bool is_wine();

/// Owner and access list of an open file or directory; `path` is for the sentence.
Result<SecurityDescriptor> descriptor_of(HANDLE object, const Path& path);
/// Sets owner (where `with_owner`) and protected access list, and nothing else.
Result<void> set_descriptor(HANDLE object, const Path& path, const SecurityDescriptor& descriptor, bool with_owner);

/// Reads the descriptor back. io when the file system kept something else. Always succeeds on wine.
Result<void> check_kept(HANDLE object, const Path& path, const SecurityDescriptor& wanted);

/// For the calls that create an object, so that it has its descriptor from the first moment.
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

/// Switches on a privilege of this process. False when the process does not have it.
bool enable_privilege(const wchar_t* name);

}  // namespace platform::windows
