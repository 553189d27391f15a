// The names that rows carry beside their ids: learned for the directory, shown in live tables.
#pragma once

#include <string>
#include <string_view>

#include "exporter/collectors/collector.hpp"
#include "metrics/names.hpp"

namespace wolkvox::collectors {

// Into outcome.seen, unless the directory knows the name in this or another spelling: reports write
// the same person with other spacing or accents (wolkvox-api.md 4), and a label must not flap
// between them.
void learn_name(outcome& result, const poll_context& context, metrics::named_thing kind,
                std::string_view id, std::string_view name);

// The label values beside an id: the row's own name, else the directory's, else the id again.
std::string agent_shown(const poll_context& context, std::string_view id, std::string_view name);
std::string name_shown(const poll_context& context, metrics::named_thing kind, std::string_view id,
                       std::string_view name);

}  // namespace wolkvox::collectors
