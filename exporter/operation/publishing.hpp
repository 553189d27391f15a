// Publication of a poll's pages: what scrapers ask for is encoded and packed on the pool first, so
// that the scrape after it finds every byte ready.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "exporter/threads/offload.hpp"
#include "metrics/exposition/page_store.hpp"

namespace wolkvox::operation {

inline boost::asio::awaitable<void> publish(metrics::page_store& store,
                                            boost::asio::any_io_executor pool,
                                            std::string operation, std::string publisher,
                                            metrics::page_set pages) {
  auto made = store.prepare(std::move(operation), std::move(publisher), std::move(pages),
                            std::chrono::steady_clock::now());
  if (!made.wanted.empty()) {
    co_await threads::offload(pool, [preview = made.preview, wanted = made.wanted] {
      for (const auto each : wanted) {
        preview->make(each);
      }
      return true;
    });
  }
  // Nobody else may hold what was replaced: it is freed on the pool too.
  co_await threads::offload(pool, [left = store.publish(std::move(made))]() mutable {
    left = {};
    return true;
  });
}

}  // namespace wolkvox::operation
