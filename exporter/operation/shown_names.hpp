// The names of an operation as pages may show them and the ledger may keep them (agent_names,
// people), made once for each change: an operation may have 60,000. On the ledger's thread.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "metrics/ledger/people.hpp"

namespace wolkvox::operation {

class shown_names {
 public:
  using names = std::shared_ptr<const metrics::name_directory>;

  explicit shown_names(std::optional<metrics::people_rule> rule) : rule_(std::move(rule)) {}

  // The same again for the same.
  names of(const names& told) {
    if (!rule_) {
      return told;
    }
    if (told != told_) {
      told_ = told;
      made_ = std::make_shared<const metrics::name_directory>(metrics::kept_names(*told, *rule_));
    }
    return made_;
  }

 private:
  std::optional<metrics::people_rule> rule_;
  names told_;
  names made_;
};

}  // namespace wolkvox::operation
