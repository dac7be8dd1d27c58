// SPDX-License-Identifier: ISC
#include "agent/doctor_program/requests.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "agent/base/doctor_limits.h"
#include "agent/doctor_program/http.h"
#include "agent/doctor_program/page.h"
#include "agent/doctor_program/same_origin.h"

namespace agent::doctor_program {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class Run {
 public:
  explicit Run(const HttpRequest& request)
      : request_(request), end_(Clock::now() + request.time), state_(request.origins.size()) {}

  HttpAnswer ask(const HttpGet& get) {
    const HttpOrigin& origin = request_.origins.at(get.origin);
    HttpAnswer answer;
    if (!may_ask(get.origin, get.pause)) return answer;
    std::this_thread::sleep_for(get.pause);
    std::string path = get.path;
    for (std::size_t redirects = 0;; ++redirects) {
      Exchange exchange = ask_once(get, path);
      answer = std::move(exchange.answer);
      answer.path = path;
      if (!get.explore || answer.end != HttpEnd::answered) return answer;
      if (answer.status == 200) answer.asset = asset_in(origin, path, exchange.body);
      if (exchange.location.empty()) return answer;
      const auto next = path_within(origin, path, exchange.location);
      if (!next || redirects == limits::http_redirects || !may_ask(get.origin, milliseconds(0))) {
        answer.elsewhere = printable(exchange.location);
        return answer;
      }
      path = *next;
    }
  }

 private:
  struct State {
    std::size_t requests = 0;
    std::size_t silent = 0;
    bool given_up = false;
  };

  [[nodiscard]] bool may_ask(std::size_t at, milliseconds pause) const {
    const bool to_url = request_.origins.at(at).verified;
    const std::size_t patience = to_url ? 2 : 1;
    const State& state = state_.at(at);
    const bool in_budget = !to_url || state.requests < limits::http_requests_to_url;
    return in_budget && !state.given_up && state.silent < patience && Clock::now() + pause < end_;
  }

  Exchange ask_once(const HttpGet& get, const std::string& path) {
    State& state = state_.at(get.origin);
    ++state.requests;
    const auto left = std::chrono::duration_cast<milliseconds>(end_ - Clock::now());
    const HttpOrigin& origin = request_.origins.at(get.origin);
    const auto most = origin.verified ? limits::http_time : limits::http_direct_time;
    const auto time = std::min<milliseconds>(most, left);
    Exchange exchange = exchange_with(origin, get, path, request_.ca, time);
    const HttpEnd end = exchange.answer.end;
    if (end == HttpEnd::silent) ++state.silent;
    state.given_up = end == HttpEnd::no_name || end == HttpEnd::untrusted;
    return exchange;
  }

  const HttpRequest& request_;
  Clock::time_point end_;
  std::vector<State> state_;
};

}  // namespace

HttpReply ask_all(const HttpRequest& request) {
  Run run(request);
  HttpReply reply;
  for (const HttpGet& get : request.gets) reply.answers.push_back(run.ask(get));
  return reply;
}

}  // namespace agent::doctor_program
