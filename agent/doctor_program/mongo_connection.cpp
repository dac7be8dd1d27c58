// SPDX-License-Identifier: ISC
#include "agent/doctor_program/mongo_connection.h"

#include <stdexcept>

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include "platform/base/bytes.h"
#include "platform/host/socket_addresses.h"

namespace agent::doctor_program {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::optional<platform::MemoryFile> file_of(platform::BytesView content) {
  if (content.empty()) return std::nullopt;
  auto file = platform::MemoryFile::holding(content);
  if (!file) throw std::runtime_error(file.error().message);
  return std::move(*file);
}

// Of the errors that OpenSSL has kept: libmongoc reports only words.
bool certificate_failed() {
  bool failed = false;
  while (const unsigned long error = ERR_get_error()) {
    if (ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_CERTIFICATE_VERIFY_FAILED) failed = true;
  }
  return failed;
}

}  // namespace

MongoTls::MongoTls(const DatabaseTls& tls)
    : ca_(file_of(platform::view_of(tls.ca))), pem_(file_of(tls.pem.reveal())), password_(tls.pem_password) {
  if (ca_) ca_path_ = ca_->path().string();
  if (pem_) pem_path_ = pem_->path().string();
}

mongoc_ssl_opt_t MongoTls::options() const {
  mongoc_ssl_opt_t options{};
  if (ca_) options.ca_file = ca_path_.c_str();
  if (pem_) options.pem_file = pem_path_.c_str();
  // An empty one, too: without any, OpenSSL would ask for it on the terminal.
  options.pem_pwd = password_.text();
  return options;
}

MongoConnection::MongoConnection(const Address& host, const MongoTls* tls, milliseconds time)
    : host_(host), tls_(tls), time_(time) {}

void MongoConnection::serve(mongoc_client_t* client) { mongoc_client_set_stream_initiator(client, &initiate, this); }

// Called from C, which no exception may enter. Lack of memory ends the process.
mongoc_stream_t* MongoConnection::initiate(const mongoc_uri_t* /*uri*/, const mongoc_host_list_t* /*host*/, void* self,
                                           bson_error_t* error) noexcept {
  auto& connection = *static_cast<MongoConnection*>(self);
  auto stream = connection.connected();
  if (stream && connection.tls_ != nullptr) stream = connection.secured(std::move(stream));
  if (!stream) bson_set_error(error, MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_CONNECT, "no connection");
  return stream.release();
}

MongoOwner<mongoc_stream_t> MongoConnection::connected() {
  const auto addresses = platform::socket_addresses_of(host_.host, host_.port);
  end_ = addresses.empty() ? DatabaseEnd::no_name : DatabaseEnd::no_connection;
  auto left = static_cast<std::int64_t>(addresses.size());
  const auto end = Clock::now() + time_;
  for (const platform::SocketAddress& each : addresses) {
    // A first address that is silent leaves time for the others.
    const auto share = std::chrono::duration_cast<std::chrono::microseconds>(end - Clock::now()) / left--;
    const auto until = Clock::now() + share;
    MongoOwner<mongoc_socket_t> socket(mongoc_socket_new(each.family, SOCK_STREAM, 0));
    if (!socket) continue;
    address_ = each.text;
    const auto* const address = reinterpret_cast<const sockaddr*>(each.socket_address.data());
    if (mongoc_socket_connect(socket.get(), address, static_cast<mongoc_socklen_t>(each.socket_address.size()),
                              bson_get_monotonic_time() + share.count()) == 0) {
      end_ = DatabaseEnd::answered;
      return MongoOwner<mongoc_stream_t>(mongoc_stream_socket_new(socket.release()));
    }
    end_ = Clock::now() >= until ? DatabaseEnd::silent : DatabaseEnd::no_connection;
  }
  return nullptr;
}

MongoOwner<mongoc_stream_t> MongoConnection::secured(MongoOwner<mongoc_stream_t> plain) {
  ERR_clear_error();
  mongoc_ssl_opt_t options = tls_->options();
  // It owns the plain one from then on. Nothing: the files are not what they should be.
  MongoOwner<mongoc_stream_t> secure(mongoc_stream_tls_new_with_hostname(plain.get(), host_.host.c_str(), &options, 1));
  end_ = DatabaseEnd::no_tls;
  if (!secure) return nullptr;
  (void)plain.release();
  const auto until = Clock::now() + time_;
  bson_error_t error{};
  if (mongoc_stream_tls_handshake_block(secure.get(), host_.host.c_str(), static_cast<std::int32_t>(time_.count()),
                                        &error)) {
    end_ = DatabaseEnd::answered;
    return secure;
  }
  if (certificate_failed())
    end_ = DatabaseEnd::untrusted;
  else if (Clock::now() >= until)
    end_ = DatabaseEnd::silent;
  return nullptr;
}

}  // namespace agent::doctor_program
