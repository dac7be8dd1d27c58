// SPDX-License-Identifier: ISC
#include "agent/protocol/address.h"

#include <charconv>
#include <optional>

#include "agent/base/limits.h"
#include "agent/base/repeatable.h"
#include "agent/protocol/claim.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::Result;

tl::unexpected<platform::Error> no_address(std::string_view text) {
  return platform::fail(ErrorKind::usage, repeated(text) + " is not HOST or HOST:PORT");
}

// Whatever is accepted here must survive text() and parse_address(): addresses go into tickets and hand-overs. A
// bracket inside a bare IPv6 address would end the host early, and a longer host would not fit with its port; tickets
// with such an address once could not be read again.
bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= limits::name_length && host.find_first_of("[]") == std::string_view::npos;
}

std::optional<std::uint16_t> port_in(std::string_view text) {
  std::uint16_t port = 0;  // from_chars takes no sign and no blank, and nothing beyond 65535
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace

std::string Address::text() const {
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return shown + ":" + std::to_string(port);
}

Result<Address> parse_address(std::string_view text) {
  // An identity or a ticket would pass for the name of a host, and names are printed.
  if (text.empty() || !is_plain_address(text) || secret_form(text)) return no_address(text);
  const bool bracketed = text.front() == '[';
  const auto host_end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && host_end == std::string_view::npos) return no_address(text);
  // More than one colon without brackets is an IPv6 address without a port. "2001:db8::1:27424" cannot mean a port,
  // because that is an address itself.
  if (!bracketed && host_end != std::string_view::npos && text.find(':', host_end + 1) != std::string_view::npos) {
    return is_host(text) ? Result<Address>(Address{std::string(text), limits::default_port}) : no_address(text);
  }
  Address address{std::string(bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end)),
                  limits::default_port};
  // Behind the host there is nothing, or a colon and a port.
  const std::string_view rest = host_end == std::string_view::npos ? "" : text.substr(host_end + (bracketed ? 1 : 0));
  if (!is_host(address.host) || (!rest.empty() && rest.front() != ':')) return no_address(text);
  if (rest.empty()) return address;
  const auto port = port_in(rest.substr(1));
  if (!port) return no_address(text);
  address.port = *port;
  return address;
}

bool is_written_address(std::string_view text) {
  const auto address = parse_address(text);
  return address && address->text() == text;
}

}  // namespace agent
