// SPDX-License-Identifier: ISC
// Every call by which this program changes a file system, in one interface. Tests put a disk here that fails at the nth
// call. Results are the system's error codes, ERROR_SUCCESS for success.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "platform/accounts/windows/security_descriptor.h"
#include "platform/base/path.h"
#include "platform/base/windows/system.h"
#include "platform/files/file.h"
#include "platform/files/windows/directory.h"

namespace platform {

class DiskCalls {
 public:
  DiskCalls() = default;
  DiskCalls(const DiskCalls&) = delete;
  DiskCalls& operator=(const DiskCalls&) = delete;
  virtual ~DiskCalls() = default;

  /// Holds the directory and all above it open until the installation is over.
  virtual Result<windows::HeldPath> open_directory(const Path& path) = 0;
  /// Fails when the name exists. The file has its final owner and access list from the first moment. Writes go through
  /// to the disk.
  virtual DWORD create(const std::wstring& name, const windows::SecurityDescriptor& descriptor, HANDLE& file) = 0;
  /// Fails when the file system stored another owner or access list.
  virtual Result<void> check_kept(HANDLE file, const Path& path, const windows::SecurityDescriptor& descriptor) = 0;
  virtual DWORD write(HANDLE file, std::span<const std::byte> bytes, std::size_t& written) = 0;
  virtual DWORD sync(HANDLE file) = 0;
  virtual DWORD close(HANDLE file) = 0;
  virtual Result<FileFacts> facts(const Path& path) = 0;
  /// Renames in one step, and the name is on the disk when it returns. ERROR_ALREADY_EXISTS when the name is taken and
  /// `replace` is false.
  virtual DWORD move(const std::wstring& from, const std::wstring& to, bool replace) = 0;
  virtual DWORD remove(const std::wstring& name) = 0;
};

namespace windows {
DiskCalls& system_calls();
}

}  // namespace platform
