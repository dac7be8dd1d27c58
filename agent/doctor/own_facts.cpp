// SPDX-License-Identifier: ISC
#include "agent/doctor/own_facts.h"

#include "agent/backups/health_facts.h"
#include "agent/config/doctor_settings.h"
#include "agent/doctor/conf_facts.h"
#include "agent/doctor/fact_list.h"
#include "agent/doctor/service_facts.h"
#include "agent/doctor/storage_facts.h"
#include "keystore/host_key/host_key.h"
#include "platform/files/network_mounts.h"

namespace agent {

namespace {

void add_key(const Host& host, FactList& facts) {
  const auto holding = keystore::load(host.files);
  if (!holding) return;
  const auto& record = holding->record;
  const bool known = !holding->record_problem && record && holding->state != keystore::KeyState::unreadable;
  if (holding->record_problem) facts.add("key.record", word_for(*holding->record_problem));
  if (!holding->record_problem) facts.add("key.record", record ? "read" : "absent");
  if (known) facts.add("key.recorded", holding->is_recorded ? "on" : "off");
  if (record) facts.add(health_facts(host, record->epoch, platform::now()));
  if (host.files.key_file.empty()) return;
  const auto storage = platform::network_storage_of(host.files.key_file, record ? record->network_mount : std::nullopt);
  if (!storage) return;
  // The record may name a mount that is absent now: without it, nobody knows that the key is on a disk of this host.
  if (*storage || !holding->record_problem) facts.add("key.fs", *storage ? text_of(**storage) : "local");
}

}  // namespace

platform::Result<Facts> own_facts(const Host& host) {
  FactList facts;
  // First what starts a shell or another program, because such a child begins as a copy of this process.
  add_service_facts(host, facts);
  add_conf_facts(host, facts);
  if (const auto facility = read_doctor_settings(host.options).facility) facts.add("facility", *facility);
  add_storage_facts(host, facts);
  add_key(host, facts);
  return std::move(facts).facts();
}

}  // namespace agent
