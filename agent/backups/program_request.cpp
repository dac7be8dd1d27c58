#include "agent/backups/program_request.h"

#include <algorithm>

#include "agent/base/secret_fields.h"

namespace agent {

namespace {

using platform::BytesView;
using platform::Error;
using platform::ErrorKind;
using platform::Result;
using platform::SecretBytes;

// The first field: what is asked, by number as in the variants; a reply says an error with the one beyond.
constexpr std::size_t error_mark = std::variant_size_v<BackupReply>;

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

void write(FieldWriter& out, const StoreCredentials& credentials) {
  out.text(credentials.access_key).secret(credentials.secret_key).secret(credentials.session_token);
  out.text(credentials.profile).secret(credentials.file);
}

void read(FieldReader& in, StoreCredentials& credentials) {
  credentials.access_key = in.text();
  credentials.secret_key = in.secret();
  credentials.session_token = in.secret();
  credentials.profile = in.text();
  credentials.file = in.secret();
}

void write(FieldWriter& out, const StoreRequest& request) {
  out.number(static_cast<unsigned>(request.act)).text(text_of(BackupDestination(request.bucket)));
  write(out, request.credentials);
  out.number(request.patience.count()).text(request.name).bytes(request.content);
}

bool read(FieldReader& in, StoreRequest& request) {
  const auto act = in.number<unsigned>();
  const auto destination = parse_destination(in.text());
  const auto* bucket = destination ? std::get_if<S3Bucket>(&*destination) : nullptr;
  read(in, request.credentials);
  request.patience = std::chrono::milliseconds(in.number<std::int64_t>());
  request.name = in.text();
  const BytesView content = in.bytes();
  if (bucket == nullptr || act > static_cast<unsigned>(StoreAct::remove)) return false;
  request.act = static_cast<StoreAct>(act);
  request.bucket = *bucket;
  request.content.assign(content.begin(), content.end());
  return true;
}

void write_files(FieldWriter& out, const std::vector<NamedContent>& files) {
  for (const NamedContent& file : files) out.text(file.name).secret(file.content);
}

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
  out.secret(request.tar);
  for (const std::string& name : request.expected) out.text(name);
}

bool read(FieldReader& in, UnpackRequest& request) {
  request.tar = in.secret();
  while (in.more()) request.expected.push_back(in.text());
  return true;
}

template <class Request>
std::optional<BackupRequest> read_request(FieldReader& in) {
  Request request;
  if (!read(in, request) || !in.sound()) return std::nullopt;
  return BackupRequest(std::move(request));
}

void write_reply(FieldWriter& out, const BackupReply& reply) {
  out.number(reply.index());
  std::visit(Overloaded{
                 [](const Stored&) {},
                 [&](const Fetched& fetched) { out.bytes(fetched.content); },
                 [&](const Listed& listed) {
                   for (const StoredObject& object : listed.objects)
                     out.text(object.name).number(object.size).number(object.stored.time_since_epoch().count());
                 },
                 [&](const RemovedObject& removed) { out.number(int{removed.former_version_stays}); },
                 [&](const Packed& packed) { out.secret(packed.tar); },
                 [&](const Unpacked& unpacked) { write_files(out, unpacked.files); },
             },
             reply);
}

Fetched read_fetched(FieldReader& in) {
  const BytesView content = in.bytes();
  return {{content.begin(), content.end()}};
}

Listed read_listed(FieldReader& in) {
  Listed listed;
  while (in.more()) {
    StoredObject object{.name = in.text()};
    object.size = in.number<std::uint64_t>();
    object.stored = platform::Time(std::chrono::seconds(in.number<std::int64_t>()));
    listed.objects.push_back(std::move(object));
  }
  return listed;
}

Unpacked read_unpacked(FieldReader& in) {
  Unpacked unpacked;
  read_files(in, unpacked.files);
  return unpacked;
}

std::optional<BackupReply> read_reply(FieldReader& in, std::size_t index) {
  switch (index) {
    case 0: return Stored{};
    case 1: return read_fetched(in);
    case 2: return read_listed(in);
    case 3: return RemovedObject{in.number<unsigned>() == 1};
    case 4: return Packed{in.secret()};
    case 5: return read_unpacked(in);
    default: return std::nullopt;
  }
}

Error read_error(FieldReader& in) {
  const auto kind = in.number<unsigned>();
  std::string message = in.text();
  // For people: a store may have said anything.
  std::ranges::replace_if(
      message, [](char c) { return c < ' ' || c > '~'; }, '?');
  const bool known = kind <= static_cast<unsigned>(ErrorKind::needs_confirmation);
  return {known ? static_cast<ErrorKind>(kind) : ErrorKind::internal, std::move(message)};
}

}  // namespace

SecretBytes encode(const BackupRequest& request) {
  FieldWriter out;
  out.number(request.index());
  std::visit([&out](const auto& each) { write(out, each); }, request);
  return out.joined();
}

std::optional<BackupRequest> decode_backup_request(BytesView message) {
  FieldReader in(message);
  switch (in.number<unsigned>()) {
    case 0: return read_request<StoreRequest>(in);
    case 1: return read_request<PackRequest>(in);
    case 2: return read_request<UnpackRequest>(in);
    default: return std::nullopt;
  }
}

SecretBytes encode(const Result<BackupReply>& reply) {
  FieldWriter out;
  if (reply)
    write_reply(out, *reply);
  else
    out.number(error_mark).number(static_cast<unsigned>(reply.error().kind)).text(reply.error().message);
  return out.joined();
}

Result<BackupReply> decode_backup_reply(BytesView message) {
  FieldReader in(message);
  const auto index = in.number<std::size_t>();
  if (index == error_mark) {
    Error error = read_error(in);
    if (in.sound()) return tl::unexpected(std::move(error));
  }
  auto reply = index < error_mark ? read_reply(in, index) : std::nullopt;
  if (!reply || !in.sound()) return fail(ErrorKind::internal, "the backup program spoke nonsense");
  return std::move(*reply);
}

}  // namespace agent
