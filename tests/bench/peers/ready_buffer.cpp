// The limit: a Beast server that knows nothing of metrics and writes a ready buffer, identity or
// gzip (zlib's default level), as fast as a socket takes it.
//   peer_ready_buffer EXPOSITION
#include <fmt/format.h>
#include <malloc.h>
#include <zlib.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <iostream>
#include <memory>

#include "tests/bench/peers/dump.hpp"

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

struct ready {
  std::string head;
  std::string body;
};

ready make_ready(std::string body, std::string_view encoding) {
  return {fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
                      "{}Content-Length: {}\r\n\r\n",
                      encoding, body.size()),
          std::move(body)};
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  constexpr int gzip_format = 16;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + gzip_format,
                   MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  std::string out(deflateBound(&stream, text.size()), '\0');
  std::string in = text;  // zlib takes no const
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) {
    throw std::runtime_error("deflate");
  }
  out.resize(stream.total_out);
  out.shrink_to_fit();
  deflateEnd(&stream);
  return out;
}

asio::awaitable<void> serve(tcp::socket socket, std::shared_ptr<const ready> identity,
                            std::shared_ptr<const ready> gzipped) {
  try {
    boost::beast::flat_buffer buffer;
    while (true) {
      http::request<http::empty_body> request;
      co_await http::async_read(socket, buffer, request, asio::use_awaitable);
      const bool takes_gzip = request[http::field::accept_encoding].contains("gzip");
      const ready& answer = takes_gzip ? *gzipped : *identity;
      co_await asio::async_write(socket, asio::buffer(answer.head), asio::use_awaitable);
      // Not async_write: it hands the kernel 64 KiB at a time, a third more CPU at 100 MB.
      for (std::size_t at = 0; at < answer.body.size();) {
        const auto rest = asio::buffer(answer.body) + at;
        at += co_await socket.async_write_some(rest, asio::use_awaitable);
      }
    }
  } catch (const boost::system::system_error&) {  // the peer is gone
  }
}

asio::awaitable<void> accept(tcp::acceptor acceptor, std::shared_ptr<const ready> identity,
                             std::shared_ptr<const ready> gzipped) {
  while (true) {
    tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    socket.set_option(tcp::no_delay(true));
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), identity, gzipped),
                   asio::detached);
  }
}

}  // namespace

int main(int, char** argv) {
  std::string text = wolkvox::bench::read_whole(argv[1]);
  const auto gzipped =
      std::make_shared<const ready>(make_ready(gzip(text), "Content-Encoding: gzip\r\n"));
  const auto identity = std::make_shared<const ready>(make_ready(std::move(text), ""));
  ::malloc_trim(0);
  asio::io_context loop(1);
  tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), 0});
  std::cout << "listening on 127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;
  asio::co_spawn(loop, accept(std::move(acceptor), identity, gzipped), asio::detached);
  loop.run();
}
