// Messages as bytes and as words.
#pragma once

#include <string>

#include "agent/protocol/messages.h"
#include "platform/base/bytes.h"

namespace adversary {

/// With the header. What is secret in it is the attacker's own affair.
platform::Bytes bytes_of(const agent::wire::Request& request);
platform::Bytes bytes_of(const agent::wire::Reply& reply);

/// "hello", "agree", "join", "refetch", or "nonsense".
std::string describe_request(platform::BytesView frame);
/// "hello", "agree", "disagree", "disagree with a claim", "no-key", "refused N" (wire::Refusal), "handover", or
/// "nonsense".
std::string describe_reply(platform::BytesView frame);

}  // namespace adversary
