// Which exemplar a bucket shows.
#include "metrics/exemplar.hpp"

#include <algorithm>
#include <cstddef>

#include "metrics/utf8.hpp"

namespace wolkvox::metrics {

namespace {

constexpr std::size_t most_characters = 128;

// Every byte of UTF-8 but the continuing ones begins a character.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

bool is_fit_for_exemplar(std::string_view conn_id) {
  return !conn_id.empty() && is_valid_utf8(conn_id) &&
         characters(conn_id) + exemplar::label.size() <= most_characters;
}

void keep_latest(std::vector<exemplar>& kept, std::span<const double> bounds,
                 const exemplar& offered) {
  const auto bucket = [bounds](const exemplar& of) {
    return std::ranges::lower_bound(bounds, of.amount.value()) - bounds.begin();
  };
  const auto at = std::ranges::lower_bound(kept, bucket(offered), {}, bucket);
  if (at == kept.end() || bucket(*at) != bucket(offered)) {
    kept.insert(at, offered);
  } else if (offered.at > at->at) {
    *at = offered;
  }
}

}  // namespace wolkvox::metrics
