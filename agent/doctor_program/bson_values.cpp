// SPDX-License-Identifier: ISC
#include "agent/doctor_program/bson_values.h"

#include "agent/base/doctor_limits.h"
#include "agent/doctor/message_fields.h"

namespace agent::doctor_program {

std::string_view text_at(const bson_iter_t& at) {
  std::uint32_t size = 0;
  const char* const text = bson_iter_utf8(&at, &size);
  return {text, size};
}

std::string text_field(const bson_t& document, const char* name, bool (*is_sound)(std::string_view)) {
  bson_iter_t at;
  if (!bson_iter_init_find(&at, &document, name) || !BSON_ITER_HOLDS_UTF8(&at)) return "";
  const std::string_view text = text_at(at);
  return is_sound(text) ? std::string(text) : "";
}

bool is_true(const bson_t& document, const char* name) {
  bson_iter_t at;
  return bson_iter_init_find(&at, &document, name) && bson_iter_as_bool(&at);
}

bool document_field(const bson_t& document, const char* name, bson_t& found) {
  bson_iter_t at;
  const std::uint8_t* bytes = nullptr;
  std::uint32_t size = 0;
  if (!bson_iter_init_find(&at, &document, name)) return false;
  if (BSON_ITER_HOLDS_ARRAY(&at))
    bson_iter_array(&at, &size, &bytes);
  else if (BSON_ITER_HOLDS_DOCUMENT(&at))
    bson_iter_document(&at, &size, &bytes);
  return bytes != nullptr && bson_init_static(&found, bytes, size);
}

std::map<std::string, std::string> tags_field(const bson_t& document) {
  std::map<std::string, std::string> tags;
  bson_t found;
  bson_iter_t each;
  if (!document_field(document, "tags", found) || !bson_iter_init(&each, &found)) return tags;
  while (bson_iter_next(&each) && tags.size() < limits::member_tags) {
    const std::string_view name = bson_iter_key(&each);
    if (BSON_ITER_HOLDS_UTF8(&each) && is_short(name) && is_short(text_at(each))) tags.emplace(name, text_at(each));
  }
  return tags;
}

}  // namespace agent::doctor_program
