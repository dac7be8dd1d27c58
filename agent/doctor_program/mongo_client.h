// SPDX-License-Identifier: ISC
// A client of libmongoc for one host, built from checked parts: no URI text of anyone reaches libmongoc's parser.
#pragma once

#include "agent/doctor/login_messages.h"
#include "agent/doctor_program/mongo_objects.h"

namespace agent::doctor_program {

/// It asks that host alone, and looks for no other member of the set. `login`: nothing for none.
MongoOwner<mongoc_client_t> client_for(const Address& host, const DatabaseLogin* login);

}  // namespace agent::doctor_program
