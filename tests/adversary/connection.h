// SPDX-License-Identifier: ISC
// Blocking sockets and TLS sessions. They report a refusal instead of failing, because an attacker expects to be
// refused.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <openssl/ssl.h>

#include "agent/protocol/address.h"
#include "agent/transport/identity.h"
#include "agent/transport/tls.h"
#include "platform/base/bytes.h"
#include "platform/files/posix/file_descriptor.h"

namespace adversary {

using platform::Bytes;
using platform::BytesView;
using platform::posix::FileDescriptor;

/// A socket that is silent for this long counts as gone. Longer than any deadline of the program, so that a test sees
/// the program's own deadline.
inline constexpr std::chrono::seconds patience{60};

/// Throw std::runtime_error when the system refuses. `from` is a source address, or empty.
FileDescriptor connect_to(const agent::Address& target, const std::string& from);
FileDescriptor listen_on(const agent::Address& address);
FileDescriptor accept_from(const FileDescriptor& listener);

/// False when the other side is gone.
bool send_all(int socket, BytesView bytes);
/// The bytes that are there, at most a few kilobytes; empty when the other side is gone.
Bytes receive_some(int socket);
/// Returns when the other side is gone, and ignores what it sends until then.
void await_end(int socket);

/// A TLS session over a socket, without any of the program's own limits.
class Session {
 public:
  /// Nothing when the handshake fails. A client of TLS 1.3 finishes before the server has checked its certificate, so
  /// the server may still refuse afterwards.
  static std::optional<Session> start(FileDescriptor socket, SSL_CTX& context, agent::tls::Role role);

  bool send(BytesView bytes);
  /// One frame without its header; nothing when the other side closes.
  std::optional<Bytes> receive_frame();
  void await_end() { adversary::await_end(socket_.get()); }
  [[nodiscard]] SSL& tls() { return *tls_; }

 private:
  Session(FileDescriptor socket, SSL* tls) : socket_(std::move(socket)), tls_(tls, SSL_free) {}
  bool receive_exactly(Bytes& room);

  FileDescriptor socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
};

/// The context of an honest host. An attack changes what it needs.
agent::tls::Context context_for(const agent::Identity& identity, agent::tls::Role role);

}  // namespace adversary
