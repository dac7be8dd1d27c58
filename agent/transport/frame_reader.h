// SPDX-License-Identifier: ISC
// Reads one frame from a TLS stream. The size is checked before memory is taken for it, and the type is read before the
// body, because a body with a secret goes straight into locked memory. A connection carries one frame in each
// direction, so bytes that have arrived behind it are an error.
//
// Waits as long as the peer takes; the caller has a Deadline on the socket.
#pragma once

#include <array>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/protocol/messages.h"
#include "agent/transport/tls.h"

namespace agent {

/// The announced size is zero or beyond the limit, or the frame was not the last bytes.
struct BadFrame {};

/// Reads until the whole room is filled.
template <class Stream>
boost::asio::awaitable<boost::system::error_code> fill(Stream& stream, std::span<std::byte> room) {
  constexpr auto use_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);
  const auto [error, got] =
      co_await boost::asio::async_read(stream, boost::asio::buffer(room.data(), room.size()), use_tuple);
  co_return error;
}

/// A frame without its header, or the reason why none came. `limit` is in bytes, the header not counted.
template <class Stream>
boost::asio::awaitable<std::variant<boost::system::error_code, BadFrame, wire::Frame>> read_frame(Stream& stream,
                                                                                                  std::size_t limit) {
  std::array<std::byte, wire::frame_header + 1> head{};  // with the type: every frame has one
  if (const auto error = co_await fill(stream, head)) co_return error;
  const auto size =
      wire::frame_size(std::span<const std::byte, wire::frame_header>(head.data(), wire::frame_header), limit);
  if (!size) co_return BadFrame{};
  wire::Frame frame = wire::Frame::room_for(head.back(), *size);
  if (const auto error = co_await fill(stream, frame.writable().subspan(1))) co_return error;
  if (tls::has_more(*stream.native_handle())) co_return BadFrame{};
  co_return std::move(frame);
}

}  // namespace agent
