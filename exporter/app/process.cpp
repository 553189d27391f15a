#include "exporter/app/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "exporter/logging/log.hpp"
#include "exporter/threads/lone_thread.hpp"

namespace wolkvox::app {

using logging::log_level;
namespace {

// Descriptors that connections must leave to the ledger, to requests of the API, to files that are
// read: of a small limit half.
constexpr std::size_t left_to_others = 128;

constexpr int niceness_of_polls = 10;
constexpr std::chrono::milliseconds last_lines{300};
constexpr std::chrono::milliseconds last_threads{50};

std::size_t fitting(rlim_t descriptors) {
  const auto limit = static_cast<std::size_t>(descriptors);
  return std::max<std::size_t>(limit - std::min(left_to_others, limit / 2), 1);
}

}  // namespace

void begin_process() {
  for (int each = STDIN_FILENO; each <= STDERR_FILENO; ++each) {
    if (::fcntl(each, F_GETFD) == -1 && errno == EBADF) {
      ::open("/dev/null",
             O_RDWR);  // NOLINT(cppcoreguidelines-pro-type-vararg): the lowest free one
    }
  }
  std::signal(SIGPIPE, SIG_IGN);
}

connection_limit make_room_for_connections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return {.connections = wanted, .trouble = {}};
  }
  if (fitting(limit.rlim_cur) < wanted && limit.rlim_cur < limit.rlim_max) {
    rlimit raised = limit;
    raised.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) {
      limit = raised;
    }
  }
  const auto most = fitting(limit.rlim_cur);
  if (most >= wanted) {
    return {.connections = wanted, .trouble = {}};
  }
  return {.connections = most,
          .trouble = fmt::format("--web.max-connections={} does not fit the limit of {} file "
                                 "descriptors: {} connections at once; raise the limit "
                                 "(LimitNOFILE of a unit, ulimit -Hn)",
                                 wanted, limit.rlim_cur, most)};
}

// setpriority(2) of a thread.
void give_way_to_scrapes() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness_of_polls);
}

void end_by_force_after(std::chrono::milliseconds patience, int status) {
  std::thread([patience, status] {
    std::this_thread::sleep_for(patience);
    log(log_level::error, "stopped by force: a disk or a thread did not answer");
    logging::flush_log(last_threads);
    std::_Exit(status);
  }).detach();
}

int end_process(int status) {
  logging::end_log(last_lines);
  if (!threads::lone_thread::all_ended(last_threads)) {
    std::_Exit(status);
  }
  return status;
}

}  // namespace wolkvox::app
