// Makes foreign bytes valid UTF-8: one invalid label value would make Prometheus refuse the whole
// scrape.
#pragma once

#include <string>
#include <string_view>

namespace wolkvox::metrics {

bool is_valid_utf8(std::string_view text);
// Each run of bytes that is not UTF-8 becomes one U+FFFD.
std::string to_valid_utf8(std::string_view text);

}  // namespace wolkvox::metrics
