// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue_members.h"

#include <array>

namespace agent {

namespace {

using enum DoctorResult;

constexpr std::array risk_unknown = {risk, unknown};
constexpr std::array only_note = {note};

constexpr std::array entries = {
    CatalogueEntry{
        .id = "HA307",
        .group = DoctorGroup::database,
        .results = risk_unknown,
        .title = "the facility of Ops Manager does not have the majority of votes",
        .right = "the facility of Ops Manager has the majority of votes",
        .check =
            "A facility is a building or data centre. That of a member is known from [doctor.facilities] in "
            "genkey-agent.toml, else from its tag dc, datacenter, facility, region or zone. That of a host of Ops "
            "Manager is known from [doctor] facility there, else from [doctor.facilities]. If Ops Manager is in "
            "several, each of them will do. If nothing is known and all members answer within 2 ms, they count as one "
            "facility; of several times that a member takes, the least counts. Votes that differ from 1 and hidden "
            "members are known only with [doctor] database_login.",
        .consequence = "when the facilities lose sight of each other, no primary is left near Ops Manager",
        .fix = "if the votes are in three facilities on purpose, so that the set survives the loss of any "
               "one, ignore this finding. Otherwise see the votes, in mongosh on the primary:\n"
               "  rs.conf().members.map(m => [m.host, m.votes, m.priority])\n"
               "move members: add one in the facility of Ops Manager, wait until rs.status() shows it as "
               "SECONDARY, then remove one elsewhere, so that the number of votes stays odd. If the one to "
               "remove is the primary, first let another one become primary:\n"
               "  rs.add(\"<full name of the new machine>:<its port>\")\n"
               "  rs.stepDown()\n"
               "  rs.remove(\"<the old member, as rs.conf() has it>\")\n"
               "then stop mongod on the old machine, and write the new list into mongo.mongoUri on every "
               "host:\n"
               "  genkey-agent doctor --explain HA303",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA308",
        .group = DoctorGroup::database,
        .results = risk_unknown,
        .title = "members outside the facility of Ops Manager can become primary",
        .right = "only members in the facility of Ops Manager can become primary",
        .check = "Every member with a priority above 0 counts. Facilities are known as for HA307. Nothing is said "
                 "while the majority of votes is not in the facility of Ops Manager: move that first.",
        .consequence = "the primary may move away from Ops Manager, and every write then crosses the line in between",
        .fix = "if the votes are in three facilities on purpose, so that the set survives the loss of any "
               "one, ignore this finding. Otherwise see the priorities, in mongosh on the primary:\n"
               "  rs.conf().members.map((m, n) => [n, m.host, m.votes, m.priority])\n"
               "make sure that the facility of Ops Manager has two members with a priority above 0. If the "
               "primary is elsewhere, let another member become primary, and go on there:\n"
               "  rs.stepDown()\n"
               "then give 0 to each member elsewhere, with its number in that list for n:\n"
               "  cfg = rs.conf(); cfg.members[n].priority = 0; rs.reconfig(cfg)",
        .page = ha_page},
    CatalogueEntry{.id = "HA309",
                   .group = DoctorGroup::database,
                   .results = risk_unknown,
                   .title = "all members, or all hosts of Ops Manager, are at one address",
                   .right = "members and hosts are at different addresses",
                   .check =
                       "The addresses of the members of the replica set are compared, and those of the hosts of Ops "
                       "Manager. Whether several virtual machines share one physical machine cannot be seen. Behind "
                       "NAT or a port forwarder, different machines have one address: then ignore this finding. Two "
                       "of three members on one machine are not noticed.",
                   .consequence = "if one machine is behind that address, its failure takes all of them",
                   .fix = "move members, or hosts of Ops Manager, to other machines",
                   .page = ha_page},
    CatalogueEntry{.id = "HA310",
                   .group = DoctorGroup::database,
                   .results = risk_unknown,
                   .title = "this database of the backups shares a replica set with the application database",
                   .right = "this database of the backups has members of its own",
                   .check = "The members of each database in [doctor] backing_databases are compared with those of the "
                            "application database, by their names and by the names that they give themselves.",
                   .consequence = "backups that fill the volume stop Ops Manager",
                   .fix = "set up a replica set of its own for backups, and add it in Ops Manager as a further store: "
                          "Admin, Backup, Snapshot Storage or Oplog Storage. Keep the old store until its snapshots "
                          "have expired, because they are in it",
                   .page = backing_page},
    CatalogueEntry{
        .id = "HA311",
        .group = DoctorGroup::database,
        .results = only_note,
        .title = "a database on this host has its journal on another device than its data",
        .right = "the databases on this host have journal and data on one device",
        .check =
            "The journal is a directory in the data directory of mongod. It has the latest writes, which may not be "
            "in the data files yet. A running mongod keeps the file mongod.lock in its data directory open, so the "
            "directory is known without its configuration. A logical volume is one device. Subvolumes of Btrfs and "
            "data sets of ZFS count as devices of their own. Nothing is said about hosts without mongod, about a "
            "mongod without a journal, and where the processes of the host cannot be seen.",
        .consequence = "a snapshot of one device has half of the database, and may not start when it is restored",
        .fix = "if no backup of this database is a snapshot of its device, ignore this finding. Otherwise stop writing "
               "while the snapshots are taken: on a secondary, so that Ops Manager goes on. In mongosh there, which "
               "has to stay open:\n"
               "  db.fsyncLock()\n"
               "take the snapshots of both devices, then:\n"
               "  db.fsyncUnlock()\n"
               "or put the journal on the device of the data, one member at a time, secondaries first. Copy it while "
               "mongod is stopped, by systemd or in Ops Manager, whichever runs it:\n"
               "  systemctl stop mongod\n"
               "  cp -a <data directory>/journal/. <data directory>/journal.new\n"
               "if journal is a link, remove the link:\n"
               "  rm <data directory>/journal\n"
               "if it is a mount point, remove its line from /etc/fstab, too:\n"
               "  umount <data directory>/journal\n"
               "then start mongod with the copy:\n"
               "  mv -T <data directory>/journal.new <data directory>/journal\n"
               "  systemctl start mongod",
        .page = ha_page},
    CatalogueEntry{.id = "HA312",
                   .group = DoctorGroup::database,
                   .results = only_note,
                   .title = "members of the replica set have names in upper case, or numeric ones",
                   .right = "the names of the members are in lower case",
                   .check = "The names are those that the replica set gives its members, not those in mongo.mongoUri.",
                   .consequence =
                       "Ops Manager may not find a member by a name in upper case, and a number cannot move to another "
                       "machine",
                   .fix = "give each member a full name in lower case that every member and every host of Ops Manager "
                          "can resolve. Where TLS is used, the member's certificate must have the new name\n"
                          "see the numbers of the members, in mongosh on the primary:\n"
                          "  rs.conf().members.map((m, n) => [n, m.host])\n"
                          "then, one member at a time, with its number for n:\n"
                          "  cfg = rs.conf(); cfg.members[n].host = \"<full name in lower case>:<its present port>\"; "
                          "rs.reconfig(cfg)\n"
                          "before the next one, wait until rs.status() shows every member as PRIMARY or SECONDARY. At "
                          "the end write the new names into mongo.mongoUri on every host:\n"
                          "  genkey-agent doctor --explain HA303",
                   .page = backing_page},
    CatalogueEntry{
        .id = "HA313",
        .group = DoctorGroup::database,
        .results = risk_unknown,
        .title = "somebody changed the default read or write concern",
        .right = "the default read and write concerns are those of MongoDB",
        .check = "With [doctor] database_login, the database is asked with getDefaultRWConcern whether its defaults "
                 "were set. The page of newer versions asks for MongoDB's own.",
        .consequence = "data that Ops Manager takes for written may be lost",
        .fix = "see what was set, in mongosh on the primary:\n"
               "  db.adminCommand({getDefaultRWConcern: 1})\n"
               "remove a default read concern:\n"
               "  db.adminCommand({setDefaultRWConcern: 1, defaultReadConcern: {}})\n"
               "a default write concern cannot be removed. Where the set has an arbiter, leave it, and see "
               "to HA306 first: with majority, the loss of one member with data would stop writes. "
               "Otherwise, if it is not majority, set it:\n"
               "  db.adminCommand({setDefaultRWConcern: 1, defaultWriteConcern: {w: \"majority\"}})\n"
               "without an arbiter, majority is the default of MongoDB 5.0 and later, so accept it in "
               "genkey-agent.toml:\n"
               "  [doctor.ignore]\n"
               "  HA313 = \"the default write concern is majority\"",
        .page = backing_page},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_members() { return entries; }

}  // namespace agent
