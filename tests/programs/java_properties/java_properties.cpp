// SPDX-License-Identifier: ISC
// The reader of java.util.Properties as a program, for the story that compares it with the real class.
//
//   java-properties spellings       prints each spelling of the unit test, its bytes in hex digits, one on a line
//   java-properties read NAME...    reads such lines and prints a line for each
//
// A printed line has the value of each name, "=" and its UTF-16 code units in hex digits, or "-" where the text does
// not set it; or the word "unreadable". PropertiesOfJava.java prints the same.
#include "platform/ops_manager/java_properties.h"

#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "platform/base/bytes.h"
#include "tests/platform/ops_manager/spellings.h"

namespace {

void print_spellings() {
  const auto print = [](std::string_view text) { std::cout << platform::hex_encode(platform::view_of(text)) << "\n"; };
  for (const tests::Spelling& spelling : tests::spellings) print(spelling.text);
  for (const std::string_view text : tests::unreadable_spellings) print(text);
}

std::string hex(std::u16string_view value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char16_t unit : value) {
    for (const int shift : {12, 8, 4, 0}) text += digits[(unit >> shift) & 15];
  }
  return text;
}

std::string answer(std::string_view text, std::span<const std::u16string_view> names) {
  const auto values = platform::java_properties(text, names);
  if (!values) return "unreadable";
  std::string line;
  for (const auto& value : *values) line += (line.empty() ? "" : " ") + (value ? "=" + hex(*value) : "-");
  return line;
}

bool read(std::span<const std::string> words) {
  std::vector<std::u16string> names;
  for (const std::string& word : words) names.emplace_back(word.begin(), word.end());
  const std::vector<std::u16string_view> views(names.begin(), names.end());
  for (std::string line; std::getline(std::cin, line);) {
    const auto bytes = platform::hex_decode(line);
    if (!bytes) return false;
    std::cout << answer(platform::text_of(*bytes), views) << "\n";
  }
  return true;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  const std::string act = arguments.empty() ? "" : arguments.front();
  if (act == "spellings") print_spellings();
  const bool done = act == "spellings" || (act == "read" && read(std::span(arguments).subspan(1)));
  return done && std::cout.flush() ? 0 : 1;
}
