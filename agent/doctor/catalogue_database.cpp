// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue_database.h"

#include <array>

namespace agent {

namespace {

constexpr std::array ha302_results = {DoctorResult::fault, DoctorResult::risk, DoctorResult::unknown};

constexpr std::array entries = {
    CatalogueEntry{
        .id = "HA302",
        .group = DoctorGroup::database,
        .results = ha302_results,
        .title = "the application database is not the same on every host",
        .right = "every host names the same application database",
        .check =
            "mongo.mongoUri in conf-mms.properties is compared between the hosts that report facts. Two lines name "
            "the same database if they have the same replica set or SRV name, or a member in common. Different "
            "replica sets or databases are a fault. Lists without a common member are a risk, because one machine "
            "may have several names. The database itself is not asked.",
        .consequence = "the hosts are two installations with one key: what is changed in one is missing in the other",
        .fix = "decide which line is right, write it into conf-mms.properties on every host, then restart Ops Manager "
               "there, one host at a time:\n"
               "  mongo.mongoUri=mongodb://<every member of the replica set>/?replicaSet=<its name>",
        .page = ha_page},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_databases() { return entries; }

}  // namespace agent
