// SPDX-License-Identifier: ISC
// Messages as bytes, and as words for the output.
#pragma once

#include <string>

#include "agent/protocol/messages.h"
#include "platform/base/bytes.h"

namespace adversary {

/// With the header. Secrets in it are the attacker's own, so they are not kept in SecretBytes.
platform::Bytes bytes_of(const agent::wire::Request& request);
platform::Bytes bytes_of(const agent::wire::Reply& reply);

/// "hello", "agree", "join", "refetch", "facts", or "nonsense".
std::string describe_request(platform::BytesView frame);
/// "hello", "agree", "disagree", "disagree with a claim", "no-key", "refused N" (wire::Refusal), "handover", or
/// "nonsense".
std::string describe_reply(platform::BytesView frame);

}  // namespace adversary
