// Bytes of pages and bodies as one string, for the tests of the exposition.
#pragma once

#include <string>

#include "metrics/exposition/page.hpp"

namespace wolkvox::metrics {

inline std::string join(const chunks& pieces) {
  std::string text;
  for (const auto& each : pieces) {
    text += *each;
  }
  return text;
}

inline std::string text_of(const page_set& pages, format as = format::text) {
  std::string text;
  for (const auto& each : pages) {
    text += join(each->body(as));
  }
  return text;
}

}  // namespace wolkvox::metrics
