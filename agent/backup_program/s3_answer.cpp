// SPDX-License-Identifier: ISC
#include "agent/backup_program/s3_answer.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <pugixml.hpp>

#include "platform/base/ascii.h"
#include "platform/base/clock.h"

namespace agent::backup_program {

namespace {

using platform::BytesView;

// A store may send a sentence of any length, and the sentence goes into a message on a terminal.
constexpr std::size_t longest_sentence = 300;

// pugixml knows the five predefined entities and numbered characters, and ignores any others that a document declares.
// So a small document cannot grow large in memory ("billion laughs").
bool parse(pugi::xml_document& document, BytesView body) {
  return static_cast<bool>(document.load_buffer(body.data(), body.size(), pugi::parse_default, pugi::encoding_utf8));
}

// RFC 3339 with a fraction: "2026-11-22T02:29:17.000Z".
std::optional<platform::Time> time_in(std::string_view text) {
  const auto point = text.find('.');
  return platform::parse_time(std::string(text.substr(0, point)) + (point == std::string_view::npos ? "" : "Z"));
}

std::optional<std::uint64_t> number_in(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::optional<StoredObject> read_object(const pugi::xml_node& node, std::string_view prefix) {
  const std::string_view key = node.child_value("Key");
  const auto size = number_in(node.child_value("Size"));
  const auto stored = time_in(node.child_value("LastModified"));
  // A key outside of the prefix was not asked for, so nothing in this answer can be relied on.
  if (!key.starts_with(prefix) || !size || !stored) return std::nullopt;
  return StoredObject{std::string(key.substr(prefix.size())), *size, *stored};
}

}  // namespace

bool is_web_page(std::string_view content_type, BytesView body) {
  if (platform::lower(content_type).starts_with("text/html")) return true;
  // Some servers name no type.
  const std::string_view text = platform::text_of(body);
  const auto first = text.find('<');
  if (first == std::string_view::npos || text.find_first_not_of(" \t\r\n\xef\xbb\xbf") != first) return false;
  const std::string begin = platform::lower(text.substr(first, std::string_view("<!doctype html").size()));
  return begin.starts_with("<html") || begin == "<!doctype html";
}

Refusal read_refusal(BytesView body) {
  pugi::xml_document document;
  if (!parse(document, body)) return {};
  const pugi::xml_node error = document.child("Error");
  const auto text = [&](const char* name) { return std::string(error.child_value(name)).substr(0, longest_sentence); };
  return {text("Code"), text("Message"), text("Region")};
}

std::optional<ListingPage> read_listing(BytesView body, std::string_view prefix) {
  pugi::xml_document document;
  if (!parse(document, body)) return std::nullopt;
  const pugi::xml_node listing = document.child("ListBucketResult");
  if (!listing) return std::nullopt;
  ListingPage page;
  for (const pugi::xml_node& node : listing.children("Contents")) {
    auto object = read_object(node, prefix);
    // A listing with one bad entry is refused as a whole: a copy that is left out unnoticed could be the newest.
    if (!object) return std::nullopt;
    page.objects.push_back(std::move(*object));
  }
  const bool more = std::strcmp(listing.child_value("IsTruncated"), "true") == 0;
  if (more) page.continuation = listing.child_value("NextContinuationToken");
  // Without a token the first page would be asked for again, without end.
  if (more && page.continuation.empty()) return std::nullopt;
  return page;
}

}  // namespace agent::backup_program
