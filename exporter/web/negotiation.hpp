// Which form of the exposition a scraper gets: a pure function of its Accept and Accept-Encoding
// fields (RFC 9110, 12.5). What cannot be read or met is passed over: text and identity are always
// an answer.
#pragma once

#include <string>
#include <string_view>

#include "metrics/exposition/form.hpp"

namespace wolkvox::web {

struct negotiated {
  metrics::form form;
  std::string content_type;  // names version and escaping, as the official clients do
};

// Both as sent, several fields of one name joined by commas; "" where there was none.
negotiated negotiate(std::string_view accept, std::string_view accept_encoding);

}  // namespace wolkvox::web
