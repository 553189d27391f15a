// Small centres and platforms for the tests, all started at a fixed local time.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>
#include <string_view>

#include "tests/simulator/platform.hpp"

namespace wolkvox::simulator::test {

inline sys_seconds at(std::string_view text) {
  return local_time::of("America/Bogota")->read_text(text).value();
}

// A Friday morning.
inline centre_settings small_centre() {
  centre_settings made;
  made.start = at("2026-11-20T11:00:00");
  return made;
}

inline api_answer ask(platform& what, std::string_view target) {
  auto made =
      what.begin({.method = "GET", .target = target, .token = "demo-token"}, what.centre().now());
  what.end();
  return made;
}

// The rows of a good answer; none for "no rows".
inline boost::json::array rows(const api_answer& answer) {
  if (answer.status == 404) {
    return {};
  }
  EXPECT_EQ(answer.status, 200U) << answer.body;
  auto document = boost::json::parse(answer.body);
  return document.is_array() ? document.as_array() : document.at("data").as_array();
}

inline std::string text(const boost::json::value& row, std::string_view key) {
  return std::string(row.at(key).as_string());
}

inline std::int64_t number(const boost::json::value& row, std::string_view key) {
  return std::stoll(text(row, key));
}

constexpr std::string_view whole_day = "&date_ini=20261120000000&date_end=20261120235959";

}  // namespace wolkvox::simulator::test
