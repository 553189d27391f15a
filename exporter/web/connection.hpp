// One peer: reads one request at a time, answers it, waits for the next. Internal to the server.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "exporter/web/answer.hpp"
#include "exporter/web/byte_stream.hpp"
#include "exporter/web/guard.hpp"
#include "exporter/web/request_reader.hpp"
#include "exporter/web/router.hpp"
#include "exporter/web/server.hpp"

namespace wolkvox::web {

// What every connection of one server shares.
struct serving {
  serving(server_settings given, site shown)
      : settings(std::move(given)), content(std::move(shown)) {}

  server_settings settings;
  site content;
  scrape_counts scrapes;
  bool stopping = false;  // answers under way are the last of their connections

  void refuse(handshake_fault why, const std::string& detail) {
    if (scrapes.handshake_errors) {
      ++scrapes.handshake_errors->at(std::to_underlying(why));
    }
    if (settings.refused) {
      settings.refused(why, detail);
    }
  }

  void tell(const std::string& trouble) const {
    if (settings.told) {
      settings.told(trouble);
    }
  }
};

class connection {
 public:
  connection(std::unique_ptr<byte_stream> stream, std::shared_ptr<serving> shared);

  // Until the peer leaves, breaks the rules or the server stops. The caller keeps the connection
  // alive.
  boost::asio::awaitable<void> run();
  boost::asio::cancellation_slot slot() { return cancellation_.slot(); }

  // From a whole request to its answer's last byte.
  bool answering() const { return answering_; }
  // Since when it has not been answering.
  std::chrono::steady_clock::time_point idle_since() const { return idle_since_; }
  // Ends run() at whatever it waits for, and the socket at once.
  void cut();
  bool is_cut() const { return is_cut_; }

 private:
  using request = incoming_request;

  void note_handshake(const boost::system::error_code& failed);
  boost::asio::awaitable<persistence> respond(request asked);
  boost::asio::awaitable<persistence> respond_admitted(request asked);
  boost::asio::awaitable<persistence> respond_scrape(request asked, scrape_plan wanted);
  boost::asio::awaitable<persistence> respond_lifecycle(request asked, lifecycle_plan wanted);
  // False where the peer did not take all of it.
  boost::asio::awaitable<bool> write(answer what, std::string method, persistence after);
  boost::asio::awaitable<bool> write_all(std::vector<boost::asio::const_buffer> pieces);
  // So that the peer reads the answer before the connection goes: what it still sends is thrown
  // away.
  boost::asio::awaitable<void> part();

  std::unique_ptr<byte_stream> stream_;
  std::shared_ptr<serving> shared_;
  request_reader requests_;
  std::shared_ptr<const header_fields> configured_fields_;  // for the answer under way; may be null
  boost::asio::cancellation_signal cancellation_;
  bool answering_ = false;
  bool is_cut_ = false;
  std::chrono::steady_clock::time_point idle_since_ = std::chrono::steady_clock::now();
};

}  // namespace wolkvox::web
