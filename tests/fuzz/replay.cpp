// SPDX-License-Identifier: ISC
// Runs a fuzz target over every file of the given folders. No input at all is a failure, because it would test nothing.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  file.exceptions(std::ios::badbit);
  return {std::istreambuf_iterator<char>(file), {}};
}

int replay(const std::filesystem::path& folder) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::cout << entry.path().string() << std::endl;  // flushed, so that the last name is the file that crashed
    // In a vector of exactly this size, so that a sanitizer sees a read past the end.
    std::vector<std::uint8_t> input = bytes_of(entry.path());
    input.shrink_to_fit();
    LLVMFuzzerTestOneInput(input.data(), input.size());
    ++count;
  }
  return count;
}

}  // namespace

int main(int count, char** arguments) {
  int replayed = 0;
  for (const char* folder : std::span(arguments, static_cast<std::size_t>(count)).subspan(1)) {
    replayed += replay(folder);
  }
  std::cout << replayed << " inputs\n";
  return replayed > 0 ? 0 : 1;
}
