// SPDX-License-Identifier: ISC
// Waits for a FileWatch in an event loop. Header only, because Asio waits for another kind of object on each system.
#pragma once

#include <utility>

#include <boost/asio/io_context.hpp>
#ifdef _WIN32
#include <boost/asio/windows/object_handle.hpp>
#else
#include <boost/asio/posix/stream_descriptor.hpp>
#endif

#include "platform/files/file_watch.h"

namespace platform {

/// Waits for the events of one watch, any number of times. The watch keeps its handle and must live longer.
class FileEvents {
 public:
  explicit FileEvents(boost::asio::io_context& io) : events_(io) {}
  FileEvents(const FileEvents&) = delete;
  FileEvents& operator=(const FileEvents&) = delete;

#ifdef _WIN32
  ~FileEvents() { release(); }

  /// Calls the handler once, with an error code, when there is something for take_events().
  template <class Handler>
  void wait(const FileWatch& watch, Handler handler) {
    if (!events_.is_open()) events_.assign(duplicate(reinterpret_cast<HANDLE>(watch.native_handle())));
    events_.async_wait(std::move(handler));
  }

  void cancel() {
    boost::system::error_code ignored;
    events_.cancel(ignored);
  }

  void release() {
    boost::system::error_code ignored;
    events_.close(ignored);
  }

 private:
  // Asio closes the handle that it gets, and the watch needs its own.
  static HANDLE duplicate(HANDLE handle) {
    HANDLE copy = nullptr;
    DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS);
    return copy;
  }

  boost::asio::windows::object_handle events_;
#else
  ~FileEvents() { release(); }

  /// Calls the handler once, with an error code, when there is something for take_events().
  template <class Handler>
  void wait(const FileWatch& watch, Handler handler) {
    if (!events_.is_open()) events_.assign(static_cast<int>(watch.native_handle()));
    events_.async_wait(boost::asio::posix::stream_descriptor::wait_read, std::move(handler));
  }

  void cancel() {
    boost::system::error_code ignored;
    events_.cancel(ignored);
  }

  // Released, not closed, because the descriptor belongs to the watch.
  void release() {
    if (events_.is_open()) events_.release();
  }

 private:
  boost::asio::posix::stream_descriptor events_;
#endif
};

}  // namespace platform
