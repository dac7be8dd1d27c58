// An age file as text that survives mail and a clipboard: strict PEM (RFC 7468 §3) with the label AGE ENCRYPTED FILE.
//
// Lines have 64 columns but the last; they end with LF or CRLF. White space is allowed before and after the whole and
// nowhere else, there are no headers, and base64 is canonical and padded: one file has one armor.
#pragma once

#include <string>

#include "platform/base/bytes.h"
#include "platform/base/result.h"

namespace keystore::age {

/// Whether a file is meant as armor: its first text is the beginning of a PEM file.
bool is_armored(platform::BytesView file);

std::string encode_armor(platform::BytesView file);
/// bad_backup.
platform::Result<platform::Bytes> decode_armor(platform::BytesView armored);

}  // namespace keystore::age
