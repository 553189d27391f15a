// process_*: a made-up /proc with known values, a broken one, and the real one.
#include "metrics/exposition/process_metrics.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "tests/unit/metrics/exposition_reader.hpp"
#include "tests/unit/metrics/page_text.hpp"

namespace wolkvox::metrics {
namespace {

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
    std::string text;
    for (const auto& each : process_pages(filter, proc_)) {
      text += join(each->body(format::text));
    }
    return exposition_reader{text}.read();
  }

  std::filesystem::path proc_;
};

TEST_F(process, reads_every_figure) {
  put("self/stat",
      "42 (odd) name (x) S 1 42 42 0 -1 4194304 100 0 0 0 250 150 0 0 20 0 3 0 5000 1048576 64 "
      "18446744073709551615 1 1 0\n");
  put("stat", "cpu  1 2 3\nbtime 1700000000\nprocesses 1\n");
  put("self/limits",
      "Limit                     Soft Limit           Hard Limit           Units\n"
      "Max cpu time              unlimited            unlimited            seconds\n"
      "Max open files            1024                 524288               files\n");
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
                        {"process_max_fds", 1024},
                        {"process_start_time_seconds", 1700000000 + 5000 / ticks},
                        {"process_threads", 3}}));
}

TEST_F(process, leaves_out_what_it_cannot_read) {
  put("self/stat", "42 (short) S 1");
  put("stat", "btime soon\n");
  put("self/limits", "Max open files            many   many   files\n");
  std::filesystem::remove_all(proc_ / "self" / "fd");
  EXPECT_TRUE(read().empty());
}

TEST_F(process, has_no_limit_as_the_largest_number) {
  put("self/limits", "Max open files            unlimited            unlimited            files\n");
  const auto samples = read({.names = {"process_max_fds"}, .operations = {}});
  ASSERT_EQ(samples.size(), 1U);
  EXPECT_EQ(samples[0].value, 18446744073709551615.0);
}

TEST_F(process, belongs_to_no_operation) {
  EXPECT_TRUE(read({.names = {}, .operations = {"acme"}}).empty());
  const auto samples = read({.names = {"process_open_fds"}, .operations = {}});
  ASSERT_EQ(samples.size(), 1U);
  EXPECT_EQ(samples[0].name, "process_open_fds");
}

TEST(process_of_this_test, has_all_figures_and_they_make_sense) {
  std::map<std::string, double> values;
  for (const auto& page : process_pages({})) {
    values[std::string{describe(page->family()).name}] =
        exposition_reader{join(page->body(format::text))}.read()[0].value;
  }
  ASSERT_EQ(values.size(), 7U);
  EXPECT_GE(values["process_threads"], 1);
  EXPECT_GE(values["process_open_fds"], 3);
  EXPECT_GT(values["process_resident_memory_bytes"], 100'000);
  EXPECT_GT(values["process_start_time_seconds"], 1.6e9);
}

}  // namespace
}  // namespace wolkvox::metrics
