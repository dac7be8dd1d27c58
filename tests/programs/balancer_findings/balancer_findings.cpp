// SPDX-License-Identifier: ISC
// balancer-findings PROGRAM URL CA count|no-count HOST...
//
// Asks a load balancer through PROGRAM (genkey-agent-doctor), as doctor does, and prints each finding: id, result,
// object, evidence and needs, parted by tabulators. URL may be empty; CA is a file, or empty.
//
// HOST is NAME|ADDRESS|LOG|FACT=VALUE|...: the facts that a host reports, and its access log, which is read in place of
// asking the host. The first is this host. Without a log it does not report.
#include <array>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "agent/doctor/ask_balancer.h"
#include "agent/doctor/check_balancer.h"
#include "agent/doctor/check_pool.h"
#include "agent/doctor/check_url.h"
#include "agent/doctor/web_origin.h"
#include "platform/processes/hardening.h"

namespace {

std::string content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

struct Given {
  agent::HostEvidence host;
  std::string log;
};

Given host_of(const std::string& text) {
  std::istringstream words(text);
  Given given;
  std::getline(words, given.host.name, '|');
  std::getline(words, given.host.address, '|');
  std::getline(words, given.log, '|');
  given.host.facts.emplace();
  for (std::string fact; std::getline(words, fact, '|');) {
    const auto equals = fact.find('=');
    std::string value = fact.substr(equals + 1);
    for (char& each : value) each = each == '/' ? '|' : each;  // as in central_url
    given.host.facts->insert_or_assign(fact.substr(0, equals), value);
  }
  return given;
}

void print(const std::vector<agent::DoctorFinding>& findings) {
  for (const agent::DoctorFinding& each : findings) {
    std::cout << each.id << "\t" << agent::doctor_results.of(each.result) << "\t" << each.object << "\t"
              << each.evidence << "\t" << each.needs << "\n";
  }
}

}  // namespace

int main(int count, char** words) {
  if (!platform::harden_process()) return 1;
  const std::vector<std::string> arguments(words + 1, words + count);
  agent::Evidence evidence;
  std::map<std::string, std::string> logs;
  for (std::size_t at = 4; at < arguments.size(); ++at) {
    Given given = host_of(arguments[at]);
    given.host.own = at == 4;
    if (!given.log.empty()) logs[given.host.name] = given.log;
    evidence.hosts.push_back(std::move(given.host));
  }
  agent::BalancerQuestions questions;
  questions.origin =
      agent::balancer_origin(evidence, arguments[1].empty() ? std::nullopt : std::optional(arguments[1]), std::nullopt);
  if (!arguments[2].empty()) questions.ca = content_of(arguments[2]);
  questions.count = arguments[3] == "count";
  questions.read_logs = [&](std::chrono::steady_clock::time_point) {
    std::map<std::string, agent::Probes, std::less<>> reports;
    for (const auto& [host, log] : logs) reports[host] = agent::probes_in(content_of(log));
    return reports;
  };
  evidence.balancer = agent::ask_balancer(evidence, questions, agent::DoctorProgram{arguments[0], std::nullopt});
  print(agent::check_url(evidence));
  print(agent::check_balancer(evidence));
  print(agent::check_pool(evidence));
  return 0;
}
