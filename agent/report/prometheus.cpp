// SPDX-License-Identifier: ISC
#include "agent/report/prometheus.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "agent/base/limits.h"
#include "agent/report/verdict.h"
#include "platform/base/enum_count.h"

namespace agent {

namespace {

using keystore::Standing;

std::int64_t seconds(platform::Time time) { return time.time_since_epoch().count(); }

class Metrics {
 public:
  // All are gauges: each value is the state at one moment, and the file is written anew each time.
  Metrics& family(const char* name, const char* help) {
    out_ << "# HELP genkey_agent_" << name << " " << help << "\n# TYPE genkey_agent_" << name << " gauge\n";
    name_ = name;
    return *this;
  }
  Metrics& sample(std::int64_t value, const std::string& labels = "") {
    out_ << "genkey_agent_" << name_ << (labels.empty() ? "" : "{" + labels + "}") << " " << value << "\n";
    return *this;
  }
  [[nodiscard]] std::string text() const { return out_.str(); }

 private:
  std::ostringstream out_;
  const char* name_ = "";
};

// As the text format wants it: a backslash before quotes and backslashes. A line end becomes a blank.
std::string label(const char* name, const std::string& value) {
  std::string text = std::string(name) + "=\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    text += c == '\n' ? ' ' : c;
  }
  return text + "\"";
}

void key_metrics(const KeyPart& key, Metrics& metrics) {
  metrics.family("key_present", "1 when the key file holds 24 bytes")
      .sample(int{key.state == keystore::KeyState::present});
  metrics.family("key_recorded", "1 when it is the key recorded for this host").sample(int{key.is_recorded});
  metrics.family("key_weak", "1 when the key is weak by its bytes").sample(int{key.weakness.has_value()});
  metrics.family("standing", "1 for the standing of this host's key");
  // One sample per standing, of which one is 1. A missing series cannot be told from a broken exporter.
  for (const Standing standing : platform::all_of<Standing>()) {
    metrics.sample(int{key.standing == standing}, label("standing", std::string(keystore::name_of(standing))));
  }
  // Without a record there is no generation, and 0 would look like one.
  if (!key.record) return;
  metrics.family("generation", "generation of the key")
      .sample(key.record->generation, label("fleet", key.record->fleet.hex()));
}

// Names and addresses are claims of peers and may be the same for two of them. Only the pin keeps their series apart.
std::string peer_labels(const Peer& peer) {
  return label("name", peer.name) + "," + label("address", peer.address()) + "," + label("pin", peer.pin.text());
}

// What is counted: this host itself is no peer, and has_key shares its name with disagree, so a sample for it would
// appear twice.
bool is_remembered(PeerResult result) {
  switch (result) {
    case PeerResult::agree:
    case PeerResult::disagree:
    case PeerResult::no_key:
    case PeerResult::unreachable:
    case PeerResult::untrusted:
    case PeerResult::incompatible:
    case PeerResult::clone:
    case PeerResult::removed: return true;
    case PeerResult::has_key:
    case PeerResult::self: return false;
  }
  __builtin_unreachable();
}

// An agreement that is too old counts as none. A graph must not stay green when verify no longer runs.
bool agrees(const Peer& peer, const std::vector<PeerVerdict>& last, platform::Time now) {
  const auto verdict = std::ranges::find(last, std::optional(peer.pin), &PeerVerdict::pin);
  return verdict != last.end() && verdict->result == PeerResult::agree && !peer.drifted &&
         now - verdict->when.value_or(now) <= limits::unseen;
}

// The results are those that people are shown, so that both count the same peers.
void peer_metrics(const std::vector<Peer>& roster, const std::vector<PeerVerdict>& last, platform::Time now,
                  Metrics& metrics) {
  metrics.family("peers", "peers, and addresses where none was ever met, by the last result");
  for (const PeerResult result : platform::all_of<PeerResult>()) {
    // Each result has a sample, even with no peers, so that a series does not vanish when its last peer recovers.
    if (!is_remembered(result)) continue;
    metrics.sample(std::ranges::count(last, result, &PeerVerdict::result),
                   label("result", std::string(name_of(result))));
  }
  const auto for_each_peer = [&](auto value) {
    for (const Peer& peer : roster) metrics.sample(value(peer), peer_labels(peer));
  };
  metrics.family("peer_agrees", "1 for a known peer that proved the key when it was last asked, not too long ago");
  for_each_peer([&](const Peer& peer) { return int{agrees(peer, last, now)}; });
  metrics.family("peer_asked_timestamp_seconds", "when a known peer was last asked, whatever came of it; 0 for never");
  for_each_peer([](const Peer& peer) { return peer.last ? seconds(peer.last->when) : 0; });
  metrics.family("peer_drifted", "1 for a known peer that cannot prove the key any more");
  for_each_peer([](const Peer& peer) { return int{peer.drifted.has_value()}; });
  metrics.family("peer_seen_timestamp_seconds", "when a known peer was last heard of");
  for_each_peer([](const Peer& peer) { return seconds(peer.seen); });
}

// The listener may have met another key later than the last question, or without any question.
std::vector<PeerVerdict> with_drift(const std::vector<Peer>& roster, std::vector<PeerVerdict> last) {
  for (const Peer& peer : roster) {
    if (!peer.drifted) continue;
    const auto found = std::ranges::find(last, std::optional(peer.pin), &PeerVerdict::pin);
    if (found != last.end() && (found->result != PeerResult::disagree || found->since) && !found->agrees()) continue;
    PeerVerdict& verdict = found != last.end() ? *found : last.emplace_back();
    verdict.address = peer.address();
    verdict.result = PeerResult::disagree;
    verdict.pin = peer.pin;
    verdict.name = peer.name;
    verdict.since = peer.drifted;
  }
  return last;
}

// The silence of a host that nobody named says nothing.
bool is_silent_newcomer(const PeerVerdict& peer) {
  return peer.result == PeerResult::unreachable && peer.introduced_by == Introduction::itself;
}

// Peers that agree have no sample here. In a fleet of thousands each host would otherwise have thousands of them.
void disagreement_metrics(const std::vector<Peer>& roster, const std::vector<PeerVerdict>& last, Metrics& metrics) {
  metrics.family("peer_not_agreeing_since_timestamp_seconds",
                 "since when a peer, or an address where none was ever met, has this result; 0 when that is not known");
  std::set<std::string> seen;
  for (const PeerVerdict& peer : with_drift(roster, last)) {
    if (peer.agrees() || !is_remembered(peer.result) || is_silent_newcomer(peer)) continue;
    const std::string labels = label("name", peer.name) + "," + label("address", peer.address) + "," +
                               label("pin", peer.pin ? peer.pin->text() : "") + "," +
                               label("result", std::string(name_of(peer.result)));
    // An address that is in the configuration and was added by a person is in the results twice.
    if (seen.insert(labels).second) metrics.sample(peer.since ? seconds(*peer.since) : 0, labels);
  }
}

void verdict_metrics(const Report& status, Metrics& metrics) {
  const VerdictKind verdict = verdict_of(status).kind;
  metrics.family("verdict", "1 for the word with which status begins");
  for (const VerdictKind kind : platform::all_of<VerdictKind>())
    metrics.sample(int{kind == verdict}, label("verdict", std::string(name_of(kind))));
}

void refusal_metrics(const std::optional<GateNote>& note, Metrics& metrics) {
  metrics.family("gate_refusal_timestamp_seconds",
                 "when the gate last decided, for each reason of a refusal; no sample when it allowed the start");
  if (!note || note->allowed) return;
  const auto sample = [&](std::string_view reason) {
    metrics.sample(seconds(note->decided), label("reason", std::string(reason)));
  };
  for (const Reason reason : std::set(note->reasons.begin(), note->reasons.end())) sample(name_of(reason));
  if (note->reasons.empty()) sample("not-noted");  // by an earlier version
}

void status_metrics(const StatusPart& status, Metrics& metrics) {
  // 0 for never, so that the age in an alert becomes very large instead of the alert losing its series.
  metrics.family("last_verify_timestamp_seconds", "when peers were last asked; 0 for never")
      .sample(status.last_verify ? seconds(*status.last_verify) : 0);
  metrics.family("unknown_failures", "proofs that failed under pins that nobody knows")
      .sample(static_cast<std::int64_t>(status.unknown_failures));
  metrics.family("restart_needed", "1 when Ops Manager was started before the key file was last written")
      .sample(int{status.restart_needed});
  // A host that has never asked the gate counts as not refused. The time of the decision shows the difference.
  metrics.family("gate_refused", "1 when the gate's last decision was that Ops Manager must not start")
      .sample(int{status.last_gate && !status.last_gate->allowed});
  metrics.family("gate_timestamp_seconds", "when the gate last decided; 0 for never")
      .sample(status.last_gate ? seconds(status.last_gate->decided) : 0);
  refusal_metrics(status.last_gate, metrics);
  // A host on which the hook was never installed must not raise an alarm.
  metrics.family("hook_missing", "1 when the hook was installed and its line in mms.conf is gone or not in force")
      .sample(int{status.hook && !status.hook->in_force});
  metrics.family("displaced_keys", "keys that were put aside and still lie in the state directory")
      .sample(static_cast<std::int64_t>(status.displaced));
  // The file stays when the program no longer runs. By this time an alert finds out that all other values are old.
  metrics.family("status_timestamp_seconds", "when these metrics were made").sample(seconds(status.taken));
  metrics.family("build_info", "1 for the version of genkey-agent").sample(1, label("version", status.version));
}

void backup_metrics(const BackupHealth& health, Metrics& metrics) {
  metrics.family("backup_configured", "1 when backups have recipients and a destination")
      .sample(int{health.configured});
  const auto for_each_destination = [&](auto value) {
    for (const DestinationHealth& one : health.destinations)
      metrics.sample(value(one), label("destination", one.destination));
  };
  metrics.family("backup_timestamp_seconds",
                 "when a copy of this key was last stored or found whole there; 0 for never");
  for_each_destination([](const DestinationHealth& one) { return one.seen ? seconds(*one.seen) : 0; });
  metrics.family("backup_stale", "1 when that is longer ago than stale_after, or never was");
  for_each_destination([](const DestinationHealth& one) { return int{one.stale}; });
  metrics.family("backup_drill_timestamp_seconds", "when the copy there was last opened and found right; 0 for never");
  for_each_destination([](const DestinationHealth& one) { return one.drilled ? seconds(*one.drilled) : 0; });
  metrics.family("backup_drill_stale", "1 when no drill was made for longer than drill_stale_after");
  for_each_destination([](const DestinationHealth& one) { return int{one.drill_stale}; });
  metrics.family("backup_settings_stale",
                 "1 when Ops Manager's settings are not there, or were not seen there for too long");
  for_each_destination([](const DestinationHealth& one) { return int{one.settings_stale}; });
}

void doctor_metrics(const std::optional<DoctorNote>& note, Metrics& metrics) {
  metrics.family("doctor_timestamp_seconds", "when doctor last examined the whole installation from here; 0 for never")
      .sample(note ? seconds(note->taken) : 0);
  metrics.family("doctor_findings", "what doctor found then, by result; no sample before its first run");
  // Zeroes would claim that nothing is wrong.
  if (!note) return;
  for (const DoctorResult result : platform::all_of<DoctorResult>())
    metrics.sample(static_cast<std::int64_t>(count_in(*note, result)),
                   label("result", std::string(doctor_results.of(result))));
}

void audit_metrics(const std::vector<platform::Finding>& findings, Metrics& metrics) {
  metrics.family("audit_findings", "what the audit of the key file finds, by severity");
  const auto count = [&](platform::Severity severity) {
    return std::ranges::count(findings, severity, &platform::Finding::severity);
  };
  // Both severities, also with 0 findings, so that an alert has a series to watch.
  metrics.sample(count(platform::Severity::too_open), label("severity", "too-open"));
  metrics.sample(count(platform::Severity::broken), label("severity", "broken"));
}

}  // namespace

std::string to_prometheus(const Report& status) {
  Metrics metrics;
  if (status.key) key_metrics(*status.key, metrics);
  // Parts that this run could not read give no samples. Zeroes would claim that nothing is wrong.
  if (status.roster && status.peers && status.status)
    peer_metrics(status.roster->peers, *status.peers, status.status->taken, metrics);
  if (status.roster && status.peers) disagreement_metrics(status.roster->peers, *status.peers, metrics);
  if (status.key && status.status) verdict_metrics(status, metrics);
  if (status.status) status_metrics(*status.status, metrics);
  if (status.backup_health) backup_metrics(*status.backup_health, metrics);
  if (status.status) doctor_metrics(status.status->doctor, metrics);
  if (status.findings) audit_metrics(*status.findings, metrics);
  // One number for those who want a single alert.
  metrics.family("status", "exit code of status").sample(int{status.code});
  return metrics.text();
}

}  // namespace agent
