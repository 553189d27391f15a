// "Did you mean".
#include "config/nearest.hpp"

#include <gtest/gtest.h>

#include <array>

namespace wolkvox::config {
namespace {

constexpr std::array<std::string_view, 5> keys{"interval", "timeout", "labels", "token_file",
                                               "tls"};

TEST(nearest, finds_the_word_behind_a_slip_of_the_pen) {
  EXPECT_EQ(nearest("intervall", keys), "interval");  // additional
  EXPECT_EQ(nearest("intrval", keys), "interval");    // missing
  EXPECT_EQ(nearest("intarval", keys), "interval");   // wrong
  EXPECT_EQ(nearest("intreval", keys), "interval");   // swapped
  EXPECT_EQ(nearest("Time_Out", keys), "timeout");    // case, and one additional
  EXPECT_EQ(nearest("label", keys), "labels");
}

TEST(nearest, finds_the_word_that_was_only_begun) {
  EXPECT_EQ(nearest("token", keys), "token_file");
}

TEST(nearest, finds_nothing_where_nothing_is_near) {
  EXPECT_EQ(nearest("", keys), std::nullopt);
  EXPECT_EQ(nearest("x", keys), std::nullopt);
  EXPECT_EQ(nearest("to", keys), std::nullopt);
  EXPECT_EQ(nearest("threads", keys), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 'l'), keys), std::nullopt);
  EXPECT_EQ(nearest("interval", {}), std::nullopt);
}

TEST(nearest, prefers_the_fewest_slips) {
  constexpr std::array<std::string_view, 2> near{"scalls", "calls"};
  EXPECT_EQ(nearest("call", near), "calls");
}

TEST(advice, names_the_nearest_or_all) {
  EXPECT_EQ(advice("tsl", keys), "did you mean 'tls'?");
  EXPECT_EQ(advice("threads", keys), "valid are: interval, timeout, labels, token_file, tls");
}

}  // namespace
}  // namespace wolkvox::config
