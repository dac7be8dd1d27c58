#include "agent/transport/tls_stream.h"

#include <array>
#include <new>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace agent {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

error_code last_error() { return {static_cast<int>(ERR_get_error()), asio::error::get_ssl_category()}; }

}  // namespace

TlsClient::TlsClient(asio::ip::tcp::socket& socket, ssl_ctx_st& context)
    : socket_(socket),
      tls_(SSL_new(&context), SSL_free),
      arrived_(BIO_new(BIO_s_mem())),
      leaving_(BIO_new(BIO_s_mem())) {
  if (!tls_ || arrived_ == nullptr || leaving_ == nullptr) {
    BIO_free(arrived_);
    BIO_free(leaving_);
    throw std::bad_alloc();
  }
  SSL_set_bio(tls_.get(), arrived_, leaving_);
  SSL_set_connect_state(tls_.get());
}

asio::awaitable<error_code> TlsClient::shake_hands() {
  for (;;) {
    ERR_clear_error();
    const int result = SSL_do_handshake(tls_.get());
    if (result == 1) co_return error_code();
    if (const auto error = co_await go_on_after(result)) co_return error;
  }
}

error_code TlsClient::write(std::span<const std::byte> bytes) {
  ERR_clear_error();
  std::size_t written = 0;
  return SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &written) == 1 ? error_code() : last_error();
}

asio::awaitable<error_code> TlsClient::read(std::span<std::byte> room) {
  while (!room.empty()) {
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_read_ex(tls_.get(), room.data(), room.size(), &got);
    if (result == 1) {
      room = room.subspan(got);
    } else if (const auto error = co_await go_on_after(result)) {
      co_return error;
    }
  }
  co_return error_code();
}

// TLS wants more of the peer's bytes, or it is over; an alert still leaves then.
asio::awaitable<error_code> TlsClient::go_on_after(int result) {
  const int wanted = SSL_get_error(tls_.get(), result);
  error_code failure;
  if (wanted == SSL_ERROR_ZERO_RETURN)
    failure = asio::error::eof;
  else if (wanted != SSL_ERROR_WANT_READ)
    failure = last_error();
  const auto unsent = co_await send();
  if (failure) co_return failure;
  if (unsent) co_return unsent;
  co_return co_await receive();
}

asio::awaitable<error_code> TlsClient::send() {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(leaving_, &bytes);
  if (size <= 0) co_return error_code();
  const auto [error, sent] =
      co_await asio::async_write(socket_, asio::buffer(bytes, static_cast<std::size_t>(size)), use_tuple);
  BIO_reset(leaving_);
  co_return error;
}

asio::awaitable<error_code> TlsClient::receive() {
  std::array<std::byte, 4096> chunk{};
  const auto [error, got] = co_await socket_.async_read_some(asio::buffer(chunk), use_tuple);
  if (error) co_return error;
  const bool taken = BIO_write(arrived_, chunk.data(), static_cast<int>(got)) == static_cast<int>(got);
  co_return taken ? error_code() : error_code(asio::error::no_memory);
}

}  // namespace agent
