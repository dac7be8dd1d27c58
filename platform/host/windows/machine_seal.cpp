// SPDX-License-Identifier: ISC
#include "platform/host/machine_seal.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "platform/base/windows/system.h"
#include "platform/base/windows/system_error.h"

namespace platform {

namespace {

// Stands before the sealed bytes, so that a file that was never sealed (PEM) can be told from a sealed file.
constexpr std::string_view mark = "genkey-agent sealed v1\n";

BytesView mark_bytes() { return std::as_bytes(std::span(mark)); }

DATA_BLOB blob_of(BytesView bytes) {
  // DPAPI's parameters are not const, but it only reads them.
  return {static_cast<DWORD>(bytes.size()), reinterpret_cast<BYTE*>(const_cast<std::byte*>(bytes.data()))};
}

// Memory that DPAPI allocated. It holds the open secret, so it is wiped before it is freed.
class Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() {
    if (blob_.pbData == nullptr) return;
    wipe({reinterpret_cast<std::byte*>(blob_.pbData), blob_.cbData});
    LocalFree(blob_.pbData);
  }
  [[nodiscard]] DATA_BLOB* get() { return &blob_; }
  [[nodiscard]] BytesView bytes() const { return {reinterpret_cast<const std::byte*>(blob_.pbData), blob_.cbData}; }

 private:
  DATA_BLOB blob_{};
};

SecretBytes joined(BytesView first, BytesView second) {
  SecretBytes whole(first.size() + second.size());
  const auto rest = std::ranges::copy(first, whole.reveal_for_writing().begin()).out;
  std::ranges::copy(second, rest);
  return whole;
}

}  // namespace

Result<SecretBytes> seal_for_machine(BytesView secret) {
  DATA_BLOB input = blob_of(secret);
  Output sealed;
  // For the machine and not for a user, because administrators' commands and the service must both open it.
  const DWORD flags = CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN;
  if (CryptProtectData(&input, L"genkey-agent", nullptr, nullptr, nullptr, flags, sealed.get()) == 0)
    return windows::fail_code("cannot seal the identity for this machine");
  return joined(mark_bytes(), sealed.bytes());
}

Result<SecretBytes> open_seal(SecretBytes content, const Path& file) {
  const BytesView bytes = content.reveal();
  if (bytes.size() < mark.size() || !std::ranges::equal(bytes.first(mark.size()), mark_bytes())) return content;
  DATA_BLOB input = blob_of(bytes.subspan(mark.size()));
  Output opened;
  if (CryptUnprotectData(&input, nullptr, nullptr, nullptr, nullptr, CRYPTPROTECT_UI_FORBIDDEN, opened.get()) == 0) {
    return fail(ErrorKind::configuration, file.string() + " was sealed on another machine, or is damaged; " +
                                              "when it is removed, 'genkey-agent identity' makes a new one");
  }
  return joined({}, opened.bytes());
}

}  // namespace platform
