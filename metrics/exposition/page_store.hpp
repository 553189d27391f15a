// What /metrics is gathered from: the pages that publishers (a collector of an operation) have
// finished. Lives on the event-loop thread; every function is called there. Nothing is encoded or
// copied for a scrape.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/exposition/page.hpp"

namespace wolkvox::metrics {

class page_store {
 public:
  // Replaces everything that this publisher has published before.
  void publish(const std::string& operation, const std::string& publisher, page_set pages);
  void withdraw(const std::string& operation, const std::string& publisher);
  void withdraw_operation(const std::string& operation);

  // The exposition in pieces: families by name, each with its header once, its pages by operation
  // and publisher. `own` are pages made for this scrape: the filter has been applied to them
  // already.
  std::vector<std::shared_ptr<const std::string>> gather(const page_filter& filter,
                                                         const page_set& own = {}) const;
  // Lines of all published pages.
  std::uint64_t series() const { return series_; }

 private:
  using publisher_key = std::pair<std::string, std::string>;  // operation, publisher
  using page_map = std::map<publisher_key, std::shared_ptr<const page>>;

  std::map<publisher_key, page_set> publishers_;
  std::map<std::string_view, page_map> families_;  // by name; the views are the table's
  std::uint64_t series_ = 0;
};

}  // namespace wolkvox::metrics
