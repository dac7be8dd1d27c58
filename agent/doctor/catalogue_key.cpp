// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue_key.h"

#include <array>

namespace agent {

namespace {

constexpr std::array only_unknown = {DoctorResult::unknown};

constexpr std::array ha601_results = {DoctorResult::risk};

constexpr std::array entries = {
    CatalogueEntry{
        .id = "HA601",
        .group = DoctorGroup::key,
        .results = ha601_results,
        .title = "the key file is on one network file system",
        .right = "the key files do not depend on one network file system",
        .check = "The file systems of the key files are compared, as each host has them mounted. One export that is "
                 "mounted under different names is not recognised.",
        .consequence = "when that file server fails, no host has its key, and none starts",
        .fix = "keep a copy of the key on a disk of each host: unmount the file system where the key is, then on that "
               "host:\n"
               "  genkey-agent ensure",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA801",
        .group = DoctorGroup::attested,
        .results = only_unknown,
        .title = "the application database has no backup that was restored recently",
        .right = "the application database is backed up, and a backup was restored",
        .check = "Nothing on the hosts shows it. A person attests it: how the application database is backed up, and "
                 "when a backup was last restored for a test. A copy of its files must hold data and journal of one "
                 "moment, so take a snapshot of the device that holds both.",
        .consequence = "if the application database is lost, Ops Manager's data may be lost with it",
        .fix = "restore a backup on a test host, then write the date and what was done into genkey-agent.toml:\n"
               "  [doctor.attested]\n"
               "  HA801 = \"2026-11-01 LVM snapshots every night, restored on a test host\"",
        .page = ha_page,
        .only_attested = true},
    CatalogueEntry{
        .id = "HA802",
        .group = DoctorGroup::attested,
        .results = only_unknown,
        .title = "the load balancer or a store of backups is a single point of failure",
        .right = "the load balancer and the stores of backups are highly available",
        .check = "Nothing on the hosts shows it. A person attests it: that the load balancer, and the S3 and file "
                 "servers that hold backups, go on when one machine fails.",
        .consequence = "one failure there stops Ops Manager or its backups for everybody",
        .fix = "let one machine of each fail for a test, then write the date and what was done into "
               "genkey-agent.toml:\n"
               "  [doctor.attested]\n"
               "  HA802 = \"2026-11-01 failed over the load balancer and the file server\"",
        .page = backup_ha_page,
        .only_attested = true},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_the_key() { return entries; }

}  // namespace agent
