// SPDX-License-Identifier: ISC
#include "keystore/age/passphrase_stanza.h"

#include <algorithm>

#include "keystore/age/base64.h"

namespace keystore::age {

namespace {

using platform::Result;

struct Sealed {
  Salt salt;
  int work_factor;
  WrappedKey wrapped;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The format allows no leading zero, so that a number has one spelling. Two digits are enough for any allowed work
// factor.
std::optional<int> read_work_factor(std::string_view text) {
  if (text.empty() || text.size() > 2 || text.front() == '0' || !std::ranges::all_of(text, is_digit)) {
    return std::nullopt;
  }
  // Two digits cannot overflow, so this does not throw.
  return std::stoi(std::string(text));
}

Result<Sealed> read(const Stanza& stanza) {
  if (stanza.arguments.size() != 3) return bad_header("a scrypt stanza has not three arguments");
  const auto salt = decode_base64_of<std::tuple_size_v<Salt>>(stanza.arguments[1]);
  if (!salt) return bad_header("a scrypt stanza has no salt of 16 bytes");
  const auto work_factor = read_work_factor(stanza.arguments[2]);
  if (!work_factor) return bad_header("a scrypt stanza has an invalid work factor");
  // Checked before any work is done. Each step doubles time and memory, and the file may come from somebody else.
  if (*work_factor > limits::work_factor_read) {
    return bad_header("its passphrase wants a work factor of " + std::to_string(*work_factor) + ", and no more than " +
                      std::to_string(limits::work_factor_read) + " is ever needed");
  }
  const WrappedKey wrapped = TRY(wrapped_key_of(stanza));
  return Sealed{.salt = *salt, .work_factor = *work_factor, .wrapped = wrapped};
}

tl::unexpected<platform::Error> no_memory(int work_factor) {
  // scrypt with r = 8 takes 1024 bytes for each of its 2^work_factor steps.
  const std::size_t mebibytes = (std::size_t{1} << work_factor) / 1024;
  return platform::fail(platform::ErrorKind::io, "this passphrase takes " + std::to_string(mebibytes) +
                                                     " MiB of memory to check, and this host does not have as much");
}

}  // namespace

Result<Stanza> wrap(const FileKey& file_key, const Passphrase& passphrase, int work_factor) {
  // A new salt for each file: otherwise one table of guesses would serve for all files.
  Salt salt{};
  platform::fill_random(salt);
  const auto key = scrypt(passphrase, salt, work_factor);
  if (!key) return no_memory(work_factor);
  return Stanza{.arguments = {std::string(scrypt_kind), encode_base64(salt), std::to_string(work_factor)},
                .body = body_of(wrap(file_key, *key))};
}

// The tag of the wrapped key shows whether the passphrase is right.
Result<std::optional<FileKey>> unwrap(const Stanza& stanza, const Passphrase& passphrase) {
  const Sealed sealed = TRY(read(stanza));
  const auto key = scrypt(passphrase, sealed.salt, sealed.work_factor);
  if (!key) return no_memory(sealed.work_factor);
  return unwrap(sealed.wrapped, *key);
}

Result<void> check_scrypt(const Stanza& stanza) {
  TRY(read(stanza));
  return {};
}

}  // namespace keystore::age
