// The least that receiving a key can cost: one connection to floor_server, 32 bytes of a ticket there, 24
// bytes of a key back, and a file that survives a power cut: written, synced, renamed, and its directory
// synced.
//
//   floor_join_client IDENTITY ADDRESS PORT DIRECTORY
#include <array>
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/bench/connection.h"
#include "tests/bench/stop.h"

namespace {

using Key = std::array<std::byte, 24>;

Key receive_key(const char* identity, const char* address, int port) {
  const bench::Context context = bench::client_context(bench::load_identity(identity));
  const bench::FileDescriptor epoll = bench::make_epoll();
  bench::Connection connection(context.get(), bench::connect_to(address, port), bench::Connection::Role::client);
  bench::watch(epoll.get(), connection.socket(), EPOLLIN | EPOLLOUT, nullptr);
  Key key{};
  bool asked = false;
  for (std::size_t filled = 0; filled < key.size();) {
    if (!connection.advance(bench::wait_for_events(epoll.get()).front().events)) bench::stop("no answer");
    if (!asked && connection.is_established()) {
      connection.write(std::array<std::byte, 32>{});
      asked = true;
    }
    if (!connection.flush()) bench::stop("no answer");
    if (asked) filled = connection.read(key, filled);
  }
  return key;
}

void store(const Key& key, const char* directory) {
  const bench::FileDescriptor parent(open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent.valid()) bench::stop_with_errno(directory);
  bench::FileDescriptor file(openat(parent.get(), "gen.key.new", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.valid()) bench::stop_with_errno("gen.key.new");
  if (write(file.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size())) bench::stop_with_errno("write");
  if (fsync(file.get()) != 0) bench::stop_with_errno("fsync");
  if (renameat(parent.get(), "gen.key.new", parent.get(), "gen.key") != 0) bench::stop_with_errno("rename");
  if (close(file.release()) != 0) bench::stop_with_errno("close");
  if (fsync(parent.get()) != 0) bench::stop_with_errno("fsync");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) bench::stop("usage: floor_join_client IDENTITY ADDRESS PORT DIRECTORY");
  store(receive_key(argv[1], argv[2], bench::number(argv[3])), argv[4]);
}
