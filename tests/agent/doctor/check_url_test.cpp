// SPDX-License-Identifier: ISC
#include "agent/doctor/check_url.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/balanced_hosts.h"

namespace agent {

namespace {

using support::balanced_hosts;
using support::only;

DoctorFinding certificate(CertificateFault fault, bool names_host, std::int64_t days) {
  Evidence evidence = balanced_hosts();
  HttpAnswer& health = evidence.balancer->health.back();
  health.certificate = {fault, names_host, days, std::string(64, 'a')};
  if (fault != CertificateFault::none) health.end = HttpEnd::untrusted;
  return only(check_url(evidence), "HA105");
}

DoctorFinding header(const std::string& om1, const std::string& om2) {
  Evidence evidence = balanced_hosts();
  evidence.balancer = std::nullopt;
  evidence.hosts.at(0).facts->insert_or_assign("remote_ip_header", om1);
  evidence.hosts.at(1).facts->insert_or_assign("remote_ip_header", om2);
  return only(check_url(evidence), "HA204");
}

}  // namespace

TEST_CASE("HA105: a good certificate is ok until 21 days before its end") {
  CHECK(certificate(CertificateFault::none, true, 22).result == DoctorResult::ok);
  CHECK(certificate(CertificateFault::none, true, 21).result == DoctorResult::risk);
  CHECK(certificate(CertificateFault::none, true, 1).evidence == "the certificate expires in 1 day");
}

TEST_CASE("HA105: an expired certificate, or one for another name, is a fault whoever issued it") {
  for (const CertificateFault fault : {CertificateFault::expired, CertificateFault::unknown_authority})
    CHECK(certificate(fault, true, -3).result == DoctorResult::fault);
  for (const CertificateFault fault : {CertificateFault::wrong_name, CertificateFault::unknown_authority})
    CHECK(certificate(fault, false, 80).result == DoctorResult::fault);
}

TEST_CASE("HA105: the certificate of this host alone is no fault where the URL leads to this host") {
  Evidence evidence = balanced_hosts();
  HttpAnswer& health = evidence.balancer->health.back();
  health.certificate = {CertificateFault::wrong_name, false, 80, std::string(64, 'a')};
  health.end = HttpEnd::untrusted;
  for (const char* here : {"127.0.0.1", "10.0.0.1", "::1"}) {
    health.their_address = here;
    const DoctorFinding finding = only(check_url(evidence), "HA105");
    CHECK(finding.result == DoctorResult::risk);
    CHECK(finding.evidence == "the certificate is for another name; on this host the URL leads to this host itself");
  }
  health.their_address = "10.0.0.9";
  CHECK(only(check_url(evidence), "HA105").result == DoctorResult::fault);
}

TEST_CASE("HA105: an authority that this host does not know is unknown, because agents may know it") {
  const DoctorFinding finding = certificate(CertificateFault::unknown_authority, true, 80);
  CHECK(finding.result == DoctorResult::unknown);
  CHECK(finding.needs.find("[doctor] ca") != std::string::npos);
  CHECK(certificate(CertificateFault::other, true, 80).result == DoctorResult::unknown);
  CHECK(certificate(CertificateFault::not_yet_valid, true, 80).result == DoctorResult::risk);
}

TEST_CASE("HA105: a name without an address here is a risk, and plain HTTP has no certificate") {
  Evidence evidence = balanced_hosts();
  evidence.balancer->health = {{.end = HttpEnd::no_name}, {.end = HttpEnd::no_name}};
  CHECK(only(check_url(evidence), "HA105").result == DoctorResult::risk);
  evidence = balanced_hosts();
  evidence.balancer->tls = false;
  CHECK_FALSE(support::has(check_url(evidence), "HA105"));
  evidence.balancer = BalancerEvidence{.not_asked = "the URL"};
  CHECK(only(check_url(evidence), "HA105").needs == "the URL");
}

TEST_CASE("HA204: what cannot be a header's name is a fault, and hosts that differ are a risk") {
  Evidence evidence = balanced_hosts();
  evidence.hosts.at(0).facts->insert_or_assign("remote_ip_header", "malformed");
  const auto findings = check_url(evidence);
  CHECK(std::ranges::any_of(findings, [](const DoctorFinding& each) {
    return each.id == "HA204" && each.object == "om1" && each.result == DoctorResult::fault;
  }));
  CHECK(header("x-real-ip", "x-forwarded-for").result == DoctorResult::risk);
  CHECK(header("x-forwarded-for", "x-forwarded-for").result == DoctorResult::ok);
}

TEST_CASE("HA204: an absent line is never a fault, and a header that works is ok") {
  CHECK(header("", "").result == DoctorResult::unknown);
  CHECK(header("x-forwarded-for", "").result == DoctorResult::unknown);
  Evidence evidence = balanced_hosts();
  for (HostEvidence& host : evidence.hosts) host.facts->insert_or_assign("remote_ip_header", "");
  CHECK(only(check_url(evidence), "HA204").result == DoctorResult::ok);
  CHECK(only(check_url(evidence), "HA204").evidence ==
        "no line on this host, and the header x-forwarded-for changes the address in its access log, so the Admin UI "
        "sets it");
}

TEST_CASE("HA204: a header that works on this host says nothing about the others if this host has a line for it") {
  Evidence evidence = balanced_hosts();
  evidence.hosts.at(1).facts->insert_or_assign("remote_ip_header", "");
  CHECK(only(check_url(evidence), "HA204").result == DoctorResult::unknown);
  evidence = balanced_hosts();
  evidence.hosts.at(0).facts->insert_or_assign("remote_ip_header", "");
  CHECK(only(check_url(evidence), "HA204").result == DoctorResult::ok);
  evidence.hosts.at(1).facts->insert_or_assign("remote_ip_header", "x-real-ip");
  CHECK(only(check_url(evidence), "HA204").result == DoctorResult::unknown);
}

TEST_CASE("HA204: a URL in place of the header is left to the finding about exchanged settings") {
  Evidence evidence = balanced_hosts();
  for (HostEvidence& host : evidence.hosts) host.facts->insert_or_assign("remote_ip_header", "url");
  CHECK_FALSE(support::has(check_url(evidence), "HA204"));
}

TEST_CASE("HA210: time-outs are left to a person who knows the balancer") {
  CHECK(only(check_url(balanced_hosts()), "HA210").result == DoctorResult::unknown);
}

}  // namespace agent
