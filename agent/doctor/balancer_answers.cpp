// SPDX-License-Identifier: ISC
#include "agent/doctor/balancer_answers.h"

#include <algorithm>

namespace agent {

bool is_answered(const HttpAnswer& answer) { return answer.end == HttpEnd::answered; }

bool is_gateway_error(const HttpAnswer& answer) {
  return is_answered(answer) && answer.status >= 502 && answer.status <= 504;
}

bool is_ok(const HttpAnswer& answer) { return is_answered(answer) && answer.status == 200; }

bool all_of(const std::vector<HttpAnswer>& answers, bool (*is)(const HttpAnswer&)) {
  return answers.size() > 1 && std::ranges::all_of(answers, is);
}

bool fails(const DirectHealth& direct) {
  return all_of(direct.answers, [](const HttpAnswer& answer) { return is_answered(answer) && answer.status >= 500; });
}

std::string end_text(const HttpAnswer& answer) {
  switch (answer.end) {
    case HttpEnd::not_asked: return "was not asked";
    case HttpEnd::answered: return "answered with status " + std::to_string(answer.status);
    case HttpEnd::no_name: return "has a name without an address here";
    case HttpEnd::no_connection: return "took no connection";
    case HttpEnd::silent: return "did not answer in time";
    case HttpEnd::broken: return "ended the connection without an answer in HTTP";
    case HttpEnd::too_long: return "sent more than an answer may have";
    case HttpEnd::no_tls: return "did not complete a TLS handshake";
    case HttpEnd::untrusted: return "has a certificate that does not verify";
  }
  return "";
}

bool is_usable(const BalancerEvidence& balancer) {
  if (balancer.health.empty()) return false;
  const HttpEnd end = balancer.health.back().end;
  return end != HttpEnd::no_name && end != HttpEnd::untrusted && end != HttpEnd::not_asked;
}

bool answers_now(const BalancerEvidence& balancer) {
  return is_usable(balancer) && is_answered(balancer.health.back());
}

std::string missing_answer(const BalancerEvidence& balancer) {
  if (!balancer.not_asked.empty()) return balancer.not_asked;
  return is_usable(balancer) ? "an answer of the load balancer" : "a name and a certificate that this host can use";
}

}  // namespace agent
