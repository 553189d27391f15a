// Names beside ids; see entity_names.hpp.
#include "exporter/collectors/entity_names.hpp"

#include <utility>

#include "exporter/api/clean_text.hpp"
#include "exporter/collectors/cells.hpp"

namespace wolkvox::collectors {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a == b || metrics::fold_name(a) == metrics::fold_name(b);
}

std::string_view chosen(const poll_context& context, metrics::named_thing kind, std::string_view id,
                        std::string_view name) {
  return name.empty() || context.names->has_name(kind, id) ? context.names->name_or_id(kind, id)
                                                           : name;
}

}  // namespace

void name_learning::learn(metrics::named_thing kind, std::string_view id, std::string_view name) {
  std::string kept_id;
  if (kind == metrics::named_thing::agent) {
    kept_id = context_.people->agent_id(id);
    id = kept_id;
  }
  if (id.empty() || name.empty() || context_.names->find(kind, id) == name) {
    return;
  }
  auto& looked_at = looked_at_[std::to_underlying(kind)];
  if (const auto before = looked_at.find(id); before == looked_at.end()) {
    looked_at.emplace(id, name);
  } else if (before->second != name) {
    before->second = name;
  } else {
    return;
  }
  if (!known(kind, id, name)) {
    result_.seen.learn(kind, id, name);
  }
}

// A name seen in this answer stands before the directory's: it is the newer one.
bool name_learning::known(metrics::named_thing kind, std::string_view id,
                          std::string_view name) const {
  const auto seen = result_.seen.find(kind, id);
  const auto newest = seen ? seen : context_.names->find(kind, id);
  return newest && same_name(*newest, name);
}

std::string agent_shown(const poll_context& context, std::string_view id, std::string_view name) {
  return context.people->agent_label(id, chosen(context, metrics::named_thing::agent, id, name));
}

std::string name_shown(const poll_context& context, metrics::named_thing kind, std::string_view id,
                       std::string_view name) {
  return api::clean_text(chosen(context, kind, id, name));
}

}  // namespace wolkvox::collectors
