// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue_stores.h"

#include <array>

namespace agent {

namespace {

using enum DoctorResult;

constexpr std::array fault_unknown = {fault, unknown};
constexpr std::array fault_risk_unknown = {fault, risk, unknown};

constexpr std::array entries = {
    CatalogueEntry{
        .id = "HA501",
        .group = DoctorGroup::stores,
        .results = fault_unknown,
        .title = "no member of this database of the backups answers",
        .right = "this database of the backups answers",
        .check = "Every host of each database in [doctor] backing_databases is asked with hello, the greeting of "
                 "MongoDB, and again after 5 seconds. It is a fault if none answers, both times, and Ops Manager has "
                 "run on this host for 20 minutes. On any other host the same is unknown, because a firewall may be "
                 "the reason.",
        .consequence = "backups stop, and nothing that is stored there can be restored",
        .fix = "see whether mongod runs on its machines. Start it as it is usually started, by systemd or by"
               " the MongoDB Agent. Look at its log, and at firewalls between its machines and this host:\n"
               "  systemctl status mongod\n"
               "  tail -n 50 /var/log/mongodb/mongod.log",
        .page = backup_ha_page},
    CatalogueEntry{.id = "HA502",
                   .group = DoctorGroup::stores,
                   .results = fault_risk_unknown,
                   .title = "this database of the backups is not highly available",
                   .right = "this database of the backups is highly available",
                   .check =
                       "Each database in [doctor] backing_databases is checked as the application database is: HA301"
                       " and HA304 to HA309. The evidence begins with the id of the finding, which --explain "
                       "describes. doctor does not log in to these databases, so votes and hidden members are not "
                       "known.",
                   .consequence = "one failure stops backups and restores",
                   .fix = "the evidence begins with an id; see what to do about it, for example:\n"
                          "  genkey-agent doctor --explain HA304",
                   .page = backup_ha_page},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_stores() { return entries; }

}  // namespace agent
