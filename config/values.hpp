// One scalar of the file as a value: read from its text, so that nothing lax slips in (010 is not
// 8, yes is not true). The error says what was expected, quoting short printable input only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "config/document.hpp"

namespace wolkvox::config {

template <typename Value>
using read_result = std::expected<Value, std::string>;

// "'abc'", or "this" where the text is long or not printable.
std::string show_input(std::string_view text);

read_result<bool> read_boolean(const node& scalar);
// Decimal digits without leading zeros.
read_result<std::uint64_t> read_number(
    const node& scalar, std::uint64_t least = 1,
    std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
// "10%" as 0.1; below 100%.
read_result<double> read_percentage(const node& scalar);
// Above 0.
read_result<double> read_bound(const node& scalar);
read_result<std::chrono::milliseconds> read_duration(
    const node& scalar, std::chrono::milliseconds least = std::chrono::milliseconds{1},
    std::chrono::milliseconds most = std::chrono::milliseconds::max());
// An IANA name that the system's time zone database knows.
read_result<std::string> read_timezone(std::string_view name);
// The index of the word among `choices`.
read_result<std::size_t> read_choice(const node& scalar, std::span<const std::string_view> choices);

}  // namespace wolkvox::config
