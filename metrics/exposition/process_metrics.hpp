// The process_* families of the official client libraries, read when a scrape asks. What does not
// change is read once, and what does from files that stay open: a scrape costs microseconds.
#pragma once

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "metrics/exposition/page.hpp"
#include "metrics/exposition/sink.hpp"

namespace wolkvox::metrics {

// When this machine was started, since 1970.
std::chrono::duration<double> boot_time();

class process_metrics {
 public:
  // `proc` is another directory in tests only, as `booted` is another time.
  explicit process_metrics(const std::filesystem::path& proc = "/proc",
                           std::chrono::duration<double> booted = boot_time());

  // What cannot be read is left out, as is what the filter does not take: they belong to no
  // operation.
  void write(sink& out, const page_filter& filter);

 private:
  std::optional<double> open_descriptors() const;

  struct close_file {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, close_file> stat_;
  std::filesystem::path descriptors_;  // a directory
  bool size_is_their_number_ = false;  // of that directory: Linux 6.2 and later
  std::optional<double> start_time_;
};

}  // namespace wolkvox::metrics
