// SPDX-License-Identifier: ISC
#include "agent/listener/work_queue.h"

#include <exception>

#include "agent/base/limits.h"

namespace agent {

void WorkQueue::note_proof(Worker& worker) {
  if (std::exchange(worker.proved, true)) return;
  budget_.give_back(worker.origin, worker.spent, Clock::now());
}

void WorkQueue::end(Worker& worker, std::chrono::nanoseconds worked) {
  // With many origins, choosing among them is a part of what they cost.
  worked += std::exchange(choosing_, std::chrono::nanoseconds::zero());
  const double spent = std::chrono::duration<double, std::milli>(worked).count();
  worker.spent += spent;
  if (!worker.proved) budget_.spend(worker.origin, spent, Clock::now());
  --woken_;
  grant_next();
}

WorkQueue::Turn::~Turn() {
  try {
    queue_.end(*worker_, platform::thread_work_time() - start_);
  } catch (...) {
    // Without memory for a timer, those that wait would wait for ever. The service manager starts the listener anew.
    std::terminate();
  }
}

// One at a time. Whoever comes while the thread works may go before those who came earlier.
void WorkQueue::grant_next() {
  if (woken_ > 0 || waiting_.empty()) return;
  const auto now = Clock::now();
  wake_closed(now);
  if (woken_ > 0) return;
  const auto begun = platform::thread_work_time();
  const auto next = first_in_turn(now);
  if (next == waiting_.end()) {
    retry_.expires_after(limits::work_pause);
    retry_.async_wait([this](const boost::system::error_code& error) {
      if (!error) grant_next();
    });
    return;
  }
  choosing_ = platform::thread_work_time() - begun;
  ++woken_;
  next->second.pop_front();
  if (next->second.empty()) waiting_.erase(next);
}

WorkQueue::Lines::iterator WorkQueue::first_in_turn(Clock::time_point now) {
  auto first = waiting_.end();
  WorkBudget::Rank best{};
  for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
    if (!budget_.may_work(at->first, now)) continue;
    const auto rank = budget_.rank(at->first, now);
    if (first != waiting_.end() && rank <= best) continue;
    first = at;
    best = rank;
  }
  return first;
}

// They only have to notice it, and need no turn for that. Looked for now and then, because it concerns all connections.
void WorkQueue::wake_closed(Clock::time_point now) {
  if (now - looked_for_closed_ < limits::work_pause) return;
  looked_for_closed_ = now;
  const auto is_closed = [](const Waiting& one) { return !one.socket->is_open(); };
  for (auto& [origin, line] : waiting_) woken_ += std::erase_if(line, is_closed);
  std::erase_if(waiting_, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace agent
