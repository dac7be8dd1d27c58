// SPDX-License-Identifier: ISC
#include "platform/host/host_facts.h"

#include <array>
#include <cstdlib>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include "platform/base/bytes.h"
#include "platform/files/file.h"

namespace platform {

namespace {

constexpr const char* boot_id_file = "/proc/sys/kernel/random/boot_id";
// Set by the unit. A container's /proc shows a boot_id of its own, and the service's sandbox has another /proc.
constexpr const char* boot_id_variable = "GENKEY_AGENT_BOOT_ID";

std::string first_line_of(const Path& path) {
  const auto file = read_file(path, 4096, Links::follow);
  if (!file) return "";
  const auto text = text_of(file->content);
  return std::string(text.substr(0, text.find('\n')));
}

// A link-local address means nothing to another host without the name of an interface.
bool worth_telling(const ifaddrs& interface) {
  if (interface.ifa_addr == nullptr || (interface.ifa_flags & IFF_UP) == 0U ||
      (interface.ifa_flags & IFF_LOOPBACK) != 0U) {
    return false;
  }
  if (interface.ifa_addr->sa_family == AF_INET) return true;
  if (interface.ifa_addr->sa_family != AF_INET6) return false;
  const auto* address = reinterpret_cast<const sockaddr_in6*>(interface.ifa_addr);
  return !IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr);
}

std::string numeric(const sockaddr& address) {
  std::array<char, NI_MAXHOST> text{};
  const socklen_t size = address.sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  const int failed = getnameinfo(&address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return failed == 0 ? text.data() : "";
}

}  // namespace

Result<std::string> boot_id() {
  const char* given = std::getenv(boot_id_variable);  // NOLINT(concurrency-mt-unsafe): nobody changes it
  std::string boot = given != nullptr ? given : first_line_of(boot_id_file);
  std::erase(boot, '-');
  // Refuse rather than guess: without a boot id this host would take itself for a copy.
  if (boot.size() != 32) return fail(ErrorKind::io, std::string(boot_id_file) + " cannot be read");
  return boot;
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

std::string qualified_host_name() {
  std::string name = host_name();
  const addrinfo hints{.ai_flags = AI_CANONNAME,
                       .ai_family = AF_UNSPEC,
                       .ai_socktype = SOCK_STREAM,
                       .ai_protocol = 0,
                       .ai_addrlen = 0,
                       .ai_addr = nullptr,
                       .ai_canonname = nullptr,
                       .ai_next = nullptr};
  addrinfo* found = nullptr;
  if (getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) return name;
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  const std::string canonical = found->ai_canonname != nullptr ? found->ai_canonname : "";
  // Red Hat's /etc/hosts gives this name to every host.
  return canonical.find('.') != std::string::npos && canonical != "localhost.localdomain" ? canonical : name;
}

bool is_machine_id(std::string_view text) {
  const bool hex = text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  // Zeros alone are reserved (machine-id(5)).
  return text.size() == 32 && hex && text.find_first_not_of('0') != std::string_view::npos;
}

std::string machine_id() {
  std::string text = first_line_of("/etc/machine-id");
  return is_machine_id(text) ? text : "";
}

std::vector<std::string> host_addresses() {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(first, freeifaddrs);
  std::vector<std::string> addresses;
  for (const ifaddrs* interface = first; interface != nullptr; interface = interface->ifa_next) {
    if (worth_telling(*interface)) addresses.push_back(numeric(*interface->ifa_addr));
  }
  return addresses;
}

}  // namespace platform
