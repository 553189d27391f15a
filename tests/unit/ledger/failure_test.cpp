// A disk that fills, fails, tears a write or loses its process at every single step: each
// settlement is there whole or not at all, and counting goes on once the disk is well again.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "faulty_vfs.hpp"
#include "metrics/ledger/sqlite_ledger.hpp"
#include "windows.hpp"

namespace wolkvox::metrics {
namespace {

constexpr std::int64_t calls_per_window = 40;
constexpr std::int64_t most_steps =
    2000;  // far above what any test needs: a loop that finds no end fails

// The n-th window: 40 calls of its own, and covered up to n.
settlement nth(std::int64_t n) {
  window out;
  for (std::int64_t i = 0; i < calls_per_window; ++i) {
    // Spread over the identities' range, so that a window writes several pages.
    out.call(static_cast<std::uint64_t>(n * calls_per_window + i) * 0x9e3779b97f4a7c15U, 1);
  }
  out.collector("calls").covered({{at(0), at(n)}});
  return out;
}

std::unique_ptr<ledger> open_or_throw(const std::filesystem::path& directory) {
  auto opened = open_sqlite_ledger(directory);
  if (!opened) {
    throw std::runtime_error(opened.error().detail);
  }
  return std::move(*opened);
}

// The number of windows that the ledger holds, after checking that it holds each of them whole.
std::int64_t windows_in(ledger& book) {
  const auto loaded = book.load("acme").value();
  const auto found = loaded.collectors.find("calls");
  if (found == loaded.collectors.end()) {
    return 0;
  }
  const collector_state& state = found->second;
  const auto windows = state.covered.at(0).end.time_since_epoch().count();
  EXPECT_EQ(state.series.at(0).total, quantity::from_count(windows * calls_per_window));
  EXPECT_EQ(state.series.at(1).buckets.at(1),
            static_cast<std::uint64_t>(windows * calls_per_window));
  return windows;
}

class disk_failures : public testing::TestWithParam<disk_fault> {
 protected:
  temporary_directory directory_;
  faulty_vfs disk_;
};

TEST_P(disk_failures, at_any_step_of_a_settlement_leave_all_of_it_or_nothing) {
  std::int64_t settled_windows = 1;
  ASSERT_TRUE(open_or_throw(directory_.path())->settle(nth(1)));
  bool failed = true;
  for (int step = 0; failed && step < most_steps; ++step) {
    const std::int64_t next = settled_windows + 1;
    {
      auto book = open_or_throw(directory_.path());
      disk_.fail_from(step, GetParam());
      const auto result = book->settle(nth(next));
      failed = disk_.has_failed();
      if (failed && !result) {
        const bool full = GetParam() != disk_fault::io_error;
        EXPECT_EQ(result.error().what,
                  full ? ledger_error::kind::full : ledger_error::kind::failed);
        EXPECT_TRUE(result.error().detail.contains("ledger.db")) << result.error().detail;
      }
      EXPECT_EQ(windows_in(*book), result ? next : settled_windows)
          << "as the ledger itself sees it";
    }  // closed while the disk still fails
    disk_.heal();
    auto book = open_or_throw(directory_.path());
    const auto after = windows_in(*book);
    EXPECT_TRUE(after == settled_windows || after == next) << "after a restart: " << after;
    ASSERT_TRUE(book->settle(nth(next)));
    EXPECT_EQ(windows_in(*book), next);
    settled_windows = next;
  }
  EXPECT_FALSE(failed) << "no step count was enough";
  EXPECT_GT(settled_windows, 3) << "nothing was made to fail";
}

TEST_P(disk_failures, heal_by_themselves_in_the_same_process) {
  auto book = open_or_throw(directory_.path());
  std::int64_t next = 1;
  bool failed = true;
  for (int step = 0; failed && step < most_steps; ++step, ++next) {
    disk_.fail_from(step, GetParam());
    const auto first = book->settle(nth(next));
    const auto spent = book->spend("acme", "calls", "2026-11-21", 0);
    failed = disk_.has_failed();
    disk_.heal();
    EXPECT_TRUE(failed || (first && spent));
    ASSERT_TRUE(book->settle(nth(next)));
    EXPECT_EQ(windows_in(*book), next);
  }
  EXPECT_FALSE(failed);
  EXPECT_GT(next, 3);
}

TEST_P(disk_failures, at_any_step_of_opening_leave_the_ledger_as_it_was) {
  bool failed = true;
  for (int step = 0; failed && step < most_steps; ++step) {
    disk_.fail_from(step, GetParam());
    const bool opened = open_sqlite_ledger(directory_.path()).has_value();
    failed = disk_.has_failed();
    disk_.heal();
    EXPECT_TRUE(opened || failed);
    EXPECT_EQ(windows_in(*open_or_throw(directory_.path())), 0);
    std::filesystem::remove(directory_.path() / "ledger.db");  // to be created again
    std::filesystem::remove(directory_.path() / "ledger.db-wal");
  }
  EXPECT_FALSE(failed);
}

TEST_P(disk_failures, of_every_other_write_are_errors_that_leave_nothing_half_done) {
  name_directory names;
  names.learn(named_thing::agent, "1", "Ana");
  auto book = open_or_throw(directory_.path());
  ASSERT_TRUE(book->settle(nth(1)));
  ASSERT_TRUE(book->remember_names("acme", names));
  ASSERT_TRUE(book->spend("acme", "calls", "2026-11-21", 5));
  name_directory later;
  later.learn(named_thing::agent, "2", "Luz");
  disk_.fail_from(0, GetParam());
  EXPECT_FALSE(book->remember_names("acme", later));
  EXPECT_FALSE(book->spend("acme", "calls", "2026-11-21", 5));
  EXPECT_FALSE(book->mark_shown("acme", "calls", {calls_key()}));
  EXPECT_FALSE(book->rename("acme", "calls", {.names = later, .series = {}}));
  EXPECT_FALSE(book->prune("acme", "calls", at(5000)));
  disk_.heal();
  const auto state = book->load("acme").value();
  EXPECT_TRUE(state.names == names);
  EXPECT_FALSE(state.collectors.at("calls").series.at(0).shown);
  EXPECT_TRUE(state.collectors.at("calls").names == name_directory{});
  EXPECT_EQ(book->spending("acme", "2026-11-21").value().at("calls"), 5U);
  EXPECT_EQ(book->settle(nth(1))->duplicate, 40U);
  EXPECT_EQ(book->prune("acme", "calls", at(5000)).value(), 40U);
}

INSTANTIATE_TEST_SUITE_P(of_each_kind, disk_failures,
                         testing::Values(disk_fault::full, disk_fault::torn_write,
                                         disk_fault::io_error));

// Settles windows until the disk kills the process; tells each settled one through the pipe.
[[noreturn]] void settle_until_killed(const std::filesystem::path& directory, faulty_vfs& disk,
                                      int step, int told) {
  auto book = open_or_throw(directory);
  std::int64_t next = windows_in(*book) + 1;
  disk.fail_from(step, disk_fault::killed);
  for (;; ++next) {
    if (book->settle(nth(next))) {
      (void)!::write(told, &next, sizeof(next));
    }
    if (next % 3 == 0) {  // closing folds the log into the file: to be killed there as well
      book.reset();
      book = open_or_throw(directory);
    }
  }
}

TEST(kill_9, at_any_write_leaves_all_of_a_settlement_or_nothing) {
  temporary_directory directory;
  std::int64_t known = 0;
  for (int step = 0; step < 100; ++step) {
    int told[2];
    ASSERT_EQ(::pipe(told), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      faulty_vfs disk;
      settle_until_killed(directory.path(), disk, step, told[1]);
    }
    ::close(told[1]);
    std::int64_t window = 0;
    while (::read(told[0], &window, sizeof(window)) == sizeof(window)) {
      known = window;
    }
    ::close(told[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    auto book = open_or_throw(directory.path());
    const auto found = windows_in(*book);
    EXPECT_TRUE(found == known || found == known + 1) << found << " of " << known;
    const auto again = book->settle(nth(found));
    EXPECT_TRUE(found == 0 || again->rows == 0) << "a window that is in would count again";
    known = std::max(known, found);
  }
  EXPECT_GT(known, 10);
}

// A file size limit stands for a quota: a real refusal by the kernel, without the failing file
// system.
TEST(a_limit_of_the_system, is_told_as_full_and_heals) {
  temporary_directory directory;
  auto book = open_or_throw(directory.path());
  ASSERT_TRUE(book->settle(nth(1)));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{.rlim_cur = 16384, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  const auto refused = book->settle(nth(2));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, ignored);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, ledger_error::kind::full) << refused.error().detail;
  EXPECT_EQ(windows_in(*book), 1);
  EXPECT_TRUE(book->settle(nth(2)));
  EXPECT_EQ(windows_in(*book), 2);
}

}  // namespace
}  // namespace wolkvox::metrics
