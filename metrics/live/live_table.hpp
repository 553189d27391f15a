// What one poll of a live report says, as columns: entities (agents, skills, campaigns) by
// families. Replaced whole by the next poll, immutable once published, and written straight into a
// sink: no object per series.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "metrics/families.hpp"

namespace wolkvox::metrics {

// A cell without a sample. The readers never produce NaN.
inline constexpr double absent = std::numeric_limits<double>::quiet_NaN();

struct owned_label {
  std::string name;
  std::string value;
};

// One value per entity for one family and one set of fixed labels (direction="inbound").
struct live_column {
  family_id family;
  std::vector<owned_label> fixed;
  std::vector<double> values;  // as long as the table's entities; `absent` where there is none
  std::string varying_name;    // a label whose value differs by entity (status); "" for none
  std::vector<std::string>
      varying;  // its values, as long as the entities, where varying_name is set
};

// A single sample with labels of its own (wolkvox_agents{status}); `operation` is added by the
// writer.
struct live_sample {
  family_id family;
  std::vector<owned_label> labels;
  double value = 0;
};

struct live_table {
  // The labels of an entity, e.g. {"agent_id", "agent"}; `operation` comes first and is added by
  // the writer.
  std::vector<std::string> entity_labels;
  std::vector<std::string> entity_values;  // entities x entity_labels, row by row
  std::vector<live_column> columns;        // grouped by family
  std::vector<live_sample> samples;

  std::size_t entities() const {
    return entity_labels.empty() ? 0 : entity_values.size() / entity_labels.size();
  }
};

}  // namespace wolkvox::metrics
