// The tolerant readers of wolkvox-api.md section 4: text in, value out, or "unreadable". Absent
// fields never get here (row_view). An unreadable value leaves its sample out and is counted; it is
// never 0. Pure, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace date {
class time_zone;
}

namespace wolkvox::api {

struct unreadable {};

template <class T>
using read = std::expected<T, unreadable>;

// "12", "1,234", "12.0", "1.2E+3"; no sign but '-'. Blanks around are allowed everywhere below.
read<std::int64_t> read_integer(std::string_view text);
// Millionths: "0.00", "1,234.5", "12,5" (lone comma before one or two digits). More than six
// decimals are rounded.
read<std::int64_t> read_decimal_micros(std::string_view text);
// "HH:MM:SS" (hours may pass 24), "MM:SS" (minutes may pass 59), either with decimals behind the
// seconds, plain or decimal seconds; never negative.
read<std::chrono::microseconds> read_duration(std::string_view text);
// "34.64 %", "15,233.33 %", "0 %", bare number; 0-100 becomes a ratio, not clamped.
read<double> read_ratio(std::string_view text);
// "YYYY-MM-DD HH:MM:SS", "YYYYMMDDHHMMSS", "YYYY-MM-DD", "YYYYMMDD" in the operation's zone, years
// 1 to 9999. A time that the zone repeats is its first occurrence; one that it skips is the moment
// of the change (choose::earliest).
read<std::chrono::sys_seconds> read_date_time(std::string_view text, const date::time_zone& zone);
// yes/no, si/sí, 1/0, true/false; any case.
read<bool> read_yes_no(std::string_view text);
// Leading digits of "12345-Ana Ruiz"; any other text as it is.
std::string_view read_agent_id(std::string_view text);
// Lower case ASCII, blanks folded: `interaction`, `hung_up` labels.
std::string read_enumeration(std::string_view text);
// The same without blanks, '-' and '_': for comparison with known values.
std::string fold_enumeration(std::string_view text);

}  // namespace wolkvox::api
