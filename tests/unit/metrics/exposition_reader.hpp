// A strict reader of the text format 0.0.4 and of OpenMetrics' samples, for round trips: it throws
// at anything that it does not know.
#pragma once

#include <charconv>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wolkvox::metrics {

struct read_sample {
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
  std::string exemplar{};  // as OpenMetrics writes it behind " # "
};

class exposition_reader {
 public:
  explicit exposition_reader(std::string_view text) : rest_(text) {}

  std::vector<read_sample> read() {
    std::vector<read_sample> samples;
    while (!rest_.empty()) {
      if (rest_.starts_with('#')) {
        until('\n');
      } else {
        samples.push_back(sample());
      }
    }
    return samples;
  }

 private:
  std::string_view until(char end) {
    const auto at = rest_.find(end);
    if (at == std::string_view::npos) {
      throw std::runtime_error{"unfinished"};
    }
    const auto read = rest_.substr(0, at);
    rest_.remove_prefix(at + 1);
    return read;
  }

  std::string name() {
    const auto size = rest_.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_");
    if (size == 0 || size == std::string_view::npos) {
      throw std::runtime_error{"no name"};
    }
    std::string read{rest_.substr(0, size)};
    rest_.remove_prefix(size);
    return read;
  }

  void expect(std::string_view text) {
    if (!rest_.starts_with(text)) {
      throw std::runtime_error{"expected " + std::string{text}};
    }
    rest_.remove_prefix(text.size());
  }

  std::string quoted() {
    expect("\"");
    std::string value;
    for (;; rest_.remove_prefix(1)) {
      if (rest_.empty() || rest_.front() == '\n') {
        throw std::runtime_error{"unfinished value"};
      }
      if (rest_.front() == '"') {
        rest_.remove_prefix(1);
        return value;
      }
      if (rest_.front() != '\\') {
        value += rest_.front();
        continue;
      }
      rest_.remove_prefix(1);
      if (rest_.empty() ||
          std::string_view{"\\\"n"}.find(rest_.front()) == std::string_view::npos) {
        throw std::runtime_error{"unknown escape"};
      }
      value += rest_.front() == 'n' ? '\n' : rest_.front();
    }
  }

  read_sample sample() {
    read_sample read;
    read.name = name();
    if (rest_.starts_with('{')) {
      char separator = '{';
      std::set<std::string> seen;
      while (!rest_.starts_with('}')) {
        expect({&separator, 1});
        separator = ',';
        auto label = name();
        expect("=");
        if (!seen.insert(label).second) {
          throw std::runtime_error{"label twice"};
        }
        read.labels.emplace_back(std::move(label), quoted());
      }
      expect("}");
    }
    expect(" ");
    const auto rest = until('\n');
    const auto exemplar = rest.find(" # ");
    read.value = number(rest.substr(0, exemplar));
    if (exemplar != std::string_view::npos) {
      read.exemplar = rest.substr(exemplar + 3);
    }
    return read;
  }

  static double number(std::string_view text) {
    if (text == "NaN") {
      return std::numeric_limits<double>::quiet_NaN();
    }
    if (text == "+Inf" || text == "-Inf") {
      return (text.front() == '-' ? -1 : 1) * std::numeric_limits<double>::infinity();
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.back() > '9') {
      throw std::runtime_error{"no number: " + std::string{text}};
    }
    return value;
  }

  std::string_view rest_;
};

}  // namespace wolkvox::metrics
