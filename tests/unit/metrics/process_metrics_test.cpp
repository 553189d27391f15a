// process_*: a made-up /proc with known values, a broken one, and the real one.
#include "metrics/exposition/process_metrics.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "metrics/exposition/recording.hpp"
#include "tests/unit/metrics/exposition_reader.hpp"
#include "tests/unit/metrics/page_text.hpp"

namespace wolkvox::metrics {
namespace {

std::vector<read_sample> read_from(process_metrics figures, const page_filter& filter = {}) {
  recorder out;
  figures.write(out, filter);
  const auto text = text_of(make_pages(out.finish()));
  return exposition_reader{text}.read();
}

double most_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

class process : public testing::Test {
 protected:
  process() {
    std::string pattern = (std::filesystem::temp_directory_path() / "proc-XXXXXX").string();
    proc_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(proc_ / "self" / "fd");
  }
  ~process() override { std::filesystem::remove_all(proc_); }

  void put(const std::string& file, std::string_view text) const {
    std::ofstream{proc_ / file} << text;
  }
  std::vector<read_sample> read(const page_filter& filter = {}) const {
    return read_from(process_metrics{proc_, std::chrono::seconds{1'700'000'000}}, filter);
  }

  std::filesystem::path proc_;
};

TEST_F(process, reads_every_figure) {
  put("self/stat",
      "42 (odd) name (x) S 1 42 42 0 -1 4194304 100 0 0 0 250 150 0 0 20 0 3 0 5000 1048576 64 "
      "18446744073709551615 1 1 0\n");
  for (const char* fd : {"self/fd/0", "self/fd/1", "self/fd/2"}) {
    put(fd, "");
  }
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page_size = static_cast<double>(sysconf(_SC_PAGESIZE));
  std::map<std::string, double> values;
  for (const auto& each : read()) {
    EXPECT_TRUE(each.labels.empty());
    values[each.name] = each.value;
  }
  EXPECT_EQ(values, (std::map<std::string, double>{
                        {"process_cpu_seconds_total", 400 / ticks},
                        {"process_resident_memory_bytes", 64 * page_size},
                        {"process_virtual_memory_bytes", 1048576},
                        {"process_open_fds", 3},
                        {"process_max_fds", most_descriptors()},
                        {"process_start_time_seconds", 1700000000 + (5000 / ticks)},
                        {"process_threads", 3}}));
}

TEST_F(process, leaves_out_what_it_cannot_read) {
  put("self/stat", "42 (short) S 1");
  std::filesystem::remove_all(proc_ / "self" / "fd");
  const auto samples = read();
  ASSERT_EQ(samples.size(), 1U);
  EXPECT_EQ(samples[0].name, "process_max_fds") << "no file says it";
}

TEST_F(process, writes_what_the_filter_takes) {
  const auto samples = read({.names = {"process_open_fds"}, .operations = {}});
  ASSERT_EQ(samples.size(), 1U);
  EXPECT_EQ(samples[0].name, "process_open_fds");
}

TEST_F(process, follows_files_that_change) {
  put("self/stat", "42 (x) S 1 42 42 0 -1 4194304 100 0 0 0 250 150 0 0 20 0 3 0 5000 1 64 1\n");
  process_metrics figures{proc_};
  put("self/stat", "42 (x) S 1 42 42 0 -1 4194304 100 0 0 0 250 150 0 0 20 0 4 0 5000 1 64 1\n");
  put("self/fd/0", "");
  recorder out;
  figures.write(out, {.names = {"process_threads", "process_open_fds"}, .operations = {}});
  EXPECT_EQ(text_of(make_pages(out.finish())), "process_open_fds 1\nprocess_threads 4\n");
}

TEST(process_of_this_test, has_all_figures_and_they_make_sense) {
  std::map<std::string, double> values;
  for (const auto& each : read_from(process_metrics{})) {
    values[each.name] = each.value;
  }
  ASSERT_EQ(values.size(), 7U);
  EXPECT_GE(values["process_threads"], 1);
  EXPECT_GT(values["process_resident_memory_bytes"], 100'000);
  const auto now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch());
  EXPECT_LE(values["process_start_time_seconds"], now.count() + 1);
  EXPECT_GT(values["process_start_time_seconds"], now.count() - 86'400);
}

TEST(boot_time, is_what_the_kernel_says) {
  std::ifstream kernel{"/proc/stat"};
  for (std::string word; kernel >> word;) {
    if (word == "btime") {
      double seconds = 0;
      kernel >> seconds;
      EXPECT_NEAR(boot_time().count(), seconds, 1.5) << "whole seconds, cut";
      return;
    }
  }
  GTEST_SKIP() << "no /proc/stat here";
}

TEST(process_of_this_test, counts_its_descriptors) {
  process_metrics figures;
  const auto open_now = [&] {
    recorder out;
    figures.write(out, {.names = {"process_open_fds"}, .operations = {}});
    return exposition_reader{text_of(make_pages(out.finish()))}.read().at(0).value;
  };
  const auto before = open_now();
  const std::ifstream one{"/dev/null"};
  const std::ifstream another{"/dev/null"};
  EXPECT_EQ(open_now(), before + 2);
}

}  // namespace
}  // namespace wolkvox::metrics
