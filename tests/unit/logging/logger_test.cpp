// Whose lines they are.
#include "exporter/logging/logger.hpp"

#include <gtest/gtest.h>

namespace wolkvox::logging {
namespace {

TEST(logger, puts_whose_line_it_is_before_what_it_says) {
  std::string line;
  const logger log([&](log_level level, std::string_view message, auto fields) {
    line = format_line(log_format::logfmt, "now", level, message, fields);
  });
  const logger of_one = log.with("operation", "acme").with("collector", "calls");
  of_one(log_level::warn, "collector failing", {{"reason", "connect"}});
  EXPECT_EQ(line,
            "ts=now level=warn msg=\"collector failing\" operation=acme collector=calls "
            "reason=connect");
  log(log_level::info, "stopping");
  EXPECT_EQ(line, "ts=now level=info msg=stopping");
}

}  // namespace
}  // namespace wolkvox::logging
