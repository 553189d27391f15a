// A value that must not be printed, logged or stored by accident: tokens, passwords, keys.
// It has no operator<<, no formatter and no conversion; reveal() is the one way out and easy to
// search for.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace wolkvox {

class secret {
 public:
  secret() = default;
  explicit secret(std::string value) : value_(std::move(value)) {}

  // The text itself: for the header that carries it, nothing else.
  std::string_view reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend bool operator==(const secret&, const secret&) = default;

 private:
  std::string value_;
};

}  // namespace wolkvox
