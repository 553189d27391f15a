// Limits how often something may happen: a bucket that holds `burst` tokens and gets one each
// interval. Pure: the time is given.
#pragma once

#include <algorithm>
#include <chrono>

#include "config/web_config.hpp"

namespace wolkvox::web {

class token_bucket {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit token_bucket(config::rate_limit limit) : limit_(limit), tokens_(limit.burst) {}

  // Takes a token, where there is one.
  bool take(time_point now) {
    if (limit_.interval.count() <= 0) {
      return true;
    }
    if (last_ != time_point{}) {
      const std::chrono::duration<double, std::nano> passed = now - last_;
      tokens_ += passed / std::chrono::duration<double, std::nano>(limit_.interval);
      tokens_ = std::min(tokens_, static_cast<double>(limit_.burst));
    }
    last_ = now;
    if (tokens_ < 1) {
      return false;
    }
    tokens_ -= 1;
    return true;
  }

 private:
  config::rate_limit limit_;
  double tokens_;
  time_point last_{};
};

}  // namespace wolkvox::web
