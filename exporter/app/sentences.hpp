// Small pieces of text for people: logs and the status page.
#pragma once

#include <chrono>
#include <string>

namespace wolkvox::app {

// Whole seconds, at least zero, as Prometheus writes durations: "1m30s".
std::string in_words(std::chrono::nanoseconds duration);

}  // namespace wolkvox::app
