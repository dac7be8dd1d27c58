// SPDX-License-Identifier: ISC
#include "platform/files/memory_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

TEST_CASE("a file in memory is read by its path, and is gone with its owner") {
  const std::string content(100'000, 'x');
  std::string path;
  {
    auto made = platform::MemoryFile::holding(platform::view_of(content));
    REQUIRE(made);
    const platform::MemoryFile file = std::move(*made);
    path = file.path().string();
    std::ifstream in(path);
    CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == content);
  }
  CHECK_FALSE(std::filesystem::exists(path));
}
