// SPDX-License-Identifier: ISC
// Whether OpenSSL on this host is limited to the algorithms that FIPS approves.
#pragma once

namespace keystore {

/// True if its configuration demands them (fips=yes), or loads only the FIPS provider. Makes OpenSSL read its
/// configuration.
bool approved_algorithms_only();

}  // namespace keystore
