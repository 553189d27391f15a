// Order, limit and labels of a live table's series.
#include "metrics/live/live_writer.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "metrics/exposition/label_order.hpp"

namespace wolkvox::metrics {

namespace {

std::span<const std::string> values_of(const live_table& table, std::size_t entity) {
  const auto width = table.entity_labels.size();
  return std::span{table.entity_values}.subspan(entity * width, width);
}

std::strong_ordering compare(std::span<const std::string> a, std::span<const std::string> b) {
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end(),
                                                compare_label_values);
}

std::uint64_t series_of(const live_table& table, std::size_t entity) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      table.columns,
      [entity](const live_column& column) { return !std::isnan(column.values[entity]); }));
}

// A table that does not fit the table of families is a collector's bug.
void check(const live_table& table) {
  const auto entities = table.entities();
  const auto belongs = [](family_id id, std::string_view name) {
    const auto labels = describe(id).labels;
    return std::ranges::find(labels, name) != labels.end();
  };
  const auto expect = [](bool holds, family_id id, const char* what) {
    if (!holds) {
      throw std::logic_error{"live table: " + std::string{describe(id).name} + ": " + what};
    }
  };
  for (const auto& column : table.columns) {
    const bool varies = !column.varying_name.empty();
    expect(column.values.size() == entities, column.family, "one value per entity");
    expect(!varies || column.varying.size() == entities, column.family, "one label per entity");
    expect(!varies || belongs(column.family, column.varying_name), column.family, "its labels");
    for (const auto& name : table.entity_labels) {
      expect(belongs(column.family, name), column.family, "its labels");
    }
    for (const auto& [name, value] : column.fixed) {
      expect(belongs(column.family, name), column.family, "its labels");
    }
  }
  for (const auto& sample : table.samples) {
    for (const auto& [name, value] : sample.labels) {
      expect(belongs(sample.family, name), sample.family, "its labels");
    }
  }
}

std::vector<const live_sample*> in_order(const std::vector<live_sample>& samples) {
  std::vector<const live_sample*> order;
  order.reserve(samples.size());
  for (const auto& sample : samples) {
    order.push_back(&sample);
  }
  std::ranges::sort(order, [](const live_sample* a, const live_sample* b) {
    if (a->family != b->family) {
      return a->family < b->family;
    }
    const auto by_labels = std::lexicographical_compare_three_way(
        a->labels.begin(), a->labels.end(), b->labels.begin(), b->labels.end(),
        [](const owned_label& x, const owned_label& y) {
          return compare_label_values(x.value, y.value);
        });
    return by_labels != 0 ? by_labels < 0 : a < b;  // both point into one vector
  });
  return order;
}

struct admission {
  std::vector<std::size_t> entities;  // in the order they are written
  std::uint64_t dropped = 0;
};

std::vector<std::size_t> entities_in_order(const live_table& table) {
  std::vector<std::size_t> order(table.entities());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // The index decides between equals: std::stable_sort of libstdc++ 12 does not compile without
  // warnings.
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    const auto by_labels = compare(values_of(table, a), values_of(table, b));
    return by_labels != 0 ? by_labels < 0 : a < b;
  });
  return order;
}

admission admit(const live_table& table, std::uint64_t room) {
  admission result;
  std::optional<std::size_t> last;
  bool full = false;
  for (const auto entity : entities_in_order(table)) {
    const auto series = series_of(table, entity);
    const bool again = last && compare(values_of(table, *last), values_of(table, entity)) == 0;
    full = full || (!again && series > room);
    if (again || full) {
      result.dropped += series;
      continue;
    }
    room -= series;
    last = entity;
    result.entities.push_back(entity);
  }
  return result;
}

class writer {
 public:
  writer(const live_table& table, std::string_view operation, sink& out)
      : table_(table), operation_(operation), out_(out) {}

  void write_samples(std::span<const live_sample* const> samples) {
    for (const auto* sample : samples) {
      labels_.assign({{.name = "operation", .value = operation_}});
      const auto block = out_.block(labels_);
      labels_.clear();
      for (const auto& [name, value] : sample->labels) {
        labels_.push_back({name, value});
      }
      out_.open(sample->family);
      out_.sample(block, labels_, sample->value);
    }
  }

  void write_entities(std::span<const std::size_t> entities) {
    std::vector<label_block> blocks;
    blocks.reserve(entities.size());
    for (const auto entity : entities) {
      labels_.assign({{.name = "operation", .value = operation_}});
      const auto values = values_of(table_, entity);
      for (std::size_t i = 0; i < values.size(); ++i) {
        labels_.push_back({table_.entity_labels[i], values[i]});
      }
      blocks.push_back(out_.block(labels_));
    }
    for (const auto& family : all_families()) {
      std::vector<const live_column*> columns;
      for (const auto& column : table_.columns) {
        if (column.family == family.id) {
          columns.push_back(&column);
        }
      }
      if (columns.empty()) {
        continue;
      }
      out_.open(family.id);
      for (std::size_t i = 0; i < entities.size(); ++i) {
        for (const auto* column : columns) {
          write_cell(*column, entities[i], blocks[i]);
        }
      }
    }
  }

 private:
  void write_cell(const live_column& column, std::size_t entity, label_block block) {
    if (std::isnan(column.values[entity])) {
      return;
    }
    labels_.clear();
    for (const auto& [name, value] : column.fixed) {
      labels_.push_back({name, value});
    }
    if (!column.varying_name.empty()) {
      labels_.push_back({column.varying_name, column.varying[entity]});
    }
    out_.sample(block, labels_, column.values[entity]);
  }

  const live_table& table_;
  std::string_view operation_;
  sink& out_;
  std::vector<label> labels_;
};

}  // namespace

std::uint64_t write_live(const live_table& table, std::string_view operation,
                         std::uint64_t series_limit, sink& out) {
  check(table);
  const auto samples = in_order(table.samples);
  const auto kept = std::min<std::uint64_t>(samples.size(), series_limit);
  const auto admitted = admit(table, series_limit - kept);

  writer to{table, operation, out};
  to.write_entities(admitted.entities);
  to.write_samples(std::span{samples}.first(kept));
  return admitted.dropped + (samples.size() - kept);
}

}  // namespace wolkvox::metrics
