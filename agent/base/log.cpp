// SPDX-License-Identifier: ISC
#include "agent/base/log.h"

#include <cstdlib>

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "platform/services/service_manager.h"

namespace agent::log {

namespace {

// A service of Windows has no standard error that anybody could read. No mutex: the program logs from one thread.
class EventLog final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  // The plain text without spdlog's pattern: the event log has its own time, level and source.
  void sink_it_(const spdlog::details::log_msg& message) override {
    const auto level = message.level >= spdlog::level::err    ? platform::EventLevel::error
                       : message.level == spdlog::level::warn ? platform::EventLevel::warning
                                                              : platform::EventLevel::information;
    platform::write_event(level, {message.payload.data(), message.payload.size()});
  }
  void flush_() override {}
};

spdlog::sink_ptr sink() {
  if (platform::has_event_log()) return std::make_shared<EventLog>();
  return std::make_shared<spdlog::sinks::stderr_sink_st>();
}

// Not in spdlog's registry of loggers, which is global state of its own.
spdlog::logger& logger() {
  static spdlog::logger instance("genkey-agent", sink());
  return instance;
}

}  // namespace

void start(Level level) {
  // systemd sets JOURNAL_STREAM where standard error goes to the journal (systemd.exec(5)). Without the variable a line
  // has one time stamp too many, and nothing else is wrong.
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;  // NOLINT(concurrency-mt-unsafe): one thread
  logger().set_pattern(journal ? "%v" : "%Y-%m-%dT%H:%M:%S%z genkey-agent: %v");
  logger().set_level(level == Level::quiet    ? spdlog::level::warn
                     : level == Level::normal ? spdlog::level::info
                                              : spdlog::level::debug);
}

// Texts are arguments and never the format: a brace in a peer's name must not be read as a placeholder.
void detail(const std::string& text) { logger().debug("{}", text); }
void info(const std::string& text) { logger().info("{}", text); }
void warning(const std::string& text) { logger().warn("{}", text); }
void error(const std::string& text) { logger().error("{}", text); }

}  // namespace agent::log
