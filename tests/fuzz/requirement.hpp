// What a fuzz target demands of the code: a broken demand ends the process, and libFuzzer keeps the
// input that broke it.
#pragma once

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string_view>

namespace wolkvox::fuzz {

// `what` says the rule that was broken.
inline void require(bool holds, std::string_view what,
                    std::source_location where = std::source_location::current()) {
  if (!holds) {
    fmt::print(stderr, "{}:{}: broken: {}\n", where.file_name(), where.line(), what);
    std::abort();
  }
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace wolkvox::fuzz
