// SPDX-License-Identifier: ISC
// Reads the lists of Ops Manager's administration API (the vendor's "Backup Administration" reference): objects with
// `results` and `totalCount`. Pure: bytes in, values out. Of a URI, nothing goes on that could be secret.
#pragma once

#include <string>

#include "agent/doctor/api_messages.h"

namespace agent::doctor_program {

/// The path and query of a list, with everything on one page.
std::string path_of(ApiList list);

/// Adds the entries of `body` to the reply. What they hold besides is wiped from `body` and forgotten.
ApiEnd read_list(ApiList list, std::string& body, ApiReply& reply);

}  // namespace agent::doctor_program
