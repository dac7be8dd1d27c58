// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue.h"

#include <algorithm>
#include <array>

namespace agent {

namespace {

constexpr std::string_view ha_page = "Configure a Highly Available Ops Manager Application";
constexpr std::string_view ha_url =
    "https://www.mongodb.com/docs/ops-manager/current/tutorial/configure-application-high-availability/";

constexpr std::array ha103_results = {DoctorResult::risk, DoctorResult::note};

constexpr std::array entries = {
    CatalogueEntry{
        .id = "HA103",
        .group = DoctorGroup::hosts,
        .results = ha103_results,
        .title = "the URL to Access Ops Manager names one host",
        .check = "mms.centralUrl in conf-mms.properties is compared with the names and addresses of the hosts. A name "
                 "that is a host's own, or loopback, is a risk. A numeric address, or a name that resolves to a host, "
                 "is only noted, because a floating address looks the same.",
        .consequence = "when that host is down, nobody reaches Ops Manager through this URL",
        .fix = "mms.centralUrl=https://<name of the load balancer>",
        .page = {ha_page, ha_url}},
};

}  // namespace

std::span<const CatalogueEntry> catalogue() { return entries; }

const CatalogueEntry* entry_of(std::string_view id) {
  const auto* const found = std::ranges::find(entries, id, &CatalogueEntry::id);
  return found == entries.end() ? nullptr : found;
}

}  // namespace agent
