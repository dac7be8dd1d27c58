// SPDX-License-Identifier: ISC
#include "tests/bench/server.h"

#include <utility>

namespace bench {

bool Visit::on_event(std::uint32_t events) {
  if (!connection_.advance(events)) return false;
  if (connection_.is_established() && !converse()) return false;
  return connection_.flush();
}

Port::Port(int epoll, int port, Welcome welcome)
    : epoll_(epoll), listener_(listen_on(port)), welcome_(std::move(welcome)) {
  watch(epoll, listener_.get(), EPOLLIN, this);
}

bool Port::on_event(std::uint32_t) {
  for (;;) {
    FileDescriptor accepted = accept_from(listener_.get());
    if (!accepted.valid()) return true;
    Visit* visit = welcome_(std::move(accepted)).release();  // deleted by serve(), when on_event() says so
    watch(epoll_, visit->socket(), EPOLLIN | EPOLLRDHUP, visit);
  }
}

void serve(int epoll) {
  for (;;)
    for (const epoll_event& event : wait_for_events(epoll)) {
      auto* watched = static_cast<Watched*>(event.data.ptr);
      if (!watched->on_event(event.events)) delete watched;
    }
}

}  // namespace bench
