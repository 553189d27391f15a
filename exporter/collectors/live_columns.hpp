// Builds the live table of a report with one row per entity: columns are declared first, entities
// follow.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/live/live_table.hpp"
#include "metrics/text_table.hpp"

namespace wolkvox::collectors {

// One column of a report: which member of its row, to which family, with which fixed label ("" for
// none).
template <class Row>
struct live_cell {
  std::optional<double> Row::* value;
  metrics::family_id family;
  std::string_view label;
  std::string_view label_value;
};

class live_columns {
 public:
  // {"agent_id", "agent"}: the id comes first.
  explicit live_columns(std::vector<std::string> entity_labels);

  // Answers the column's place for set(). Columns come before entities, those of one family
  // together.
  std::size_t column(metrics::family_id family, std::string_view label = {},
                     std::string_view label_value = {});
  std::size_t varying_column(metrics::family_id family, std::string_view label);

  template <class Row>
  void columns(std::span<const live_cell<Row>> cells) {
    for (const auto& cell : cells) {
      column(cell.family, cell.label, cell.label_value);
    }
  }

  // False, and no entity, where the id came before.
  bool entity(std::string_view id, std::string name);
  // Of the last entity; what is not set stays absent.
  void set(std::size_t column, std::optional<double> value);
  void set_varying(std::size_t column, std::string text);

  // Sets the columns that columns() declared first.
  template <class Row>
  void set(std::span<const live_cell<Row>> cells, const Row& row) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      set(i, row.*cells[i].value);
    }
  }

  // The table; leaves this empty.
  metrics::live_table finish();

 private:
  metrics::live_table table_;
  metrics::text_set known_;
};

}  // namespace wolkvox::collectors
