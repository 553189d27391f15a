// The OpenMetrics text that promtool makes blocks of.
#include "tests/alerts/score/samples.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace wolkvox::alerts::test {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

std::string written(const samples& what) {
  std::ostringstream text;
  what.write(text);
  return text.str();
}

TEST(samples, end_with_the_end_even_when_there_are_none) {
  EXPECT_EQ(written({}), "# EOF\n");
}

TEST(samples, stand_by_family_and_series_whatever_the_order_they_came_in) {
  samples gathered;
  gathered.add("queue", R"(skill="b")", sys_seconds{seconds{60}}, 3);
  gathered.add("calls_total", R"(skill="a")", sys_seconds{seconds{60}}, 1);
  gathered.add("queue", R"(skill="a")", sys_seconds{seconds{60}}, 2);
  gathered.add("queue", R"(skill="b")", sys_seconds{seconds{120}}, -4);
  EXPECT_EQ(written(gathered),
            "# TYPE calls counter\n"
            "calls_total{skill=\"a\"} 1 60\n"
            "# TYPE queue unknown\n"
            "queue{skill=\"a\"} 2 60\n"
            "queue{skill=\"b\"} 3 60\n"
            "queue{skill=\"b\"} -4 120\n"
            "# EOF\n");
}

TEST(samples, escape_quotes_and_backslashes_of_a_label) {
  EXPECT_EQ(label("skill", R"(Ventas "A\B")"), R"(skill="Ventas \"A\\B\"")");
}

}  // namespace
}  // namespace wolkvox::alerts::test
