// SPDX-License-Identifier: ISC
#include "platform/processes/forked_children.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <list>
#include <poll.h>
#include <unistd.h>

#include "platform/files/posix/file_descriptor.h"
#include "platform/processes/posix/child_side.h"

namespace platform {

namespace {

using posix::FileDescriptor;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

struct Child {
  std::size_t index;
  pid_t process;
  FileDescriptor pipe;
  Clock::time_point end;
  Bytes got = {};
};

class Children {
 public:
  Children(std::size_t count, const ChildrenLimits& limits, const std::function<Bytes(std::size_t)>& work)
      : limits_(limits), work_(work), end_(Clock::now() + limits.all), results_(count) {}

  std::vector<ChildResult> run() {
    while (true) {
      while (next_ < results_.size() && running_.size() < limits_.at_once && Clock::now() < end_) start(next_++);
      if (running_.empty()) return std::move(results_);
      wait();
      std::erase_if(running_, [this](Child& child) { return is_over(child); });
    }
  }

 private:
  void start(std::size_t index) {
    std::array<int, 2> ends{};
    results_[index].end = ChildEnd::died;
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
    FileDescriptor in(ends[0]);
    const FileDescriptor out(ends[1]);
    const pid_t process = fork();
    if (process < 0) return;
    if (process == 0) {
      posix::be_the_child(std::nullopt, out.get(), [&] { return ChildReport{SecretBytes(), work_(index)}; });
    }
    running_.push_back({index, process, std::move(in), std::min(Clock::now() + limits_.each, end_)});
  }

  void wait() {
    std::vector<pollfd> pipes;
    auto first = end_;
    for (const Child& child : running_) {
      pipes.push_back({.fd = child.pipe.get(), .events = POLLIN, .revents = 0});
      first = std::min(first, child.end);
    }
    const auto left = std::chrono::ceil<milliseconds>(first - Clock::now()).count();
    // Interrupted or over: what follows looks at the clock.
    if (poll(pipes.data(), pipes.size(), static_cast<int>(std::max<std::int64_t>(left, 0))) <= 0) return;
    auto child = running_.begin();
    for (const pollfd& pipe : pipes) {
      if (pipe.revents != 0) read_from(*child);
      ++child;
    }
  }

  // Ready, so it does not wait. The end of the pipe is the end of the report.
  void read_from(Child& child) {
    Bytes part(64 * std::size_t{1024});
    const ssize_t got = read(child.pipe.get(), part.data(), part.size());
    if (got < 0 && errno == EINTR) return;
    if (got <= 0) {
      take_report(child);
      return;
    }
    child.got.insert(child.got.end(), part.begin(), part.begin() + got);
    if (child.got.size() > sizeof(posix::ChildSizes) + limits_.said) over(child, ChildEnd::died);
  }

  void take_report(Child& child) {
    posix::ChildSizes sizes{};
    if (child.got.size() < sizeof sizes) return over(child, ChildEnd::died);
    std::memcpy(sizes.data(), child.got.data(), sizeof sizes);
    if (sizes[0] != 0 || sizes[1] != child.got.size() - sizeof sizes) return over(child, ChildEnd::died);
    results_[child.index].said.assign(child.got.begin() + sizeof sizes, child.got.end());
    over(child, ChildEnd::reported);
  }

  void over(Child& child, ChildEnd end) {
    results_[child.index].end = end;
    posix::end_child(child.process);
    child.process = 0;
  }

  bool is_over(Child& child) {
    if (child.process != 0 && Clock::now() >= child.end) over(child, ChildEnd::too_slow);
    return child.process == 0;
  }

  const ChildrenLimits& limits_;
  const std::function<Bytes(std::size_t)>& work_;
  Clock::time_point end_;
  std::vector<ChildResult> results_;
  std::list<Child> running_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<ChildResult> run_in_children(std::size_t count, const ChildrenLimits& limits,
                                         const std::function<Bytes(std::size_t)>& work) {
  return Children(count, limits, work).run();
}

}  // namespace platform
