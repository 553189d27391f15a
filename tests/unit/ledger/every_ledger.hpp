// A test of what every ledger promises runs over both, the one in memory and the one in SQLite.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "metrics/ledger/sqlite_ledger.hpp"
#include "tests/unit/ledger/memory_ledger.hpp"
#include "windows.hpp"

namespace wolkvox::metrics {

class in_memory {
 public:
  ledger& open() { return *ledger_; }
  ledger& reopen() { return *ledger_; }

 private:
  std::unique_ptr<ledger> ledger_ = make_memory_ledger();
};

class in_sqlite {
 public:
  ledger& open() {
    auto opened = open_sqlite_ledger(directory_.path());
    if (!opened) {
      throw std::runtime_error(opened.error().detail);
    }
    ledger_ = std::move(*opened);
    return *ledger_;
  }
  ledger& reopen() {
    ledger_.reset();
    return open();
  }

 private:
  temporary_directory directory_;
  std::unique_ptr<ledger> ledger_;
};

template <class Place>
class every_ledger : public testing::Test {
 protected:
  settled settle(const settlement& window) {
    auto done = book_->settle(window);
    if (!done) {
      throw std::runtime_error(done.error().detail);
    }
    return *done;
  }
  void restart() { book_ = &place_.reopen(); }
  collector_state load(const std::string& collector = "calls",
                       const std::string& operation = "acme") {
    return book_->load(operation).value().collectors[collector];
  }
  std::int64_t total(const series_key& key, const std::string& collector = "calls") {
    for (const series_state& series : load(collector).series) {
      if (series.key == key) {
        return series.total.micros() / 1'000'000;
      }
    }
    return -1;
  }

  Place place_;
  ledger* book_ = &place_.open();
};

using places = testing::Types<in_memory, in_sqlite>;

}  // namespace wolkvox::metrics
