// Scrapes a server over keep-alive connections, back to back or every so often, and says how long
// each took. It must not take the processors from the server: bodies of known length are thrown
// away inside the kernel (MSG_TRUNC), chunked ones are read in large pieces.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;
using nanoseconds = std::chrono::nanoseconds;

struct flags {
  std::uint16_t port = 0;
  std::string target = "/metrics";
  std::string encoding = "identity";
  unsigned connections = 1;
  double seconds = 1;
  unsigned at_least = 1;
  unsigned every_us = 0;
  std::string samples;
};

struct sample {
  clock_type::time_point begun;
  nanoseconds took{};
};

class connection {
 public:
  explicit connection(const flags& given)
      : port_(given.port),
        request_(
            fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain;version=0.0.4\r\n"
                        "Accept-Encoding: {}\r\n\r\n",
                        given.target, given.encoding)) {}
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection() { disconnect(); }

  // One scrape; answers the bytes of its body.
  std::size_t scrape() {
    const bool reused = socket_ >= 0;
    if (!ask() && !(reused && ask())) {  // a server may have closed after its last answer
      throw std::runtime_error("no answer");
    }
    const std::string head = read_head();
    const std::size_t bytes = head.contains("\r\ntransfer-encoding: chunked")
                                  ? skip_chunks()
                                  : skip(content_length(head));
    if (head.contains("\r\nconnection: close")) {
      disconnect();
    }
    return bytes;
  }

 private:
  static constexpr std::size_t most_of_a_head = 1024;

  // Sends the request; false, and no connection, where not a byte comes back.
  bool ask() {
    if (socket_ < 0) {
      connect();
    }
    begin_ = end_ = 0;
    if (::send(socket_, request_.data(), request_.size(), MSG_NOSIGNAL) > 0 &&
        receive(most_of_a_head)) {
      return true;
    }
    disconnect();
    return false;
  }

  void connect() {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("connect failed");
    }
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  void disconnect() {
    if (socket_ >= 0) {
      ::close(socket_);
      socket_ = -1;
    }
  }

  // More bytes into the buffer, at most `most`: what lies beyond a head is left to skip().
  bool receive(std::size_t most) {
    if (begin_ == end_) {
      begin_ = end_ = 0;
    }
    const auto got =
        ::recv(socket_, buffer_.data() + end_, std::min(most, buffer_.size() - end_), 0);
    end_ += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    return got > 0;
  }

  void fill(std::size_t most) {
    if (!receive(most)) {
      throw std::runtime_error("the answer ended early");
    }
  }

  // Lower case, up to the blank line.
  std::string read_head() {
    while (true) {
      const std::string_view held{buffer_.data() + begin_, end_ - begin_};
      if (const auto blank = held.find("\r\n\r\n"); blank != std::string_view::npos) {
        std::string head{held.substr(0, blank + 2)};
        begin_ += blank + 4;
        if (!head.starts_with("HTTP/1.1 200")) {
          throw std::runtime_error(head.substr(0, head.find('\r')));
        }
        std::ranges::transform(head, head.begin(), [](char c) {
          return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
        });
        return head;
      }
      fill(most_of_a_head);
    }
  }

  static std::size_t content_length(const std::string& head) {
    const std::string_view name = "\r\ncontent-length: ";
    const auto at = head.find(name);
    if (at == std::string::npos) {
      throw std::runtime_error("no length");
    }
    return std::stoul(head.substr(at + name.size()));
  }

  std::size_t skip(std::size_t bytes) {
    std::size_t left = bytes - std::min(bytes, end_ - begin_);
    begin_ = end_ = 0;
    while (left != 0) {
      const std::size_t wanted = std::min(left, buffer_.size());
      await(wanted);
      const auto got = ::recv(socket_, buffer_.data(), wanted, MSG_TRUNC | MSG_DONTWAIT);
      if (got <= 0) {
        throw std::runtime_error("the body ended early");
      }
      left -= static_cast<std::size_t>(got);
    }
    want_at_least(1);
    return bytes;
  }

  void want_at_least(std::size_t bytes) const {
    const int least = static_cast<int>(bytes);
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least);
  }

  // Sleeps until so many bytes are there. Being woken for every segment is paid by the server: in
  // a virtual machine it was a third of its time (perf), and as much noise.
  void await(std::size_t bytes) const {
    want_at_least(bytes);
    pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
    ::poll(&ready, 1, -1);
  }

  std::size_t skip_chunks() {
    std::size_t bytes = 0;
    while (true) {
      const std::size_t chunk = std::stoul(line(), nullptr, 16);
      bytes += chunk;
      for (std::size_t left = chunk + 2; left != 0;) {  // with its end of line
        if (begin_ == end_) {
          fill(buffer_.size());
        }
        const std::size_t here = std::min(left, end_ - begin_);
        begin_ += here;
        left -= here;
      }
      if (chunk == 0) {
        return bytes;
      }
    }
  }

  std::string line() {
    std::string text;
    while (!text.ends_with("\r\n")) {
      if (begin_ == end_) {
        fill(buffer_.size());
      }
      text += buffer_[begin_++];
    }
    return text;
  }

  std::uint16_t port_;
  std::string request_;
  int socket_ = -1;
  std::vector<char> buffer_ = std::vector<char>(1 << 20);
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

struct result {
  std::vector<sample> samples;
  std::size_t bytes = 0;
  std::string error;
};

void scrape_until(const flags& given, clock_type::time_point end, result& into) {
  try {
    connection one(given);
    auto due = clock_type::now();
    while (into.samples.size() < given.at_least || clock_type::now() < end) {
      const auto begun = clock_type::now();
      into.bytes = one.scrape();
      into.samples.push_back({begun, clock_type::now() - begun});
      if (given.every_us != 0) {
        due = std::max(due + std::chrono::microseconds{given.every_us}, clock_type::now());
        std::this_thread::sleep_until(due);
      }
    }
  } catch (const std::runtime_error& error) {
    into.error = error.what();
  }
}

double quantile(const std::vector<nanoseconds>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return static_cast<double>(sorted[static_cast<std::size_t>(share * last + 0.5)].count()) / 1e6;
}

int tell(const std::vector<result>& results, const flags& given) {
  std::vector<nanoseconds> all;
  std::ofstream samples;
  if (!given.samples.empty()) {
    samples.open(given.samples);
  }
  for (const auto& each : results) {
    if (!each.error.empty()) {
      std::cerr << each.error << '\n';
      return 1;
    }
    for (const auto& one : each.samples) {
      all.push_back(one.took);
      if (samples.is_open()) {
        samples << one.begun.time_since_epoch().count() << ' ' << one.took.count() << '\n';
      }
    }
  }
  std::ranges::sort(all);
  std::cout << fmt::format(
      R"({{"scrapes": {}, "bytes": {}, "p50_ms": {:.4f}, "p99_ms": {:.4f}, "most_ms": {:.4f}}})",
      all.size(), results.front().bytes, quantile(all, 0.5), quantile(all, 0.99),
      quantile(all, 1.0));
  std::cout << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  flags given;
  CLI::App app("Scrapes a server on loopback and tells the latency", "bench_load");
  app.add_option("--port", given.port)->required();
  app.add_option("--target", given.target, "path and query");
  app.add_option("--encoding", given.encoding, "Accept-Encoding");
  app.add_option("--connections", given.connections);
  app.add_option("--seconds", given.seconds, "no scrape begins later");
  app.add_option("--at-least", given.at_least, "scrapes of a connection, however long they take");
  app.add_option("--every-us", given.every_us, "between scrapes of a connection; 0: back to back");
  app.add_option("--samples", given.samples, "file: begin and duration of each, monotonic ns");
  CLI11_PARSE(app, argc, argv);
  std::vector<result> results(given.connections);
  const auto end = clock_type::now() + std::chrono::duration_cast<clock_type::duration>(
                                           std::chrono::duration<double>(given.seconds));
  {
    std::vector<std::jthread> threads;
    for (auto& each : results) {
      threads.emplace_back([&given, end, &each] { scrape_until(given, end, each); });
    }
  }
  return tell(results, given);
}
