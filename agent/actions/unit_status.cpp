// SPDX-License-Identifier: ISC
#include "agent/actions/unit_status.h"

#include <algorithm>

#include "agent/report/error_table.h"
#include "platform/services/service_notify.h"

namespace agent {

namespace {

// One line of `systemctl status`.
constexpr std::size_t named_peers = 3;

bool is_command_of_unit(const Host& host) {
  return host.options.command == Command::gate || host.options.command == Command::ensure;
}

void show(const std::string& status) { platform::notify_service_manager("STATUS=" + status); }

}  // namespace

WaitStatus::WaitStatus(const Host& host, const std::vector<Target>& targets, std::chrono::milliseconds wait) {
  const std::string text = is_command_of_unit(host) ? wait_status_text(host, targets, wait) : "";
  shown_ = !text.empty();
  if (shown_) show("genkey-agent: " + text);
}

// Otherwise it would stand there as long as Ops Manager runs.
WaitStatus::~WaitStatus() {
  if (shown_) show("");
}

std::string wait_status_text(const Host& host, const std::vector<Target>& targets, std::chrono::milliseconds wait) {
  std::vector<std::string> peers;
  for (const Target& target : targets) {
    if (!is_own_entry(host, target.address)) peers.push_back(target.address.text());
  }
  if (peers.empty()) return "";
  std::string text = "waiting for ";
  const std::size_t named = std::min(peers.size(), named_peers);
  for (std::size_t at = 0; at < named; ++at) text += (at == 0 ? "" : ", ") + peers[at];
  if (peers.size() > named) text += " and " + std::to_string(peers.size() - named) + " more";
  return text + ", at most " + std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()) + " s";
}

void show_refusal(const Host& host, const std::vector<Reason>& reasons) {
  if (!is_command_of_unit(host) || reasons.empty()) return;
  show("genkey-agent refused the start: " + std::string(describe(reasons.front())));
}

}  // namespace agent
