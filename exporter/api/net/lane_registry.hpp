// The lanes of a process, one for each token on each server. An operation that a reload replaces
// hands its lane on: what its last request left at work on the platform still takes a slot.
// Operations that name the same token stand in one lane. Event-loop thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <vector>

#include "config/config.hpp"
#include "exporter/api/net/lane.hpp"

namespace wolkvox::api {

class lane_registry {
 public:
  explicit lane_registry(boost::asio::any_io_executor loop);

  // A lane that is there already has as many slots from now on as this operation wants.
  std::shared_ptr<lane> of(const config::operation& operation);
  // Closes all; nothing of them keeps the event loop busy any more.
  void close();

 private:
  struct entry {
    config::token_source token;
    config::endpoint server;
    std::shared_ptr<lane> turns;
    bool serves(const config::operation& operation) const;
  };

  boost::asio::any_io_executor loop_;
  std::vector<entry> lanes_;
};

}  // namespace wolkvox::api
