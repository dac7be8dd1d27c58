// SPDX-License-Identifier: ISC
#include "agent/doctor/ask_database.h"

#include <algorithm>
#include <thread>

#include "agent/base/doctor_limits.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

DatabaseEvidence unasked(const DatabaseQuestion& question) {
  DatabaseEvidence evidence{.of = question.of,
                            .set = question.uri.set,
                            .database = question.uri.database,
                            .write_concern = question.write_concern};
  if (question.uri.srv) return evidence;
  for (const Address& host : question.uri.hosts) evidence.listed.push_back(host.text());
  return evidence;
}

AskedDatabase asked_of(const DatabaseQuestion& question) {
  if (question.uri.srv) return {.srv = question.uri.hosts.front().host, .tls = question.tls};
  return {.hosts = question.uri.hosts, .tls = question.tls};
}

bool may_pass(DatabaseEnd end) {
  switch (end) {
    case DatabaseEnd::no_connection:
    case DatabaseEnd::silent:
    case DatabaseEnd::broken: return true;
    case DatabaseEnd::not_asked:
    case DatabaseEnd::answered:
    case DatabaseEnd::no_name:
    case DatabaseEnd::no_tls:
    case DatabaseEnd::untrusted:
    case DatabaseEnd::too_new: return false;
  }
  return false;
}

// The first host of this kind that answered; null if there is none.
const HelloAnswer* find_member(const std::vector<HelloAnswer>& answers, MemberKind kind) {
  const auto found = std::ranges::find_if(
      answers, [&](const HelloAnswer& each) { return each.end == DatabaseEnd::answered && each.kind == kind; });
  return found == answers.end() ? nullptr : &*found;
}

bool has(const std::vector<HelloAnswer>& answers, MemberKind kind) { return find_member(answers, kind) != nullptr; }

// The primary, because it knows most of its set; otherwise a secondary. Arbiters have no users, and behind a mongos is
// no set.
const HelloAnswer* member_for_login(const std::vector<HelloAnswer>& answers) {
  const HelloAnswer* const primary = find_member(answers, MemberKind::primary);
  return primary != nullptr ? primary : find_member(answers, MemberKind::secondary);
}

// Members answer, and the primary is not among them: they may be electing one.
bool lacks_primary(const std::vector<HelloAnswer>& answers) {
  return (has(answers, MemberKind::secondary) || has(answers, MemberKind::arbiter)) &&
         !has(answers, MemberKind::primary);
}

class Questioning {
 public:
  Questioning(DatabaseQuestions questions, const DoctorProgram& program)
      : questions_(std::move(questions)), program_(program) {
    for (const DatabaseQuestion& question : questions_.databases) evidence_.push_back(unasked(question));
  }

  std::vector<DatabaseEvidence> ask() {
    auto asked = look();
    if (asked) asked = look_again();
    if (!asked) {
      for (DatabaseEvidence& each : evidence_) {
        if (each.answers.empty()) each.not_asked = asked.error().message;
      }
    }
    for (std::size_t at = 0; at < evidence_.size(); ++at) log_in(questions_.databases.at(at), evidence_.at(at));
    return std::move(evidence_);
  }

 private:
  void show(const std::string& what) const {
    if (questions_.progress) questions_.progress(what);
  }

  // For a process of its own, which gets them by a message.
  [[nodiscard]] DatabaseTls tls_files() const {
    return {questions_.tls.ca, questions_.tls.pem.duplicate(), questions_.tls.pem_password.duplicate()};
  }

  Result<std::vector<DatabaseAnswers>> run(std::vector<AskedDatabase> databases) {
    const std::size_t count = databases.size();
    DatabaseRequest request{.databases = std::move(databases), .time = limits::database_time_in_all};
    request.tls = tls_files();
    auto reply = TRY(run_doctor_program(program_, std::move(request), limits::database_time_in_all));
    auto* const found = std::get_if<DatabaseReply>(&reply);
    if (found == nullptr || found->databases.size() != count)
      return fail(ErrorKind::internal, "the doctor program answered another question");
    return std::move(found->databases);
  }

  Result<void> look() {
    std::vector<AskedDatabase> databases;
    for (const DatabaseQuestion& question : questions_.databases) databases.push_back(asked_of(question));
    if (databases.empty()) return {};
    show("asking the databases");
    auto found = TRY(run(std::move(databases)));
    for (std::size_t at = 0; at < found.size(); ++at) {
      DatabaseEvidence& evidence = evidence_.at(at);
      evidence.answers = std::move(found.at(at).answers);
      if (evidence.set.empty()) evidence.set = found.at(at).set;
      if (!questions_.databases.at(at).uri.srv) continue;
      for (const HelloAnswer& answer : evidence.answers) {
        if (answer.listed) evidence.listed.push_back(answer.asked);
      }
    }
    return {};
  }

  Result<void> look_again() {
    std::vector<std::size_t> which;
    std::vector<AskedDatabase> databases;
    std::chrono::seconds pause{0};
    for (std::size_t at = 0; at < evidence_.size(); ++at) {
      if (!needs_second_look(evidence_.at(at).answers)) continue;
      which.push_back(at);
      pause = std::max(pause, pause_before_second_look(evidence_.at(at).answers));
      AskedDatabase& asked = databases.emplace_back();
      asked.tls = questions_.databases.at(at).tls;
      for (const HelloAnswer& answer : evidence_.at(at).answers) {
        if (const auto host = parse_address(answer.asked)) asked.hosts.push_back(*host);
      }
    }
    if (which.empty()) return {};
    show("asking the databases again in a few seconds");
    std::this_thread::sleep_for(pause);
    const auto found = TRY(run(std::move(databases)));
    for (std::size_t at = 0; at < which.size(); ++at) take_again(found.at(at).answers, evidence_.at(which.at(at)));
    return {};
  }

  // By name: a host that was learnt meanwhile is not among those of the first look.
  static void take_again(const std::vector<HelloAnswer>& found, DatabaseEvidence& evidence) {
    for (const HelloAnswer& first : evidence.answers) {
      const auto same = std::ranges::find(found, first.asked, &HelloAnswer::asked);
      HelloAnswer& again = evidence.again.emplace_back(same == found.end() ? first : *same);
      again.listed = first.listed;
    }
  }

  // One attempt in a run, on one member: a refused login may lock the account.
  void log_in(DatabaseQuestion& question, DatabaseEvidence& evidence) {
    if (!question.login || logged_in_) return;
    evidence.login = LoginEnd::not_possible;
    auto* const login = std::get_if<DatabaseLogin>(&*question.login);
    const HelloAnswer* const member = member_for_login(last_answers(evidence));
    if (login == nullptr)
      evidence.login_needs = std::get<std::string>(*question.login);
    else if (member == nullptr)
      evidence.login_needs = "a member of the replica set that answers this host";
    if (login == nullptr || member == nullptr) return;
    logged_in_ = true;
    show("logging in to the database");
    LoginRequest request{.host = parse_address(member->asked).value_or(Address()), .tls = question.tls};
    request.files = tls_files();
    request.login = std::move(*login);
    auto reply = run_doctor_program(program_, std::move(request), limits::login_time);
    auto* const found = reply ? std::get_if<LoginReply>(&*reply) : nullptr;
    evidence.login = found == nullptr ? LoginEnd::failed : found->end;
    if (evidence.login == LoginEnd::refused)
      evidence.login_needs =
          "a user name and password that the database accepts: it refused those in mongo.mongoUri, once";
    if (found == nullptr) return;
    if (found->denied) evidence.login_needs = "the role clusterMonitor for Ops Manager's user of the database";
    evidence.members = std::move(found->members);
    evidence.defaults_set = found->defaults_set;
  }

  DatabaseQuestions questions_;
  bool logged_in_ = false;
  const DoctorProgram& program_;
  std::vector<DatabaseEvidence> evidence_;
};

}  // namespace

bool needs_second_look(const std::vector<HelloAnswer>& answers) {
  return lacks_primary(answers) || has(answers, MemberKind::other) ||
         std::ranges::any_of(answers, [](const HelloAnswer& each) { return may_pass(each.end); });
}

std::chrono::seconds pause_before_second_look(const std::vector<HelloAnswer>& answers) {
  return lacks_primary(answers) ? limits::election : limits::second_look;
}

std::vector<DatabaseEvidence> ask_databases(DatabaseQuestions questions, const Result<DoctorProgram>& program) {
  if (program) return Questioning(std::move(questions), *program).ask();
  std::vector<DatabaseEvidence> nothing;
  for (const DatabaseQuestion& question : questions.databases) {
    nothing.push_back(unasked(question));
    nothing.back().not_asked = program.error().message;
  }
  return nothing;
}

}  // namespace agent
