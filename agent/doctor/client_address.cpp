// SPDX-License-Identifier: ISC
#include "agent/doctor/client_address.h"

#include <algorithm>
#include <set>

#include "agent/protocol/numeric_address.h"

namespace agent {

namespace {

using Addresses = std::set<std::string>;

const HostEvidence* own_host(const Evidence& evidence) {
  const auto own = std::ranges::find(evidence.hosts, true, &HostEvidence::own);
  return own == evidence.hosts.end() ? nullptr : &*own;
}

void add_words(Addresses& addresses, std::string_view text) {
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find_first_of(" ,"));
    if (const auto address = canonical_ip(word)) addresses.insert(*address);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
}

// Of this host: those of its interfaces, and those that it used towards the balancer.
Addresses own_addresses(const HostEvidence& own, const BalancerEvidence& balancer) {
  Addresses addresses;
  if (own.facts && own.facts->contains("addresses")) add_words(addresses, own.facts->find("addresses")->second);
  for (const HttpAnswer& answer : balancer.health) add_words(addresses, answer.own_address);
  return addresses;
}

void add_all(Addresses& addresses, const Probes& probes, std::string_view nonce) {
  if (const auto found = probes.find(nonce); found != probes.end())
    addresses.insert(found->second.addresses.begin(), found->second.addresses.end());
}

Addresses logged_addresses(const Probes& probes, const BalancerEvidence& balancer) {
  Addresses addresses;
  for (const PathProbe& probe : balancer.probes) add_all(addresses, probes, probe.nonce);
  for (const ControlRequest& control : balancer.controls) add_all(addresses, probes, control.nonce);
  return addresses;
}

std::string list_of(const Addresses& addresses) {
  std::string text;
  for (const std::string& address : addresses) text.append(text.empty() ? "" : ", ").append(address);
  return text;
}

}  // namespace

bool leads_here(const Evidence& evidence, const BalancerEvidence& balancer) {
  const HostEvidence* const host = own_host(evidence);
  const Addresses own = host == nullptr ? Addresses() : own_addresses(*host, balancer);
  return std::ranges::any_of(balancer.health, [&](const HttpAnswer& answer) {
    const auto theirs = canonical_ip(answer.their_address);
    return theirs && (own.contains(*theirs) || theirs->starts_with("127.") || *theirs == "::1");
  });
}

ClientAddressVerdict client_address(const Evidence& evidence, const BalancerEvidence& balancer) {
  ClientAddressVerdict verdict;
  verdict.text = "a web server on this host whose access log doctor can read";
  const HostEvidence* const own = own_host(evidence);
  if (own == nullptr || balancer.forged_header.empty()) return verdict;
  const auto report = balancer.reports.find(own->name);
  if (report == balancer.reports.end()) return verdict;
  Addresses forged;
  add_all(forged, report->second, balancer.forged_nonce);
  verdict.header_works = forged.contains(documentation_address);
  verdict.text = "a header that changes the address in the access log: " + balancer.forged_header + " does not";
  if (!verdict.header_works) return verdict;
  const Addresses logged = logged_addresses(report->second, balancer);
  const Addresses addresses = own_addresses(*own, balancer);
  verdict.text = "a request through the load balancer that reached this host, with an address in its access log";
  if (logged.empty() || addresses.empty()) return verdict;
  verdict.text = "a run on another host: the load balancer runs on this host, so its address is that of the client";
  // Its own address and a client's are the same.
  if (leads_here(evidence, balancer)) return verdict;
  const bool arrives = std::ranges::any_of(logged, [&](const std::string& each) { return addresses.contains(each); });
  verdict.verdict = arrives ? ClientAddress::arrives : ClientAddress::missing;
  verdict.text = "the access log of this host shows " + list_of(logged) + " for requests that this host sent from " +
                 balancer.health.back().own_address;
  return verdict;
}

}  // namespace agent
