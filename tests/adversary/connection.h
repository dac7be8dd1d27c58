// Sockets and TLS sessions that block, and tell what happened instead of failing: a refusal is what an attacker
// expects.
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

/// Gives up on a socket that says nothing for this long: longer than any deadline of the program.
inline constexpr std::chrono::seconds patience{60};

/// Throws std::runtime_error where the system refuses. `from` is a source address, or empty.
FileDescriptor connect_to(const agent::Address& target, const std::string& from);
FileDescriptor listen_on(const agent::Address& address);
FileDescriptor accept_from(const FileDescriptor& listener);

/// False when the other side has gone.
bool send_all(int socket, BytesView bytes);
/// What is there, at most a few kilobytes; empty when the other side has gone.
Bytes receive_some(int socket);
/// Returns when the other side has gone, whatever it sends until then.
void await_end(int socket);

/// TLS over a socket.
class Session {
 public:
  /// Nothing when the handshake fails. A client of TLS 1.3 believes in a handshake that the server may yet refuse.
  static std::optional<Session> start(FileDescriptor socket, SSL_CTX& context, agent::tls::Role role);

  bool send(BytesView bytes);
  /// One frame without its header; nothing when the other side ends.
  std::optional<Bytes> receive_frame();
  void await_end() { adversary::await_end(socket_.get()); }
  [[nodiscard]] SSL& tls() { return *tls_; }

 private:
  Session(FileDescriptor socket, SSL* tls) : socket_(std::move(socket)), tls_(tls, SSL_free) {}
  bool receive_exactly(Bytes& room);

  FileDescriptor socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
};

/// As an honest host makes it; an attack then changes what it needs to.
agent::tls::Context context_for(const agent::Identity& identity, agent::tls::Role role);

}  // namespace adversary
