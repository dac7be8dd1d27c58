// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue_hosts.h"

#include <array>

namespace agent {

namespace {

constexpr std::array ha001_results = {DoctorResult::risk};
constexpr std::array ha002_results = {DoctorResult::fault};
constexpr std::array ha003_results = {DoctorResult::unknown};
constexpr std::array ha101_results = {DoctorResult::risk, DoctorResult::unknown};
constexpr std::array ha102_results = {DoctorResult::fault, DoctorResult::unknown};
constexpr std::array ha107_results = {DoctorResult::risk, DoctorResult::note};
constexpr std::array ha108_results = {DoctorResult::note};
constexpr std::array ha103_results = {DoctorResult::risk, DoctorResult::note};
constexpr std::array ha104_results = {DoctorResult::fault, DoctorResult::unknown};
constexpr std::array ha105_results = {DoctorResult::fault, DoctorResult::risk, DoctorResult::unknown};
constexpr std::array ha106_results = {DoctorResult::risk, DoctorResult::unknown, DoctorResult::note};

constexpr std::array entries = {
    CatalogueEntry{
        .id = "HA001",
        .group = DoctorGroup::hosts,
        .results = ha001_results,
        .title = "the peer did not prove that it has the key",
        .right = "the peer proved that it has the key",
        .check =
            "Every peer is asked for a proof of the key, as by verify. A peer that is silent, has no key or is not "
            "known counts here. Whether the host is down cannot be seen: a firewall looks the same.",
        .consequence = "part of the fleet is unseen, and that host may not be able to start Ops Manager",
        .fix = "see what is wrong there, and what to do about it:\n"
               "  genkey-agent verify",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA002",
        .group = DoctorGroup::hosts,
        .results = ha002_results,
        .title = "the peer has another key",
        .right = "the peer has the same key",
        .check = "Every peer is asked for a proof of the key, as by verify. A peer that answers with a key of its own, "
                 "and cannot prove this one, counts here.",
        .consequence = "it cannot read what the other hosts encrypt, so it is not a host of the same installation",
        .fix = "decide which key is right: the one with which Ops Manager reads its database. This shows the"
               " commands for both cases:\n"
               "  genkey-agent verify",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA003",
        .group = DoctorGroup::hosts,
        .results = ha003_results,
        .title = "the peer reports no fresh facts about its Ops Manager",
        .right = "the peer reports facts about its Ops Manager",
        .check = "Every introduced peer that proved the key in this run is asked for facts. They are collected on that "
                 "host every 15 minutes, and are unknown after a day. Hosts with Windows collect none.",
        .consequence = "this host cannot be compared with the others",
        .fix = "on that host, upgrade genkey-agent, and have facts collected:\n"
               "  systemctl enable --now genkey-agent-facts.timer genkey-agent-facts.path",
        .page = {}},
    CatalogueEntry{
        .id = "HA101",
        .group = DoctorGroup::hosts,
        .results = ha101_results,
        .title = "fewer than two hosts with genkey-agent have a web server",
        .right = "several hosts have a web server",
        .check =
            "A host counts if its unit mongodb-mms is enabled, or if the web server runs. Hosts without genkey-agent "
            "are not seen.",
        .consequence = "when that host fails, no other answers in its place",
        .fix = "install Ops Manager on a second host with the same mongo.mongoUri, and do not start it: "
               "without the key it makes a wrong one. Install genkey-agent there, and run:\n"
               "  genkey-agent setup\n"
               "then on a host that has the key:\n"
               "  genkey-agent invite\n"
               "then on the second host:\n"
               "  genkey-agent join\n"
               "  genkey-agent verify\n"
               "  systemctl start mongodb-mms\n"
               "then add it to the pool of the load balancer",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA102",
        .group = DoctorGroup::hosts,
        .results = ha102_results,
        .title = "the URL to Access Ops Manager is not the same on every host",
        .right = "the URL to Access Ops Manager is the same on every host",
        .check = "mms.centralUrl in conf-mms.properties is compared by scheme, host and port. A host without the line "
                 "takes the URL from the Admin UI, which cannot be seen here.",
        .consequence = "links in messages and agents go different ways, depending on the host that made them",
        .fix = "check with a browser that the load balancer answers at its URL. Write the same line into "
               "conf-mms.properties on every host, then restart Ops Manager there, one host at a time:\n"
               "  mms.centralUrl=<http or https>://<load balancer>:<port>",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA103",
        .group = DoctorGroup::hosts,
        .results = ha103_results,
        .title = "the URL to Access Ops Manager names one host, or an address",
        .right = "the URL to Access Ops Manager names no single host",
        .check = "mms.centralUrl in conf-mms.properties is compared with the names and addresses of the hosts. A name "
                 "that is a host's own, or loopback, is a risk. A numeric address is only noted, because a floating "
                 "address looks the same. Names are not resolved.",
        .consequence = "when that host is down, nobody reaches Ops Manager through this URL",
        .fix = "check with a browser that the load balancer answers at its URL. Write that into "
               "conf-mms.properties on every host, then restart Ops Manager there, one host at a time:\n"
               "  mms.centralUrl=<http or https>://<load balancer>:<port>",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA104",
        .group = DoctorGroup::hosts,
        .results = ha104_results,
        .title = "mms.centralUrl and mms.remoteIp.header do not have the right kind of value",
        .right = "mms.centralUrl is a URL, and mms.remoteIp.header is not one",
        .check = "The two lines in conf-mms.properties are read as Java reads them. A note on the vendor's page "
                 "exchanges them: the URL belongs in mms.centralUrl, and the name of the header in "
                 "mms.remoteIp.header. A line that is absent is not a fault, because the setting may have been made in "
                 "Ops Manager's own pages.",
        .consequence = "people and agents do not find Ops Manager, and it does not see their addresses",
        .fix = "write both lines into conf-mms.properties on every host, then restart Ops Manager there, one"
               " host at a time:\n"
               "  mms.centralUrl=<http or https>://<load balancer>:<port>\n"
               "  mms.remoteIp.header=X-Forwarded-For",
        .page = ha_page},
    CatalogueEntry{.id = "HA105",
                   .group = DoctorGroup::hosts,
                   .results = ha105_results,
                   .title = "the certificate or the name of the load balancer is wrong",
                   .right = "the name and the certificate of the load balancer are right",
                   .check =
                       "The certificate at the URL to Access Ops Manager is verified against the authorities of this"
                       " host, or those in the file of [doctor] ca. An expired certificate, or one for another name,"
                       " is a fault. One with 21 days left, and a name without an address on this host, are risks. "
                       "So is a certificate for another name where the URL leads to this host itself: elsewhere it may"
                       " lead to the load balancer. An authority that this host does not know is unknown, because "
                       "agents may know it. Nothing is asked through this URL until the certificate verifies.",
                   .consequence = "agents and browsers refuse the URL",
                   .fix = "renew the certificate on the load balancer, for the name in the URL, and give that name an "
                          "address in DNS\n"
                          "if its authority is your own, write its file into genkey-agent.toml:\n"
                          "  [doctor]\n"
                          "  ca = \"/etc/pki/internal.pem\"",
                   .page = ha_page},
    CatalogueEntry{
        .id = "HA106",
        .group = DoctorGroup::hosts,
        .results = ha106_results,
        .title = "the MongoDB Agent uses one host of Ops Manager",
        .right = "the MongoDB Agent uses the load balancer",
        .check = "mmsBaseUrl in /etc/mongodb-mms/automation-agent.config is compared with the names and addresses of "
                 "the hosts. An address is only noted, because a floating address looks like a host's own. A host "
                 "without a MongoDB Agent has no result.",
        .consequence = "when that host is down, this agent neither monitors nor backs up its databases",
        .fix = "check with a browser that the load balancer answers at its URL. Write that into "
               "/etc/mongodb-mms/automation-agent.config:\n"
               "  mmsBaseUrl=<http or https>://<load balancer>:<port>\n"
               "then restart the agent:\n"
               "  systemctl restart mongodb-mms-automation-agent",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA107",
        .group = DoctorGroup::hosts,
        .results = ha107_results,
        .title = "the installed versions of Ops Manager differ",
        .right = "every host has the same version of Ops Manager",
        .check =
            "The first three numbers of the packages' versions are compared. While a host is stopped, or has started "
            "less than 20 minutes ago, a difference is only noted, because an upgrade looks like that.",
        .consequence = "while hosts run different versions, Ops Manager is in Upgrade Mode: its pages are read-only,"
                       " and backup daemons wait",
        .fix = "upgrade the remaining hosts, one at a time",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA108",
        .group = DoctorGroup::hosts,
        .results = ha108_results,
        .title = "settings in conf-mms.properties differ",
        .right = "the compared settings are the same on every host",
        .check =
            "Settings that can stand in conf-mms.properties are compared by digests that only hosts with the key can "
            "make. Values do not leave their host.",
        .consequence = "what Ops Manager does depends on the host that answers",
        .fix = "compare these lines of conf-mms.properties on all hosts",
        .page = ha_page},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_hosts() { return entries; }

}  // namespace agent
