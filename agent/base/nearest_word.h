// SPDX-License-Identifier: ISC
// The word that was probably meant by a mistyped one, for "did you mean".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agent {

/// One of `known`: the word with the fewest edits (a letter more, less, other, or swapped with its neighbour), or a
/// word of which the typed one is the beginning. Case makes no difference. Nothing when no word is near. Of words that
/// are equally near, the first.
///
/// The result says nothing about the typed word but that it is near, so it may be shown where that word may not.
std::optional<std::string_view> nearest_word(std::string_view typed, std::span<const std::string_view> known);
/// The result refers to `known`, which must outlive it.
std::optional<std::string_view> nearest_word(std::string_view typed, const std::vector<std::string>& known);
std::optional<std::string_view> nearest_word(std::string_view typed, const std::vector<std::string>&& known) = delete;

/// For the end of a sentence about the typed word: "; did you mean 'status'?", or nothing.
std::string did_you_mean(const std::optional<std::string_view>& meant);
/// The same where the sentence may go on: " (did you mean \"gate.policy\"?)".
std::string did_you_mean_aside(const std::optional<std::string_view>& meant, std::string_view prefix = "");

}  // namespace agent
