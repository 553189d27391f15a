// Carries the platform's answers over HTTP on loopback: one thread, keep-alive, TLS and gzip where
// wanted, and the transport's faults.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "tests/simulator/platform.hpp"
#include "tests/simulator/platform_clock.hpp"

namespace wolkvox::simulator {

struct server_settings {
  std::string address = "127.0.0.1";        // must be loopback
  std::uint16_t port = 0;                   // 0: a free one
  std::filesystem::path tls_certificate{};  // PEM; with the key: serves https
  std::filesystem::path tls_key{};
  bool gzip = false;                    // when the client accepts it
  std::chrono::milliseconds latency{};  // of every API answer, in real time
};

class server {
 public:
  // Listens at once; throws boost::system::system_error or std::invalid_argument when it cannot.
  // The platform and the clock outlive the server; while run() runs they are its own.
  server(server_settings settings, platform& what, platform_clock& clock);
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  std::string address() const;  // "127.0.0.1:41234"
  std::uint16_t port() const;
  // Serves until stop(), SIGTERM or SIGINT.
  void run();
  // From any thread; what is in flight is dropped.
  void stop();

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace wolkvox::simulator
