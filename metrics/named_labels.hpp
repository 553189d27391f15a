// The labels that a name stands beside (contract section 3).
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "metrics/names.hpp"

namespace wolkvox::metrics {

struct named_label {
  std::string_view id;
  std::string_view name;
  named_thing kind;
};

inline constexpr std::array named_labels{
    named_label{.id = "agent_id", .name = "agent", .kind = named_thing::agent},
    named_label{.id = "skill_id", .name = "skill", .kind = named_thing::skill},
    named_label{.id = "campaign_id", .name = "campaign", .kind = named_thing::campaign},
};

constexpr const named_label* find_id_label(std::string_view label_name) {
  const auto* const at = std::ranges::find(named_labels, label_name, &named_label::id);
  return at == named_labels.end() ? nullptr : at;
}

}  // namespace wolkvox::metrics
