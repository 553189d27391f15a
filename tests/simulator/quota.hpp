// The operation's daily quota: licences x 1000 requests, shared by its tokens (wolkvox-api.md 3.1).
// Starts again at local midnight (assumed there).
#pragma once

#include <cstdint>

namespace wolkvox::simulator {

class quota {
 public:
  explicit quota(std::uint64_t limit) : limit_(limit) {}

  // One request on that local day; false when none is left.
  bool spend(std::int64_t day) {
    if (day != day_) {
      day_ = day;
      used_ = 0;
    }
    if (used_ >= limit_) {
      return false;
    }
    ++used_;
    return true;
  }

  // Others share the quota: what they have used, too.
  void set_used(std::uint64_t used, std::int64_t day) {
    used_ = used;
    day_ = day;
  }

  std::uint64_t limit() const { return limit_; }
  std::uint64_t used() const { return used_; }

 private:
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  std::int64_t day_ = 0;
};

}  // namespace wolkvox::simulator
