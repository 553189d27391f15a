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
#include <string_view>
#include <unordered_map>
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

// How many series each entity has; column by column, as they lie in memory.
std::vector<std::uint32_t> count_series(const live_table& table) {
  std::vector<std::uint32_t> series(table.entities());
  for (const auto& column : table.columns) {
    for (std::size_t i = 0; i < series.size(); ++i) {
      series[i] += std::isnan(column.values[i]) ? 0 : 1;
    }
  }
  return series;
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
  std::vector<std::size_t> entities;  // in the order of their ids
  std::uint64_t dropped = 0;
};

std::vector<std::size_t> entities_by_id(const live_table& table) {
  struct place {
    std::uint64_t first;  // key of the first label: decides nearly always
    std::size_t entity;
  };
  std::vector<place> places(table.entities());
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] = {.first = label_order_key(values_of(table, i).front()), .entity = i};
  }
  // The index decides between equals: std::stable_sort of libstdc++ 12 does not compile without
  // warnings.
  std::ranges::sort(places, [&](const place& a, const place& b) {
    if (a.first != b.first) {
      return a.first < b.first;
    }
    const auto by_labels = compare(values_of(table, a.entity), values_of(table, b.entity));
    return by_labels != 0 ? by_labels < 0 : a.entity < b.entity;
  });
  std::vector<std::size_t> order(places.size());
  std::ranges::transform(places, order.begin(), &place::entity);
  return order;
}

admission admit(const live_table& table, std::uint64_t room) {
  admission result;
  const auto series_of = count_series(table);
  std::optional<std::size_t> last;
  bool full = false;
  for (const auto entity : entities_by_id(table)) {
    const std::uint64_t series = series_of[entity];
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

// Those that are admitted, by the last of their labels, the name: names that begin alike stand
// together, and a gzip body is a sixth smaller than in the order of ids (tests/bench/README.md).
// Who is admitted goes by the first, the id: a renaming withdraws nobody.
std::vector<std::size_t> by_name(const live_table& table, std::span<const std::size_t> by_id) {
  struct place {
    std::uint64_t first;
    std::string_view name;
    std::size_t rank;  // among the ids
  };
  std::vector<place> places;
  places.reserve(by_id.size());
  for (const auto entity : by_id) {
    const std::string_view name = values_of(table, entity).back();
    places.push_back({.first = label_order_key(name), .name = name, .rank = places.size()});
  }
  std::ranges::sort(places, [](const place& a, const place& b) {
    if (a.first != b.first) {
      return a.first < b.first;
    }
    const auto by_names = compare_label_values(a.name, b.name);
    return by_names != 0 ? by_names < 0 : a.rank < b.rank;
  });
  std::vector<std::size_t> order(places.size());
  std::ranges::transform(places, order.begin(),
                         [&](const place& each) { return by_id[each.rank]; });
  return order;
}

// The label blocks of a column beside its entities': one, or one per value of what varies.
class own_labels {
 public:
  own_labels(const live_column& column, sink& out) : column_(column), out_(out) {
    for (const auto& [name, value] : column.fixed) {
      labels_.push_back({name, value});
    }
    fixed_ = out.block(labels_);
    labels_.emplace_back();  // for what varies
  }

  label_block of(std::size_t entity) {
    if (column_.varying_name.empty()) {
      return fixed_;
    }
    const std::string_view value = column_.varying[entity];
    if (value == last_value_ && last_ != no_labels) {
      return last_;
    }
    last_value_ = value;
    const auto [known, is_new] = by_value_.try_emplace(value);
    if (is_new) {
      labels_.back() = {.name = column_.varying_name, .value = value};
      known->second = out_.block(labels_);
    }
    last_ = known->second;
    return last_;
  }

 private:
  const live_column& column_;
  sink& out_;
  std::vector<label> labels_;
  label_block fixed_{};
  std::string_view last_value_;
  label_block last_ = no_labels;
  std::unordered_map<std::string_view, label_block> by_value_;
};

class writer {
 public:
  writer(const live_table& table, std::string_view operation, sink& out)
      : table_(table), operation_(operation), out_(out) {}

  void write_samples(std::span<const live_sample* const> samples) {
    labels_.assign({{.name = "operation", .value = operation_}});
    const auto block = out_.block(labels_);
    for (const auto* sample : samples) {
      labels_.clear();
      for (const auto& [name, value] : sample->labels) {
        labels_.push_back({name, value});
      }
      out_.open(sample->family);
      out_.sample(block, out_.block(labels_), sample->value);
    }
  }

  void write_entities(std::span<const std::size_t> entities) {
    const auto blocks = blocks_of(entities);
    for (const auto& family : all_families()) {
      std::vector<const live_column*> columns;
      std::vector<own_labels> own;
      for (const auto& column : table_.columns) {
        if (column.family == family.id) {
          columns.push_back(&column);
          own.emplace_back(column, out_);
        }
      }
      if (columns.empty()) {
        continue;
      }
      out_.open(family.id);
      for (std::size_t i = 0; i < entities.size(); ++i) {
        for (std::size_t c = 0; c < columns.size(); ++c) {
          if (const double value = columns[c]->values[entities[i]]; !std::isnan(value)) {
            out_.sample(blocks[i], own[c].of(entities[i]), value);
          }
        }
      }
    }
  }

 private:
  std::vector<label_block> blocks_of(std::span<const std::size_t> entities) {
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
    return blocks;
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
  to.write_entities(by_name(table, admitted.entities));
  to.write_samples(std::span{samples}.first(kept));
  return admitted.dropped + (samples.size() - kept);
}

}  // namespace wolkvox::metrics
