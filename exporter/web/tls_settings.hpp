// The inside of a tls_context. For the files that make and use it alone: it brings OpenSSL along.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <string>
#include <vector>

#include "exporter/web/tls_context.hpp"

namespace wolkvox::web {

// Which client certificates are let in; read by OpenSSL's callback for as long as the context is
// in use.
struct client_admission {
  bool verified = false;           // signed by one of the authorities, in date, for clients
  std::vector<std::string> names;  // alternative names, one of which it must have; empty: any
};

class tls_context {
 public:
  tls_context() : library(boost::asio::ssl::context::tls_server) {}

  boost::asio::ssl::context library;
  client_admission clients;
};

// Makes `context` ask clients for certificates as told, and judge them by `clients`.
void ask_clients(tls_context& context, config::client_certificates policy);

}  // namespace wolkvox::web
