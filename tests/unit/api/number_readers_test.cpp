// Integers, decimals, percentages: every form of wolkvox-api.md section 4, and what must not pass
// for a number.
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/api/readers.hpp"

namespace wolkvox::api {
namespace {

struct integer_case {
  std::string_view text;
  std::optional<std::int64_t> value;
};

TEST(integers, are_read_as_the_platform_writes_them) {
  const std::vector<integer_case> cases = {
      {"12", 12},
      {"0", 0},
      {"-5", -5},
      {"-0", 0},
      {" 12 ", 12},
      {"\t12\r\n", 12},
      {"007", 7},
      {"1,234", 1234},
      {"12,345", 12345},
      {"123,456,789", 123456789},
      {"-1,234", -1234},
      {"12.0", 12},
      {"12.000", 12},
      {"1,234.00", 1234},
      {"1e3", 1000},
      {"1.0E+2", 100},
      {"1200E-2", 12},
      {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
      {"-9223372036854775807", -std::numeric_limits<std::int64_t>::max()},
  };
  for (const auto& [text, value] : cases) {
    const auto got = read_integer(text);
    ASSERT_TRUE(got.has_value()) << text;
    EXPECT_EQ(*got, *value) << text;
  }
}

TEST(integers, refuse_what_is_none) {
  for (const std::string_view text :
       {"",
        " ",
        "-",
        "--",
        "N/A",
        "+5",
        "- 5",
        "1 2",
        "12a",
        "a12",
        "12.5",
        "12.",
        ".5",
        "1e",
        "1e+",
        "e3",
        "1e-3",
        "1e3.0",
        "1e31",
        "0x10",
        "1,23",
        "1,2345",
        "1234,567",
        ",123",
        "123,",
        "1,,234",
        "1,234,56",
        "0,234",
        "1.234,5",
        "1.2.3",
        "12,5",
        "NaN",
        "inf",
        "1e400",
        "\xd9\xa1",
        "9223372036854775808",
        "99999999999999999999",
        "00:00:12",
        "123456789012345678901234567890123456789012345678901234567890"}) {
    EXPECT_FALSE(read_integer(text).has_value()) << text;
  }
}

TEST(decimals, are_read_in_millionths) {
  const std::vector<integer_case> cases = {
      {"0.00", 0},
      {"12", 12'000'000},
      {"12.5", 12'500'000},
      {"-12.5", -12'500'000},
      {"1,234.5", 1'234'500'000},
      {"15,233.33", 15'233'330'000},
      {"1,234", 1'234'000'000},
      {"12,5", 12'500'000},
      {"12,55", 12'550'000},
      {"0,75", 750'000},
      {"1234,5", 1'234'500'000},
      {"0.000001", 1},
      {"0.0000004", 0},
      {"0.0000005", 1},
      {"-0.0000005", -1},
      {"0.9999999", 1'000'000},
      {"0.123456789012345678901234567890123456789", 123'457},
      {" 3.1 ", 3'100'000},
      {".5", 500'000},
      {"-.5", -500'000},
      {"1.0E-5", 10},
      {"12.5e1", 125'000'000},
      {"1e2", 100'000'000},
      {"9223372036853", 9'223'372'036'853'000'000},
  };
  for (const auto& [text, value] : cases) {
    const auto got = read_decimal_micros(text);
    ASSERT_TRUE(got.has_value()) << text;
    EXPECT_EQ(*got, *value) << text;
  }
}

TEST(decimals, refuse_what_is_none) {
  for (const std::string_view text :
       {"",      "-",  "--",  "abc",     "1.2.3", "1,2345",        "12,",
        "12.",   ".",  ",5",  "1,23,45", "0,234", "1,234,5",       "$5",
        "5 COP", "1e", "NaN", "inf",     "1e400", "9223372036855", "9223372036854775807",
        "1.5-",  "--1"}) {
    EXPECT_FALSE(read_decimal_micros(text).has_value()) << text;
  }
}

struct ratio_case {
  std::string_view text;
  double value;
};

TEST(percentages, become_ratios_that_are_not_clamped) {
  const std::vector<ratio_case> cases = {
      {"34.64 %", 0.3464},    {"1.62%", 0.0162}, {"0 %", 0.0},       {"15,233.33 %", 152.3333},
      {"100", 1.0},           {"100 %", 1.0},    {"50.5", 0.505},    {"12,5 %", 0.125},
      {" 7.25  %  ", 0.0725}, {"-3 %", -0.03},   {"1,234 %", 12.34}, {"0.00", 0.0}};
  for (const auto& [text, value] : cases) {
    const auto got = read_ratio(text);
    ASSERT_TRUE(got.has_value()) << text;
    EXPECT_DOUBLE_EQ(*got, value) << text;
  }
}

TEST(percentages, refuse_what_is_none) {
  for (const std::string_view text : {"", "%", " %", "12 %%", "% 12", "--", "NaN %", "1e400", "inf",
                                      "1,2345 %", "00:12:03", "12 percent", "1.2.3 %"}) {
    EXPECT_FALSE(read_ratio(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace wolkvox::api
