// Files and fields: proc(5).
#include "metrics/exposition/process_metrics.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace wolkvox::metrics {

namespace {

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

// /proc/self/stat. Fields count from 1; the program's name, the second, may hold blanks and
// brackets.
class process_stat {
 public:
  explicit process_stat(std::FILE* file) {
    std::array<char, 2048> text;
    const auto size = file == nullptr ? -1 : ::pread(::fileno(file), text.data(), text.size(), 0);
    std::string_view rest{text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
    const auto name_end = rest.rfind(')');
    if (name_end == std::string_view::npos) {
      return;
    }
    rest.remove_prefix(name_end + 1);
    for (auto& field : fields_) {
      rest.remove_prefix(std::min(rest.find_first_not_of(" \n"), rest.size()));
      const auto word = rest.substr(0, rest.find_first_of(" \n"));
      field = number(word);
      rest.remove_prefix(word.size());
    }
  }
  std::optional<double> field(std::size_t n) const { return fields_.at(n - 3); }

 private:
  std::array<std::optional<double>, 22> fields_;  // from the third, a letter, on
};

std::optional<double> size_of(const std::filesystem::path& directory) {
  struct stat facts{};
  if (::stat(directory.c_str(), &facts) != 0) {
    return std::nullopt;
  }
  return static_cast<double>(facts.st_size);
}

// With the descriptor that reads the directory.
std::optional<double> count_entries(const std::filesystem::path& directory) {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator at{directory, error}, end; !error && at != end;
       at.increment(error)) {
    ++count;
  }
  return error ? std::nullopt : std::optional{count};
}

std::optional<double> scaled(std::optional<double> value, double by) {
  return value.transform([by](double v) { return v * by; });
}

// As the official Go client has it, no limit is the largest number, which RLIM_INFINITY is.
std::optional<double> most_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return std::nullopt;
  }
  return static_cast<double>(limit.rlim_cur);
}

double ticks_per_second() {
  return static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

// The two clocks' difference, not `btime` of /proc/stat: under ProcSubset=pid (our systemd unit),
// as in some containers, there is no such file.
std::chrono::duration<double> boot_time() {
  const auto seconds_of = [](clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
  };
  return seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME);
}

process_metrics::process_metrics(const std::filesystem::path& proc,
                                 std::chrono::duration<double> booted)
    : stat_(std::fopen((proc / "self" / "stat").c_str(), "re")),
      descriptors_(proc / "self" / "fd") {
  const auto size = size_of(descriptors_);
  size_is_their_number_ = size && *size + 1 == count_entries(descriptors_);
  // In whole ticks: more would be the noise of reading two clocks one after the other.
  start_time_ = process_stat{stat_.get()}.field(22).transform([&](double started) {
    return std::round(started + booted.count() * ticks_per_second()) / ticks_per_second();
  });
}

std::optional<double> process_metrics::open_descriptors() const {
  return size_is_their_number_ ? size_of(descriptors_) : count_entries(descriptors_);
}

void process_metrics::write(sink& out, const page_filter& filter) {
  const auto write_one = [&](family_id id, const auto& value) {
    if (value && filter.takes_name(describe(id).name)) {
      out.open(id);
      out.sample(no_labels, no_labels, *value);
    }
  };
  const process_stat stat{stat_.get()};
  const auto user = stat.field(14);
  const auto system = stat.field(15);
  std::optional<counter_value> used;
  if (user && system) {
    const std::chrono::seconds since{static_cast<std::int64_t>(start_time_.value_or(0))};
    used = {.value = (*user + *system) / ticks_per_second(),
            .started = std::chrono::sys_seconds{since}};
  }
  write_one(family_id::process_cpu_seconds_total, used);
  write_one(family_id::process_resident_memory_bytes,
            scaled(stat.field(24), static_cast<double>(sysconf(_SC_PAGESIZE))));
  write_one(family_id::process_virtual_memory_bytes, stat.field(23));
  write_one(family_id::process_open_fds, open_descriptors());
  write_one(family_id::process_max_fds, most_descriptors());
  write_one(family_id::process_start_time_seconds, start_time_);
  write_one(family_id::process_threads, stat.field(20));
}

}  // namespace wolkvox::metrics
