// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue_balancer.h"

#include <array>

namespace agent {

namespace {

using enum DoctorResult;

constexpr std::array fault_risk_unknown = {fault, risk, unknown};
constexpr std::array fault_unknown_note = {fault, unknown, note};
constexpr std::array risk_unknown = {risk, unknown};
constexpr std::array unknown_note = {unknown, note};
constexpr std::array only_unknown = {unknown};
constexpr std::array only_note = {note};

constexpr std::array entries = {
    CatalogueEntry{
        .id = "HA201",
        .group = DoctorGroup::balancer,
        .results = fault_risk_unknown,
        .title = "the load balancer passes no requests on",
        .right = "the load balancer passes requests on",
        .check =
            "/monitor/health and /user/login are asked through the load balancer, and again after 5 seconds. It is "
            "a fault if it answers with 502, 503 or 504 while a host answers directly. It is a risk if it does not "
            "answer this host, because a firewall may be the reason.",
        .consequence = "nobody reaches Ops Manager, or this host does not",
        .fix = "look at the pool and the health check of the load balancer, and at firewalls between it and this host",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA202",
        .group = DoctorGroup::balancer,
        .results = risk_unknown,
        .title = "the host gets no requests from the load balancer",
        .right = "the host gets requests from the load balancer",
        .check = "30 requests go through the load balancer, and every host looks for them in its access log "
                 "(mms0-access.log). The other hosts are asked what they found for up to 10 seconds; their "
                 "facts units must run. A host whose web server runs and got none is a risk. It is not in the "
                 "pool, or the load balancer keeps each client on one host, or holds this host in reserve. In "
                 "the last two cases ignore this finding.",
        .consequence = "the host takes over nothing when another one fails",
        .fix = "add the host to the pool of the load balancer, or, if that keeps each client on one host on purpose, "
               "write into genkey-agent.toml:\n"
               "  [doctor.ignore]\n"
               "  HA202 = \"the load balancer keeps each client on one host\"",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA203",
        .group = DoctorGroup::balancer,
        .results = fault_risk_unknown,
        .title = "the load balancer returns cached content",
        .right = "the load balancer returns nothing cached",
        .check =
            "Six identical requests for each of four paths go through the load balancer. The access logs of all "
            "hosts show how many of them arrived. Six more requests, which no cache can answer, show whether these "
            "logs are complete; if they are not, the count decides nothing. A header that shows a hit, such as "
            "Age, and content that a host makes anew each time also decide. A cache that stores only scripts and style "
            "sheets is a risk, any other a fault.",
        .consequence = "users and agents can get another user's or an outdated answer",
        .fix = "switch off caching for this name on the load balancer (haproxy: remove http-request "
               "cache-use; nginx: remove proxy_cache; Varnish: return (pass); Apache: remove CacheEnable; "
               "Squid: acl opsmanager dstdomain NAME, then cache deny opsmanager), then run:\n"
               "  genkey-agent doctor --only balancer",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA204",
        .group = DoctorGroup::balancer,
        .results = fault_risk_unknown,
        .title = "not every host sets the header with the client's address",
        .right = "every host sets the header with the client's address",
        .check =
            "mms.remoteIp.header of all hosts is compared. It is a fault if it cannot be the name of a header, and "
            "a risk if hosts differ. A host without the line may have it from the Admin UI, which cannot be read. "
            "A direct request with the header shows whether Ops Manager takes the address from it.",
        .consequence = "audit, logs and the API access list see the load balancer in place of the client",
        .fix = "look at the API access lists first: an entry for the load balancer's own address will no "
               "longer admit its clients. Then write the same line into conf-mms.properties on every host, "
               "and restart Ops Manager there, one host at a time. Or set Load Balancer Remote IP Header in "
               "the Admin UI:\n"
               "  mms.remoteIp.header=X-Forwarded-For",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA205",
        .group = DoctorGroup::balancer,
        .results = risk_unknown,
        .title = "this host's address does not arrive through the load balancer",
        .right = "this host's address arrives through the load balancer",
        .check = "The access log of this host is searched for requests that this host sent through the load balancer. "
                 "It should show this host's address. This counts only if a direct request with the header changes the "
                 "address in the log. If other addresses stand there, the load balancer sends no header, or translates "
                 "addresses.",
        .consequence = "if the addresses of other clients are lost too, the API access list and audit see one "
                       "address for all",
        .fix = "if the address in the evidence is that of a NAT between this host and the load balancer, "
               "ignore this finding. Otherwise look at the API access lists first: an entry for the load "
               "balancer's own address will no longer admit its clients. Then make the load balancer set the"
               " header, and discard what the client sent:\n"
               "  haproxy: http-request set-header X-Forwarded-For %[src]\n"
               "  nginx:   proxy_set_header X-Forwarded-For $remote_addr;",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA206",
        .group = DoctorGroup::balancer,
        .results = unknown_note,
        .title = "the load balancer may pass TLS through, and then cannot send the client's address",
        .right = "the load balancer reads what it passes on",
        .check = "The certificate at the URL is compared with that of this host's web server. Hosts may share one on "
                 "purpose, so this is only noted, and only if the client's address does not arrive.",
        .consequence = "Ops Manager sees the load balancer in place of every client",
        .fix = "end TLS on the load balancer (layer 7), or use the PROXY protocol, if the web server of Ops "
               "Manager is set up for it",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA207",
        .group = DoctorGroup::balancer,
        .results = only_note,
        .title = "the load balancer ties clients to hosts with a cookie",
        .right = "the load balancer sets no cookie of its own",
        .check = "The cookies in answers through the load balancer are compared with names that load balancers use: "
                 "SERVERID, AWSALB, AWSELB, BIGipServer, ROUTEID, NSC_, GCLB, ARRAffinity.",
        .consequence = "Ops Manager does not need this, and the load becomes uneven",
        .fix = "remove the cookie from the load balancer's configuration",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA208",
        .group = DoctorGroup::balancer,
        .results = fault_unknown_note,
        .title = "the web server is not healthy",
        .right = "the web server is healthy",
        .check = "/monitor/health of each host with a running web server is asked without the load balancer, and again "
                 "after 5 seconds. It is a fault if it fails both times, and a note within 20 minutes of its start. A "
                 "peer that fails is asked for newer facts; without them it may have been restarted, and is unknown. A "
                 "host that cannot be asked but answers through the load balancer is as it should be.",
        .consequence = "requests that the load balancer sends to it fail",
        .fix = "look at the log of Ops Manager on that host:\n"
               "  less /opt/mongodb/mms/logs/mms0.log",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA209",
        .group = DoctorGroup::balancer,
        .results = only_note,
        .title = "the port of Ops Manager answers without the load balancer",
        .right = "the port of Ops Manager answers the load balancer only",
        .check = "This host asks the web servers of the others directly. This host is not a client, so an open port is "
                 "only noted, and only if a header with the client's address is set.",
        .consequence = "whoever reaches the port can send the header and forge a client's address",
        .fix = "make sure that no MongoDB Agent (mmsBaseUrl), browser or script uses this port directly. "
               "Then let a firewall admit only the load balancer and the hosts of Ops Manager",
        .page = ha_page},
    CatalogueEntry{.id = "HA210",
                   .group = DoctorGroup::balancer,
                   .results = only_unknown,
                   .title = "the time-outs of the load balancer may be too short",
                   .right = "the time-outs of the load balancer are long enough",
                   .check =
                       "This host cannot measure it: that would need a request that takes 10 minutes. The vendor's "
                       "pages for newer versions want an HTTP idle time-out of 180 seconds, and for haproxy 10 "
                       "minutes in timeout client and timeout server.",
                   .consequence = "diagnostics and backups are cut off",
                   .fix = "look at the time-outs of the load balancer, and set them:\n"
                          "  haproxy: timeout client 10m\n"
                          "  haproxy: timeout server 10m",
                   .page = ha_page,
                   .only_attested = true},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_the_balancer() { return entries; }

}  // namespace agent
