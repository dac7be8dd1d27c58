// SPDX-License-Identifier: ISC
#include "agent/doctor/check_url.h"

#include <algorithm>
#include <map>
#include <string>

#include "agent/doctor/client_address.h"
#include "platform/base/ascii.h"

namespace agent {

namespace {

using Findings = std::vector<DoctorFinding>;

constexpr std::int64_t days_to_renew = 21;

std::string days(std::int64_t number) {
  return std::to_string(number) + (number == 1 || number == -1 ? " day" : " days");
}

// Where the name leads to this host itself, elsewhere it may lead to the load balancer, which has another certificate.
DoctorFinding of_another_name(const Evidence& evidence, const BalancerEvidence& balancer) {
  DoctorFinding finding{.id = "HA105", .result = DoctorResult::fault, .object = object_of(balancer)};
  finding.evidence = "the certificate is for another name";
  if (!leads_here(evidence, balancer)) return finding;
  finding.result = DoctorResult::risk;
  finding.evidence += "; on this host the URL leads to this host itself";
  return finding;
}

DoctorFinding certificate_finding(const Evidence& evidence, const BalancerEvidence& balancer,
                                  const HttpCertificate& certificate) {
  DoctorFinding finding{.id = "HA105", .result = DoctorResult::fault, .object = object_of(balancer)};
  // The two that are certain whoever issued the certificate.
  if (certificate.days_left < 0) {
    finding.evidence = "by the clock of this host the certificate expired " + days(-certificate.days_left) + " ago";
    return finding;
  }
  if (!certificate.names_host) return of_another_name(evidence, balancer);
  switch (certificate.fault) {
    case CertificateFault::none:
      finding.result = certificate.days_left <= days_to_renew ? DoctorResult::risk : DoctorResult::ok;
      finding.evidence = "the certificate expires in " + days(certificate.days_left);
      break;
    case CertificateFault::expired:
      finding.evidence = "by the clock of this host a certificate of the chain has expired";
      finding.result = DoctorResult::risk;  // agents may know another chain
      break;
    case CertificateFault::not_yet_valid:
      finding.evidence = "by the clock of this host the certificate is not valid yet";
      finding.result = DoctorResult::risk;
      break;
    case CertificateFault::wrong_name: return of_another_name(evidence, balancer);
    case CertificateFault::unknown_authority:
      finding.result = DoctorResult::unknown;
      finding.needs = balancer.own_authority
                          ? "the authority that issued the certificate, in the file of [doctor] ca"
                          : "the authority that issued the certificate: [doctor] ca in genkey-agent.toml";
      break;
    case CertificateFault::other:
      finding.result = DoctorResult::unknown;
      finding.needs = "a certificate that OpenSSL verifies on this host";
      break;
  }
  return finding;
}

// HA105.
void check_certificate(const Evidence& evidence, const BalancerEvidence& balancer, Findings& findings) {
  DoctorFinding finding{.id = "HA105", .object = object_of(balancer)};
  if (!balancer.not_asked.empty()) {
    finding.needs = balancer.not_asked;
    findings.push_back(std::move(finding));
    return;
  }
  if (balancer.health.empty()) return;
  const HttpAnswer& last = balancer.health.back();
  if (last.end == HttpEnd::no_name) {
    finding.result = DoctorResult::risk;
    finding.evidence = "the name has no address on this host";
    findings.push_back(std::move(finding));
    return;
  }
  if (!balancer.tls) return;
  if (last.certificate.digest.empty()) {
    finding.needs = "a certificate: no TLS connection was made";
    findings.push_back(std::move(finding));
    return;
  }
  findings.push_back(certificate_finding(evidence, balancer, last.certificate));
}

// What each host's file says, of the hosts whose facts have it. Another check reports a URL in place of the name.
std::map<std::string, std::vector<std::string>> hosts_by_header(const Evidence& evidence) {
  std::map<std::string, std::vector<std::string>> hosts;
  for (const HostEvidence& host : evidence.hosts) {
    if (!host.facts) continue;
    const auto header = host.facts->find("remote_ip_header");
    if (header != host.facts->end() && header->second != "url") hosts[header->second].push_back(host.name);
  }
  return hosts;
}

std::string header_text(const std::map<std::string, std::vector<std::string>>& hosts) {
  std::string text;
  for (const auto& [header, names] : hosts) {
    for (const std::string& name : names) {
      text.append(text.empty() ? "" : ", ").append(name).append(": ").append(header.empty() ? "not set" : header);
    }
  }
  return text;
}

// A header that changes this host's access log, without a line on this host: the Admin UI sets it, for every host
// without a line. A line with another name counts more on its host.
bool is_set_in_admin_ui(const Evidence& evidence, const std::map<std::string, std::vector<std::string>>& hosts) {
  const auto unset = hosts.find("");
  const auto own = std::ranges::find(evidence.hosts, true, &HostEvidence::own);
  if (!evidence.balancer || unset == hosts.end() || own == evidence.hosts.end()) return false;
  const bool has_no_line = std::ranges::find(unset->second, own->name) != unset->second.end();
  const bool is_same = std::ranges::all_of(hosts, [&](const auto& each) {
    return each.first.empty() || each.first == platform::lower(evidence.balancer->forged_header);
  });
  return has_no_line && is_same && client_address(evidence, *evidence.balancer).header_works;
}

// HA204.
void check_header(const Evidence& evidence, Findings& findings) {
  auto hosts = hosts_by_header(evidence);
  for (const std::string& name : hosts["malformed"]) {
    findings.push_back({.id = "HA204",
                        .result = DoctorResult::fault,
                        .object = name,
                        .evidence = "mms.remoteIp.header is set to what cannot be the name of a header"});
  }
  hosts.erase("malformed");
  if (hosts.empty()) return;
  DoctorFinding finding{.id = "HA204", .object = "mms.remoteIp.header"};
  const bool some_unset = hosts.contains("");
  const std::string evidence_text = header_text(hosts);
  if (hosts.size() - (some_unset ? 1 : 0) > 1) {
    finding.result = DoctorResult::risk;
    finding.evidence = evidence_text;
  } else if (!some_unset) {
    finding.result = DoctorResult::ok;
    finding.evidence = evidence_text;
  } else if (is_set_in_admin_ui(evidence, hosts)) {
    finding.result = DoctorResult::ok;
    finding.evidence = "no line on this host, and the header " + evidence.balancer->forged_header +
                       " changes the address in its access log, so the Admin UI sets it";
  } else {
    finding.needs =
        "the setting Load Balancer Remote IP Header: not every host has mms.remoteIp.header in its file, and "
        "what the Admin UI has set cannot be read";
  }
  findings.push_back(std::move(finding));
}

// HA210.
void check_time_outs(const BalancerEvidence& balancer, Findings& findings) {
  if (balancer.url.empty()) return;
  findings.push_back({.id = "HA210", .object = object_of(balancer), .needs = needs_attestation});
}

}  // namespace

std::vector<DoctorFinding> check_url(const Evidence& evidence) {
  Findings findings;
  check_header(evidence, findings);
  if (!evidence.balancer) return findings;
  check_certificate(evidence, *evidence.balancer, findings);
  check_time_outs(*evidence.balancer, findings);
  return findings;
}

}  // namespace agent
