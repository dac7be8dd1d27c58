// SPDX-License-Identifier: ISC
#include "agent/doctor/ask_balancer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/balancer_answers.h"
#include "agent/doctor/footprint.h"
#include "agent/doctor/web_origin.h"
#include "platform/base/bytes.h"

namespace agent {

namespace {

using platform::Result;
using std::chrono::milliseconds;

constexpr std::size_t rounds = 6;  // equal requests for each path
// The first and the last request for a path are 2 s apart.
constexpr milliseconds between_rounds{420};
constexpr milliseconds between_two{2'100};

std::string new_nonce() {
  std::array<std::byte, 16> bytes{};
  platform::fill_random(bytes);
  return platform::hex_encode(bytes);
}

class Questioning {
 public:
  Questioning(const Evidence& evidence, const BalancerQuestions& questions, const DoctorProgram& program)
      : evidence_(evidence), questions_(questions), program_(program) {
    list_origins();
  }

  BalancerEvidence ask() {
    Result<void> asked = look();
    if (asked && needs_second_look()) asked = look_again();
    if (asked && url_ && answers_now(seen_)) asked = probe();
    if (asked && !seen_.only_if_cached.empty() && seen_.only_if_cached.back().status == 504) asked = ask_cache_again();
    if (!asked) seen_.not_asked = asked.error().message;
    if (asked && seen_.counted) {
      show("reading the access logs");
      await_lines(evidence_, seen_, questions_.read_logs);
    }
    return std::move(seen_);
  }

 private:
  void list_origins() {
    seen_.log_pattern = questions_.log_pattern;
    if (questions_.origin) {
      url_ = origins_.size();
      origins_.push_back(*questions_.origin);
      seen_.url = text_of(*questions_.origin);
      seen_.tls = questions_.origin->tls;
      seen_.own_authority = !questions_.ca.empty();
    } else {
      seen_.not_asked = url_is_missing;
    }
    for (const HostEvidence& host : evidence_.hosts) {
      if (!web_server_of(host).runs || origins_.size() == limits::http_origins) continue;
      const auto origin = web_origin_of(host);
      DirectHealth& direct = seen_.direct.emplace_back();
      direct.host = host.name;
      if (!origin) direct.not_asked = origin.error().message;
      direct_.push_back(origin ? std::optional(origins_.size()) : std::nullopt);
      if (origin) origins_.push_back(*origin);
      if (host.own && origin) own_ = direct_.back();
    }
  }

  void show(const std::string& what) const {
    if (questions_.progress) questions_.progress(what);
  }

  Result<void> run(HttpBatch& batch) {
    if (batch.empty()) return {};
    return batch.run(program_, origins_, questions_.ca, limits::http_time_in_all);
  }

  void add_health(HttpBatch& batch, milliseconds pause) {
    batch.add({.origin = *url_, .path = "/monitor/health", .pause = pause}, seen_.health);
  }

  // Who does not answer is not asked for another page: it would only take as long again.
  Result<void> ask_for_login() {
    const HttpEnd end = seen_.health.back().end;
    if (end == HttpEnd::silent || end == HttpEnd::no_name || end == HttpEnd::untrusted) return {};
    HttpBatch batch;
    batch.add({.origin = *url_, .path = "/user/login", .explore = true}, seen_.login);
    return run(batch);
  }

  Result<void> look() {
    show(url_ ? "asking " + seen_.url : "asking the web servers");
    HttpBatch batch;
    if (url_) add_health(batch, milliseconds(0));
    for (std::size_t at = 0; at < direct_.size(); ++at) add_direct(batch, at, milliseconds(0));
    TRY(run(batch));
    return url_ ? ask_for_login() : Result<void>();
  }

  void add_direct(HttpBatch& batch, std::size_t at, milliseconds pause) {
    if (!direct_.at(at)) return;
    batch.add({.origin = *direct_.at(at), .path = "/monitor/health", .pause = pause}, seen_.direct.at(at).answers);
  }

  [[nodiscard]] bool url_is_well() const {
    return is_ok(seen_.health.back()) && !seen_.login.empty() && is_ok(seen_.login.back());
  }

  // A certificate does not change in 5 s.
  [[nodiscard]] bool ask_url_again() const {
    return url_ && !url_is_well() && seen_.health.back().end != HttpEnd::untrusted;
  }

  [[nodiscard]] bool ask_directly_again(std::size_t at) const {
    const auto& answers = seen_.direct.at(at).answers;
    return !answers.empty() && is_answered(answers.back()) && !is_ok(answers.back());
  }

  [[nodiscard]] bool needs_second_look() const {
    bool needed = ask_url_again();
    for (std::size_t at = 0; at < direct_.size(); ++at) needed = needed || ask_directly_again(at);
    return needed;
  }

  Result<void> look_again() {
    show("asking again in a few seconds");
    HttpBatch batch;
    milliseconds pause = limits::second_look;
    const bool url_too = ask_url_again();
    // The wait for an answer that did not come has been as long.
    if (url_too && seen_.health.back().end == HttpEnd::silent)
      add_health(batch, milliseconds(0));
    else if (url_too)
      add_health(batch, std::exchange(pause, milliseconds(0)));
    for (std::size_t at = 0; at < direct_.size(); ++at) {
      if (ask_directly_again(at)) add_direct(batch, at, std::exchange(pause, milliseconds(0)));
    }
    TRY(run(batch));
    return url_too ? ask_for_login() : Result<void>();
  }

  void add_probe(ProbedPath of, std::string path) {
    if (path.empty()) return;
    paths_.push_back(std::move(path));
    seen_.probes.push_back({.of = of, .nonce = questions_.count ? new_nonce() : ""});
  }

  void list_probes() {
    const HttpAnswer& login = seen_.login.back();
    add_probe(ProbedPath::health, "/monitor/health");
    add_probe(ProbedPath::login, login.path.empty() ? "/user/login" : login.path);
    add_probe(ProbedPath::asset, login.asset);
    add_probe(ProbedPath::api, "/api/public/v1.0");
  }

  void add_round(HttpBatch& batch, milliseconds pause, bool direct_too) {
    for (std::size_t at = 0; at < seen_.probes.size(); ++at) {
      PathProbe& probe = seen_.probes.at(at);
      batch.add({.origin = *url_, .path = paths_.at(at), .nonce = probe.nonce, .pause = pause}, probe.answers);
      pause = milliseconds(0);
      // Without a nonce: it must not be counted.
      if (direct_too && own_) batch.add({.origin = *own_, .path = paths_.at(at)}, probe.direct);
    }
  }

  Result<void> probe() {
    show("asking " + seen_.url + " repeatedly");
    list_probes();
    HttpBatch batch;
    const std::size_t last = questions_.count ? rounds - 1 : 1;
    for (std::size_t round = 0; round <= last; ++round) {
      const milliseconds pause = questions_.count ? between_rounds : between_two;
      add_round(batch, round == 0 ? milliseconds(0) : pause, round == 0 || round == last);
    }
    std::vector<HttpAnswer> controls;
    std::vector<HttpAnswer> forged;
    if (questions_.count) add_controls(batch, controls, forged);
    batch.add({.origin = *url_, .path = login_path(), .nonce = new_nonce(), .extra = HttpExtra::only_if_cached},
              seen_.only_if_cached);
    TRY(run(batch));
    for (std::size_t at = 0; at < controls.size(); ++at) seen_.controls.at(at).answer = controls.at(at);
    seen_.counted = questions_.count;
    return {};
  }

  [[nodiscard]] std::string login_path() const {
    return seen_.login.back().path.empty() ? "/user/login" : seen_.login.back().path;
  }

  void add_controls(HttpBatch& batch, std::vector<HttpAnswer>& controls, std::vector<HttpAnswer>& forged) {
    for (std::size_t at = 0; at < rounds; ++at) {
      seen_.controls.push_back({.nonce = new_nonce()});
      batch.add({.origin = *url_, .path = login_path(), .nonce = seen_.controls.back().nonce}, controls);
    }
    if (!own_) return;
    seen_.forged_header = configured_header(evidence_);
    seen_.forged_nonce = new_nonce();
    batch.add({.origin = *own_,
               .path = "/monitor/health",
               .nonce = seen_.forged_nonce,
               .extra = HttpExtra::forged_address,
               .header = seen_.forged_header},
              forged);
  }

  Result<void> ask_cache_again() {
    HttpBatch batch;
    batch.add({.origin = *url_,
               .path = login_path(),
               .nonce = new_nonce(),
               .extra = HttpExtra::only_if_cached,
               .pause = limits::second_look},
              seen_.only_if_cached);
    return run(batch);
  }

  const Evidence& evidence_;
  const BalancerQuestions& questions_;
  const DoctorProgram& program_;
  std::vector<HttpOrigin> origins_;
  std::optional<std::size_t> url_;                  // in origins_
  std::optional<std::size_t> own_;                  // of this host's web server
  std::vector<std::optional<std::size_t>> direct_;  // as seen_.direct
  std::vector<std::string> paths_;                  // as seen_.probes
  BalancerEvidence seen_;
};

}  // namespace

BalancerEvidence ask_balancer(const Evidence& evidence, const BalancerQuestions& questions,
                              const Result<DoctorProgram>& program) {
  if (program) return Questioning(evidence, questions, *program).ask();
  BalancerEvidence nothing{.not_asked = program.error().message};
  if (questions.origin) nothing.url = text_of(*questions.origin);
  return nothing;
}

}  // namespace agent
