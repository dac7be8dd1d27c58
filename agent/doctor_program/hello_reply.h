// SPDX-License-Identifier: ISC
// What is taken from a server's answer to `hello`. Pure: BSON in, short texts out.
#pragma once

#include "agent/doctor/database_evidence.h"
#include "agent/doctor_program/mongo_objects.h"

namespace agent::doctor_program {

/// Fields that are missing, of another type, too long or not printable stay as they are: empty.
void take_hello(const bson_t& reply, HelloAnswer& answer);

/// Whether this client is too old for the server: it demands a newer protocol.
bool demands_newer(const bson_t& reply);

/// Whether the server knows the command by its newer name.
bool knows_hello(const bson_t& reply);

}  // namespace agent::doctor_program
