// A ledger in memory whose disk may be full: then each write fails.
#pragma once

#include "tests/unit/ledger/memory_ledger.hpp"

namespace wolkvox::operation {

class faulty_ledger final : public metrics::ledger {
 public:
  template <class Result>
  using expected = std::expected<Result, metrics::ledger_error>;

  bool is_full = false;
  int writes = 0;  // that were taken

  expected<metrics::ledger_facts> facts() override { return disk_->facts(); }
  expected<std::vector<metrics::collector_name>> collectors() override {
    return disk_->collectors();
  }
  expected<metrics::operation_state> load(const std::string& operation) override {
    return disk_->load(operation);
  }
  expected<std::map<std::string, std::uint64_t>> spending(const std::string& operation,
                                                          const std::string& day) override {
    return disk_->spending(operation, day);
  }
  expected<metrics::taken> take_up(const metrics::taking& what) override {
    return write([&] { return disk_->take_up(what); });
  }
  expected<metrics::settled> settle(const metrics::settlement& window) override {
    return write([&] { return disk_->settle(window); });
  }
  expected<void> mark_shown(const std::string& operation, const std::string& collector,
                            const std::vector<metrics::series_key>& keys) override {
    return write([&] { return disk_->mark_shown(operation, collector, keys); });
  }
  expected<void> rename(const std::string& operation, const std::string& collector,
                        const metrics::renaming& change) override {
    return write([&] { return disk_->rename(operation, collector, change); });
  }
  expected<void> retire(const std::string& operation, const std::string& collector,
                        const std::vector<metrics::series_stand>& left) override {
    return write([&] { return disk_->retire(operation, collector, left); });
  }
  expected<void> remember_names(const std::string& operation,
                                const metrics::name_directory& names) override {
    return write([&] { return disk_->remember_names(operation, names); });
  }
  expected<void> remember_zone(const std::string& operation, const std::string& zone) override {
    return write([&] { return disk_->remember_zone(operation, zone); });
  }
  expected<void> spend(const std::string& operation, const std::string& collector,
                       const std::string& day, std::uint64_t spent) override {
    return write([&] { return disk_->spend(operation, collector, day, spent); });
  }
  expected<std::uint64_t> prune(const std::string& operation, const std::string& collector,
                                std::chrono::sys_seconds before) override {
    return write([&] { return disk_->prune(operation, collector, before); });
  }

 private:
  template <class Write>
  std::invoke_result_t<Write> write(Write what) {
    if (is_full) {
      return std::unexpected(metrics::ledger_error{.what = metrics::ledger_error::kind::full,
                                                   .detail = "the disk is full"});
    }
    ++writes;
    return what();
  }

  std::unique_ptr<metrics::ledger> disk_ = metrics::make_memory_ledger();
};

}  // namespace wolkvox::operation
