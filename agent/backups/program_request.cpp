// SPDX-License-Identifier: ISC
#include "agent/backups/program_request.h"

#include <algorithm>

#include "agent/base/secret_fields.h"
#include "platform/base/enum_count.h"

namespace agent {

namespace {

using platform::BytesView;
using platform::Error;
using platform::ErrorKind;
using platform::Result;
using platform::SecretBytes;

// The first field of a message is the number of its alternative. An error has no alternative in the variant, so its
// number is one more than the last.
constexpr std::size_t error_mark = std::variant_size_v<BackupReply>;

// The bytes do not name the fields. So write() and read() of a type must have the same fields in the same order.
void write(FieldWriter& out, const S3Credentials& credentials) {
  out.text(credentials.access_key).secret(credentials.secret_key).secret(credentials.session_token);
  // The file is not parsed here: its parser runs in the process without root.
  out.text(credentials.profile).secret(credentials.file);
}

void read(FieldReader& in, S3Credentials& credentials) {
  credentials.access_key = in.text();
  credentials.secret_key = in.secret();
  credentials.session_token = in.secret();
  credentials.profile = in.text();
  credentials.file = in.secret();
}

void write(FieldWriter& out, const S3Request& request) {
  // The bucket travels as text, so the parser of destinations checks it again on the other side.
  out.number(static_cast<unsigned>(request.act)).text(request.bucket.text());
  write(out, request.credentials);
  out.number(request.patience.count()).text(request.name).bytes(request.content);
}

bool read(FieldReader& in, S3Request& request) {
  // All fields are read before any is checked, so that the reader stays in step.
  const auto act = in.number<unsigned>();
  const auto bucket = S3Bucket::parse(in.text());
  read(in, request.credentials);
  request.patience = std::chrono::milliseconds(in.number<std::int64_t>());
  request.name = in.text();
  const BytesView content = in.bytes();
  // Compared as a number: the cast to the enum's one byte could turn another version's number into a valid act.
  if (!bucket || act >= platform::enum_count<StoreAct>()) return false;
  request.act = static_cast<StoreAct>(act);
  request.bucket = *bucket;
  request.content.assign(content.begin(), content.end());
  return true;
}

void write_files(FieldWriter& out, const std::vector<NamedContent>& files) {
  for (const NamedContent& file : files) out.text(file.name).secret(file.content);
}

// The files are the last fields of their message, so the end of the message ends the list.
void read_files(FieldReader& in, std::vector<NamedContent>& files) {
  while (in.more()) {
    NamedContent file{in.text(), in.secret()};
    files.push_back(std::move(file));
  }
}

void write(FieldWriter& out, const PackRequest& request) { write_files(out, request.files); }

bool read(FieldReader& in, PackRequest& request) {
  read_files(in, request.files);
  return true;
}

void write(FieldWriter& out, const UnpackRequest& request) {
  // The tar comes first, because the list of names runs to the end of the message.
  out.secret(request.tar);
  for (const std::string& name : request.expected) out.text(name);
}

bool read(FieldReader& in, UnpackRequest& request) {
  request.tar = in.secret();
  while (in.more()) request.expected.push_back(in.text());
  return true;
}

// A success has nothing to add: the index of the alternative is the whole reply.
void write(FieldWriter& /*out*/, const Stored& /*reply*/) {}

bool read(FieldReader& /*in*/, Stored& /*reply*/) { return true; }

// A copy is encrypted, so it needs no locked memory.
void write(FieldWriter& out, const Fetched& reply) { out.bytes(reply.content); }

bool read(FieldReader& in, Fetched& reply) {
  const BytesView content = in.bytes();
  reply.content.assign(content.begin(), content.end());
  return true;
}

// All names are passed on. list_backups() leaves out those that are not backups.
void write(FieldWriter& out, const Listed& reply) {
  for (const StoredObject& object : reply.objects)
    out.text(object.name).number(object.size).number(object.stored.time_since_epoch().count());
}

bool read(FieldReader& in, Listed& reply) {
  while (in.more()) {
    StoredObject object{.name = in.text()};
    object.size = in.number<std::uint64_t>();
    object.stored = platform::Time(std::chrono::seconds(in.number<std::int64_t>()));
    reply.objects.push_back(std::move(object));
  }
  return true;
}

void write(FieldWriter& out, const RemovedObject& reply) { out.number(int{reply.former_version_stays}); }

bool read(FieldReader& in, RemovedObject& reply) {
  reply.former_version_stays = in.number<unsigned>() == 1;
  return true;
}

void write(FieldWriter& out, const Packed& reply) { out.secret(reply.tar); }

bool read(FieldReader& in, Packed& reply) {
  reply.tar = in.secret();
  return true;
}

void write(FieldWriter& out, const Unpacked& reply) { write_files(out, reply.files); }

bool read(FieldReader& in, Unpacked& reply) {
  read_files(in, reply.files);
  return true;
}

template <class Variant>
void write_alternative(FieldWriter& out, const Variant& message) {
  out.number(message.index());
  std::visit([&out](const auto& each) { write(out, each); }, message);
}

// Reads the alternative that has this number. A new alternative of the variant does not compile without a read().
template <class Variant, std::size_t At = 0>
std::optional<Variant> read_alternative(FieldReader& in, std::size_t index) {
  if constexpr (At < std::variant_size_v<Variant>) {
    if (index != At) return read_alternative<Variant, At + 1>(in, index);
    std::variant_alternative_t<At, Variant> message;
    // Bytes behind the last field are refused: they mean that the two programs are not of one version.
    if (!read(in, message) || !in.sound()) return std::nullopt;
    return Variant(std::move(message));
  } else {
    return std::nullopt;
  }
}

Error read_error(FieldReader& in) {
  const auto kind = in.number<unsigned>();
  std::string message = in.text();
  // The sentence may quote a store. It is shown on a terminal, which control characters could steer.
  std::ranges::replace_if(
      message, [](char c) { return c < ' ' || c > '~'; }, '?');
  // A number beyond the kinds comes from a program of another version.
  const bool known = kind < platform::enum_count<ErrorKind>();
  return {known ? static_cast<ErrorKind>(kind) : ErrorKind::internal, std::move(message)};
}

}  // namespace

// A request may hold credentials and settings, so it is put together in locked memory.
SecretBytes encode(const BackupRequest& request) {
  FieldWriter out;
  write_alternative(out, request);
  return out.joined();
}

std::optional<BackupRequest> decode_backup_request(BytesView message) {
  FieldReader in(message);
  return read_alternative<BackupRequest>(in, in.number<std::size_t>());
}

SecretBytes encode(const Result<BackupReply>& reply) {
  FieldWriter out;
  if (reply)
    write_alternative(out, *reply);
  else
    // Only kind and sentence are sent. The agent takes exit code and advice from its own table.
    out.number(error_mark).number(static_cast<unsigned>(reply.error().kind)).text(reply.error().message);
  return out.joined();
}

Result<BackupReply> decode_backup_reply(BytesView message) {
  FieldReader in(message);
  const auto index = in.number<std::size_t>();
  if (index == error_mark) {
    Error error = read_error(in);
    // A damaged error is refused below, because no alternative has its number.
    if (in.sound()) return tl::unexpected(std::move(error));
  }
  auto reply = read_alternative<BackupReply>(in, index);
  if (!reply) return fail(ErrorKind::internal, "the backup program spoke nonsense");
  return *std::move(reply);
}

}  // namespace agent
