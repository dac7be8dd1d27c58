// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue_stores.h"

#include <array>

namespace agent {

namespace {

using enum DoctorResult;

constexpr std::array fault_unknown = {fault, unknown};
constexpr std::array fault_risk_unknown = {fault, risk, unknown};
constexpr std::array risk_unknown = {risk, unknown};
constexpr std::array only_unknown = {unknown};

constexpr std::array entries = {
    CatalogueEntry{
        .id = "HA501",
        .group = DoctorGroup::stores,
        .results = fault_unknown,
        .title = "no member of this database of the backups answers",
        .right = "this database of the backups answers",
        .check = "Every host of each database in [doctor] backing_databases, and of those that Ops Manager's API "
                 "lists, is asked with hello, the greeting of "
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
                   .check = "Each database in [doctor] backing_databases, and of those that Ops Manager's API lists, "
                            "is checked as the application database is: HA301"
                            " and HA304 to HA309. The evidence begins with the id of the finding, which --explain "
                            "describes. doctor does not log in to these databases, so votes and hidden members are not "
                            "known.",
                   .consequence = "one failure stops backups and restores",
                   .fix = "the evidence begins with an id; see what to do about it, for example:\n"
                          "  genkey-agent doctor --explain HA304",
                   .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA503",
        .group = DoctorGroup::stores,
        .results = only_unknown,
        .title = "nobody has attested that this S3 store is always available",
        .right = "this S3 store is always available",
        .check =
            "Ops Manager's API lists the S3 stores. Whether one is always available is known to whoever runs it, so "
            "a person attests it. doctor sends nothing to it.",
        .consequence = "while the store is away, snapshots fail and nothing can be restored from it",
        .fix =
            "ask whoever runs the S3 service whether one failure stops it. Then attest it, below [doctor.attested] in "
            "genkey-agent.toml, with the date on which you asked:\n"
            "  HA503 = \"2026-11-01 storage team: three sites, restored from it last week\"",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA504",
        .group = DoctorGroup::stores,
        .results = risk_unknown,
        .title = "the hosts do not share this file system store",
        .right = "the hosts share this file system store",
        .check =
            "Ops Manager's API lists the stores in file systems with their paths, and each host reports its network "
            "mounts. All hosts must find the same directory of one file server at that path. A cluster file system "
            "on shared disks looks like a local disk: then ignore this finding.",
        .consequence = "restores and the expiry of old snapshots fail on the hosts that do not have the files",
        .fix =
            "mount one network file system at that path on every host of Ops Manager, copy the files of the store to "
            "it first, and keep that file server highly available",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA505",
        .group = DoctorGroup::stores,
        .results = only_unknown,
        .title = "nobody has attested that this store of a region survives the loss of a data centre",
        .right = "this store of a region survives the loss of a data centre",
        .check = "Ops Manager's API lists the stores that carry labels, and their members. Which region a label means, "
                 "and what that region must survive, only a person knows.",
        .consequence = "backups of a region stop with one of its data centres",
        .fix = "see whether enough members of the store are in each data centre to accept writes without the others. "
               "Then attest it, below [doctor.attested] in genkey-agent.toml:\n"
               "  HA505 = \"2026-11-01 each region has members in three data centres\"",
        .page = backup_ha_page},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_stores() { return entries; }

}  // namespace agent
