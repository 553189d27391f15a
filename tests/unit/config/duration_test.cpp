// Durations in Prometheus' notation.
#include "config/duration.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace wolkvox::config {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

struct written {
  std::string_view text;
  milliseconds value;
};

constexpr milliseconds day = 24h;

TEST(duration, reads_every_unit_and_their_sums) {
  for (const auto& [text, value] :
       {written{"0", 0ms}, written{"0s", 0ms}, written{"500ms", 500ms}, written{"30s", 30s},
        written{"5m", 5min}, written{"2h", 2h}, written{"1d", day}, written{"1w", 7 * day},
        written{"1y", 365 * day}, written{"1h30m", 90min}, written{"1d12h", 36h},
        written{"90m", 90min}, written{"1m1ms", 60'001ms}, written{"007s", 7s},
        written{"1y2w3d4h5m6s7ms", 382 * day + 4h + 5min + 6s + 7ms}}) {
    EXPECT_EQ(parse_duration(text), value) << text;
  }
}

TEST(duration, refuses_what_prometheus_refuses) {
  for (const std::string_view text : {"",     "1",   "60",  "m",  "1 m",  " 1m",   "1m ",  "1m 30s",
                                      "1.5m", "-5m", "+5m", "1M", "1min", "30s1h", "1h1h", "1ms1s",
                                      "1hm",  "h1",  "1us", "00", "1h30", "\n",    "1h\n", "٣m"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(duration, refuses_what_does_not_fit_nanoseconds) {
  EXPECT_TRUE(parse_duration("292y"));
  EXPECT_EQ(parse_duration("9223372036854ms"), 9'223'372'036'854ms);
  for (const std::string_view text : {"293y", "292y52w", "9223372036855ms", "99999999999999999999s",
                                      "18446744073709551616ms", "9223372036854775807y"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(duration, is_written_in_the_shortest_form) {
  for (const auto& [text, value] :
       {written{"0s", 0ms}, written{"1ms", 1ms}, written{"1m", 60s}, written{"1h30m", 90min},
        written{"1d", 24h}, written{"25h", 25h}, written{"2w", 14 * day}, written{"8d", 8 * day},
        written{"1y", 365 * day}, written{"1s500ms", 1500ms}}) {
    EXPECT_EQ(format_duration(value), text);
  }
}

TEST(duration, is_read_back_as_written) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const milliseconds value(
        static_cast<std::int64_t>(random() % 9'223'372'036'854ULL >> (i % 40)));
    EXPECT_EQ(parse_duration(format_duration(value)), value) << format_duration(value);
  }
}

}  // namespace
}  // namespace wolkvox::config
