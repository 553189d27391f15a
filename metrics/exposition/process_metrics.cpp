// Files and fields: proc(5).
#include "metrics/exposition/process_metrics.hpp"

#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "metrics/exposition/recording.hpp"

namespace wolkvox::metrics {

namespace {

std::string read_whole(const std::filesystem::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream in{text};
  return {std::istream_iterator<std::string>{in}, {}};
}

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
  explicit process_stat(const std::string& text) {
    if (const auto after_name = text.rfind(')'); after_name != std::string::npos) {
      fields_ = words(text.substr(after_name + 1));
    }
  }
  std::optional<double> field(std::size_t n) const {
    return n - 3 < fields_.size() ? number(fields_[n - 3]) : std::nullopt;
  }

 private:
  std::vector<std::string> fields_;  // from the third
};

// The line of `text` that begins with `title`, without it.
std::vector<std::string> row(const std::string& text, std::string_view title) {
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(title)) {
      return words(line.substr(title.size()));
    }
  }
  return {};
}

std::optional<double> max_fds(const std::string& limits) {
  const auto soft_and_hard = row(limits, "Max open files");
  if (soft_and_hard.empty()) {
    return std::nullopt;
  }
  if (soft_and_hard.front() == "unlimited") {
    return 18446744073709551615.0;  // as the official Go client has it
  }
  return number(soft_and_hard.front());
}

std::optional<double> open_fds(const std::filesystem::path& directory) {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator at{directory, error}, end; !error && at != end;
       at.increment(error)) {
    ++count;
  }
  return error ? std::nullopt : std::optional{count};
}

std::optional<double> start_time(const process_stat& stat, const std::string& system,
                                 double ticks) {
  const auto boot = row(system, "btime");
  const auto booted = boot.empty() ? std::nullopt : number(boot.front());
  const auto started = stat.field(22);
  if (!booted || !started) {
    return std::nullopt;
  }
  return *booted + (*started / ticks);
}

void write_one(sink& out, family_id id, std::optional<double> value) {
  if (value) {
    out.open(id);
    out.sample(no_labels, no_labels, *value);
  }
}

}  // namespace

void write_process(sink& out, const std::filesystem::path& proc) {
  const process_stat stat{read_whole(proc / "self" / "stat")};
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page_size = static_cast<double>(sysconf(_SC_PAGESIZE));
  const auto scaled = [](std::optional<double> value, double by) {
    return value.transform([by](double v) { return v * by; });
  };
  const auto user = stat.field(14);
  const auto system = stat.field(15);
  write_one(out, family_id::process_cpu_seconds_total,
            user && system ? std::optional{(*user + *system) / ticks} : std::nullopt);
  write_one(out, family_id::process_resident_memory_bytes, scaled(stat.field(24), page_size));
  write_one(out, family_id::process_virtual_memory_bytes, stat.field(23));
  write_one(out, family_id::process_open_fds, open_fds(proc / "self" / "fd"));
  write_one(out, family_id::process_max_fds, max_fds(read_whole(proc / "self" / "limits")));
  write_one(out, family_id::process_start_time_seconds,
            start_time(stat, read_whole(proc / "stat"), ticks));
  write_one(out, family_id::process_threads, stat.field(20));
}

page_set process_pages(const page_filter& filter, const std::filesystem::path& proc) {
  if (!filter.takes_operation("")) {
    return {};
  }
  recorder out;
  write_process(out, proc);
  auto pages = make_pages(out.finish());
  std::erase_if(
      pages, [&](const auto& each) { return !filter.takes_name(describe(each->family()).name); });
  return pages;
}

}  // namespace wolkvox::metrics
