// SPDX-License-Identifier: ISC
#include "platform/host/host_facts.h"

#include <array>
#include <optional>

#include "platform/base/bytes.h"
#include "platform/base/windows/registry.h"
#include "platform/base/windows/system.h"
#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"
#include "platform/files/file.h"

namespace platform {

namespace {

constexpr const wchar_t* boot_key = L"SOFTWARE\\genkey-agent-boot";
constexpr const wchar_t* boot_value = L"id";
constexpr std::size_t boot_id_size = 16;

std::string computer_name(COMPUTER_NAME_FORMAT format) {
  std::array<wchar_t, 512> name{};
  DWORD size = name.size();
  return GetComputerNameExW(format, name.data(), &size) != 0 ? windows::narrow({name.data(), size}) : "";
}

std::optional<std::string> boot_id_in(HKEY root) {
  const auto text = windows::registry_text(root, boot_key, boot_value);
  return text && text->size() == 2 * boot_id_size ? text : std::nullopt;
}

// A volatile key of the registry lives in memory only, so neither the next boot nor a copy of the disk has it.
std::optional<std::string> make_boot_id(HKEY root) {
  HKEY key = nullptr;
  const auto made = RegCreateKeyExW(root, boot_key, 0, nullptr, REG_OPTION_VOLATILE, KEY_SET_VALUE | KEY_QUERY_VALUE,
                                    nullptr, &key, nullptr);
  if (made != ERROR_SUCCESS) return std::nullopt;
  std::array<std::byte, boot_id_size> random{};
  fill_random(random);
  const std::wstring text = windows::wide(hex_encode(random));
  const auto size = static_cast<DWORD>((text.size() + 1) * sizeof(wchar_t));
  RegSetValueExW(key, boot_value, 0, REG_SZ, reinterpret_cast<const BYTE*>(text.c_str()), size);
  RegCloseKey(key);
  // Read back, because another process may have written its own value just now.
  return boot_id_in(root);
}

bool worth_telling(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto number = ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr);
    return number >> 16U != 0xA9FE;  // 169.254, which a host gives itself when DHCP does not answer
  }
  if (address.sa_family != AF_INET6) return false;
  return IN6_IS_ADDR_LINKLOCAL(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr) == 0;
}

std::string numeric(const SOCKET_ADDRESS& address) {
  std::array<char, NI_MAXHOST> text{};
  const int failed = getnameinfo(address.lpSockaddr, static_cast<socklen_t>(address.iSockaddrLength), text.data(),
                                 static_cast<DWORD>(text.size()), nullptr, 0, NI_NUMERICHOST);
  return failed == 0 ? text.data() : "";
}

Bytes adapters() {
  constexpr ULONG flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
  ULONG size = 16 * 1024;
  // The number of adapters may grow between two calls.
  for (int tried = 0; tried < 4; ++tried) {
    Bytes room(size);
    auto* first = reinterpret_cast<IP_ADAPTER_ADDRESSES*>(room.data());
    const auto code = GetAdaptersAddresses(AF_UNSPEC, flags, nullptr, first, &size);
    if (code == ERROR_SUCCESS) return room;
    if (code != ERROR_BUFFER_OVERFLOW) break;
  }
  return {};
}

// getnameinfo() belongs to Winsock, which must be started first.
class Sockets {
 public:
  Sockets() { started_ = WSAStartup(MAKEWORD(2, 2), &facts_) == 0; }
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;
  ~Sockets() {
    if (started_) WSACleanup();
  }

 private:
  WSADATA facts_{};
  bool started_ = false;
};

}  // namespace

// The value of the machine, or of this user while no administrator has run this program since the boot: an ordinary
// user cannot write the machine's.
Result<std::string> boot_id() {
  for (HKEY root : {HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER}) {
    if (auto known = boot_id_in(root)) return std::move(*known);
    if (auto made = make_boot_id(root)) return std::move(*made);
  }
  // Refuse rather than guess: without a boot id this host would take itself for a copy.
  return fail(ErrorKind::io, "cannot keep a value in the registry that tells this boot from others");
}

std::string host_name() {
  const std::string name = computer_name(ComputerNameDnsHostname);
  return name.empty() ? "localhost" : name;
}

std::string qualified_host_name() {
  const std::string name = computer_name(ComputerNameDnsFullyQualified);
  return name.find('.') != std::string::npos ? name : host_name();
}

bool is_machine_id(std::string_view text) { return !text.empty(); }

std::string machine_id() {
  return windows::registry_text(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Cryptography", L"MachineGuid").value_or("");
}

std::vector<std::string> host_addresses() {
  const Sockets sockets;
  const Bytes room = adapters();
  std::vector<std::string> addresses;
  if (room.empty()) return addresses;
  const auto* adapter = reinterpret_cast<const IP_ADAPTER_ADDRESSES*>(room.data());
  for (; adapter != nullptr; adapter = adapter->Next) {
    if (adapter->OperStatus != IfOperStatusUp || adapter->IfType == IF_TYPE_SOFTWARE_LOOPBACK) continue;
    for (const auto* at = adapter->FirstUnicastAddress; at != nullptr; at = at->Next) {
      if (worth_telling(*at->Address.lpSockaddr)) addresses.push_back(numeric(at->Address));
    }
  }
  return addresses;
}

}  // namespace platform
