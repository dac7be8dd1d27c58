// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue_key.h"

#include <array>

namespace agent {

namespace {

constexpr std::array ha602_results = {DoctorResult::fault, DoctorResult::unknown, DoctorResult::note};
constexpr std::array ha603_results = {DoctorResult::risk, DoctorResult::unknown};
constexpr std::array log_results = {DoctorResult::fault, DoctorResult::unknown, DoctorResult::note};
constexpr std::array ha703_results = {DoctorResult::risk, DoctorResult::unknown};
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
        .fix = "make that file server highly available, as the vendor's page asks, and write so into "
               "genkey-agent.toml:\n"
               "  [doctor.ignore]\n"
               "  HA601 = \"the file server has a partner that takes over\"",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA602",
        .group = DoctorGroup::key,
        .results = ha602_results,
        .title = "the key depends on a network file system that is not mounted, or that not every host uses",
        .right = "the file system that holds the key is there",
        .check = "The system's tables of mounts are read, and where the record says that the key was installed. A key "
                 "file on a network file system is noted when other hosts have theirs on a disk of their own.",
        .consequence = "if Ops Manager starts without its key file, its start script makes a new and wrong key",
        .fix = "mount the file system, then let the key be checked:\n"
               "  genkey-agent ensure",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA603",
        .group = DoctorGroup::key,
        .results = ha603_results,
        .title = "the key is not backed up as it should be",
        .right = "the key is backed up, and no drill is overdue",
        .check = "The notes of this host's own backups are read, as genkey-agent status reads them; no destination is "
                 "asked. A host without backups has no result when another host's are in order, because all hosts have "
                 "the same key. Copies that other programs make are not seen.",
        .consequence = "if every host loses the key, what Ops Manager encrypted stays lost",
        .fix = "name recipients and a destination under [backup] in genkey-agent.toml, then make a copy and open it:\n"
               "  genkey-agent backup\n"
               "  genkey-agent backup drill -i IDENTITY",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA701",
        .group = DoctorGroup::logs,
        .results = log_results,
        .title = "the start log has traces of a wrong key",
        .right = "the start log has no trace of a wrong key",
        .check = "The last 1 MiB of logs/mms0-startup.log and logs/daemon-startup.log is searched for the vendor's "
                 "messages: a new key was generated, or the key does not match the installation. Trouble before the "
                 "last good start is only noted, and so is trouble on a host that runs now with the key that its peers "
                 "have. A first host has such a note from its first start.",
        .consequence = "with a wrong key Ops Manager does not start, or cannot decrypt what other hosts encrypted",
        .fix = "get the right key, and compare it with the other hosts:\n"
               "  genkey-agent ensure\n"
               "  genkey-agent verify\n"
               "if all agree and Ops Manager still refuses, the right key is another one: look in "
               "/var/lib/genkey-agent/displaced and in your backups, and do not start Ops Manager without a "
               "key",
        .page = ha_page},
    CatalogueEntry{
        .id = "HA702",
        .group = DoctorGroup::logs,
        .results = log_results,
        .title = "Ops Manager refused its last start",
        .right = "the start log has no refused start",
        .check =
            "The last 1 MiB of logs/mms0-startup.log and logs/daemon-startup.log is searched for failed pre-flight "
            "checks. A refusal is only noted when a good start followed, or when that part of Ops Manager runs.",
        .consequence = "that part of Ops Manager does not run on the host",
        .fix = "read the message above \"Pre-flight checks failed\" at the end of logs/mms0-startup.log or "
               "logs/daemon-startup.log in Ops Manager's directory, and do what it says",
        .page = ha_page},
    CatalogueEntry{.id = "HA703",
                   .group = DoctorGroup::logs,
                   .results = ha703_results,
                   .title = "Ops Manager's own checks before a start are switched off",
                   .right = "Ops Manager checks its key before each start",
                   .check = "mms.preflight.run in conf-mms.properties is read. The vendor does not document it.",
                   .consequence = "only genkey-agent's gate notices a wrong key before Ops Manager uses it",
                   .fix = "remove the line mms.preflight.run from conf-mms.properties, and restart Ops Manager, one "
                          "host at a time: it does not start if one of its checks fails",
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
        .check =
            "Nothing on the hosts shows it. A person attests it: that the load balancer and the file servers that hold "
            "backups go on when one machine fails, and that Ops Manager goes on when one of its hosts is stopped.",
        .consequence = "one failure there stops Ops Manager or its backups for everybody",
        .fix = "in a maintenance window, stop one host of Ops Manager, then one machine of each of the others, and see "
               "that the rest takes over. Then write the date and what was done into genkey-agent.toml:\n"
               "  [doctor.attested]\n"
               "  HA802 = \"2026-11-01 stopped om2, failed over the load balancer and the file server\"",
        .page = backup_ha_page,
        .only_attested = true},
};

}  // namespace

std::span<const CatalogueEntry> findings_about_the_key() { return entries; }

}  // namespace agent
