// The client over parts of the caller's choice: what make_client() does after it chose Beast and
// chance. Tests bring their own.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "exporter/api/net/client.hpp"
#include "exporter/api/net/transport.hpp"

namespace wolkvox::api {

struct client_parts {
  std::unique_ptr<transport> network;
  std::shared_ptr<lane> turns;
  // How long to step back after the platform saw too many requests at once.
  std::function<std::chrono::milliseconds()> refusal_pause;
  // A request that the platform has at work ends after so long (wolkvox-api.md 3.1).
  std::chrono::milliseconds platform_gives_up = std::chrono::seconds{60};
};

std::unique_ptr<client> make_client(client_settings settings, client_parts parts);

}  // namespace wolkvox::api
