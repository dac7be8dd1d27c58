// SPDX-License-Identifier: ISC
// Asks databases with `hello`, through genkey-agent-doctor, and logs in to at most one member of one of them. This
// process opens no connection. It takes up to half a minute when everything is silent.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/doctor/database_evidence.h"
#include "agent/doctor/database_uri.h"
#include "agent/doctor/run_program.h"
#include "platform/base/result.h"

namespace agent {

struct DatabaseQuestion {
  std::string of;  // as in DatabaseEvidence
  DatabaseUri uri;
  bool tls = false;
  std::string write_concern = {};  // as in DatabaseEvidence
  /// Wanted: the login, or what is missing for one. Nothing: no login is wanted.
  std::optional<std::variant<DatabaseLogin, std::string>> login = std::nullopt;
};

struct DatabaseQuestions {
  std::vector<DatabaseQuestion> databases;
  DatabaseTls tls;
  std::function<void(const std::string&)> progress = nullptr;  // "asking …", for a line of progress
};

/// One for each question, in the same order. Never fails: what could not be asked says why.
std::vector<DatabaseEvidence> ask_databases(DatabaseQuestions questions,
                                            const platform::Result<DoctorProgram>& program);

/// Whether the answers show something that a restart or an election can cause, and that may be over soon.
bool needs_second_look(const std::vector<HelloAnswer>& answers);
/// Before the second look; longer while the members may be electing a primary.
std::chrono::seconds pause_before_second_look(const std::vector<HelloAnswer>& answers);

}  // namespace agent
