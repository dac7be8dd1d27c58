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

constexpr std::array entries = {
    CatalogueEntry{
        .id = "HA401",
        .group = DoctorGroup::daemons,
        .results = risk_unknown_note,
        .title = "fewer than two hosts have a backup daemon",
        .right = "several hosts have a backup daemon",
        .check =
            "With an API key, Ops Manager says which daemons are activated, that is, have a head directory and get "
            "jobs. Without one, a host counts if the daemon runs there or its unit is enabled, activated or not. "
            "Where no host has one, backups are not used: that is a note, and nothing else is said about them.",
        .consequence = "when that host fails, nobody takes snapshots, serves queryable restores or clears old blocks",
        .fix = "if backups are used, start a daemon on a second host that has the key:\n"
               "  genkey-agent verify\n"
               "  systemctl enable --now mongodb-mms-backup-daemon\n"
               "then open Ops Manager, Admin, Backup, Daemons, and activate it with a head directory on a local disk",
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
        .consequence = "this host takes no jobs of backups, and does not stand in for another",
        .fix = "if it should take jobs, start it on that host:\n"
               "  systemctl start mongodb-mms-backup-daemon\n"
               "then open Ops Manager, Admin, Backup, Daemons, and activate it with a head directory on a local disk",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA403",
        .group = DoctorGroup::daemons,
        .results = unknown_note,
        .title = "no backup daemon is kept for queryable restores",
        .right = "a backup daemon is kept for queryable restores",
        .check = "Ops Manager's API says which boxes are ticked for each activated daemon. One that has only Queryable "
                 "Restore Jobs ticked is kept for them.",
        .consequence = "large queryable restores and backups wait for each other",
        .fix =
            "this matters in large deployments alone. There, open Ops Manager, Admin, Backup, Daemons, and clear all "
            "boxes of one daemon except Queryable Restore Jobs. Leave at least two daemons for backups",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA404",
        .group = DoctorGroup::daemons,
        .results = unknown_note,
        .title = "every backup daemon serves every project",
        .right = "backup daemons are assigned to projects",
        .check = "Ops Manager's API lists the labels of each activated daemon, and which projects are bound to certain "
                 "daemons, stores or labels. To bind none is as designed where all hosts are in one place.",
        .consequence = "a project's backups may be taken in another region than its data",
        .fix = "this matters where hosts are in several regions. There, open Ops Manager, Admin, Backup, and give the "
               "same label to the daemons and stores of a region and to the projects that belong to it",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA405",
        .group = DoctorGroup::daemons,
        .results = fault_risk_unknown,
        .title = "an activated backup daemon does not run",
        .right = "the activated backup daemon runs",
        .check = "Ops Manager's API lists the activated daemons by the names of their machines, and each host reports "
                 "its names and whether a daemon runs there. A stopped daemon is a fault. A machine that no host is "
                 "called by is a risk: it may be lost, or a host without genkey-agent.",
        .consequence = "the jobs that belong to it stand still, and its backups stop",
        .fix = "if its host is there, start the daemon on it:\n"
               "  systemctl start mongodb-mms-backup-daemon\n"
               "if the host is lost, give the key to another one as genkey-agent doctor --explain HA101 describes, "
               "activate the daemon there, and move the jobs: in Ops Manager, Admin, Backup, Daemons, choose Move all "
               "heads of the lost one",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA406",
        .group = DoctorGroup::daemons,
        .results = risk_unknown,
        .title = "several backup daemons have this directory of a file server as their head directory",
        .right = "each backup daemon has a head directory of its own",
        .check = "The head directories come from Ops Manager's API, from head_directories below [doctor] on each host, "
                 "or from an old conf-daemon.properties. Where they are comes from the mounts of each host.",
        .consequence = "the daemons overwrite each other's files, and backups become useless",
        .fix = "give each daemon a head directory of its own on a local disk: in Ops Manager, Admin, Backup, Daemons, "
               "activate it with a new directory, and move the jobs with Move all heads",
        .page = backing_page},
    CatalogueEntry{
        .id = "HA407",
        .group = DoctorGroup::daemons,
        .results = risk_unknown,
        .title = "the backup daemon cannot use its head directory well",
        .right = "the backup daemon can use its head directory",
        .check = "The head directories are found as for HA406. One on a file server is a risk, and so is one that is "
                 "absent, or in which the account of Ops Manager may not write by owner, mode and access list.",
        .consequence = "queryable restores fail, and other work of the daemon is slow or fails",
        .fix =
            "give the daemon a head directory on a local disk, which the account of Ops Manager owns. In Ops Manager, "
            "Admin, Backup, Daemons, activate it with that directory, and move the jobs with Move all heads",
        .page = backing_page},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_daemons() { return entries; }

}  // namespace agent
