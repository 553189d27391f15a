// Accepts connections, keeps them within bounds, and stops as a join: it returns when the last one
// has ended.
#include "exporter/web/server.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <list>
#include <utility>

#include "exporter/web/connection.hpp"
#include "exporter/web/guard.hpp"
#include "exporter/web/listener.hpp"

namespace wolkvox::web {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

bool is_out_of_descriptors(const error_code& failure) {
  return failure == boost::system::errc::too_many_files_open ||
         failure == boost::system::errc::too_many_files_open_in_system;
}

// Shared by the server and every coroutine it started, so that none outlives what it uses.
class endpoints : public std::enable_shared_from_this<endpoints> {
 public:
  endpoints(server_settings settings, site content)
      : shared_(std::make_shared<serving>(std::move(settings), std::move(content))),
        changed_(shared_->settings.loop) {
    if (const auto& guard = shared_->settings.guard; guard && guard->serves_tls()) {
      shared_->scrapes.handshake_errors.emplace();
    }
  }

  std::expected<std::vector<std::string>, std::string> start();
  asio::awaitable<void> stop();
  void abandon();
  const scrape_counts& scrapes() const { return shared_->scrapes; }

 private:
  struct entrance {
    entrance(listener opened, const asio::any_io_executor& loop)
        : listening(std::move(opened)), retry(loop) {}
    listener listening;
    asio::steady_timer retry;
  };

  std::expected<void, std::string> open_entrances();
  static asio::awaitable<void> accept(std::shared_ptr<endpoints> self,
                                      std::shared_ptr<entrance> where);
  static asio::awaitable<void> serve(std::shared_ptr<connection> peer) { co_await peer->run(); }
  void admit(asio::generic::stream_protocol::socket socket);
  static asio::awaitable<void> admit_through_tls(std::shared_ptr<endpoints> self,
                                                 asio::generic::stream_protocol::socket socket);
  void begin(std::unique_ptr<byte_stream> stream);
  bool is_full() const;
  bool make_room();
  void begin_to_stop();
  void close_entrances();

  std::shared_ptr<serving> shared_;
  std::vector<std::shared_ptr<entrance>> entrances_;
  std::size_t accepting_ = 0;  // accept loops and greetings that have not ended
  std::list<std::shared_ptr<connection>> connections_;
  asio::steady_timer changed_;  // stop() waits here; cancelled when something ended
};

std::expected<std::vector<std::string>, std::string> endpoints::start() {
  const auto& settings = shared_->settings;
  if (!settings.telemetry_path.starts_with('/') ||
      settings.telemetry_path.find_first_of("?#%") != std::string::npos) {
    return std::unexpected(fmt::format("telemetry path '{}': not a path that begins with '/'",
                                       settings.telemetry_path));
  }
  if (settings.listen_addresses.empty() && settings.inherited_sockets.empty()) {
    return std::unexpected(std::string("no address to listen on"));
  }
  if (auto opened = open_entrances(); !opened) {
    close_entrances();
    return std::unexpected(std::move(opened.error()));
  }
  std::vector<std::string> bound;
  for (const auto& where : entrances_) {
    bound.push_back(where->listening.bound);
    ++accepting_;
    asio::co_spawn(settings.loop, accept(shared_from_this(), where), asio::detached);
  }
  return bound;
}

// What was opened before an error stays for the caller to close.
std::expected<void, std::string> endpoints::open_entrances() {
  const auto& settings = shared_->settings;
  const auto add = [&](listener opened) {
    entrances_.push_back(std::make_shared<entrance>(std::move(opened), settings.loop));
  };
  for (const int each : settings.inherited_sockets) {
    auto adopted = adopt_listener(each, settings.loop);
    if (!adopted) {
      return std::unexpected(std::move(adopted.error()));
    }
    add(std::move(*adopted));
  }
  for (const auto& text : settings.listen_addresses) {
    const auto address = parse_listen_address(text);
    auto opened = address ? open_listener(*address, settings.loop)
                          : std::expected<listener, std::string>(std::unexpected(address.error()));
    if (!opened) {
      return std::unexpected(std::move(opened.error()));
    }
    add(std::move(*opened));
  }
  return {};
}

asio::awaitable<void> endpoints::accept(std::shared_ptr<endpoints> self,
                                        std::shared_ptr<entrance> where) {
  bool failing = false;
  while (where->listening.acceptor.is_open()) {
    auto [error, socket] = co_await where->listening.acceptor.async_accept(as_result);
    if (!where->listening.acceptor.is_open()) {
      break;
    }
    if (!error) {
      failing = false;
      self->admit(std::move(socket));
      continue;
    }
    // Who is idle gives way at once, to one that is there: accept() has this error before it looks
    // whether anybody waits.
    if (is_out_of_descriptors(error)) {
      co_await where->listening.acceptor.async_wait(asio::socket_base::wait_read, as_result);
      if (self->make_room()) {
        continue;
      }
    }
    // All are answering, mostly: the peers wait in the kernel's queue meanwhile.
    if (!failing) {
      self->shared_->tell(
          fmt::format("accepting on {}: {}", where->listening.bound, error.message()));
    }
    failing = true;
    where->retry.expires_after(self->shared_->settings.limits.accept_retry);
    co_await where->retry.async_wait(as_result);
  }
  --self->accepting_;
  self->changed_.cancel();
}

void endpoints::admit(asio::generic::stream_protocol::socket socket) {
  if (is_full() && !make_room()) {
    return;  // closes the socket
  }
  // An answer's last piece does not wait for an acknowledgement. Local sockets do not know the
  // option.
  error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  const auto& guard = shared_->settings.guard;
  if (!guard || !guard->serves_tls()) {
    begin(make_plain_stream(std::move(socket)));
    return;
  }
  ++accepting_;
  asio::co_spawn(shared_->settings.loop, admit_through_tls(shared_from_this(), std::move(socket)),
                 [self = shared_from_this()](const std::exception_ptr&) {
                   --self->accepting_;
                   self->changed_.cancel();
                 });
}

// The certificate of this moment. None where the web configuration cannot be read: without it there
// is no TLS to refuse with.
asio::awaitable<void> endpoints::admit_through_tls(std::shared_ptr<endpoints> self,
                                                   asio::generic::stream_protocol::socket socket) {
  auto context = co_await self->shared_->settings.guard->tls();
  if (context && !self->shared_->stopping) {
    self->begin(make_tls_stream(std::move(socket), std::move(context)));
  }
}

void endpoints::begin(std::unique_ptr<byte_stream> stream) {
  const auto peer = std::make_shared<connection>(std::move(stream), shared_);
  const auto place = connections_.insert(connections_.end(), peer);
  auto ended = [self = shared_from_this(), place](const std::exception_ptr& failure) {
    // A connection that was cut ends with operation_aborted; anything else thrown is a bug.
    try {
      if (failure) {
        std::rethrow_exception(failure);
      }
    } catch (const boost::system::system_error& e) {
      if (e.code() != asio::error::operation_aborted) {
        self->shared_->tell(fmt::format("serving a connection: {}", e.what()));
      }
    } catch (const std::exception& e) {
      self->shared_->tell(fmt::format("serving a connection: {}", e.what()));
    }
    self->connections_.erase(place);
    self->changed_.cancel();
  };
  asio::co_spawn(shared_->settings.loop, serve(peer),
                 asio::bind_cancellation_slot(peer->slot(), std::move(ended)));
}

// Those that were cut end on their own.
bool endpoints::is_full() const {
  const auto most = shared_->settings.limits.connections;
  return connections_.size() >= most &&
         std::ranges::count(connections_, false, [](const auto& peer) { return peer->is_cut(); }) >=
             static_cast<std::ptrdiff_t>(most);
}

// Ends the connection that has been idle longest; false where all are answering.
bool endpoints::make_room() {
  std::shared_ptr<connection> longest;
  for (const auto& peer : connections_) {
    if (!peer->answering() && !peer->is_cut() &&
        (!longest || peer->idle_since() < longest->idle_since())) {
      longest = peer;
    }
  }
  if (longest) {
    longest->cut();
  }
  return longest != nullptr;
}

void endpoints::close_entrances() {
  for (const auto& where : entrances_) {
    error_code ignored;
    where->listening.acceptor.close(ignored);
    where->retry.cancel();
    if (!where->listening.file.empty()) {
      ::unlink(where->listening.file.c_str());
    }
  }
  entrances_.clear();
}

void endpoints::begin_to_stop() {
  shared_->stopping = true;
  if (const auto& guard = shared_->settings.guard) {
    guard->close();  // a queue of passwords would hold up the end by seconds each
  }
  close_entrances();
}

asio::awaitable<void> endpoints::stop() {
  begin_to_stop();
  for (const auto& peer : connections_) {
    if (!peer->answering()) {
      peer->cut();
    }
  }
  const auto deadline = steady_clock::now() + shared_->settings.limits.stop_deadline;
  bool patient = true;
  while (accepting_ > 0 || !connections_.empty()) {
    changed_.expires_at(patient ? deadline : steady_clock::time_point::max());
    const auto [cancelled] = co_await changed_.async_wait(as_result);
    if (!cancelled && patient) {
      patient = false;
      for (const auto& peer : connections_) {
        peer->cut();
      }
    }
  }
}

void endpoints::abandon() {
  begin_to_stop();
  for (const auto& peer : connections_) {
    peer->cut();
  }
}

class http_server final : public server {
 public:
  http_server(server_settings settings, site content)
      : endpoints_(std::make_shared<endpoints>(std::move(settings), std::move(content))) {}
  ~http_server() override { endpoints_->abandon(); }

  std::expected<std::vector<std::string>, std::string> start() override {
    return endpoints_->start();
  }
  asio::awaitable<void> stop() override { return endpoints_->stop(); }
  const scrape_counts& scrapes() const override { return endpoints_->scrapes(); }

 private:
  std::shared_ptr<endpoints> endpoints_;
};

}  // namespace

std::unique_ptr<server> make_server(server_settings settings, site content) {
  return std::make_unique<http_server>(std::move(settings), std::move(content));
}

}  // namespace wolkvox::web
