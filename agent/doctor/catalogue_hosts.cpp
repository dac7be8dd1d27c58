// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue_hosts.h"

#include <array>

namespace agent {

namespace {

constexpr std::array ha103_results = {DoctorResult::risk, DoctorResult::note};

constexpr std::array entries = {
    CatalogueEntry{
        .id = "HA103",
        .group = DoctorGroup::hosts,
        .results = ha103_results,
        .title = "the URL to Access Ops Manager names one host",
        .right = "the URL to Access Ops Manager names no single host",
        .check = "mms.centralUrl in conf-mms.properties is compared with the names and addresses of the hosts. A name "
                 "that is a host's own, or loopback, is a risk. A numeric address, or a name that resolves to a host, "
                 "is only noted, because a floating address looks the same.",
        .consequence = "when that host is down, nobody reaches Ops Manager through this URL",
        .fix = "write the load balancer's name into conf-mms.properties on every host, then restart Ops Manager:\n"
               "  mms.centralUrl=https://<name of the load balancer>",
        .page = ha_page},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_hosts() { return entries; }

}  // namespace agent
