// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue_daemons.h"

#include <array>

namespace agent {

namespace {

using enum DoctorResult;

constexpr std::array risk_unknown_note = {risk, unknown, note};
constexpr std::array unknown_note = {unknown, note};
constexpr std::array fault_risk_unknown = {fault, risk, unknown};
constexpr std::array risk_unknown = {risk, unknown};

constexpr std::string_view new_head_directory =
    "create a head directory on a disk partition of its host, for the account of Ops Manager:\n"
    "  install -d -m 0700 -o mongodb-mms -g mongodb-mms /backup/head\n"
    "then open Ops Manager, Admin, Backup, Daemons, activate the daemon with that directory, and move the jobs to it "
    "with Move all heads. End the path with a slash there";

constexpr std::array entries = {
    CatalogueEntry{
        .id = "HA401",
        .group = DoctorGroup::daemons,
        .results = risk_unknown_note,
        .title = "fewer than two hosts have a backup daemon for each kind of job",
        .right = "several hosts have a backup daemon for each kind of job",
        .check =
            "With an API key, Ops Manager says which daemons are activated, that is, set up in Ops Manager with a head "
            "directory, and which of them serve queryable restores and grooms. Without one, it is known only where a "
            "daemon runs: Ops Manager may start one on every host, so several that run do not show that several are "
            "activated. Where no host runs one, or none is activated, backups are not used: that is a note, and "
            "nothing else is said about them. Whether there are enough daemons for the work is not checked.",
        .consequence = "when that host fails, nobody serves queryable restores or removes blocks that no snapshot "
                       "needs (grooms). A second daemon does not take over by itself, but the jobs can be moved to it",
        .fix = "if backups are used, start a daemon on a second host that has the key:\n"
               "  genkey-agent verify\n"
               "  systemctl enable --now mongodb-mms-backup-daemon\n"
               "then create a head directory for it, on a disk partition of its own:\n"
               "  install -d -m 0700 -o mongodb-mms -g mongodb-mms /backup/head\n"
               "then open Ops Manager, Admin, Backup, Daemons, and activate it with that directory. End the path with "
               "a slash there",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA402",
        .group = DoctorGroup::daemons,
        .results = risk_unknown_note,
        .title = "the backup daemon of this host does no work",
        .right = "the backup daemon of this host runs and is activated",
        .check = "The unit mongodb-mms-backup-daemon and the processes of Ops Manager's account are read on each host. "
                 "With an API key, Ops Manager says which daemons are activated. A daemon that runs and is not "
                 "activated is usual on hosts of the web server, and a note.",
        .consequence = "this host takes no backup jobs, and does not stand in for another",
        .fix = "if it should take jobs, start it on that host:\n"
               "  systemctl start mongodb-mms-backup-daemon\n"
               "then create a head directory for it, on a disk partition of its own:\n"
               "  install -d -m 0700 -o mongodb-mms -g mongodb-mms /backup/head\n"
               "then open Ops Manager, Admin, Backup, Daemons, and activate it with that directory. End the path with "
               "a slash there\n"
               "if it should take none, stop it for good:\n"
               "  systemctl disable --now mongodb-mms-backup-daemon",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA403",
        .group = DoctorGroup::daemons,
        .results = unknown_note,
        .title = "no backup daemon is kept for queryable restores",
        .right = "a backup daemon is kept for queryable restores",
        .check = "Ops Manager's API says which boxes are ticked for each activated daemon. One that has only Queryable "
                 "Restore Jobs ticked is kept for them.",
        .consequence = "queryable restores, which let you query a snapshot without restoring it, compete with other "
                       "backup jobs for the same daemons",
        .fix = "in a large deployment, have a third daemon for them. If it has jobs, move these to another one first, "
               "with Move all heads. Then open Ops Manager, Admin, Backup, Daemons, and clear all its boxes except "
               "Queryable Restore Jobs",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA404",
        .group = DoctorGroup::daemons,
        .results = unknown_note,
        .title = "every backup daemon serves every project",
        .right = "backup daemons are assigned to projects",
        .check = "Ops Manager's API lists the labels of each activated daemon, and which projects are bound to certain "
                 "daemons, stores or labels. Binding none is normal where all hosts are in one place. Whether every "
                 "project is bound as it should be, a person must see.",
        .consequence = "a project's backups may be taken in another region than its data",
        .fix = "where hosts are in several regions, open Ops Manager, Admin, Backup, Jobs, click each project that "
               "belongs to a region, and choose the daemons and stores of that region. Leave each region two daemons",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA405",
        .group = DoctorGroup::daemons,
        .results = fault_risk_unknown,
        .title = "an activated backup daemon does not run",
        .right = "the activated backup daemon runs",
        .check = "Ops Manager's API lists the activated daemons by the names of their machines, and each host reports "
                 "its names and whether a daemon runs there. A stopped daemon is a fault. A machine whose name no host "
                 "has is a risk: it may be lost, or a host without genkey-agent.",
        .consequence = "the jobs that belong to it stand still, and its backups stop",
        .fix = "if its host is there, start the daemon on it:\n"
               "  systemctl start mongodb-mms-backup-daemon\n"
               "if it does not start, see why:\n"
               "  genkey-agent status\n"
               "  tail -n 50 /opt/mongodb/mms/logs/daemon-startup.log\n"
               "if the host is lost for good, open Ops Manager, Admin, Backup, Daemons. Choose Move all heads of the "
               "lost daemon, and another one with more free space than the lost one used. Until the move is complete, "
               "the jobs that move take no snapshots. Then delete the lost daemon in that list\n"
               "if there is no other daemon, prepare a host first, as this describes, and activate a daemon on it:\n"
               "  genkey-agent doctor --explain HA401",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA406",
        .group = DoctorGroup::daemons,
        .results = risk_unknown,
        .title = "several backup daemons have this directory of a file server as their head directory",
        .right = "each backup daemon has a head directory of its own",
        .check = "The head directories come from Ops Manager's API, from head_directories below [doctor] on each host, "
                 "or from an old conf-daemon.properties. Where they are comes from the mounts of each host.",
        .consequence = "the daemons can overwrite each other's files",
        .fix = new_head_directory,
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA407",
        .group = DoctorGroup::daemons,
        .results = risk_unknown,
        .title = "the head directory of the backup daemon is on a file server, absent or not writable",
        .right = "the head directory of the backup daemon is on a disk of its host, and writable",
        .check = "The head directories are found as for HA406. One on a file server is a risk, and so is one that is "
                 "absent, or in which the account of Ops Manager may not write by owner, mode and access list.",
        .consequence = "queryable restores may be slow or fail",
        .fix = new_head_directory,
        .page = backup_ha_page},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_daemons() { return entries; }

}  // namespace agent
