// The log of one subject: each line bears the fields that say whose it is first ("operation",
// "collector"). A value; copies are cheap. Tests give it a writer of their own and read the lines.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/logging/log.hpp"

namespace wolkvox::logging {

class logger {
 public:
  using writer = std::function<void(log_level, std::string_view, std::span<const log_field>)>;

  explicit logger(writer to = write) : to_(std::move(to)) {}

  // `name` is a literal.
  logger with(std::string_view name, std::string_view value) const {
    logger of_it = *this;
    of_it.whose_.push_back({name, std::string{value}});
    return of_it;
  }

  void operator()(log_level level, std::string_view message, log_fields more = {}) const {
    std::vector<log_field> fields = whose_;
    fields.insert(fields.end(), more.begin(), more.end());
    to_(level, message, fields);
  }

 private:
  writer to_;
  std::vector<log_field> whose_;
};

}  // namespace wolkvox::logging
