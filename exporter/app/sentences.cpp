#include "exporter/app/sentences.hpp"

#include <algorithm>

#include "config/duration.hpp"

namespace wolkvox::app {

std::string in_words(std::chrono::nanoseconds duration) {
  const auto whole = std::chrono::round<std::chrono::seconds>(duration);
  return config::format_duration(std::max(whole, std::chrono::seconds{0}));
}

}  // namespace wolkvox::app
