// The names that rows carry beside their ids: learned for the directory, shown in live tables.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "exporter/collectors/collector.hpp"
#include "metrics/names.hpp"

namespace wolkvox::collectors {

// Fills outcome.seen, but not with what the directory knows in this or another spelling: reports
// write the same person with other spacing or accents (wolkvox-api.md 4), and a label must not flap
// between them.
class name_learning {
 public:
  // Both outlive this.
  name_learning(const poll_context& context, outcome& result)
      : context_(context), result_(result) {}

  void learn(metrics::named_thing kind, std::string_view id, std::string_view name);

 private:
  bool known(metrics::named_thing kind, std::string_view id, std::string_view name) const;

  const poll_context& context_;
  outcome& result_;
  // What was looked at last by id: folding names costs more than all else about a row.
  std::array<metrics::text_map<std::string>, 3> looked_at_;
};

// The label values beside an id: the directory's name, which is what the ledger's families show
// too, else the row's own, else the id again.
std::string agent_shown(const poll_context& context, std::string_view id, std::string_view name);
std::string name_shown(const poll_context& context, metrics::named_thing kind, std::string_view id,
                       std::string_view name);

}  // namespace wolkvox::collectors
