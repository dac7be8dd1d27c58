// SPDX-License-Identifier: ISC
#include "agent/protocol/ticket.h"

#include <algorithm>
#include <string_view>

#include <sodium.h>

#include "agent/base/byte_fields.h"
#include "agent/base/limits.h"
#include "platform/base/text_encoding.h"

namespace agent {

namespace {

using platform::BytesView;
using platform::ErrorKind;
using platform::Result;
using platform::SecretBytes;

// People recognise a ticket by its beginning, and `join` can say that some other text is not a ticket.
constexpr std::string_view prefix = "gka1_";
constexpr std::uint8_t version = 1;
// No character of this alphabet means anything to a shell, in a URL or to a mail program.
constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

constexpr const char* damaged = "the ticket is damaged: it was not copied whole, or has other characters in it";

// Only fixed sentences: a part of a damaged ticket is still a part of a secret.
tl::unexpected<platform::Error> bad(const char* why) { return platform::fail(ErrorKind::bad_ticket, why); }

SecretBytes binary_form(const Ticket& ticket) {
  ByteWriter head;
  head.number(version).raw(ticket.inviter.bytes).raw(ticket.id);
  ByteWriter tail;
  tail.number(static_cast<std::uint8_t>(ticket.addresses.size()));
  for (const Address& address : ticket.addresses) tail.counted(address.text());

  // The secret goes straight into locked memory of the final size; the writers hold only public fields.
  SecretBytes whole(head.bytes().size() + TicketSecret::size + tail.bytes().size());
  auto at = std::ranges::copy(head.bytes(), whole.reveal_for_writing().begin()).out;
  at = std::ranges::copy(ticket.secret.reveal(), at).out;
  std::ranges::copy(tail.bytes(), at);
  return whole;
}

// A pasted line brings line ends and blanks of either system. None of them is in the alphabet of a ticket.
BytesView trimmed(BytesView text) {
  const auto space = [](std::byte byte) {
    return byte == std::byte{' '} || (byte >= std::byte{'\t'} && byte <= std::byte{'\r'});
  };
  while (!text.empty() && space(text.front())) text = text.subspan(1);
  while (!text.empty() && space(text.back())) text = text.first(text.size() - 1);
  return text;
}

Result<SecretBytes> decode_text(BytesView text) {
  const std::string_view characters = platform::text_of(text);
  // Each likely mistake has a sentence of its own: an empty file, another file, a line that was cut.
  if (characters.empty()) return bad("the ticket is empty");
  // Before memory is taken for it: this may be any file or stream.
  if (characters.size() > limits::ticket_text) return bad("this is too long for a ticket");
  if (!characters.starts_with(prefix)) return bad("a ticket is one line that begins with gka1_; this is not one");
  const std::string_view encoded = characters.substr(prefix.size());
  // libsodium 1.0.18 takes bytes beyond ASCII for the last letter of the alphabet.
  if (!platform::is_ascii(platform::view_of(encoded))) return bad(damaged);
  SecretBytes room(encoded.size() + 1);
  std::size_t size = 0;
  auto* out = reinterpret_cast<unsigned char*>(room.reveal_for_writing().data());
  if (sodium_base642bin(out, room.size(), encoded.data(), encoded.size(), nullptr, &size, nullptr, variant) != 0) {
    return bad(damaged);
  }
  SecretBytes binary(size);  // SecretBytes cannot shrink
  std::ranges::copy(room.reveal().first(size), binary.reveal_for_writing().begin());
  return binary;
}

Result<std::vector<Address>> read_addresses(ByteReader& in) {
  // A ticket without an address cannot be redeemed, so it was cut or changed.
  const std::size_t count = in.number<std::uint8_t>();
  if (count == 0 || count > limits::ticket_addresses) return bad("the ticket is damaged: it names no address");
  std::vector<Address> addresses;
  for (std::size_t at = 0; at < count && in.complete(); ++at) {
    const std::string text = in.counted_text();
    auto address = parse_address(text);
    // One spelling, as in messages.
    if (!address || address->text() != text) return bad("the ticket is damaged: one of its addresses is not one");
    addresses.push_back(std::move(*address));
  }
  return addresses;
}

}  // namespace

TicketSecret TicketSecret::generate() {
  SecretBytes bytes(size);
  platform::fill_random(bytes.reveal_for_writing());
  return TicketSecret(std::move(bytes));
}

// Checked here, because secrets also arrive in messages and files, and a short one would be easier to guess.
Result<TicketSecret> TicketSecret::create(SecretBytes bytes) {
  if (bytes.size() != size) return bad("a ticket's secret has 32 bytes");
  return TicketSecret(std::move(bytes));
}

std::array<std::byte, 32> TicketSecret::digest() const {
  std::array<std::byte, crypto_hash_sha256_BYTES> out{};
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(out.data()),
                     reinterpret_cast<const unsigned char*>(reveal().data()), size);
  return out;
}

SecretBytes encode(const Ticket& ticket) {
  const SecretBytes binary = binary_form(ticket);
  // sodium_base64_encoded_len() counts the NUL that the encoder writes. The line that is returned does not have it.
  SecretBytes room(prefix.size() + sodium_base64_encoded_len(binary.size(), variant));
  std::ranges::copy(platform::view_of(prefix), room.reveal_for_writing().begin());
  auto* text = reinterpret_cast<char*>(room.reveal_for_writing().data()) + prefix.size();
  sodium_bin2base64(text, room.size() - prefix.size(), reinterpret_cast<const unsigned char*>(binary.reveal().data()),
                    binary.size(), variant);
  SecretBytes line(room.size() - 1);
  std::ranges::copy(room.reveal().first(line.size()), line.reveal_for_writing().begin());
  return line;
}

Result<Ticket> decode_ticket(const SecretBytes& text) {
  const auto line = TRY(platform::utf8_text(platform::text_of(text.reveal()), "the ticket", ErrorKind::bad_ticket));
  const SecretBytes binary = TRY(decode_text(trimmed(platform::view_of(line))));
  // The version comes first: fields of another version must not be read as fields of this one.
  ByteReader in(binary.reveal());
  if (in.number<std::uint8_t>() != version) return bad("the ticket is of another version of genkey-agent, or damaged");
  Pin inviter;
  TicketId id{};
  in.fill(inviter.bytes);
  in.fill(id);
  SecretBytes secret(TicketSecret::size);
  std::ranges::copy(in.raw(TicketSecret::size), secret.reveal_for_writing().begin());
  std::vector<Address> addresses = TRY(read_addresses(in));
  // Checked before the secret is used: fields that were cut off have been read as zeros until here.
  if (!in.finished()) return bad("the ticket is damaged: it was not copied whole");
  TicketSecret ticket_secret = TRY(TicketSecret::create(std::move(secret)));
  return Ticket{inviter, id, std::move(ticket_secret), std::move(addresses)};
}

}  // namespace agent
