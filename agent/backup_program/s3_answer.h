// What an S3 store answers in XML: why it refuses, and what it holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/backups/program_request.h"
#include "platform/base/bytes.h"

namespace agent::backup_program {

/// <Error>; empty members when it is none.
struct Refusal {
  std::string code;
  std::string message;
  std::string region;  // where the bucket is, when that is what is wrong
};
Refusal read_refusal(platform::BytesView body);

/// <ListBucketResult>, one page.
struct ListingPage {
  std::vector<StoredObject> objects;  // names without the prefix
  std::string continuation;           // empty on the last page
};
/// Nothing when it is no listing, or one of keys that do not begin with `prefix`.
std::optional<ListingPage> read_listing(platform::BytesView body, std::string_view prefix);

}  // namespace agent::backup_program
