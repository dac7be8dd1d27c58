#include "agent/log.h"

#include <cstdlib>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace agent::log {

namespace {

spdlog::logger& logger() {
  static spdlog::logger instance("genkey-agent", std::make_shared<spdlog::sinks::stderr_sink_st>());
  return instance;
}

}  // namespace

void start(Level level) {
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;  // NOLINT(concurrency-mt-unsafe): one thread
  logger().set_pattern(journal ? "%v" : "%Y-%m-%dT%H:%M:%S%z genkey-agent: %v");
  logger().set_level(level == Level::quiet    ? spdlog::level::warn
                     : level == Level::normal ? spdlog::level::info
                                              : spdlog::level::debug);
}

void detail(const std::string& text) { logger().debug("{}", text); }
void info(const std::string& text) { logger().info("{}", text); }
void warning(const std::string& text) { logger().warn("{}", text); }

}  // namespace agent::log
