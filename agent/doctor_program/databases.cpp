// SPDX-License-Identifier: ISC
#include "agent/doctor_program/databases.h"

#include <algorithm>
#include <cstdio>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/program_request.h"
#include "agent/doctor_program/hello.h"
#include "platform/base/ascii.h"
#include "platform/processes/forked_children.h"

namespace agent::doctor_program {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

platform::Bytes bytes_of(DatabaseAnswers answers) {
  DatabaseReply reply;
  reply.databases.push_back(std::move(answers));
  const auto message = encode(platform::Result<DoctorReply>(std::move(reply)));
  const auto bytes = message.reveal();
  return {bytes.begin(), bytes.end()};
}

// A child that strangers have taken over may say anything.
std::optional<DatabaseAnswers> answers_in(const platform::Bytes& said) {
  auto reply = decode_doctor_reply(said);
  auto* const databases = reply ? std::get_if<DatabaseReply>(&*reply) : nullptr;
  if (databases == nullptr || databases->databases.size() != 1) return std::nullopt;
  return std::move(databases->databases.front());
}

DatabaseEnd end_without_answer(platform::ChildEnd end) {
  switch (end) {
    case platform::ChildEnd::not_started: return DatabaseEnd::not_asked;
    case platform::ChildEnd::too_slow: return DatabaseEnd::silent;
    case platform::ChildEnd::reported:
    case platform::ChildEnd::died: break;
  }
  return DatabaseEnd::broken;
}

class Run {
 public:
  explicit Run(const DatabaseRequest& request) : request_(request), end_(Clock::now() + request.time) {
    reply_.databases.resize(request.databases.size());
  }

  DatabaseReply ask() {
    list_hosts();
    look_up();
    for (auto round = unasked(); !round.empty() && Clock::now() < end_; round = unasked()) {
      ask(round);
      learn();
    }
    return std::move(reply_);
  }

 private:
  struct Place {
    std::size_t database;
    std::size_t answer;
  };

  // A name or an address that is spelt twice is one host.
  void add(std::size_t database, const std::string& name, bool listed) {
    const auto host = parse_address(name);
    if (!host || host->port == 0) return;
    auto& answers = reply_.databases.at(database).answers;
    std::string small = platform::lower(host->text());
    if (answers.size() == limits::database_members ||
        std::ranges::find(answers, small, &HelloAnswer::asked) != answers.end())
      return;
    answers.push_back({.asked = std::move(small), .listed = listed});
  }

  void list_hosts() {
    for (std::size_t at = 0; at < request_.databases.size(); ++at) {
      for (const Address& host : request_.databases.at(at).hosts) add(at, host.text(), true);
    }
  }

  void look_up() {
    std::vector<std::size_t> named;
    for (std::size_t at = 0; at < request_.databases.size(); ++at) {
      if (!request_.databases.at(at).srv.empty()) named.push_back(at);
    }
    const auto results = in_children(
        named.size(), [&](std::size_t at) { return hosts_behind(request_.databases.at(named.at(at)).srv); });
    for (std::size_t at = 0; at < named.size(); ++at) {
      auto found = answers_in(results.at(at).said);
      const std::string& name = request_.databases.at(named.at(at)).srv;
      if (!found)
        found =
            DatabaseAnswers{.answers = {{.asked = platform::lower(name), .listed = true, .end = DatabaseEnd::no_name}}};
      reply_.databases.at(named.at(at)) = *std::move(found);
    }
  }

  // Nobody is asked twice, so a host whose process could not start is over, too.
  std::vector<Place> unasked() {
    std::vector<Place> places;
    for (std::size_t database = 0; database < reply_.databases.size(); ++database) {
      const auto& answers = reply_.databases.at(database).answers;
      asked_.resize(reply_.databases.size());
      for (std::size_t& at = asked_.at(database); at < answers.size(); ++at) {
        if (answers.at(at).end == DatabaseEnd::not_asked) places.push_back({database, at});
      }
    }
    return places;
  }

  void ask(const std::vector<Place>& places) {
    const auto results = in_children(places.size(), [&](std::size_t at) {
      const Place& place = places.at(at);
      const auto host = parse_address(reply_.databases.at(place.database).answers.at(place.answer).asked);
      const bool tls = request_.databases.at(place.database).tls;
      return DatabaseAnswers{.answers = {ask_hello(host.value(), tls ? &request_.tls : nullptr)}};
    });
    for (std::size_t at = 0; at < places.size(); ++at) {
      HelloAnswer& answer = reply_.databases.at(places.at(at).database).answers.at(places.at(at).answer);
      take(results.at(at), answer);
    }
  }

  void take(const platform::ChildResult& result, HelloAnswer& answer) {
    auto found = answers_in(result.said);
    said_ += result.said.size();
    if (!found || found->answers.size() != 1 || said_ > limits::database_answers) {
      answer.end = end_without_answer(result.end);
      return;
    }
    HelloAnswer& told = found->answers.front();
    told.asked = answer.asked;
    told.listed = answer.listed;
    answer = std::move(told);
  }

  void learn() {
    for (std::size_t database = 0; database < reply_.databases.size(); ++database) {
      // A copy, because the list grows.
      const auto answers = reply_.databases.at(database).answers;
      for (const HelloAnswer& answer : answers) {
        for (const auto* names : {&answer.hosts, &answer.passives, &answer.arbiters}) {
          for (const std::string& name : *names) add(database, name, false);
        }
      }
    }
  }

  template <class Work>
  std::vector<platform::ChildResult> in_children(std::size_t count, const Work& work) {
    const platform::ChildrenLimits bounds{.at_once = limits::databases_at_once,
                                          .said = limits::database_answer,
                                          .each = limits::database_time + limits::database_grace,
                                          .all = std::chrono::duration_cast<milliseconds>(end_ - Clock::now())};
    return platform::run_in_children(count, bounds, [&](std::size_t at) {
      // Where libmongoc would write when it runs out of memory.
      if (std::freopen("/dev/null", "w", stderr) == nullptr) throw std::runtime_error("no /dev/null");
      // Each has a name: the child's own account of who it is does not count.
      DatabaseAnswers answers = work(at);
      for (HelloAnswer& each : answers.answers) {
        if (each.asked.empty()) each.asked = "asked";
      }
      return bytes_of(std::move(answers));
    });
  }

  const DatabaseRequest& request_;
  Clock::time_point end_;
  DatabaseReply reply_;
  std::vector<std::size_t> asked_;  // how many answers of each database had their turn
  std::size_t said_ = 0;
};

}  // namespace

DatabaseReply ask_databases(const DatabaseRequest& request) { return Run(request).ask(); }

}  // namespace agent::doctor_program
