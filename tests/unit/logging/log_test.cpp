// Lines of the log in both formats.
#include "exporter/logging/log.hpp"

#include <gtest/gtest.h>

namespace wolkvox::logging {
namespace {

constexpr auto now = "2026-11-21T03:00:00.123Z";

TEST(log, logfmt_quotes_what_needs_it) {
  EXPECT_EQ(
      format_line(
          log_format::logfmt, now, log_level::warn, "collector failing",
          log_fields{{"operation", "acme"}, {"err", "says \"no\"\nand \\ ends"}, {"empty", ""}}),
      "ts=2026-11-21T03:00:00.123Z level=warn msg=\"collector failing\" operation=acme "
      "err=\"says \\\"no\\\"\\nand \\\\ ends\" empty=\"\"");
}

TEST(log, json_is_one_object_a_line) {
  EXPECT_EQ(format_line(log_format::json, now, log_level::info, "listening",
                        log_fields{{"address", "[::]:10042"}, {"odd", std::string{"a\x01\tb"}}}),
            "{\"ts\":\"2026-11-21T03:00:00.123Z\",\"level\":\"info\",\"msg\":\"listening\","
            "\"address\":\"[::]:10042\",\"odd\":\"a\\u0001\\tb\"}");
}

TEST(log, bytes_that_are_no_utf_8_are_replaced) {
  EXPECT_EQ(
      format_line(log_format::json, now, log_level::info, "x\xff", log_fields{{"a", "\xc3("}}),
      "{\"ts\":\"2026-11-21T03:00:00.123Z\",\"level\":\"info\",\"msg\":\"x\uFFFD\","
      "\"a\":\"\uFFFD(\"}");
}

TEST(log, a_line_break_in_a_value_never_starts_a_line) {
  for (const log_format format : {log_format::logfmt, log_format::json}) {
    const std::string line =
        format_line(format, now, log_level::error, "x\ny", log_fields{{"a", "b\r\nc"}});
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(line.find('\r'), std::string::npos);
  }
}

}  // namespace
}  // namespace wolkvox::logging
