// The ledger in maps: the counting rule and nothing else.
#include "tests/unit/ledger/memory_ledger.hpp"

#include <fmt/format.h>

#include "metrics/ledger/counting.hpp"
#include "metrics/ledger/people.hpp"

namespace wolkvox::metrics {
namespace {

struct kept_collector {
  std::map<series_key, series_state> series;
  std::map<identity, known_records> records;
  std::map<identity, known_reading> readings;
  sys_seconds horizon = sys_seconds::min();
  std::vector<interval> covered;
  name_directory names;
};

struct kept_operation {
  std::map<std::string, kept_collector> collectors;
  name_directory names;
  std::string zone;
  std::map<std::string, std::map<std::string, std::uint64_t>>
      spent;  // day -> collector -> requests
};

class memory_state final : public known_state {
 public:
  memory_state(const settlement& window, const kept_collector& kept)
      : window_(window), kept_(kept) {}

  std::optional<series_state> series(std::uint32_t index) override {
    const auto found = kept_.series.find(window_.series[index].key);
    return found == kept_.series.end() ? std::nullopt : std::optional(found->second);
  }
  known_records records(const identity& id) override {
    const auto found = kept_.records.find(id);
    return found == kept_.records.end() ? known_records{} : found->second;
  }
  std::optional<known_reading> reading(const identity& id) override {
    const auto found = kept_.readings.find(id);
    return found == kept_.readings.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<interval> taken_over() override { return {}; }

 private:
  const settlement& window_;
  const kept_collector& kept_;
};

void keep(kept_collector& kept, const settlement& window, const count_changes& changes) {
  for (const series_state& state : changes.result.changed) {
    kept.series.insert_or_assign(state.key, state).first->second.exemplars.clear();
  }
  for (const changed_record& each : changes.records) {
    auto& records = kept.records[each.id];
    if (each.now.rows.empty()) {
      records.erase(each.date);
    } else {
      records.insert_or_assign(each.date, each.now);
    }
  }
  for (const auto& [id, reading] : changes.readings) {
    kept.readings.insert_or_assign(id, reading);
  }
  kept.covered = window.covered;
}

void rebase(series_state& series, const shown_amount& stand) {
  series.shown = false;
  series.started = {};
  series.base = stand;
}

std::unexpected<ledger_error> never_settled(const series_key& key) {
  return std::unexpected(ledger_error{
      .detail = fmt::format("a series of {} was never settled", describe(key.family).name)});
}

class memory_ledger final : public ledger {
 public:
  std::expected<ledger_facts, ledger_error> facts() override {
    ledger_facts all;
    for (const auto& [name, operation] : operations_) {
      for (const auto& [report, collector] : operation.collectors) {
        for (const auto& [key, series] : collector.series) {
          ++all.series;
          if (series.started != sys_seconds{}) {
            all.since = std::min(all.since.value_or(series.started), series.started);
          }
        }
      }
    }
    return all;
  }

  std::expected<std::vector<collector_name>, ledger_error> collectors() override {
    std::vector<collector_name> all;
    for (const auto& [operation, kept] : operations_) {
      for (const auto& [collector, rows] : kept.collectors) {
        all.push_back({.operation = operation, .collector = collector});
      }
    }
    return all;
  }

  std::expected<operation_state, ledger_error> load(const std::string& operation) override {
    operation_state out;
    const kept_operation& kept = operations_[operation];
    out.names = kept.names;
    out.zone = kept.zone;
    for (const auto& [name, collector] : kept.collectors) {
      if (collector.series.empty() && collector.covered.empty() &&
          collector.names == name_directory{}) {
        continue;  // nothing was ever settled
      }
      collector_state& state = out.collectors[name];
      state.covered = collector.covered;
      state.horizon = collector.horizon;
      state.names = collector.names;
      for (const auto& [key, series] : collector.series) {
        state.series.push_back(series);
      }
    }
    return out;
  }

  std::expected<taken, ledger_error> take_up(const taking& what) override {
    taken out;
    for (const auto& [operation, people] : what.operations) {
      auto state = take_up(operation, people, out);
      out.operations.insert_or_assign(operation, std::move(state));
    }
    for (const auto& each : operations_) {
      if (!out.operations.contains(each.first) && !what.going_on.contains(each.first)) {
        take_up(each.first, what.others, out);
      }
    }
    return out;
  }

  std::expected<settled, ledger_error> settle(const settlement& window) override {
    kept_collector& kept = operations_[window.operation].collectors[window.collector];
    memory_state state(window, kept);
    auto changes = count(window, state);
    if (!changes) {
      return std::unexpected(ledger_error{.detail = std::move(changes.error())});
    }
    keep(kept, window, *changes);
    return std::move(changes->result);
  }

  std::expected<void, ledger_error> mark_shown(const std::string& operation,
                                               const std::string& collector,
                                               const std::vector<series_key>& keys) override {
    auto& series = operations_[operation].collectors[collector].series;
    for (const series_key& key : keys) {
      if (!series.contains(key)) {
        return never_settled(key);
      }
    }
    for (const series_key& key : keys) {
      series[key].shown = true;
    }
    return {};
  }

  std::expected<void, ledger_error> rename(const std::string& operation,
                                           const std::string& collector,
                                           const renaming& change) override {
    kept_collector& kept = operations_[operation].collectors[collector];
    for (const auto& [key, shown] : change.series) {
      if (!kept.series.contains(key)) {
        return never_settled(key);
      }
    }
    for (const auto& [key, shown] : change.series) {
      rebase(kept.series[key], shown);
    }
    kept.names.learn(change.names);
    for (const named_thing kind : every_named_thing) {
      for (const auto& [id, name] : change.names.all(kind)) {
        operations_[operation].names.rename(kind, id, name);
      }
    }
    return {};
  }

  std::expected<void, ledger_error> retire(const std::string& operation,
                                           const std::string& collector,
                                           const std::vector<series_stand>& left) override {
    kept_collector& kept = operations_[operation].collectors[collector];
    for (const auto& [key, stand] : left) {
      if (!kept.series.contains(key)) {
        return never_settled(key);
      }
    }
    for (const auto& [key, stand] : left) {
      rebase(kept.series[key], stand);
      kept.series[key].retired = true;
    }
    return {};
  }

  std::expected<void, ledger_error> remember_names(const std::string& operation,
                                                   const name_directory& names) override {
    operations_[operation].names = names;
    return {};
  }

  std::expected<void, ledger_error> remember_zone(const std::string& operation,
                                                  const std::string& zone) override {
    operations_[operation].zone = zone;
    return {};
  }

  std::expected<void, ledger_error> spend(const std::string& operation,
                                          const std::string& collector, const std::string& day,
                                          std::uint64_t spent) override {
    operations_[operation].spent[day][collector] += spent;
    return {};
  }

  std::expected<std::map<std::string, std::uint64_t>, ledger_error> spending(
      const std::string& operation, const std::string& day) override {
    return operations_[operation].spent[day];
  }

  std::expected<std::uint64_t, ledger_error> prune(const std::string& operation,
                                                   const std::string& collector,
                                                   sys_seconds before) override {
    kept_collector& kept = operations_[operation].collectors[collector];
    kept.horizon = std::max(kept.horizon, before);
    std::uint64_t forgotten =
        std::erase_if(kept.readings, [&](const auto& each) { return each.second.at < before; });
    for (auto& [id, records] : kept.records) {
      forgotten +=
          std::erase_if(records, [&](const auto& each) { return each.second.seen < before; });
    }
    std::erase_if(kept.records, [](const auto& each) { return each.second.empty(); });
    return forgotten;
  }

 private:
  operation_state take_up(const std::string& operation, const std::optional<people_rule>& people,
                          taken& out) {
    auto state = load(operation).value();
    if (!people) {
      return state;
    }
    auto erased = erase_people(std::move(state), *people);
    if (erased.any()) {
      out.erased.push_back(operation);
      operations_[operation].names = erased.kept.names;
      for (const auto& [name, changed] : erased.changed) {
        replace(operations_[operation].collectors[name], changed,
                erased.kept.collectors[name].names);
      }
    }
    return std::move(erased.kept);
  }

  static void replace(kept_collector& kept, const erasure::of_collector& changed,
                      const name_directory& names) {
    for (const series_key& key : changed.gone) {
      kept.series.erase(key);
    }
    for (const series_state& each : changed.written) {
      kept.series.insert_or_assign(each.key, each);
    }
    kept.names = names;
  }

  std::map<std::string, kept_operation> operations_;
};

}  // namespace

std::unique_ptr<ledger> make_memory_ledger() {
  return std::make_unique<memory_ledger>();
}

}  // namespace wolkvox::metrics
