// SPDX-License-Identifier: ISC
// The few socket calls that the bench programs share. All of them give up when the system refuses.
#pragma once

#include <cstdint>
#include <span>
#include <sys/epoll.h>

#include "platform/files/posix/file_descriptor.h"

namespace bench {

using platform::posix::FileDescriptor;

/// On every IPv4 address, with the longest queue that the kernel grants.
FileDescriptor listen_on(int port);
/// A connection that may still be on its way: it becomes writable when it is there.
FileDescriptor connect_to(const char* ipv4_address, int port);
FileDescriptor connect_from(const char* own_ipv4_address, const char* ipv4_address, int port);
/// Without Nagle's delay; invalid when nobody waits any more.
FileDescriptor accept_from(int listener);

FileDescriptor make_epoll();
/// Edge triggered: one call per connection, however many turns it takes.
void watch(int epoll, int descriptor, std::uint32_t events, void* owner);
/// What has happened, at most 64 at a time; waits for the first. Valid until the next call.
std::span<const epoll_event> wait_for_events(int epoll);

/// A thousand ports or connections need more descriptors than the usual 1024.
void allow_many_descriptors();

}  // namespace bench
