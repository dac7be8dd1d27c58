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
        .fix = "prepare two more machines with MongoDB, and follow \"Convert a Standalone mongod to a Replica Set\" in "
               "its "
               "manual; in short, write into mongod.conf on all three, with a common keyFile where users log in:\n"
               "  replication:\n"
               "    replSetName: appdb\n"
               "restart the database that Ops Manager uses, and in mongosh there, run:\n"
               "  rs.initiate({_id: \"appdb\", members: [{_id: 0, host: \"<full name of this machine>:27017\"}]})\n"
               "  rs.add(\"<full name of the second machine>:27017\")\n"
               "  rs.add(\"<full name of the third machine>:27017\")\n"
               "then write all three into conf-mms.properties on every host of Ops Manager, and restart Ops Manager:\n"
               "  mongo.mongoUri=mongodb://<first>:27017,<second>:27017,<third>:27017/?replicaSet=appdb",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA302",
        .group = DoctorGroup::database,
        .results = fault_risk_unknown,
        .title = "the application database is not the same on every host",
        .right = "every host names the same application database",
        .check =
            "mongo.mongoUri in conf-mms.properties is compared between the hosts that report facts. Two lines name "
            "the same database if they have the same replica set or SRV name, or a member in common. If the database "
            "answers this host, the names that it has itself count, too. Different replica sets or databases are a "
            "fault. Lists without a common member are a risk, because one machine may have several names.",
        .consequence = "the hosts are two installations with one key: what is changed in one is missing in the other",
        .fix = "decide which line is right, write it into conf-mms.properties on every host, then restart Ops Manager "
               "there, one host at a time:\n"
               "  mongo.mongoUri=mongodb://<every member of the replica set>/?replicaSet=<its name>",
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
               "write them into conf-mms.properties of this host, then restart Ops Manager there:\n"
               "  mongo.mongoUri=mongodb://<every member of the replica set>/?replicaSet=<its name>",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA304",
        .group = DoctorGroup::database,
        .results = fault_risk_unknown,
        .title = "too few members can acknowledge what Ops Manager writes",
        .right = "enough members can acknowledge what Ops Manager writes, even with one fewer",
        .check =
            "A write of Ops Manager succeeds when enough members with data have it. The vendor's page says w: 2, which "
            "is two members. From Ops Manager 8.0.26 on, durable writes to the application database and to backup "
            "metadata need majority, which is more than half of the votes. The version decides which rule applies; if "
            "nobody knows it, or it differs, both apply. It is a risk if one more loss would stop writes, and a fault "
            "only if too few members exist, or the set itself reports them down, twice. A silent member alone is at "
            "most a risk, because a firewall looks the same. Votes and hidden members are known only with [doctor] "
            "database_login. A set of one member is a risk, because somebody wanted it so.",
        .consequence = "writes wait, and Ops Manager stops working",
        .fix = "see which members are down, in mongosh, and start them:\n"
               "  rs.status().members.map(m => [m.name, m.stateStr, m.lastHeartbeatMessage])\n"
               "if there are fewer than three members with data, add one:\n"
               "  rs.add(\"<full name of a new machine>:27017\")",
        .page = backup_ha_page},
    CatalogueEntry{
        .id = "HA305",
        .group = DoctorGroup::database,
        .results = fault_unknown,
        .title = "the replica set has no primary that this host can reach",
        .right = "the replica set has a primary that this host can reach",
        .check = "Every member is asked with hello, and again after 12 seconds, because an election takes a moment. It "
                 "is a fault if, both times, no member answers, none knows a primary, or the primary does not answer, "
                 "and Ops Manager has run on this host for 20 minutes. On any other host the same is unknown, because "
                 "a firewall may be the reason.",
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
        .fix = "install MongoDB on a new machine with the same replSetName, and add it, in mongosh on the primary:\n"
               "  rs.add(\"<full name of the new machine>:27017\")\n"
               "once it is SECONDARY in rs.status(), an arbiter is no longer needed:\n"
               "  rs.remove(\"<name of the arbiter>:27017\")",
        .page = backing_page},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_databases() { return entries; }

}  // namespace agent
