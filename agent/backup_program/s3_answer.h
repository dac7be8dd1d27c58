// SPDX-License-Identifier: ISC
// Reads the XML that an S3 store answers with: an error, or a listing. The store is not trusted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/backups/program_request.h"
#include "platform/base/bytes.h"

namespace agent::backup_program {

/// Whether the answer is a web page, which no S3 store sends: a proxy's, or that of some other server.
bool is_web_page(std::string_view content_type, platform::BytesView body);

/// The element <Error>. Its members are empty when there is none.
struct Refusal {
  std::string code;
  std::string message;
  std::string region;  // the bucket's own, if the request named another
};
Refusal read_refusal(platform::BytesView body);

/// One page of <ListBucketResult>.
struct ListingPage {
  std::vector<StoredObject> objects;  // names without the prefix
  std::string continuation;           // empty on the last page
};
/// Nothing when it is not a listing, or one of its keys does not begin with `prefix`.
std::optional<ListingPage> read_listing(platform::BytesView body, std::string_view prefix);

}  // namespace agent::backup_program
