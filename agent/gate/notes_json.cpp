// SPDX-License-Identifier: ISC
#include <algorithm>

#include <nlohmann/json.hpp>

#include "agent/gate/notes.h"
#include "platform/base/enum_count.h"

namespace agent {

namespace {

using nlohmann::json;
using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

constexpr std::string_view gate_schema = "genkey-agent/gate-note/1";
constexpr std::string_view hook_schema = "genkey-agent/hook-note/1";
constexpr std::size_t longest_path = 4096;
constexpr std::size_t longest_stamp = 256;
constexpr std::size_t longest_start = 64;
// The largest exit code that a decision can have.
constexpr int largest_code = 17;

std::string text_in(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool truth_in(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::int64_t number_in(const json& object, const char* member) {
  const auto found = object.find(member);
  // -1 and not 0, because the code 0 means that Ops Manager may start.
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : -1;
}

json names_of(const std::vector<Reason>& reasons) {
  json names = json::array();
  for (const Reason reason : reasons) names.push_back(name_of(reason));
  return names;
}

// A word that a later version wrote is left out: the decision itself stands in other members.
std::vector<Reason> reasons_in(const json& object) {
  std::vector<Reason> reasons;
  const auto names = object.find("reasons");
  if (names == object.end() || !names->is_array()) return reasons;
  for (const Reason reason : platform::all_of<Reason>()) {
    if (std::ranges::find(*names, json(name_of(reason))) != names->end()) reasons.push_back(reason);
  }
  return reasons;
}

// The path is printed on terminals, where a control character could hide or change what a person sees.
bool is_plain_path(const std::string& text) {
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
  return platform::Path(text).is_absolute() && text.size() <= longest_path && std::ranges::none_of(text, is_control);
}

bool consists_of(const std::string& text, std::string_view characters, std::size_t longest) {
  return text.size() <= longest && text.find_first_not_of(characters) == std::string::npos;
}

bool is_plain(const GateNote& note) {
  // Checked by each member's own alphabet, because the note is printed and compared but never parsed further.
  return is_plain_path(note.key_file.string()) && note.code >= 0 && note.code <= largest_code &&
         consists_of(note.start, "0123456789abcdef@", longest_start) &&
         consists_of(note.stamp, "0123456789. -", longest_stamp);
}

Result<json> parse(std::string_view text, std::string_view schema) {
  json object = json::parse(text, nullptr, false);
  if (!object.is_object() || text_in(object, "schema") != schema)
    return fail(ErrorKind::configuration, "this is not a file of " + std::string(schema));
  return object;
}

// A path may hold bytes that are not UTF-8. Replacing them keeps the decision on record; throwing would lose it.
std::string text_of(const json& object) { return object.dump(2, ' ', false, json::error_handler_t::replace) + "\n"; }

}  // namespace

std::string encode(const GateNote& note) {
  return text_of({{"schema", gate_schema},
                  {"decided", note.decided.time_since_epoch().count()},
                  {"allowed", note.allowed},
                  {"overridden", note.overridden},
                  {"code", note.code},
                  {"reasons", names_of(note.reasons)},
                  {"file_was_wrong", note.file_was_wrong},
                  {"told", note.told},
                  {"start", note.start},
                  {"key_file", note.key_file.string()},
                  {"stamp", note.stamp}});
}

Result<GateNote> decode_gate_note(std::string_view text) {
  const json object = TRY(parse(text, gate_schema));
  const std::int64_t decided = number_in(object, "decided");
  const std::int64_t code = number_in(object, "code");
  // The last second of the year 9999. A later year would not fit the format in which times are printed.
  constexpr std::int64_t last_second = 253'402'300'799;
  if (decided < 0 || decided > last_second || code < 0 || code > largest_code)
    return fail(ErrorKind::configuration, "this note of the gate has a time or a code that cannot be");
  GateNote note{.decided = platform::Time(std::chrono::seconds(decided)),
                .allowed = truth_in(object, "allowed"),
                .overridden = truth_in(object, "overridden"),
                .code = static_cast<int>(code),
                .reasons = reasons_in(object),
                .file_was_wrong = truth_in(object, "file_was_wrong"),
                .told = truth_in(object, "told"),
                .start = text_in(object, "start"),
                .key_file = text_in(object, "key_file"),
                .stamp = text_in(object, "stamp")};
  if (!is_plain(note)) return fail(ErrorKind::configuration, "this note of the gate has a member that cannot be");
  return note;
}

std::string encode(const HookNote& note) {
  return text_of({{"schema", hook_schema}, {"file", note.file.string()}, {"required", note.required}});
}

Result<HookNote> decode_hook_note(std::string_view text) {
  const json object = TRY(parse(text, hook_schema));
  const std::string file = text_in(object, "file");
  // `status` shows this path, and reads the file there if the installation does not say where its mms.conf is.
  if (!is_plain_path(file)) return fail(ErrorKind::configuration, "this note of the hook names no file");
  return HookNote{file, truth_in(object, "required")};
}

}  // namespace agent
