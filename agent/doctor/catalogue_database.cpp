// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue_database.h"

#include <array>

namespace agent {

namespace {

using enum DoctorResult;

constexpr std::array fault_risk_unknown = {fault, risk, unknown};
constexpr std::array fault_unknown = {fault, unknown};
constexpr std::array risk_unknown = {risk, unknown};

constexpr std::array entries = {
    CatalogueEntry{
        .id = "HA301",
        .group = DoctorGroup::database,
        .results = fault_risk_unknown,
        .title = "the application database is not a replica set",
        .right = "the application database is a replica set",
        .check =
            "Every host in mongo.mongoUri is asked with hello, the greeting of MongoDB, which needs no login. A member "
            "of a replica set names its set. A database without one is a fault, or a risk where one host of Ops "
            "Manager has one database process: that may be a test, and works. Behind a mongos is a sharded cluster, "
            "which counts as right.",
        .consequence = "when the machine of the database fails, Ops Manager stops, and the data may be lost",
        .fix = "back up the database first, and plan an outage: Ops Manager waits from the restart of the "
               "database until rs.initiate is done. Install the same version of MongoDB on two more "
               "machines, with empty data directories. Follow \"Convert a Standalone mongod to a Replica "
               "Set\" in MongoDB's manual\n"
               "if users log in, give all three the same security.keyFile; if they do not, create a user for"
               " Ops Manager first, because a keyFile switches logins on. Set net.bindIp on all three so "
               "that they reach each other, and never without logins. Then write into mongod.conf on all "
               "three:\n"
               "  replication:\n"
               "    replSetName: appdb\n"
               "restart the database that Ops Manager uses, and in mongosh there, run:\n"
               "  rs.initiate({_id: \"appdb\", members: [{_id: 0, host: \"<full name of this machine>:27017\"}]})\n"
               "  rs.add(\"<full name of the second machine>:27017\")\n"
               "  rs.add(\"<full name of the third machine>:27017\")\n"
               "then write all three into mongo.mongoUri on every host. Change only the list of hosts, add "
               "replicaSet=appdb, and keep the user name, the password and the other options. Restart Ops "
               "Manager, one host at a time",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA302",
        .group = DoctorGroup::database,
        .results = fault_risk_unknown,
        .title = "the application database is not the same on every host",
        .right = "every host names the same application database",
        .check = "mongo.mongoUri in conf-mms.properties is compared between the hosts that report facts. Two "
                 "lines name the same database if they have the same replica set or SRV name, or a member in "
                 "common. If the database answers this host, the names that it has itself count, too. "
                 "Different replica sets are a fault. Lists without a common member are a risk, because one "
                 "machine may have several names; so is another database behind the same members, because it "
                 "may only be where the user is defined. Behind a mongos, lists without a common member are unknown, "
                 "because each host may have a mongos of its own.",
        .consequence = "the hosts are two installations with one key: what is changed in one is missing in the other",
        .fix = "decide which line is right: the one whose database has the data of this installation. On "
               "each other host, change only the hosts and replicaSet in mongo.mongoUri in "
               "conf-mms.properties, and keep the user name, the password and the other options. Restart Ops"
               " Manager there, one host at a time. Keep the other database until nothing is missing",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA303",
        .group = DoctorGroup::database,
        .results = risk_unknown,
        .title = "mongo.mongoUri does not list the members of the replica set",
        .right = "mongo.mongoUri lists the members of the replica set",
        .check = "The hosts in mongo.mongoUri are compared with the members that the replica set names itself. A "
                 "host with another name than the member's is recognised by its answer. Arbiters, hidden members and "
                 "members of priority 0 need not be listed. A listed host that is of another set, or of none, is a "
                 "risk. A URI that this program cannot read is unknown, because Ops Manager may understand it.",
        .consequence =
            "when the listed members are down, Ops Manager cannot start or reconnect, although others are up",
        .fix = "see which members there are, in mongosh:\n"
               "  rs.conf().members.map(m => m.host)\n"
               "in mongo.mongoUri in conf-mms.properties of this host, replace only the list of hosts with "
               "them. Keep the user name, the password and all options, or Ops Manager cannot log in. Then "
               "restart Ops Manager there",
        .page = ha_page},
    CatalogueEntry{.id = "HA304",
                   .group = DoctorGroup::database,
                   .results = fault_risk_unknown,
                   .title = "too few members can acknowledge what Ops Manager writes",
                   .right = "enough members can acknowledge what Ops Manager writes, even with one fewer",
                   .check =
                       "A write of Ops Manager succeeds when enough members with data have it. The vendor's page "
                       "says w: 2, which is two members. From Ops Manager 8.0.26 on, durable writes to the "
                       "application database and to backup metadata need majority, which is more than half of the "
                       "votes. The version decides which rule applies; if nobody knows it, or it differs, both "
                       "apply. It is a risk if one more loss would stop writes. It is a fault only with [doctor] "
                       "database_login: if too few members exist, or if the set reports them down after they gave no"
                       " answer at two looks. A silent member alone is at most a risk, because a firewall looks the "
                       "same. A set of one member is only a risk, because somebody chose it.",
                   .consequence = "writes wait, and Ops Manager stops working",
                   .fix = "see which members are down, in mongosh, and start them:\n"
                          "  rs.status().members.map(m => [m.name, m.stateStr, m.lastHeartbeatMessage])\n"
                          "if fewer than three members hold data, add members until three do:\n"
                          "  genkey-agent doctor --explain HA306",
                   .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA305",
        .group = DoctorGroup::database,
        .results = fault_unknown,
        .title = "the replica set has no primary that this host can reach",
        .right = "the replica set has a primary that this host can reach",
        .check = "Every member is asked with hello. If members answer without a primary, all are asked again "
                 "after 12 seconds, because an election takes that long; if one does not answer, after 5 "
                 "seconds. It is a fault if, both times, no member answers, none knows a primary, or the "
                 "primary does not answer, and Ops Manager has run on this host for 20 minutes. On any other "
                 "host the same is unknown, because a firewall may be the reason.",
        .consequence = "Ops Manager on this host cannot write to its database",
        .fix = "look at the state of the set, in mongosh on one of its members:\n"
               "  rs.status().members.map(m => [m.name, m.stateStr, m.lastHeartbeatMessage])\n"
               "start members that are down, and look at the log of mongod (/var/log/mongodb/mongod.log), and at "
               "firewalls between the members and this host",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA306",
        .group = DoctorGroup::database,
        .results = risk_unknown,
        .title = "the replica set has too few members with data",
        .right = "the replica set has three members with data, and two that can become primary",
        .check = "The members are counted as the replica set names them. An arbiter votes and holds no data. A member "
                 "of priority 0 never becomes primary. Hidden members are known only with [doctor] database_login; "
                 "where one may be hidden, the result is unknown.",
        .consequence = "the loss of one member stops writes, or leaves no member that can become primary",
        .fix = "add members until three hold data: with two, the loss of either stops the set. For each, "
               "install the same version of MongoDB on a new machine, with an empty data directory and the "
               "replSetName, keyFile and TLS settings of the others. Then, in mongosh on the primary:\n"
               "  rs.add(\"<full name of the new machine>:<its port>\")\n"
               "wait until rs.status() shows it as SECONDARY before you add the next one. Once three hold "
               "data, an arbiter can go:\n"
               "  rs.remove(\"<the arbiter, as rs.conf() has it>\")\n"
               "if only one member can become primary, give a priority to another one in the same facility; "
               "n is its number in this list:\n"
               "  rs.conf().members.map((m, n) => [n, m.host, m.priority])\n"
               "  cfg = rs.conf(); cfg.members[n].priority = 1; rs.reconfig(cfg)\n"
               "then add the new members to mongo.mongoUri on every host:\n"
               "  genkey-agent doctor --explain HA303",
        .page = backing_page},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_databases() { return entries; }

}  // namespace agent
