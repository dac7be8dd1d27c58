// SPDX-License-Identifier: ISC
// A link with latency, for kernels without netem: a tun device that gives every IPv4 packet back after
// MICROSECONDS, with its two addresses exchanged. What this machine sends to the far address arrives, from
// the far address, at its own: one network namespace is then both ends of a slow line, and the TCP handshake
// pays for it like all the rest. Exchanging two addresses leaves every checksum as it was.
//
//   slow_link DEVICE MICROSECONDS          (the tun device exists; needs CAP_NET_ADMIN)
#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <span>
#include <sys/ioctl.h>
#include <vector>

#include "platform/files/posix/file_descriptor.h"
#include "tests/bench/stop.h"

namespace {

using Clock = std::chrono::steady_clock;
using FileDescriptor = platform::posix::FileDescriptor;

struct Packet {
  Clock::time_point due;
  std::vector<std::byte> bytes;
};

FileDescriptor attach(const char* device) {
  FileDescriptor tun(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!tun.valid()) bench::stop_with_errno("/dev/net/tun");
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strncpy(request.ifr_name, device, sizeof request.ifr_name - 1);
  if (ioctl(tun.get(), TUNSETIFF, &request) != 0) bench::stop_with_errno(device);
  return tun;
}

class SlowLink {
 public:
  SlowLink(const char* device, std::chrono::microseconds delay) : tun_(attach(device)), delay_(delay) {}

  [[noreturn]] void run() {
    for (;;) {
      wait();
      take_in();
      give_back();
    }
  }

 private:
  void wait() {
    pollfd readable{.fd = tun_.get(), .events = POLLIN, .revents = 0};
    const auto left =
        packets_.empty() ? Clock::duration() : std::max(Clock::duration(), packets_.front().due - Clock::now());
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
    if (ppoll(&readable, 1, packets_.empty() ? nullptr : &limit, nullptr) < 0) bench::stop_with_errno("ppoll");
  }

  void take_in() {
    std::array<std::byte, 65536> buffer;
    for (;;) {
      const ssize_t size = read(tun_.get(), buffer.data(), buffer.size());
      if (size < 0 && errno == EAGAIN) return;
      if (size < 0) bench::stop_with_errno("read");
      keep(std::span(buffer).first(static_cast<std::size_t>(size)));
    }
  }

  void keep(std::span<std::byte> packet) {
    constexpr std::size_t header = 20, source = 12, destination = 16;
    if (packet.size() < header || (packet[0] & std::byte{0xf0}) != std::byte{0x40}) return;  // not IPv4
    std::swap_ranges(&packet[source], &packet[destination], &packet[destination]);
    packets_.push_back({Clock::now() + delay_, {packet.begin(), packet.end()}});
  }

  void give_back() {
    for (; !packets_.empty() && packets_.front().due <= Clock::now(); packets_.pop_front()) {
      const auto& bytes = packets_.front().bytes;
      if (write(tun_.get(), bytes.data(), bytes.size()) < 0) bench::stop_with_errno("write");
    }
  }

  FileDescriptor tun_;
  std::chrono::microseconds delay_;
  std::deque<Packet> packets_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) bench::stop("usage: slow_link DEVICE MICROSECONDS");
  SlowLink(argv[1], std::chrono::microseconds(bench::number(argv[2]))).run();
}
