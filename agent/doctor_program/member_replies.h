// SPDX-License-Identifier: ISC
// What is taken from the answers to replSetGetConfig, replSetGetStatus and getDefaultRWConcern. Pure: BSON in, short
// texts and numbers out.
#pragma once

#include <optional>
#include <vector>

#include "agent/doctor/database_evidence.h"
#include "agent/doctor_program/mongo_objects.h"

namespace agent::doctor_program {

/// Members without a name that can be shown are left out.
std::vector<ConfiguredMember> members_in(const bson_t& configuration);
/// Adds state and health to the members of that name.
void take_status(const bson_t& status, std::vector<ConfiguredMember>& members);
/// Whether somebody set a default. Nothing: the answer does not say where the defaults come from.
std::optional<bool> defaults_set_in(const bson_t& defaults);

}  // namespace agent::doctor_program
