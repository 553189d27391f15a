// Opens one listening socket for one address. Internal to the server.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <expected>
#include <string>

#include "exporter/web/listen_address.hpp"

namespace wolkvox::web {

// TCP and local sockets alike, so that one connection type serves both.
using stream_acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol,
                                                           boost::asio::any_io_executor>;

struct listener {
  stream_acceptor acceptor;
  std::string bound;  // as --web.listen-address spells it, with the real port
  std::string file;   // of a local socket; removed by whoever closes the listener
};

// "127.0.0.1:10042", "[::1]:10042".
std::string spelled(const boost::asio::ip::tcp::endpoint& endpoint);

// Takes over a socket that listens already, as systemd passes it; its file, if any, is not ours.
std::expected<listener, std::string> adopt_listener(int socket,
                                                    const boost::asio::any_io_executor& loop);

// Resolves a name (blocking: only at start), binds and listens. The error names the address.
std::expected<listener, std::string> open_listener(const listen_address& address,
                                                   const boost::asio::any_io_executor& loop);

}  // namespace wolkvox::web
