// SPDX-License-Identifier: ISC
#include "platform/base/windows/path_rules.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace platform::windows {

namespace {

constexpr std::string_view long_prefix = R"(\\?\)";
constexpr std::string_view long_share_prefix = R"(\\?\UNC\)";
constexpr std::size_t longest_part = 255;
constexpr std::size_t longest_path = 32'000;  // of 32767 characters, with room for the prefix

bool is_separator(char c) { return c == '\\' || c == '/'; }

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::string backslashed(std::string_view text) {
  std::string out(text);
  std::ranges::replace(out, '/', '\\');
  return out;
}

bool starts_with_drive(std::string_view text) { return text.size() >= 2 && is_letter(text[0]) && text[1] == ':'; }

std::string_view trimmed_end(std::string_view text) { return text.substr(0, text.find_last_not_of(" .") + 1); }

// A file of such a name would be lost: Windows opens the device in every directory and with any extension, so that
// "nul.txt" swallows a key. The superscript digits count as digits.
std::optional<std::string> device_in(std::string_view part) {
  static constexpr std::array<std::string_view, 6> names = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"};
  static constexpr std::array<std::string_view, 3> superscripts = {"\xC2\xB9", "\xC2\xB2", "\xC2\xB3"};
  const std::string stem = upper(trimmed_end(part.substr(0, part.find('.'))));
  if (std::ranges::find(names, stem) != names.end()) return stem;
  if (!stem.starts_with("COM") && !stem.starts_with("LPT")) return std::nullopt;
  const std::string_view number = std::string_view(stem).substr(3);
  const bool digit = number.size() == 1 && number[0] >= '0' && number[0] <= '9';
  return digit || std::ranges::find(superscripts, number) != superscripts.end() ? std::optional(stem) : std::nullopt;
}

std::optional<std::string> problem_of_part(std::string_view part) {
  if (part.empty() || part == "." || part == "..") return std::nullopt;
  const std::string name = "\"" + std::string(part) + "\"";
  if (part.find(':') != std::string_view::npos) return "names an alternate stream (" + name + ")";
  // Windows drops them, so two names would mean one file.
  if (part.back() == '.' || part.back() == ' ')
    return "has the part " + name + ", whose last dot or space would be dropped";
  if (const auto device = device_in(part)) return "names the device " + *device;
  const bool odd = std::ranges::any_of(part, [](char c) {
    return static_cast<unsigned char>(c) < ' ' || std::string_view("<>\"|?*").find(c) != std::string_view::npos;
  });
  if (odd) return "has the part " + name + ", which no file of Windows can be called";
  if (part.size() > longest_part) return "has a part of more than " + std::to_string(longest_part) + " characters";
  return std::nullopt;
}

std::optional<std::string> problem_of_parts(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::ranges::find_if(text, is_separator);
    const auto size = static_cast<std::size_t>(end - text.begin());
    if (auto problem = problem_of_part(text.substr(0, size))) return problem;
    text.remove_prefix(std::min(text.size(), size + 1));
  }
  return std::nullopt;
}

// `text` is the part after "\\" or "\\?\UNC\".
std::optional<std::string> problem_of_share(const std::string& text) {
  const auto server_end = text.find('\\');
  const bool has_share =
      server_end != std::string::npos && server_end > 0 && server_end + 1 < text.size() && text[server_end + 1] != '\\';
  return has_share ? problem_of_parts(text) : std::optional<std::string>("names a server without a share");
}

std::optional<std::string> problem_of_drive(const std::string& text) {
  const bool absolute = text.size() > 2 && text[2] == '\\';
  if (!absolute) return "is relative to the current directory of drive " + upper(text.substr(0, 2));
  return problem_of_parts(std::string_view(text).substr(3));
}

}  // namespace

std::optional<std::string> problem_of(std::string_view path) {
  const std::string text = backslashed(path);
  if (text.empty()) return "is empty";
  if (text.size() > longest_path) return "is longer than Windows allows";
  // The system would end the path there and open another file.
  if (text.find('\0') != std::string::npos) return "has a zero byte in it";
  if (upper(text).starts_with(long_share_prefix)) return problem_of_share(text.substr(long_share_prefix.size()));
  const bool long_drive = text.starts_with(long_prefix) && starts_with_drive(text.substr(long_prefix.size()));
  if (long_drive) return problem_of_drive(text.substr(long_prefix.size()));
  // After the long drives and shares, which begin in the same way.
  const bool device = text.starts_with(R"(\\?)") || text.starts_with(R"(\\.)") || text.starts_with(R"(\??)");
  if (device) return "is in the name space of devices";
  if (text.starts_with(R"(\\)")) return problem_of_share(text.substr(2));
  // A service and a person may have different current drives.
  if (text.starts_with('\\')) return "is relative to the current drive";
  if (starts_with_drive(text)) return problem_of_drive(text);
  return problem_of_parts(text);
}

std::string long_form(std::string_view path) {
  std::string text = backslashed(path);
  if (text.starts_with(long_prefix)) return text;
  if (text.starts_with(R"(\\)")) return std::string(long_share_prefix) + text.substr(2);
  return std::string(long_prefix) + text;
}

std::string without_long_prefix(std::string_view path) {
  const std::string text = backslashed(path);
  if (upper(text).starts_with(long_share_prefix)) return R"(\\)" + text.substr(long_share_prefix.size());
  return text.starts_with(long_prefix) ? text.substr(long_prefix.size()) : text;
}

std::string root_of(std::string_view path) {
  const std::string text = without_long_prefix(path);
  if (!is_on_share(text)) return text.substr(0, 2) + "\\";
  const auto share = text.find('\\', 2) + 1;
  return text.substr(0, text.find('\\', share)) + "\\";
}

bool is_root(std::string_view path) { return root_of(path).size() >= without_long_prefix(path).size(); }

bool is_on_share(std::string_view path) {
  const std::string text = backslashed(path);
  if (upper(text).starts_with(long_share_prefix)) return true;
  return text.starts_with(R"(\\)") && !text.starts_with(R"(\\?)") && !text.starts_with(R"(\\.)");
}

}  // namespace platform::windows
