// SPDX-License-Identifier: ISC
#include "agent/doctor/footprint.h"

#include <algorithm>

#include "agent/base/doctor_limits.h"

namespace agent {

namespace {

std::size_t lines_of(const Probes& probes, std::string_view nonce) {
  const auto found = probes.find(nonce);
  return found == probes.end() ? 0 : found->second.lines;
}

std::size_t lines_of(const BalancerEvidence& balancer, std::string_view nonce) {
  std::size_t lines = 0;
  for (const auto& [host, probes] : balancer.reports) lines += lines_of(probes, nonce);
  return lines;
}

std::size_t lines_at(const BalancerEvidence& balancer, const Probes& probes) {
  std::size_t lines = 0;
  for (const PathProbe& probe : balancer.probes) lines += lines_of(probes, probe.nonce);
  for (const ControlRequest& control : balancer.controls) lines += lines_of(probes, control.nonce);
  return lines;
}

// A host reports its newest nonces only. Somebody who fills its log could push ours out, and that is no absence.
bool is_flooded(const Probes& probes, std::size_t lines) { return lines == 0 && probes.size() >= limits::probes; }

HostFootprint host_footprint(const HostEvidence& host, const BalancerEvidence& balancer) {
  HostFootprint footprint{.name = host.name, .certain = web_server_of(host).runs};
  const auto report = balancer.reports.find(host.name);
  if (report == balancer.reports.end()) return footprint;
  footprint.lines = lines_at(balancer, report->second);
  footprint.reported = !is_flooded(report->second, footprint.lines);
  return footprint;
}

}  // namespace

WebServer web_server_of(const HostEvidence& host) {
  if (!host.facts) return {};
  const auto running = host.facts->find("om.running");
  if (running == host.facts->end()) return {};
  return {.reported = true, .runs = std::string_view(running->second).find("web") != std::string_view::npos};
}

bool Footprint::all_reported() const { return std::ranges::all_of(hosts, &HostFootprint::reported); }

std::vector<std::string> Footprint::silent() const {
  std::vector<std::string> names;
  for (const HostFootprint& host : hosts) {
    if (!host.reported) names.push_back(host.name);
  }
  return names;
}

std::string Footprint::shares() const {
  std::string text;
  for (const HostFootprint& host : hosts) {
    if (!host.reported) continue;
    text.append(text.empty() ? "" : ", ").append(host.name).append(": ").append(std::to_string(host.lines));
  }
  return text;
}

Footprint footprint_of(const Evidence& evidence, const BalancerEvidence& balancer) {
  Footprint footprint;
  for (const HostEvidence& host : evidence.hosts) {
    const WebServer web = web_server_of(host);
    // A host whose facts name no web server gets no requests, so its log is not missed.
    if (!web.reported || web.runs) footprint.hosts.push_back(host_footprint(host, balancer));
  }
  for (const ControlRequest& control : balancer.controls) {
    if (control.answer.status != right_status(ProbedPath::login)) continue;
    ++footprint.control.sent;
    if (lines_of(balancer, control.nonce) > 0) ++footprint.control.reached;
  }
  return footprint;
}

PathFootprint footprint_of(const BalancerEvidence& balancer, const PathProbe& probe) {
  const auto is_right = [&](const HttpAnswer& answer) { return answer.status == right_status(probe.of); };
  PathFootprint footprint;
  footprint.sent = static_cast<std::size_t>(std::ranges::count_if(probe.answers, is_right));
  footprint.reached = std::min(footprint.sent, lines_of(balancer, probe.nonce));
  return footprint;
}

}  // namespace agent
