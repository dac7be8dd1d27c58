// SPDX-License-Identifier: ISC
#include "agent/base/log.h"

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include "agent/base/streams.h"
#include "platform/processes/terminal.h"
#include "platform/services/service_manager.h"

namespace agent::log {

namespace {

// The plain text without spdlog's pattern: the system's log has its own time, level and source.
void write_event(const spdlog::details::log_msg& message) {
  const auto level = message.level >= spdlog::level::err    ? platform::EventLevel::error
                     : message.level == spdlog::level::warn ? platform::EventLevel::warning
                                                            : platform::EventLevel::information;
  platform::write_event(level, {message.payload.data(), message.payload.size()});
}

// A service of Windows has no standard error that anybody could read. Elsewhere a listener outlives what reads its
// standard error, and what it then says must not be lost. No mutex: the program logs from one thread.
class Sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (platform::has_event_log()) return write_event(message);
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    if (!write_to_standard_error({line.data(), line.size()})) write_event(message);
  }
  void flush_() override {}
};

// Not in spdlog's registry of loggers, which is global state of its own.
spdlog::logger& logger() {
  static spdlog::logger instance("genkey-agent", std::make_shared<Sink>());
  return instance;
}

}  // namespace

void start(Level level) {
  // Where this cannot be told, a line has one time stamp too many, and nothing else is wrong.
  logger().set_pattern(platform::stderr_is_journal() ? "%v" : "%Y-%m-%dT%H:%M:%S%z genkey-agent: %v");
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
