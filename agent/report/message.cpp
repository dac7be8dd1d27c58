// SPDX-License-Identifier: ISC
#include "agent/report/message.h"

#include "agent/base/text_table.h"

namespace agent {

namespace {

using platform::Step;
using platform::Steps;

std::string purpose_of(const Step& step) {
  return (step.purpose.empty() ? "to fix this" : step.purpose) + (step.command.empty() ? "" : ":");
}

std::string command_of(const Step& step) { return step.command.empty() ? "" : "\n    " + step.command; }

std::string words_of(const Step& step) {
  return step.purpose + (step.purpose.empty() || step.command.empty() ? "" : ": ") + step.command;
}

}  // namespace

std::string for_people(const Message& message) {
  std::string lines = message.text;
  for (const Step& step : message.steps) lines += "\n  " + purpose_of(step) + command_of(step);
  return lines;
}

std::string for_terminal(const Message& message, std::size_t first_column) {
  std::string lines = wrapped(message.text, first_column, 0);
  for (const Step& step : message.steps) lines += "\n  " + wrapped(purpose_of(step), 2, 2) + command_of(step);
  return lines;
}

std::string for_journal(const Message& message) {
  std::string lines = message.text;
  for (const Step& step : message.steps) lines += "\n  " + words_of(step);
  return lines;
}

std::string on_one_line(const Steps& steps) {
  std::string line;
  for (const Step& step : steps) line += (line.empty() ? "" : "; ") + words_of(step);
  return line;
}

std::string on_one_line(const Message& message) {
  const std::string steps = on_one_line(message.steps);
  return message.text + (steps.empty() ? "" : ": ") + steps;
}

}  // namespace agent
