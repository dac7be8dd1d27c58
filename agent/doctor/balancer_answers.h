// SPDX-License-Identifier: ISC
// What an answer through the balancer, or of a host, means to a check.
#pragma once

#include <string>
#include <vector>

#include "agent/doctor/balancer_evidence.h"

namespace agent {

/// With whatever status.
bool is_answered(const HttpAnswer& answer);
bool is_ok(const HttpAnswer& answer);
/// 502 to 504: a proxy itself says that it has no host for the request.
bool is_gateway_error(const HttpAnswer& answer);
/// At least two answers, and each is such.
bool all_of(const std::vector<HttpAnswer>& answers, bool (*is)(const HttpAnswer&));
/// The host answered each time, and with a status of 500 or above.
bool fails(const DirectHealth& direct);
/// Behind "it": "answered with status 503".
std::string end_text(const HttpAnswer& answer);

/// Whether the balancer answered the last time. While its name or its certificate is in question, it did not.
bool answers_now(const BalancerEvidence& balancer);
/// While its name or its certificate is in question, nothing can be said about it. HA105 reports that.
bool is_usable(const BalancerEvidence& balancer);
/// What is missing for a check of the answers, if answers_now() is false.
std::string missing_answer(const BalancerEvidence& balancer);

}  // namespace agent
