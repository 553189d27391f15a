#include "exporter/api/net/lane_registry.hpp"

#include <algorithm>
#include <utility>

namespace wolkvox::api {

lane_registry::lane_registry(boost::asio::any_io_executor loop) : loop_(std::move(loop)) {}

bool lane_registry::entry::serves(const config::operation& operation) const {
  return token == operation.token && server.host == operation.base.host &&
         server.port == operation.base.port;
}

std::shared_ptr<lane> lane_registry::of(const config::operation& operation) {
  const auto slots = operation.max_concurrent_requests;
  std::erase_if(lanes_, [&](const entry& each) {
    return !each.serves(operation) && each.turns.use_count() == 1 && each.turns->is_empty();
  });
  const auto known =
      std::ranges::find_if(lanes_, [&](const entry& each) { return each.serves(operation); });
  if (known != lanes_.end()) {
    known->turns->set_slots(slots);
    return known->turns;
  }
  lanes_.push_back({operation.token, operation.base, std::make_shared<lane>(loop_, slots)});
  return lanes_.back().turns;
}

void lane_registry::close() {
  for (const entry& each : lanes_) {
    each.turns->close();
  }
  lanes_.clear();
}

}  // namespace wolkvox::api
