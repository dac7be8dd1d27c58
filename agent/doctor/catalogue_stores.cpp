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
        .fix =
            "on each machine of this database, see whether mongod runs. Start it as it is usually started, by systemd "
            "or by the MongoDB Agent. Look at its log, and at firewalls between its machines and this host:\n"
            "  systemctl status mongod\n"
            "  tail -n 50 /var/log/mongodb/mongod.log\n"
            "if the database is retired, remove it from backing_databases, or its store in Ops Manager",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA502",
        .group = DoctorGroup::stores,
        .results = fault_risk_unknown,
        .title = "this database of the backups is not highly available",
        .right = "this database of the backups is highly available",
        .check = "Each database in [doctor] backing_databases, and of those that Ops Manager's API lists, is checked "
                 "as the application database is: HA301 and HA304 to HA309. The evidence begins with the id of the "
                 "finding, which --explain describes. doctor does not log in to these databases, so votes and hidden "
                 "members are not known. HA303, HA312 and HA313 are not checked for them.",
        .consequence = "one failure stops backups and restores",
        .fix = "do what the report says for this database. The evidence begins with an id, and --explain describes it "
               "for the application database: where it names mongo.mongoUri, leave that line as it is, and enter the "
               "members for this store in Ops Manager, Admin, Backup:\n"
               "  genkey-agent doctor --explain HA304",
        .page = backup_ha_page},
    CatalogueEntry{.id = "HA503",
                   .group = DoctorGroup::stores,
                   .results = only_unknown,
                   .title = "nobody has attested that this S3 store is always available",
                   .right = "this S3 store is always available",
                   .check = "Ops Manager's API lists the S3 stores. Whether one is always available is known to "
                            "whoever runs it, so a person attests it. doctor sends nothing to S3; the database with "
                            "the metadata of such a store is checked by HA501 and HA502.",
                   .consequence = "while the store does not answer, snapshots fail and nothing can be restored from it",
                   .fix =
                       "ask whoever runs the S3 service whether one failure stops it. Then attest it, below "
                       "[doctor.attested] in genkey-agent.toml, with the date on which you asked. One line covers all "
                       "S3 stores, also later ones, so name them:\n"
                       "  HA503 = \"2026-11-01 s3a and s3b, storage team: three sites, restored from both last week\"",
                   .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA504",
        .group = DoctorGroup::stores,
        .results = risk_unknown,
        .title = "the hosts do not share this file system store",
        .right = "the hosts share this file system store",
        .check = "Ops Manager's API lists the stores in file systems with their paths, and each host reports its "
                 "network mounts. All hosts must find the same directory of one file server at that path. That the "
                 "file server lets several hosts write to one file is not checked. A cluster file system on shared "
                 "disks looks like a local disk; accept it then, below [doctor.ignore] in genkey-agent.toml.",
        .consequence = "restores and the expiry of old snapshots fail on the hosts that do not have the files",
        .fix = "in a maintenance window, mount one network file system at another path, and stop Ops Manager and its "
               "daemons on every host. Copy the files of the store from every host that has some. Then mount it at the "
               "path of the store on all hosts, with the account of Ops Manager as its owner, and start them. Restore "
               "one snapshot for a test, and keep the old files until then",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA505",
        .group = DoctorGroup::stores,
        .results = only_unknown,
        .title = "nobody has attested that this store with labels survives the loss of a data centre",
        .right = "this store with labels survives the loss of a data centre",
        .check =
            "Ops Manager's API lists the stores that carry labels with their members, and how many projects are bound "
            "to certain stores. Which region a label means, and what that region must survive, only a person knows.",
        .consequence = "backups of a region stop with one of its data centres",
        .fix = "see whether the store still accepts writes when any one data centre is lost: the members in the others "
               "must have the majority of votes, and two of them must hold data. HA502 may report HA307 or HA308 for "
               "such a store; accept that. For S3 and file systems, ask whoever runs them. Then attest it, below "
               "[doctor.attested] in genkey-agent.toml. One line covers all such stores, so name them:\n"
               "  HA505 = \"2026-11-01 blocks-fra and blocks-ams: members in three data centres each\"",
        .page = backup_ha_page},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_stores() { return entries; }

}  // namespace agent
