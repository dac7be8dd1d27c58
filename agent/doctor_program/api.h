// SPDX-License-Identifier: ISC
// Asks Ops Manager's administration API on this host, with an API key, by HTTP digest (RFC 7616): the key itself is
// never sent. GET alone.
#pragma once

#include "agent/doctor/program_request.h"

namespace agent::doctor_program {

/// A refusal ends the run: a second try could lock the key.
ApiReply ask_api(const ApiRequest& request);

}  // namespace agent::doctor_program
