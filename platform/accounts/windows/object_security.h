// Security descriptors of open objects and of this process' token: the thin calls around descriptor.h.
#pragma once

#include <optional>
#include <vector>

#include "platform/accounts/windows/access.h"
#include "platform/accounts/windows/security_descriptor.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/base/windows/system.h"

namespace platform::windows {

/// wine keeps no access lists: it answers success and stores something else.
bool is_wine();

/// Owner and access list of an open file or directory; `path` is for the sentence.
Result<SecurityDescriptor> descriptor_of(HANDLE object, const Path& path);
/// Sets owner (where `with_owner`) and protected access list, and nothing else.
Result<void> set_descriptor(HANDLE object, const Path& path, const SecurityDescriptor& descriptor, bool with_owner);

/// Reads back what was set or created and says what was kept instead. On wine anything is.
Result<void> check_kept(HANDLE object, const Path& path, const SecurityDescriptor& wanted);

/// For the calls that create: the descriptor is there from the first moment on.
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

/// Switches a privilege of this process on, when it has it.
bool enable_privilege(const wchar_t* name);

}  // namespace platform::windows
