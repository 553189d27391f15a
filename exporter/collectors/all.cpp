// The list of collectors, in order of urgency: what is live first, what can be read later last. A
// new report is a file of its own and a line here and in definitions.hpp.
#include <algorithm>

#include "exporter/collectors/definitions.hpp"

namespace wolkvox::collectors {

std::span<const definition> all_collectors() {
  static const definition list[] = {
      agents_collector,    skills_collector, campaigns_collector,
      quota_collector,     names_collector,  abandoned_calls_collector,
      hold_mute_collector, calls_collector,  cdr_collector,
  };
  return list;
}

const definition* find_collector(std::string_view name) {
  const auto all = all_collectors();
  const auto found = std::ranges::find(all, name, &definition::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace wolkvox::collectors
