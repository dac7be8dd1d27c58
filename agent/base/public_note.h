// SPDX-License-Identifier: ISC
// Notes of the last gate, backup or run of doctor. Root writes them and everybody may read them, because `status` and
// monitoring run without root. They hold no secret.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "platform/files/file.h"

namespace agent {

/// Nothing, too, when the note cannot be read or understood: whoever needs it then looks or asks again.
template <class Note>
std::optional<Note> load_public_note(const platform::Path& path, std::size_t limit,
                                     platform::Result<Note> (*decode)(std::string_view)) {
  const auto file = platform::read_file(path, limit, platform::Links::refuse);
  if (!file) return std::nullopt;
  auto note = decode(platform::text_of(file->content));
  return note ? std::optional(*std::move(note)) : std::nullopt;
}

/// Replaces it as a whole: a power cut leaves the old note or the new one.
platform::Result<void> save_public_note(const platform::Path& path, std::string_view text);

}  // namespace agent
