// SPDX-License-Identifier: ISC
#include "agent/report/message.h"

namespace agent {

namespace {

using platform::Step;
using platform::Steps;

std::string lines_of(const Step& step) {
  std::string lines = "\n  " + (step.purpose.empty() ? "to fix this" : step.purpose);
  if (!step.command.empty()) lines += ":\n    " + step.command;
  return lines;
}

std::string words_of(const Step& step) {
  return step.purpose + (step.purpose.empty() || step.command.empty() ? "" : ": ") + step.command;
}

}  // namespace

std::string for_people(const Message& message) {
  std::string lines = message.text;
  for (const Step& step : message.steps) lines += lines_of(step);
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
