// Names beside ids; see entity_names.hpp.
#include "exporter/collectors/entity_names.hpp"

#include "exporter/collectors/cells.hpp"

namespace wolkvox::collectors {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a == b || metrics::fold_name(a) == metrics::fold_name(b);
}

}  // namespace

void learn_name(outcome& result, const poll_context& context, metrics::named_thing kind,
                std::string_view id, std::string_view name) {
  if (id.empty() || name.empty()) {
    return;
  }
  if (const auto known = context.names->find(kind, id); known && same_name(*known, name)) {
    return;
  }
  if (const auto seen = result.seen.find(kind, id); seen && same_name(*seen, name)) {
    return;
  }
  result.seen.learn(kind, id, name);
}

std::string agent_shown(const poll_context& context, std::string_view id, std::string_view name) {
  const auto known = context.names->find(metrics::named_thing::agent, id);
  return context.people->agent_label(id, name.empty() ? known.value_or(name) : name);
}

std::string name_shown(const poll_context& context, metrics::named_thing kind, std::string_view id,
                       std::string_view name) {
  return fold_blanks(name.empty() ? context.names->name_or_id(kind, id) : name);
}

}  // namespace wolkvox::collectors
