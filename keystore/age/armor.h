// SPDX-License-Identifier: ISC
// An age file as text that survives mail and a clipboard: strict PEM (RFC 7468 §3) with the label AGE ENCRYPTED FILE.
//
// All lines but the last have 64 columns. They end with LF or CRLF. White space is allowed only before and after the
// whole; PEM headers are not. Base64 is canonical and padded, so that one file has exactly one armor.
#pragma once

#include <string>

#include "platform/base/bytes.h"
#include "platform/base/result.h"

namespace keystore::age {

/// Whether a file looks like armor: after white space it begins as PEM does.
bool is_armored(platform::BytesView file);

std::string encode_armor(platform::BytesView file);
/// bad_backup for anything but the one armor that the rules above allow.
platform::Result<platform::Bytes> decode_armor(platform::BytesView armored);

}  // namespace keystore::age
