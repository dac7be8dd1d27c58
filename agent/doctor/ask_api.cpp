// SPDX-License-Identifier: ISC
#include "agent/doctor/ask_api.h"

#include <algorithm>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/footprint.h"
#include "agent/doctor/web_origin.h"
#include "platform/accounts/account.h"
#include "platform/base/shell_word.h"
#include "platform/files/file.h"

namespace agent {

namespace {

using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;

constexpr std::uint32_t others = 0077;

bool is_visible(BytesView text) {
  return std::ranges::all_of(text, [](std::byte each) { return each > std::byte{' '} && each <= std::byte{'~'}; });
}

SecretBytes copy_of(BytesView part) {
  SecretBytes copy(part.size());
  std::ranges::copy(part, copy.reveal_for_writing().begin());
  return copy;
}

// Without the end of the line.
BytesView line_in(BytesView content) {
  while (!content.empty() && (content.back() == std::byte{'\n'} || content.back() == std::byte{'\r'}))
    content = content.first(content.size() - 1);
  return content;
}

const HostEvidence* own_host(const Evidence& evidence) {
  const auto own = std::ranges::find(evidence.hosts, true, &HostEvidence::own);
  return own == evidence.hosts.end() ? nullptr : &*own;
}

Result<HttpOrigin> origin_here(const Evidence& evidence) {
  const HostEvidence* const own = own_host(evidence);
  if (own == nullptr || !web_server_of(*own).runs)
    return fail(ErrorKind::not_found, "a run of doctor on a host where the web server of Ops Manager runs");
  return web_origin_of(*own);
}

Result<ApiReply> reply_from(const Evidence& evidence, Result<ApiKey> key, const Result<DoctorProgram>& program) {
  ApiKey known = TRY(std::move(key));
  HttpOrigin origin = TRY(origin_here(evidence));
  ApiRequest request{.origin = std::move(origin),
                     .user = std::move(known.user),
                     .key = std::move(known.key),
                     .time = limits::api_time_in_all};
  if (!program) return tl::unexpected(program.error());
  auto reply = TRY(run_doctor_program(*program, std::move(request), limits::api_time_in_all));
  auto* const found = std::get_if<ApiReply>(&reply);
  if (found == nullptr) return fail(ErrorKind::internal, "the doctor program answered another question");
  return std::move(*found);
}

}  // namespace

Result<ApiKey> read_api_key(const platform::Path& file) {
  const auto read = TRY(platform::read_secret_file(file, limits::api_key_file));
  if ((read.facts.mode & others) != 0)
    return fail(ErrorKind::unsafe_file,
                "an API key that others cannot read: chmod 0600 " + platform::shell_quoted(file.string()));
  const BytesView line = line_in(read.content.reveal());
  const auto colon = std::ranges::find(line, std::byte{':'});
  const auto before = static_cast<std::size_t>(colon - line.begin());
  const bool has_both = colon != line.end() && before > 0 && before + 1 < line.size();
  if (!has_both || !is_visible(line) || line.size() > 2 * limits::api_key_part)
    return fail(ErrorKind::configuration, file.string() + " with one line PUBLIC:PRIVATE, the two parts of an API key");
  return ApiKey{copy_of(line.first(before)), copy_of(line.subspan(before + 1))};
}

ApiEvidence ask_api(const Evidence& evidence, Result<ApiKey> key, const Result<DoctorProgram>& program) {
  auto reply = reply_from(evidence, std::move(key), program);
  if (!reply) return {.not_asked = reply.error().message};
  return {.reply = *std::move(reply)};
}

}  // namespace agent
