// The two header fields of an answer that hold a time: Date and Retry-After (RFC 9110, 5.6.7
// and 10.2.3). Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace wolkvox::api {

// The three forms a recipient must accept; nothing when it is none of them.
std::optional<std::chrono::sys_seconds> read_http_date(std::string_view text);

// Seconds or a date, as a wait from `now` (the platform's clock where it is known): never negative,
// and no longer than a quarter of an hour. Whoever says a day is asked 96 times until it is over,
// and what he says in haste does not cost a day of data.
std::optional<std::chrono::seconds> read_retry_after(std::string_view text,
                                                     std::chrono::sys_seconds now);

}  // namespace wolkvox::api
