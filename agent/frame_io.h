// One frame off a TLS stream: bounded before its first byte is kept, and into locked memory where it has a secret in
// it.
#pragma once

#include <array>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/wire.h"

namespace agent {

/// The size was zero or beyond the limit.
struct BadFrame {};

template <class Stream>
boost::asio::awaitable<std::variant<boost::system::error_code, BadFrame, wire::Frame>> read_frame(Stream& stream,
                                                                                                  std::size_t limit) {
  namespace asio = boost::asio;
  constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
  std::array<std::byte, wire::frame_header + 1> head{};  // no frame is without its type
  const auto [head_error, head_size] = co_await asio::async_read(stream, asio::buffer(head), use_tuple);
  if (head_error) co_return head_error;
  const auto size =
      wire::frame_size(std::span<const std::byte, wire::frame_header>(head.data(), wire::frame_header), limit);
  if (!size) co_return BadFrame{};
  wire::Frame frame = wire::Frame::room_for(head.back(), *size);
  const auto room = frame.writable().subspan(1);
  const auto [error, got] = co_await asio::async_read(stream, asio::buffer(room.data(), room.size()), use_tuple);
  if (error) co_return error;
  co_return std::move(frame);
}

}  // namespace agent
