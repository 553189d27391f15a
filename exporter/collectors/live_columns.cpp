// Live tables, column by column; see live_columns.hpp.
#include "exporter/collectors/live_columns.hpp"

#include <utility>

namespace wolkvox::collectors {

live_columns::live_columns(std::vector<std::string> entity_labels) {
  table_.entity_labels = std::move(entity_labels);
}

std::size_t live_columns::column(metrics::family_id family, std::string_view label,
                                 std::string_view label_value) {
  metrics::live_column added{
      .family = family, .fixed = {}, .values = {}, .varying_name = {}, .varying = {}};
  if (!label.empty()) {
    added.fixed.push_back({std::string{label}, std::string{label_value}});
  }
  table_.columns.push_back(std::move(added));
  return table_.columns.size() - 1;
}

std::size_t live_columns::varying_column(metrics::family_id family, std::string_view label) {
  const auto place = column(family);
  table_.columns[place].varying_name = label;
  return place;
}

bool live_columns::entity(std::string_view id, std::string name) {
  if (!known_.emplace(id).second) {
    return false;
  }
  table_.entity_values.emplace_back(id);
  table_.entity_values.push_back(std::move(name));
  for (auto& column : table_.columns) {
    column.values.push_back(metrics::absent);
    if (!column.varying_name.empty()) {
      column.varying.emplace_back();
    }
  }
  return true;
}

void live_columns::set(std::size_t column, std::optional<double> value) {
  table_.columns[column].values.back() = value.value_or(metrics::absent);
}

void live_columns::set_varying(std::size_t column, std::string text) {
  table_.columns[column].values.back() = 1;
  table_.columns[column].varying.back() = std::move(text);
}

metrics::live_table live_columns::finish() {
  known_.clear();
  return std::exchange(table_, {});
}

}  // namespace wolkvox::collectors
