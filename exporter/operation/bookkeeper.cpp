#include "exporter/operation/bookkeeper.hpp"

#include <utility>

namespace wolkvox::operation {

namespace asio = boost::asio;

asio::awaitable<bool> bookkeeper::take_up_zone(std::string kept, bool has_windows) {
  zone_is_kept_ = kept == on_.settings->timezone;
  // No zone at all: the process that cut the windows ended before each report was asked in its
  // zone.
  const bool is_another = !zone_is_kept_ && has_windows;
  if (is_another && !kept.empty()) {
    on_.log(logging::log_level::info,
            "the zone was changed; the last day is read again in the new one",
            {{"from", kept}, {"to", on_.settings->timezone}});
    co_await write_zone("");
  }
  co_return is_another;
}

asio::awaitable<void> bookkeeper::keep_spending() {
  for (const spending& each : budget_.take_unkept()) {
    const auto kept = co_await ledger_.run([operation = on_.name(), each](metrics::ledger& ledger) {
      return ledger.spend(operation, each.collector, each.day, each.requests);
    });
    if (!kept) {
      budget_.put_back(each);
    }
  }
}

asio::awaitable<void> bookkeeper::keep_names() {
  const auto names = names_.take_unkept();
  if (!names) {
    co_return;
  }
  const auto kept = co_await ledger_.run(
      [operation = on_.name(), names, shown = names_.shown()](metrics::ledger& ledger) {
        return ledger.remember_names(operation, *shown->of(names));
      });
  if (!kept) {
    names_.put_back();
  }
}

asio::awaitable<void> bookkeeper::keep_zone() {
  if (!zone_is_kept_) {
    zone_is_kept_ = co_await write_zone(on_.settings->timezone);
  }
}

asio::awaitable<bool> bookkeeper::write_zone(std::string zone) {
  const auto kept = co_await ledger_.run(
      [operation = on_.name(), zone = std::move(zone)](metrics::ledger& ledger) {
        return ledger.remember_zone(operation, zone);
      });
  co_return kept.has_value();
}

}  // namespace wolkvox::operation
