// Durations as Go writes them, which the web configuration has: "1.5s", "100ms", "1h30m", "0".
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace wolkvox::config {

// Decimal numbers each with a unit (h m s ms us ns), none below 0; the error says what is expected.
std::expected<std::chrono::nanoseconds, std::string> parse_go_duration(std::string_view text);

}  // namespace wolkvox::config
