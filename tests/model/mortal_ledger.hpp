// The ledger as a process has it: the process may die before each write, and the disk may be full.
// (It dies after one at its own next step: what was kept is told to the reference first.)
#pragma once

#include "metrics/ledger/ledger.hpp"
#include "tests/model/world.hpp"

namespace wolkvox::model {

class mortal_ledger final : public metrics::ledger {
 public:
  // Both outlive it.
  mortal_ledger(world& around, metrics::ledger& disk) : world_(around), disk_(disk) {}

  std::expected<metrics::operation_state, metrics::ledger_error> load(
      const std::string& operation) override {
    return disk_.load(operation);
  }
  std::expected<std::vector<metrics::collector_name>, metrics::ledger_error> collectors() override {
    return disk_.collectors();
  }
  std::expected<metrics::taken, metrics::ledger_error> take_up(
      const metrics::taking& what) override {
    return write([&] { return disk_.take_up(what); });
  }
  std::expected<metrics::settled, metrics::ledger_error> settle(
      const metrics::settlement& window) override {
    return write([&] { return disk_.settle(window); });
  }
  std::expected<metrics::ledger_facts, metrics::ledger_error> facts() override {
    return disk_.facts();
  }
  std::expected<void, metrics::ledger_error> mark_shown(
      const std::string& operation, const std::string& collector,
      const std::vector<metrics::series_key>& keys) override {
    return write([&] { return disk_.mark_shown(operation, collector, keys); });
  }
  std::expected<void, metrics::ledger_error> rename(const std::string& operation,
                                                    const std::string& collector,
                                                    const metrics::renaming& change) override {
    return write([&] { return disk_.rename(operation, collector, change); });
  }
  std::expected<void, metrics::ledger_error> retire(
      const std::string& operation, const std::string& collector,
      const std::vector<metrics::series_stand>& left) override {
    world_.retirements += left.size();
    return write([&] { return disk_.retire(operation, collector, left); });
  }
  std::expected<void, metrics::ledger_error> remember_names(
      const std::string& operation, const metrics::name_directory& names) override {
    return write([&] { return disk_.remember_names(operation, names); });
  }
  std::expected<void, metrics::ledger_error> remember_zone(const std::string& operation,
                                                           const std::string& zone) override {
    return write([&] { return disk_.remember_zone(operation, zone); });
  }
  std::expected<void, metrics::ledger_error> spend(const std::string& operation,
                                                   const std::string& collector,
                                                   const std::string& day,
                                                   std::uint64_t spent) override {
    return write([&] { return disk_.spend(operation, collector, day, spent); });
  }
  std::expected<std::map<std::string, std::uint64_t>, metrics::ledger_error> spending(
      const std::string& operation, const std::string& day) override {
    return disk_.spending(operation, day);
  }
  std::expected<std::uint64_t, metrics::ledger_error> prune(const std::string& operation,
                                                            const std::string& collector,
                                                            metrics::sys_seconds before) override {
    return write([&] { return disk_.prune(operation, collector, before); });
  }

 private:
  template <class Write>
  auto write(Write made) -> decltype(made()) {
    world_.step();
    if (world_.chance.percent(world_.error_percent / 4)) {
      return std::unexpected(
          metrics::ledger_error{.what = metrics::ledger_error::kind::full, .detail = {}});
    }
    return made();
  }

  world& world_;
  metrics::ledger& disk_;
};

}  // namespace wolkvox::model
