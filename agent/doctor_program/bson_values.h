// SPDX-License-Identifier: ISC
// Reads values of BSON documents that strangers sent.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "agent/doctor_program/mongo_objects.h"

namespace agent::doctor_program {

/// Of a value that holds text.
std::string_view text_at(const bson_iter_t& at);
/// Empty when the field is missing, is not text or is not sound.
std::string text_field(const bson_t& document, const char* name, bool (*is_sound)(std::string_view));
/// As numbers and other types are true, too; false when the field is missing.
bool is_true(const bson_t& document, const char* name);
/// The document in a field; false when there is none. It stands in the memory of `document`.
bool document_field(const bson_t& document, const char* name, bson_t& found);
/// Of the field "tags", what is short text.
std::map<std::string, std::string> tags_field(const bson_t& document);

}  // namespace agent::doctor_program
